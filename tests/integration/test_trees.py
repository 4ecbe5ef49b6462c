"""The toolchain file serves unmodified Bitcoin Core trees."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mpbitcoin_depends import paths, releases
from mpbitcoin_depends.files import remove_tree
from mpbitcoin_depends.sources.tree import tree_versions
from tests.integration.conftest import NO_QT, Checkout, run

pytestmark = pytest.mark.integration


def test_tree_is_unpacked_once_and_read_only(built: Checkout, checkout: Checkout) -> None:
    first, second = built.tree(), checkout.tree()
    assert first == second
    assert first.is_relative_to(paths.cache_root().resolve())
    files = [path for path in first.rglob("*") if path.is_file() and not path.is_symlink()]
    assert len(files) > 2000
    assert not any(path.stat().st_mode & 0o222 for path in files)


@pytest.fixture
def own_trees(tmp_path: Path) -> Iterator[dict[str, str]]:
    """An environment with its own trees, which tests change, and the existing caches."""
    cache = tmp_path / "cache"
    (cache / "trees").mkdir(parents=True)
    for folder in paths.cache_root().iterdir():
        if folder.name != "trees":
            (cache / folder.name).symlink_to(folder)
    yield {"MPBITCOIN_CACHE": str(cache)}
    remove_tree(cache / "trees")  # pytest cannot remove read-only folders


def write_into(place: Path) -> None:
    """What a functional test leaves behind that root runs in the tree."""
    for folder in (place, place / "test"):
        folder.chmod(0o755)
    (place / "test" / "cache").mkdir()
    (place / "test").chmod(0o555)


def test_a_tree_that_was_written_into_is_not_built_from(
    checkout: Checkout, own_trees: dict[str, str], tmp_path: Path
) -> None:
    build = ("build", f"-B{tmp_path / 'build'}", "-DWITH_PCH=OFF", "--target=bitcoin_clientversion")
    checkout.mpbitcoin(*build, env=own_trees)
    (place,) = (tmp_path / "cache" / "trees").glob("bitcoin-*")
    for command in (build, ("source", "bitcoin-core")):
        write_into(place)
        shown = checkout.mpbitcoin(*command, env=own_trees).stderr
        assert f"{place.name} cannot be trusted: test/cache was added\n" in shown
        assert "configuring" not in shown
        assert not (place / "test" / "cache").exists()
    assert "unpack" not in checkout.mpbitcoin(*build, env=own_trees).stderr


@pytest.mark.parametrize("version", tree_versions())
def test_configure(built: Checkout, checkout: Checkout, tmp_path: Path, version: str) -> None:
    """With our libmultiprocess for the release, then with the tree's own copy."""
    user = built
    if version != releases.DEFAULT.version:
        user = checkout
        checkout.make(NO_QT, f"BITCOIN_VERSION={version}")
    for external in ("ON", "OFF"):
        output = run(
            "cmake", "-S", user.tree(version), "-B", tmp_path / "build",
            f"--toolchain={user.prefix / 'toolchain.cmake'}",
            f"-DWITH_EXTERNAL_LIBMULTIPROCESS={external}",
        )  # fmt: skip
        assert "bitcoin-node (multiprocess) ......... ON" in output
        cache = (tmp_path / "build" / "CMakeCache.txt").read_text()
        assert f"CapnProto_DIR:PATH={user.prefix}" in cache
        assert "ENABLE_WALLET:BOOL=ON" in cache
        if external == "ON":
            assert f"Libmultiprocess_DIR:PATH={user.prefix}" in cache
    found = [x for x in cache.splitlines() if "=/usr/" in x and ("_DIR:" in x or "LIBRARY" in x)]
    assert [line for line in found if "NOTFOUND" not in line and "Python" not in line] == []
