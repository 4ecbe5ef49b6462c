"""Tests of the npm provider, with the client replaced."""

from __future__ import annotations

from pathlib import Path

import pytest

from mpbitcoin_depends import process
from mpbitcoin_depends.sources.model import Job, Unavailable
from mpbitcoin_depends.sources.providers.npm import Npm


@pytest.fixture(autouse=True)
def client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")


def test_the_tarball_as_is(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    def pack(command: list[str], cwd: Path, **_: object) -> str:
        assert command[1:3] == ["pack", "@scope/x@1.0"]
        assert "--ignore-scripts" in command
        (cwd / "scope-x-1.0.tgz").write_bytes(b"bytes")
        return "scope-x-1.0.tgz\n"

    monkeypatch.setattr(process, "capture", pack)
    Npm("@scope/x", "1.0").fetch(job)
    assert job.part.read_bytes() == b"bytes"
    assert [path.name for path in job.part.parent.iterdir()] == [job.part.name]


def test_reasons(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(command: list[str], **_: object) -> str:
        raise process.CommandFailed(command, 1, "npm error code E404\nnpm error 404 more\n")

    monkeypatch.setattr(process, "capture", fail)
    with pytest.raises(Unavailable, match=r"^code E404$"):
        Npm("x", "1.0").fetch(job)
    monkeypatch.setattr(process, "capture", lambda *_, **__: "")
    with pytest.raises(Unavailable, match="no tarball"):
        Npm("x", "1.0").fetch(job)
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(Unavailable, match="npm is not installed"):
        Npm("x", "1.0").fetch(job)
