"""toolset.py: the differences between toolsets."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from mpbitcoin_depends import conan_profile, platforms
from mpbitcoin_depends import toolset as toolsets
from mpbitcoin_depends.errors import MachineError
from tests.unit.conftest import parse, toolset
from tests.unit.depends.test_compiler import SCRIPT


def test_an_sdk_is_part_of_the_identity_by_what_it_holds(tmp_path: Path) -> None:
    plain = toolset(triplet="arm64-apple-darwin")
    for name, version in (("one", "14.0"), ("copy", "14.0"), ("other", "15.0")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "SDKSettings.json").write_text(f'{{"Version": "{version}"}}')
    one, copy, other = (
        dataclasses.replace(plain, sdk=str(tmp_path / name)) for name in ("one", "copy", "other")
    )
    assert one.identity == copy.identity
    assert len({plain.identity, one.identity, other.identity}) == 3


def test_the_packages_are_built_with_the_sdk() -> None:
    with_sdk = dataclasses.replace(toolset(triplet="arm64-apple-darwin"), sdk="/sdk/MacOSX14.sdk")
    assert "tools.apple:sdk_path=/sdk/MacOSX14.sdk" in conan_profile.text(with_sdk, "/sources")
    assert "sdk_path" not in conan_profile.text(toolset(), "/sources")


#: Debian's cross compilers of C++ (bookworm and trixie), and what Clang comes with.
DEBIAN = {
    *("g++-aarch64-linux-gnu", "g++-arm-linux-gnueabihf", "g++-i686-linux-gnu"),
    *("g++-powerpc64-linux-gnu", "g++-powerpc64le-linux-gnu", "g++-riscv64-linux-gnu"),
    *("g++-s390x-linux-gnu", "g++-x86-64-linux-gnu", "g++-mingw-w64-x86-64-posix"),
    *("clang", "lld", "llvm"),
}


@pytest.mark.parametrize("host", platforms.known())
def test_hints_name_packages_that_there_are(
    host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = "s390x-linux-gnu" if host != "s390x-linux-gnu" else "riscv64-linux-gnu"
    for name in ("gcc", "g++"):
        program = tmp_path / name
        program.write_text(SCRIPT.format(log="/dev/null").replace("x86_64-linux-gnu", own))
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MachineError, match=f"compiler for {host} not found") as caught:
        toolsets.detect(parse({"NO_QT": "1", "HOST": host}), tmp_path / "memory.json")
    named = re.search(r"apt-get install ([^)]*)\)", caught.value.hint)
    assert (named is None) == host.endswith("-musl")
    assert set(named[1].split() if named else []) <= DEBIAN
    assert "CC= and CXX=" in caught.value.hint
