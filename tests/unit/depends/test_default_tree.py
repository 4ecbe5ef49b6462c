"""The link to the pinned tree in a prefix."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mpbitcoin_depends import default_tree
from mpbitcoin_depends.errors import SourceError
from tests.unit.conftest import parse


def silent(_: str) -> None:
    """Report nothing."""


@pytest.fixture
def tree(own_cache: Path) -> Path:
    folder = own_cache / "trees" / "bitcoin-9.9-00000000"
    folder.mkdir(parents=True)
    (folder / "CMakeLists.txt").touch()
    return folder.resolve()


def test_a_link_leads_to_a_tree_of_the_cache_that_is_used(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    default_tree.link(tmp_path, tree)
    assert default_tree.is_there(tmp_path)
    monkeypatch.setenv("MPBITCOIN_CACHE", str(tmp_path / "other"))
    assert not default_tree.is_there(tmp_path)


def test_a_tree_that_is_gone_is_seen(tree: Path, tmp_path: Path) -> None:
    default_tree.link(tmp_path, tree)
    shutil.rmtree(tree)
    assert not default_tree.is_there(tmp_path)


def test_a_prefix_may_have_none(tmp_path: Path) -> None:
    default_tree.link(tmp_path, None)
    assert list(tmp_path.iterdir()) == []
    assert default_tree.is_there(tmp_path)
    for given in ({"NO_TREE": "1"}, {"BITCOIN_VERSION": "29"}):
        assert default_tree.find(parse(given), silent) is None


def test_a_tree_that_cannot_be_had_can_be_left_out(tmp_path: Path) -> None:
    options = parse({"OFFLINE": "1", "SOURCES_PATH": str(tmp_path)})
    with pytest.raises(SourceError) as caught:
        default_tree.find(options, silent)
    assert caught.value.hint.endswith("; or add NO_TREE=1")
