"""The user's settings: the same order and the same errors for make and for every verb."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.integration.conftest import NO_QT, Checkout

pytestmark = pytest.mark.integration


@pytest.fixture
def file(checkout: Checkout) -> Path:
    """The checkout's depends.toml."""
    return checkout.root / "depends.toml"


def shown(output: str, *names: str) -> list[str]:
    """The lines about these variables: make has its own."""
    return [line for line in output.splitlines() if line.startswith(names)]


def test_make_knows_where_each_value_comes_from(checkout: Checkout, file: Path) -> None:
    file.write_text('JOBS = 3\nCC = "a"\nCXX = "a"\nAR = "a"\n')
    goals = [f"print-{name}" for name in ("JOBS", "CC", "CXX", "NO_ZMQ")]
    done = checkout.make(*goals, "CXX=c", env={"CC": "b", "CXX": "b", "V": "2"})
    names = ("JOBS", "CC", "CXX", "NO_ZMQ")
    assert shown(done.stdout, *names) == ["JOBS=3", "CC=b", "CXX=c", "NO_ZMQ="]
    assert done.stderr.splitlines()[-5:] == [
        "ignored from the environment: V=2: not a yes or no; use 1 or 0",
        "JOBS: from depends.toml:1",
        "CC: from the environment",
        "CXX: from make",
        "NO_ZMQ: default",
    ]


def test_make_n_runs_nothing(checkout: Checkout, file: Path) -> None:
    file.write_text("JOBS = none\n")  # would be an error
    done = checkout.make("-n", "print-HOST")
    assert "depends --from-make 'print-HOST'" in done.stdout
    assert shown(done.stdout, "HOST=") == []


@pytest.mark.parametrize(("text", "error"), [
    ("JOBS = 0\n", "error: JOBS=0 from depends.toml:1: must be a whole number, from 1 to 4096"),
    ("\nNO_QTT = true\n", "error: unknown variable NO_QTT from depends.toml:2"),
])  # fmt: skip
def test_every_command_names_the_line_of_an_error(
    checkout: Checkout, file: Path, text: str, error: str
) -> None:
    file.write_text(text)
    commands = ["build", "cache show", "depends", "doctor", "run", "sbom", "source bitcoin-core"]
    for words in commands:
        done = checkout.mpbitcoin(*words.split(), check=False)
        assert (words, done.returncode) == (words, 2)
        assert done.stderr.splitlines()[0] == error
    assert error in checkout.make("print-HOST", check=False).stderr.splitlines()


def test_errors_of_make_and_of_flags(checkout: Checkout) -> None:
    done = checkout.make("JOBS=0", "print-HOST", check=False)
    assert "error: JOBS=0 from make: must be" in done.stderr
    done = checkout.mpbitcoin("depends", "--jobs=0", "print-HOST", check=False)
    assert done.stderr.startswith("error: JOBS=0 from the command line: must be")


def test_a_flag_wins_over_a_variable(checkout: Checkout) -> None:
    done = checkout.mpbitcoin("depends", "--jobs=3", "JOBS=2", "print-JOBS", env={"JOBS": "4"})
    assert (done.stdout, done.stderr) == ("JOBS=3\n", "JOBS: from the command line\n")


def test_the_plan_has_the_origin_of_each_value(checkout: Checkout, file: Path) -> None:
    file.write_text(
        'NO_ZMQ = true\nFALLBACK_DOWNLOAD_PATH = ["http://me:hunter2@h.invalid/", "/m"]\n'
    )
    words = ("depends", "--plan", "--no-qt", "NO_USDT=1")
    env = {"DEBUG": "1", "LOG": "info"}
    done = checkout.mpbitcoin(*words, "--json", env=env)
    assert json.loads(done.stdout)["options"] == {
        "NO_QT": {"value": "1", "origin": "the command line"},
        "NO_USDT": {"value": "1", "origin": "the command line"},
        "DEBUG": {"value": "1", "origin": "the environment"},
        "NO_ZMQ": {"value": "1", "origin": "depends.toml:1"},
        "FALLBACK_DOWNLOAD_PATH": {
            "value": "http://***@h.invalid/ /m", "origin": "depends.toml:2"
        },
    }  # fmt: skip
    lines = checkout.mpbitcoin(*words, env=env).stdout.splitlines()
    assert "  DEBUG=1  from the environment" in lines
    assert "  NO_ZMQ=1  from depends.toml:1" in lines
    assert not any("hunter2" in line for line in lines)


def test_the_cache_and_the_sources_are_those_of_the_file(
    checkout: Checkout, file: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "caché"
    file.write_text(f'BASE_CACHE = "{folder}"\nSOURCES_PATH = "{folder}/sources"\nOFFLINE = true\n')
    assert checkout.mpbitcoin("cache", "show").stdout.startswith(f"{folder}: 0 packages")
    own = tmp_path / "own"
    done = checkout.mpbitcoin("cache", f"--base-cache={own}", "show")
    assert done.stdout.startswith(f"{own}: 0 packages")
    done = checkout.mpbitcoin("depends", NO_QT, "download-one", check=False)
    assert done.returncode == 4
    assert "tried: offline, and not in the store" in done.stderr
    assert (folder / "sources").is_dir()
