"""The prefix: packages in one folder, staged beside it and swapped in atomically."""

from __future__ import annotations

import contextlib
import filecmp
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from mpbitcoin_depends import verify
from mpbitcoin_depends.errors import CacheError, DependsError, MachineError
from mpbitcoin_depends.files import remove_tree, replace_folder
from mpbitcoin_depends.plan import HOST, NATIVE

_CONAN_FILES = frozenset({"conaninfo.txt", "conanmanifest.txt"})


@dataclass(frozen=True)
class Built:
    """A package in the cache: its folder, and its place in the prefix."""

    name: str
    version: str
    package_id: str
    folder: str
    wanted_in: tuple[str, ...]


def stage(parent: Path, name: str, packages: Iterable[Built]) -> Path:
    """A new folder beside the prefix with the packages' files.

    Checks every byte against the package's manifest. Raises CacheError
    for a damaged package, MachineError when the folder cannot be written.
    """
    staging = None
    try:
        parent.mkdir(parents=True, exist_ok=True)
        remove_leftovers(parent, name)
        staging = Path(tempfile.mkdtemp(prefix=f".{name}.{os.getpid()}.", dir=parent))
        staging.chmod(0o755)
        places = {HOST: staging, NATIVE: staging / "native"}
        manifests = {package: _manifest(package) for package in packages}
        with _checking(manifests):
            for package, manifest in manifests.items():
                mark_used(package.folder)
                for context in package.wanted_in:
                    _lay_out(package, manifest, places[context])
    except BaseException as error:
        if staging is not None:
            shutil.rmtree(staging, ignore_errors=True)
        if not isinstance(error, OSError):
            raise
        raise MachineError(
            f"cannot write the prefix in {parent}: {error.strerror}",
            "check free space and permissions of the folder; the old prefix is unchanged",
        ) from error
    return staging


def remove_leftovers(parent: Path, name: str) -> None:
    """Staging folders of runs that were killed."""
    for left in parent.glob(f".{name}.*.*"):
        owner = left.name.removeprefix(f".{name}.").split(".", 1)[0]
        if owner.isdecimal() and not _alive(int(owner)):
            remove_tree(left)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _manifest(package: Built) -> dict[str, str]:
    """Relative path -> MD5 of the package's files, from Conan's manifest."""
    file = Path(package.folder, "conanmanifest.txt")
    try:
        lines = file.read_text(encoding="utf-8").splitlines()[1:]
    except OSError as error:
        raise _damaged(package, f"{file.name} is missing") from error
    entries = (line.rsplit(": ", 1) for line in lines if line)
    return {name: digest for name, digest in entries if name not in _CONAN_FILES}


def mark_used(folder: str) -> None:
    """Record the use for `mpbitcoin cache prune --unused` as the manifest's time."""
    with contextlib.suppress(OSError):  # a read-only cache
        os.utime(Path(folder, "conanmanifest.txt"))


def _damaged(package: Built, why: str) -> CacheError:
    return CacheError(
        f"{package.name} {package.version} is damaged in the cache: {why} ({package.folder})",
        "remove damaged packages with `mpbitcoin cache check --repair`, then run again",
    )


def _checking(manifests: Mapping[Built, Mapping[str, str]]) -> AbstractContextManager[None]:
    """Check all files of the packages during the block. Raises CacheError at its end."""
    owners = {
        f"{package.folder}/{name}": (package, name)
        for package, manifest in manifests.items()
        for name in manifest
    }

    def damaged(path: str, why: str) -> CacheError:
        package, name = owners[path]
        return _damaged(package, f"{name} {why}")

    checks = [
        (f"{package.folder}/{name}", digest)
        for package, manifest in manifests.items()
        for name, digest in manifest.items()
    ]
    return verify.checking(checks, damaged)


def _lay_out(package: Built, names: Iterable[str], target: Path) -> None:
    """Put the package's files into `target`, unchecked, with their times.

    Links headers (thousands, and rarely edited in place: the next check finds that) and copies
    everything else. Raises CacheError.
    """
    made: set[str] = set()
    for name in names:
        origin, copy = f"{package.folder}/{name}", f"{target}/{name}"
        _make_folder(copy.rsplit("/", 1)[0], made)
        try:
            if os.path.islink(origin):
                os.symlink(os.readlink(origin), copy)
            elif "/include/" in f"/{name}":
                _link(origin, copy)
            else:
                _exclusive_copy(origin, copy)
        except FileNotFoundError as error:
            raise _damaged(package, f"{name} is missing") from error
        except FileExistsError as error:
            if not filecmp.cmp(origin, copy, shallow=False):
                raise DependsError(f"two packages contain {name}; one is {package.name}") from error


def _make_folder(folder: str, made: set[str]) -> None:
    if folder in made:
        return
    try:
        os.mkdir(folder)
    except FileExistsError:
        pass
    except FileNotFoundError:
        _make_folder(folder.rsplit("/", 1)[0], made)
        os.mkdir(folder)
    made.add(folder)


def _link(origin: str, copy: str) -> None:
    try:
        os.link(origin, copy)
    except (FileExistsError, FileNotFoundError):
        raise
    except OSError:  # another disk, or one without hard links
        _exclusive_copy(origin, copy)


def _exclusive_copy(origin: str, copy: str) -> None:
    """Copy a file with its times and mode. Raises FileExistsError when `copy` exists."""
    with open(origin, "rb") as source, open(copy, "xb") as target:
        shutil.copyfileobj(source, target)
    shutil.copystat(origin, copy)


def swap_in(staging: Path, prefix: Path) -> None:
    """Replace `prefix` by `staging`: at any moment a complete prefix exists.

    Raises MachineError when the prefix's folder cannot be written.
    """
    try:
        replace_folder(staging, prefix)
    except OSError as error:
        shutil.rmtree(staging, ignore_errors=True)
        raise MachineError(
            f"cannot replace the prefix {prefix}: {error.strerror}",
            "make its folder writable; the old prefix is unchanged",
        ) from error


def link_spellings(prefix: Path, spellings: Iterable[str]) -> None:
    """Relative links beside the prefix for the other spellings of its name."""
    for name in spellings:
        link = prefix.with_name(name)
        if link.is_symlink():
            if os.readlink(link) == prefix.name:
                continue
            link.unlink()
        elif link.exists():
            continue
        try:
            link.symlink_to(prefix.name)
        except OSError as error:
            raise MachineError(f"cannot create the link {link}: {error.strerror}") from error
