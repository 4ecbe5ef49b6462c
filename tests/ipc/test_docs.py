"""Each code block of the client's documentation runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mpbitcoin import paths
from tests.ipc.conftest import RealNode

PAGES = sorted((paths.PROJECT / "docs" / "python").glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_code_of_a_page_runs(node: RealNode, tmp_path: Path, page: Path) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)
    assert blocks
    (tmp_path / ".bitcoin").symlink_to(node.folder)
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-c", "\n".join(blocks)],
        env=dict(os.environ, HOME=str(tmp_path), PYTHONPATH=str(paths.PACKAGE.parent)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_quickstart_is_short() -> None:
    text = (paths.PROJECT / "docs" / "python" / "quickstart.md").read_text()
    first = re.search(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert first is not None
    assert len(first[1].strip().splitlines()) <= 15
