"""Tests of mpbitcoin.depends.sources.archive, malicious archives among them."""

from __future__ import annotations

import io
import os
import random
import shutil
import tarfile
from pathlib import Path

import pytest

from mpbitcoin.depends.sources.archive import extract, remove_leftovers, unpack
from mpbitcoin.depends.sources.model import Artefact
from mpbitcoin.errors import MachineError, SourceError

MTIME = 1_600_000_000


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.mtime = kind, link, MTIME
    info.mode = 0o777 if kind == tarfile.DIRTYPE or name.endswith(".sh") else 0o666
    return info


def symlink(name: str, link: str) -> tarfile.TarInfo:
    return member(name, tarfile.SYMTYPE, link)


def make(path: Path, *members: tarfile.TarInfo, mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as tar:  # type: ignore[call-overload]
        for info in members:
            data = info.name.encode() if info.isreg() else b""
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return path


def artefact(root: str = "top", *only: str) -> Artefact:
    return Artefact("a.tar", "0" * 64, root, only, ())


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}


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


REFUSED = {
    "absolute": ([member("/tmp/evil")], "/tmp/evil"),
    "absolute outside the root": ([member("top/ok"), member("/evil")], "/evil"),
    "dot dot": ([member("top/../../evil")], "top/../../evil"),
    "absolute link": ([symlink("top/l", "/etc/passwd")], "top/l"),
    "link out": ([symlink("top/d/l", "../../evil")], "top/d/l"),
    "link to the parent": ([symlink("top/l", "..")], "top/l"),
    "link out of the root": ([symlink("top/l", "../other/x"), member("other/x")], "top/l"),
    "links that lead out together": (
        [
            member("top/a/b/c/x"),
            symlink("top/a/b/c/e", "../../.."),
            symlink("top/f", "a/b/c/e/../../x"),
        ],
        "f'",
    ),
    "links that lead out together, the other way round": (
        [
            member("top/a/b/c/x"),
            symlink("top/f", "a/b/c/e/../../x"),
            symlink("top/a/b/c/e", "../../.."),
        ],
        "f",
    ),
    "hard link out": ([member("top/h", tarfile.LNKTYPE, "/etc/passwd")], "/etc/passwd"),
    "hard link up": ([member("top/h", tarfile.LNKTYPE, "top/../../x")], "top/../../x"),
    "hard link to what is not there": ([member("top/h", tarfile.LNKTYPE, "other/x")], "h"),
    "hard link by a link to what is not there": (
        [symlink("top/l", "d"), member("top/h", tarfile.LNKTYPE, "top/l/x")],
        "top/h",
    ),
    "hard link to a folder": (
        [member("top/d", tarfile.DIRTYPE), member("top/h", tarfile.LNKTYPE, "top/d")],
        "top/h",
    ),
    "hard link to a link that leads out from there": (
        [symlink("top/a/b/l", "../../x"), member("top/h", tarfile.LNKTYPE, "top/a/b/l")],
        "top/h",
    ),
    "hard link to a device that is left out": (
        [member("other/dev", tarfile.CHRTYPE), member("top/h", tarfile.LNKTYPE, "other/dev")],
        "other/dev",
    ),
    "hard link to a link out that is left out": (
        [symlink("other/l", "/etc/passwd"), member("top/h", tarfile.LNKTYPE, "other/l")],
        "other/l",
    ),
    "file below a link that leads out with others": (
        [
            member("top/a/b/c/x"),
            symlink("top/a/b/c/e", "../../.."),
            symlink("top/f", "a/b/c/e/../.."),
            member("top/f/evil"),
        ],
        "top/f",
    ),
    "link below a linked folder that leads out from there": (
        [member("top/d/x"), symlink("top/a/b/l", "../../d"), symlink("top/a/b/l/m", "../../x")],
        "top/a/b/l/m",
    ),
    "file below an endless link": (
        [symlink("top/l", "m"), symlink("top/m", "l"), member("top/l/x")],
        "top/l/x",
    ),
    "device": ([member("top/dev", tarfile.CHRTYPE)], "top/dev"),
    "block device": ([member("top/dev", tarfile.BLKTYPE)], "top/dev"),
    "pipe": ([member("top/fifo", tarfile.FIFOTYPE)], "top/fifo"),
}


@pytest.mark.parametrize("old_python", [False, True])
@pytest.mark.parametrize("case", REFUSED)
def test_refuses(
    tmp_path: Path, case: str, old_python: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if old_python:  # as Debian 12's, whose tarfile has no filters
        monkeypatch.delattr(tarfile, "data_filter", raising=False)
    members, named = REFUSED[case]
    archive = make(tmp_path / "a.tar.gz", *members)
    with pytest.raises(SourceError) as caught:
        unpack(archive, artefact(), tmp_path / "out")
    assert named in caught.value.message
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.tar.gz"]


LEGAL = {
    "a link repeated": (
        [member("top/x"), symlink("top/l", "x"), symlink("top/l", "x")],
        {"l": "top/x", "x": "top/x"},
    ),
    "a link that is another one later": (
        [member("top/x"), member("top/y"), symlink("top/l", "x"), symlink("top/l", "y")],
        {"l": "top/y", "x": "top/x", "y": "top/y"},
    ),
    "a hard link repeated, and with itself": (
        [member("top/x"), *[member("top/h", tarfile.LNKTYPE, f"top/{n}") for n in "xxh"]],
        {"h": "top/x", "x": "top/x"},
    ),
    "a file over a link": (
        [member("top/x"), symlink("top/l", "x"), member("top/l")],
        {"l": "top/l", "x": "top/x"},
    ),
    "a folder over a link": (
        [member("top/d/x"), symlink("top/l", "d"), member("top/l", tarfile.DIRTYPE),
         member("top/l/y")],
        {"d/x": "top/d/x", "l/y": "top/l/y"},
    ),
    "files below a linked folder": (
        [member("top/d/e/x"), symlink("top/l", "d/e"), member("top/l/y"), member("top/l/f/z"),
         symlink("top/l/up", "../w"), member("top/d/w")],
        {"d/e/x": "top/d/e/x", "d/e/y": "top/l/y", "d/e/f/z": "top/l/f/z", "d/e/up": "top/d/w",
         "d/w": "top/d/w"},
    ),
    "a file below a link to a folder that comes later": (
        [symlink("top/l", "d"), member("top/l/x"), member("top/d", tarfile.DIRTYPE),
         member("top/d/y")],
        {"d/x": "top/l/x", "d/y": "top/d/y"},
    ),
    "a hard link by a linked folder": (
        [member("top/d/x"), symlink("top/l", "d"), member("top/h", tarfile.LNKTYPE, "top/l/x")],
        {"d/x": "top/d/x", "h": "top/d/x"},
    ),
    "a hard link to a link": (
        [member("top/d/x"), symlink("top/l", "d/x"), member("top/h", tarfile.LNKTYPE, "top/l")],
        {"d/x": "top/d/x", "l": "top/d/x", "h": "top/d/x"},
    ),
    "hard links to a file that is left out": (
        [member("other/x.sh"), member("top/h", tarfile.LNKTYPE, "other/x.sh"), member("top/y"),
         member("top/i", tarfile.LNKTYPE, "other/x.sh")],
        {"h": "other/x.sh", "i": "other/x.sh", "y": "top/y"},
    ),
    "a hard link to one that is left out": (
        [member("other/x"), member("other/h", tarfile.LNKTYPE, "other/x"),
         member("top/h", tarfile.LNKTYPE, "other/h")],
        {"h": "other/x"},
    ),
    "a hard link by one that is left out": (
        [member("top/x"), member("other/h", tarfile.LNKTYPE, "top/x"),
         member("top/h", tarfile.LNKTYPE, "other/h")],
        {"h": "top/x", "x": "top/x"},
    ),
    "a hard link to a file that is left out, then a file": (
        [member("other/x"), member("top/h", tarfile.LNKTYPE, "other/x"), member("top/h")],
        {"h": "top/h"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("old_python", [False, True])
@pytest.mark.parametrize("case", LEGAL)
def test_takes_what_is_odd_but_legal(
    tmp_path: Path, case: str, old_python: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if old_python:
        monkeypatch.delattr(tarfile, "data_filter", raising=False)
    members, expected = LEGAL[case]
    out = tmp_path / "out"
    unpack(make(tmp_path / "a.tar.gz", *members), artefact(), out)
    assert {path: (out / path).read_text() for path in files(out) if (out / path).is_file()} == (
        expected
    )


def random_members(random: random.Random) -> list[tarfile.TarInfo]:
    def name(*more: str) -> str:
        return "/".join(random.choice(["a", "b", "c", *more]) for _ in range(random.randint(1, 3)))

    made = []
    for _ in range(random.randint(1, 9)):
        kind = random.choice([tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE])
        roots = random.choices(["top", "other"], [4, 1], k=2)
        link = name("..", ".") if kind == tarfile.SYMTYPE else f"{roots[1]}/{name()}"
        is_link = kind in (tarfile.SYMTYPE, tarfile.LNKTYPE)
        made.append(member(f"{roots[0]}/{name()}", kind, link if is_link else ""))
    return made


@pytest.mark.parametrize("old_python", [False, True])
def test_no_archive_gets_out(
    tmp_path: Path, old_python: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if old_python:
        monkeypatch.delattr(tarfile, "data_filter", raising=False)
    dice = random.Random(old_python)
    place = tmp_path / "above" / "out"
    place.parent.mkdir()
    (tmp_path / "a").write_text("untouched")
    (place.parent / "b").write_text("untouched")
    taken = 0
    for _ in range(400):
        archive = make(tmp_path / "a.tar", *random_members(dice), mode="w")
        try:
            unpack(archive, artefact("top", *dice.choice([[], ["a"]])), place)
        except SourceError:
            assert not place.exists()
        else:
            taken += 1
            assert all(path.resolve().is_relative_to(place) for path in place.rglob("*"))
            shutil.rmtree(place)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "a.tar", "above"]
        assert [path.read_text() for path in place.parent.iterdir()] == ["untouched"]
    assert taken > 50


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


def test_endless_links_are_refused_or_harmless(tmp_path: Path) -> None:
    archive = make(tmp_path / "a.tar.gz", member("top/x"), symlink("top/l", "l"))
    try:
        unpack(archive, artefact(), tmp_path / "out")
    except SourceError as error:
        assert "endless link" in error.message  # noqa: PT017  (Pythons differ on loops)


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


def test_read_only(plain: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    unpack(plain, artefact(), out, read_only=True)
    for path in (out, *out.rglob("*")):
        assert path.lstat().st_mode & 0o222 == 0 or path.is_symlink()
    assert (out / "run.sh").stat().st_mode & 0o111
    for parent, _, _ in os.walk(out):  # so that the test's folder can be removed
        Path(parent).chmod(0o755)


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


def test_a_file_in_the_way_of_another(tmp_path: Path) -> None:
    for first, second in (("top/x", "top/x/y"), ("top/x/y", "top/x")):
        archive = make(tmp_path / "a.tar.gz", member(first), member(second))
        with pytest.raises(SourceError, match=f"clashes with an earlier one: member '{second}'"):
            unpack(archive, artefact(), tmp_path / "out")
    archive = make(tmp_path / "a.tar.gz", member("top/x"), member("./top/x"))
    unpack(archive, artefact(), tmp_path / "out")
    assert (tmp_path / "out" / "x").read_text() == "./top/x"


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
    with pytest.raises(SourceError, match="of no size"):
        unpack(empty, artefact, tmp_path / "none")
