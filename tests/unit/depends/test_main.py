"""The command line of the build tool alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from mpbitcoin_depends import paths
from mpbitcoin_depends.__main__ import main


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As without a checkout."""
    monkeypatch.setattr(paths, "CHECKOUT", None)


@pytest.mark.parametrize("words", [[], ["cache"], ["source"]])
def test_help(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*words, "--help"])
    assert ended.value.code == 0
    usage = " ".join(["usage:", "multiprocess-bitcoin-depends", *words])
    assert capsys.readouterr().out.startswith(usage)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["NO_QTT=1"], "did you mean NO_QT?"),
        (["XYZZY=1"], "hint: `multiprocess-bitcoin-depends --help` lists the variables"),
        (["NO_QT=1", "libevnt"], "did you mean libevent?"),
        (["cache", "prune"], "`cache prune` needs a rule"),
        (["cache", "--keep"], "hint: multiprocess-bitcoin-depends cache --help"),
        (
            ["source", "bitcoin-core", "--bitcoin-version=1.0"],
            "BITCOIN_VERSION=1.0 from the command line",
        ),
    ],
)
def test_errors_are_one_line_and_a_hint(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    shown = capsys.readouterr().err
    assert said in shown
    assert len(shown.splitlines()) == 2


def test_hints_name_the_command_that_is_installed() -> None:
    for written, shown in {
        "`mpbitcoin cache prune`, then run again": "`{} cache prune`, then run again",
        "`mpbitcoin depends --help` lists": "`{} --help` lists",
        "mpbitcoin depends print-HOST": "{} print-HOST",
        "/opt/mpbitcoin build": "/opt/mpbitcoin build",
    }.items():
        assert paths.as_called(written) == shown.format("multiprocess-bitcoin-depends")


def test_prefixes_are_in_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert paths.prefixes() == tmp_path / "depends"
