"""libmultiprocess with our patches: its own test suite, in the hands of the sanitizers."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from mpbitcoin_depends import paths, releases
from mpbitcoin_depends.process import program
from mpbitcoin_depends.settings import of_user
from mpbitcoin_depends.sources import SourceStore, load_source, unpack
from tests.integration.conftest import NO_QT, Checkout, user_environment

pytestmark = pytest.mark.integration
RECIPE = paths.RECIPES / "libmultiprocess"
VERSION = releases.DEFAULT.packages["libmultiprocess"] or ""
#: Sanitizers used together -> the flags of Cap'n Proto, where it must be instrumented, too: without
#: that, ThreadSanitizer does not see the order that Cap'n Proto's own locks enforce.
SANITIZERS = {"address,undefined": "", "thread": "-O1 -fsanitize=thread"}
#: No other packages than are needed.
FEW = ("NO_ZMQ=1", "NO_WALLET=1", "NO_LIBEVENT=1", "NO_QR=1", "NO_USDT=1")
ROUNDS = 5


def patched_source(folder: Path) -> Path:
    """The verified source with the recipe's patches, like the result of source()."""
    fetched = SourceStore.of(of_user()).fetch(
        load_source(RECIPE, "libmultiprocess", VERSION), print
    )
    unpack(fetched.path, fetched.artefact, folder)
    data = yaml.safe_load((RECIPE / "all" / "conandata.yml").read_text())
    for item in data["patches"][VERSION]:
        run("patch", "-p1", "--batch", "--fuzz=0", "-i", RECIPE / "all" / item["file"], at=folder)
    return folder


def run(*command: str | Path, at: Path) -> str:
    """Output of a command that must succeed."""
    done = subprocess.run(
        list(map(str, command)), cwd=at, env=user_environment(), text=True, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-8000:]
    return done.stdout


@pytest.mark.parametrize("sanitizers", SANITIZERS)
def test_its_own_tests_pass(
    new_checkout: Callable[[str], Checkout], tmp_path: Path, sanitizers: str
) -> None:
    flags, checkout = SANITIZERS[sanitizers], new_checkout("checkout")
    checkout.make(NO_QT, *FEW, *([f"CXXFLAGS={flags}"] if flags else []))
    source, build = patched_source(tmp_path / "source"), tmp_path / "build"
    cmake, prefix = program("cmake"), checkout.prefix
    # Not "null": g++ 12 takes a reference to a variable of the thread for one to nothing.
    run(
        cmake, "-S", source, "-B", build, "-G", "Ninja",
        f"-DCMAKE_MAKE_PROGRAM={program('ninja')}",
        f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCAPNP_EXECUTABLE={prefix}/native/bin/capnp",
        f"-DCAPNPC_CXX_EXECUTABLE={prefix}/native/bin/capnpc-c++", "-DCMAKE_BUILD_TYPE=None",
        f"-DCMAKE_CXX_FLAGS=-O1 -g -fsanitize={sanitizers} -fno-sanitize=vptr,null -Wno-tsan",
        at=tmp_path,
    )  # fmt: skip
    run(cmake, "--build", build, "--target", "mptest", at=tmp_path)
    (mptest,) = (path for path in build.rglob("mptest") if path.is_file())
    for _ in range(ROUNDS):
        output = run(mptest, at=tmp_path)
        assert "test(s) passed" in output
        assert "runtime error" not in output
