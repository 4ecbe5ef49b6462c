"""Tests of mpbitcoin_depends.sources.archive: selected files, kinds of archives."""

from __future__ import annotations

import io
import random
import tarfile
from pathlib import Path

import pytest

from mpbitcoin_depends.errors import MachineError, SourceError
from mpbitcoin_depends.sources.archive import extract, remove_leftovers, unpack
from mpbitcoin_depends.sources.model import Artefact

from .archives import MTIME, artefact, files, make, member, symlink


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    return make(
        tmp_path / "a.tar.gz",
        member("./top", tarfile.DIRTYPE),
        member("top/run.sh"),
        member("top/libs/a/include/a.h"),
        member("top/libs/a/src/a.cpp"),
        member("top/libs/b/include/b.h"),
        member("top-not/x"),
        symlink("top/link", "libs/../run.sh"),
        member("top/hard.sh", tarfile.LNKTYPE, "top/run.sh"),
        symlink("elsewhere", "/etc/passwd"),
    )


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_strips_the_root(tmp_path: Path, mode: str) -> None:
    archive = make(tmp_path / "a", member("top/x/y"), member("z"), mode=mode)
    unpack(archive, artefact("top/x"), tmp_path / "out")
    assert files(tmp_path / "out") == {"y"}
    unpack(archive, artefact(""), tmp_path / "all")
    assert files(tmp_path / "all") == {"top/x/y", "z"}


def test_takes_all_below_the_root(plain: Path, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    unpack(plain, artefact(), out)
    assert files(out) == {
        *("run.sh", "hard.sh", "link"),
        *("libs/a/include/a.h", "libs/a/src/a.cpp", "libs/b/include/b.h"),
    }
    assert (out / "run.sh").read_text() == "top/run.sh" == (out / "link").read_text()
    assert (out / "run.sh").stat().st_mode & 0o777 == 0o755
    assert (out / "libs/a/src/a.cpp").stat().st_mode & 0o777 == 0o644
    for path in ("run.sh", "libs/a/src/a.cpp", "libs/a/src", "libs"):
        assert (out / path).stat().st_mtime == MTIME
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_takes_only_what_is_wanted(plain: Path, tmp_path: Path) -> None:
    unpack(plain, artefact("top", "libs/*/include", "run.sh"), tmp_path / "out")
    assert files(tmp_path / "out") == {"libs/a/include/a.h", "libs/b/include/b.h", "run.sh"}


def test_what_is_wanted_must_be_there(plain: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="docs: no such path in top of the archive"):
        unpack(plain, artefact("top", "libs", "docs"), tmp_path / "out")
    with pytest.raises(SourceError, match="nothing: is there in other of the archive"):
        unpack(plain, artefact("other"), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_hard_link_to_a_file_that_is_not_asked_for(tmp_path: Path) -> None:
    archive = make(
        *(tmp_path / "a.tar.gz", member("top/src/run.sh"), member("top/src/more")),
        member("top/include/run.sh", tarfile.LNKTYPE, "top/src/run.sh"),
    )
    unpack(archive, artefact("top", "include"), tmp_path / "out")
    assert files(tmp_path / "out") == {"include/run.sh"}
    made = tmp_path / "out" / "include" / "run.sh"
    assert made.read_text() == "top/src/run.sh"
    assert made.stat().st_mode & 0o777 == 0o755
    assert made.stat().st_mtime == made.parent.stat().st_mtime == MTIME


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
@pytest.mark.parametrize("cut", [slice(0), slice(6000), slice(6000, None)])
def test_a_damaged_archive_leaves_nothing(tmp_path: Path, mode: str, cut: slice) -> None:
    archive = tmp_path / "a.tar"
    info = member("top/noise")
    data = random.Random(1).randbytes(20_000)
    info.size = len(data)
    with tarfile.open(archive, mode) as tar:  # type: ignore[call-overload]
        tar.addfile(info, io.BytesIO(data))
    archive.write_bytes(archive.read_bytes()[cut])
    with pytest.raises(SourceError, match=r"a\.tar is damaged"):
        unpack(archive, artefact(), tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["a.tar"]


def test_an_existing_target_is_left_alone(plain: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    unpack(plain, artefact(), tmp_path / "out")
    assert files(tmp_path / "out") == set()


def test_leftovers_of_killed_runs_go(tmp_path: Path) -> None:
    stale = tmp_path / ".unpack-out-abc"
    (stale / "in").mkdir(parents=True)
    (stale / "in" / "f").touch()
    (stale / "in").chmod(0o555)
    remove_leftovers(tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_extract_fills_an_existing_folder(plain: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").touch()
    extract(plain, artefact("top", "run.sh"), tmp_path / "out")
    assert files(tmp_path / "out") == {"mine", "run.sh"}


def test_a_place_that_cannot_be_written_is_told(plain: Path, tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="cannot write"):
        unpack(plain, artefact(), plain / "out")


def test_a_debian_package_gives_its_data(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with tarfile.open(fileobj=inner, mode="w:xz") as tar:
        member = tarfile.TarInfo("./usr/include/sys/sdt.h")
        member.size = 5
        tar.addfile(member, io.BytesIO(b"probe"))

    def ar_member(name: bytes, content: bytes) -> bytes:
        head = name.ljust(16) + b"0".ljust(12) + b"0".ljust(6) + b"0".ljust(6) + b"644".ljust(8)
        return (
            head
            + str(len(content)).encode().ljust(10)
            + b"`\n"
            + content
            + b"\n" * (len(content) % 2)
        )

    package = tmp_path / "package.deb"
    package.write_bytes(
        b"!<arch>\n"
        + ar_member(b"debian-binary", b"2.0\n")
        + ar_member(b"control.tar.xz", b"odd")
        + ar_member(b"data.tar.xz", inner.getvalue())
    )
    artefact = Artefact(package.name, "0" * 64, "usr/include", ("sys/sdt.h",), ())
    unpack(package, artefact, tmp_path / "out")
    assert (tmp_path / "out" / "sys" / "sdt.h").read_bytes() == b"probe"
    empty = tmp_path / "empty.deb"
    empty.write_bytes(b"!<arch>\n" + ar_member(b"debian-binary", b"2.0\n"))
    with pytest.raises(SourceError, match="without data"):
        unpack(empty, artefact, tmp_path / "none")
    empty.write_bytes(b"!<arch>\n" + ar_member(b"data.tar.xz", b"").replace(b"0  ", b"x  "))
    with pytest.raises(SourceError, match="without a size"):
        unpack(empty, artefact, tmp_path / "none")
