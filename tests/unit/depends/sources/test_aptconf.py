"""Tests of mpbitcoin_depends.sources.aptconf. What apt itself reads, the integration tests show."""

from __future__ import annotations

from pathlib import Path

import pytest

from mpbitcoin_depends.sources import aptconf
from mpbitcoin_depends.sources.aptconf import Archive


def test_usual_places() -> None:
    archive = Archive("http://m.example/debian")
    assert (
        archive.pool_address("boost1.83", "f") == "http://m.example/debian/pool/main/b/boost1.83/f"
    )
    assert archive.pool_address("libevent", "f").endswith("/pool/main/libe/libevent/f")


def test_the_source_index_has_to_be_signed_by_debian(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aptconf, "_KEYRING_FOLDER", tmp_path)
    text = "Types: deb-src\nURIs: http://m/debian\nSuites: trixie\nComponents: main\n"
    assert Archive("http://m/debian").deb822("trixie") == text  # apt's own trusted keys
    keyring = tmp_path / "debian-archive-keyring.gpg"
    keyring.touch()
    assert Archive("http://m/debian").deb822("trixie") == f"{text}Signed-By: {keyring}\n"
