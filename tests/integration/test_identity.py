"""What may change a package's bytes changes its id, and nothing else does."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from mpbitcoin_depends import parts, process, settings, surroundings, toolset
from tests.integration.conftest import NO_QT, Checkout, in_namespace
from tests.integration.test_engine import built_names

pytestmark = pytest.mark.integration


def identity(checkout: Checkout, *words: str, side: str = "host") -> str:
    """The hash that enters the ids of the packages."""
    shown = checkout.mpbitcoin("depends", "--plan", "--json", NO_QT, *words).stdout
    found: str = json.loads(shown)[side]["identity"]
    return found


def edit(file: Path) -> None:
    """Add a line that changes nothing but the bytes."""
    with file.open("ab") as stream:
        stream.write(b"\n# edited\n" if file.suffix != ".h" else b"\n// edited\n")


def wrapper(path: Path, program: str) -> Path:
    """A script that behaves like the program."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(f'#!/bin/sh\nexec {shutil.which(program)} "$@"\n')
    path.chmod(0o755)
    return path


def test_a_header_of_the_system(checkout: Checkout, empty_cache: str, tmp_path: Path) -> None:
    """Its content counts, not its time; packages built with the old one remain."""
    header = tmp_path / "system" / "stdint.h"
    header.parent.mkdir()
    words = ("qrencode", empty_cache, f"CPPFLAGS=-isystem {header.parent}")
    assert built_names(checkout, *words) == ["qrencode"]
    header.write_text("#include_next <stdint.h>\n")  # a new one hides the usual one
    assert built_names(checkout, *words) == ["qrencode"]
    before = header.read_bytes()
    edit(header)
    assert built_names(checkout, *words) == ["qrencode"]
    header.write_bytes(before)
    os.utime(header, (0, 0))
    assert built_names(checkout, *words) == []


def test_a_header_of_the_cxx_library(checkout: Checkout, tmp_path: Path) -> None:
    header = tmp_path / "system" / "vector"
    header.parent.mkdir()
    words = (f"CPPFLAGS=-isystem {header.parent}",)
    found = []
    for more in ("", "// edited\n", ""):
        header.write_text(f"#include_next <vector>\n{more}")
        found.append(identity(checkout, *words))
    assert found[0] == found[2] != found[1]


@pytest.mark.parametrize(("name", "flags"), [
    ("as", ""), ("ld", ""), ("ld.gold", "-fuse-ld=gold"), ("crt1.o", ""), ("libgcc.a", ""),
])  # fmt: skip
def test_a_part_of_the_compiler(checkout: Checkout, tmp_path: Path, name: str, flags: str) -> None:
    folder = tmp_path / "parts"
    if name in ("as", "ld", "ld.gold"):
        part = wrapper(folder / name, name)
    else:
        usual = subprocess.check_output(["gcc", f"-print-file-name={name}"], text=True).strip()
        folder.mkdir()
        part = Path(shutil.copy(usual, folder / name))
    words = (f"CC=gcc -B{folder}", f"CXX=g++ -B{folder}", *([f"LDFLAGS={flags}"] * bool(flags)))
    before = identity(checkout, *words)
    assert identity(checkout, *words) == before
    content = part.read_bytes()
    edit(part)
    assert identity(checkout, *words) != before
    part.write_bytes(content)
    assert identity(checkout, *words) == before


@pytest.mark.parametrize(("name", "side"), [("AR", "host"), ("build_RANLIB", "build")])
def test_a_binary_tool(checkout: Checkout, tmp_path: Path, name: str, side: str) -> None:
    """Its contents identify it, not its path."""
    program = name.rpartition("_")[2].lower()
    one, two = (wrapper(tmp_path / folder / program, program) for folder in ("one", "two"))
    before = identity(checkout, f"{name}={one}", side=side)
    assert identity(checkout, f"{name}={two}", side=side) == before
    assert identity(checkout, side=side) != before
    edit(two)
    assert identity(checkout, f"{name}={two}", side=side) != before


@pytest.mark.parametrize("name", ["cmake", "ninja"])
def test_the_build_tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    usual = process.program(name)
    script = tmp_path / name

    def program(asked: str) -> str:
        return str(script) if asked == name else usual

    def look(version: str) -> str:
        script.write_text(f"#!/bin/sh\necho {name} version {version}\n")
        script.chmod(0o755)
        return surroundings.look(tmp_path / "memory", plain)[0].surroundings

    plain, _ = toolset.detect(settings.of_user(), tmp_path / "memory")
    monkeypatch.setattr(process, "program", program)
    assert look("1.0") == look("1.0")
    assert look("1.0") != look("2.0")


def test_flags_that_mean_this_processor(checkout: Checkout, tmp_path: Path) -> None:
    """-march=native generates other code on other machines, but not at another clock rate."""

    def found(processor: str, *words: str) -> str:
        (tmp_path / "cpuinfo").write_text(processor)
        plan = shlex.join([str(checkout.root / "mpbitcoin"), "depends", "--plan", "--json", NO_QT])
        script = f"mount --bind '{tmp_path}/cpuinfo' /proc/cpuinfo; {plan} {shlex.join(words)}"
        done = in_namespace(script)
        assert done.returncode == 0, done.stderr
        return str(json.loads(done.stdout)["host"]["identity"])

    one = "model name\t: One\ncpu MHz\t\t: {}\n\nprocessor\t: 1\n"
    native = "CFLAGS=-march=native"
    assert found(one.format(1), native) == found(one.format(2), native)
    assert found(one, native) != found(one.replace("One", "Two"), native)
    assert found(one) == found(one.replace("One", "Two"))


def test_the_environment_changes_nothing(
    checkout: Checkout, tmp_path: Path, new_checkout: Callable[[str], Checkout]
) -> None:
    """Variables that compilers and CMake would heed do not reach them."""
    (tmp_path / "evil").mkdir()
    (tmp_path / "evil" / "stdint.h").write_text("#error taken\n")
    wrapper(tmp_path / "evil" / "as", "false")
    env = {
        **dict.fromkeys(("CPATH", "C_INCLUDE_PATH", "COMPILER_PATH"), str(tmp_path / "evil")),
        **dict.fromkeys(("CMAKE_C_COMPILER_LAUNCHER", "CMAKE_CXX_COMPILER_LAUNCHER"), "false"),
        "CMAKE_INSTALL_MODE": "ABS_SYMLINK",
        "CMAKE_PROJECT_INCLUDE": str(tmp_path / "evil" / "stdint.h"),
        "DEPENDENCIES_OUTPUT": str(tmp_path / "evil" / "written"),
        "NINJA_STATUS": "hello ",
        "SOURCE_DATE_EPOCH": "1",
        "VERBOSE": "1",
    }
    found = []
    for name, variables in (("usual", {}), ("evil", env)):
        cache = tmp_path / f"packages {name}"
        made = new_checkout(name).mpbitcoin(
            *("depends", "--json", "qrencode", f"BASE_CACHE={cache}"), env=variables
        )
        assert json.loads(made.stdout)["built"] == ["qrencode"]
        report = json.loads(next(cache.glob("runs/*/report.json")).read_text())
        (library,) = cache.glob("conan/p/b/*/p/lib/libqrencode.a")
        found.append((report["packages"][0]["package_id"], library.read_bytes()))
        assert not library.is_symlink()
    assert found[0] == found[1]
    assert not (tmp_path / "evil" / "written").exists()


def test_all_headers_that_a_package_takes_are_known(checkout: Checkout, empty_cache: str) -> None:
    """libevent's are part of its id."""
    checkout.mpbitcoin("depends", "libevent", empty_cache)
    cache = Path(empty_cache.removeprefix("BASE_CACHE="))
    (build,) = (path.parent for path in cache.glob("conan/p/b/*/b/build/*/.ninja_deps"))
    listed = process.capture([process.program("ninja"), "-t", "deps"], cwd=build)
    lines = {os.path.realpath(x.strip()) for x in listed.splitlines() if x.startswith("    /")}
    taken = {path for path in lines if not Path(path).is_relative_to(cache.resolve())}
    known = parts.headers([str(shutil.which("gcc"))], "c", ["-O2", "-std=gnu11"])
    assert len(taken) > 100
    assert taken <= set(known)


def test_nothing_is_asked_when_nothing_changed(checkout: Checkout) -> None:
    checkout.make(NO_QT)
    again = checkout.make(NO_QT, "V=1")
    assert "up to date" in again.stdout
    assert "run " not in again.stderr
