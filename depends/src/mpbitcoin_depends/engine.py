"""Conan as the engine: its home, its recipes, the graph, and the build of one package.

The home is our own (`BASE_CACHE/conan`), never the user's ~/.conan2. Conan resolves the graph in
this process and builds in separate processes, so that each package has its own log.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mpbitcoin_depends import conan_profile, environment, paths
from mpbitcoin_depends.errors import BuildError
from mpbitcoin_depends.files import write_text
from mpbitcoin_depends.locks import lock
from mpbitcoin_depends.plan import HOST, NATIVE, Plan
from mpbitcoin_depends.recipe import Recipe

_GLOBAL_CONF = """\
core:non_interactive=True
core.version_ranges:resolve_prereleases=False
core.package_id:default_embed_mode=recipe_revision_mode
core.package_id:default_non_embed_mode=recipe_revision_mode
core.package_id:default_unknown_mode=recipe_revision_mode
core.package_id:default_build_mode=recipe_revision_mode
core.package_id:default_python_mode=recipe_revision_mode
tools.info.package_id:confs=["user.mpbitcoin:identity"]
"""
# Conan's default plug-in accepts binaries of other C++ standards.
_COMPATIBILITY = """\
def compatibility(conanfile):
    return []
"""
#: Conan in a separate process, independent of the scripts beside the interpreter.
CONAN = (
    sys.executable,
    "-c",
    # The empty entry is the working folder, which PYTHONSAFEPATH already excludes.
    "import sys; sys.path[:] = filter(None, sys.path); "
    "from conan.cli.cli import main; main(sys.argv[1:])",
)


@dataclass(frozen=True)
class Node:
    """A package of the resolved graph; one node may serve both contexts."""

    name: str
    version: str
    recipe_revision: str
    package_id: str
    contexts: tuple[str, ...]
    wanted_in: tuple[str, ...]
    cached: bool
    folder: str
    needs: tuple[str, ...]

    @property
    def ref(self) -> str:
        """The reference, name/version#revision."""
        return f"{self.name}/{self.version}#{self.recipe_revision}"

    @property
    def key(self) -> str:
        """The binary's name: reference and package id."""
        return f"{self.ref}:{self.package_id}"


@dataclass(frozen=True)
class Engine:
    """Conan with its home below `base_cache`."""

    base_cache: Path

    @property
    def home(self) -> Path:
        """Conan's home."""
        return self.base_cache / "conan"

    @property
    def locks(self) -> Path:
        """Folder of our lock files."""
        return self.base_cache / "locks"

    def environment(self) -> dict[str, str | None]:
        """The environment of a Conan process."""
        package = str(paths.PACKAGE.parent)
        return {
            **environment.of_builds(),
            "CONAN_HOME": str(self.home),
            "NO_COLOR": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": package,
        }

    def prepare(self) -> None:
        """Make or repair the home's own files."""
        with lock(self.locks / "home.lock"):
            wanted = {
                "global.conf": _GLOBAL_CONF,
                "remotes.json": '{"remotes": []}\n',
                "extensions/plugins/compatibility/compatibility.py": _COMPATIBILITY,
            }
            for name, content in wanted.items():
                file = self.home / name
                if name == "remotes.json" and file.is_file():
                    continue
                if not file.is_file() or file.read_text(encoding="utf-8") != content:
                    write_text(file, content)
            # If two Conan processes made it at the same time, one would fail.
            (self.home / "p").mkdir(exist_ok=True)

    @contextlib.contextmanager
    def api(self) -> Iterator[Any]:
        """Conan's API with our home; its output does not reach the terminal.

        Raises BuildError with Conan's message for any exception of Conan.
        """
        from conan.api.conan_api import ConanAPI
        from conan.errors import ConanException

        os.environ.setdefault("NO_COLOR", "1")
        chatter = io.StringIO()
        with contextlib.redirect_stderr(chatter), contextlib.redirect_stdout(chatter):
            try:
                yield ConanAPI(str(self.home))  # type: ignore[no-untyped-call]
            except ConanException as error:
                words = str(error).strip() or chatter.getvalue().strip()[-2000:]
                raise BuildError(
                    f"Conan: {words}", "check the cache with `mpbitcoin cache check`"
                ) from error

    def export(self, api: Any, plan: Plan, known: Mapping[str, Recipe]) -> dict[str, str]:
        """Export the recipes to the home; name -> name/version#revision."""
        versions = {package.name: package.version for package in plan.packages}
        release = plan.options.release
        exported = {}
        # python_requires first: exporting a recipe loads its base.
        ordered = sorted(known.values(), key=lambda r: (bool(r.rules.contexts), r.name))
        with lock(self.locks / "export.lock"):
            for recipe in ordered:
                if not (recipe.folder / "all" / "conanfile.py").is_file():
                    continue
                version = versions.get(recipe.name) or release.package_version(
                    recipe.name, recipe.versions[0]
                )
                conanfile = str(recipe.folder / "all" / "conanfile.py")
                ref, _ = api.export.export(conanfile, name=recipe.name, version=version)
                exported[recipe.name] = f"{ref}#{ref.revision}" if "#" not in str(ref) else str(ref)
        return exported

    def write_inputs(self, plan: Plan, exported: Mapping[str, str], sources: str) -> Path:
        """Profiles and lock file for `plan`, in a folder named by their contents."""
        recipes = json.dumps(sorted(exported.items()))
        folder = self.base_cache / "inputs" / plan.key(recipes)
        write_text(folder / HOST, conan_profile.text(plan.host, sources))
        write_text(folder / NATIVE, conan_profile.text(plan.build, sources))
        python = [ref for name, ref in exported.items() if name.endswith("-recipe")]
        others = sorted(set(exported.values()) - set(python))
        locked = {
            "version": "0.5",
            "requires": others,
            "build_requires": others,
            "python_requires": python,
            "config_requires": [],
        }
        write_text(folder / "conan.lock", json.dumps(locked, indent=1))
        return folder

    def resolve(self, api: Any, plan: Plan, inputs: Path) -> tuple[Node, ...]:
        """The graph of `plan`: all packages with their ids, and whether the cache has them."""

        def refs(context: str) -> list[str]:
            return [p.ref for p in plan.packages if p.context == context]

        host = api.profiles.get_profile([str(inputs / HOST)])
        build = api.profiles.get_profile([str(inputs / NATIVE)])
        lockfile = api.lockfile.get_lockfile(str(inputs / "conan.lock"), partial=True)
        graph = api.graph.load_graph_requires(
            refs(HOST), refs(NATIVE), host, build, lockfile, [], False
        )
        graph.report_graph_error()
        api.graph.analyze_binaries(graph, ["missing"], remotes=[], update=False, lockfile=lockfile)
        return self._nodes(api, graph)

    def _nodes(self, api: Any, graph: Any) -> tuple[Node, ...]:
        merged: dict[str, Node] = {}
        direct = {id(edge.dst): edge.dst.context for edge in graph.root.edges}
        for node in graph.ordered_iterate():
            # Skip: this node is not needed; if another needs it, the graph has it again.
            if node is graph.root or node.binary == "Skip":
                continue
            if node.binary == "Invalid":
                raise BuildError(f"{node.ref}: {node.conanfile.info.invalid}")
            cached = node.binary == "Cache"
            key = f"{node.ref.repr_notime()}:{node.package_id}"
            context = NATIVE if node.context == "build" else HOST
            before = merged.get(key)
            contexts = {*(before.contexts if before else ()), context}
            wanted = set(before.wanted_in if before else ())
            if id(node) in direct:
                wanted.add(context)
            needs = {f"{e.dst.ref.repr_notime()}:{e.dst.package_id}" for e in node.edges}
            merged[key] = Node(
                name=str(node.ref.name),
                version=str(node.ref.version),
                recipe_revision=str(node.ref.revision),
                package_id=str(node.package_id),
                contexts=tuple(sorted(contexts)),
                wanted_in=tuple(sorted(wanted)),
                cached=cached,
                folder=str(api.cache.package_path(node.pref)) if cached else "",
                needs=tuple(sorted(needs | set(before.needs if before else ()))),
            )
        return tuple(merged.values())

    def build_command(self, node: Node, inputs: Path, scratch: Path) -> list[str]:
        """The command that builds one package when the cache has all its dependencies."""
        kind = "--requires" if HOST in node.contexts else "--tool-requires"
        return [
            *CONAN,
            "install",
            f"{kind}={node.ref}",
            f"--build=missing:{node.name}/*",
            f"--lockfile={inputs / 'conan.lock'}",
            "--lockfile-partial",
            f"--profile:host={inputs / HOST}",
            f"--profile:build={inputs / NATIVE}",
            f"--output-folder={scratch}",
            "--no-remote",
        ]
