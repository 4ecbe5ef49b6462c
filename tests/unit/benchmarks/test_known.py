"""The benchmarks that the command line offers."""

from __future__ import annotations

import re

from mpbitcoin_project import paths
from mpbitcoin_project.cli import bench


def test_those_of_the_readme_are_offered() -> None:
    told = (paths.PROJECT / "benchmarks" / "README.md").read_text()
    assert list(bench.known()) == sorted(re.findall(r"^\./mpbitcoin bench (\w+)", told, re.M))
