"""The software bill of materials (SBOM) of the executables, as CycloneDX JSON."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import shlex
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from mpbitcoin import __version__
from mpbitcoin_depends import plan as planning
from mpbitcoin_depends import records, stamp
from mpbitcoin_depends.errors import UsageError
from mpbitcoin_depends.options import Options
from mpbitcoin_depends.paths import RECIPES
from mpbitcoin_depends.plan import HOST, Package
from mpbitcoin_depends.sources.conandata import load_patches, load_source
from mpbitcoin_depends.sources.model import Artefact, Provider, Source
from mpbitcoin_depends.sources.providers.debian import Debian
from mpbitcoin_depends.sources.providers.npm import Npm
from mpbitcoin_depends.sources.providers.pypi import Pypi
from mpbitcoin_depends.sources.providers.url import Url
from mpbitcoin_depends.sources.tree import NAME as TREE
from mpbitcoin_depends.sources.tree import pinned_version, tree_source
from mpbitcoin_project import paths

_NAME = "multiprocess-bitcoin"
_TREE_LICENCE = "MIT"


def _place(provider: Provider) -> str:
    """A provider's address, or the package URL of a package index."""
    if isinstance(provider, Url):
        return provider.url
    if isinstance(provider, Pypi):
        file = quote(provider.file)
        return f"pkg:pypi/{provider.project}@{provider.version}?file_name={file}"
    if isinstance(provider, Debian):
        return f"pkg:deb/debian/{provider.package}@{provider.version}?arch=source"
    assert isinstance(provider, Npm), provider
    return f"pkg:npm/{quote(provider.package)}@{provider.version}"


def _archives(artefacts: Iterable[Artefact]) -> list[dict[str, Any]]:
    return [
        {
            "type": "source-distribution",
            "url": _place(provider),
            "comment": artefact.file,
            "hashes": [{"alg": "SHA-256", "content": artefact.sha256}],
        }
        for artefact in artefacts
        for provider in artefact.providers
    ]


def _class_values(recipe: Path) -> dict[str, Any]:
    """The plain attributes of a recipe's class, read without importing Conan."""
    tree = ast.parse((recipe / "all" / "conanfile.py").read_text(encoding="utf-8"))
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    return {
        node.targets[0].id: node.value.value
        for node in classes[-1].body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
    }


def _patches(recipe: Path, version: str) -> list[dict[str, Any]]:
    return [
        {
            "type": "unofficial",
            "diff": {"url": str(file.relative_to(paths.PROJECT))},
            "resolves": [{"type": "defect", "description": reason}],
        }
        for file, reason in load_patches(recipe, version).items()
    ]


def _component(source: Source, licence: str, description: str) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": f"{source.name}@{source.version}",
        "name": source.name,
        "version": source.version,
        "description": description,
        "licenses": [{"expression": licence}],
        "purl": f"pkg:generic/{source.name}@{source.version}",
        "externalReferences": _archives(source.artefacts),
    }


def _package(name: str, version: str) -> dict[str, Any]:
    recipe = RECIPES / name
    values = _class_values(recipe)
    source = load_source(recipe, name, version)
    made = _component(source, values["license"], values["description"])
    if patches := _patches(recipe, version):
        made["pedigree"] = {"patches": patches}
    return made


def _also(text: str) -> dict[str, Any]:
    """A component from NAME==VERSION:LICENCE. Raises UsageError."""
    match = re.fullmatch(r"([\w.-]+)==([\w.]+):(.+)", text)
    if match is None:
        raise UsageError(f"{text}: not NAME==VERSION:LICENCE")
    name, version, licence = match.groups()
    return {
        "type": "library",
        "bom-ref": f"{name}@{version}",
        "name": name,
        "version": version,
        "licenses": [{"expression": licence}],
        "purl": f"pkg:pypi/{name}@{version}",
    }


def _given_tree(version: str) -> dict[str, Any]:
    """The component of a tree given by its folder: its sources are unknown."""
    return {
        "type": "library",
        "bom-ref": f"{TREE}@{version}",
        "name": TREE,
        "version": version,
        "description": "Node, wallet and tools, from a tree in a folder",
        "licenses": [{"expression": _TREE_LICENCE}],
        "purl": f"pkg:generic/{TREE}@{version}",
    }


def pinned_tree(version: str) -> dict[str, Any]:
    """The component of a pinned Bitcoin Core tree."""
    return _component(tree_source(version), _TREE_LICENCE, "Node, wallet and tools")


def document(
    tree: dict[str, Any], linked: Iterable[Package], also: Sequence[str] = ()
) -> dict[str, Any]:
    """The SBOM of the executables that `tree` and the packages make.

    `also` adds linked projects, as NAME==VERSION:LICENCE.

    It lists what is linked or included, not the tools. It contains neither a time nor a machine,
    so that the same sources give the same bytes. Raises SourceError, UsageError.
    """
    packages = [_package(p.name, p.version) for p in linked if p.context == HOST]
    components = [tree, *packages, *map(_also, also)]
    root = f"{_NAME}@{__version__}"
    made: dict[str, Any] = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": root,
                "name": _NAME,
                "version": __version__,
                "licenses": [{"expression": "MIT"}],
                "purl": f"pkg:pypi/{_NAME}@{__version__}",
            },
        },
        "components": components,
        "dependencies": [{"ref": root, "dependsOn": [c["bom-ref"] for c in components]}],
    }
    made["serialNumber"] = _serial_number(made)
    return made


def _serial_number(made: Mapping[str, Any]) -> str:
    digest = hashlib.sha256(json.dumps(made, sort_keys=True).encode()).digest()
    return f"urn:uuid:{uuid.UUID(bytes=digest[:16], version=4)}"


def of_options(options: Options) -> dict[str, Any]:
    """The SBOM for options of depends. Raises subclasses of DependsError."""
    from mpbitcoin_depends import pipeline, toolset

    tree = pinned_tree(options.release.version)
    host, build = toolset.detect(options, pipeline.Workplace.of(options).machine)
    return document(tree, planning.make(options, host, build).packages)


@dataclass(frozen=True)
class Linked:
    """The libraries that a build links, as CMake records them: packages of a prefix, and others."""

    prefix: str
    tree: str
    tree_version: str
    packages: tuple[str, ...]
    also: tuple[str, ...]

    @classmethod
    def of(cls, folder: Path) -> Linked:
        """The libraries of a build folder. Raises UsageError when it is not configured."""
        found = records.restore(cls, records.read(folder / "linked.json"))
        if found is None:
            raise UsageError(
                f"{folder} is not configured", shlex.join(["mpbitcoin", "build", f"-B{folder}"])
            )
        return found


def of_build(linked: Linked) -> dict[str, Any]:
    """The SBOM of a build.

    Raises UsageError when it was not configured with a prefix of ours.
    """
    known = stamp.packages_of(Path(linked.prefix))
    packages = [package for package in known if package.name in linked.packages]
    pinned = pinned_version(Path(linked.tree))
    made = _given_tree(linked.tree_version) if pinned is None else pinned_tree(pinned)
    return document(made, packages, linked.also)
