"""The prefix: checked copies, whole swaps, no stale files."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from mpbitcoin_depends import prefix
from mpbitcoin_depends.errors import CacheError, DependsError, MachineError
from mpbitcoin_depends.prefix import Built


def package(folder: Path, files: dict[str, bytes], wanted: tuple[str, ...] = ("host",)) -> Built:
    lines = ["1700000000"]
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        lines.append(f"{name}: {hashlib.md5(content).hexdigest()}")
    (folder / "conaninfo.txt").write_text("settings\n")
    (folder / "conanmanifest.txt").write_text("\n".join(lines) + "\n")
    return Built(folder.name, "1", "id", str(folder), wanted)


def contents(root: Path) -> set[str]:
    return {p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file()}


def test_contexts_have_their_places(tmp_path: Path) -> None:
    tool = package(tmp_path / "tool", {"bin/tool": b"x", "lib/l.a": b"a"}, ("host", "native"))
    (tmp_path / "tool/bin/tool").chmod(0o755)
    staged = prefix.stage(tmp_path / "out", "host", [tool])
    assert contents(staged) == {"bin/tool", "lib/l.a", "native/bin/tool", "native/lib/l.a"}
    assert os.access(staged / "native/bin/tool", os.X_OK)
    assert not os.access(staged / "lib/l.a", os.X_OK)


def test_changed_and_missing_files_are_found(tmp_path: Path) -> None:
    one = package(tmp_path / "one", {"lib/a": b"good"})
    (tmp_path / "one/lib/a").write_bytes(b"evil")
    with pytest.raises(CacheError, match="lib/a has changed"):
        prefix.stage(tmp_path / "out", "host", [one])
    (tmp_path / "one/lib/a").unlink()
    with pytest.raises(CacheError, match="lib/a is missing"):
        prefix.stage(tmp_path / "out", "host", [one])


def test_two_packages_may_share_only_equal_files(tmp_path: Path) -> None:
    one = package(tmp_path / "one", {"lib/a": b"same"})
    two = package(tmp_path / "two", {"lib/a": b"same"})
    assert contents(prefix.stage(tmp_path / "out", "host", [one, two])) == {"lib/a"}
    three = package(tmp_path / "three", {"lib/a": b"other"})
    with pytest.raises(DependsError, match="two packages contain lib/a"):
        prefix.stage(tmp_path / "out", "host", [one, three])


def test_swap_leaves_no_stale_file_and_no_staging_folder(tmp_path: Path) -> None:
    out = tmp_path / "out"
    target = out / "host"
    for files in ({"a": b"1", "old/b": b"2"}, {"a": b"3"}):
        one = package(tmp_path / f"p{len(files)}", files)
        prefix.swap_in(prefix.stage(out, "host", [one]), target)
    assert contents(out) == {"host/a"}
    assert (target / "a").read_bytes() == b"3"


def test_leftovers_of_killed_runs_go_and_those_of_live_ones_stay(tmp_path: Path) -> None:
    dead = tmp_path / ".host.999999999.abc"
    alive = tmp_path / f".host.{os.getpid()}.abc"
    dead.mkdir()
    alive.mkdir()
    prefix.stage(tmp_path, "host", [])
    assert not dead.exists()
    assert alive.exists()


def test_parent_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MachineError, match="cannot write the prefix"):
        prefix.stage(tmp_path / "file", "host", [])


def test_links_for_other_spellings(tmp_path: Path) -> None:
    target = tmp_path / "x86_64-pc-linux-gnu"
    target.mkdir()
    for _ in range(2):
        prefix.link_spellings(target, ["x86_64-linux-gnu"])
    assert os.readlink(tmp_path / "x86_64-linux-gnu") == "x86_64-pc-linux-gnu"
