"""Fixtures of the unit tests: no compiler, no network, nothing outside a temporary folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from mpbitcoin_depends import paths, settings
from mpbitcoin_depends.compiler import Compiler
from mpbitcoin_depends.files import remove_tree
from mpbitcoin_depends.options import Options
from mpbitcoin_depends.platforms import find
from mpbitcoin_depends.toolset import Toolset


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Our caches in a temporary folder, so that no test touches the user's.

    It is removed at once: pytest cannot remove the trees in it later, which are read-only.
    """
    folder = tmp_path / "cache"
    monkeypatch.setenv("MPBITCOIN_CACHE", str(folder))
    monkeypatch.setattr(paths, "settings_file", lambda: tmp_path / "depends.toml")
    yield folder
    remove_tree(folder)


def parse(given: Mapping[str, str]) -> Options:
    """The options that make passes."""
    return settings.parse([settings.Layer(given, settings.MAKE)])


def compiler(command: str = "g++", identity: str = "same") -> Compiler:
    """A GCC 12 that was not probed."""
    return Compiler(
        command, f"/usr/bin/{command}", (), "gcc", "12.2.0", "x86_64-linux-gnu", identity
    )


def toolset(options: Options | None = None, triplet: str = "x86_64-pc-linux-gnu") -> Toolset:
    """A toolset of that compiler with the flags of `options`."""
    asked = options or parse({"NO_QT": "1"})
    flags = {n: asked.text(n) for n in ("CFLAGS", "CXXFLAGS", "CPPFLAGS", "LDFLAGS")}
    return Toolset(
        platform=find(triplet),
        cc=compiler("gcc"),
        cxx=compiler("g++"),
        tools={},
        flags=flags,
        debug=asked.debug,
        lto=asked.lto,
        c_standard=asked.c_standard,
        cxx_standard=asked.cxx_standard,
        salt=asked.host_id_salt,
    )
