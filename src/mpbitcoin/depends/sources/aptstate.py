"""A private apt state: the source index of one suite, kept apart from the system's own."""

from __future__ import annotations

import re
import shlex
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mpbitcoin import paths, process
from mpbitcoin.depends.sources.aptconf import Archive, read_archives
from mpbitcoin.depends.sources.model import Unavailable
from mpbitcoin.errors import MpbitcoinError
from mpbitcoin.locks import lock

UPDATE_SECONDS = 120.0
_QUERY_SECONDS = 30.0
_FRESH_SECONDS = 600.0  # an index this young is not fetched again
_DIRECT = ("direct", "false")
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


def require_apt() -> None:
    """Raise Unavailable when apt is not on this machine."""
    if shutil.which("apt-get") is None or shutil.which("apt-config") is None:
        raise Unavailable("apt is not installed")


def _apt_config(*words: str) -> str:
    """What apt-config prints."""
    try:
        return process.capture(["apt-config", *words], timeout=_QUERY_SECONDS)
    except MpbitcoinError as error:
        raise Unavailable(f"apt-config failed: {error.message.splitlines()[-1]}") from error


def machine_archives() -> tuple[Archive, ...]:
    """The Debian archives that this machine's apt is set up with."""
    keys = ("list", "Dir::Etc::sourcelist/f", "parts", "Dir::Etc::sourceparts/d")
    pairs = (word.partition("=") for word in shlex.split(_apt_config("shell", *keys)))
    found = {name: value for name, _, value in pairs}
    return read_archives(Path(found.get("list", "")), Path(found.get("parts", "")))


def machine_proxies() -> dict[str, str] | None:
    """The proxies that apt is told to use, for requests; None when it is told nothing.

    Some are for one host alone. An empty one means to connect directly.
    """
    proxies: dict[str, str] = {}
    for scheme in ("https", "http"):
        listed = _apt_config("dump", "--format", "%f\t%v%n", f"Acquire::{scheme}::Proxy")
        for line in listed.splitlines():
            name, _, value = line.partition("\t")
            host = name.partition("::Proxy")[2].removeprefix("::")
            proxy = "" if value.lower() in _DIRECT else value
            # What is set for http holds for https as well, where that has nothing of its own.
            for kind in {scheme, "https"} if value else ():
                proxies.setdefault(f"{kind}://{host}" if host else kind, proxy)
    return proxies or None


@dataclass(frozen=True)
class AptState:
    """The index of `suite` from `archive`, in a folder of the user's cache."""

    archive: Archive
    suite: str

    @property
    def folder(self) -> Path:
        """Where it is kept: one folder per archive and suite."""
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

    def _run(self, *arguments: str, seconds: float) -> str:
        command = ["apt-get", "-q", "-c", str(self.folder / "apt.conf"), *arguments]
        return process.capture(command, env={"LC_ALL": "C"}, timeout=seconds)

    def _look_up(self, package: str, version: str, file: str) -> str | None:
        """The file's address by the index as it is now, None if it does not tell."""
        for wanted in (f"{package}={version}", package):
            try:
                text = self._run(
                    "source", "--print-uris", "--only-source", wanted, seconds=_QUERY_SECONDS
                )
            except MpbitcoinError:
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
        try:
            # "any": a fault is an error, not a warning that leaves an empty index.
            self._run("update", "-o", "APT::Update::Error-Mode=any", seconds=UPDATE_SECONDS)
        except MpbitcoinError as error:
            raise Unavailable(_apt_reason(error)) from error
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


def _apt_reason(error: MpbitcoinError) -> str:
    text = error.output if isinstance(error, process.CommandFailed) else error.message
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    faults = [line for line in lines if line.startswith(("E:", "W:", "Err:"))]
    return (faults or lines or ["apt-get update failed"])[0]
