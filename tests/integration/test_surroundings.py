"""Unfriendly surroundings: variables of other programs, moved folders."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.integration.conftest import NO_QT, Checkout

pytestmark = pytest.mark.integration


def test_other_programs_variables_are_ignored_with_a_line_each(built: Checkout) -> None:
    others = {"DEBUG": "app:*", "LOG": "info", "V": "2", "HOST": "this-machine"}
    done = built.make(NO_QT, env=others)
    assert "is up to date" in done.stdout
    lines = done.stderr.splitlines()
    assert sorted(line.split(": ")[1] for line in lines) == sorted(map("=".join, others.items()))
    assert {line.split(": ")[0] for line in lines} == {"ignored from the environment"}


def test_a_parent_makes_variables_are_ignored_with_a_line_each(built: Checkout) -> None:
    makefile = built.root / "parent.mk"
    makefile.write_text(f"all:\n\t$(MAKE) -C '{built.root}/depends' {NO_QT}\n")
    done = built.run(["make", "-f", str(makefile), "DESTDIR=/x", "NO_USDT="])
    assert "ignored from the parent make: unknown variable DESTDIR" in done.stderr
    assert "is up to date" in done.stdout


def test_a_moved_checkout_says_what_to_remove(new_checkout: Callable[[str], Checkout]) -> None:
    checkout = new_checkout("the old place")
    build = checkout.root / "build"
    # CMake records its folder even if it stops later.
    configure = ["cmake", "-S", str(checkout.root), "-B", str(build), "-DCMAKE_CXX_COMPILER=none"]
    checkout.run(configure, check=False)
    moved = Checkout(checkout.root.rename(checkout.root.with_name("the new place")))
    done = moved.mpbitcoin("build", check=False)
    assert done.returncode == 2
    assert f"was configured at another path, {checkout.root}" in done.stderr
    assert f"rm -rf '{moved.root}/build'" in done.stderr


def test_hints_can_be_pasted_anywhere(checkout: Checkout) -> None:
    said = checkout.mpbitcoin("xyzzy", check=False).stderr
    command = said.split("`")[1]
    assert "depends" in checkout.run(["sh", "-c", command]).stdout


def test_where_sources_come_from_does_not_defeat_the_no_op(built: Checkout) -> None:
    for word in ("OFFLINE=1", "FALLBACK_DOWNLOAD_PATH=/mirror", "SOURCES_PATH=/nowhere"):
        done = json.loads(built.mpbitcoin("depends", NO_QT, word, "--json").stdout)
        assert done["action"] == "nothing", word
