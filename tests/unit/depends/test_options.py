"""The table of options, and texts generated from it."""

from __future__ import annotations

import argparse
import itertools
from pathlib import Path

import pytest

from mpbitcoin_depends import arguments, options, switches
from mpbitcoin_depends.options import SPECS, Options


def test_defaults_build_ipc_and_nothing_is_left_out() -> None:
    made = Options()
    assert made.multiprocess
    assert not made.no_ipc
    assert not any(made.get(name) for name in ("NO_QT", *switches.of_recipes(), "DEBUG"))


def test_recipes_add_switches_to_their_group() -> None:
    made = options.made_of({"NO_ZMQ": True, "NO_USDT": False, "NO_QT": True}, {})
    assert made.no_qt
    assert made.left_out == {"NO_ZMQ"}
    assert [made.text(name) for name in ("NO_ZMQ", "NO_USDT", "NO_BOOST")] == ["1", "", ""]
    assert made.that_count()["NO_ZMQ"] == "1"
    groups = [spec.group for spec in SPECS.values()]
    assert [name for name, _ in itertools.groupby(groups)] == list(dict.fromkeys(groups))
    assert SPECS["NO_ZMQ"].group == options.PACKAGES


def test_every_option_has_a_group_and_help_and_is_in_the_table() -> None:
    table = options.markdown()
    for name, spec in SPECS.items():
        assert spec.group
        assert spec.help.endswith(".")
        assert f"| `{name}` |" in table
    assert len({options.flag(name) for name in SPECS}) == len(SPECS)


def test_text_is_what_a_make_variable_has() -> None:
    made = Options(
        no_qt=True, jobs=3, base_cache=Path("/x y"), fallback_download_path=("http://h", "/m")
    )
    shown = {
        "NO_QT": "1", "NO_ZMQ": "", "JOBS": "3", "BASE_CACHE": "/x y", "SDK_PATH": "",
        "FALLBACK_DOWNLOAD_PATH": "http://h /m", "CXX_STANDARD": "c++20",
    }  # fmt: skip
    assert {name: made.text(name) for name in shown} == shown
    assert Options().text("JOBS") == ""


def test_the_folders_are_real_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "real")
    made = Options(base_cache=Path("~/link/a"), sources_path=link)
    assert made.cache_folder == tmp_path / "real" / "a"
    assert made.sources_folder == tmp_path / "real"
    assert Options().cache_folder == tmp_path / "cache" / "depends"


def test_origins_do_not_count() -> None:
    plain, known = Options(), Options(origins={"JOBS": "make"})
    assert plain == known
    assert plain.that_count() == known.that_count()


def test_flags_of_all_and_of_some_options() -> None:
    every, some = argparse.ArgumentParser(), argparse.ArgumentParser()
    arguments.add_options(every)
    given = every.parse_args(["--no-qt", "--no-zmq=0", "-j3", "--build-cc", "gcc -m32"])
    assert arguments.given_options(given) == {
        "NO_QT": "1", "NO_ZMQ": "0", "JOBS": "3", "build_CC": "gcc -m32"
    }  # fmt: skip
    arguments.add_options(some, ["OFFLINE", "SOURCES_PATH"])
    some.add_argument("word")
    assert arguments.given_options(every.parse_args(["--bitcoin-line=30"])) == {
        "BITCOIN_LINE": "30"
    }
    assert arguments.given_options(some.parse_args(["--offline", "x"])) == {"OFFLINE": "1"}
