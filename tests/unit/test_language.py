"""Our English: words that docs/style.md replaces by plain ones."""

from __future__ import annotations

import io
import itertools
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from mpbitcoin_project.paths import PROJECT

#: Pattern -> plain words to use instead.
REPLACED = {
    r"tells?|told|telling": "show, print, report, return",
    r"says?|said|saying": "show, print, report, state",
    r"stands?|stood": "is, has, represents, means",
    r"mend(s|ed|ing)?": "fix, repair",
    r"com(es?|ing) by|came by": "get, find",
    r"go(es)? on|went on|going on": "continue",
    r"(brought|brings?) about": "cause",
    r"meanwhile": "in the meantime, during",
    r"for ever": "forever, without limit",
    r"is to come": "is not supported yet",
    r"(is|are|was|were) (there|here) (already|still|yet)": "exists",
    r"none of ours": "not ours",
    r"less than nothing": "a negative number",
}
_PATTERN = re.compile(rf"\b({'|'.join(f'({words})' for words in REPLACED)})\b", re.IGNORECASE)

#: Generated files, texts of others, and lists of the words.
_EXCLUDED = (
    "LICENSE",
    "depends/lock/",
    "docs/functional-tests.md",
    "docs/style.md",
    "src/mpbitcoin/ipc/_generated/",
    "tests/unit/test_language.py",
)
#: How a line starts or contains a comment, by the end of a file's name.
_COMMENTS = {
    (".c", ".cpp", ".h", ".js"): re.compile(r"(?://+!?|^\s*/?\*+)\s(.*)"),
    ("Makefile", ".sh", ".yml", ".toml", ".in", ".capnp", "hosts/"):
        re.compile(r"(?:^|\s)#+:?\s(.*)"),
}  # fmt: skip

#: A C++ string of several words.
_CPP_STRING = re.compile(r'"(?:[^"\\]|\\.)*? (?:[^"\\]|\\.)*"')

#: A docstring follows one of these.
_STARTS = {tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT}


def tracked() -> list[str]:
    """The files of the checkout that we wrote."""
    command = ["git", "-C", str(PROJECT), "ls-files"]
    names = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\n")
    return [name for name in names if name and not name.startswith(_EXCLUDED)]


def prose(name: str) -> Iterator[tuple[int, str]]:
    """The text for readers in a file: line number and text."""
    path = PROJECT / name
    if name.endswith(".py"):
        in_tests = name.startswith(("tests/", "benchmarks/"))
        yield from _prose_of_python(path.read_text(encoding="utf-8"), in_tests)
    elif name.endswith(".md"):
        yield from _prose_of_markdown(path.read_text(encoding="utf-8"))
    elif name.endswith((".cmake", "CMakeLists.txt")):
        yield from _prose_of_cmake(path.read_text(encoding="utf-8"))
    elif name.endswith(".patch"):
        head = itertools.takewhile(_is_head, path.read_text(encoding="utf-8").splitlines())
        yield from enumerate(head, 1)
    else:
        with_strings = name.endswith((".cpp", ".h")) and "/test/" not in name
        yield from _prose_of_code(path, with_strings)


def _prose_of_code(path: Path, with_strings: bool) -> Iterator[tuple[int, str]]:
    """Comments and, on request, strings of several words."""
    for comment in (comment for ends, comment in _COMMENTS.items() if str(path).endswith(ends)):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            match = comment.search(line)
            if with_strings:
                code = line[: match.start()] if match else line
                yield from ((number, shown) for shown in _CPP_STRING.findall(code))
            if match:
                yield number, match[1]


def _is_head(line: str) -> bool:
    """Whether a patch's line belongs to the text before the changes."""
    return not line.startswith(("--- ", "diff "))


def _prose_of_python(text: str, in_tests: bool) -> Iterator[tuple[int, str]]:
    """Comments, docstrings and, outside of tests, other texts of several words."""
    texts = {tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}
    at_start = True
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        is_text = token.type in texts and (at_start or not in_tests)
        if " " in token.string and (is_text or token.type == tokenize.COMMENT):
            # Code in f-strings is not prose.
            shown = re.sub(r"\{[^{}]*\}", "{}", token.string)
            for offset, line in enumerate(shown.split("\n")):
                yield token.start[0] + offset, line
        at_start = token.type in _STARTS


def _prose_of_markdown(text: str) -> Iterator[tuple[int, str]]:
    """Lines outside of code."""
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif not fenced:
            yield number, re.sub(r"`[^`]*`", "`…`", line)


def _prose_of_cmake(text: str) -> Iterator[tuple[int, str]]:
    """Comments, bracket comments and strings of several words."""
    bracketed = False
    for number, line in enumerate(text.splitlines(), 1):
        bracketed = bracketed or line.startswith("#[=[")
        if bracketed or " #" in f" {line}":
            yield number, line
        else:
            yield from ((number, shown) for shown in re.findall(r'"[^"]* [^"]*"?', line))
        bracketed = bracketed and not line.startswith("#]=]")


def test_words_are_plain() -> None:
    found = []
    for name in tracked():
        for number, line in prose(name):
            for match in _PATTERN.finditer(line):
                instead = next(
                    plain for words, plain in REPLACED.items()
                    if re.fullmatch(words, match[0], re.IGNORECASE)
                )  # fmt: skip
                found.append(f"{name}:{number}: {match[0]} ({instead}): {line.strip()}")
    assert not found, "\n".join(found)


#: `f"{told} a b"`: from Python 3.12 on, the text between fields and quotes is a token of its own.
_F_STRING = " a b" if sys.version_info >= (3, 12) else 'f"{} a b"'


@pytest.mark.parametrize(("name", "text", "expected"), [
    ("a.py", '#: What it says.\nx = f"{told} a b"\n', ["#: What it says.", _F_STRING]),
    ("a.py", 'def f():\n    """One two.\n\n    Three.\n    """\n', ['"""One two.', "    Three."]),
    ("tests/a.py", '"""One two."""\nx = "echo said a"\n', ['"""One two."""']),
    ("a.md", "A `told` word.\n```sh\ntold\n```\nEnd.\n", ["A `…` word.", "End."]),
    ("a.h", "//! A lock.\nint x;  // A count.\nint y;\n", ["A lock.", "A count."]),
    ("a.h", 'f("a said \\"b\\"", "told"); // One.\n', ['"a said \\"b\\""', "One."]),
    ("src/test/a.cpp", 'f("a said b");\n', []),
    ("a.patch", "A title\n\n--- a/f\n+++ b/f\n told\n", ["A title"]),
    ("a.cmake", "#[=[\nA text.\n#]=]\nset(x 1)\n", ["#[=[", "A text.", "#]=]"]),
    ("a.cmake", 'set(x 1) # A 1.\nset(told "A text")\n', ["set(x 1) # A 1.", '"A text"']),
])  # fmt: skip
def test_what_counts_as_prose(
    name: str, text: str, expected: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.unit.test_language.PROJECT", tmp_path)
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text(text)
    assert [line for _, line in prose(name) if line.strip(' "')] == expected
