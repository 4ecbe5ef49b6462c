"""Every Bitcoin Core line has its libmultiprocess, and a project can be built with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mpbitcoin_depends.recipe import recipes
from tests.integration.conftest import NO_QT, Checkout, run
from tests.integration.test_prefix import CONSUMER

pytestmark = pytest.mark.lines


@pytest.mark.parametrize("line", recipes()["libmultiprocess"].rules.lines)
def test_the_prefix_of_a_line_serves_a_consumer(
    checkout: Checkout, tmp_path: Path, line: str
) -> None:
    checkout.make(NO_QT, f"BITCOIN_LINE={line}", "NO_ZMQ=1", "NO_WALLET=1", "NO_LIBEVENT=1")
    build = tmp_path / "build"
    toolchain = checkout.prefix / "toolchain.cmake"
    run("cmake", "-S", CONSUMER, "-B", build, f"--toolchain={toolchain}")
    run("cmake", "--build", build)
    assert "Hello, prefix!" in run(build / "consumer")
