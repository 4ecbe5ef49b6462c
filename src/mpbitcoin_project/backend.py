"""The PEP 517 backend of the runtime: makes what CMake needs, then calls scikit-build-core.

Data flows down: depends makes the packages and fetches the tree, scikit-build-core runs CMake with
the toolchain file, CMake lists the linked libraries, and their SBOM goes into the wheel. Our two
steps run in the private environment: this module also runs where pip builds in isolation.

Settings depends.NAME=value set options of depends; the others are scikit-build-core's.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from scikit_build_core import build as inner
from scikit_build_core.settings.skbuild_read_settings import SettingsReader

from mpbitcoin_project.wheel_archive import add_metadata

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
]

Settings = Mapping[str, str | list[str]]
_PROJECT = Path(__file__).resolve().parent.parent.parent
_BILL = "sboms/multiprocess-bitcoin.cdx.json"
_OPTION = "depends."


def _mpbitcoin(*words: str) -> str:
    """The output of our command line. Ends the build when it fails; it has printed the reason."""
    # A Python path that is meant for ours, as pip sets it, is kept from the other environment.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [str(_PROJECT / "mpbitcoin"), *words]
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        sys.exit(done.returncode)
    return done.stdout


def _runs_cmake(settings: Settings, state: Any) -> bool:
    read = SettingsReader.from_file("pyproject.toml", dict(settings), state=state)
    return bool(read.settings.wheel.cmake)


def _inner(given: Settings | None) -> dict[str, str | list[str]]:
    """The settings of scikit-build-core."""
    return {name: value for name, value in (given or {}).items() if not name.startswith(_OPTION)}


def _options(given: Settings | None) -> list[str]:
    """The options of depends, NAME=value; the last wins if one is repeated."""
    return [
        f"{name.removeprefix(_OPTION)}={value if isinstance(value, str) else value[-1]}"
        for name, value in (given or {}).items()
        if name.startswith(_OPTION)
    ]


def _names_toolchain(settings: Settings) -> bool:
    """Whether the user has chosen a toolchain file."""
    words = " ".join(f"{name}={value}" for name, value in settings.items())
    words += " ".join(os.environ.get(name, "") for name in ("CMAKE_ARGS", "SKBUILD_CMAKE_ARGS"))
    given = os.environ.get("CMAKE_TOOLCHAIN_FILE") or "CMAKE_TOOLCHAIN_FILE" in words
    return bool(given) or "--toolchain" in words


def _build(
    build: Callable[..., str], state: str, folder: str, given: Settings | None, *more: Any
) -> str:
    settings, options = _inner(given), _options(given)
    if not _runs_cmake(settings, state):
        settings.setdefault("wheel.py-api", "py3")  # without the extension any Python will do
        return build(folder, settings, *more)
    if not _names_toolchain(settings):
        made = json.loads(_mpbitcoin("build", "--packages", "--json", *options))
        settings["cmake.define.CMAKE_TOOLCHAIN_FILE"] = made["toolchain"]
    elif options:
        sys.exit(f"error: {_OPTION}{options[0]} has no effect with another toolchain file")
    with tempfile.TemporaryDirectory(prefix="mpbitcoin-wheel-") as scratch:
        settings["cmake.define.LINKED_FILE"] = f"{scratch}/linked.json"
        name = build(folder, settings, *more)
        bill = _mpbitcoin("sbom", f"--build-folder={scratch}")
    add_metadata(Path(folder, name), _BILL, bill.encode())
    return name


def build_wheel(
    wheel_directory: str,
    config_settings: Settings | None = None,
    metadata_directory: str | None = None,
) -> str:
    """Make the wheel; its name."""
    return _build(inner.build_wheel, "wheel", wheel_directory, config_settings, metadata_directory)


def build_editable(
    wheel_directory: str,
    config_settings: Settings | None = None,
    metadata_directory: str | None = None,
) -> str:
    """Make the wheel of a development install; its name."""
    arguments = (wheel_directory, config_settings, metadata_directory)
    return _build(inner.build_editable, "editable", *arguments)


def build_sdist(sdist_directory: str, config_settings: Settings | None = None) -> str:
    """Make the source archive; its name."""
    name: str = inner.build_sdist(sdist_directory, _inner(config_settings))
    return name


def _requires(ask: Callable[..., list[str]], given: Settings | None = None) -> list[str]:
    """What a step needs, without our settings."""
    return ask(_inner(given))


get_requires_for_build_editable = partial(_requires, inner.get_requires_for_build_editable)
get_requires_for_build_sdist = partial(_requires, inner.get_requires_for_build_sdist)
get_requires_for_build_wheel = partial(_requires, inner.get_requires_for_build_wheel)
