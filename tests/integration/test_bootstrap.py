"""The private environment: created beside the caches, with any Python and shell."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import pytest

from mpbitcoin_depends import paths
from tests.integration.conftest import Checkout, in_namespace

pytestmark = pytest.mark.integration
PREPARING = "preparing a private Python environment"


def keep_of_lock(checkout: Checkout, *names: str) -> None:
    """Leave only these packages in the lock file: an environment in seconds."""
    lock = checkout.root / "depends" / "lock" / "runtime.txt"
    blocks = re.split(r"(?m)^(?=[a-z])", lock.read_text(encoding="utf-8"))
    lock.write_text("".join(block for block in blocks if block.split("==")[0] in names))


@pytest.mark.parametrize("name", ["PYTHONSAFEPATH", "PYTHONPATH"])
def test_settings_for_other_pythons(
    checkout: Checkout, tmp_path: Path, empty_cache: str, name: str
) -> None:
    """Neither what they leave out of the path nor what they add to it matters."""
    (tmp_path / "yaml.py").write_text("raise SystemExit('a module of the user')\n")
    env = {name: str(tmp_path)}
    checkout.mpbitcoin("depends", "systemtap", empty_cache, env=env)
    shown = checkout.make("qrencode", empty_cache, env=env).stdout
    assert "built qrencode" in shown


def test_python_was_upgraded(checkout: Checkout, tmp_path: Path) -> None:
    """The environment is created again when its Python no longer finds the packages."""
    keep_of_lock(
        *(checkout, "msgspec", "pyyaml", "requests"),
        *("certifi", "charset-normalizer", "idna", "urllib3"),
    )
    env = {"MPBITCOIN_CACHE": str(tmp_path / "cache")}
    assert PREPARING in checkout.make("print-NO_QT", env=env).stderr
    assert PREPARING not in checkout.make("print-NO_QT", env=env).stderr
    (library,) = (tmp_path / "cache" / "venv").glob("*/lib/python3.*")
    (python,) = (tmp_path / "cache" / "venv").glob("*/bin/python")
    for upgraded in (checkout.make, checkout.mpbitcoin):
        # The link leads to another file, and that looks for its packages elsewhere.
        library.rename(library.with_name("python3.1"))
        other = Path(shutil.copy(python.resolve(), tmp_path / "upgraded"))
        python.unlink()
        python.symlink_to(other)
        words = () if upgraded == checkout.make else ("depends",)
        again = upgraded(*words, "print-NO_QT", env=env)
        assert PREPARING in again.stderr
        assert "NO_QT=" in again.stdout.splitlines()
        assert library.is_dir()


def test_another_python_can_be_named(checkout: Checkout) -> None:
    """PYTHON=... is for the front of make, not an option of depends."""
    python = f"PYTHON={sys.executable}"
    for words, env in (((python,), {}), ((), {"PYTHON": sys.executable})):
        shown = checkout.make("print-NO_QT", *words, env=env).stdout
        assert "NO_QT=" in shown.splitlines()


@pytest.mark.parametrize("kind", ["--copies", "--symlinks"])
def test_called_from_a_virtual_environment(checkout: Checkout, tmp_path: Path, kind: str) -> None:
    """The private environment is created once, independent of the user's own files."""
    keep_of_lock(checkout)
    users = tmp_path / "users"
    checkout.run([sys.executable, "-m", "venv", "--without-pip", kind, str(users)])
    env = {"MPBITCOIN_CACHE": str(tmp_path / "cache"), "PYTHON": str(users / "bin" / "python")}
    assert PREPARING in checkout.mpbitcoin("--version", env=env).stderr
    assert PREPARING not in checkout.mpbitcoin("--version", env=env).stderr


def test_an_environment_without_its_python(checkout: Checkout, tmp_path: Path) -> None:
    keep_of_lock(checkout)
    env = {"MPBITCOIN_CACHE": str(tmp_path / "cache")}
    checkout.mpbitcoin("--version", env=env)
    (python,) = (tmp_path / "cache" / "venv").glob("*/bin/python")
    python.unlink()
    python.symlink_to(tmp_path / "removed")
    assert PREPARING in checkout.mpbitcoin("--version", env=env).stderr


def test_an_environment_that_lacks_a_package(checkout: Checkout, tmp_path: Path) -> None:
    keep_of_lock(checkout)
    env = {"MPBITCOIN_CACHE": str(tmp_path / "cache")}
    failed = checkout.mpbitcoin("cache", "show", env=env, check=False)
    (environment,) = (tmp_path / "cache" / "venv").glob("runtime-*/")
    assert failed.returncode == 3
    error, hint = failed.stderr.splitlines()[-2:]
    assert error.startswith("error: cannot import a package of the private Python environment: ")
    assert hint == f"  hint: remove the environment, then run again: rm -rf {environment}"


def test_a_relative_cache_folder_is_not_used(checkout: Checkout, tmp_path: Path) -> None:
    keep_of_lock(checkout)
    home = tmp_path / "home"
    env = {"HOME": str(home), "XDG_CACHE_HOME": "cache", "MPBITCOIN_CACHE": ""}
    checkout.mpbitcoin("--version", env=env)
    assert (home / ".cache" / "multiprocess-bitcoin" / "venv").is_dir()
    refused = checkout.mpbitcoin("--version", env={"MPBITCOIN_CACHE": "cache"}, check=False)
    assert refused.returncode == 2
    assert "MPBITCOIN_CACHE=cache: not an absolute path" in refused.stderr


def test_a_user_without_home(checkout: Checkout, tmp_path: Path) -> None:
    """As in a container whose user has only a number."""
    # Without the second file, some systems would know the administrator by themselves.
    nobody = "for file in passwd nsswitch.conf; do mount --bind /dev/null /etc/$file; done; "
    nobody += "unset HOME; "
    unset = "unset MPBITCOIN_CACHE XDG_CACHE_HOME; "
    python = f"PYTHON='{sys.executable}'"
    failed = in_namespace(f"{nobody}{unset}{python} '{checkout.root}/mpbitcoin' --version")
    assert failed.returncode == 3
    assert failed.stderr.splitlines() == [
        "error: this user has no home folder",
        "  hint: set HOME, or use a path without ~",
    ]
    given = f"MPBITCOIN_CACHE='{paths.cache_root()}' "
    offline = f"BASE_CACHE='{tmp_path}/packages' OFFLINE=1"
    for words in ("SOURCES_PATH=~/x", f"SOURCES_PATH='{tmp_path}' FALLBACK_DOWNLOAD_PATH=~/x"):
        failed = in_namespace(
            f"{nobody}{given}{python} '{checkout.root}/mpbitcoin' depends systemtap "
            f"{offline} {words}"
        )
        assert "this user has no home folder" in failed.stderr
        assert "Traceback" not in failed.stderr
    done = in_namespace(f"{nobody}{given}{python} '{checkout.root}/mpbitcoin' --version")
    assert done.returncode == 0, done.stderr
