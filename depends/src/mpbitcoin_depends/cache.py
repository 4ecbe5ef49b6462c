"""The package cache for users: list, prune, check, save, restore and transfer packages."""

from __future__ import annotations

import json
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from mpbitcoin_depends import process
from mpbitcoin_depends.engine import CONAN, Engine
from mpbitcoin_depends.errors import CacheError, UsageError
from mpbitcoin_depends.locks import lock

_AGE = re.compile(r"(\d+)([hdwm])")
_AGE_SECONDS = {"h": 3600, "d": 86400, "w": 7 * 86400, "m": 30 * 86400}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kMGT]?)B?", re.IGNORECASE)
_SIZE_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}


@dataclass(frozen=True)
class Entry:
    """A package in the cache. `age` and `unused` are in seconds, `size` in bytes."""

    name: str
    version: str
    recipe_revision: str
    package_id: str
    settings: str
    size: int
    age: float
    unused: float
    folder: str

    @property
    def pattern(self) -> str:
        """The package's name in Conan's commands."""
        return f"{self.name}/{self.version}#{self.recipe_revision}:{self.package_id}"


def parse_age(text: str) -> float:
    """Seconds in `12h`, `30d`, `4w`, `6m`. Raises UsageError."""
    match = _AGE.fullmatch(text)
    if not match:
        raise UsageError(f"{text!r} is not an age", "use 12h, 30d, 4w or 6m")
    return float(match.group(1)) * _AGE_SECONDS[match.group(2)]


def parse_size(text: str) -> float:
    """Bytes in `500MB`, `2G`. Raises UsageError."""
    match = _SIZE.fullmatch(text.strip())
    if not match:
        raise UsageError(f"{text!r} is not a size", "use 500MB or 2GB")
    return float(match.group(1)) * _SIZE_UNITS[match.group(2).upper()]


@dataclass(frozen=True)
class Remote:
    """A Conan remote. Its address holds no credentials, so that they are never shown or stored.

    Conan receives them in its environment, never on a command line.
    """

    url: str
    user: str = ""
    password: str = ""

    @classmethod
    def at(cls, address: str) -> Remote:
        """The remote at an address that may hold credentials. Raises UsageError."""
        try:
            parts = urlsplit(address)
        except ValueError:
            parts = urlsplit("")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError(f"{address!r} is not a remote's address", "use https://host/path")
        bare = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        return cls(bare, unquote(parts.username or ""), unquote(parts.password or ""))


@dataclass(frozen=True)
class Cache:
    """The packages below `base_cache`."""

    engine: Engine

    @property
    def _in_use(self) -> Path:
        return self.engine.locks / "in-use.lock"

    def _conan(self, *words: str, extra: dict[str, str | None] | None = None) -> str:
        env = {**self.engine.environment(), **(extra or {})}
        try:
            return process.capture([*CONAN, *words], env=env)
        except process.CommandFailed as error:
            lines = [x for x in error.output.splitlines() if x.startswith("ERROR:")]
            why = lines[-1].removeprefix("ERROR: ") if lines else error.message
            raise CacheError(f"conan {words[0]}: {why}") from error

    def entries(self) -> list[Entry]:
        """All packages, largest first."""
        self.engine.prepare()
        listed = json.loads(self._conan("list", "*#*:*#*", "--format=json"))
        found: list[Entry] = []
        with self.engine.api() as api:
            for ref, recipe in listed.get("Local Cache", {}).items():
                for revision, data in recipe.get("revisions", {}).items():
                    for package_id, package in data.get("packages", {}).items():
                        found += self._entries(api, f"{ref}#{revision}", package_id, package)
        return sorted(found, key=lambda entry: -entry.size)

    @staticmethod
    def _entries(api: Any, ref: str, package_id: str, package: dict[str, Any]) -> list[Entry]:
        from conan.api.model import PkgReference  # type: ignore[attr-defined]

        now = time.time()
        name, version = ref.split("#", 1)[0].split("/", 1)
        revision = ref.split("#", 1)[1]
        settings = package.get("info", {}).get("settings", {})
        words = [settings[k] for k in ("os", "arch", "compiler", "build_type") if k in settings]
        made = []
        for prev, facts in package.get("revisions", {}).items():
            full = f"{ref}:{package_id}#{prev}"
            folder = Path(api.cache.package_path(PkgReference.loads(full)))  # type: ignore[no-untyped-call]
            files = [f for f in folder.rglob("*") if f.is_file() and not f.is_symlink()]
            mark = folder / "conanmanifest.txt"
            used = mark.stat().st_mtime if mark.exists() else 0.0
            made.append(
                Entry(
                    name,
                    version,
                    revision,
                    package_id,
                    " ".join(words),
                    sum(f.stat().st_size for f in files),
                    now - float(facts.get("timestamp", now)),
                    max(0.0, now - used),
                    str(folder),
                )
            )
        return made

    def prune(
        self, unused: float | None, keep: int | None, max_size: float | None, dry: bool
    ) -> list[Entry]:
        """Remove packages by rule and return them.

        The rules: unused for more than `unused` seconds; not among the `keep` most recently used
        of a name; the least recently used until the rest fits in `max_size` bytes. Also removes
        what failed builds left.
        """
        with lock(self._in_use, waiting=print):
            entries = sorted(self.entries(), key=lambda entry: entry.unused)
            doomed = [e for e in entries if unused is not None and e.unused > unused]
            if keep is not None:
                for name in {entry.name for entry in entries}:
                    doomed += [e for e in entries if e.name == name][keep:]
            if max_size is not None:
                total = 0.0
                for entry in entries:
                    total += entry.size
                    if total > max_size:
                        doomed.append(entry)
            unique = list({entry.pattern: entry for entry in doomed}.values())
            if not dry:
                for entry in unique:
                    self._conan("remove", entry.pattern, "--confirm")
                self._conan("cache", "clean", "*", "--build", "--temp", "--source")
            return unique

    def save(self, archive: Path) -> None:
        """Save all recipes and packages in one archive."""
        temporary = archive.with_name(f".{os.getpid()}-{archive.name}")
        if not archive.absolute().parent.is_dir():
            raise UsageError(f"{archive.parent}: no such folder")
        self.engine.prepare()
        try:
            with lock(self._in_use, exclusive=False, waiting=print):
                self._conan("cache", "save", "*:*", f"--file={temporary}", "--no-source")
            os.replace(temporary, archive)
        finally:
            temporary.unlink(missing_ok=True)

    def restore(self, archive: Path) -> None:
        """Import the recipes and packages of an archive. Raises UsageError, CacheError."""
        if not archive.is_file():
            raise UsageError(f"{archive}: no such file")
        self.engine.prepare()
        with (
            lock(self._in_use, exclusive=False, waiting=print),
            lock(self.engine.locks / "export.lock"),
        ):
            self._conan("cache", "restore", str(archive))

    def check(self, repair: bool) -> list[str]:
        """Packages whose files have changed since the build; `repair` removes them."""
        damaged = []
        with lock(self._in_use, waiting=print):
            for entry in self.entries():
                try:
                    self._conan("cache", "check-integrity", entry.pattern)
                except CacheError:
                    damaged.append(entry.pattern)
                    if repair:
                        self._conan("remove", entry.pattern, "--confirm")
        return damaged

    def transfer(self, direction: str, remote: Remote) -> None:
        """`push` all packages to a Conan remote, or `pull` all it has."""
        self.engine.prepare()
        name = "mpbitcoin-transfer"
        secret: dict[str, str | None] = {}
        if remote.user:
            secret = {"CONAN_LOGIN_USERNAME": remote.user, "CONAN_PASSWORD": remote.password}
        with (
            lock(self._in_use, exclusive=False, waiting=print),
            lock(self.engine.locks / "remote.lock"),
        ):
            self._conan("remote", "add", name, remote.url, "--force")
            try:
                if remote.user:
                    self._conan("remote", "auth", name, extra=secret)
                verb = "upload" if direction == "push" else "download"
                more = ["--confirm"] if direction == "push" else []
                self._conan(verb, "*:*", f"--remote={name}", *more, extra=secret)
            finally:
                self._conan("remote", "remove", name)
