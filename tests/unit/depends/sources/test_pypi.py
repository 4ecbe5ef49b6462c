"""Tests of the pypi provider against an index on loopback and folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from mpbitcoin_depends.sources.model import Job, Unavailable
from mpbitcoin_depends.sources.providers import pypi
from mpbitcoin_depends.sources.providers.pypi import Indexes, Pypi, indexes_of, parse_pip_config

from .conftest import CERTIFICATE, CONTENT, Site

FILE = "some_thing-1.0a2.tar.gz"
WANTED = Pypi("Some.Thing", "1.0a2", FILE)


def use(monkeypatch: pytest.MonkeyPatch, *indexes: str, links: tuple[str, ...] = ()) -> None:
    found = Indexes(indexes, links, default=False, trusted_hosts=(), cert="")
    monkeypatch.setattr(pypi, "configured", lambda: found)


def test_settings_of_pip() -> None:
    text = (
        "global.index-url='https://a.example/simple'\n"
        "global.extra-index-url='file:///x\\nhttps://b.example/simple'\n"
        "download.find-links='/wheels'\n"
        "install.find-links='/never'\n"
        ":env:.index-url='https://c.example/simple'\n"
        "WARNING: not a setting\n"
        "global.cert=broken\n"
    )
    found = indexes_of(parse_pip_config(text))
    assert found.index_urls == ("https://c.example/simple", "file:///x", "https://b.example/simple")
    assert found.find_links == ("/wheels",)
    assert not found.default
    assert indexes_of({}).default
    alone = indexes_of({"no-index": "1", "index-url": "x", "find-links": "/w"})
    assert (alone.index_urls, alone.default, alone.find_links) == ((), False, ("/w",))


def test_takes_that_file_of_a_page(site: Site, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    page = "".join(
        f'<a href="/files/{name}" data-yanked="" data-requires-python="&gt;=99">{name}</a>'
        for name in (FILE.replace("a2", "a1"), FILE, "some_thing-1.0a2-py3-none-any.whl")
    )
    site.files["/files/" + FILE] = CONTENT
    root = site.url.removeprefix("http://")
    serve_page(site, "/simple/some-thing/", page)
    use(monkeypatch, f"http://me:pw@{root}/simple")
    WANTED.fetch(job)
    assert job.part.read_bytes() == CONTENT
    assert site.headers[-1]["Authorization"].startswith("Basic ")


@pytest.mark.parametrize("trust", ["host", "host and port", "certificate", "nobody"])
def test_whom_pip_trusts_we_do(
    secure_site: Site, job: Job, monkeypatch: pytest.MonkeyPatch, trust: str
) -> None:
    """For the page as for the file."""
    secure_site.files["/files/" + FILE] = CONTENT
    serve_page(secure_site, "/simple/some-thing/", f'<a href="/files/{FILE}">{FILE}</a>')
    place = secure_site.url.removeprefix("https://")
    hosts = {"host": (place.partition(":")[0],), "host and port": (place,)}.get(trust, ())
    cert = str(CERTIFICATE) if trust == "certificate" else ""
    found = Indexes((f"{secure_site.url}/simple",), (), False, hosts, cert)
    monkeypatch.setattr(pypi, "configured", lambda: found)
    if trust == "nobody":
        with pytest.raises(Unavailable, match="the TLS certificate was not accepted"):
            WANTED.fetch(job)
        return
    WANTED.fetch(job)
    assert job.part.read_bytes() == CONTENT


def serve_page(site: Site, path: str, page: str) -> None:
    """Serve HTML: the plain site sends no type, and an index must."""
    respond = site.respond

    def with_page(handler: object) -> None:
        if handler.path != path:  # type: ignore[attr-defined]
            respond(handler)  # type: ignore[arg-type]
            return
        handler.send_response(200)  # type: ignore[attr-defined]
        handler.send_header("Content-Type", "text/html")  # type: ignore[attr-defined]
        handler.send_header("Content-Length", str(len(page)))  # type: ignore[attr-defined]
        handler.end_headers()  # type: ignore[attr-defined]
        handler.wfile.write(page.encode())  # type: ignore[attr-defined]

    site.respond = with_page  # type: ignore[method-assign]


def test_dead_places_are_passed_over(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = tmp_path / "simple" / "some-thing"
    index.mkdir(parents=True)
    (tmp_path / FILE).write_bytes(CONTENT)
    (index / "index.html").write_text(f'<a href="{(tmp_path / FILE).as_uri()}">{FILE}</a>')
    use(
        monkeypatch,
        "http://127.0.0.1:1/simple",
        (tmp_path / "none").as_uri(),
        (tmp_path / "simple").as_uri(),
        links=("/no/such/folder",),
    )
    WANTED.fetch(job)
    assert job.part.read_bytes() == CONTENT


def test_a_folder_of_links(job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / FILE).write_bytes(CONTENT)
    use(monkeypatch, links=(str(tmp_path),))
    WANTED.fetch(job)
    assert job.part.read_bytes() == CONTENT


def test_every_place_is_named(
    site: Site, job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(
        monkeypatch, "http://me:pw@127.0.0.1:1/simple", f"{site.url}/simple", links=(str(tmp_path),)
    )
    with pytest.raises(Unavailable) as caught:
        WANTED.fetch(job)
    text = str(caught.value)
    assert f"{tmp_path}: not there" in text
    assert f"{site.url}/simple: not there" in text
    assert "http://***@127.0.0.1:1/simple: " in text
    assert "refused" in text
    assert "pw" not in text


def test_without_indexes(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch)
    with pytest.raises(Unavailable, match="no index"):
        WANTED.fetch(job)
