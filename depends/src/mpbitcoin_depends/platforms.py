"""Platforms: GNU triplets, their spellings, and the profile of each host."""

from __future__ import annotations

import configparser
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mpbitcoin_depends import paths
from mpbitcoin_depends.errors import UsageError
from mpbitcoin_depends.usertext import did_you_mean

BINARY_TOOLS = ("AR", "RANLIB", "STRIP", "NM", "OBJCOPY", "OBJDUMP")
FLAG_NAMES = ("CFLAGS", "CXXFLAGS", "CPPFLAGS", "LDFLAGS")
#: Allowed sections and keys of a profile.
_KEYS = {
    "settings": ("os", "arch"),
    "buildenv": ("CC", "CXX", *BINARY_TOOLS, *FLAG_NAMES),
}
_ARCHITECTURES = {
    "amd64": "x86_64",
    "arm64": "aarch64",
    "i386": "i686",
    "i586": "i686",
    "armv6l": "arm",
    "armv7l": "arm",
    "armv7hl": "arm",
}
_CMAKE_SYSTEMS = {"Linux": "Linux", "Macos": "Darwin", "Windows": "Windows", "FreeBSD": "FreeBSD"}


@dataclass(frozen=True)
class Platform:
    """A platform: its profile's name and contents."""

    triplet: str
    os: str
    arch: str
    tools: Mapping[str, str]
    flags: Mapping[str, str]

    @property
    def cmake_system(self) -> str:
        """CMAKE_SYSTEM_NAME of the platform."""
        return _CMAKE_SYSTEMS[self.os]

    @property
    def cmake_processor(self) -> str:
        """CMAKE_SYSTEM_PROCESSOR of the platform: the triplet's first part."""
        return self.triplet.split("-", 1)[0]

    @property
    def debian_packages(self) -> str:
        """Debian's packages of the usual cross compiler; empty when there are none."""
        if self.os == "Macos":
            return "clang lld llvm"
        if self.os == "Windows":
            return "g++-mingw-w64-x86-64-posix"
        if "musl" in self.triplet:
            return ""
        return f"g++-{self.tools['CC'].removesuffix('-gcc').replace('_', '-')}"


def _parts(triplet: str) -> tuple[str, str]:
    """Architecture and operating system, whatever the vendor."""
    pieces = triplet.strip().lower().split("-")
    arch = _ARCHITECTURES.get(pieces[0], pieces[0])
    rest = pieces[1:]
    # Distributions use their own name as vendor: redhat, suse, alpine, pc, unknown.
    if "linux" in rest:
        rest = rest[rest.index("linux") :]
    system = "-".join(rest)
    if system.startswith("apple-darwin"):
        system = "apple-darwin"
    return arch, {"linux": "linux-gnu"}.get(system, system)


def known(folder: Path | None = None) -> tuple[str, ...]:
    """Triplets that have a profile."""
    return tuple(sorted(p.name for p in (folder or paths.HOSTS).iterdir() if p.is_file()))


def find(triplet: str, folder: Path | None = None) -> Platform:
    """The platform of `triplet`, in any of its spellings.

    Raises UsageError when no profile matches, and suggests a similar one.
    """
    place = folder or paths.HOSTS
    names = known(place)
    for name in names:
        if _parts(name) == _parts(triplet):
            return _read(place / name)
    raise UsageError(
        f"unknown host platform {triplet!r}",
        did_you_mean(triplet, names, f"choose one of {', '.join(names)}"),
    )


def spellings(platform: Platform) -> tuple[str, ...]:
    """Other spellings of the platform's folder that users may use."""
    arch, system = _parts(platform.triplet)
    vendor = "pc" if arch in ("x86_64", "i686") else "unknown"
    if "linux" not in system:
        return ()
    names = (f"{arch}-{system}", f"{arch}-{vendor}-{system}")
    return tuple(name for name in names if name != platform.triplet)


def _check(profile: Path, parser: configparser.ConfigParser) -> None:
    """Raise UsageError for missing keys and for keys without effect."""
    for section in parser.sections():
        if section not in _KEYS:
            raise UsageError(
                f"{profile}: [{section}] has no effect", f"choose one of {', '.join(_KEYS)}"
            )
        for key, value in parser[section].items():
            if key not in _KEYS[section]:
                hint = f"choose one of {', '.join(_KEYS[section])}"
                raise UsageError(f"{profile}: [{section}] {key} has no effect", hint)
            try:
                shlex.split(value)
            except ValueError as error:
                raise UsageError(f"{profile}: {key}={value}: {error}") from error
    for key in _KEYS["settings"]:
        if not parser.has_option("settings", key):
            raise UsageError(f"{profile}: [settings] {key} is missing")


def _read(profile: Path) -> Platform:
    """The profile in a file. Raises UsageError."""
    parser = configparser.ConfigParser(delimiters=("=",), interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read(profile, encoding="utf-8")
    except configparser.Error as error:
        raise UsageError(f"{profile}: {error.message}") from error
    _check(profile, parser)
    env = dict(parser["buildenv"]) if parser.has_section("buildenv") else {}
    return Platform(
        triplet=profile.name,
        os=parser["settings"]["os"],
        arch=parser["settings"]["arch"],
        tools={name: value for name, value in env.items() if name not in FLAG_NAMES},
        flags={name: env[name] for name in FLAG_NAMES if name in env},
    )
