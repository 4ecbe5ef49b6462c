"""Files written whole, trees removed, sizes and times for people."""

from __future__ import annotations

from pathlib import Path

import pytest

from mpbitcoin_depends import files
from mpbitcoin_depends.errors import MachineError


def test_write_replaces_whole(tmp_path: Path) -> None:
    target = tmp_path / "sub" / "f"
    files.write_text(target, "one")
    files.write_text(target, "two")
    assert target.read_text() == "two"
    assert [p.name for p in target.parent.iterdir()] == ["f"]


def test_write_where_nothing_can_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MachineError, match="cannot write"):
        files.write_text(tmp_path / "file" / "below", "x")


def test_remove_read_only_tree_and_links(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    (root / "sub" / "f").write_text("")
    (root / "sub").chmod(0o555)
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "link").symlink_to(outside)
    files.remove_tree(tmp_path / "link")
    files.remove_tree(root)
    files.remove_tree(root)
    assert not root.exists()
    assert outside.exists()


@pytest.mark.parametrize("in_one_step", [True, False])
@pytest.mark.parametrize("before", ["nothing", "folder", "link", "file"])
def test_a_folder_takes_the_place_of_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_one_step: bool, before: str
) -> None:
    if not in_one_step:  # as on other systems than Linux
        monkeypatch.setattr(files, "_exchange", lambda *_: False)
    made, target, elsewhere = (tmp_path / name for name in ("made", "target", "elsewhere"))
    for folder in (made, elsewhere):
        folder.mkdir()
    (made / "new").touch()
    if before == "folder":
        (target / "old").mkdir(parents=True)
    elif before == "link":
        target.symlink_to(elsewhere)
    elif before == "file":
        target.touch()
    files.replace_folder(made, target)
    assert [path.name for path in target.iterdir()] == ["new"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["elsewhere", "target"]


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (12, "12 B"),
        (1500, "1.5 kB"),
        (2.5e9, "2.5 GB"),
        (-43e6, "-43.0 MB"),
    ],
)
def test_sizes(size: float, text: str) -> None:
    assert files.human_size(size) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.14, "0.1 s"),
        (45, "45 s"),
        (59.6, "1 min 0 s"),
        (200, "3 min 20 s"),
        (3725, "1 h 2 min"),
        (47.9 * 3600, "47 h 54 min"),
        (3.2 * 86400, "3 d"),
    ],
)
def test_times(seconds: float, text: str) -> None:
    assert files.human_time(seconds) == text
