"""The stamp: recognises an unchanged prefix, and only that."""

from __future__ import annotations

from pathlib import Path

from mpbitcoin.depends import stamp


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
    for folder in (gone, more, longer):
        assert not stamp.is_current(folder, "key")


def test_damaged_stamp_is_no_stamp(tmp_path: Path) -> None:
    folder = made(tmp_path / "p")
    (folder / ".mpbitcoin-stamp.json").write_text("{")
    assert not stamp.is_current(folder, "key")


def test_moved_prefix_stays_current(tmp_path: Path) -> None:
    made(tmp_path / "p").rename(tmp_path / "q")
    assert stamp.is_current(tmp_path / "q", "key")
