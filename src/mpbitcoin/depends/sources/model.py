"""What a source is: its artefacts, each pinned by hash, and the ways to get them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from mpbitcoin.files import human_size

Report = Callable[[str], None]


@dataclass(frozen=True)
class Job:
    """One attempt to get a file: where its bytes go and whom to tell.

    Bytes are written to `part`, which may hold the beginning of the file already:
    every provider of one artefact gives the same bytes, so any may go on with it.
    """

    part: Path
    report: Report


class Unavailable(Exception):
    """A provider cannot give the file; the text says why in a few words."""


class Provider(Protocol):
    """A way to get a source. Implementations are frozen dataclasses in `providers`."""

    def describe(self) -> str:
        """The provider's kind and the place it looks at, for messages; no secrets."""
        ...

    def fetch(self, job: Job) -> None:
        """Write the whole file to `job.part`, or raise Unavailable."""
        ...


@dataclass(frozen=True)
class Artefact:
    """One archive that holds the source.

    `file` is its name in SOURCES_PATH and `sha256` the hash of its bytes. The folder
    `root` inside it ("" for its top) becomes the source folder, of which only the
    paths `only` are unpacked, with what is below them (all when empty); a `*` in one
    stands for any name, as in `libs/*/include`.
    """

    file: str
    sha256: str
    root: str
    only: tuple[str, ...]
    providers: tuple[Provider, ...]


@dataclass(frozen=True)
class Source:
    """A version of a package's source: any one of the artefacts is enough."""

    name: str
    version: str
    artefacts: tuple[Artefact, ...]


@dataclass(frozen=True)
class Fetched:
    """A verified archive in the store.

    `provider` says where it came from ("local" when it was there), `seconds` how long
    that took and `bytes` the file's size.
    """

    path: Path
    artefact: Artefact
    provider: str
    seconds: float
    bytes: int

    @property
    def detail(self) -> str:
        """Where it came from and its size, for people."""
        return f"{self.provider}, {human_size(self.bytes)}"
