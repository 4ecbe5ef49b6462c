"""toolchain.cmake: its contents for each plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from mpbitcoin_depends import plan, toolchain
from mpbitcoin_depends.errors import DependsError
from mpbitcoin_depends.options import parse
from tests.unit.conftest import toolset


def rendered(triplet: str = "x86_64-pc-linux-gnu", **given: str) -> str:
    options = parse({"NO_QT": "1", **given})
    return toolchain.render(plan.make(options, toolset(options, triplet), toolset(options)))


def test_native_sets_no_system_name() -> None:
    text = rendered()
    assert "if(OFF)\n  set(CMAKE_SYSTEM_NAME" in text
    assert "@" not in text.replace("user@", "")


def test_cross_sets_system_and_processor() -> None:
    text = rendered("aarch64-linux-gnu")
    assert 'if(ON)\n  set(CMAKE_SYSTEM_NAME "Linux")' in text
    assert 'set(CMAKE_SYSTEM_PROCESSOR "aarch64")' in text


@pytest.mark.parametrize(("switch", "line"), [
    ("NO_ZMQ", "set(WITH_ZMQ OFF"), ("NO_WALLET", "set(ENABLE_WALLET OFF"),
    ("NO_USDT", "set(WITH_USDT OFF"), ("NO_IPC", "set(WITH_MULTIPROCESS OFF"),
])  # fmt: skip
def test_switches_turn_features_off(switch: str, line: str) -> None:
    assert line not in rendered()
    assert line in rendered(**{switch: "1"})


def test_flags_are_quoted_for_cmake() -> None:
    text = rendered(CXXFLAGS='-DA="b c;d$e"')
    assert r'"-DA=\"b c\;d\$e\""' in text


def test_it_names_no_absolute_path() -> None:
    paths = [word for word in rendered().split('"') if word.startswith("/") and len(word) > 1]
    assert paths == []


def test_unknown_place_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "t.in").write_text("@nothing@")
    options = parse({"NO_QT": "1"})
    made = plan.make(options, toolset(options), toolset(options))
    with pytest.raises(DependsError, match="@nothing@"):
        toolchain.render(made, tmp_path / "t.in")
