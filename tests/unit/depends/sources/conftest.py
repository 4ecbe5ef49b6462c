"""A web server on loopback that misbehaves on request, and small helpers."""

from __future__ import annotations

import hashlib
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from mpbitcoin_depends.sources import network
from mpbitcoin_depends.sources.model import Artefact, Job, Provider, Source
from tests.loopback import serving

CONTENT = bytes(range(256)) * 400
CERTIFICATE = Path(__file__).with_name("localhost.pem")


@dataclass
class Site:
    """The server's files, its next actions, and its requests."""

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    # For the next requests: a status to answer with, "cut" to send half of the bytes,
    # "whole" to ignore a range, "other" to answer with a range not asked for.
    script: list[int | str] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    length: str = ""  # stated instead of the right one
    go: threading.Event = field(default_factory=threading.Event)

    def respond(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one GET."""
        wanted = handler.headers.get("Range", "")
        self.asked.append((handler.path, wanted))
        self.headers.append(dict(handler.headers))
        self.go.wait(10)
        step = self.script.pop(0) if self.script else ""
        body = self.files.get(handler.path)
        if isinstance(step, int) or body is None:
            handler.send_response(step if isinstance(step, int) else 404)
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            return
        start = int(wanted.removeprefix("bytes=").rstrip("-") or 0) if wanted else 0
        start = 0 if step == "whole" else start
        if start and start >= len(body):
            handler.send_error(416)
            return
        handler.send_response(206 if start else 200)
        if start:
            first = start + 1 if step == "other" else start
            handler.send_header("Content-Range", f"bytes {first}-{len(body) - 1}/{len(body)}")
        handler.send_header("Content-Length", self.length or str(len(body) - start))
        handler.end_headers()
        end = start + (len(body) - start) // 2 if step == "cut" else len(body)
        handler.wfile.write(body[start:end])


@pytest.fixture
def site() -> Iterator[Site]:
    """A server on loopback for one test."""
    yield from _serve()


@pytest.fixture
def secure_site() -> Iterator[Site]:
    """The same with TLS and a self-signed certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    yield from _serve(context)


def _serve(tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    served = Site()
    served.go.set()

    def respond(handler: BaseHTTPRequestHandler) -> None:
        served.respond(handler)  # which a test may have replaced

    with serving(respond, tls) as served.url:
        yield served
        served.go.set()


@pytest.fixture(autouse=True)
def quiet_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy, no memory of dead hosts, no pauses."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setattr(network, "_dead", {})
    monkeypatch.setattr(network, "PAUSE_SECONDS", 0.0)
    network._session.cache_clear()


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """A job that writes to the test's folder and reports nothing."""
    return Job(tmp_path / "file.part", lambda _: None)


def make_source(*providers: Provider, file: str = "pack.tar.gz", data: bytes = CONTENT) -> Source:
    """A source of one artefact with these bytes."""
    artefact = Artefact(file, hashlib.sha256(data).hexdigest(), "", (), providers)
    return Source("pack", "1.0", (artefact,))
