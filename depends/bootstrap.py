"""Run `mpbitcoin` in its private environment, which is made on first use.

    python3 bootstrap.py [--lock NAME] VERB ...

Standard library only. The environment is made once from a lock file that pins every
package by hash (lock/NAME.txt, by default the verb's) and lives in the user's cache
folder, named by lock file and Python, not by the environment that we were called from:
checkouts share it, an interrupted run starts it again, two runs at once make it once.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import NoReturn

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.join(os.path.dirname(HERE), "src")
# The first entry of the path is the current folder: nothing there is ours to run.
RUN = (
    "import sys; sys.dont_write_bytecode = False; sys.path[0] = {!r}; "
    "from mpbitcoin.__main__ import main; sys.exit(main())"
)
OLDEST = (3, 10)
# Verbs that need more than the runtime set.
LOCKS = {"wheel": "wheel"}
FAILED = 3


def fail(message: str, hint: str) -> NoReturn:
    """End with one line and a hint, as all of our commands do."""
    print(f"error: {message}\n  hint: {hint}", file=sys.stderr)
    sys.exit(FAILED)


def cache_root() -> str:
    """The folder of all our caches, as in mpbitcoin.paths."""
    chosen = os.environ.get("MPBITCOIN_CACHE")
    if chosen:
        return os.path.abspath(os.path.expanduser(chosen))
    if sys.platform == "darwin":
        return os.path.expanduser("~/Library/Caches/multiprocess-bitcoin")
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(base, "multiprocess-bitcoin")


def environment_folder(lock_file: str) -> str:
    """Where the environment of a lock file and of this Python lives."""
    with open(lock_file, "rb") as stream:
        digest = hashlib.sha256(stream.read() + sys.base_prefix.encode() + sys.version.encode())
    name = os.path.basename(lock_file).removesuffix(".txt")
    return os.path.join(cache_root(), "venv", f"{name}-{digest.hexdigest()[:16]}")


def make_environment(folder: str, lock_file: str) -> None:
    """Make the environment, under a lock; done when its stamp is there."""
    import fcntl

    os.makedirs(os.path.dirname(folder), exist_ok=True)
    with open(folder + ".lock", "w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if os.path.exists(os.path.join(folder, "complete")):
            return
        print(
            f"preparing a private Python environment, once (about a minute): {folder}",
            file=sys.stderr,
        )
        shutil.rmtree(folder, ignore_errors=True)
        command = [sys.executable, "-m", "venv", folder]
        made = subprocess.run(command, capture_output=True, check=False)
        if made.returncode != 0:
            shutil.rmtree(folder, ignore_errors=True)
            fail(
                f"{sys.executable} cannot make a virtual environment",
                "install its venv module (Debian, Ubuntu: apt-get install python3-venv)",
            )
        command = [os.path.join(folder, "bin", "python"), "-m", "pip", "install", "-qq"]
        command += ["--disable-pip-version-check", "--no-warn-script-location"]
        command += ["--only-binary=:all:"] if os.environ.get("MPBITCOIN_ONLY_WHEELS") else []
        command += ["--require-hashes", "-r", lock_file]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False)
        if done.returncode != 0:
            shutil.rmtree(folder, ignore_errors=True)
            fail(
                f"pip could not install {lock_file}",
                "see its words above; it needs a package index, the configured one or a mirror "
                "(PIP_INDEX_URL), or wheels in a folder (PIP_FIND_LINKS)",
            )
        with open(os.path.join(folder, "complete"), "w"):
            pass


def remember(asked: str, python: str) -> None:
    """Tell the Makefile where the environment's Python is, for the next run."""
    if any(letter in python for letter in " #$'\"\\"):
        return  # make cannot hold such a path
    temporary = os.path.join(HERE, f".bootstrap.{os.getpid()}.mk")
    try:
        with open(temporary, "w") as stream:
            stream.write(f"BOOTSTRAPPED_FROM := {asked}\nPRIVATE_PYTHON := {python}\n")
        os.replace(temporary, os.path.join(HERE, ".bootstrap.mk"))
    except OSError:
        return  # a read-only checkout: only slower


def main() -> NoReturn:
    """Become `mpbitcoin` in the private environment."""
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:2]))
        fail(f"{sys.executable} is Python {found}, too old", "use Python 3.10 or newer: PYTHON=...")
    words = sys.argv[1:]
    if words[:1] == ["--lock"]:
        lock, words = words[1], words[2:]
    else:
        lock = LOCKS.get(words[0] if words else "", "runtime")
    lock_file = os.path.join(HERE, "lock", f"{lock}.txt")
    folder = environment_folder(lock_file)
    try:
        if not os.path.exists(os.path.join(folder, "complete")):
            make_environment(folder, lock_file)
    except OSError as error:
        fail(f"cannot make {folder}: {error.strerror}", "name another folder: MPBITCOIN_CACHE=...")
    python = os.path.join(folder, "bin", "python")
    if "BOOTSTRAP_FOR" in os.environ:
        remember(os.environ.pop("BOOTSTRAP_FOR"), python)
    # Compiled code is kept beside that Python, not in the checkout.
    cache = f"pycache_prefix={python}.cache"
    os.execv(python, [python, "-s", "-X", cache, "-c", RUN.format(SOURCE), *words])


try:
    main()
except KeyboardInterrupt:
    print("interrupted; run again to go on", file=sys.stderr)
    sys.exit(130)
