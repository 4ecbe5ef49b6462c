"""Run `mpbitcoin` in its private environment, which the first run makes.

    python3 bootstrap.py [--lock NAME] VERB ...

Uses only the standard library. A lock file (lock/NAME.txt, by default the verb's) pins every
package of the environment by hash. The environment is in the user's cache folder; lock file and
Python determine its name, not the environment of the caller: checkouts share it. An interrupted
run makes it again, and of two runs at the same time one makes it.
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
OLDEST = (3, 10)
# Verbs that need more than the runtime set.
LOCKS = {"wheel": "wheel", "release": "wheel"}
FAILED = 3


def fail(message: str, hint: str, status: int = FAILED) -> NoReturn:
    """Exit with an error and a hint, as all our commands do."""
    print(f"error: {message}\n  hint: {hint}", file=sys.stderr)
    sys.exit(status)


def environment_folder(lock_file: str) -> str:
    """The folder of the environment for a lock file and this Python."""
    sys.dont_write_bytecode = True  # not by this Python, not in the checkout
    sys.path.insert(0, os.path.join(HERE, "src"))
    from mpbitcoin_depends import paths
    from mpbitcoin_depends.errors import DependsError

    try:
        root = paths.cache_root()
    except DependsError as error:
        fail(error.message, error.hint, error.exit_code)
    with open(lock_file, "rb") as stream:
        digest = hashlib.sha256(stream.read() + sys.base_prefix.encode() + sys.version.encode())
    name = os.path.basename(lock_file).removesuffix(".txt")
    return os.path.join(root, "venv", f"{name}-{digest.hexdigest()[:16]}")


def own_python() -> str:
    """The real path of this Python, or of the base Python of a virtual environment.

    Environments run the base Python, and a link such as python3 points to another version after
    an upgrade.
    """
    return os.path.realpath(getattr(sys, "_base_executable", sys.executable))


def python_of(folder: str) -> str:
    """Path of an environment's Python."""
    return os.path.join(folder, "bin", "python")


def is_complete(folder: str) -> bool:
    """Whether the environment is finished and still runs this Python after an upgrade."""
    if os.path.realpath(python_of(folder)) != own_python():
        return False
    library = "lib/python{}.{}".format(*sys.version_info)
    return all(os.path.exists(os.path.join(folder, name)) for name in ("complete", library))


def make_environment(folder: str, lock_file: str) -> None:
    """Make the environment under a lock; its stamp marks it as finished."""
    import fcntl

    os.makedirs(os.path.dirname(folder), exist_ok=True)
    with open(folder + ".lock", "w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if is_complete(folder):
            return
        print(
            f"preparing a private Python environment, once (about a minute): {folder}",
            file=sys.stderr,
        )
        shutil.rmtree(folder, ignore_errors=True)
        command = [own_python(), "-I", "-m", "venv", folder]
        made = subprocess.run(command, capture_output=True, check=False)
        if made.returncode != 0:
            shutil.rmtree(folder, ignore_errors=True)
            fail(
                f"{sys.executable} cannot create a virtual environment",
                "install its venv module (Debian, Ubuntu: apt-get install python3-venv)",
            )
        command = [python_of(folder), "-I", "-m", "pip", "install", "-qq"]
        command += ["--disable-pip-version-check", "--no-warn-script-location"]
        command += ["--only-binary=:all:"] if os.environ.get("MPBITCOIN_ONLY_WHEELS") else []
        command += ["--require-hashes", "-r", lock_file]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False)
        if done.returncode != 0:
            shutil.rmtree(folder, ignore_errors=True)
            fail(
                f"pip could not install {lock_file}",
                "see pip's output above; configure a package index (PIP_INDEX_URL) "
                "or a folder with wheels (PIP_FIND_LINKS)",
            )
        with open(os.path.join(folder, "complete"), "w"):
            pass


def remember(asked: str, python: str) -> None:
    """Store the path of the environment's Python for the Makefile's next run."""
    if any(letter in python for letter in " #$'\"\\"):
        return  # make cannot hold such a path
    temporary = os.path.join(HERE, f".bootstrap.{os.getpid()}.mk")
    try:
        with open(temporary, "w") as stream:
            stream.write(f"BOOTSTRAPPED_FROM := {asked}\nPRIVATE_PYTHON := {python}\n")
        os.replace(temporary, os.path.join(HERE, ".bootstrap.mk"))
    except OSError:
        return  # a read-only checkout: later runs are only slower


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
        if not is_complete(folder):
            make_environment(folder, lock_file)
    except OSError as error:
        fail(
            f"cannot create {folder}: {error.strerror}",
            "choose another folder with MPBITCOIN_CACHE=...",
        )
    python = python_of(folder)
    if "BOOTSTRAP_FOR" in os.environ:
        remember(os.environ.pop("BOOTSTRAP_FOR"), python)
    # Python stores compiled code beside that Python, not in the checkout.
    cache = f"pycache_prefix={python}.cache"
    launcher = os.path.join(HERE, "launch.py")
    os.execv(python, [python, "-I", "-X", cache, launcher, sys.executable, *words])


try:
    main()
except KeyboardInterrupt:
    print("interrupted; run again to continue", file=sys.stderr)
    sys.exit(130)
