"""Unpacks a verified tar archive: only what is wanted, nothing outside the target."""

from __future__ import annotations

import lzma
import os
import shutil
import stat
import tarfile
import tempfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from mpbitcoin.depends.sources.model import Artefact
from mpbitcoin.errors import MachineError, SourceError

_WRITE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def _inside(path: PurePosixPath, folder: PurePosixPath) -> bool:
    return path == folder or folder in path.parents


def _plain_name(archive: Path, name: str) -> PurePosixPath:
    """The member's name as a relative path; SourceError if it leads out."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\0" in name:
        raise SourceError(f"{archive.name}: unsafe path of member {name!r}")
    return path


@dataclass
class _Extraction:
    """One pass over an archive into the empty folder `target`."""

    archive: Path
    artefact: Artefact
    target: Path
    count: int = 0
    links: set[PurePosixPath] = field(default_factory=set)
    folders: dict[PurePosixPath, float] = field(default_factory=dict)

    def _refuse(self, member: tarfile.TarInfo, reason: str) -> SourceError:
        return SourceError(f"{self.archive.name}: {reason}: member {member.name!r}")

    def _below_root(self, name: PurePosixPath) -> PurePosixPath | None:
        root = PurePosixPath(self.artefact.root)
        return name.relative_to(root) if _inside(name, root) else None

    def _is_wanted(self, path: PurePosixPath) -> bool:
        only = self.artefact.only
        return not only or any(_inside(path, PurePosixPath(wanted)) for wanted in only)

    def _check_link(self, member: tarfile.TarInfo, path: PurePosixPath) -> tarfile.TarInfo:
        """The link with its target as seen from our target folder."""
        goal = PurePosixPath(member.linkname)
        if member.issym():
            if goal.is_absolute():
                raise self._refuse(member, "link to an absolute path")
            lexical = os.path.normpath(path.parent / goal)
            if lexical == ".." or lexical.startswith("../"):
                raise self._refuse(member, "link out of the source folder")
            self.links.add(path)
            return member
        inner = self._below_root(_plain_name(self.archive, member.linkname))
        if inner is None or not self._is_wanted(inner):
            raise self._refuse(member, "link to a file that is not unpacked")
        if not self.links.isdisjoint((inner, *inner.parents)):
            raise self._refuse(member, "hard link by way of a symbolic link")
        return member.replace(linkname=str(inner), deep=False)

    def add(self, tar: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        """Unpack `member` if it is wanted; SourceError if it is not safe."""
        path = self._below_root(_plain_name(self.archive, member.name))
        if path is None or not path.parts or not self._is_wanted(path):
            return
        if not self.links.isdisjoint((path, *path.parents)):
            raise self._refuse(member, "path leads through a link")
        if member.issym() or member.islnk():
            member = self._check_link(member, path)
        elif not (member.isreg() or member.isdir()):
            raise self._refuse(member, "neither file, folder nor link")
        try:
            tar.extract(member.replace(name=str(path), deep=False), self.target, filter="data")
        except tarfile.FilterError as error:
            raise self._refuse(member, f"unsafe ({type(error).__name__})") from error
        if member.isdir():
            self.folders[path] = member.mtime
        self.count += 1

    def finish(self) -> None:
        """Check where links really lead, and set the times of folders."""
        if not self.count:
            wanted = self.artefact.root or "its top"
            raise SourceError(f"{self.archive.name}: nothing found in folder {wanted}")
        top = self.target.resolve()
        for link in sorted(self.links):
            try:
                real = (self.target / link).resolve()
            except (OSError, RuntimeError) as error:
                raise SourceError(f"{self.archive.name}: endless link: member '{link}'") from error
            if not real.is_relative_to(top):
                raise SourceError(f"{self.archive.name}: link leads out: member '{link}'")
        for path, mtime in sorted(self.folders.items(), reverse=True):
            os.utime(self.target / path, (mtime, mtime))


def extract(archive: Path, artefact: Artefact, target: Path) -> None:
    """Unpack the wanted part of the verified `archive` into the existing folder `target`.

    Times of files and folders are those in the archive. Raises SourceError, naming the
    member, when one would leave `target` or is not a file, folder or link, or when the
    archive is damaged; MachineError when it cannot be written. What was written before
    an error stays.
    """
    if not hasattr(tarfile, "data_filter"):
        raise MachineError(
            "this Python cannot unpack archives safely (tarfile has no filters)",
            "use Python 3.10.12, 3.11.4, 3.12 or a later one",
        )
    extraction = _Extraction(archive, artefact, target)
    try:
        with tarfile.open(archive, "r|*") as tar:
            for member in tar:
                extraction.add(tar, member)
                tar.members.clear()  # type: ignore[attr-defined]  # keeps memory flat
        extraction.finish()
    except (tarfile.TarError, EOFError, lzma.LZMAError, zlib.error) as error:
        raise SourceError(f"{archive.name} is damaged: {error}") from error
    except OSError as error:
        where = error.filename or target
        raise MachineError(f"cannot unpack {archive.name}: {where}: {error.strerror}") from error


def _make_read_only(folder: Path) -> None:
    """Take the write bits from everything below `folder`, not from itself."""
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(parent, name)
            if not path.is_symlink():
                path.chmod(path.stat().st_mode & ~_WRITE)


def _remove(folder: Path) -> None:
    """Remove a folder that may be read-only inside."""
    for parent, folders, _ in os.walk(folder):
        for name in folders:
            path = Path(parent, name)
            if not path.is_symlink():
                path.chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)


def _prefix(target: Path) -> str:
    return f".unpack-{target.name}-"


def remove_leftovers(target: Path) -> None:
    """Remove what killed runs of unpack left beside `target`; call it under a lock."""
    for folder in target.parent.glob(f"{_prefix(target)}*"):
        _remove(folder)


def unpack(archive: Path, artefact: Artefact, target: Path, read_only: bool = False) -> None:
    """Make the folder `target` from `archive`, wholly or not at all.

    A `target` that exists is complete: nothing is done. `read_only` takes away all write
    bits. Errors are those of `extract`.
    """
    if target.is_dir():
        return
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=_prefix(target), dir=target.parent))
    except OSError as error:
        raise MachineError(f"cannot write in {target.parent}: {error.strerror}") from error
    try:
        extract(archive, artefact, work)
        work.chmod(0o755)
        if read_only:
            _make_read_only(work)
        try:
            work.rename(target)
        except OSError as error:
            if not target.is_dir():
                raise MachineError(f"cannot make {target}: {error.strerror}") from error
            return  # another run was faster
        if read_only:
            target.chmod(0o555)
    finally:
        if work.exists():
            _remove(work)
