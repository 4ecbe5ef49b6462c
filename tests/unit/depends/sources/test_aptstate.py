"""Tests of mpbitcoin_depends.sources.aptstate and the debian provider, with apt replaced."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from mpbitcoin_depends import process
from mpbitcoin_depends.sources import aptconf, aptstate
from mpbitcoin_depends.sources.aptconf import Archive
from mpbitcoin_depends.sources.model import Job, Unavailable
from mpbitcoin_depends.sources.providers.debian import Debian

from .conftest import CONTENT, Site


class Apt:
    """Answers apt's commands; knows `uri` once the index was updated."""

    def __init__(self, uri: str, archives: str = "", proxies: str = "") -> None:
        self.uri = uri
        self.archives = archives
        self.proxies = proxies
        self.calls: list[str] = []
        self.index_there = False
        self.broken = False

    def capture(self, command: Sequence[str], **_: object) -> str:
        if command[0] == "apt-config":
            return self.proxies
        if "indextargets" in command:
            return self.archives
        verb = next(word for word in command if word in ("update", "source"))
        self.calls.append(verb)
        if verb == "update":
            if self.broken:
                raise process.CommandFailed(command, 100, "Hit:1\nE: Failed to fetch index\n")
            self.index_there = True
            return ""
        if not self.index_there:
            raise process.CommandFailed(command, 100, "E: Unable to find a source package")
        return f"Reading...\n'{self.uri}/x_1.dsc' x_1.dsc 1 SHA256:0\n'{self.uri}/f' f 9 SHA256:1\n"


@pytest.fixture
def use_apt(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[Apt], Apt]:
    monkeypatch.setenv("MPBITCOIN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")

    def use(apt: Apt) -> Apt:
        monkeypatch.setattr(process, "capture", apt.capture)
        return apt

    return use


def silent(_: str) -> None:
    pass


def test_the_index_is_fetched_once(use_apt: Callable[[Apt], Apt]) -> None:
    apt = use_apt(Apt("http://m/pool"))
    state = aptstate.AptState(Archive("http://m/debian"), "trixie")
    assert state.address("x", "1", "f", silent) == "http://m/pool/f"
    assert state.address("x", "1", "f", silent) == "http://m/pool/f"
    assert apt.calls.count("update") == 1
    sources = (state.folder / "sources.list.d" / "archive.sources").read_text()
    assert "Suites: trixie\n" in sources
    assert "#clear APT::Update::Post-Invoke;" in (state.folder / "apt.conf").read_text()


def test_a_file_that_is_not_listed(use_apt: Callable[[Apt], Apt]) -> None:
    apt = use_apt(Apt("http://m/pool"))
    state = aptstate.AptState(Archive("http://m/debian"), "trixie")
    for _ in range(2):
        with pytest.raises(Unavailable, match="trixie of http://m/debian has no such file"):
            state.address("x", "1", "other", silent)
    assert apt.calls.count("update") == 1  # still fresh the second time


def test_an_index_that_cannot_be_had(use_apt: Callable[[Apt], Apt]) -> None:
    apt = use_apt(Apt("http://m/pool"))
    apt.broken = True
    with pytest.raises(Unavailable, match="E: Failed to fetch index"):
        aptstate.AptState(Archive("http://m"), "sid").address("x", "1", "f", silent)


def machine(site: Site) -> str:
    lines = (
        "bookworm-security\thttp://never.invalid/debian-security",
        f"bookworm\t{site.url}/debian",
    )
    return "".join(f"{line}/\n" for line in (*lines, lines[-1]))


def test_the_usual_place_needs_no_index(
    use_apt: Callable[[Apt], Apt], site: Site, job: Job
) -> None:
    apt = use_apt(Apt("unused", machine(site)))
    site.files["/debian/pool/main/x/x/f"] = CONTENT
    Debian("x", "1", "trixie", "f").fetch(job)
    assert job.part.read_bytes() == CONTENT
    assert apt.calls == []


def test_else_apt_tells_the_address(use_apt: Callable[[Apt], Apt], site: Site, job: Job) -> None:
    use_apt(Apt(f"{site.url}/odd", machine(site)))
    site.files["/odd/f"] = CONTENT
    Debian("x", "1", "trixie", "f").fetch(job)
    assert job.part.read_bytes() == CONTENT


def test_a_mirror_with_holes(use_apt: Callable[[Apt], Apt], site: Site, job: Job) -> None:
    use_apt(Apt(f"{site.url}/debian/pool/main/x/x", machine(site)))
    with pytest.raises(Unavailable, match="lists the file but does not have it"):
        Debian("x", "1", "trixie", "f").fetch(job)
    assert len(site.asked) == 1


def test_no_archive(use_apt: Callable[[Apt], Apt], job: Job) -> None:
    use_apt(Apt("unused"))
    with pytest.raises(Unavailable, match="no Debian archive"):
        Debian("x", "1", "trixie", "f").fetch(job)


def test_sources_that_apt_cannot_read(use_apt: Callable[[Apt], Apt], job: Job) -> None:
    apt = use_apt(Apt(""))

    def fail(command: Sequence[str], **_: object) -> str:
        raise process.CommandFailed(command, 100, "E: Malformed entry 1 in list file x.list\n")

    apt.capture = fail  # type: ignore[method-assign]
    use_apt(apt)
    with pytest.raises(Unavailable, match="Malformed entry 1 in list file"):
        Debian("x", "1", "trixie", "f").fetch(job)


def test_no_apt(monkeypatch: pytest.MonkeyPatch, job: Job) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(Unavailable, match="apt is not installed"):
        Debian("x", "1", "trixie", "f").fetch(job)


def test_proxies_of_apt(use_apt: Callable[[Apt], Apt]) -> None:
    direct = "Acquire::http::Proxy::mirror\tDIRECT\n"
    use_apt(Apt("", proxies=f"Acquire::http::Proxy\thttp://proxy:3142\n{direct}"))
    proxy = "http://proxy:3142"
    assert aptconf.machine_proxies() == {
        "http": proxy,
        "http://mirror": "",
        "https": proxy,
        "https://mirror": "",
    }
    use_apt(Apt(""))
    assert aptconf.machine_proxies() is None
