"""The stamp: recognises an unchanged prefix, and only that."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mpbitcoin_depends import stamp
from tests.unit.conftest import parse


def made(folder: Path, key: str = "key") -> Path:
    for name in ("toolchain.cmake", "lib/a.a", "boost/include/boost/x.hpp"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    stamp.write(folder, key)
    return folder


def test_unchanged_is_current(tmp_path: Path) -> None:
    folder = made(tmp_path / "p")
    assert stamp.is_current(folder, "key")
    assert not stamp.is_current(folder, "other key")
    assert not stamp.is_current(tmp_path / "nowhere", "key")


def test_missing_added_and_changed_files_are_seen(tmp_path: Path) -> None:
    gone = made(tmp_path / "gone")
    (gone / "lib/a.a").unlink()
    more = made(tmp_path / "more")
    (more / "lib/b.a").write_text("")
    longer = made(tmp_path / "longer")
    (longer / "lib/a.a").write_text("another length")
    edited = made(tmp_path / "edited")
    (edited / "lib/a.a").write_text("lib/b.b")
    for folder in (gone, more, longer, edited):
        assert not stamp.is_current(folder, "key")


@pytest.mark.parametrize("content", ["{", "null", "[]", "{}", '{"key": null}', '{"key": "key"}'])
def test_damaged_stamp_is_no_stamp(tmp_path: Path, content: str) -> None:
    folder = made(tmp_path / "p")
    (folder / ".mpbitcoin-stamp.json").write_text(content)
    assert not stamp.is_current(folder, "key")
    assert stamp.key_of(folder) == ("key" if content.endswith('"key"}') else "")


def made_from(**given: str) -> str:
    options = parse({"NO_QT": "1", **given})
    return stamp.inputs(options, (), ())


def test_where_sources_come_from_and_what_is_shown_change_no_prefix() -> None:
    for given in (
        {"OFFLINE": "1"}, {"FALLBACK_DOWNLOAD_PATH": "https://mirror/"}, {"SOURCES_PATH": "/s"},
        {"JOBS": "3"}, {"V": "1"}, {"LOG": "1"},
    ):  # fmt: skip
        assert made_from(**given) == made_from()
    for given in ({"NO_ZMQ": "1"}, {"DEBUG": "1"}, {"CXXFLAGS": "-g"}, {"BASE_CACHE": "/b"}):
        assert made_from(**given) != made_from()


def test_moved_or_copied_prefix_stays_current(tmp_path: Path) -> None:
    made(tmp_path / "p").rename(tmp_path / "q")
    shutil.copytree(tmp_path / "q", tmp_path / "copy")  # with times, like cp -a
    for name in ("q", "copy"):
        assert stamp.is_current(tmp_path / name, "key")
