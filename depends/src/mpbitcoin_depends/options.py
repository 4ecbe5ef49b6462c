"""The options of `depends`: names, types, defaults and help texts.

Every option is a make variable (`make -C depends NAME=value`), a flag of `mpbitcoin depends`
(`--name value`), an environment variable and a key of depends.toml. Help, documentation,
completion and the check for unknown names are generated from this table; `settings` reads values.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

from mpbitcoin_depends import kinds, paths, releases, switches
from mpbitcoin_depends.kinds import Value
from mpbitcoin_depends.machine import MOST_JOBS

_GROUPS = ("Platform", "Packages", "Build", "Tools", "Flags", "Places")
PLATFORM, PACKAGES, BUILD, TOOLS, FLAGS, PLACES = _GROUPS
_T = TypeVar("_T")


@dataclass(frozen=True)
class Spec:
    """One option. Without `counts` it has no effect on the contents of a prefix."""

    name: str
    group: str
    help: str
    parse: Callable[[str], Value]
    default: Value
    counts: bool = True

    @property
    def is_switch(self) -> bool:
        """Whether it is a yes or no."""
        return isinstance(self.default, bool)

    @property
    def default_text(self) -> str:
        """Its default as a make variable has it."""
        return kinds.text_of(self.default)


def _option(
    name: str,
    group: str,
    help: str,
    parse: Callable[[str], _T],
    default: _T,
    counts: bool = True,
) -> _T:
    spec = Spec(
        name, group, help, cast("Callable[[str], Value]", parse), cast("Value", default), counts
    )
    return field(default=default, metadata={"spec": spec})


def _switch(name: str, group: str, help: str, default: bool = False, counts: bool = True) -> bool:
    return _option(name, group, help, kinds.switch, default, counts)


def _words(name: str, group: str, help: str) -> str:
    return _option(name, group, help, kinds.command, "")


@dataclass(frozen=True, kw_only=True)
class Options:
    """The user's options for `depends`. Empty text, 0 and None mean: not set."""

    host: str = _option(
        "HOST", PLATFORM, "Host platform, a GNU triplet; default: the compiler's.", kinds.host, ""
    )
    bitcoin_version: str = _option(
        "BITCOIN_VERSION",
        PLATFORM,
        "Bitcoin Core release of the prefix: selects its libmultiprocess and tree.",
        lambda text: releases.find(text).version,
        releases.DEFAULT.version,
    )
    multiprocess: bool = _switch(
        "MULTIPROCESS", PACKAGES, "Build Cap'n Proto and libmultiprocess; 0 leaves them out.", True
    )
    no_ipc: bool = _switch("NO_IPC", PACKAGES, "The same as MULTIPROCESS=0.")
    no_qt: bool = _switch(
        "NO_QT", PACKAGES, "Leave out Qt. Required for now: Qt is not supported yet."
    )
    no_tree: bool = _switch(
        "NO_TREE",
        PACKAGES,
        "Leave out the Bitcoin Core tree, which only this project's own build needs.",
        paths.CHECKOUT is None,
    )
    debug: bool = _switch("DEBUG", BUILD, "Debug packages: -O1 -g and library checks.")
    lto: bool = _switch("LTO", BUILD, "Link-time optimisation.")
    log: bool = _switch(
        "LOG", BUILD, "Print each package's log path, even on success.", counts=False
    )
    v: bool = _switch("V", BUILD, "Show each command before it runs.", counts=False)
    jobs: int = _option(
        "JOBS",
        BUILD,
        "Number of parallel jobs; default: make's, or one per core.",
        kinds.number(1, MOST_JOBS),
        0,
        counts=False,
    )
    c_standard: str = _option(
        "C_STANDARD",
        BUILD,
        "C standard of the packages.",
        kinds.standard("", "89", "90", "99", "11", "17", "18", "23"),
        "c11",
    )
    cxx_standard: str = _option(
        "CXX_STANDARD",
        BUILD,
        "C++ standard of the packages.",
        kinds.standard("++", "98", "11", "14", "17", "20", "23", "26"),
        "c++20",
    )
    host_id_salt: str = _option(
        "HOST_ID_SALT", BUILD, "Text that is part of the host packages' ids.", str, ""
    )
    build_id_salt: str = _option(
        "BUILD_ID_SALT", BUILD, "Text that is part of the native packages' ids.", str, ""
    )
    cc: str = _words("CC", TOOLS, "C compiler for the host platform.")
    cxx: str = _words("CXX", TOOLS, "C++ compiler for the host platform.")
    ar: str = _words("AR", TOOLS, "Archiver for the host platform.")
    ranlib: str = _words("RANLIB", TOOLS, "ranlib for the host platform.")
    strip: str = _words("STRIP", TOOLS, "strip for the host platform.")
    nm: str = _words("NM", TOOLS, "nm for the host platform.")
    objcopy: str = _words("OBJCOPY", TOOLS, "objcopy for the host platform.")
    objdump: str = _words("OBJDUMP", TOOLS, "objdump for the host platform.")
    build_cc: str = _words("build_CC", TOOLS, "C compiler for the build platform.")
    build_cxx: str = _words("build_CXX", TOOLS, "C++ compiler for the build platform.")
    build_ar: str = _words("build_AR", TOOLS, "Archiver for the build platform.")
    build_ranlib: str = _words("build_RANLIB", TOOLS, "ranlib for the build platform.")
    build_strip: str = _words("build_STRIP", TOOLS, "strip for the build platform.")
    build_nm: str = _words("build_NM", TOOLS, "nm for the build platform.")
    cflags: str = _words("CFLAGS", FLAGS, "C compiler flags for the host platform.")
    cxxflags: str = _words("CXXFLAGS", FLAGS, "C++ compiler flags for the host platform.")
    cppflags: str = _words("CPPFLAGS", FLAGS, "Preprocessor flags for the host platform.")
    ldflags: str = _words("LDFLAGS", FLAGS, "Linker flags for the host platform.")
    build_cflags: str = _words("build_CFLAGS", FLAGS, "C flags for the build platform.")
    build_cxxflags: str = _words("build_CXXFLAGS", FLAGS, "C++ flags for the build platform.")
    build_cppflags: str = _words("build_CPPFLAGS", FLAGS, "Preprocessor flags, build platform.")
    build_ldflags: str = _words("build_LDFLAGS", FLAGS, "Linker flags for the build platform.")
    sources_path: Path | None = _option(
        "SOURCES_PATH", PLACES, "Folder of the source archives.", kinds.path, None, counts=False
    )
    base_cache: Path | None = _option(
        "BASE_CACHE", PLACES, "Folder of the package cache.", kinds.path, None
    )
    sdk_path: Path | None = _option(
        "SDK_PATH", PLACES, "Folder of the SDKs (macOS hosts).", kinds.path, None
    )
    fallback_download_path: tuple[str, ...] = _option(
        "FALLBACK_DOWNLOAD_PATH",
        PLACES,
        "Addresses or folders to try after a source's own providers, separated by spaces.",
        kinds.words,
        (),
        counts=False,
    )
    offline: bool = _switch("OFFLINE", PLACES, "Never use the network.", counts=False)
    #: The switches of recipes that are on.
    left_out: frozenset[str] = frozenset()
    #: Where each value comes from that is not a default, by the option's name.
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)

    def get(self, name: str) -> Value:
        """The value of the option with make variable `name`."""
        if name in _FIELDS:
            return cast("Value", getattr(self, _FIELDS[name]))
        return name in self.left_out

    def text(self, name: str) -> str:
        """The value as a make variable has it: 1 or empty for a switch."""
        return kinds.text_of(self.get(name))

    def blame(self, name: str) -> str:
        """The end of an error about a value: its option and its origin; empty for a default."""
        return f" ({name} from {self.origins[name]})" if name in self.origins else ""

    def that_count(self) -> dict[str, str]:
        """The options that determine the contents of a prefix, by their make variables."""
        return {name: self.text(name) for name, spec in SPECS.items() if spec.counts}

    @property
    def release(self) -> releases.Release:
        """The Bitcoin Core release."""
        return releases.find(self.bitcoin_version)

    @property
    def cache_folder(self) -> Path:
        """The real path of BASE_CACHE. Raises MachineError."""
        # CMake writes real paths, and recipes search for them in their results.
        return paths.expanded(self.base_cache or paths.default_base_cache()).resolve()

    @property
    def sources_folder(self) -> Path:
        """The real path of SOURCES_PATH. Raises MachineError."""
        return paths.expanded(self.sources_path or paths.default_sources()).resolve()


def _specs() -> dict[str, Spec]:
    """All options, by group; those of recipes after the other ones of theirs."""
    found = [f.metadata["spec"] for f in dataclasses.fields(Options) if f.metadata]
    found += [
        Spec(name, PACKAGES, text, kinds.switch, False)
        for name, text in switches.of_recipes().items()
    ]
    return {spec.name: spec for spec in sorted(found, key=lambda spec: _GROUPS.index(spec.group))}


_FIELDS = {f.metadata["spec"].name: f.name for f in dataclasses.fields(Options) if f.metadata}
#: All options by their make variables.
SPECS: Mapping[str, Spec] = _specs()
#: Old names of options.
ALIASES = {"BITCOIN_LINE": "BITCOIN_VERSION"}


def flag(name: str) -> str:
    """The command-line flag of an option: build_CC becomes --build-cc."""
    return "--" + name.lower().replace("_", "-")


def made_of(values: Mapping[str, Value], origins: Mapping[str, str]) -> Options:
    """The options with these values, by their make variables; the others have their defaults."""
    fields: dict[str, Any] = {_FIELDS[name]: values[name] for name in values if name in _FIELDS}
    left_out = frozenset(name for name in values if name not in _FIELDS and values[name])
    return Options(**fields, left_out=left_out, origins=origins)


def markdown() -> str:
    """The options as a Markdown table, for the documentation."""
    rows = ["| variable | flag | default | meaning |", "|---|---|---|---|"]
    for spec in SPECS.values():
        default = spec.default_text
        shown = default if spec.is_switch or not default else f"`{default}`"
        rows.append(f"| `{spec.name}` | `{flag(spec.name)}` | {shown} | {spec.help} |")
    return "\n".join(rows) + "\n"
