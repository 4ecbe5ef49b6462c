"""The README's commands on a new machine: an ordinary user, the README's packages, no caches."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.fresh.root import USER, Root

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("suite", ["bookworm", "trixie"])  # GCC 12 and 14
def test_the_readme_on_a_new_machine(suite: str, tmp_path: Path) -> None:
    assert os.geteuid() == 0, "making a Debian root takes root: run this stage with sudo"
    root = Root.make(suite, tmp_path / suite)
    shown = root.run(USER, "make")
    assert "clean stop, exit status 0" in shown
    packages = root.run(USER, "./mpbitcoin", "doctor", "--tests", "--packages").split()
    root.run("root", "apt-get", "update", "-q")
    root.run("root", "apt-get", "install", "-y", "-q", "--no-install-recommends", *packages)
    assert root.run(USER, "./mpbitcoin", "doctor", "--tests", "--packages").split() == []
    assert "stages passed" in root.run(USER, "make", "check")
    shutil.rmtree(root.folder)
