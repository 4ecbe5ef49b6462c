"""The store of verified source archives (SOURCES_PATH), and how to fill it."""

from __future__ import annotations

import errno
import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mpbitcoin_depends.errors import MachineError, SourceError, redact
from mpbitcoin_depends.files import human_size
from mpbitcoin_depends.locks import lock
from mpbitcoin_depends.options import Options
from mpbitcoin_depends.sources.model import (
    Artefact,
    Fetched,
    Job,
    Provider,
    Report,
    Source,
    Unavailable,
)
from mpbitcoin_depends.sources.providers.url import Url
from mpbitcoin_depends.sources.transfer import local_path

_MACHINE_FAULTS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM}


def sha256_of(path: Path) -> str:
    """The sha256 of the file's bytes, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _quarantine(path: Path, name: str, actual: str) -> str:
    """Move a file with a wrong hash aside, never to be used, and describe that briefly."""
    aside = path.with_name(f"{name}.bad-{actual[:8]}")
    try:
        path.replace(aside)
    except FileNotFoundError:  # another run did the same
        pass
    except OSError as error:
        return f"wrong sha256 {actual}, cannot rename the file: {error.strerror}"
    return f"wrong sha256 {actual}, renamed to {aside.name}"


def _silent(_line: str) -> None:
    """Report nothing."""


@dataclass(frozen=True)
class _Fallback:
    """The file below an address of FALLBACK_DOWNLOAD_PATH."""

    base: str
    file: str

    def describe(self) -> str:
        return f"fallback {self.base}"

    def fetch(self, job: Job) -> None:
        Url(f"{self.base.rstrip('/')}/{self.file}").fetch(job)


@dataclass(frozen=True)
class SourceStore:
    """Archives in `folder`, by their names in the recipes.

    Tries `fallback_urls` (http, https, file or plain folders) after a recipe's own providers.
    `offline` uses only files of this machine.
    """

    folder: Path
    fallback_urls: tuple[str, ...] = ()
    offline: bool = False

    @classmethod
    def of(cls, options: Options) -> SourceStore:
        """The store for SOURCES_PATH, FALLBACK_DOWNLOAD_PATH and OFFLINE."""
        return cls(options.sources_folder, options.fallback_download_path, options.offline)

    def locate(self, source: Source) -> tuple[Artefact, Path] | None:
        """The first artefact in the store with the pinned sha256, and its path.

        Checks the bytes each time and moves files with a wrong hash aside.
        """
        return self._locate(source, [])

    def _locate(self, source: Source, faults: list[str]) -> tuple[Artefact, Path] | None:
        for artefact in source.artefacts:
            path = self.folder / artefact.file
            try:
                actual = sha256_of(path)
            except FileNotFoundError:
                continue
            except OSError as error:
                raise SourceError(f"cannot read {path}: {error.strerror or error}") from error
            if actual == artefact.sha256:
                return artefact, path
            faults.append(f"{path}: {_quarantine(path, artefact.file, actual)}")
        return None

    def fetch(self, source: Source, report: Report | None = None) -> Fetched:
        """The verified file of `source`; fetches it if the store lacks it.

        Calls `report` with progress lines, in the calling thread. Threads and processes may fetch
        at the same time. Raises SourceError, one line with every place tried and a hint where to
        put the file by hand; MachineError when it cannot be stored.
        """
        started = time.monotonic()

        def show(line: str) -> None:
            (report or _silent)(redact(line))

        faults: list[str] = []
        if found := self._locate(source, faults):
            return self._fetched(*found, "local", started)
        try:
            for artefact in source.artefacts:
                with lock(self._hidden(artefact, "lock"), waiting=show):
                    if found := self._locate(source, faults):  # by another run
                        return self._fetched(*found, "local", started)
                    if provider := self._from_providers(artefact, show, faults):
                        path = self.folder / artefact.file
                        return self._fetched(artefact, path, provider, started)
        except OSError as error:
            raise MachineError(
                f"cannot store {source.name} {source.version} in {self.folder}: "
                f"{error.strerror or error}",
                "check free space and permissions, or choose another folder with SOURCES_PATH=",
            ) from error
        raise self._error(source, faults)

    def _hidden(self, artefact: Artefact, kind: str) -> Path:
        if kind == "lock":
            return self.folder / ".locks" / f"{artefact.file}.lock"
        return self.folder / f"{artefact.file}.{kind}"

    def _fetched(self, artefact: Artefact, path: Path, provider: str, started: float) -> Fetched:
        seconds = time.monotonic() - started
        return Fetched(path, artefact, provider, seconds, path.stat().st_size)

    def _providers(self, artefact: Artefact) -> Iterator[Provider]:
        if not self.offline:
            yield from artefact.providers
        for base in self.fallback_urls:
            if not self.offline or local_path(base) is not None:
                yield _Fallback(base, artefact.file)

    def _from_providers(self, artefact: Artefact, report: Report, faults: list[str]) -> str:
        """Try the providers in order; returns the one that delivered the file, "" if none did."""
        for provider in self._providers(artefact):
            name = redact(provider.describe())
            report(f"{artefact.file}: from {name}")

            def inner(line: str) -> None:
                report(f"{artefact.file}: {line}")

            try:
                self._attempt(artefact, provider, inner)
            except Unavailable as error:
                faults.append(f"{name}: {error}")
                report(f"{artefact.file}: {name}: {error}")
            else:
                size = (self.folder / artefact.file).stat().st_size
                report(f"{artefact.file}: {human_size(size)}, sha256 verified")
                return name
        return ""

    def _attempt(self, artefact: Artefact, provider: Provider, report: Report) -> None:
        """Let `provider` fetch, and check the hash; retries a wrong file once after resuming."""
        part = self._hidden(artefact, "part")
        resumed = part.exists() and part.stat().st_size > 0
        try:
            provider.fetch(Job(part, report))
        except OSError as error:
            if error.errno in _MACHINE_FAULTS:
                raise
            raise Unavailable(str(error) or type(error).__name__) from error
        if not part.is_file():
            raise Unavailable("delivered no file")
        actual = sha256_of(part)
        if actual == artefact.sha256:
            part.replace(self.folder / artefact.file)
        elif resumed:
            part.unlink()
            self._attempt(artefact, provider, report)
        else:
            raise Unavailable(_quarantine(part, artefact.file, actual))

    def _error(self, source: Source, faults: list[str]) -> SourceError:
        files = " or ".join(f"{a.file} (sha256 {a.sha256})" for a in source.artefacts)
        if not faults:
            faults = ["offline, and not in the store" if self.offline else "no provider is known"]
        tried = " ".join(" | ".join(faults).split())
        return SourceError(
            f"cannot get the source of {source.name} {source.version}: {files}; tried: {tried}",
            f"save it as {self.folder / source.artefacts[0].file} and run again",
        )
