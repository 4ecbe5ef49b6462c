"""Unpacks selected parts of a verified tar archive, and nothing outside the target."""

from __future__ import annotations

import contextlib
import copy
import errno
import lzma
import os
import re
import shutil
import stat
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from mpbitcoin_depends.errors import MachineError, SourceError
from mpbitcoin_depends.files import remove_tree
from mpbitcoin_depends.sources.model import Artefact

_AR_MAGIC = b"!<arch>\n"


def _plain_name(archive: Path, name: str) -> str:
    """The member's name as a relative path, "" for the top. Raises SourceError if it leads out."""
    parts = name.split("/")
    if name.startswith("/") or ".." in parts or "\0" in name:
        raise SourceError(f"{archive.name}: unsafe path: member {name!r}")
    return "/".join(part for part in parts if part not in ("", "."))


def _parents(path: str) -> Iterator[str]:
    """The folders above `path`, the nearest first."""
    while (slash := path.rfind("/")) > 0:
        path = path[:slash]
        yield path


def _pattern(only: str) -> re.Pattern[str]:
    """Matches the path or glob `only` and everything below; a * does not match a /."""
    parts = (re.escape(part).replace(r"\*", "[^/]*") for part in only.split("/"))
    return re.compile("/".join(parts) + r"(?:/|\Z)" if only else "")


def _followed(path: Path) -> Path | None:
    """The real path behind `path`, which need not exist; None behind an endless link.

    Path.resolve() raises for one up to Python 3.12 and returns something from 3.13 on.
    """
    try:
        path.stat()
    except OSError as error:
        if error.errno == errno.ELOOP:
            return None
    return path.resolve()


@dataclass
class _Extraction:
    """Passes over an archive into the empty folder `target`.

    Refuses unsafe members, but accepts odd ones: repeated or replaced links, files below a linked
    folder, hard links to files that are not selected. Resolves each path in the file system before
    it writes there.
    """

    archive: Path
    artefact: Artefact
    target: Path
    top: str = field(init=False)
    wanted: list[re.Pattern[str]] = field(init=False)
    missing: dict[re.Pattern[str], str] = field(init=False)
    count: int = 0
    links: set[str] = field(default_factory=set)
    folders: dict[str, float] = field(default_factory=dict)  # times of folders in the archive
    implied: dict[str, float] = field(default_factory=dict)  # newest time below other folders
    aliases: dict[str, str] = field(default_factory=dict)  # hard links that are not selected
    owed: dict[str, str] = field(default_factory=dict)  # paths -> files that are not selected

    def __post_init__(self) -> None:
        self.top = self.artefact.root + "/" if self.artefact.root else ""
        self.missing = {_pattern(only): only for only in self.artefact.only}
        self.wanted = list(self.missing)

    def _refuse(self, member: tarfile.TarInfo, reason: str) -> SourceError:
        return SourceError(f"{self.archive.name}: {reason}: member {member.name!r}")

    def _wanted_path(self, name: str) -> str:
        """The path in the target of the archive's plain `name`, "" if not selected."""
        if not name.startswith(self.top):
            return ""
        path = name[len(self.top) :]
        if self.wanted and not any(pattern.match(path) for pattern in self.wanted):
            return ""
        return path

    def _real_path(self, member: tarfile.TarInfo, path: str) -> str:
        """`path` with links above it followed. Raises SourceError if that is outside."""
        folder, _, name = path.rpartition("/")
        if not self.links or not folder:
            return path
        top = self.target.resolve()
        real = _followed(self.target / folder)
        if real is None:
            raise self._refuse(member, "path leads through an endless link")
        if not real.is_relative_to(top):
            raise self._refuse(member, "path leaves the folder through a link")
        return (real / name).relative_to(top).as_posix()

    def _check_link(self, member: tarfile.TarInfo, path: str) -> None:
        if member.linkname.startswith("/"):
            raise self._refuse(member, "link to an absolute path")
        lexical = os.path.normpath(os.path.join(os.path.dirname(path), member.linkname))
        if lexical == ".." or lexical.startswith("../"):
            raise self._refuse(member, "link out of the source folder")

    def _hard_link(self, member: tarfile.TarInfo, path: str) -> tarfile.TarInfo | None:
        """The hard link inside the target; None when it is not made, or not yet."""
        name = _plain_name(self.archive, member.linkname)
        name = self.aliases.get(name, name)
        inner = self._wanted_path(name)
        if not inner:
            self.owed[path] = name
            return None
        inner = self._real_path(member, inner)
        if inner == path:
            return None
        linked = copy.copy(member)
        linked.linkname = inner
        if (self.target / inner).is_symlink():  # the same link at another place
            linked.type, linked.linkname = tarfile.SYMTYPE, os.readlink(self.target / inner)
        return linked

    def add(self, tar: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        """Unpack `member` if it is selected. Raises SourceError if it is unsafe."""
        name = _plain_name(self.archive, member.name)
        if path := self._wanted_path(name):
            path = self._real_path(member, path)
            self.owed.pop(path, None)
            made = self._hard_link(member, path) if member.islnk() else member
            if made is not None:
                self._make(tar, path, made)
        elif member.islnk():
            behind = _plain_name(self.archive, member.linkname)
            self.aliases[name] = self.aliases.get(behind, behind)

    def debts(self) -> dict[str, list[str]]:
        """Files that are not selected, each with the selected hard links to it."""
        found: dict[str, list[str]] = {}
        for path, name in self.owed.items():
            found.setdefault(name, []).append(path)
        return found

    def pay(
        self, tar: tarfile.TarFile, member: tarfile.TarInfo, debts: dict[str, list[str]]
    ) -> None:
        """In a second pass, unpack `member` at the hard links to it."""
        paths = debts.get(_plain_name(self.archive, member.name), [])
        if not paths or member.islnk():
            return
        first = ""
        for path in paths:
            self.owed.pop(path, None)
            made = copy.copy(member)
            if first and member.isreg():  # its content can be read once
                made.type, made.linkname = tarfile.LNKTYPE, first
            real = self._real_path(member, path)
            self._make(tar, real, made)
            first = first or real

    def _make(self, tar: tarfile.TarFile, path: str, member: tarfile.TarInfo) -> None:
        """Make `member` at the real `path`. Raises SourceError if it is unsafe."""
        if member.issym():
            self._check_link(member, path)
        elif not (member.isreg() or member.isdir() or member.islnk()):
            raise self._refuse(member, "neither file, folder nor link")
        try:
            self._second_opinion(path, member)
            self._write(tar, path, member)
        except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
            raise self._refuse(member, "conflicts with an earlier one") from error
        except (FileNotFoundError, OverflowError, ValueError) as error:
            raise self._refuse(member, f"cannot be created ({error})") from error
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise self._refuse(member, "path leads through an endless link") from error
            raise
        self._note(path, member)

    def _second_opinion(self, path: str, member: tarfile.TarInfo) -> None:
        """Also apply Python's own filter, where this Python has it (3.11.2 has not)."""
        if not hasattr(tarfile, "data_filter"):
            return
        renamed = copy.copy(member)
        renamed.name = path
        try:
            tarfile.data_filter(renamed, str(self.target))
        except tarfile.FilterError as error:
            raise self._refuse(member, f"unsafe ({type(error).__name__})") from error

    def _write(self, tar: tarfile.TarFile, path: str, member: tarfile.TarInfo) -> None:
        """Make the checked member, without owner and special bits; it replaces earlier files."""
        place = self.target / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if not member.isdir() or place.is_symlink():
            place.unlink(missing_ok=True)
            self.links.discard(path)
        if member.isdir():
            place.mkdir(exist_ok=True)
            return
        if member.issym():
            place.symlink_to(member.linkname)
            self.links.add(path)
            return
        if member.islnk():
            if (self.target / member.linkname).is_dir():
                raise self._refuse(member, "hard link to a folder")
            os.link(self.target / member.linkname, place)
            return
        source = tar.extractfile(member)
        if source is None:
            raise self._refuse(member, "has no content")
        with source, place.open("xb") as file:
            shutil.copyfileobj(source, file, 1 << 16)
        place.chmod(0o755 if member.mode & stat.S_IXUSR else 0o644)
        os.utime(place, (member.mtime, member.mtime))

    def _note(self, path: str, member: tarfile.TarInfo) -> None:
        self.count += 1
        for pattern in [pattern for pattern in self.missing if pattern.match(path)]:
            del self.missing[pattern]
        if member.isdir():
            self.folders[path] = member.mtime
        for parent in _parents(path):
            self.implied[parent] = max(member.mtime, self.implied.get(parent, 0))

    def finish(self) -> None:
        """Check that nothing is missing and that links stay inside; set the times of folders."""
        root = self.artefact.root or "the top"
        if not self.count or self.missing:
            what = ", ".join(self.missing.values()) or "nothing"
            there = "no such path" if self.missing else "is there"
            raise SourceError(f"{self.archive.name}: {what}: {there} in {root} of the archive")
        if self.owed:
            path, name = next(iter(self.owed.items()))
            raise SourceError(f"{self.archive.name}: no file {name!r}: member {path!r} links to it")
        top = self.target.resolve()
        for link in sorted(self.links):
            real = _followed(self.target / link)
            if real is None:
                raise SourceError(f"{self.archive.name}: endless link: member {link!r}")
            if not real.is_relative_to(top):
                raise SourceError(f"{self.archive.name}: link leaves the folder: member {link!r}")
        for path, mtime in sorted({**self.implied, **self.folders}.items(), reverse=True):
            os.utime(self.target / path, (mtime, mtime))


def _tar_in(stream: BinaryIO) -> BinaryIO:
    """The tar archive in `stream`: all of it, or the data member of a Debian package.

    A Debian package is an `ar` archive: after its magic, members with a header of 60
    bytes (name 16, ..., size 10, end 2), padded to even sizes.
    """
    if stream.read(len(_AR_MAGIC)) != _AR_MAGIC:
        stream.seek(0)
        return stream
    while len(header := stream.read(60)) == 60:
        name, digits = header[:16].rstrip(), header[48:58].strip()
        if not digits.isdigit():
            raise tarfile.ReadError("a Debian package with a member without a size")
        size = int(digits)
        if name.startswith(b"data.tar"):
            return stream  # it is the last member: tar ends by itself
        stream.seek(size + size % 2, os.SEEK_CUR)
    raise tarfile.ReadError("a Debian package without data")


def _members(archive: Path) -> Iterator[tuple[tarfile.TarFile, tarfile.TarInfo]]:
    """The members in order; read each before the next one."""
    with archive.open("rb") as stream, tarfile.open(fileobj=_tar_in(stream), mode="r|*") as tar:
        for member in tar:
            yield tar, member
            tar.members.clear()  # type: ignore[attr-defined]  # keeps memory flat


def extract(archive: Path, artefact: Artefact, target: Path) -> None:
    """Unpack the selected part of the verified `archive` into the existing folder `target`.

    Sets the archive's times of files and folders. Raises SourceError, naming the member, when one
    would leave `target` or is not a file, folder or link, or when the archive is damaged;
    MachineError when writing fails. Files written before an error remain.
    """
    extraction = _Extraction(archive, artefact, target)
    try:
        for tar, member in _members(archive):
            extraction.add(tar, member)
        if debts := extraction.debts():
            for tar, member in _members(archive):
                extraction.pay(tar, member, debts)
        extraction.finish()
    except (tarfile.TarError, EOFError, lzma.LZMAError, zlib.error) as error:
        raise SourceError(f"{archive.name} is damaged: {error}") from error
    except OSError as error:
        where = error.filename or target
        raise MachineError(f"cannot unpack {archive.name}: {where}: {error.strerror}") from error


def _prefix(target: Path) -> str:
    return f".unpack-{target.name}-"


def remove_leftovers(target: Path) -> None:
    """Remove leftovers of killed runs beside `target`; call it under a lock."""
    for folder in target.parent.glob(f"{_prefix(target)}*"):
        _remove(folder)


def _remove(folder: Path) -> None:
    with contextlib.suppress(OSError):  # the next run tries again
        remove_tree(folder)


@contextlib.contextmanager
def unpacked(archive: Path, artefact: Artefact, target: Path) -> Iterator[Path]:
    """A new folder beside `target` with the contents of `archive`, to be renamed to `target`.

    What is there at the end is removed. Errors are those of `extract`.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=_prefix(target), dir=target.parent))
    except OSError as error:
        raise MachineError(f"cannot write in {target.parent}: {error.strerror}") from error
    try:
        extract(archive, artefact, work)
        work.chmod(0o755)
        yield work
    finally:
        _remove(work)


def unpack(archive: Path, artefact: Artefact, target: Path) -> None:
    """Make the folder `target` from `archive`, completely or not at all.

    A `target` that exists is complete: nothing is done. Errors are those of `extract`.
    """
    if target.is_dir():
        return
    with unpacked(archive, artefact, target) as work:
        try:
            work.rename(target)
        except OSError as error:
            if not target.is_dir():  # no other run was faster
                raise MachineError(f"cannot create {target}: {error.strerror}") from error
