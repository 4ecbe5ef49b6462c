"""The prefix as users get it: complete, relocatable, closed to the system."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from mpbitcoin_depends.paths import cache_root
from mpbitcoin_project import paths
from tests.integration.conftest import NO_QT, Checkout, run

pytestmark = pytest.mark.integration
CONSUMER = paths.PROJECT / "tests" / "projects" / "consumer"


def test_prefix_holds_what_bitcoin_core_needs(built: Checkout) -> None:
    wanted = [
        "toolchain.cmake", "native/bin/capnp", "native/bin/capnpc-c++", "native/bin/mpgen",
        "lib/libcapnp-rpc.a", "lib/libkj-async.a", "lib/libmultiprocess.a", "lib/libevent_core.a",
        "lib/libsqlite3.a", "lib/libzmq.a", "include/mp/proxy.h",
        "boost/include/boost/multi_index_container.hpp", "systemtap/include/sys/sdt.h",
    ]  # fmt: skip
    assert [name for name in wanted if not (built.prefix / name).is_file()] == []
    for link in ("x86_64-linux-gnu",):
        assert os.readlink(built.root / "depends" / link) == built.prefix.name
    assert "1.1.0" in run(built.prefix / "native/bin/capnp", "--version")


def test_no_file_names_the_machine(built: Checkout) -> None:
    forbidden = [os.fsencode(p) for p in (cache_root(), built.root, Path.home())]
    if Path.home() == Path("/root"):
        forbidden[-1] = b"/root/"
    found = []
    for file in built.prefix.rglob("*"):
        if file.is_file() and not file.is_symlink():
            content = file.read_bytes()
            found += [f"{file}: {word!r}" for word in forbidden if word in content]
    assert found == []


def test_same_ids_in_every_checkout_and_nothing_to_build(
    built: Checkout, checkout: Checkout
) -> None:
    first = json.loads(built.mpbitcoin("depends", NO_QT, "--json").stdout)
    assert first["action"] == "nothing"
    second = json.loads(checkout.mpbitcoin("depends", NO_QT, "--json").stdout)
    assert second["action"] == "staged"
    assert second["built"] == []
    left, right = (
        {p.relative_to(root): p.read_bytes() for p in root.rglob("*") if p.is_file()}
        for root in (built.prefix, checkout.prefix)
    )
    stamp = Path(".mpbitcoin-stamp.json")
    left.pop(stamp)
    right.pop(stamp)
    assert left.keys() == right.keys()
    assert all(left[name] == right[name] for name in left)


def test_deleted_files_come_back(checkout: Checkout) -> None:
    checkout.make(NO_QT)
    (checkout.prefix / "lib" / "libcapnp.a").unlink()
    assert "nothing to build" in checkout.make(NO_QT).stdout
    assert (checkout.prefix / "lib" / "libcapnp.a").is_file()
    shutil.rmtree(checkout.prefix)
    checkout.make(NO_QT)
    assert (checkout.prefix / "toolchain.cmake").is_file()
    assert "up to date" in checkout.make(NO_QT).stdout


def test_moved_prefix_builds_a_consumer_and_the_system_does_not_leak_in(
    checkout: Checkout, tmp_path: Path
) -> None:
    checkout.make(NO_QT)
    moved = tmp_path / "moved" / "préfix here"
    moved.parent.mkdir()
    checkout.prefix.rename(moved)
    # A Cap'n Proto of another version, where CMake and pkg-config would look first.
    other = tmp_path / "system"
    config = other / "lib" / "cmake" / "CapnProto"
    config.mkdir(parents=True)
    (config / "CapnProtoConfig.cmake").write_text('message(FATAL_ERROR "the system leaked in")\n')
    (other / "lib" / "pkgconfig").mkdir()
    (other / "lib" / "pkgconfig" / "capnp-rpc.pc").write_text(
        "Name: capnp\nDescription: other\nVersion: 99\nCflags: -Dleaked\nLibs: -lleaked\n"
    )
    env = {
        "CMAKE_PREFIX_PATH": str(other),
        "CapnProto_ROOT": str(other),
        "CapnProto_DIR": str(config),
        "PKG_CONFIG_PATH": str(other / "lib" / "pkgconfig"),
    }
    build = tmp_path / "consumer build"
    run("cmake", "-S", CONSUMER, "-B", build, f"--toolchain={moved / 'toolchain.cmake'}", env=env)
    run("cmake", "--build", build)
    cache = (build / "CMakeCache.txt").read_text()
    assert f"CapnProto_DIR:PATH={moved}" in cache
    programs = [p for p in build.iterdir() if p.is_file() and os.access(p, os.X_OK)]
    assert len(programs) == 1
    assert run(programs[0]).strip()
    assert "libcapnp" not in run("ldd", programs[0])
