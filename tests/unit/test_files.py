"""Files are written whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mpbitcoin.errors import MachineError
from mpbitcoin.files import write_parts


def test_a_file_is_the_old_or_the_new_one(tmp_path: Path) -> None:
    target = tmp_path / "sub" / "f"
    write_parts(target, ["one"])

    def parts() -> Iterator[str]:
        yield "tw"
        assert target.read_text() == "one"
        yield "o"

    write_parts(target, parts())
    assert target.read_text() == "two"
    assert [p.name for p in target.parent.iterdir()] == ["f"]


def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MachineError, match="cannot write"):
        write_parts(tmp_path / "file" / "below", ["x"])
