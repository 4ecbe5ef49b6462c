"""The options of `depends`: the one place where name, type, default and help live.

Every field is a make variable (`make -C depends NAME=value`) and a flag of
`mpbitcoin depends` (`--name value`). Help, documentation, completion and the check
for unknown names are generated from this dataclass.
"""

from __future__ import annotations

import dataclasses
import difflib
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mpbitcoin import paths
from mpbitcoin.errors import UsageError

TRUE_WORDS = frozenset({"1", "y", "yes", "on", "true"})
FALSE_WORDS = frozenset({"", "0", "n", "no", "off", "false"})

PLATFORM, PACKAGES, BUILD, TOOLS, FLAGS, PLACES = (
    "Platform",
    "Packages",
    "Build",
    "Tools",
    "Flags",
    "Places",
)


def _option(name: str, group: str, help: str, default: Any = "") -> Any:
    return field(default=default, metadata={"name": name, "group": group, "help": help})


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the user asks of `depends`. Empty text means: not given."""

    host: str = _option("HOST", PLATFORM, "Host platform, a GNU triplet; default: the compiler's.")
    bitcoin_line: str = _option(
        "BITCOIN_LINE",
        PLATFORM,
        "Bitcoin Core line the prefix serves (28, 29, 30 or 31): picks libmultiprocess' version.",
        "31",
    )
    multiprocess: bool = _option(
        "MULTIPROCESS", PACKAGES, "Build Cap'n Proto and libmultiprocess; 0 leaves them out.", True
    )
    no_ipc: bool = _option("NO_IPC", PACKAGES, "The same as MULTIPROCESS=0.", False)
    no_qt: bool = _option("NO_QT", PACKAGES, "Leave out Qt; still required, Qt is to come.", False)
    no_qr: bool = _option("NO_QR", PACKAGES, "Leave out qrencode, which only the GUI uses.", False)
    no_zmq: bool = _option("NO_ZMQ", PACKAGES, "Leave out ZeroMQ.", False)
    no_wallet: bool = _option("NO_WALLET", PACKAGES, "Leave out SQLite, the wallet's store.", False)
    no_usdt: bool = _option("NO_USDT", PACKAGES, "Leave out systemtap's header.", False)
    no_boost: bool = _option("NO_BOOST", PACKAGES, "Leave out Boost's headers.", False)
    no_libevent: bool = _option("NO_LIBEVENT", PACKAGES, "Leave out libevent.", False)
    debug: bool = _option("DEBUG", BUILD, "Debug packages: -O1 -g and library checks.", False)
    lto: bool = _option("LTO", BUILD, "Link-time optimisation.", False)
    log: bool = _option(
        "LOG", BUILD, "Say where each package's log stands, also on success.", False
    )
    v: bool = _option("V", BUILD, "Show every command that is run.", False)
    jobs: str = _option("JOBS", BUILD, "Jobs at once in all; default: make's -j, or all cores.")
    c_standard: str = _option("C_STANDARD", BUILD, "C standard of the packages.", "c11")
    cxx_standard: str = _option("CXX_STANDARD", BUILD, "C++ standard of the packages.", "c++20")
    host_id_salt: str = _option("HOST_ID_SALT", BUILD, "Text that enters host package ids.")
    build_id_salt: str = _option("BUILD_ID_SALT", BUILD, "Text that enters native package ids.")
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
    sources_path: str = _option("SOURCES_PATH", PLACES, "Folder of the source archives.")
    base_cache: str = _option("BASE_CACHE", PLACES, "Folder of the package cache.")
    sdk_path: str = _option("SDK_PATH", PLACES, "Folder of the SDKs (macOS hosts).")
    fallback_download_path: str = _option(
        "FALLBACK_DOWNLOAD_PATH",
        PLACES,
        "Addresses or folders to try after a source's own providers, in order, space-separated.",
    )
    offline: bool = _option("OFFLINE", PLACES, "Never use the network.", False)

    def get(self, name: str) -> str | bool:
        """The value of the option with make variable `name`."""
        value = getattr(self, _FIELDS[name].name)
        assert isinstance(value, str | bool)
        return value


_FIELDS = {f.metadata["name"]: f for f in dataclasses.fields(Options)}
NAMES: tuple[str, ...] = tuple(_FIELDS)


def is_flag(name: str) -> bool:
    """Whether the option is a yes/no one."""
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


def nearest(name: str, known: tuple[str, ...]) -> str:
    """The known name that is nearest to `name`, letters' case aside."""
    by_lower = {item.lower(): item for item in known}
    found = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=0.0)
    return by_lower[found[0]] if found else known[0]


def is_yes_or_no(text: str) -> bool:
    """Whether a switch can be set to `text`."""
    return text.strip().lower() in TRUE_WORDS | FALSE_WORDS


def _boolean(name: str, text: str) -> bool:
    word = text.strip().lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise UsageError(f"{name}={text}: not a yes or no", f"write {name}=1 or {name}=0")


def parse(given: Mapping[str, str], environment: Mapping[str, str] | None = None) -> Options:
    """Options from `given` (NAME -> text), with `environment` behind them.

    Raises UsageError for an unknown name, naming the nearest known one, and for
    values or combinations that cannot be.
    """
    values: dict[str, Any] = {}
    for name in given:
        if name not in _FIELDS:
            raise UsageError(
                f"unknown variable {name}",
                f"did you mean {nearest(name, NAMES)}? `mpbitcoin depends --help` lists them all",
            )
    for name, item in _FIELDS.items():
        text = given.get(name, (environment or {}).get(name))
        if text is not None:
            values[item.name] = _boolean(name, text) if is_flag(name) else text.strip()
    given_names = set(given) | (set(environment or {}) & set(NAMES))
    options = _checked(Options(**values), given_names)
    no_ipc = options.no_ipc or not options.multiprocess
    return dataclasses.replace(options, no_ipc=no_ipc, multiprocess=not no_ipc)


def _checked(options: Options, given: set[str]) -> Options:
    if options.no_ipc and options.multiprocess and "MULTIPROCESS" in given:
        raise UsageError("MULTIPROCESS=1 and NO_IPC=1 contradict each other", "give one of them")
    if options.jobs and not (options.jobs.isdigit() and int(options.jobs) > 0):
        raise UsageError(f"JOBS={options.jobs}: not a positive number", "write JOBS=4, say")
    if options.bitcoin_line not in ("28", "29", "30", "31"):
        raise UsageError(f"BITCOIN_LINE={options.bitcoin_line}: unknown", "28, 29, 30 or 31")
    for name in NAMES:
        if describe(name)[0] in (TOOLS, FLAGS):
            try:
                shlex.split(str(options.get(name)))
            except ValueError as error:
                raise UsageError(
                    f"{name}={options.get(name)}: {error}", "close the quotation mark"
                ) from error
    for name in ("C_STANDARD", "CXX_STANDARD"):
        value = str(options.get(name))
        if not value.removeprefix("gnu").removeprefix("c").lstrip("+").isdigit():
            raise UsageError(f"{name}={value}: not a standard", "write c11 or c++20, say")
    return options


def base_cache(options: Options) -> str:
    """BASE_CACHE, or its default in the user's cache folder."""
    return options.base_cache or str(paths.default_base_cache())


def sources_path(options: Options) -> str:
    """SOURCES_PATH, or its default in the user's cache folder."""
    return options.sources_path or str(paths.default_sources())


def markdown() -> str:
    """The options as a Markdown table, for the documentation."""
    rows = ["| variable | flag | default | meaning |", "|---|---|---|---|"]
    for name in NAMES:
        _, help_text, default = describe(name)
        shown = {True: "1", False: "", "": ""}.get(default, f"`{default}`")
        rows.append(f"| `{name}` | `{flag(name)}` | {shown} | {help_text} |")
    return "\n".join(rows) + "\n"
