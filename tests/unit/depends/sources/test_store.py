"""Tests of mpbitcoin_depends.sources.store."""

from __future__ import annotations

import hashlib
import os
import sys
import threading
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from mpbitcoin_depends import process
from mpbitcoin_depends.errors import MachineError, SourceError
from mpbitcoin_depends.sources.model import Job, Unavailable
from mpbitcoin_depends.sources.providers.url import Url
from mpbitcoin_depends.sources.store import SourceStore
from mpbitcoin_project import paths

from .conftest import CONTENT, Site, make_source


@dataclass(frozen=True)
class Fake:
    """Gives these bytes, or the reason why not."""

    data: bytes = b""
    reason: str = ""
    error: OSError | None = None

    def describe(self) -> str:
        return "fake"

    def fetch(self, job: Job) -> None:
        if self.error:
            raise self.error
        if self.reason:
            raise Unavailable(self.reason)
        job.part.write_bytes(self.data)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "sources"


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {".locks"}


def test_a_file_that_is_there_is_taken_after_checking(folder: Path) -> None:
    folder.mkdir()
    (folder / "pack.tar.gz").write_bytes(CONTENT)
    source = make_source(Fake(reason="never asked"))
    store = SourceStore(folder)
    located = store.locate(source)
    assert located is not None
    assert located[1] == folder / "pack.tar.gz"
    fetched = store.fetch(source)
    assert (fetched.provider, fetched.bytes) == ("local", len(CONTENT))
    assert names(folder) == {"pack.tar.gz"}


def test_a_read_only_store_is_enough(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir()
    (folder / "pack.tar.gz").write_bytes(CONTENT)
    before = {path.name for path in folder.iterdir()}
    SourceStore(folder, offline=True).fetch(make_source())
    assert {path.name for path in folder.iterdir()} == before


def test_bad_bytes_are_kept_aside_and_fetched_anew(folder: Path) -> None:
    folder.mkdir()
    (folder / "pack.tar.gz").write_bytes(b"bad")
    fetched = SourceStore(folder).fetch(make_source(Fake(CONTENT)))
    assert fetched.path.read_bytes() == CONTENT
    aside = f"pack.tar.gz.bad-{hashlib.sha256(b'bad').hexdigest()[:8]}"
    assert names(folder) == {"pack.tar.gz", aside}
    assert (folder / aside).read_bytes() == b"bad"


def test_providers_in_order_then_fallbacks(site: Site, folder: Path, tmp_path: Path) -> None:
    site.files["/second/pack.tar.gz"] = CONTENT
    lines: list[str] = []
    store = SourceStore(folder, (str(tmp_path / "first"), f"{site.url}/second/"))
    source = make_source(Fake(reason="away"), Url(f"{site.url}/upstream"))
    fetched = store.fetch(source, lines.append)
    assert fetched.provider == f"fallback {site.url}/second/"
    assert [path for path, _ in site.asked] == ["/upstream", "/second/pack.tar.gz"]
    assert [line for line in lines if "away" in line]
    assert names(folder) == {"pack.tar.gz"}


def test_a_second_artefact_will_do(folder: Path) -> None:
    first, second = make_source(Fake(reason="no"), file="a"), make_source(Fake(CONTENT), file="b")
    both = replace(first, artefacts=first.artefacts + second.artefacts)
    assert SourceStore(folder).fetch(both).path == folder / "b"


def test_a_wrong_file_is_never_used_and_is_told(folder: Path) -> None:
    source = make_source(Fake(b"evil"), Fake(CONTENT))
    lines: list[str] = []
    assert SourceStore(folder).fetch(source, lines.append).path.read_bytes() == CONTENT
    wrong = hashlib.sha256(b"evil").hexdigest()
    assert any(f"wrong sha256 {wrong}" in line for line in lines)
    assert (folder / f"pack.tar.gz.bad-{wrong[:8]}").read_bytes() == b"evil"


def test_when_all_fail_one_line_says_everything(folder: Path, site: Site) -> None:
    source = make_source(Fake(b"evil"), Fake(reason="a\nb"), Url(f"{site.url}/none"))
    store = SourceStore(folder, ("/no/such/folder",))
    with pytest.raises(SourceError) as caught:
        store.fetch(source)
    message = caught.value.message
    assert "\n" not in message
    for part in (
        "pack 1.0",
        "pack.tar.gz",
        source.artefacts[0].sha256,
        "fake: wrong sha256",
        "fake: a b",
        f"url {site.url}/none: HTTP 404",
        "fallback /no/such/folder: no such file",
    ):
        assert part in message
    assert str(folder / "pack.tar.gz") in caught.value.hint


def test_offline_looks_on_this_machine_only(folder: Path, tmp_path: Path) -> None:
    source = make_source(Fake(CONTENT))
    with pytest.raises(SourceError, match="offline"):
        SourceStore(folder, ("https://example.invalid",), offline=True).fetch(source)
    (tmp_path / "pack.tar.gz").write_bytes(CONTENT)
    store = SourceStore(folder, ("https://example.invalid", str(tmp_path)), offline=True)
    assert store.fetch(source).provider == f"fallback {tmp_path}"


def test_a_part_of_other_bytes_is_dropped_once(site: Site, folder: Path) -> None:
    site.files["/f"] = CONTENT
    folder.mkdir()
    (folder / "pack.tar.gz.part").write_bytes(b"not the beginning")
    fetched = SourceStore(folder).fetch(make_source(Url(f"{site.url}/f")))
    assert fetched.path.read_bytes() == CONTENT
    assert [wanted for _, wanted in site.asked] == ["bytes=17-", ""]
    assert names(folder) == {"pack.tar.gz"}


def test_what_one_mirror_began_another_finishes(site: Site, folder: Path) -> None:
    site.files = {"/a": CONTENT, "/b": CONTENT}
    site.script = ["cut", 403]
    source = make_source(Url(f"{site.url}/a"), Url(f"{site.url}/b"))
    assert SourceStore(folder).fetch(source).path.read_bytes() == CONTENT
    half = len(CONTENT) // 2
    assert site.asked[-1] == ("/b", f"bytes={half}-")


def test_a_full_disk_is_told_as_such(folder: Path) -> None:
    source = make_source(Fake(error=OSError(28, "No space left on device")), Fake(CONTENT))
    with pytest.raises(MachineError, match="No space left"):
        SourceStore(folder).fetch(source)


_CHILD = """
import os
import sys
from pathlib import Path
from mpbitcoin_depends.sources import Artefact, Source, SourceStore
from mpbitcoin_depends.sources.providers import Url
artefact = Artefact("pack.tar.gz", sys.argv[2], "", (), (Url(sys.argv[3]),))
store = SourceStore(Path(sys.argv[1]))
def say(line):
    os.write(1, (line + "\\n").encode())
done = store.fetch(Source("pack", "1.0", (artefact,)), say)
say(f"got it: {done.provider}")
"""


def test_two_processes_fetch_once(site: Site, folder: Path) -> None:
    site.files["/f"] = CONTENT
    site.go.clear()
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    command = [sys.executable, "-c", _CHILD, str(folder), sha256, f"{site.url}/f"]
    env = {"PYTHONPATH": paths.IMPORTS}
    read, write = os.pipe()
    children = [process.spawn(command, env=env, output=write) for _ in range(2)]
    os.close(write)
    with os.fdopen(read, encoding="utf-8") as output:
        lines = []
        for line in output:
            lines.append(line)
            if "waiting for another run" in line:
                site.go.set()
    assert [child.wait(10) for child in children] == [0, 0]
    assert len(site.asked) == 1
    assert sorted(line for line in lines if line.startswith("got it")) == [
        "got it: local\n",
        f"got it: url {site.url}/f\n",
    ]


def test_threads_fetch_several_at_once(site: Site, folder: Path) -> None:
    datas = {f"/{i}": CONTENT + bytes([i]) for i in range(8)}
    site.files = dict(datas)
    store = SourceStore(folder)
    sources = [
        make_source(Url(site.url + path), file=f"{path[1:]}.tar", data=data)
        for path, data in datas.items()
    ]
    threads = [threading.Thread(target=store.fetch, args=(source,)) for source in sources]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(store.locate(source) for source in sources)
