"""The generated modules are what the schemas give."""

from __future__ import annotations

from pathlib import Path

from mpbitcoin import paths
from mpbitcoin.ipc import codegen


def test_the_generated_modules_are_those_of_the_schemas(tmp_path: Path) -> None:
    committed = paths.PACKAGE / "ipc" / "_generated"
    written = codegen.write(tmp_path)
    assert {file.name for file in written} == {file.name for file in committed.glob("*.py")}
    for file in written:
        assert file.read_text() == (committed / file.name).read_text(), (
            f"{file.name} is old: python -m mpbitcoin.ipc.codegen"
        )
