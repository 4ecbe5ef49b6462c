"""A source: its artefacts, each pinned by hash, and their providers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from mpbitcoin_depends.errors import redact
from mpbitcoin_depends.files import human_size

Report = Callable[[str], None]


@dataclass(frozen=True)
class Job:
    """One attempt to get a file: where to write it, and how to report progress.

    Providers append to `part`, which may hold the beginning of the file: all providers of an
    artefact deliver the same bytes, so any of them can continue.
    """

    part: Path
    report: Report


class Unavailable(Exception):
    """A provider cannot deliver the file; the text is a short reason without credentials."""

    def __init__(self, reason: str) -> None:
        super().__init__(redact(reason))


class Provider(Protocol):
    """A way to get a source. Implementations are frozen dataclasses in `providers`."""

    def describe(self) -> str:
        """The provider's kind and place, which may hold credentials."""
        ...

    def fetch(self, job: Job) -> None:
        """Write the whole file to `job.part`, or raise Unavailable."""
        ...


@dataclass(frozen=True)
class Artefact:
    """One archive that holds the source.

    `file` is its name in SOURCES_PATH and `sha256` the hash of its bytes. The folder `root` inside
    it ("" for its top) becomes the source folder. Only the paths `only` and everything below them
    are unpacked (all when empty); a `*` in one matches any name, as in `libs/*/include`.
    """

    file: str
    sha256: str
    root: str
    only: tuple[str, ...]
    providers: tuple[Provider, ...]


@dataclass(frozen=True)
class Source:
    """A version of a package's source: one of the artefacts is enough."""

    name: str
    version: str
    artefacts: tuple[Artefact, ...]


@dataclass(frozen=True)
class Fetched:
    """A verified archive in the store.

    `provider` is its origin ("local" when the store had it), `seconds` the time that took and
    `bytes` the file's size.
    """

    path: Path
    artefact: Artefact
    provider: str
    seconds: float
    bytes: int

    @property
    def detail(self) -> str:
        """Its origin and size, for readers."""
        return f"{self.provider}, {human_size(self.bytes)}"
