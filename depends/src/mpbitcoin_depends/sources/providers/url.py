"""A file by its address: upstream's own, or the user's."""

from __future__ import annotations

from dataclasses import dataclass

from mpbitcoin_depends.sources import transfer
from mpbitcoin_depends.sources.model import Job


@dataclass(frozen=True)
class Url:
    """The file at `url`: http, https, file or a plain path."""

    url: str

    def describe(self) -> str:
        """See Provider."""
        return f"url {self.url}"

    def fetch(self, job: Job) -> None:
        """See Provider."""
        transfer.download(self.url, job)
