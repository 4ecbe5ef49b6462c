"""The tarball of an npm package, as the configured registry has it, by the npm client."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from mpbitcoin import process
from mpbitcoin.depends.sources.model import Job, Unavailable
from mpbitcoin.errors import MpbitcoinError

DEADLINE_SECONDS = 60.0
_OPTIONS = ("--ignore-scripts", "--loglevel=error", "--no-progress", "--no-update-notifier")
_NETWORK = ("--fetch-retries=0", "--fetch-timeout=20000")


def _reason(error: MpbitcoinError) -> str:
    """The code or first line that npm gives, in a few words."""
    lines = error.output.splitlines() if isinstance(error, process.CommandFailed) else []
    told = [line.removeprefix("npm error ").removeprefix("npm ERR! ").strip() for line in lines]
    return next((line for line in told if line), error.message.splitlines()[0])


@dataclass(frozen=True)
class Npm:
    """`package` at exactly `version`; none of its scripts runs."""

    KEYS: ClassVar[tuple[str, ...]] = ("package", "version")

    package: str
    version: str

    def describe(self) -> str:
        """See Provider."""
        return f"npm {self.package} {self.version}"

    def fetch(self, job: Job) -> None:
        """See Provider."""
        npm = shutil.which("npm")
        if npm is None:
            raise Unavailable("npm is not installed")
        with tempfile.TemporaryDirectory(prefix=".npm-", dir=job.part.parent) as folder:
            spec = f"{self.package}@{self.version}"
            command = [npm, "pack", spec, f"--pack-destination={folder}", *_OPTIONS, *_NETWORK]
            try:
                process.capture(command, cwd=Path(folder), timeout=DEADLINE_SECONDS)
            except MpbitcoinError as error:
                raise Unavailable(_reason(error)) from error
            packed = list(Path(folder).glob("*.tgz"))
            if len(packed) != 1:
                raise Unavailable("npm gave no tarball")
            packed[0].replace(job.part)
