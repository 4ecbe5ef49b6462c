"""Which Debian archives the machine's own apt configuration names (one-line and deb822)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

# A suite of the main archive; others (security, updates, third parties') have other names.
_SUITES = {"stable", "testing", "unstable", "oldstable", "oldoldstable", "sid"}
_SUITES |= {"bullseye", "bookworm", "trixie", "forky", "duke"}
# Type, options, address, suite, components. Addresses may hold brackets, too: those of IPv6.
_LINE = re.compile(r"\s*deb(?:-src)?\s+(?:\[([^]]*)\]\s+)?(\S+)\s+(\S+)\s+(.+)")
# apt's words for no; others, known or not, mean yes.
_NO = {"no", "false", "without", "off", "disable"}


@dataclass(frozen=True)
class Archive:
    """A Debian archive: its base address and what apt must be told to trust it.

    `signed_by` is the value of apt's Signed-By field as it stands, possibly many lines.
    """

    uri: str
    signed_by: str = ""

    def pool_address(self, package: str, file: str) -> str:
        """Where Debian's archives keep the file of a source package of `main`."""
        prefix = package[:4] if package.startswith("lib") else package[:1]
        return f"{self.uri.rstrip('/')}/pool/main/{prefix}/{package}/{file}"

    def deb822(self, suite: str) -> str:
        """A sources file for the source index of `suite` alone."""
        text = f"Types: deb-src\nURIs: {self.uri}\nSuites: {suite}\nComponents: main\n"
        return text + (f"Signed-By: {self.signed_by}\n" if self.signed_by else "")


@dataclass(frozen=True)
class _Entry:
    uris: tuple[str, ...]
    suites: tuple[str, ...]
    components: tuple[str, ...]
    signed_by: str

    def archives(self) -> Iterator[Archive]:
        if _SUITES & {suite.rstrip("/") for suite in self.suites} and "main" in self.components:
            yield from (Archive(uri.rstrip("/"), self.signed_by) for uri in self.uris)


def parse_one_line(text: str) -> Iterator[Archive]:
    """The archives of a `.list` file."""
    for line in text.splitlines():
        match = _LINE.fullmatch(line.partition("#")[0].replace('"', ""))
        if match is None:
            continue
        options, uri, suite, components = match.groups(default="")
        keys = dict(option.partition("=")[::2] for option in options.split())
        signed_by = keys.get("signed-by", "").replace(",", " ")
        yield from _Entry((uri,), (suite,), tuple(components.split()), signed_by).archives()


def _is_no(text: str) -> bool:
    try:
        return int(text, 0) == 0
    except ValueError:
        return text.lower() in _NO


def _stanzas(text: str) -> Iterator[dict[str, str]]:
    fields: dict[str, str] = {}
    last = ""
    for line in [*text.splitlines(), ""]:
        if line.startswith("#"):
            continue
        if not line.strip():
            if fields:
                yield fields
            fields, last = {}, ""
        elif line[0] in " \t" and last:
            fields[last] += "\n" + line.rstrip()
        else:
            name, _, value = line.partition(":")
            last = name.strip().lower()
            fields[last] = value.strip()


def parse_deb822(text: str) -> Iterator[Archive]:
    """The archives of a `.sources` file."""
    for fields in _stanzas(text):
        if _is_no(fields.get("enabled", "yes")):
            continue
        yield from _Entry(
            tuple(fields.get("uris", "").split()),
            tuple(fields.get("suites", "").split()),
            tuple(fields.get("components", "").split()),
            fields.get("signed-by", ""),
        ).archives()


def unique(archives: Iterable[Archive]) -> tuple[Archive, ...]:
    """Each archive once, in order; what is known about its keys is kept."""
    found: dict[str, Archive] = {}
    for archive in archives:
        known = found.setdefault(archive.uri, archive)
        if archive.signed_by and not known.signed_by:
            found[archive.uri] = replace(known, signed_by=archive.signed_by)
    return tuple(found.values())


def read_archives(source_list: Path, source_parts: Path) -> tuple[Archive, ...]:
    """The archives in apt's `sources.list` and in the files of `sources.list.d`."""
    files = [source_list]
    if source_parts.is_dir():
        files += sorted(source_parts.iterdir())
    found: list[Archive] = []
    for file in files:
        try:
            text = file.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        if file.suffix == ".sources":
            found += parse_deb822(text)
        elif file.suffix == ".list" or file == source_list:
            found += parse_one_line(text)
    return unique(found)
