"""The steps from a checkout to built executables; unneeded steps are skipped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from mpbitcoin_depends import paths, pipeline, settings
from mpbitcoin_depends.errors import UsageError
from mpbitcoin_depends.options import Options
from mpbitcoin_depends.progress import Progress
from mpbitcoin_project.build_folder import Project


def _renew_tree(project: Project, options: Options, progress: Progress) -> None:
    """Check that the pinned tree is unchanged: CMake checks it only when it configures."""
    if project.tree is not None and project.tree.is_relative_to(paths.cache_root().resolve()):
        from mpbitcoin_depends.sources import SourceStore
        from mpbitcoin_depends.sources.tree import renew

        renew(SourceStore.of(options), project.tree, progress.line)


def options_of(words: Sequence[str] = (), flags: Mapping[str, str] | None = None) -> Options:
    """The options of depends for our own build, from `words`, NAME=value, and `flags` by name.

    Raises UsageError for other words and for bad options.
    """
    if wrong := [word for word in words if "=" not in word]:
        raise UsageError(
            f"{wrong[0]}: not NAME=value", "to build a package, run `mpbitcoin depends`"
        )
    variables = dict(word.split("=", 1) for word in words)
    return settings.of_user(flags, variables, usual={"NO_QT": "1"})


def packages(options: Options, progress: Progress) -> pipeline.Result:
    """Build the packages and make the prefix. Raises subclasses of DependsError."""
    result = pipeline.run(options, (), options.jobs, progress)
    progress.line(pipeline.summary(result).splitlines()[0])
    return result


def build(
    folder: Path,
    defines: Sequence[str] = (),
    targets: Sequence[str] = (),
    options: Options | None = None,
) -> Project:
    """Build packages, configure and compile. Raises subclasses of DependsError."""
    chosen = options or options_of()
    with Progress() as progress:
        project = Project(folder, Path(packages(chosen, progress).toolchain))
        if not project.is_configured(defines):
            project.configure(progress, defines)
        _renew_tree(project, chosen, progress)
        project.build(progress, chosen.jobs, targets)
    return project
