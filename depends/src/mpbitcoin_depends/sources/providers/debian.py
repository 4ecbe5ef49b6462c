"""The upstream archive of a Debian source package, from the mirrors that apt uses."""

from __future__ import annotations

from msgspec import Struct

from mpbitcoin_depends.sources import aptconf, transfer
from mpbitcoin_depends.sources.aptconf import Archive
from mpbitcoin_depends.sources.aptstate import AptState
from mpbitcoin_depends.sources.model import Job, Unavailable
from mpbitcoin_depends.sources.network import Access


class Debian(Struct, frozen=True, forbid_unknown_fields=True):
    """`file` (an `.orig` archive) of the source package `package` at `version` in `suite`."""

    package: str
    version: str
    suite: str
    file: str

    def describe(self) -> str:
        """See Provider."""
        return f"debian {self.package} {self.version} ({self.suite})"

    def _take(self, archive: Archive, job: Job, access: Access) -> None:
        """Fetch the file from its usual address, else from the address in apt's index.

        The usual address saves downloading the suite's index for one file of a known hash.
        """
        usual = archive.pool_address(self.package, self.file)
        try:
            transfer.download(usual, job, access)
        except transfer.Missing:
            state = AptState(archive, self.suite)
            listed = state.address(self.package, self.version, self.file, job.report)
            if listed == usual:
                raise Unavailable("the mirror lists the file but does not have it") from None
            transfer.download(listed, job, access)

    def _fault_of(self, archive: Archive, job: Job, access: Access) -> str:
        """Why `archive` cannot deliver the file; "" on success."""
        try:
            self._take(archive, job, access)
        except Unavailable as error:
            return str(error)
        return ""

    def fetch(self, job: Job) -> None:
        """See Provider."""
        aptconf.require_apt()
        access = Access(proxies=aptconf.machine_proxies())
        faults = []
        for archive in aptconf.machine_archives():
            fault = self._fault_of(archive, job, access)
            if not fault:
                return
            faults.append(f"{archive.uri}: {fault}")
        raise Unavailable("; ".join(faults) or "apt has no Debian archive configured")
