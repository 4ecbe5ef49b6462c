"""Asks apt for this machine's Debian archives and proxies."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from mpbitcoin_depends import process
from mpbitcoin_depends.errors import DependsError
from mpbitcoin_depends.sources.model import Unavailable

QUERY_SECONDS = 30.0
# A suite of the main archive; others (security, updates, third parties') have other names.
_SUITES = {"stable", "testing", "unstable", "oldstable", "oldoldstable", "sid"}
_SUITES |= {"bullseye", "bookworm", "trixie", "forky", "duke"}
_DIRECT = ("direct", "false")
# Debian's keys, by the names of its package. Without them apt falls back on its own trusted keys.
_KEYRINGS = ("debian-archive-keyring.pgp", "debian-archive-keyring.gpg")
_KEYRING_FOLDER = Path("/usr/share/keyrings")


@dataclass(frozen=True)
class Archive:
    """A Debian archive or a mirror of it, by its base address."""

    uri: str

    def pool_address(self, package: str, file: str) -> str:
        """Where Debian's archives keep the file of a source package of `main`."""
        prefix = package[:4] if package.startswith("lib") else package[:1]
        return f"{self.uri}/pool/main/{prefix}/{package}/{file}"

    def deb822(self, suite: str) -> str:
        """A sources file for the source index of `suite` alone. Mirrors keep Debian's signature."""
        text = f"Types: deb-src\nURIs: {self.uri}\nSuites: {suite}\nComponents: main\n"
        keyrings = (_KEYRING_FOLDER / name for name in _KEYRINGS)
        keyring = next((path for path in keyrings if path.is_file()), None)
        return text + (f"Signed-By: {keyring}\n" if keyring else "")


def ask(*command: str, seconds: float = QUERY_SECONDS) -> str:
    """What a command of apt's prints. Raises Unavailable with apt's own reason."""
    try:
        return process.capture(command, env={"LC_ALL": "C"}, timeout=seconds)
    except DependsError as error:
        text = error.output if isinstance(error, process.CommandFailed) else error.message
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        faults = [line for line in lines if line.startswith(("E:", "W:", "Err:"))]
        raise Unavailable((faults or lines or [error.message])[0]) from error


def require_apt() -> None:
    """Raise Unavailable when apt is not on this machine."""
    if shutil.which("apt-get") is None or shutil.which("apt-config") is None:
        raise Unavailable("apt is not installed")


def machine_archives() -> tuple[Archive, ...]:
    """The Debian archives in the configuration of this machine's apt, in order."""
    # Without the release files: a machine need not have fetched them.
    words = ("indextargets", "--no-release-info", "--format=$(RELEASE)\t$(REPO_URI)")
    listed = ask("apt-get", *words, "Component: main")
    targets = (line.partition("\t") for line in listed.splitlines())
    uris = [uri.rstrip("/") for suite, _, uri in targets if suite in _SUITES]
    return tuple(map(Archive, dict.fromkeys(uris)))


def machine_proxies() -> dict[str, str] | None:
    """The proxies that apt uses, for requests; None without any.

    Some are for a single host. An empty one means a direct connection.
    """
    proxies: dict[str, str] = {}
    for scheme in ("https", "http"):
        listed = ask("apt-config", "dump", "--format", "%f\t%v%n", f"Acquire::{scheme}::Proxy")
        for line in listed.splitlines():
            name, _, value = line.partition("\t")
            host = name.partition("::Proxy")[2].removeprefix("::")
            proxy = "" if value.lower() in _DIRECT else value
            # The proxy for http is also used for https, unless https has its own.
            for kind in {scheme, "https"} if value else ():
                proxies.setdefault(f"{kind}://{host}" if host else kind, proxy)
    return proxies or None
