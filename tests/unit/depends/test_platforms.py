"""Platforms: every spelling of a triplet means one profile."""

from __future__ import annotations

import pytest

from mpbitcoin_depends import platforms
from mpbitcoin_depends.errors import UsageError


@pytest.mark.parametrize(("spelled", "triplet"), [
    ("x86_64-linux-gnu", "x86_64-pc-linux-gnu"),
    ("x86_64-pc-linux-gnu", "x86_64-pc-linux-gnu"),
    ("x86_64-unknown-linux-gnu", "x86_64-pc-linux-gnu"),
    ("amd64-linux-gnu", "x86_64-pc-linux-gnu"),
    ("x86_64-alpine-linux-musl", "x86_64-linux-musl"),
    ("x86_64-redhat-linux", "x86_64-pc-linux-gnu"),
    ("x86_64-suse-linux", "x86_64-pc-linux-gnu"),
    ("aarch64-redhat-linux", "aarch64-linux-gnu"),
    ("armv7l-unknown-linux-gnueabihf", "arm-linux-gnueabihf"),
    ("aarch64-linux-gnu", "aarch64-linux-gnu"),
    ("aarch64-unknown-linux-gnu", "aarch64-linux-gnu"),
    ("arm64-apple-darwin24.1.0", "arm64-apple-darwin"),
    ("aarch64-apple-darwin", "arm64-apple-darwin"),
    ("x86_64-w64-mingw32", "x86_64-w64-mingw32"),
    ("arm-linux-gnueabihf", "arm-linux-gnueabihf"),
])  # fmt: skip
def test_spellings(spelled: str, triplet: str) -> None:
    assert platforms.find(spelled).triplet == triplet


def test_unknown_host_names_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        platforms.find("aarch46-linux-gnu")
    assert "did you mean aarch64-linux-gnu?" in caught.value.hint


def test_every_profile_is_complete() -> None:
    for name in platforms.known():
        found = platforms.find(name)
        assert found.triplet == name
        assert found.os
        assert found.arch
        assert {"CC", "CXX"} <= set(found.tools)
        assert found.cmake_system in ("Linux", "Darwin", "Windows")
        assert name not in platforms.spellings(found)
