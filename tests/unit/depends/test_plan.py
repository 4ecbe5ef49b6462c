"""The plan: which packages for which options, and what changes its key."""

from __future__ import annotations

import pytest

from mpbitcoin_depends import plan
from mpbitcoin_depends.errors import UsageError
from mpbitcoin_depends.recipe import recipes
from tests.unit.conftest import parse, toolset


def names(*given: str, targets: tuple[str, ...] = ()) -> set[tuple[str, str]]:
    options = parse(dict(word.split("=", 1) for word in given))
    made = plan.make(options, toolset(options), toolset(options), targets)
    return {(package.name, package.context) for package in made.packages}


PACKAGES = {name: recipe.rules for name, recipe in recipes().items()}
#: What a prefix without the GUI holds.
ALL = {
    (name, context)
    for name, rules in PACKAGES.items()
    for context in rules.contexts
    if "NO_QT" not in rules.unless
}
SWITCHES = {rules.option.name: name for name, rules in PACKAGES.items() if rules.option}


def test_all_but_the_gui() -> None:
    assert {("boost", "host"), ("capnproto", "host"), ("capnproto", "native")} < ALL
    assert names("NO_QT=1") == ALL


@pytest.mark.parametrize("switch", SWITCHES)
def test_switches_leave_packages_out(switch: str) -> None:
    left = {item for item in ALL if item[0] != SWITCHES[switch]}
    assert names("NO_QT=1", f"{switch}=1") == left


def test_no_ipc_leaves_both_out() -> None:
    left = {item for item in ALL if item[0] not in ("capnproto", "libmultiprocess")}
    assert names("NO_QT=1", "MULTIPROCESS=0") == left


def test_qt_is_refused_with_the_way_on() -> None:
    with pytest.raises(UsageError) as caught:
        names("NO_ZMQ=1")
    assert "NO_QT=1" in caught.value.hint


def test_one_package_as_target() -> None:
    assert names(targets=("qrencode",)) == {("qrencode", "host")}
    with pytest.raises(UsageError, match="unknown target zeromk"):
        names(targets=("zeromk",))


def test_key_follows_what_matters() -> None:
    def key(recipes: str = "r", **given: str) -> str:
        options = parse({"NO_QT": "1", **given})
        return plan.make(options, toolset(options), toolset(options)).key(recipes)

    assert key() == key()
    assert key() == key(V="1", JOBS="7", SOURCES_PATH="/elsewhere")
    different = {key(), key("other"), key(CFLAGS="-g"), key(DEBUG="1"), key(LTO="1"),
                 key(NO_ZMQ="1"), key(HOST_ID_SALT="x")}  # fmt: skip
    assert len(different) == 7


def test_plan_as_data_names_no_path_of_the_machine() -> None:
    options = parse({"NO_QT": "1"})
    data = plan.make(options, toolset(options), toolset(options)).to_dict()
    assert "/" not in repr(data)
