"""Every entry takes the options of depends from the environment, and the tree of their release."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from mpbitcoin_depends import paths
from mpbitcoin_depends.sources.tree import tree_source, tree_versions
from tests.integration.conftest import NO_QT, Checkout, run

pytestmark = pytest.mark.integration


@pytest.fixture
def bare(tmp_path: Path) -> dict[str, str]:
    """The environment of a machine without sources, packages, trees and network."""
    root = tmp_path / "cache"
    root.mkdir()
    (root / "venv").symlink_to(paths.cache_root() / "venv")
    return {
        "MPBITCOIN_CACHE": str(root),
        "BASE_CACHE": str(tmp_path / "packages"),
        "SOURCES_PATH": str(tmp_path / "sources"),
        "OFFLINE": "1",
    }


def missing(failed: subprocess.CompletedProcess[str], folder: str) -> str:
    """The error of a run that lacks a source in `folder`."""
    assert "cannot get the source of" in failed.stderr
    assert f"as {folder}/" in failed.stderr
    return failed.stderr


@pytest.mark.parametrize("words", [
    ("depends", NO_QT), ("build",), ("run",), ("source", "bitcoin-core"), ("depends", "download"),
])  # fmt: skip
def test_places(checkout: Checkout, bare: dict[str, str], words: tuple[str, ...]) -> None:
    failed = checkout.mpbitcoin(*words, env=bare, check=False)
    assert failed.returncode == 4
    missing(failed, bare["SOURCES_PATH"])


def test_places_of_make(checkout: Checkout, bare: dict[str, str]) -> None:
    missing(checkout.make(NO_QT, env=bare, check=False), bare["SOURCES_PATH"])


def test_the_package_cache(checkout: Checkout, bare: dict[str, str], tmp_path: Path) -> None:
    for action in ("show", "check"):
        checkout.mpbitcoin("cache", action, env=bare)
    shown = checkout.mpbitcoin("cache", "show", env=bare).stdout
    assert shown.startswith(f"{bare['BASE_CACHE']}: 0 packages")
    other = tmp_path / "other"
    shown = checkout.mpbitcoin("cache", "--base-cache", str(other), "show", env=bare).stdout
    assert shown.startswith(f"{other}: 0 packages")
    assert f"free in {bare['BASE_CACHE']}" in checkout.mpbitcoin("doctor", env=bare).stdout


def test_options_and_those_that_are_given(checkout: Checkout) -> None:
    env = {"NO_ZMQ": "1", "CFLAGS": "-DENVIRONMENT"}
    bill = json.loads(checkout.mpbitcoin("sbom", env=env).stdout)
    assert "zeromq" not in [component["name"] for component in bill["components"]]
    for given, flags in (((), "-DENVIRONMENT"), (("CFLAGS=-DGIVEN",), "-DGIVEN")):
        shown = checkout.mpbitcoin("depends", "--plan", "--json", NO_QT, *given, env=env).stdout
        plan = json.loads(shown)
        assert plan["host"]["flags"]["CFLAGS"] == flags
        assert "zeromq" not in [package["name"] for package in plan["packages"]]


def test_download_of_a_release_has_its_tree_and_names_all_that_is_missing(
    checkout: Checkout, bare: dict[str, str]
) -> None:
    newest, *_, oldest = tree_versions()
    for version in (newest, oldest):
        words = (f"BITCOIN_VERSION={version}", "download-one")
        shown = missing(checkout.make(*words, env=bare, check=False), bare["SOURCES_PATH"])
        for other in (newest, oldest):
            file = tree_source(other).artefacts[0].file
            assert (file in shown) == (other == version)
        for name in ("boost", "capnproto", "libevent", "libmultiprocess", "bitcoin-core", "zeromq"):
            assert f"source of {name}" in shown


def test_a_release_without_tree(checkout: Checkout, bare: dict[str, str]) -> None:
    done = checkout.make("BITCOIN_VERSION=29", "download-one", env=bare, check=False)
    assert "no tree of Bitcoin Core 29 is pinned" in done.stdout
    assert "py_bitcoinkernel" not in missing(done, bare["SOURCES_PATH"])
    env = {"BITCOIN_VERSION": "29"}
    failed = checkout.mpbitcoin("source", "bitcoin-core", env=env, check=False)
    assert failed.returncode == 2
    assert "no tree of Bitcoin Core 29 is pinned" in failed.stderr


def test_the_old_names_of_the_option_still_work(checkout: Checkout) -> None:
    version = tree_versions()[-1]
    major = version.partition(".")[0]
    plan = ("depends", "--plan", "--json", NO_QT)
    expected = json.loads(checkout.mpbitcoin(*plan, f"BITCOIN_VERSION={version}").stdout)
    for word in (f"BITCOIN_LINE={major}", f"--bitcoin-line={major}"):
        shown = checkout.mpbitcoin(*plan, word)
        assert json.loads(shown.stdout) == expected
        assert "BITCOIN_LINE is now BITCOIN_VERSION" in shown.stderr
    shown = checkout.mpbitcoin("source", "bitcoin-core", f"--tree={version}")
    assert Path(shown.stdout.splitlines()[-1]) == checkout.tree(version)
    assert "--tree is now --bitcoin-version" in shown.stderr


def test_the_tree_of_the_prefix(checkout: Checkout, tmp_path: Path) -> None:
    version = tree_versions()[-1]
    checkout.make(NO_QT, f"BITCOIN_VERSION={version}")
    toolchain = checkout.prefix / "toolchain.cmake"
    shown = run("cmake", "-S", checkout.root, "-B", tmp_path / "build", f"--toolchain={toolchain}")
    assert f"({version}, pinned)" in shown
