"""Which headers the rooms of the native code may include: docs/design.md has the table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from mpbitcoin_project.paths import PROJECT

SOURCES = PROJECT / "src"
#: Room -> the rooms whose headers it may include, besides its own. The first that fits is a file's.
ROOMS: dict[str, set[str]] = {
    "os": set(),
    "sandbox": {"os"},
    "ipc/runtime": {"os"},
    "ipc/interfaces": {"os", "ipc/runtime"},
    "executables/common": {"os", "ipc/runtime", "ipc/interfaces"},
    "executables/node": {"os", "sandbox", "ipc/runtime", "ipc/interfaces", "executables/common"},
    "executables/wallet": {"os", "sandbox", "ipc/runtime", "ipc/interfaces", "executables/common"},
    "executables/cli": {"os", "ipc/runtime", "ipc/interfaces"},
    "extension": {"os"},
}
#: Folders of tests, and of headers that only tests include.
TESTS = ("test", "ipc/test")
#: Headers of the system that have no folder.
SYSTEM = {
    "dirent.h",
    "fcntl.h",
    "poll.h",
    "pthread.h",
    "sched.h",
    "signal.h",
    "spawn.h",
    "unistd.h",
}
SYSTEM_FOLDERS = {"arpa", "linux", "netinet", "sys"}
#: What the rooms below know of Bitcoin Core: nothing, or its log.
BITCOIN: dict[str, set[str]] = {
    "os": set(),
    "sandbox": {"logging.h", "util/threadnames.h"},
}
INCLUDE = re.compile(r'^#include [<"]([^>"]+)[>"]', re.MULTILINE)


def room_of(name: str) -> str | None:
    """The room of a file, by its path below src."""
    return next((room for room in ROOMS if name.startswith(f"{room}/")), None)


def files(room: str) -> Iterator[Path]:
    """The room's sources and headers, without its tests."""
    for file in sorted((SOURCES / room).rglob("*")):
        if file.suffix in (".h", ".cpp") and "test" not in file.relative_to(SOURCES).parts:
            yield file


def included(room: str) -> Iterator[tuple[str, str]]:
    """Each file of the room, by its path below src, and a header that it includes."""
    for file in files(room):
        for header in INCLUDE.findall(file.read_text(encoding="utf-8")):
            yield str(file.relative_to(SOURCES)), header


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_include_what_they_may(room: str) -> None:
    wrong = []
    for file, header in included(room):
        other = room_of(header)
        if header.startswith(tuple(f"{folder}/" for folder in TESTS)):
            wrong.append(f"{file} includes {header}, which is for tests")
        elif other and other != room and other not in ROOMS[room]:
            wrong.append(f"{file} includes {header}, {room} may not know {other}")
    assert not wrong


@pytest.mark.parametrize("room", BITCOIN)
def test_low_rooms_do_without_bitcoin_core_and_capnproto(room: str) -> None:
    wrong = []
    for file, header in included(room):
        folder = header.partition("/")[0] if "/" in header else ""
        system = not header.endswith(".h") or header in SYSTEM or folder in SYSTEM_FOLDERS
        if not system and room_of(header) is None and header not in BITCOIN[room]:
            wrong.append(f"{file} includes {header}")
    assert not wrong


def test_every_source_has_a_room() -> None:
    sources = {file for file in SOURCES.rglob("*") if file.suffix in (".h", ".cpp")}
    names = {str(file.relative_to(SOURCES)) for file in sources}
    homeless = {name for name in names if not name.startswith(("test/", "ipc/test/"))}
    assert {name for name in homeless if room_of(name) is None} == set()


#: CMake's commands that make a target or change one, and its name; variables are not followed.
MADE = re.compile(r"\badd_(?:library|executable|\w+_test)\(\s*([a-z][\w-]*)")
CHANGED = re.compile(
    r"\b(?:target_\w+\(|set_target_properties\(|set_property\(\s*TARGET)\s*([a-z][\w-]*)"
)


def test_only_our_own_targets_are_changed() -> None:
    """The tree's libraries and executables are built as the tree builds them."""
    text = "".join(
        file.read_text(encoding="utf-8")
        for file in SOURCES.rglob("*")
        if file.name == "CMakeLists.txt" or file.suffix == ".cmake"
    )
    changed = set(CHANGED.findall(text))
    assert "mpbitcoin_ipc" in changed
    assert changed - set(MADE.findall(text)) == set()
