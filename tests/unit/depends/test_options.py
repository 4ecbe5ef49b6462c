"""Options: names, values, errors, and texts generated from them."""

from __future__ import annotations

import pytest

from mpbitcoin_depends import options
from mpbitcoin_depends.errors import UsageError


def test_defaults_build_ipc_and_nothing_is_left_out() -> None:
    made = options.parse({})
    assert made.multiprocess
    assert not made.no_ipc
    assert not any((made.no_zmq, made.no_wallet, made.no_boost, made.debug))


@pytest.mark.parametrize(("given", "no_ipc"), [
    ({"NO_IPC": "1"}, True),
    ({"MULTIPROCESS": "0"}, True),
    ({"MULTIPROCESS": "1"}, False),
    ({"MULTIPROCESS": "1", "NO_IPC": "0"}, False),
    ({"MULTIPROCESS": "1", "NO_IPC": ""}, False),
])  # fmt: skip
def test_multiprocess_and_no_ipc_are_one_switch(given: dict[str, str], no_ipc: bool) -> None:
    made = options.parse(given)
    assert made.no_ipc is no_ipc
    assert made.multiprocess is not no_ipc


def test_contradiction_is_refused() -> None:
    with pytest.raises(UsageError, match="contradict"):
        options.parse({"MULTIPROCESS": "1", "NO_IPC": "1"})


@pytest.mark.parametrize(("wrong", "near"), [
    ("NO_QTT", "NO_QT"), ("HOTS", "HOST"), ("SOURCE_PATH", "SOURCES_PATH"),
    ("build_cc", "build_CC"),
])  # fmt: skip
def test_unknown_variable_names_the_nearest(wrong: str, near: str) -> None:
    with pytest.raises(UsageError) as caught:
        options.parse({wrong: "1"})
    assert wrong in caught.value.message
    assert f"did you mean {near}?" in caught.value.hint


@pytest.mark.parametrize("given", [
    {"NO_QT": "maybe"}, {"JOBS": "0"}, {"JOBS": "two"},
    {"BITCOIN_LINE": "27"}, {"CXX_STANDARD": "new"}, {"JOBS": "²"}, {"JOBS": "9" * 5000},
    {"CXX_STANDARD": "c+++++++20"}, {"CXX_STANDARD": "c20"}, {"C_STANDARD": "c++20"},
    {"C_STANDARD": "c¹¹"}, {"CC": "gcc '"}, {"HOST": "this-machine"},
])  # fmt: skip
def test_bad_values_are_refused_by_name(given: dict[str, str]) -> None:
    with pytest.raises(UsageError) as caught:
        options.parse(given)
    assert next(iter(given)) in caught.value.message


@pytest.mark.parametrize(("name", "text"), [
    ("DEBUG", "app:*"), ("LOG", "info"), ("V", "2"), ("HOST", "this-machine"), ("JOBS", "²"),
    ("LTO", "thin"), ("CXX_STANDARD", "latest"), ("BITCOIN_LINE", "x"), ("CC", "gcc '"),
])  # fmt: skip
def test_nonsense_of_the_environment_is_ignored_with_a_line(name: str, text: str) -> None:
    told: list[str] = []
    assert options.parse({"NO_QT": "1"}, {name: text}, told.append) == options.parse({"NO_QT": "1"})
    assert len(told) == 1
    assert told[0].startswith(f"ignored from the environment: {name}={text}: ")
    quiet: list[str] = []
    default = str(options.describe(name)[2])
    given = {name: "0" if options.is_flag(name) else default}
    options.parse(given, {name: text}, quiet.append)
    assert quiet == []


def test_what_the_environment_contradicts_is_not_looked_at() -> None:
    for given, other in (({"NO_IPC": "1"}, "MULTIPROCESS"), ({"MULTIPROCESS": "1"}, "NO_IPC")):
        assert options.parse(given, {other: "1"}) == options.parse(given)


def test_environment_counts_but_the_command_line_wins() -> None:
    made = options.parse({"CC": "clang"}, {"CC": "gcc", "NO_ZMQ": "1", "UNRELATED": "x"})
    assert made.cc == "clang"
    assert made.no_zmq


def test_every_option_has_a_group_and_help_and_stands_in_the_table() -> None:
    table = options.markdown()
    flags = set()
    for name in options.NAMES:
        group, text, _ = options.describe(name)
        assert group
        assert text.endswith(".")
        assert f"| `{name}` |" in table
        flags.add(options.flag(name))
    assert len(flags) == len(options.NAMES)
