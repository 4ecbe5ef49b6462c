"""Tests of mpbitcoin.depends.sources.tree."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mpbitcoin import paths
from mpbitcoin.depends.sources.store import SourceStore, sha256_of
from mpbitcoin.depends.sources.tree import tree, tree_versions
from mpbitcoin.errors import SourceError

from .archives import make, member


def test_our_pinned_trees() -> None:
    assert tree_versions() == ("31.99", "30.99")


def test_unpacked_once_and_read_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = tmp_path / "store"
    store.mkdir()
    archive = make(store / "t.tar.gz", member("sdist/bitcoin/CMakeLists.txt"), member("sdist/x"))
    sha256 = sha256_of(archive)
    recipe = tmp_path / "recipes" / "bitcoin-core"
    (recipe / "all").mkdir(parents=True)
    (recipe / "config.yml").write_text('versions: {"9.9": {folder: all}}')
    (recipe / "all" / "conandata.yml").write_text(
        f'sources: {{"9.9": [{{file: t.tar.gz, sha256: "{sha256}", root: sdist/bitcoin}}]}}'
    )
    (tmp_path / "cache").mkdir()
    (tmp_path / "link").symlink_to("cache")
    monkeypatch.setattr(paths, "RECIPES", tmp_path / "recipes")
    monkeypatch.setenv("MPBITCOIN_CACHE", str(tmp_path / "link"))

    place = tree(SourceStore(store), "9.9")
    assert place == (tmp_path / "cache" / "trees" / f"bitcoin-9.9-{sha256[:8]}").resolve()
    assert os.listdir(place) == ["CMakeLists.txt"]
    assert place.stat().st_mode & 0o222 == 0
    archive.unlink()
    assert tree(SourceStore(store), "9.9") == place  # nothing is fetched again
    place.chmod(0o755)
    with pytest.raises(SourceError, match="no version"):
        tree(SourceStore(store), "1.0")
