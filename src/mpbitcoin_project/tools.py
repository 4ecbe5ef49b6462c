"""System programs: which stage needs them, and the command that installs them."""

from __future__ import annotations

import shutil
import sysconfig
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

#: Package managers, in the order of preference, with their install commands.
_MANAGERS = {
    "apt-get": "apt-get install",
    "dnf": "dnf install",
    "apk": "apk add",
    "brew": "brew install",
}


def _stages(names: str) -> frozenset[str]:
    return frozenset(names.split())


@dataclass(frozen=True)
class Tool:
    """A program: its possible names, its purpose, and the package that contains it.

    `packages` has the package's name for managers that do not call it `package`; `stages` are the
    stages of `mpbitcoin check` that use it.
    """

    programs: tuple[str, ...]
    purpose: str
    package: str
    packages: Mapping[str, str] = field(default_factory=dict)
    stages: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """Its usual name."""
        return self.programs[0]

    def find(self) -> str | None:
        """Its path; None when it is not installed."""
        return next(filter(None, map(shutil.which, self.programs)), None)


@dataclass(frozen=True)
class PythonHeader(Tool):
    """A header of the Python that runs us: its distribution may have it in a separate package."""

    def find(self) -> str | None:
        """Its path; None when it is not installed."""
        header = Path(sysconfig.get_path("include"), self.name)
        return str(header) if header.is_file() else None


COMPILER = Tool(("g++", "clang++"), "compiles C++20", "g++", {"dnf": "gcc-c++", "brew": "llvm"})
MAKE = Tool(("make",), "runs the commands of the README", "make")
GIT = Tool(
    ("git",),
    "to clone, to contribute and to run tests",
    "git",
    stages=_stages("unit integration core races"),
)
CMAKE = Tool(
    ("cmake",),
    "only to call it yourself; `mpbitcoin build` has its own",
    "cmake",
    stages=_stages("integration core releases"),
)
CCACHE = Tool(("ccache",), "makes a second build ten times as fast", "ccache")
BROWSER = Tool(
    ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    "shows pages",
    "chromium",
    stages=_stages("integration"),
)

#: Needed to build.
FOR_BUILDS = (COMPILER, MAKE)
#: Needed only by tests.
FOR_TESTS = (
    GIT,
    CMAKE,
    Tool(
        ("ninja",),
        "CMake's other generator",
        "ninja-build",
        {"apk": "ninja", "brew": "ninja"},
        _stages("integration core"),
    ),
    Tool(("bash",), "runs the docs' commands", "bash", stages=_stages("integration ipc core")),
    Tool(("pstree",), "is one of the docs' commands", "psmisc", stages=_stages("ipc")),
    Tool(
        ("patch",), "applies a recipe's patches", "patch", stages=_stages("integration fuzz races")
    ),
    PythonHeader(
        ("Python.h",),
        "builds the Python extension",
        "python3-dev",
        {"dnf": "python3-devel", "brew": "python"},
        _stages("build native releases wheel"),
    ),
    Tool(("nm",), "lists symbols", "binutils", stages=_stages("processes")),
    Tool(("strip",), "strips executables", "binutils", stages=_stages("wheel")),
    Tool(("readelf",), "reads executables", "binutils", stages=_stages("wheel")),
    Tool(
        ("npm",),
        "fetches a source",
        "npm",
        {"dnf": "nodejs-npm", "brew": "node"},
        _stages("integration"),
    ),
    Tool(
        ("aarch64-linux-gnu-g++",),
        "compiles for another host platform",
        "g++-aarch64-linux-gnu",
        {"dnf": "gcc-c++-aarch64-linux-gnu"},
        _stages("integration"),
    ),
    BROWSER,
    Tool(("debootstrap",), "makes minimal Debian roots", "debootstrap", stages=_stages("fresh")),
)


def for_stages(stages: Iterable[str]) -> tuple[Tool, ...]:
    """The tools that these stages of `mpbitcoin check` use."""
    wanted = frozenset(stages)
    return tuple(tool for tool in FOR_TESTS if tool.stages & wanted)


def missing(wanted: Iterable[Tool]) -> tuple[Tool, ...]:
    """The tools that are not installed."""
    return tuple(tool for tool in wanted if tool.find() is None)


def packages(wanted: Iterable[Tool]) -> tuple[str, ...]:
    """The packages that contain these tools, with this machine's names, each once."""
    manager = next(filter(shutil.which, _MANAGERS), "")
    return tuple(dict.fromkeys(tool.packages.get(manager, tool.package) for tool in wanted))


def install_command(*wanted: Tool) -> str:
    """The command that installs these tools with this machine's package manager."""
    manager = next(filter(shutil.which, _MANAGERS), "")
    return " ".join([_MANAGERS.get(manager, "install"), *packages(wanted)])
