"""Real fetches of small sources by the package clients of this machine."""

from __future__ import annotations

import re
import shutil
import time
from pathlib import Path

import pytest

from mpbitcoin_depends import process
from mpbitcoin_depends.errors import SourceError
from mpbitcoin_depends.sources import Artefact, Provider, Source, SourceStore, sha256_of, unpack
from mpbitcoin_depends.sources.aptconf import machine_archives
from mpbitcoin_depends.sources.aptstate import AptState
from mpbitcoin_depends.sources.model import Job, Unavailable
from mpbitcoin_depends.sources.providers import Debian, Npm, Pypi, Url
from tests.unit.depends.sources.conftest import CONTENT, Site, site

__all__ = ["site"]  # a fixture
pytestmark = pytest.mark.integration

QRENCODE = "qrencode_4.1.1.orig.tar.bz2"
QRENCODE_SHA256 = "e455d9732f8041cf5b9c388e345a641fd15707860f928e94507b1961256a6923"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MPBITCOIN_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def source(file: str, sha256: str, root: str, *providers: Provider) -> Source:
    return Source("thing", "1", (Artefact(file, sha256, root, (), providers),))


@pytest.mark.parametrize(
    ("wanted", "inside"),
    [
        (
            source(
                *(QRENCODE, QRENCODE_SHA256, "qrencode-4.1.1"),
                Debian("qrencode", "4.1.1-2", "trixie", QRENCODE),
            ),
            "qrencode.h",
        ),
        (
            source(
                "six-1.17.0.tar.gz",
                "ff70335d468e7eb6ec65b95b99d3a2836546063f63acc5171de367e834932a81",
                "six-1.17.0",
                Pypi("six", "1.17.0", "six-1.17.0.tar.gz"),
            ),
            "six.py",
        ),
        (
            source(
                "isarray-2.0.5.tgz",
                "72bae463b81a604b4a118c00012c76ee9b8d155b9da62d1f362876c9f8b5f793",
                "package",
                Npm("isarray", "2.0.5"),
            ),
            "package.json",
        ),
    ],
    ids=["debian", "pypi", "npm"],
)
def test_a_provider_gives_the_pinned_bytes(tmp_path: Path, wanted: Source, inside: str) -> None:
    store = SourceStore(tmp_path / "sources")
    lines: list[str] = []
    fetched = store.fetch(wanted, lines.append)
    assert sha256_of(fetched.path) == fetched.artefact.sha256
    assert fetched.provider == fetched.artefact.providers[0].describe()
    assert lines
    unpack(fetched.path, fetched.artefact, tmp_path / "out")
    assert (tmp_path / "out" / inside).is_file()


def test_the_private_apt_state_tells_the_address(cache: Path) -> None:
    lists = Path("/var/lib/apt/lists")
    before = {path: path.stat().st_mtime_ns for path in lists.rglob("*")}
    state = AptState(machine_archives()[0], "trixie")
    lines: list[str] = []
    for _ in range(2):
        address = state.address("qrencode", "4.1.1-2", QRENCODE, lines.append)
        assert address.endswith(f"/{QRENCODE}")
    assert len(lines) == 1  # the index was read once
    assert state.folder.is_relative_to(cache)
    assert {path: path.stat().st_mtime_ns for path in lists.rglob("*")} == before


def test_apt_reads_the_sources_that_we_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = machine_archives()[0]
    use_configuration(tmp_path, monkeypatch)
    (tmp_path / "parts" / "debian.sources").write_text(archive.deb822("bookworm"))
    assert machine_archives() == (archive,)


STANZA = "Types: deb\nURIs: {uri}\nSuites: bookworm\nComponents: main\n{more}\n\n"
LINES = """\
deb http://[2001:db8::1]/debian bookworm main
deb [ arch=amd64 ] http://[2001:db8::2]:8080/debian bookworm main
deb [arch=amd64 trusted=yes] http://a.example/debian bookworm main
deb "http://b.example/debian" bookworm main contrib # comment
# deb http://c.example/debian bookworm main
"""


def use_configuration(folder: Path, monkeypatch: pytest.MonkeyPatch, more: str = "") -> None:
    """Let apt read `list` and `parts` of the folder, and nothing that it had fetched."""
    for name in ("parts", "lists/partial"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "apt.conf").write_text(
        f'Dir::Etc::sourcelist "{folder}/list";\nDir::Etc::sourceparts "{folder}/parts";\n'
        f'Dir::State::Lists "{folder}/lists";\n{more}'
    )
    monkeypatch.setenv("APT_CONFIG", str(folder / "apt.conf"))


def test_apt_and_we_know_the_same_archives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever switches a source off or on, and whatever its address looks like."""
    words = ["no", "False", "without", "OFF", "disable", "0", "0x0", "yes", "on", "1", "2", "maybe"]
    stanzas = (
        STANZA.format(uri=f"http://{number}.example/debian", more=f"Enabled: {word}")
        for number, word in enumerate(words)
    )
    use_configuration(tmp_path, monkeypatch)
    (tmp_path / "list").write_text(LINES)
    (tmp_path / "parts" / "more.sources").write_text("".join(stanzas))
    asked = process.capture(["apt-get", "update", "--print-uris"])
    by_apt = set(re.findall(r"'(\S+)/dists/bookworm/InRelease'", asked))
    assert {archive.uri for archive in machine_archives()} == by_apt
    assert len(by_apt) == 9


def test_what_apt_fetches_directly_we_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: Site
) -> None:
    """DIRECT, for all hosts or for this one, wins over a proxy of the environment."""
    site.files["/debian/pool/main/x/x/f"] = CONTENT
    monkeypatch.setenv("http_proxy", "http://proxy.invalid:3128")
    (tmp_path / "list").write_text(f"deb {site.url}/debian bookworm main\n")
    elsewhere = 'Acquire::http::Proxy "http://proxy.invalid:1";'
    direct = (
        'Acquire::http::Proxy "DIRECT";',
        f'{elsewhere} Acquire::http::Proxy::127.0.0.1 "DIRECT";',
    )
    for number, more in enumerate(direct):
        use_configuration(tmp_path, monkeypatch, more)
        job = Job(tmp_path / f"part-{number}", lambda _: None)
        Debian("x", "1", "trixie", "f").fetch(job)
        assert job.part.read_bytes() == CONTENT
    use_configuration(tmp_path, monkeypatch, elsewhere)
    with pytest.raises(Unavailable, match="proxy"):
        Debian("x", "1", "trixie", "f").fetch(Job(tmp_path / "none", lambda _: None))


def test_what_cannot_be_had_fails_within_seconds(tmp_path: Path, dead_server: str) -> None:
    wanted = source(
        "never-0.tar.gz",
        "0" * 64,
        "",
        Url("https://upstream.invalid/never-0.tar.gz"),
        Url(f"{dead_server}/never-0.tar.gz"),
        Pypi("six", "0.0.0.0", "six-0.0.0.0.tar.gz"),
        Npm("isarray", "0.0.99"),
    )
    started = time.monotonic()
    with pytest.raises(SourceError) as caught:
        SourceStore(tmp_path / "sources").fetch(wanted)
    assert time.monotonic() - started < 60
    message = caught.value.message
    assert "\n" not in message
    for reason in ("host name not found", "connection refused", "six 0.0.0.0", "npm isarray"):
        assert reason in message


def test_needed_clients_are_here() -> None:
    assert all(shutil.which(name) for name in ("apt-get", "npm"))
