"""Tests of mpbitcoin_depends.sources.conandata."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mpbitcoin_depends import paths
from mpbitcoin_depends.errors import SourceError
from mpbitcoin_depends.recipe import recipe_versions
from mpbitcoin_depends.sources.conandata import load_source, parse_source
from mpbitcoin_depends.sources.providers import Debian, Npm, Pypi, Url

SHA = "0" * 64


def parse(**changes: Any) -> object:
    item = {"file": "a.tar.gz", "sha256": SHA, **changes}
    item = {key: value for key, value in item.items() if value is not None}
    return parse_source({"sources": {"1.0": [item]}}, "a", "1.0", "conandata.yml")


def test_reads_a_recipe(tmp_path: Path) -> None:
    (tmp_path / "all").mkdir()
    (tmp_path / "config.yml").write_text(
        'versions:\n  "2.0":\n    folder: all\n  "1.0":\n    folder: all\n'
    )
    (tmp_path / "all" / "conandata.yml").write_text(
        f"""
sources:
  "2.0":
    - file: a.tar.gz
      sha256: "{SHA}"
      root: a-2.0/
      only: [include, src/a*]
      providers:
        - url: https://example.org/a.tar.gz
        - debian: {{package: a, version: "2.0-1", suite: sid, file: a_2.0.orig.tar.gz}}
        - pypi: {{project: a, version: "2.0", file: a-2.0.tar.gz}}
        - npm: {{package: a, version: "2.0"}}
"""
    )
    source = load_source(tmp_path, "a", "2.0")
    (artefact,) = source.artefacts
    assert (artefact.root, artefact.only) == ("a-2.0", ("include", "src/a*"))
    assert artefact.providers == (
        Url("https://example.org/a.tar.gz"),
        Debian("a", "2.0-1", "sid", "a_2.0.orig.tar.gz"),
        Pypi("a", "2.0", "a-2.0.tar.gz"),
        Npm("a", "2.0"),
    )
    assert list(recipe_versions(tmp_path)) == ["2.0", "1.0"]
    with pytest.raises(SourceError, match=r"no version '3\.0'"):
        load_source(tmp_path, "a", "3.0")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sha256": None}, r"conandata.yml: sources.1.0\[0\]: missing key `sha256`"),
        ({"sha256": "abc"}, r"sha256 must be 64"),
        ({"sha256": 12}, r"sha256: Expected text, got `int`"),
        ({"file": None}, r"missing key `file`"),
        ({"file": "../a"}, r"sources.1.0\[0\]: file '../a' must be a plain file name"),
        ({"file": ".locks"}, r"plain file name"),
        ({"root": "/etc"}, r"'/etc' must be a relative path"),
        ({"only": ["a/../.."]}, r"\[0\]: 'a/../..' must be a relative path"),
        ({"only": "a"}, r"only: Expected a list"),
        ({"md5": "x"}, r"\[0\]: unknown key `md5`"),
        ({"providers": [{"ftp": "x"}]}, r"providers\[0\]: unknown key `ftp`"),
        ({"providers": [{}]}, r"providers\[0\]: must have exactly one key, one of: url, debian"),
        ({"providers": ["x"]}, r"providers\[0\]: Expected a mapping, got text"),
        ({"providers": [{"npm": {"package": "x"}}]}, r"providers\[0\].npm: missing key `version`"),
        (
            {"providers": [{"npm": {"package": "x", "version": 1.0}}]},
            r"npm.version: Expected text, got `float`",
        ),
        ({"providers": [{"npm": {"package": "x", "tag": "y"}}]}, r"npm: unknown key `tag`"),
    ],
)
def test_faults_name_the_key(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(SourceError, match=words):
        parse(**changes)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "c: missing key `sources`"),
        ({"sources": {1.0: []}}, "c: key in sources: Expected text, got `float`"),
        ({"sources": {"2.0": []}}, r"no version '1.0' \(there are: 2.0\)"),
        ({"sources": {"1.0": []}}, r"c: sources.1.0: Expected a list of length >= 1"),
    ],
)
def test_faults_of_the_whole(data: dict[str, Any], words: str) -> None:
    with pytest.raises(SourceError, match=words):
        parse_source(data, "a", "1.0", "c")


@pytest.mark.parametrize(
    ("text", "words"), [("a: [", "not valid YAML"), ("- a", "mapping"), (None, "cannot read")]
)
def test_a_bad_file_is_named(tmp_path: Path, text: str | None, words: str) -> None:
    if text is not None:
        (tmp_path / "config.yml").write_text(text)
    with pytest.raises(SourceError, match=words) as caught:
        recipe_versions(tmp_path)
    assert str(tmp_path / "config.yml") in caught.value.message
    assert "\n" not in caught.value.message


def test_text_that_yaml_takes_for_a_number() -> None:
    with pytest.raises(SourceError) as caught:
        parse(sha256=12)
    assert caught.value.hint == "put it in quotes"


def test_every_recipe_of_ours_loads() -> None:
    found = 0
    for folder in sorted(paths.RECIPES.iterdir()):
        for version, place in recipe_versions(folder).items():
            if (place / "conandata.yml").is_file():
                assert load_source(folder, folder.name, version).artefacts
                found += 1
    assert found >= 2
