"""C++ that follows from the policies: `python -m mpbitcoin_project.codegen.cpp`, run by the build.

Needs an interpreter and nothing else: neither the extension nor other packages.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from mpbitcoin_depends import process
from mpbitcoin_depends.errors import DependsError
from mpbitcoin_project.codegen import forwards, guards, policies
from mpbitcoin_project.codegen.policies import Policy
from mpbitcoin_project.codegen.request import Request

#: The table of all policies, below the folder of outputs.
TABLE = "ipc/policies.cpp"
#: The flags of C++'s Policy that a word sets, in the order of that struct.
_FLAGS = {
    "repeat safe": ("repeatable",),
    "secret parameters": ("secret_parameters",),
    "secret results": ("secret_results",),
    "secret everything": ("secret_parameters", "secret_results"),
    "secret itself": ("unlogged", "secret_parameters", "secret_results"),
    "shutdown served": ("served_at_shutdown",),
}

_TABLE = """\
// Written by mpbitcoin_project.codegen from the schemas.

#include <ipc/runtime/policy.h>

namespace mpbitcoin {{
namespace {{
// By name.
constexpr Policy TABLE[]{{
{rows}}};
}} // namespace

const std::span<const Policy> POLICIES{{TABLE}};
}} // namespace mpbitcoin
"""


def main(arguments: list[str]) -> int:
    """Write what follows from the schemas into a folder, in their places there."""
    parser = argparse.ArgumentParser(prog="mpbitcoin_project.codegen.cpp", description=main.__doc__)
    parser.add_argument("--capnp", required=True, help="Cap'n Proto's compiler.")
    parser.add_argument("--output", type=Path, required=True, help="Write to this folder.")
    parser.add_argument("--import-path", action="append", default=[], help="Look here for imports.")
    parser.add_argument("--source", action="append", default=[], help="The schemas' folders.")
    parser.add_argument("schemas", nargs="+", help="All schemas.")
    given = parser.parse_args(arguments)
    try:
        request = _compile(given)
        for name, text in render(request).items():
            _write(given.output / name, text)
    except DependsError as error:
        for line in error.message.splitlines():
            print(f"error: {line}", file=sys.stderr)
        return error.exit_code
    return 0


def _write(file: Path, text: str) -> None:
    """Write a file, unless it is the same: what is made from it stays, too."""
    if file.is_file() and file.read_text(encoding="utf-8") == text:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def _compile(given: argparse.Namespace) -> Request:
    command = [given.capnp, "compile", "-o-"]
    command += [f"--src-prefix={folder}" for folder in given.source]
    command += [f"--import-path={folder}" for folder in (*given.source, *given.import_path)]
    with tempfile.TemporaryFile() as output:
        done = process.spawn([*command, *given.schemas], output=output, errors=sys.stderr.buffer)
        if done.wait():
            raise process.CommandFailed(command, done.returncode)
        output.seek(0)
        return Request.parse(output.read())


def render(request: Request) -> dict[str, str]:
    """The texts of all files, by their names."""
    listed = policies.read(request)
    table = _TABLE.format(rows="".join(map(_row, listed)))
    headers = {**forwards.headers(request, listed), **guards.headers(request, listed)}
    return {TABLE: table, **headers}


def _row(policy: Policy) -> str:
    words = [f'.method = "{policy.name}"', f".deadline = std::chrono::seconds{{{policy.deadline}}}"]
    flags = [
        *_FLAGS.get(f"repeat {policy.repeat}", ()),
        *_FLAGS.get(f"secret {policy.secret}", ()),
        *_FLAGS.get(f"shutdown {policy.shutdown}", ()),
    ]
    return f"    {{{', '.join([*words, *(f'.{flag} = true' for flag in flags)])}}},\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
