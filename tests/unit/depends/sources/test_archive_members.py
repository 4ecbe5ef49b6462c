"""Tests of mpbitcoin_depends.sources.archive: members that are malicious, or odd but legal."""

from __future__ import annotations

import random
import shutil
import tarfile
from pathlib import Path

import pytest

from mpbitcoin_depends.errors import SourceError
from mpbitcoin_depends.sources.archive import unpack

from .archives import artefact, files, make, member, symlink

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


def test_endless_links_are_refused_or_harmless(tmp_path: Path) -> None:
    archive = make(tmp_path / "a.tar.gz", member("top/x"), symlink("top/l", "l"))
    try:
        unpack(archive, artefact(), tmp_path / "out")
    except SourceError as error:
        assert "endless link" in error.message  # noqa: PT017  (Pythons differ on loops)


def test_a_file_in_the_way_of_another(tmp_path: Path) -> None:
    for first, second in (("top/x", "top/x/y"), ("top/x/y", "top/x")):
        archive = make(tmp_path / "a.tar.gz", member(first), member(second))
        with pytest.raises(SourceError, match=f"conflicts with an earlier one: member '{second}'"):
            unpack(archive, artefact(), tmp_path / "out")
    archive = make(tmp_path / "a.tar.gz", member("top/x"), member("./top/x"))
    unpack(archive, artefact(), tmp_path / "out")
    assert (tmp_path / "out" / "x").read_text() == "./top/x"
