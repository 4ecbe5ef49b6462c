"""Archives for tests, with members that need not be valid."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

from mpbitcoin_depends.sources.model import Artefact

MTIME = 1_600_000_000


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.mtime = kind, link, MTIME
    info.mode = 0o777 if kind == tarfile.DIRTYPE or name.endswith(".sh") else 0o666
    return info


def symlink(name: str, link: str) -> tarfile.TarInfo:
    return member(name, tarfile.SYMTYPE, link)


def make(path: Path, *members: tarfile.TarInfo, mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as tar:  # type: ignore[call-overload]
        for info in members:
            data = info.name.encode() if info.isreg() else b""
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return path


def artefact(root: str = "top", *only: str) -> Artefact:
    return Artefact("a.tar", "0" * 64, root, only, ())


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}
