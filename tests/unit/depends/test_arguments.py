from __future__ import annotations

import argparse

import pytest

from mpbitcoin_depends import arguments
from mpbitcoin_depends.errors import UsageError


@pytest.fixture
def parser() -> arguments.Parser:
    top = arguments.Parser(prog="tool")
    below = top.add_subparsers(dest="verb", required=True)
    child = below.add_parser("draw")
    child.add_argument("--count", type=arguments.count)
    child.add_argument("--jobs", type=arguments.jobs)
    return top


def test_what_is_right(parser: arguments.Parser) -> None:
    parsed = parser.parse_args(["draw", "--count", "0", "--jobs=4"])
    assert parsed == argparse.Namespace(verb="draw", count=0, jobs=4)


@pytest.mark.parametrize(
    ("words", "prog", "said"),
    [
        ([], "tool", "required: verb"),
        (["drwa"], "tool", "invalid choice: 'drwa'"),
        (["draw", "--colour=red"], "tool draw", "unrecognized arguments: --colour=red"),
        (["draw", "--count=-3"], "tool draw", "-3: must be a whole number, 0 or more"),
        (["draw", "--count=1.5"], "tool draw", "1.5: must be a whole number"),
        (["draw", "--count=²"], "tool draw", "²: must be a whole number"),
        (["draw", "--jobs=0"], "tool draw", "0: must be a whole number, from 1 to 4096"),
        (["draw", "--jobs", "-2"], "tool draw", "-2: must be a whole number"),
    ],
)
def test_what_is_wrong_is_told_of_the_verb(
    parser: arguments.Parser, words: list[str], prog: str, said: str
) -> None:
    with pytest.raises(UsageError, match=f"^{prog}: ") as wrong:
        parser.parse_args(words)
    assert said in wrong.value.message
    assert wrong.value.hint == f"{prog} --help"
