"""A file that is added to a wheel."""

from __future__ import annotations

import base64
import csv
import hashlib
import zipfile
from pathlib import Path

from mpbitcoin_project.wheel_archive import add_metadata

DATE = (2026, 1, 1, 0, 0, 0)


def wheel(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        for name, text in (("p/a.py", "a = 1\n"), ("p-1.dist-info/RECORD", "p/a.py,,\n")):
            info = zipfile.ZipInfo(name, DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            made.writestr(info, text)
    return path


def test_it_is_recorded_and_the_rest_stays(tmp_path: Path) -> None:
    made = wheel(tmp_path / "p-1-py3-none-any.whl")
    data = "ü\n".encode()
    add_metadata(made, "sboms/x.json", data)
    with zipfile.ZipFile(made) as opened:
        assert opened.testzip() is None
        names = [info.filename for info in opened.infolist()]
        assert names == ["p/a.py", "p-1.dist-info/sboms/x.json", "p-1.dist-info/RECORD"]
        assert {info.date_time for info in opened.infolist()} == {DATE}
        assert opened.read("p/a.py") == b"a = 1\n"
        assert opened.read("p-1.dist-info/sboms/x.json") == data
        record = {
            name: (digest, size)
            for name, digest, size in csv.reader(
                opened.read("p-1.dist-info/RECORD").decode().splitlines()
            )
        }
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
    assert record["p-1.dist-info/sboms/x.json"] == (f"sha256={digest}", str(len(data)))
    assert "p/a.py" in record
    assert [path.name for path in tmp_path.iterdir()] == [made.name]


def test_the_same_wheel_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = wheel(tmp_path / "a.whl"), wheel(tmp_path / "b.whl")
    for one in (first, second):
        add_metadata(one, "x", b"x")
    assert first.read_bytes() == second.read_bytes()
