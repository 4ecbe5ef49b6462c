"""Reads the user's options: defaults < depends.toml < environment < make variables < flags.

All commands read them here, so that the order is the same everywhere. Each value that is not a
default knows its origin, which errors name.
"""

from __future__ import annotations

import functools
import importlib
import os
import re
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from mpbitcoin_depends import options, paths
from mpbitcoin_depends.errors import UsageError
from mpbitcoin_depends.kinds import Value
from mpbitcoin_depends.options import ALIASES, SPECS, Options
from mpbitcoin_depends.usertext import did_you_mean

#: Origins of values; those of a file are its name and the line.
COMMAND_LINE, MAKE, ENVIRONMENT = "the command line", "make", "the environment"
#: Pairs of options with the same meaning.
_OPPOSITES = {"MULTIPROCESS": "NO_IPC", "NO_IPC": "MULTIPROCESS"}

#: A variable of make's command line in MAKEFLAGS; spaces of values have a backslash.
_OVERRIDE = re.compile(r"(?<!\\) (\w+)=")

Report = Callable[[str], None]


@dataclass(frozen=True)
class Layer:
    """Texts of options from one place, by name. A lenient layer may hold those of other programs.

    `lines` has the line of each name, if the place is a file.
    """

    texts: Mapping[str, str]
    place: str
    lenient: bool = False
    lines: Mapping[str, int] = field(default_factory=dict)

    def renamed(self, report: Report) -> Layer:
        """The layer with the new names of options; reports each old one."""
        old = ALIASES.keys() & self.texts.keys()
        for name in old:
            report(f"{name} is now {ALIASES[name]}")
        texts = {ALIASES.get(name, name): text for name, text in self.texts.items()}
        lines = {ALIASES.get(name, name): line for name, line in self.lines.items()}
        return replace(self, texts=texts, lines=lines) if old else self

    def origin(self, name: str) -> str:
        """The origin of one value."""
        return f"{self.place}:{self.lines[name]}" if name in self.lines else self.place

    def value(self, name: str) -> Value:
        """The value of one option. Raises UsageError, which names the origin unless lenient."""
        text = self.texts[name].strip()
        spec = SPECS[name]
        if not text and not spec.is_switch:
            return spec.default
        hint = f"leave {name} out for its default"
        try:
            return spec.parse(text)
        except UsageError as error:
            reason, hint = error.message, error.hint
        except ValueError as error:
            reason = str(error)
        origin = "" if self.lenient else f" from {self.origin(name)}"
        raise UsageError(f"{name}={text}{origin}: {reason}", hint)

    def values(self, answered: Iterable[str], report: Report) -> dict[str, Value]:
        """The values of the layer; those of a stronger one have `answered` some names.

        Reports what a lenient layer has wrong. Raises UsageError for what another one has wrong.
        """
        found = {}
        for name in self.texts:
            if name not in SPECS:
                raise unknown(name, self.origin(name))
            if self.lenient and name in answered:
                continue
            try:
                found[name] = self.value(name)
            except UsageError as error:
                if not self.lenient:
                    raise
                report(f"ignored from {self.place}: {error.message}")
        if found.get("NO_IPC") and found.get("MULTIPROCESS"):
            raise UsageError(
                f"MULTIPROCESS=1 and NO_IPC=1 from {self.place} contradict each other",
                "set only one of them",
            )
        return found


def unknown(name: str, origin: str = "") -> UsageError:
    """The error for an unknown variable."""
    every = "`mpbitcoin depends --help` lists the variables"
    message = f"unknown variable {name}" + (f" from {origin}" if origin else "")
    return UsageError(message, did_you_mean(name, SPECS, every))


@functools.cache
def _report(line: str) -> None:
    """Print a line on stderr, once per process."""
    print(line, file=sys.stderr)


def parse(layers: Sequence[Layer], report: Report = _report) -> Options:
    """Options from layers, the strongest first. Raises UsageError for unknown names and values."""
    values: dict[str, Value] = {}
    origins: dict[str, str] = {}
    for given in layers:
        layer = given.renamed(report)
        answered = {*values, *(_OPPOSITES[name] for name in values if name in _OPPOSITES)}
        for name, value in layer.values(answered, report).items():
            if name not in answered:
                values[name] = value
                if layer.place:
                    origins[name] = layer.origin(name)
    made = options.made_of(values, origins)
    no_ipc = made.no_ipc or not made.multiprocess
    return replace(made, no_ipc=no_ipc, multiprocess=not no_ipc)


def of_user(
    flags: Mapping[str, str] | None = None,
    variables: Mapping[str, str] | None = None,
    *,
    variables_from: str = COMMAND_LINE,
    usual: Mapping[str, str] | None = None,
    among: Collection[str] = tuple(SPECS),
) -> Options:
    """The options of a user of any command; `usual` are its own defaults.

    Reads only the names in `among` from the environment. Raises UsageError like parse().
    """
    names = {*among, *(old for old, name in ALIASES.items() if name in among)}
    environment = {name: text for name, text in os.environ.items() if name in names}
    # A make above us exports the variables of its command line.
    ours = set(_OVERRIDE.findall(os.environ.get("MAKEFLAGS", "").partition("--")[2]))
    of_make = {name: environment.pop(name) for name in ours.intersection(environment)}
    return parse(
        [
            Layer(flags or {}, COMMAND_LINE),
            Layer(variables or {}, variables_from),
            # Other programs use DEBUG, LOG or HOST, too.
            Layer(of_make, MAKE, lenient=True),
            Layer(environment, ENVIRONMENT, lenient=True),
            of_file(paths.settings_file()),
            Layer(usual or {}, ""),
        ]
    )


def of_file(path: Path) -> Layer:
    """The options in a file of TOML; none if it is missing. Raises UsageError for bad syntax."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Layer({}, path.name)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f"cannot read {path}: {reason}") from error
    toml = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    try:
        data: dict[str, object] = toml.loads(text)
    except ValueError as error:
        raise UsageError(f"{path} is not TOML: {error}", 'write NAME = "text"') from error
    lines = {name: _line(text, name) for name in data}
    for name, value in data.items():
        if name in {*SPECS, *ALIASES} and (fault := _fault(value)):
            raise UsageError(f"{name} from {path.name}:{lines[name]}: {fault}", f"see {path}")
    return Layer({n: _text(value) for n, value in data.items()}, path.name, lines=lines)


def _line(text: str, key: str) -> int:
    """The line that sets a key, or that begins its table."""
    found = re.search(rf"""^[ \t]*\[*[ \t]*["']?{re.escape(key)}["']?[ \t]*[=.\]]""", text, re.M)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def _fault(value: object) -> str:
    """What is wrong with the type of a value; empty if nothing is."""
    if isinstance(value, list):
        words = all(isinstance(item, str) and item.split() == [item] for item in value)
        return "" if words else "a list holds texts without spaces"
    return (
        ""
        if isinstance(value, bool | int | str)
        else "must be a text, whole number, boolean or list"
    )


def _text(value: object) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value))
    return str(int(value) if isinstance(value, bool) else value)
