"""The project's CMake: options, choices and errors. What it builds is run in test_core.py."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from mpbitcoin_depends import releases
from mpbitcoin_depends.process import program
from mpbitcoin_depends.sources.tree import tree_versions
from mpbitcoin_project import paths
from tests.integration.conftest import Checkout

pytestmark = pytest.mark.integration
CONSUMER = paths.PROJECT / "tests" / "projects" / "consumer"


def cmake(*words: str | Path, env: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Exit status and output of CMake, with lines joined that it broke to fit a screen."""
    unwanted = ("MAKEFLAGS", "CMAKE_BUILD_PARALLEL_LEVEL", "CCACHE_BASEDIR")
    clean = {k: v for k, v in os.environ.items() if k not in unwanted}
    done = subprocess.run(
        [program("cmake"), *map(str, words)], env={**clean, **(env or {})},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    return done.returncode, re.sub(r"(?<=\S)\n {2}(?=\S)", " ", done.stdout)


def configure(
    build: Path, *options: str | Path, env: Mapping[str, str] | None = None
) -> tuple[int, str]:
    return cmake("-S", paths.PROJECT, "-B", build, *options, env=env)


def configured(build: Path, *options: str | Path, env: Mapping[str, str] | None = None) -> str:
    status, output = configure(build, *options, env=env)
    assert status == 0, output[-5000:]
    return output


def toolchain(checkout: Checkout) -> str:
    return f"--toolchain={checkout.prefix / 'toolchain.cmake'}"


@pytest.fixture
def fake_tree(tmp_path: Path) -> Path:
    """The few lines of a Bitcoin Core tree that are read before it is added."""
    tree = tmp_path / "tree"
    (tree / "src").mkdir(parents=True)
    (tree / "src" / "bitcoind.cpp").touch()
    major, minor = releases.DEFAULT.version.split(".")
    version = f"set(CLIENT_VERSION_MAJOR {major})\nset(CLIENT_VERSION_MINOR {minor})\n"
    (tree / "CMakeLists.txt").write_text(version)
    return tree


def test_not_a_tree(tmp_path: Path) -> None:
    status, output = configure(tmp_path / "build", f"-DBITCOIN_SOURCE_DIR={tmp_path}")
    assert status != 0
    assert f"{tmp_path} is not a Bitcoin Core source tree" in output
    assert "-UBITCOIN_SOURCE_DIR" in output


def test_no_tree(tmp_path: Path) -> None:
    """Without a toolchain file, and with one that is not of depends."""
    status, output = configure(tmp_path / "none")
    assert status != 0
    assert "No Bitcoin Core tree to build from: there is no toolchain file" in output
    foreign = tmp_path / "foreign.cmake"
    foreign.touch()
    status, output = configure(tmp_path / "build", f"--toolchain={foreign}")
    assert status != 0
    assert f"No Bitcoin Core tree to build from: the toolchain file {foreign} has none" in output
    assert "make -C depends NO_QT=1 MULTIPROCESS=1" in output
    option = re.findall(r"-DBITCOIN_SOURCE_DIR=.*", output)[-1]
    (tmp_path / "mpbitcoin").write_text("#!/bin/sh\necho /a folder/tree\n")
    (tmp_path / "mpbitcoin").chmod(0o755)
    pasted = ["sh", "-c", f"printf '<%s>' {option}"]
    shown = subprocess.run(pasted, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert shown == "<-DBITCOIN_SOURCE_DIR=/a folder/tree>"


def test_a_tree_too_old(fake_tree: Path, tmp_path: Path) -> None:
    version = "set(CLIENT_VERSION_MAJOR 29)\nset(CLIENT_VERSION_MINOR 99)\n"
    (fake_tree / "CMakeLists.txt").write_text(version)
    status, output = configure(tmp_path / "build", f"-DBITCOIN_SOURCE_DIR={fake_tree}")
    assert status != 0
    assert "is version 29.99; this project needs 30.0 or newer" in output


def test_without_capnproto(fake_tree: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    nowhere = [f"-DCMAKE_FIND_ROOT_PATH={tmp_path / 'empty'}"]
    nowhere += [f"-DCMAKE_FIND_ROOT_PATH_MODE_{x}=ONLY" for x in ("PACKAGE", "INCLUDE")]
    status, output = configure(
        tmp_path / "build", f"-DBITCOIN_SOURCE_DIR={fake_tree}", "-DWITH_MULTIPROCESS=ON",
        *nowhere, env={"PKG_CONFIG_LIBDIR": str(tmp_path / "empty")},
    )  # fmt: skip
    assert status != 0
    assert "WITH_MULTIPROCESS needs Cap'n Proto (library and compiler)" in output
    assert "make -C depends NO_QT=1 MULTIPROCESS=1" in output
    assert "apt install libcapnp-dev capnproto" in output


@pytest.mark.parametrize("generator", ["Ninja", "Unix Makefiles"])
def test_with_the_prefix(built: Checkout, tmp_path: Path, generator: str) -> None:
    """The prefix is enough: with Makefiles, also on a machine without pkg-config."""
    build = tmp_path / "a büild"
    no_pkg_config = f"-DCMAKE_DISABLE_FIND_PACKAGE_PkgConfig={generator != 'Ninja'}"
    output = configured(
        build, "-G", generator, toolchain(built), "-DWITH_CCACHE=OFF", no_pkg_config
    )
    assert f"({releases.DEFAULT.version}, pinned)" in output
    used = releases.DEFAULT.packages["libmultiprocess"]
    assert f"libmultiprocess: {used} ({built.prefix}" in output
    assert "Executables: bitcoin-node, bitcoin-wallet, bitcoin-cli, bitcoin, bitcoin-tx" in output

    cache = (build / "CMakeCache.txt").read_text()
    for line in (
        "WITH_MULTIPROCESS:BOOL=ON",
        "CMAKE_BUILD_TYPE:STRING=Release",
        f"CapnProto_DIR:PATH={built.prefix}",
    ):
        assert line in cache
    flags = re.findall(r"^CMAKE_CXX_FLAGS_RELEASE:STRING=(.*)$", cache, re.MULTILINE)
    assert "-O2" in flags[0].split()
    assert not {"-g", "-DNDEBUG"} & set(flags[0].split())
    # Found once in the prefix, not a second time on the system.
    found = [x for x in cache.splitlines() if "=/usr/" in x and ("_DIR:" in x or "LIBRARY" in x)]
    assert found == []

    assert (build / "src" / "bitcoin-node").readlink() == Path("../bin/bitcoin-node")
    config = (build / "test" / "config.ini").read_text()
    assert f"BUILDDIR={build}\n" in config
    assert "\nENABLE_IPC=true" in config
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    for script in ("functional/test_runner.py", "source/contrib/signet/miner"):
        shown = subprocess.check_output([build / "test" / script, "--help"], env=env, text=True)
        assert "usage: " in shown
    assert list(built.tree("31.99").rglob("__pycache__")) == []


def test_compile_cache_settings(built: Checkout, tmp_path: Path) -> None:
    """Our settings reach ccache, below those of the user."""
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "ccache").write_text(f'#!/bin/sh\nenv > "{tmp_path}/seen"\nexec "$@"\n')
    (tools / "ccache").chmod(0o755)
    env = {"PATH": f"{tools}:{os.environ['PATH']}", "CCACHE_NOHASHDIR": "user"}
    build = tmp_path / "build"
    output = configured(build, "-G", "Ninja", toolchain(built), env=env)
    assert f"Compile cache: {tools}/ccache" in output
    status, output = cmake("--build", build, "--target", "bitcoin_clientversion", env=env)
    assert status == 0, output
    seen = (tmp_path / "seen").read_text()
    assert f"CCACHE_BASEDIR={build}\n" in seen
    assert "CCACHE_SLOPPINESS=pch_defines,time_macros" in seen
    assert "CCACHE_NOHASHDIR=user\n" in seen


@pytest.mark.parametrize(
    ("flags", "jobs"),
    [("", ["-j5"]), ("-j3", []), (" -j2 --jobserver-auth=3,4", []), ("k", ["-j5"])],
)
def test_plain_make_runs_jobs(tmp_path: Path, flags: str, jobs: list[str]) -> None:
    """Our number of jobs applies only without the user's."""
    template = (paths.PROJECT / "cmake" / "parallel_make.sh.in").read_text()
    (tmp_path / "script").write_text(template.replace("@PARALLEL_JOBS@", "5"))
    (tmp_path / "make").write_text('#!/bin/sh\necho "$@"\n')
    (tmp_path / "make").chmod(0o755)
    done = subprocess.run(
        ["sh", str(tmp_path / "script"), str(tmp_path / "make"), "executables"],
        env={"MAKEFLAGS": flags, "PATH": os.environ["PATH"]},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["--no-print-directory", *jobs, "executables"]


@pytest.mark.parametrize(
    ("given", "release"),
    [("-O2 -g -DNDEBUG", "-O2"), ("-O1 -flto -g", "-O1 -flto"), ("-g -O2", "-O2"), ("", "")],
)
def test_release_flags(tmp_path: Path, given: str, release: str) -> None:
    script = tmp_path / "script.cmake"
    script.write_text(
        f'set(CMAKE_CXX_FLAGS_RELWITHDEBINFO_INIT "{given}")\n'
        f'include("{paths.PROJECT}/cmake/ReleaseFlags.cmake")\n'
        'message("flags=[${CMAKE_CXX_FLAGS_RELEASE_INIT}]")\n'
    )
    status, output = cmake("-P", script)
    assert status == 0
    assert f"flags=[{release}]" in output


def test_consumer_of_the_prefix(built: Checkout, tmp_path: Path) -> None:
    build = tmp_path / "build"
    status, output = cmake("-S", CONSUMER, "-B", build, "-G", "Ninja", toolchain(built))
    assert status == 0, output
    status, output = cmake("--build", build)
    assert status == 0, output
    ran = subprocess.run([str(build / "consumer")], capture_output=True, text=True, check=True)
    assert ran.stdout == "Cap'n Proto 1.1.0\nHello, prefix!\n"


@pytest.fixture(scope="module")
def switched(
    built: Checkout, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., tuple[str, Path]]:
    """Sets switches of one build folder, the others to their defaults; output, and the folder.

    Only the first time takes long: CMake does not check the compiler again.
    """
    build = tmp_path_factory.mktemp("switched")
    usual = dict.fromkeys(("WITH_MULTIPROCESS", "WITH_ZMQ", "ENABLE_WALLET"), "ON")
    off = dict.fromkeys(("WITH_PYTHON", "WITH_PCH", "WITH_WALLET_PROCESS"), "OFF")

    def switch(**switches: str) -> tuple[str, Path]:
        wanted = {**usual, **off, **switches}
        words = [f"-D{name}={value}" for name, value in wanted.items()]
        # Its default follows another switch, once.
        return configured(build, toolchain(built), "-UBUILD_MONOLITH", *words), build

    return switch


def test_without_ipc(switched: Callable[..., tuple[str, Path]]) -> None:
    output, _ = switched(WITH_MULTIPROCESS="OFF")
    executables = re.findall(r"^-- Executables: (.*)$", output, re.MULTILINE)[0].split(", ")
    assert "bitcoind" in executables
    assert "bitcoin-node" not in executables


def bill_of(checkout: Checkout, build: Path) -> dict[str, str]:
    """Components and their versions in the SBOM of a build."""
    bill = json.loads(checkout.mpbitcoin("sbom", f"--build-folder={build}").stdout)
    assert all(c["externalReferences"] for c in bill["components"])
    return {c["name"]: c["version"] for c in bill["components"]}


def test_the_bill_of_materials_is_of_this_build(
    built: Checkout, switched: Callable[..., tuple[str, Path]], tmp_path: Path
) -> None:
    usual = bill_of(built, switched()[1])
    assert {"boost", "capnproto", "libevent", "libmultiprocess", "sqlite", "zeromq"} < set(usual)
    assert usual["bitcoin-core"] == releases.DEFAULT.version
    few = bill_of(built, switched(WITH_ZMQ="OFF", ENABLE_WALLET="OFF")[1])
    assert set(usual) - set(few) == {"sqlite", "zeromq"}
    older, build = tree_versions()[-1], tmp_path / "older"
    off = ("-DWITH_PYTHON=OFF", "-DWITH_PCH=OFF", "-DWITH_WALLET_PROCESS=OFF")
    configured(build, toolchain(built), *off, f"-DBITCOIN_SOURCE_DIR={built.tree(older)}")
    other = bill_of(built, build)
    assert other["bitcoin-core"] == older
    assert "libmultiprocess" not in other  # the tree's own copy is built
