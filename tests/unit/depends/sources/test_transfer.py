"""Tests of mpbitcoin_depends.sources.transfer and network, against loopback."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from mpbitcoin_depends.errors import DependsError, redact
from mpbitcoin_depends.sources import network, transfer
from mpbitcoin_depends.sources.model import Job, Unavailable

from .conftest import CONTENT, Site


@pytest.fixture
def address(site: Site) -> str:
    site.files["/f"] = CONTENT
    return f"{site.url}/f"


def test_downloads_as_sent(site: Site, address: str, job: Job) -> None:
    transfer.download(address, job)
    assert job.part.read_bytes() == CONTENT
    assert site.headers[0]["Accept-Encoding"] == "identity"


def test_a_length_that_is_no_number_is_not_believed(site: Site, address: str, job: Job) -> None:
    site.length = "²"
    transfer.download(address, job)
    assert job.part.read_bytes() == CONTENT


def test_goes_on_where_the_part_ends(site: Site, address: str, job: Job) -> None:
    job.part.write_bytes(CONTENT[:1000])
    transfer.download(address, job)
    assert job.part.read_bytes() == CONTENT
    assert site.asked == [("/f", "bytes=1000-")]


@pytest.mark.parametrize("step", ["whole", "other"])
def test_a_server_that_does_not_resume_gives_all(
    site: Site, address: str, job: Job, step: str
) -> None:
    job.part.write_bytes(b"old bytes")
    site.script = [step]
    transfer.download(address, job)
    assert job.part.read_bytes() == CONTENT


def test_a_part_that_is_too_long_is_dropped(site: Site, address: str, job: Job) -> None:
    job.part.write_bytes(CONTENT + b"more")
    transfer.download(address, job)
    assert job.part.read_bytes() == CONTENT


def test_a_broken_connection_is_resumed(site: Site, address: str, job: Job) -> None:
    site.script = ["cut", "cut"]
    transfer.download(address, job)
    assert job.part.read_bytes() == CONTENT
    half = len(CONTENT) // 2
    assert site.asked[1] == ("/f", f"bytes={half}-")
    assert len(site.asked) == 3


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_fault_that_may_pass_is_tried_three_times(
    site: Site, address: str, job: Job, status: int
) -> None:
    site.script = [status] * 3
    with pytest.raises(Unavailable, match=rf"HTTP {status} \(tried 3 times\)"):
        transfer.download(address, job)
    assert len(site.asked) == 3


@pytest.mark.parametrize("status", [404, 410, 403, 401])
def test_a_final_answer_is_not_tried_again(site: Site, address: str, job: Job, status: int) -> None:
    site.script = [status]
    with pytest.raises(Unavailable, match=f"HTTP {status}"):
        transfer.download(address, job)
    assert len(site.asked) == 1


def test_refused_fails_at_once_and_is_remembered(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as held:  # bound, not listening: connecting is refused
        held.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{held.getsockname()[1]}/f"
        with pytest.raises(Unavailable, match="connection refused"):
            transfer.download(url, job)
        monkeypatch.setattr(network, "_session", None)  # not asked again
        with pytest.raises(Unavailable, match="connection refused"):
            transfer.download(url, job)


def test_an_unknown_name_fails_at_once(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(Unavailable, match="host name not found"):
        transfer.download("https://nowhere.invalid/f", job)


def test_a_silent_name_server_is_not_waited_for(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    end = threading.Event()

    def hang(*_: object, **__: object) -> None:
        end.wait(10)

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    monkeypatch.setattr(network, "CONNECT_SECONDS", 0.05)
    with pytest.raises(Unavailable, match="name server"):
        transfer.download("https://slow.invalid/f", job)
    end.set()


def test_a_proxy_looks_names_up_itself(site: Site, job: Job) -> None:
    site.files["http://nowhere.invalid/f"] = CONTENT
    access = network.Access(proxies={"http": site.url})
    transfer.download("http://nowhere.invalid/f", job, access)
    assert job.part.read_bytes() == CONTENT


def test_local_files(tmp_path: Path, job: Job) -> None:
    path = tmp_path / "a b.tar"
    path.write_bytes(b"x")
    transfer.download(path.as_uri(), job)
    transfer.download(str(path), job)
    assert job.part.read_bytes() == b"x"
    with pytest.raises(transfer.Missing):
        transfer.download(str(tmp_path / "none"), job)
    with pytest.raises(Unavailable, match="unknown kind"):
        transfer.download("ftp://user:secret@host/f", job)


def test_secrets_are_not_shown() -> None:
    text = "tried https://me:s'e@c@host:1/x, file:///a@b, http://[::1 and ftp://token@h"
    shown = "tried https://***@host:1/x, file:///a@b, http://[::1 and ftp://***@h"
    assert redact(text) == str(Unavailable(text)) == shown
    assert DependsError(text, text).hint == str(DependsError(text)) == shown


def test_progress_is_told(
    site: Site, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer, "_REPORT_SECONDS", 0.0)
    lines: list[str] = []
    transfer.download(address, Job(tmp_path / "p", lines.append))
    assert lines[-1] == "102.4 kB of 102.4 kB"


def test_a_server_that_does_not_answer(
    site: Site, address: str, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "READ_SECONDS", 0.05)
    site.go.clear()
    with pytest.raises(Unavailable, match="no answer in time"):
        transfer.download(address, job)
    site.go.set()
    assert len(site.asked) == 2


def test_a_fault_that_passes_is_not_seen(site: Site, address: str, job: Job) -> None:
    site.script = [503, 429]
    transfer.download(address, job)
    assert job.part.read_bytes() == CONTENT
    assert len(site.asked) == 3
