"""Tests of mpbitcoin_depends.sources.tree."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from mpbitcoin_depends import releases
from mpbitcoin_depends.errors import SourceError, UsageError
from mpbitcoin_depends.sources.store import SourceStore, sha256_of
from mpbitcoin_depends.sources.tree import pinned_version, remove, renew, tree, unpinned
from mpbitcoin_project.paths import IMPORTS

from .archives import make, member, symlink

FILES = ["CMakeLists.txt", "docs", "src/a.cpp", "src/b.cpp"]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SourceStore:
    """A store with the archive of version 9.9, the only one that is pinned."""
    folder = tmp_path / "store"
    folder.mkdir()
    archive = make(
        folder / "t.tar.gz",
        *(member(f"sdist/bitcoin/{name}") for name in FILES if name != "docs"),
        symlink("sdist/bitcoin/docs", "src"),
        member("sdist/x"),
    )
    pinned = {"file": archive.name, "sha256": sha256_of(archive), "root": "sdist/bitcoin"}
    table = tmp_path / "releases.json"
    tree = {"origin": "a test", "sources": [pinned]}
    entry = {"version": "9.9", "ipc_option": "", "compilers": {}, "tree": tree}
    table.write_text(json.dumps([entry]))
    monkeypatch.setattr(releases, "FILE", table)
    monkeypatch.setattr(releases, "ALL", releases.read(table))
    return SourceStore(folder)


@pytest.fixture
def place(store: SourceStore) -> Path:
    """The tree of 9.9, unpacked."""
    return tree(store, "9.9")


def held(folder: Path) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir()
    )


def test_unpacked_once_and_read_only(
    store: SourceStore, own_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_cache.mkdir()
    (tmp_path / "link").symlink_to(own_cache.name)
    monkeypatch.setenv("MPBITCOIN_CACHE", str(tmp_path / "link"))
    place = tree(store, "9.9")
    archive = store.folder / "t.tar.gz"
    name = f"bitcoin-9.9-{sha256_of(archive)[:8]}"
    assert place == (own_cache / "trees" / name).resolve()
    assert held(place) == FILES
    for path in (place, *place.rglob("*")):
        assert path.is_symlink() or path.stat().st_mode & 0o222 == 0
    archive.unlink()
    assert tree(store, "9.9") == place  # nothing is fetched again
    assert pinned_version(place) == "9.9"
    assert pinned_version(tmp_path) is None
    with pytest.raises(UsageError, match=r"no tree of Bitcoin Core 1\.0 is pinned") as caught:
        tree(store, "1.0")
    assert caught.value.hint == "choose one of 9.9"


def _rewrite(path: Path, text: str) -> None:
    path.chmod(0o644)
    path.write_text(text)


def _edit(folder: Path) -> None:
    state = (folder / "src" / "a.cpp").stat()
    _rewrite(folder / "src" / "a.cpp", "x" * state.st_size)
    (folder / "src" / "a.cpp").chmod(state.st_mode)


def _grow(folder: Path) -> None:
    state = (folder / "src" / "a.cpp").stat()
    _rewrite(folder / "src" / "a.cpp", "")
    os.utime(folder / "src" / "a.cpp", ns=(state.st_mtime_ns, state.st_mtime_ns))
    (folder / "src" / "a.cpp").chmod(state.st_mode)


def _link_elsewhere(folder: Path) -> None:
    (folder / "docs").unlink()
    (folder / "docs").symlink_to("/etc")


def _link_in_place_of_a_file(folder: Path) -> None:
    (folder / "src" / "a.cpp").unlink()
    (folder / "src" / "a.cpp").symlink_to("b.cpp")


CHANGES: dict[str, Callable[[Path], None]] = {
    "test was added": lambda folder: (folder / "test" / "cache").mkdir(parents=True),
    "src/c.cpp was added": lambda folder: (folder / "src" / "c.cpp").touch(),
    "src/b.cpp is missing": lambda folder: (folder / "src" / "b.cpp").unlink(),
    "src/b.cpp has changed": lambda folder: (folder / "src" / "b.cpp").chmod(0o644),
    "CMakeLists.txt has changed": lambda folder: os.utime(folder / "CMakeLists.txt"),
    "src/a.cpp has changed": _edit,
    "src/a.cpp has changed, its size alone": _grow,
    "docs has changed": _link_elsewhere,
    "src/a.cpp has changed, to a link": _link_in_place_of_a_file,
}


def change(folder: Path, what: Callable[[Path], None]) -> None:
    """Change the tree as root can, whoever we are."""
    for parent in (folder, folder / "src"):
        parent.chmod(0o755)
    what(folder)
    (folder / "src").chmod(0o555)


@pytest.mark.parametrize("what", CHANGES)
def test_a_tree_that_was_changed_is_unpacked_again(
    store: SourceStore, place: Path, what: str
) -> None:
    change(place, CHANGES[what])
    differs = what.partition(",")[0]
    refused = f"{place} cannot be trusted: {differs}"
    with pytest.raises(SourceError, match=refused):
        pinned_version(place)
    said: list[str] = []
    assert tree(store, "9.9", said.append) == place
    assert said == [refused, f"unpacking t.tar.gz into {place}"]
    assert held(place) == FILES
    assert (place / "src" / "a.cpp").read_text() == "sdist/bitcoin/src/a.cpp"
    assert os.readlink(place / "docs") == "src"
    assert [path.stat().st_mode & 0o222 for path in (place, place / "src")] == [0, 0]
    said.clear()
    assert tree(store, "9.9", said.append) == place
    assert said == []
    assert pinned_version(place) == "9.9"


def test_a_changed_tree_is_never_used(store: SourceStore, place: Path) -> None:
    (store.folder / "t.tar.gz").unlink()
    change(place, CHANGES["src/b.cpp is missing"])
    with pytest.raises(SourceError, match=r"cannot get the source.*t\.tar\.gz"):
        tree(store, "9.9")
    with pytest.raises(SourceError, match=r"cannot get the source.*t\.tar\.gz"):
        renew(store, place)


def test_what_a_build_folder_was_configured_with_is_renewed(
    store: SourceStore, place: Path, tmp_path: Path
) -> None:
    change(place, CHANGES["src/b.cpp is missing"])
    renew(store, place)
    assert held(place) == FILES
    mine = tmp_path / "mine"
    mine.mkdir()
    renew(store, mine)
    assert held(mine) == []


@pytest.mark.parametrize("left", ["", "{}", '{"entries": 1}', "not JSON"])
def test_a_tree_without_a_listing_of_ours_is_unpacked_again(
    store: SourceStore, place: Path, left: str
) -> None:
    (listing,) = place.parent.glob(".*.json")
    listing.unlink()
    if left:
        listing.write_text(left)
    said: list[str] = []
    tree(store, "9.9", said.append)
    assert "its record is missing" in said[0]
    assert pinned_version(place) == "9.9"


def test_trees_that_are_not_pinned_can_be_removed(store: SourceStore, place: Path) -> None:
    old = place.with_name("bitcoin-1.0-01234567")
    place.rename(old)
    for name in (".json", ".lock"):
        place.with_name(f".{place.name}{name}").rename(old.with_name(f".{old.name}{name}"))
    again = tree(store, "9.9")
    assert unpinned() == [old]
    remove(old)
    assert unpinned() == []
    assert {path.name.partition("9.9")[0] for path in again.parent.iterdir()} == {
        "bitcoin-", ".bitcoin-"
    }  # fmt: skip
    assert pinned_version(again) == "9.9"


#: Unpacks the tree and is killed right before, or after, it puts that in its place.
KILLED = """
import os, pathlib, signal, sys
from importlib import import_module
from mpbitcoin_depends import releases
from mpbitcoin_depends.sources.store import SourceStore
trees = import_module("mpbitcoin_depends.sources.tree")
replace = trees.replace_folder
def die(made, target):
    if sys.argv[3] == "after":
        replace(made, target)
    os.kill(os.getpid(), signal.SIGKILL)
releases.ALL, trees.replace_folder = releases.read(pathlib.Path(sys.argv[1])), die
trees.tree(SourceStore(pathlib.Path(sys.argv[2])), "9.9")
"""


@pytest.mark.parametrize("tree_is_there", [False, True])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_killed_run_is_made_good(store: SourceStore, tree_is_there: bool, when: str) -> None:
    if tree_is_there:
        change(tree(store, "9.9"), CHANGES["src/b.cpp is missing"])
    words = [sys.executable, "-c", KILLED, str(releases.FILE), str(store.folder), when]
    env = {**os.environ, "PYTHONPATH": IMPORTS}
    assert subprocess.run(words, env=env, check=False).returncode == -signal.SIGKILL
    place = tree(store, "9.9")
    assert held(place) == FILES
    assert pinned_version(place) == "9.9"
    change(place, CHANGES["src/b.cpp is missing"])
    tree(store, "9.9")
    assert [path for path in place.parent.iterdir() if ".unpack" in path.name] == []


def test_many_runs_at_once_find_it_changed(store: SourceStore, place: Path) -> None:
    """All succeed, and concurrent readers always find a tree."""
    over, vanished = threading.Event(), []

    def read() -> None:
        while not over.is_set():
            if not (place / "CMakeLists.txt").exists():
                vanished.append(place)

    reader = threading.Thread(target=read)
    reader.start()
    given: list[Path] = []
    try:
        for _ in range(5):
            change(place, CHANGES["src/b.cpp is missing"])
            runs = [
                threading.Thread(target=lambda: given.append(tree(store, "9.9"))) for _ in range(4)
            ]
            for run in runs:
                run.start()
            for run in runs:
                run.join()
            assert held(place) == FILES
    finally:
        over.set()
        reader.join()
    assert given == [place] * 20
    assert vanished == []
    assert pinned_version(place) == "9.9"
