"""libmultiprocess with our patches: its own test suite, in the hands of the sanitizers.

ThreadSanitizer needs a Cap'n Proto of its own: that test belongs to `make races`.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from mpbitcoin_depends.process import program
from tests.integration.conftest import NO_QT, Checkout, user_environment
from tests.sanitizers.sanitized import patched_source

#: Sanitizers used together, and the flags of Cap'n Proto, where it must be instrumented, too:
#: without that, ThreadSanitizer does not see the order that Cap'n Proto's own locks enforce.
SANITIZERS = [
    pytest.param("address,undefined", "", marks=pytest.mark.integration),
    pytest.param("thread", "-O1 -fsanitize=thread", marks=pytest.mark.races),
]
#: No other packages than are needed.
FEW = ("NO_ZMQ=1", "NO_WALLET=1", "NO_LIBEVENT=1", "NO_QR=1", "NO_USDT=1")
ROUNDS = 5


def run(*command: str | Path, at: Path) -> str:
    """Output of a command that must succeed."""
    done = subprocess.run(
        list(map(str, command)), cwd=at, env=user_environment(), text=True, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-8000:]
    return done.stdout


def compile_cache(base: Path) -> list[str]:
    """CMake's setting for ccache, if it is installed; `base` contains all sources."""
    if not (ccache := shutil.which("ccache")):
        return []
    settings = f"CCACHE_BASEDIR={base};CCACHE_NOHASHDIR=1"
    return [f"-DCMAKE_CXX_COMPILER_LAUNCHER=env;{settings};{ccache}"]


@pytest.mark.parametrize(("sanitizers", "flags"), SANITIZERS)
def test_its_own_tests_pass(
    new_checkout: Callable[[str], Checkout], tmp_path: Path, sanitizers: str, flags: str
) -> None:
    checkout = new_checkout("checkout")
    checkout.make(NO_QT, *FEW, *([f"CXXFLAGS={flags}"] if flags else []))
    source = patched_source("libmultiprocess", tmp_path)
    build = tmp_path / "build"
    cmake, prefix = program("cmake"), checkout.prefix
    # Not "null": g++ 12 takes a reference to a variable of the thread for one to nothing.
    run(
        cmake, "-S", source, "-B", build, "-G", "Ninja",
        f"-DCMAKE_MAKE_PROGRAM={program('ninja')}",
        f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCAPNP_EXECUTABLE={prefix}/native/bin/capnp",
        f"-DCAPNPC_CXX_EXECUTABLE={prefix}/native/bin/capnpc-c++", "-DCMAKE_BUILD_TYPE=None",
        f"-DCMAKE_CXX_FLAGS=-O1 -g -fsanitize={sanitizers} -fno-sanitize=vptr,null -Wno-tsan",
        *compile_cache(tmp_path),
        at=tmp_path,
    )  # fmt: skip
    run(cmake, "--build", build, "--target", "mptest", at=tmp_path)
    (mptest,) = (path for path in build.rglob("mptest") if path.is_file())
    for _ in range(ROUNDS):
        output = run(mptest, at=tmp_path)
        assert "test(s) passed" in output
        assert "runtime error" not in output
