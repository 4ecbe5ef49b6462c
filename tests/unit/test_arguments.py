from __future__ import annotations

import argparse

import pytest

from mpbitcoin import arguments
from mpbitcoin.errors import UsageError


@pytest.fixture
def parser() -> arguments.Parser:
    top = arguments.Parser(prog="tool")
    below = top.add_subparsers(dest="verb", required=True)
    child = below.add_parser("draw")
    child.add_argument("--seconds", type=arguments.seconds)
    child.add_argument("--count", type=arguments.count)
    return top


def test_what_is_right(parser: arguments.Parser) -> None:
    parsed = parser.parse_args(["draw", "--seconds=0.5", "--count", "0"])
    assert parsed == argparse.Namespace(verb="draw", seconds=0.5, count=0)


@pytest.mark.parametrize(
    ("words", "prog", "said"),
    [
        ([], "tool", "required: verb"),
        (["drwa"], "tool", "invalid choice: 'drwa'"),
        (["draw", "--colour=red"], "tool draw", "unrecognized arguments: --colour=red"),
        (["draw", "--seconds=0"], "tool draw", "0: must be a number of seconds above 0"),
        (["draw", "--seconds=nan"], "tool draw", "nan: must be a number of seconds"),
        (["draw", "--seconds=soon"], "tool draw", "soon: must be a number of seconds"),
        (["draw", "--seconds=inf"], "tool draw", "inf: must be a number of seconds"),
        (["draw", "--count=-3"], "tool draw", "-3: must be a whole number, 0 or more"),
        (["draw", "--count=1.5"], "tool draw", "1.5: must be a whole number"),
        (["draw", "--count=²"], "tool draw", "²: must be a whole number"),
        (["draw", f"--count={'9' * 5000}"], "tool draw", "9: must be a whole number"),
    ],
)
def test_what_is_wrong_is_reported_for_the_verb(
    parser: arguments.Parser, words: list[str], prog: str, said: str
) -> None:
    with pytest.raises(UsageError, match=f"^{prog}: ") as wrong:
        parser.parse_args(words)
    assert said in wrong.value.message
    assert wrong.value.hint == f"{prog} --help"


def test_only_what_is_near_is_suggested() -> None:
    known = ["getTip", "waitNext"]
    assert arguments.nearest("gettipp", known) == "getTip"
    assert arguments.nearest("getInfo", known) == ""
    assert arguments.nearest("xyzzy", known) == arguments.nearest("", known) == ""
