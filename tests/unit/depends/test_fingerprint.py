"""Facts about the machine: kept while its files do not change."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from mpbitcoin_depends import fingerprint


@dataclass(frozen=True)
class Seen:
    """An answer."""

    count: int


@dataclass
class Asker:
    """Counts its calls."""

    files: tuple[str, ...]
    asked: int = 0

    def __call__(self) -> tuple[Seen, Iterable[str]]:
        self.asked += 1
        return Seen(self.asked), self.files


def test_asked_again_when_a_file_or_folder_changes(tmp_path: Path) -> None:
    file, folder, missing = tmp_path / "file", tmp_path / "folder", tmp_path / "missing"
    file.touch()
    folder.mkdir()
    ask = Asker((str(file), str(folder), str(missing)))

    def look(question: str = "x") -> int:
        return fingerprint.remembered(Seen, tmp_path / "memory", question, ask).count

    assert [look(), look()] == [1, 1]
    file.write_text("longer")
    assert [look(), look()] == [2, 2]
    (folder / "new").touch()
    os.utime(folder, (1, 1))  # whatever the file system's clock
    assert [look(), look()] == [3, 3]
    missing.touch()
    assert [look(), look()] == [4, 4]
    assert look("another question") == 5
    assert look() == 4


def test_the_environment_is_a_part_of_the_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = Asker(())
    for number, value in enumerate(("/one", "/two", "/one"), 1):
        monkeypatch.setenv("LD_LIBRARY_PATH", value)
        assert fingerprint.remembered(Seen, tmp_path, "x", ask).count == (number - 1) % 2 + 1


def test_only_the_newest_answers_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fingerprint, "_KEPT", 3)
    for number in range(6):
        fingerprint.remembered(Seen, tmp_path, number, Asker(()))
        for age, file in enumerate(sorted(tmp_path.iterdir(), key=os.path.getmtime)):
            os.utime(file, (age + 1, age + 1))
    ask = Asker(())
    fingerprint.remembered(Seen, tmp_path, 5, ask)
    assert ask.asked == 0
    assert len(list(tmp_path.iterdir())) == 3


def test_places_do_not_count_in_digests(tmp_path: Path) -> None:
    for name, text in (("a", "same"), ("b", "same"), ("c", "other")):
        (tmp_path / name).write_text(text)
    a, b, c = (fingerprint.digest([str(tmp_path / name)]) for name in "abc")
    assert a == b != c
    assert fingerprint.digest([str(tmp_path / "none")]) not in (a, c)
