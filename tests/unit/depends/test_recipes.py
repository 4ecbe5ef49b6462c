"""What every recipe's folder must contain, checked without Conan and the network."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from mpbitcoin_depends import paths
from mpbitcoin_depends.recipe import recipe_versions
from mpbitcoin_depends.sources.conandata import load_source

FOLDERS = sorted(path for path in paths.RECIPES.iterdir() if (path / "config.yml").is_file())
PACKAGES = [path for path in FOLDERS if (path / "all" / "conanfile.py").is_file()]
SHARED = "mpbitcoin-recipe"
WITH_SOURCES = [path for path in FOLDERS if path.name != SHARED]
NAMES = [path.name for path in PACKAGES if path.name != SHARED]


def conandata(folder: Path) -> dict[str, Any]:
    text = (folder / "all" / "conandata.yml").read_text(encoding="utf-8")
    data = yaml.safe_load(text)
    assert isinstance(data, dict)
    return data


def class_values(folder: Path) -> dict[str, Any]:
    """The plain attributes of the recipe's class, read without importing it."""
    tree = ast.parse((folder / "all" / "conanfile.py").read_text(encoding="utf-8"))
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    values = {}
    for node in classes[-1].body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            values[node.targets[0].id] = ast.literal_eval(node.value)
    return values


def every(folders: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("folder", folders, ids=lambda path: path.name)


@every(WITH_SOURCES)
def test_config_and_conandata_list_the_same_versions(folder: Path) -> None:
    assert list(conandata(folder)["sources"]) == list(recipe_versions(folder))


@every(WITH_SOURCES)
def test_every_artefact_is_pinned_and_can_be_had(folder: Path) -> None:
    for version in recipe_versions(folder):
        source = load_source(folder, folder.name, version)
        for artefact in source.artefacts:
            assert re.fullmatch("[0-9a-f]{64}", artefact.sha256)
            assert artefact.providers, f"{version}: {artefact.file} has no provider"


def test_one_file_name_means_one_content() -> None:
    contents: dict[str, set[str]] = {}
    for folder in WITH_SOURCES:
        for version in recipe_versions(folder):
            for artefact in load_source(folder, folder.name, version).artefacts:
                contents.setdefault(artefact.file, set()).add(artefact.sha256)
    assert [name for name, hashes in contents.items() if len(hashes) > 1] == []


@every(WITH_SOURCES)
def test_patches_exist_have_reasons_and_are_all_used(folder: Path) -> None:
    used = set()
    for version, patches in conandata(folder).get("patches", {}).items():
        assert version in recipe_versions(folder)
        for patch in patches:
            assert set(patch) == {"file", "reason"}
            assert len(patch["reason"].split()) > 5
            assert (folder / "all" / patch["file"]).is_file()
            used.add(folder / "all" / patch["file"])
    assert {path for path in (folder / "all" / "patches").rglob("*") if path.is_file()} == used


@every(PACKAGES)
def test_the_class_names_itself_and_its_licence(folder: Path) -> None:
    values = class_values(folder)
    assert values["name"] == folder.name
    assert values["license"]
    assert values["description"]


@every([path for path in PACKAGES if path.name in NAMES])
def test_a_recipe_shares_code_and_is_tested(folder: Path) -> None:
    values = class_values(folder)
    (version,) = recipe_versions_of_shared()
    assert values["python_requires"] == f"{SHARED}/{version}"
    assert values["python_requires_extend"].startswith(f"{SHARED}.")
    assert (folder / "depends.json").is_file()
    for name in ("conanfile.py", "CMakeLists.txt"):
        assert (folder / "all" / "test_package" / name).is_file()


def recipe_versions_of_shared() -> list[str]:
    return list(recipe_versions(paths.RECIPES / SHARED))


@every([path for path in PACKAGES if path.name in NAMES])
def test_what_a_recipe_exports_is_there(folder: Path) -> None:
    exported = class_values(folder).get("exports_sources", "patches/*")
    for pattern in (exported,) if isinstance(exported, str) else exported:
        if pattern != "patches/*":
            assert (folder / "all" / pattern).is_file()
