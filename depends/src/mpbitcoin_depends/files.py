"""Writes files and folders completely or not at all, removes and measures them."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from pathlib import Path

from mpbitcoin_depends.errors import MachineError

_RENAME_EXCHANGE = 2
_AT_FDCWD = -100


def write_text(path: Path, text: str, mode: int = 0o644) -> None:
    """Write `text` to `path` so that a reader sees the old or the new file, never a part.

    Raises MachineError when the folder cannot be written or the disk is full.
    """
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except BaseException as error:
        if temporary and os.path.exists(temporary):
            os.unlink(temporary)
        if isinstance(error, OSError):
            raise MachineError(f"cannot write {path}: {error.strerror or error}") from error
        raise


def remove_tree(path: Path) -> None:
    """Remove a folder and its contents, also read-only ones; ignore a missing folder."""
    if path.is_symlink() or path.is_file():
        path.unlink()
        return
    if not path.exists():
        return
    for folder, _, _ in os.walk(path):
        os.chmod(folder, stat.S_IRWXU)
    shutil.rmtree(path)


def replace_folder(made: Path, target: Path) -> None:
    """Replace `target` by the folder `made` beside it, and remove the old one.

    On Linux one of them always exists, complete; elsewhere none does for an instant. Raises
    OSError.
    """
    if target.is_symlink():
        target.unlink()
    if not target.exists():
        made.rename(target)
        return
    old = made
    if not _exchange(made, target):
        old = made.with_name(f"{made.name}.old")
        target.rename(old)
        try:
            made.rename(target)
        except OSError:
            old.rename(target)
            raise
    remove_tree(old)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step (Linux); False where this is impossible."""
    if not sys.platform.startswith("linux"):
        return False
    import ctypes

    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    names = (os.fsencode(one), os.fsencode(other))
    return bool(renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0)


def human_size(size: float) -> str:
    """A size in bytes for readers: 12.3 MB."""
    for unit in ("B", "kB", "MB", "GB"):
        if abs(size) < 1000 or unit == "GB":
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    raise AssertionError


def human_time(seconds: float) -> str:
    """A time in seconds as people read it: 4.5 s, 45 s, 3 min 20 s, 1 h 2 min, 3 d."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes == 0:
        return f"{rest} s"
    hours, minutes = divmod(minutes, 60)
    if hours == 0:
        return f"{minutes} min {rest} s"
    return f"{hours} h {minutes} min" if hours < 48 else f"{hours // 24} d"
