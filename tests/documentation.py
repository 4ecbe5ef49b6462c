"""The code blocks of the documentation, and the reasons why some of them are not run.

All others are: Python of docs/python and shell commands by tests/ipc/test_docs.py, the tests of
docs/testing.md by tests/integration/test_nodes.py. tests/unit/test_docs.py looks after all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from mpbitcoin_project import paths

#: `console` shows commands after `$` and their output, `toml` a depends.toml; `text` is not code.
LANGUAGES = frozenset({"python", "sh", "console", "text", "toml"})
#: The page whose Python blocks are tests for pytest.
PYTEST_PAGE = "docs/testing.md"

_BUILD = "builds for many minutes; the like is run by tests/integration/"
_INDEX = "needs the Python index"
_MEASURES = "measures for an hour or more"
_SYSTEM = "needs root, and the system that it is for"
#: Why a shell block is not run: page, the block's start, reason.
NOT_RUN = {
    ("README.md", "make  "): "takes an hour, and is what CI runs",
    ("README.md", "make -C"): "run word for word by tests/integration/test_core.py",
    ("CONTRIBUTING.md", "python3 -m venv"): _INDEX,
    ("CONTRIBUTING.md", "pip install uv"): _INDEX,
    ("benchmarks/README.md", "./mpbitcoin bench"): _MEASURES,
    ("depends/README.md", "pipx run"): _INDEX,
    ("docs/depends.md", "make -C depends NO_QT=1\n"): _BUILD + "test_commands.py",
    ("docs/depends.md", "make -C depends NO_QT=1 HOST="): _BUILD + "test_engine.py",
    ("docs/depends.md", "make -C depends download-one"): _BUILD + "test_engine.py",
    (
        "docs/depends.md",
        "./mpbitcoin cache",
    ): "the cache is yours; see tests/integration/test_cache.py",
    ("docs/executables.md", "make -C depends"): _BUILD + "test_commands.py",
    ("docs/executables.md", "cmake -B build -DWITH_MULTIPROCESS"): _BUILD + "test_cmake.py",
    ("docs/executables.md", "HOST_PLATFORM="): _BUILD + "test_cmake.py",
    ("docs/executables.md", "cmake -B build-mine"): _BUILD + "test_trees.py",
    ("docs/executables.md", "BITCOIND="): "half an hour; see tests/integration/test_core.py",
    ("docs/executables.md", "python3 -m venv"): _INDEX,
    ("docs/executables.md", "apt-get install python3-bpfcc"): _SYSTEM,
    ("docs/functional-tests.md", "make functional"): _MEASURES,
    ("docs/install.md", "sudo apt-get"): _SYSTEM,
    ("docs/install.md", "sudo dnf"): _SYSTEM,
    ("docs/install.md", "sudo apk"): _SYSTEM,
    ("docs/install.md", "xcode-select"): _SYSTEM,
    ("docs/performance.md", "./mpbitcoin build"): _MEASURES,
    ("docs/performance.md", "./mpbitcoin bench"): _MEASURES,
    (
        "docs/releases.md",
        "./mpbitcoin release",
    ): "needs a tag; see tests/unit/project/test_release.py",
    ("docs/trees.md", "make -C depends NO_QT=1\n"): _BUILD + "test_core.py",
    ("docs/trees.md", "make -C depends NO_QT=1 BITCOIN_VERSION"): _BUILD + "test_trees.py",
    ("docs/trees.md", "git worktree"): _BUILD + "test_prefix.py",
    ("docs/wheels.md", "make wheel"): "a quarter of an hour; tests/wheel makes and installs one",
    ("docs/wheels.md", "pip install"): "changes the environment; tests/wheel installs a wheel",
}


@dataclass(frozen=True)
class Block:
    """A fenced block of a page, named from the project's root."""

    page: str
    line: int
    language: str
    text: str

    @property
    def reason(self) -> str:
        """Why it is not run; empty when it is."""
        return next((why for (page, start), why in NOT_RUN.items() if self._is(page, start)), "")

    def _is(self, page: str, start: str) -> bool:
        return self.page == page and self.text.startswith(start)

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def pages() -> list[Path]:
    """All pages that users and developers read."""
    root = paths.PROJECT
    top = [page for page in root.glob("*.md") if page.name != "CHANGELOG.md"]
    return sorted(
        [
            *top,
            root / "benchmarks" / "README.md",
            root / "depends" / "README.md",
            *root.glob("docs/**/*.md"),
        ]
    )


def blocks(*languages: str) -> list[Block]:
    """The blocks of these languages, or all, in order."""
    found = []
    for page in pages():
        text = page.read_text(encoding="utf-8")
        for match in re.finditer(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
            line = text.count("\n", 0, match.start()) + 1
            name = str(page.relative_to(paths.PROJECT))
            found.append(Block(name, line, match[1], match[2]))
    return [block for block in found if not languages or block.language in languages]
