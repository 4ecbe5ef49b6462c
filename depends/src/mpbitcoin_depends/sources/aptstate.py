"""A private apt state: the source index of one suite, kept apart from the system's own."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mpbitcoin_depends import paths
from mpbitcoin_depends.locks import lock
from mpbitcoin_depends.sources.aptconf import QUERY_SECONDS, Archive, ask
from mpbitcoin_depends.sources.model import Unavailable

UPDATE_SECONDS = 120.0
_FRESH_SECONDS = 600.0  # an index this young is not fetched again
_URI = re.compile(r"^'([^']+)' (\S+) \d+", re.MULTILINE)

# Read by apt after the system's own configuration: nothing that the system hangs on an
# update may run for ours. Bytes are checked against the recipe's hash, not by apt.
_SETTINGS = """\
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
Dir::Etc::sourcelist "{folder}/sources.list";
Dir::Etc::sourceparts "{folder}/sources.list.d";
Dir::State::Lists "{folder}/lists";
Dir::State::status "{folder}/status";
Dir::Cache "{folder}/cache";
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Retries "0";
Acquire::http::Timeout "8";
Acquire::https::Timeout "8";
"""


@dataclass(frozen=True)
class AptState:
    """The index of `suite` from `archive`, in a folder of the user's cache."""

    archive: Archive
    suite: str

    @property
    def folder(self) -> Path:
        """The index's folder: one per archive and suite."""
        name = re.sub(r"[^A-Za-z0-9.]+", "-", f"{self.suite}-{self.archive.uri}")
        return paths.cache_root() / "apt" / name

    def _prepare(self) -> None:
        for name in ("lists/partial", "cache", "sources.list.d"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "sources.list").touch()
        (self.folder / "status").touch()
        sources = self.folder / "sources.list.d" / "archive.sources"
        sources.write_text(self.archive.deb822(self.suite), encoding="utf-8")
        settings = _SETTINGS.format(folder=self.folder)
        (self.folder / "apt.conf").write_text(settings, encoding="utf-8")

    def _ask(self, *words: str, seconds: float = QUERY_SECONDS) -> str:
        return ask("apt-get", "-q", "-c", str(self.folder / "apt.conf"), *words, seconds=seconds)

    def _look_up(self, package: str, version: str, file: str) -> str | None:
        """The file's address in the current index; None if it lacks the file."""
        for wanted in (f"{package}={version}", package):
            try:
                text = self._ask("source", "--print-uris", "--only-source", wanted)
            except Unavailable:
                continue
            for uri, name in _URI.findall(text):
                if name == file:
                    return str(uri)
        return None

    def _update(self, report: Callable[[str], None]) -> None:
        """Fetch the index, unless that was done within the last minutes."""
        stamp = self.folder / "updated"
        if stamp.exists() and abs(time.time() - stamp.stat().st_mtime) < _FRESH_SECONDS:
            return
        report(f"reading the source index of {self.suite} (about 10 MB, kept)")
        # "any": a fault is an error, not a warning that leaves an empty index.
        self._ask("update", "-o", "APT::Update::Error-Mode=any", seconds=UPDATE_SECONDS)
        stamp.touch()

    def address(self, package: str, version: str, file: str, report: Callable[[str], None]) -> str:
        """The address that apt gives for `file` of the source package.

        The kept index is asked first and renewed only if it does not know the file.
        Raises Unavailable when it cannot be found.
        """
        with lock(self.folder / "lock", waiting=report):
            self._prepare()
            if found := self._look_up(package, version, file):
                return found
            self._update(report)
            if found := self._look_up(package, version, file):
                return found
        raise Unavailable(f"{self.suite} of {self.archive.uri} has no such file")
