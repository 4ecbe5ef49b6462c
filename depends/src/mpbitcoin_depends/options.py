"""The options of `depends`: names, types, defaults and help texts.

Every field is a make variable (`make -C depends NAME=value`) and a flag of
`mpbitcoin depends` (`--name value`). Help, documentation, completion and the check
for unknown names are generated from this dataclass.
"""

from __future__ import annotations

import dataclasses
import functools
import os
import re
import shlex
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mpbitcoin_depends import paths
from mpbitcoin_depends.errors import UsageError
from mpbitcoin_depends.machine import MOST_JOBS
from mpbitcoin_depends.usertext import did_you_mean, whole_number

TRUE_WORDS = frozenset({"1", "y", "yes", "on", "true"})
FALSE_WORDS = frozenset({"", "0", "n", "no", "off", "false"})
#: Pairs of options with the same meaning.
_OPPOSITES = {"MULTIPROCESS": "NO_IPC", "NO_IPC": "MULTIPROCESS"}

PLATFORM, PACKAGES, BUILD, TOOLS, FLAGS, PLACES = (
    "Platform",
    "Packages",
    "Build",
    "Tools",
    "Flags",
    "Places",
)


#: Checks the text of one option. Raises ValueError, or UsageError with its own hint.
Check = Callable[[str], object]
#: Names of C and C++ standards.
_STANDARDS = {
    "C_STANDARD": re.compile(r"(?:c|gnu)(89|90|99|11|17|18|23)"),
    "CXX_STANDARD": re.compile(r"(?:c|gnu)\+\+(98|11|14|17|20|23|26)"),
}


def standard_number(name: str, text: str) -> str:
    """`20` of CXX_STANDARD=c++20. Raises ValueError."""
    match = _STANDARDS[name].fullmatch(text)
    if not match:
        raise ValueError("not a standard; use c11 or c++20, for example")
    return match[1]


def _check_host(text: str) -> None:
    from mpbitcoin_depends import platforms

    platforms.find(text)


def _check_line(text: str) -> None:
    if text not in ("28", "29", "30", "31"):
        raise ValueError("there are 28, 29, 30 and 31")


def _option(
    name: str,
    group: str,
    help: str,
    default: Any = "",
    check: Check | None = None,
    counts: bool = True,
) -> Any:
    """An option. One that does not count has no effect on the contents of a prefix."""
    if check is None and group in (TOOLS, FLAGS):
        check = shlex.split
    facts = {"name": name, "group": group, "help": help, "check": check, "counts": counts}
    return field(default=default, metadata=facts)


@dataclass(frozen=True, kw_only=True)
class Options:
    """The user's options for `depends`. Empty text means: not set."""

    host: str = _option(
        "HOST",
        PLATFORM,
        "Host platform, a GNU triplet; default: the compiler's.",
        check=_check_host,
    )
    bitcoin_line: str = _option(
        "BITCOIN_LINE",
        PLATFORM,
        "Bitcoin Core line of the prefix (28, 29, 30 or 31): selects libmultiprocess and tree.",
        "31",
        _check_line,
    )
    multiprocess: bool = _option(
        "MULTIPROCESS", PACKAGES, "Build Cap'n Proto and libmultiprocess; 0 leaves them out.", True
    )
    no_ipc: bool = _option("NO_IPC", PACKAGES, "The same as MULTIPROCESS=0.", False)
    no_qt: bool = _option(
        "NO_QT", PACKAGES, "Leave out Qt. Required for now: Qt is not supported yet.", False
    )
    no_qr: bool = _option("NO_QR", PACKAGES, "Leave out qrencode, which only the GUI uses.", False)
    no_zmq: bool = _option("NO_ZMQ", PACKAGES, "Leave out ZeroMQ.", False)
    no_wallet: bool = _option(
        "NO_WALLET", PACKAGES, "Leave out SQLite, the wallet's database.", False
    )
    no_usdt: bool = _option("NO_USDT", PACKAGES, "Leave out systemtap's header.", False)
    no_boost: bool = _option("NO_BOOST", PACKAGES, "Leave out Boost's headers.", False)
    no_libevent: bool = _option("NO_LIBEVENT", PACKAGES, "Leave out libevent.", False)
    no_tree: bool = _option(
        "NO_TREE",
        PACKAGES,
        "Leave out the Bitcoin Core tree, which only this project's own build needs.",
        paths.CHECKOUT is None,
    )
    debug: bool = _option("DEBUG", BUILD, "Debug packages: -O1 -g and library checks.", False)
    lto: bool = _option("LTO", BUILD, "Link-time optimisation.", False)
    log: bool = _option(
        "LOG", BUILD, "Print each package's log path, even on success.", False, counts=False
    )
    v: bool = _option("V", BUILD, "Show each command before it runs.", False, counts=False)
    jobs: str = _option(
        "JOBS",
        BUILD,
        "Number of parallel jobs; default: make's, or one per core.",
        check=lambda text: whole_number(text, 1, MOST_JOBS),
        counts=False,
    )
    c_standard: str = _option(
        "C_STANDARD",
        BUILD,
        "C standard of the packages.",
        "c11",
        lambda text: standard_number("C_STANDARD", text),
    )
    cxx_standard: str = _option(
        "CXX_STANDARD",
        BUILD,
        "C++ standard of the packages.",
        "c++20",
        lambda text: standard_number("CXX_STANDARD", text),
    )
    host_id_salt: str = _option(
        "HOST_ID_SALT", BUILD, "Text that is part of the host packages' ids."
    )
    build_id_salt: str = _option(
        "BUILD_ID_SALT", BUILD, "Text that is part of the native packages' ids."
    )
    cc: str = _option("CC", TOOLS, "C compiler for the host platform.")
    cxx: str = _option("CXX", TOOLS, "C++ compiler for the host platform.")
    ar: str = _option("AR", TOOLS, "Archiver for the host platform.")
    ranlib: str = _option("RANLIB", TOOLS, "ranlib for the host platform.")
    strip: str = _option("STRIP", TOOLS, "strip for the host platform.")
    nm: str = _option("NM", TOOLS, "nm for the host platform.")
    objcopy: str = _option("OBJCOPY", TOOLS, "objcopy for the host platform.")
    objdump: str = _option("OBJDUMP", TOOLS, "objdump for the host platform.")
    build_cc: str = _option("build_CC", TOOLS, "C compiler for the build platform.")
    build_cxx: str = _option("build_CXX", TOOLS, "C++ compiler for the build platform.")
    build_ar: str = _option("build_AR", TOOLS, "Archiver for the build platform.")
    build_ranlib: str = _option("build_RANLIB", TOOLS, "ranlib for the build platform.")
    build_strip: str = _option("build_STRIP", TOOLS, "strip for the build platform.")
    build_nm: str = _option("build_NM", TOOLS, "nm for the build platform.")
    cflags: str = _option("CFLAGS", FLAGS, "C compiler flags for the host platform.")
    cxxflags: str = _option("CXXFLAGS", FLAGS, "C++ compiler flags for the host platform.")
    cppflags: str = _option("CPPFLAGS", FLAGS, "Preprocessor flags for the host platform.")
    ldflags: str = _option("LDFLAGS", FLAGS, "Linker flags for the host platform.")
    build_cflags: str = _option("build_CFLAGS", FLAGS, "C flags for the build platform.")
    build_cxxflags: str = _option("build_CXXFLAGS", FLAGS, "C++ flags for the build platform.")
    build_cppflags: str = _option("build_CPPFLAGS", FLAGS, "Preprocessor flags, build platform.")
    build_ldflags: str = _option("build_LDFLAGS", FLAGS, "Linker flags for the build platform.")
    sources_path: str = _option(
        "SOURCES_PATH", PLACES, "Folder of the source archives.", counts=False
    )
    base_cache: str = _option("BASE_CACHE", PLACES, "Folder of the package cache.")
    sdk_path: str = _option("SDK_PATH", PLACES, "Folder of the SDKs (macOS hosts).")
    fallback_download_path: str = _option(
        "FALLBACK_DOWNLOAD_PATH",
        PLACES,
        "Addresses or folders to try after a source's own providers, separated by spaces.",
        counts=False,
    )
    offline: bool = _option("OFFLINE", PLACES, "Never use the network.", False, counts=False)

    def get(self, name: str) -> str | bool:
        """The value of the option with make variable `name`."""
        value = getattr(self, _FIELDS[name].name)
        assert isinstance(value, str | bool)
        return value

    def that_count(self) -> dict[str, str | bool]:
        """The options that determine the contents of a prefix, by their make variables."""
        return {name: self.get(name) for name, item in _FIELDS.items() if item.metadata["counts"]}


_FIELDS = {f.metadata["name"]: f for f in dataclasses.fields(Options)}
NAMES: tuple[str, ...] = tuple(_FIELDS)


def is_flag(name: str) -> bool:
    """Whether the option is a switch."""
    return isinstance(_FIELDS[name].default, bool)


def describe(name: str) -> tuple[str, str, str | bool]:
    """Group, help text and default of the option with make variable `name`."""
    item = _FIELDS[name]
    default = item.default
    assert isinstance(default, str | bool)
    return item.metadata["group"], item.metadata["help"], default


def flag(name: str) -> str:
    """The command-line flag of an option: build_CC becomes --build-cc."""
    return "--" + name.lower().replace("_", "-")


def unknown(name: str) -> UsageError:
    """The error for an unknown variable."""
    every = "`mpbitcoin depends --help` lists the variables"
    return UsageError(f"unknown variable {name}", did_you_mean(name, NAMES, every))


def is_yes_or_no(text: str) -> bool:
    """Whether `text` is a valid value of a switch."""
    return text.strip().lower() in TRUE_WORDS | FALSE_WORDS


def _value(name: str, text: str) -> str | bool:
    """The value of one option. Raises UsageError when `text` is invalid."""
    word = text.strip()
    if is_flag(name):
        if not is_yes_or_no(word):
            raise UsageError(f"{name}={text}: not a yes or no", f"use {name}=1 or {name}=0")
        return word.lower() in TRUE_WORDS
    check: Check | None = _FIELDS[name].metadata["check"]
    if word and check is not None:
        try:
            check(word)
        except ValueError as error:
            raise UsageError(
                f"{name}={word}: {error}", f"leave {name} out for its default"
            ) from error
        except UsageError as error:
            raise UsageError(f"{name}={word}: {error.message}", error.hint) from error
    return word


def _of_environment(
    environment: Mapping[str, str], given: Mapping[str, str], tell: Callable[[str], None]
) -> dict[str, str | bool]:
    """Options from the environment, for names that are not `given`.

    Other programs use DEBUG, LOG or HOST too: invalid values are ignored.
    """
    found = {}
    answered = set(given) | {_OPPOSITES[name] for name in _OPPOSITES if name in given}
    for name in NAMES:
        if name in environment and name not in answered:
            try:
                found[name] = _value(name, environment[name])
            except UsageError as error:
                tell(f"ignored from the environment: {error.message}")
    return found


@functools.cache
def _tell(line: str) -> None:
    """Show a line, once per process."""
    print(line, file=sys.stderr)


def parse(
    given: Mapping[str, str],
    environment: Mapping[str, str] | None = None,
    tell: Callable[[str], None] = _tell,
) -> Options:
    """Options from `given` (NAME -> text), then from `environment`.

    Ignores invalid values of the environment and passes messages to a callback. Raises UsageError
    for an unknown name in `given`, suggesting a similar one, and for invalid values or
    combinations.
    """
    for name in given:
        if name not in _FIELDS:
            raise unknown(name)
    values = {name: _value(name, text) for name, text in given.items()}
    values |= _of_environment(environment or {}, given, tell)
    if values.get("NO_IPC") and values.get("MULTIPROCESS"):
        raise UsageError(
            "MULTIPROCESS=1 and NO_IPC=1 contradict each other", "set only one of them"
        )
    fields: dict[str, Any] = {_FIELDS[name].name: value for name, value in values.items()}
    options = Options(**fields)
    no_ipc = options.no_ipc or not options.multiprocess
    return dataclasses.replace(options, no_ipc=no_ipc, multiprocess=not no_ipc)


def of_user(
    given: Mapping[str, str] | None = None,
    usual: Mapping[str, str] | None = None,
    among: Iterable[str] = NAMES,
) -> Options:
    """The options of a user of any verb: from `given`, else the environment, else `usual`.

    Reads only the names in `among` from the environment. Raises UsageError like parse().
    """
    environment = {name: os.environ[name] for name in among if name in os.environ}
    return parse(given or {}, {**(usual or {}), **environment})


def base_cache(options: Options) -> str:
    """BASE_CACHE, or its default in the user's cache folder."""
    return options.base_cache or str(paths.default_base_cache())


def sources_path(options: Options) -> str:
    """SOURCES_PATH, or its default in the user's cache folder."""
    return options.sources_path or str(paths.default_sources())


def sources_folder(options: Options) -> Path:
    """The real path of SOURCES_PATH. Raises MachineError."""
    return paths.expanded(sources_path(options)).resolve()


def markdown() -> str:
    """The options as a Markdown table, for the documentation."""
    rows = ["| variable | flag | default | meaning |", "|---|---|---|---|"]
    for name in NAMES:
        _, help_text, default = describe(name)
        shown = {True: "1", False: "", "": ""}.get(default, f"`{default}`")
        rows.append(f"| `{name}` | `{flag(name)}` | {shown} | {help_text} |")
    return "\n".join(rows) + "\n"
