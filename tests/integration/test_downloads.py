"""`make -C depends download`: its output, and that Ctrl-C ends it."""

from __future__ import annotations

import hashlib
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.integration.conftest import Checkout, user_environment
from tests.loopback import serving
from tests.waiting import wait_until

pytestmark = pytest.mark.integration
SMALL = b"small"


@dataclass
class Server:
    """Answers /small at once, and all other requests with a body that never ends."""

    url: str = ""
    over: threading.Event = field(default_factory=threading.Event)

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        if handler.path == "/small":
            handler.send_header("Content-Length", str(len(SMALL)))
            handler.end_headers()
            handler.wfile.write(SMALL)
            return
        handler.end_headers()
        while not self.over.wait(0.1):
            handler.wfile.write(b"x" * 100_000)


@pytest.fixture
def server() -> Iterator[Server]:
    served = Server()
    with serving(served.answer) as served.url:
        yield served
        served.over.set()


def keep_recipes(checkout: Checkout, url: str, **files: str) -> None:
    """Leave the checkout the recipes that have a file here, to be fetched from `url`."""
    sha256 = hashlib.sha256(SMALL).hexdigest()
    for recipe in (checkout.root / "depends" / "recipes").iterdir():
        if not (recipe / "config.yml").is_file():
            continue
        if recipe.name == "mpbitcoin-recipe":  # what the others are made of
            continue
        if recipe.name not in files:
            shutil.rmtree(recipe)
            continue
        version = (recipe / "config.yml").read_text().split('"')[1]
        file = files[recipe.name]
        (recipe / "all" / "conandata.yml").write_text(
            f'sources:\n  "{version}":\n    - file: {file}\n      sha256: "{sha256}"\n'
            f"      providers:\n        - url: {url}/{file}\n"
        )


def ended(process: subprocess.Popen[bytes]) -> bool:
    return process.poll() is not None


@pytest.mark.parametrize("words", [["depends", "download"], ["depends", "qrencode", "systemtap"]])
def test_what_is_there_is_told_and_ctrl_c_waits_for_nothing(
    checkout: Checkout, server: Server, tmp_path: Path, words: list[str]
) -> None:
    keep_recipes(checkout, server.url, qrencode="small", systemtap="endless")
    said = tmp_path / "said"
    command = [str(checkout.root / "mpbitcoin"), *words, f"SOURCES_PATH={tmp_path / 'sources'}"]
    command.append(f"BASE_CACHE={tmp_path / 'cache'}")
    with said.open("wb") as stream:
        running = subprocess.Popen(command, stderr=stream, env=user_environment())
    part = tmp_path / "sources" / "endless.part"

    def under_way() -> bool:
        there = part.is_file() and part.stat().st_size > 0
        return there and "fetched qrencode" in said.read_text()

    try:
        wait_until(lambda: under_way() or ended(running), "see the small one, and the other begin")
        assert not ended(running), said.read_text()
        running.send_signal(signal.SIGINT)
        wait_until(lambda: ended(running), "see the end, though bytes still come")
    finally:
        running.kill()
        running.wait()
    assert running.returncode == 130
    shown = said.read_text()
    assert "interrupted" in shown
    assert "Traceback" not in shown
    assert "Fatal" not in shown
    assert part.stat().st_size > 0


def test_every_missing_source_is_named_at_once(checkout: Checkout, tmp_path: Path) -> None:
    keep_recipes(checkout, "http://127.0.0.1:9", qrencode="one", systemtap="two")
    where = (f"SOURCES_PATH={tmp_path / 'sources'}", f"BASE_CACHE={tmp_path / 'cache'}")
    done = checkout.mpbitcoin("depends", "download", "OFFLINE=1", *where, check=False)
    assert done.returncode == 4
    for name, file in (("qrencode", "one"), ("systemtap", "two")):
        assert f"cannot get the source of {name}" in done.stderr
        assert f"save it as {tmp_path / 'sources' / file}" in done.stderr
