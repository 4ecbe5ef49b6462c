"""The generated modules match the schemas."""

from __future__ import annotations

from pathlib import Path

from mpbitcoin import paths
from mpbitcoin_project import codegen


def test_the_generated_modules_are_those_of_the_schemas(tmp_path: Path) -> None:
    committed = paths.PACKAGE / "ipc" / "_generated"
    written = codegen.write(tmp_path)
    names = {file.relative_to(tmp_path) for file in written}
    assert names == {file.relative_to(committed) for file in committed.rglob("*.py")}
    for name in names:
        assert (tmp_path / name).read_text() == (committed / name).read_text(), (
            f"{name} is old: python -m mpbitcoin_project.codegen"
        )
