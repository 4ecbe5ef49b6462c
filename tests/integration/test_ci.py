"""`.ci/run` without apt: it lists missing packages and stops before the tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mpbitcoin_project import paths
from tests.integration.conftest import user_environment

pytestmark = pytest.mark.integration


def programs_without(folder: Path, *names: str) -> Path:
    """A folder with links to all programs of the PATH but these."""
    folder.mkdir()
    for place in map(Path, os.get_exec_path()):
        for program in place.iterdir() if place.is_dir() else ():
            link = folder / program.name
            if program.name not in names and not link.is_symlink():
                link.symlink_to(program)
    return folder


def test_missing_programs_are_listed_where_there_is_no_apt(tmp_path: Path) -> None:
    path = programs_without(tmp_path / "bin", "apt-get", "make", "readelf", "nm")
    env = {**user_environment(), "PATH": str(path), "PYTHON": sys.executable}
    command = [str(paths.PROJECT / ".ci" / "run")]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 3, done.stdout + done.stderr
    missing = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("MISSING")]
    assert {"make", "nm"} <= set(missing)
    assert done.stderr == ".ci/run: install what is MISSING above, then run it again\n"
