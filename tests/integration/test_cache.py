"""The package cache: shown, pruned, saved, restored, pushed to and pulled from a real server."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mpbitcoin_depends.paths import cache_root
from mpbitcoin_project import paths
from tests.integration.conftest import Checkout

pytestmark = pytest.mark.integration


def names(checkout: Checkout, cache: Path) -> list[str]:
    shown = checkout.mpbitcoin("cache", "--base-cache", str(cache), "--json", "show").stdout
    return sorted(entry["name"] for entry in json.loads(shown))


def fill(checkout: Checkout, cache: Path, *targets: str) -> list[str]:
    done = checkout.mpbitcoin("depends", "--json", *targets, f"BASE_CACHE={cache}")
    found: list[str] = json.loads(done.stdout)["built"]
    return sorted(found)


def test_show_save_restore_and_prune(checkout: Checkout, tmp_path: Path) -> None:
    one, two, archive = tmp_path / "one", tmp_path / "two", tmp_path / "cache.tgz"
    assert fill(checkout, one, "systemtap", "qrencode") == ["qrencode", "systemtap"]
    shown = checkout.mpbitcoin("cache", "--base-cache", str(one), "show").stdout
    assert "2 packages" in shown
    checkout.mpbitcoin("cache", "--base-cache", str(one), "save", str(archive))
    checkout.mpbitcoin("cache", "--base-cache", str(two), "restore", str(archive))
    assert fill(checkout, two, "systemtap", "qrencode") == []
    kept = checkout.mpbitcoin("cache", "--base-cache", str(two), "prune", "--unused", "1d").stdout
    assert "in 0 packages" in kept
    dry = ("cache", "--base-cache", str(two), "prune", "--max-size", "1", "--dry-run")
    assert "would remove: " in checkout.mpbitcoin(*dry).stdout
    assert names(checkout, two) == ["qrencode", "systemtap"]
    checkout.mpbitcoin("cache", "--base-cache", str(two), "prune", "--keep", "0")
    assert names(checkout, two) == []
    assert fill(checkout, two, "systemtap") == ["systemtap"]


def test_trees_that_are_no_longer_pinned_go(checkout: Checkout, tmp_path: Path) -> None:
    """But not with another package cache, which they do not belong to."""
    root = tmp_path / "cache"
    old = root / "trees" / "bitcoin-1.0-01234567"
    old.mkdir(parents=True)
    (root / "venv").symlink_to(cache_root() / "venv")
    env = {"MPBITCOIN_CACHE": str(root)}
    other = f"--base-cache={tmp_path / 'other'}"
    for words in (
        ("cache", other, "prune", "--keep=1"),
        ("cache", "prune", "--keep=1", "--dry-run"),
    ):
        shown = checkout.mpbitcoin(*words, env=env).stdout
        assert old.is_dir()
    assert f"would remove: {old}, which is no longer pinned\n" in shown
    shown = checkout.mpbitcoin("cache", "prune", "--keep=1", env=env).stdout
    assert f"removed: {old}, which is no longer pinned\n" in shown
    assert not old.exists()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """A real conan_server on loopback, in a separate environment."""
    venv = cache_root() / "venv" / "conan-server-test"
    program = venv / "bin" / "conan_server"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(venv)], check=True)
        lock = paths.DEPENDS / "lock" / "conan-server.txt"
        pip = [str(venv / "bin" / "pip"), "install", "-q", "--require-hashes", "-r", str(lock)]
        subprocess.run(pip, check=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = tmp_path / "server"
    (home / ".conan_server").mkdir(parents=True)
    (home / ".conan_server" / "server.conf").write_text(
        "[server]\njwt_secret: test\njwt_expire_minutes: 120\nssl_enabled: False\n"
        f"port: {port}\npublic_port:\nhost_name: 127.0.0.1\nauthorize_timeout: 1800\n"
        f"disk_storage_path: {home}/data\ndisk_authorize_timeout: 1800\nupdown_secret: test\n"
        "[write_permissions]\n*/*@*/*: demo\n[read_permissions]\n*/*@*/*: *\n"
        "[users]\ndemo: secret\n"
    )
    (home / "data").mkdir()
    log = (home / "log").open("wb")
    running = subprocess.Popen(
        [str(program), "--server_dir", str(home / ".conan_server")],
        stdout=log, stderr=log, env={**os.environ, "HOME": str(home)},
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert running.poll() is None, (home / "log").read_text()
                assert time.monotonic() < deadline, "the server does not answer"
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait()
        log.close()


def test_push_and_pull(checkout: Checkout, tmp_path: Path, server: str) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    fill(checkout, one, "systemtap")
    refused = checkout.mpbitcoin(
        "cache", "--base-cache", str(one), "push", server, "--user=demo", check=False
    )
    assert refused.returncode == 2
    assert "MPBITCOIN_REMOTE_PASSWORD" in refused.stderr
    secret = {"MPBITCOIN_REMOTE_PASSWORD": "secret"}
    checkout.mpbitcoin("cache", "--base-cache", str(one), "push", server, "--user=demo", env=secret)
    checkout.mpbitcoin("cache", "--base-cache", str(two), "pull", server)
    assert names(checkout, two) == ["systemtap"]
    assert fill(checkout, two, "systemtap") == []


def files_with(folder: Path, secret: bytes) -> list[Path]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return [path for path in files if secret in path.read_bytes()]


def test_credentials_in_an_address_stay_there(
    checkout: Checkout, tmp_path: Path, server: str
) -> None:
    """They log in, and no output and no file has them."""
    one, two = tmp_path / "one", tmp_path / "two"
    words = ("depends", "systemtap", "V=1", f"BASE_CACHE={one}")
    mirror = "FALLBACK_DOWNLOAD_PATH=http://me:hunter2@mirror.invalid/x https://h/ ~/y"
    shown = checkout.mpbitcoin(*words, mirror)
    assert "report:" in shown.stdout
    assert "http://***@mirror.invalid/x https://h/ ~/y" in (
        next((one / "runs").glob("*/report.json")).read_text(encoding="utf-8")
    )
    address = server.replace("://", "://demo:secret@")
    for action, cache in (("push", one), ("pull", two)):
        done = checkout.mpbitcoin("cache", "--base-cache", str(cache), action, address)
        assert f"{action} done: {server}" in done.stdout
    assert names(checkout, two) == ["systemtap"]
    wrong = server.replace("://", "://demo:hunter2@")
    refused = checkout.mpbitcoin("cache", "--base-cache", str(two), "push", wrong, check=False)
    assert refused.returncode == 6
    assert "hunter2" not in shown.stdout + shown.stderr + refused.stderr
    assert files_with(one, b"hunter2") + files_with(two, b"hunter2") == []
    assert files_with(one, b"demo:secret") + files_with(two, b"demo:secret") == []


def test_dead_remote_is_one_line(checkout: Checkout, tmp_path: Path, dead_server: str) -> None:
    failed = checkout.mpbitcoin(
        "cache", "--base-cache", str(tmp_path / "c"), "pull", dead_server, check=False
    )
    assert failed.returncode == 6
    assert failed.stderr.startswith("error: conan")
