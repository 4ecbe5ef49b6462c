"""Every Bitcoin Core release has its libmultiprocess, and a project can be built with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mpbitcoin_depends import releases
from tests.integration.conftest import NO_QT, Checkout, run
from tests.integration.test_prefix import CONSUMER

pytestmark = pytest.mark.releases


@pytest.mark.parametrize("version", [release.version for release in releases.ALL])
def test_the_prefix_of_a_release_serves_a_consumer(
    checkout: Checkout, tmp_path: Path, version: str
) -> None:
    few = ("NO_ZMQ=1", "NO_WALLET=1", "NO_LIBEVENT=1", "NO_TREE=1")
    checkout.make(NO_QT, f"BITCOIN_VERSION={version}", *few)
    build = tmp_path / "build"
    toolchain = checkout.prefix / "toolchain.cmake"
    run("cmake", "-S", CONSUMER, "-B", build, f"--toolchain={toolchain}")
    run("cmake", "--build", build)
    assert "Hello, prefix!" in run(build / "consumer")
