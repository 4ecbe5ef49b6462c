"""The steps from a checkout to built executables; unneeded steps are skipped."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mpbitcoin_depends import options as names
from mpbitcoin_depends import paths, pipeline
from mpbitcoin_depends.errors import UsageError
from mpbitcoin_depends.options import Options
from mpbitcoin_depends.progress import Progress
from mpbitcoin_project.build_folder import Project


def _renew_tree(project: Project, options: Options, progress: Progress) -> None:
    """See that the pinned tree still is what was unpacked: CMake looks only when it configures."""
    if project.tree is not None and project.tree.is_relative_to(paths.cache_root().resolve()):
        from mpbitcoin_depends.sources import SourceStore
        from mpbitcoin_depends.sources.tree import renew

        renew(SourceStore.of(options), project.tree, progress.line)


def build(
    words: Sequence[str],
    folder: Path,
    defines: Sequence[str] = (),
    targets: Sequence[str] = (),
    jobs: int = 0,
    progress: Progress | None = None,
) -> Project:
    """Build packages, configure and compile. `words` are options of depends, NAME=value.

    Raises subclasses of DependsError.
    """
    wrong = [word for word in words if "=" not in word]
    if wrong:
        raise UsageError(
            f"{wrong[0]}: not NAME=value", "to build a package, run `mpbitcoin depends`"
        )
    given = dict(word.split("=", 1) for word in words)
    shown = progress or Progress()
    try:
        options = names.of_user(given, {"NO_QT": "1"})
        result = pipeline.run(options, (), int(options.jobs or 0), shown)
        shown.line(pipeline.summary(result).splitlines()[0])
        project = Project(folder, Path(result.toolchain))
        if not project.is_configured(defines):
            project.configure(shown, defines)
        _renew_tree(project, options, shown)
        project.build(shown, jobs, targets)
    finally:
        shown.close()
    return project
