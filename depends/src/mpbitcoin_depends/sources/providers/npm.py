"""The tarball of an npm package from the configured registry, by the npm client."""

from __future__ import annotations

import shutil
from pathlib import Path

from msgspec import Struct

from mpbitcoin_depends import process
from mpbitcoin_depends.errors import DependsError
from mpbitcoin_depends.files import remove_tree
from mpbitcoin_depends.sources.model import Job, Unavailable

DEADLINE_SECONDS = 60.0
_OPTIONS = ("--ignore-scripts", "--loglevel=error", "--no-progress", "--no-update-notifier")
_NETWORK = ("--fetch-retries=0", "--fetch-timeout=20000")


def _reason(error: DependsError) -> str:
    """Error code or first line of npm's output, shortened."""
    lines = error.output.splitlines() if isinstance(error, process.CommandFailed) else []
    told = [line.removeprefix("npm error ").removeprefix("npm ERR! ").strip() for line in lines]
    return next((line for line in told if line), error.message.splitlines()[0])


class Npm(Struct, frozen=True, forbid_unknown_fields=True):
    """`package` at exactly `version`; none of its scripts runs."""

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
        # Named after the file, so that a later run removes what an interrupted run left.
        folder = job.part.with_name(f".{job.part.name}.npm")
        remove_tree(folder)
        folder.mkdir(parents=True)
        try:
            self._pack(npm, folder).replace(job.part)
        finally:
            remove_tree(folder)

    def _pack(self, npm: str, folder: Path) -> Path:
        """The tarball in `folder`. Raises Unavailable."""
        spec = f"{self.package}@{self.version}"
        command = [npm, "pack", spec, f"--pack-destination={folder}", *_OPTIONS, *_NETWORK]
        try:
            process.capture(command, cwd=folder, timeout=DEADLINE_SECONDS)
        except DependsError as error:
            raise Unavailable(_reason(error)) from error
        packed = list(folder.glob("*.tgz"))
        if len(packed) != 1:
            raise Unavailable("npm delivered no tarball")
        return packed[0]
