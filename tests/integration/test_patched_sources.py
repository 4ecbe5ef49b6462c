"""The sources that are built with sanitizers: unpacked and patched once, and again when changed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from mpbitcoin_depends.sources.store import sha256_of
from tests.sanitizers import sanitized
from tests.unit.depends.sources.archives import make, member

pytestmark = pytest.mark.integration
PATCH = """\
--- a/src/one.cpp
+++ b/src/one.cpp
@@ -1 +1 @@
-{old}
\\ No newline at end of file
+{new}
\\ No newline at end of file
"""


@pytest.fixture
def recipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A recipe of `tool`, with one patch; its archive is in the folder of sources."""
    folder = tmp_path / "recipes" / "tool" / "all"
    (folder / "patches").mkdir(parents=True)
    (folder.parent / "config.yml").write_text('versions: {"1.0": {folder: all}}')
    (tmp_path / "sources").mkdir()
    archive = make(
        tmp_path / "sources" / "tool.tar.gz", member("tool/src/one.cpp"), member("tool/two.cpp")
    )
    pinned = {"file": archive.name, "sha256": sha256_of(archive), "root": "tool"}
    data = {
        "sources": {"1.0": [pinned]},
        "patches": {"1.0": [{"file": "patches/1.patch", "reason": "x"}]},
    }
    (folder / "conandata.yml").write_text(json.dumps(data))
    (folder / "patches" / "1.patch").write_text(PATCH.format(old="tool/src/one.cpp", new="fixed"))
    monkeypatch.setenv("SOURCES_PATH", str(archive.parent))
    monkeypatch.setattr(sanitized, "RECIPES", tmp_path / "recipes")
    monkeypatch.setattr(sanitized, "SOURCES", {"tool": "1.0"})
    return folder


def test_unpacked_and_patched_once(recipe: Path, tmp_path: Path) -> None:
    place = sanitized.patched_source("tool", tmp_path / "place")
    assert (place / "src" / "one.cpp").read_text() == "fixed"
    (tmp_path / "sources" / "tool.tar.gz").unlink()
    assert sanitized.patched_source("tool", place.parent) == place


CHANGES: dict[str, Callable[[Path], object]] = {
    "a file has changed": lambda place: (place / "two.cpp").write_text("evil"),
    "a file is missing": lambda place: (place / "two.cpp").unlink(),
    "a file was added": lambda place: (place / "three.cpp").touch(),
    "no record": lambda place: place.with_name(".tool.json").unlink(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_made_again_when_it_was_changed(recipe: Path, tmp_path: Path, change: str) -> None:
    place = sanitized.patched_source("tool", tmp_path / "place")
    time = (place / "two.cpp").stat().st_mtime_ns
    CHANGES[change](place)
    sanitized.patched_source("tool", place.parent)
    assert sorted(path.name for path in place.rglob("*.cpp")) == ["one.cpp", "two.cpp"]
    assert (place / "two.cpp").read_text() == "tool/two.cpp"
    assert (place / "src" / "one.cpp").read_text() == "fixed"
    assert (place / "two.cpp").stat().st_mtime_ns == time  # it is not compiled again
    assert sorted(os.listdir(place.parent)) == [".tool.json", "tool"]


def test_made_again_for_another_patch(recipe: Path, tmp_path: Path) -> None:
    place = sanitized.patched_source("tool", tmp_path / "place")
    text = PATCH.format(old="tool/src/one.cpp", new="better")
    (recipe / "patches" / "1.patch").write_text(text)
    sanitized.patched_source("tool", place.parent)
    assert (place / "src" / "one.cpp").read_text() == "better"
