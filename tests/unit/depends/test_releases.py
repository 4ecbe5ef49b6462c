"""The table of Bitcoin Core releases: what it holds, and that everything it names is there."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from mpbitcoin_depends import paths, plan, releases
from mpbitcoin_depends.errors import MachineError, SourceError
from mpbitcoin_depends.recipe import recipe_versions, recipes
from mpbitcoin_depends.releases import Release
from mpbitcoin_depends.sources.tree import tree_source, tree_versions
from tests.unit.conftest import compiler, parse, toolset

FAMILIES = {"gcc", "clang", "apple-clang"}
ENTRY = {"version": "9.9", "ipc_option": "ENABLE_IPC", "compilers": {"gcc": "12.1"}}


def names(release: Release, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The packages of a prefix for `release`, the only one in the table, with their versions."""
    monkeypatch.setattr(releases, "find", lambda _: release)
    made = plan.make(parse({"NO_QT": "1"}), toolset(), toolset())
    return {package.name: package.version for package in made.packages}


@pytest.mark.parametrize("release", releases.ALL, ids=lambda release: release.version)
def test_an_entry_names_what_is_there(release: Release) -> None:
    assert release.ipc_option in ("ENABLE_IPC", "WITH_MULTIPROCESS")
    assert set(release.compilers) == FAMILIES
    for name, version in release.packages.items():
        assert version is None or version in recipe_versions(paths.RECIPES / name)
    if release.tree:
        assert set(release.tree) == {"origin", "sources"}
        for artefact in tree_source(release.version).artefacts:
            assert re.fullmatch("[0-9a-f]{64}", artefact.sha256)
            assert artefact.providers
    assert release.client is None or set(release.client) == {"templates_from"}
    assert not release.wallet_process or (release.tree and release.client is not None)


def test_versions_are_unique_and_the_default_has_a_tree() -> None:
    versions = [release.version for release in releases.ALL]
    assert len(set(versions)) == len(versions)
    assert releases.ALL[0] == releases.DEFAULT
    assert releases.DEFAULT.tree
    assert tree_versions()[0] == releases.DEFAULT.version


def test_every_version_of_libmultiprocess_is_that_of_a_release() -> None:
    named = {release.packages["libmultiprocess"] for release in releases.ALL}
    assert named == set(recipes()["libmultiprocess"].versions)


def test_a_release_is_found_by_its_version_and_the_first_by_its_major_version(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = tuple(replace(releases.DEFAULT, version=text) for text in ("32.1", "32.0", "31.0", "3"))
    monkeypatch.setattr(releases, "ALL", made)
    for text, version in (("32.0", "32.0"), ("32", "32.1"), ("31", "31.0"), ("3", "3")):
        assert releases.find(text).version == version
    for text in ("33", "32.", "32.2", "", "31.0.1"):
        with pytest.raises(ValueError, match=r"^choose one of 32\.1, 32\.0, 31\.0, 3$"):
            releases.find(text)


def test_a_release_picks_versions_of_packages_and_leaves_some_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    usual = names(releases.DEFAULT, monkeypatch)
    packages = {"libmultiprocess": "7.0", "libevent": None}
    other = names(replace(releases.DEFAULT, packages=packages), monkeypatch)
    del usual["libevent"]
    assert other == {**usual, "libmultiprocess": "7.0"}


@pytest.mark.parametrize(("family", "version", "fits"), [
    ("gcc", "12.1.0", True), ("gcc", "12.0.9", False), ("gcc", "9.4.0", False),
    ("clang", "17.0.0", True), ("clang", "16.9.9", False), ("apple-clang", "16.0.0", True),
])  # fmt: skip
def test_a_release_has_oldest_compilers(family: str, version: str, fits: bool) -> None:
    oldest = {"gcc": "12.1", "clang": "17.0", "apple-clang": "16.0"}
    release = replace(releases.DEFAULT, version="9.9", compilers=oldest)
    found = replace(compiler("cc"), family=family, version=version)
    if fits:
        found.require(release)
        return
    with pytest.raises(MachineError, match=f"cc is {family} {version}, too old") as caught:
        found.require(release)
    needed = f"Bitcoin Core 9.9 needs {oldest[family]} or newer"
    assert caught.value.message.endswith(needed)
    assert "install a newer" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[", "is not a table of releases"),
        ('[{"version": "1"}]', "missing .* 'ipc_option'"),
        (json.dumps([{**ENTRY, "patchs": 1}]), "unexpected keyword argument 'patchs'"),
        ("[1]", "is not a table of releases"),
    ],
)
def test_a_damaged_table_is_named(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "releases.json"
    file.write_text(text)
    with pytest.raises(SourceError, match=words) as caught:
        releases.read(file)
    assert str(file) in caught.value.message
    with pytest.raises(SourceError, match="cannot read"):
        releases.read(tmp_path / "missing")


def test_the_runtime_has_the_same_table() -> None:
    assert (paths.DATA.parent / "src" / "mpbitcoin" / "releases.json").samefile(releases.FILE)
