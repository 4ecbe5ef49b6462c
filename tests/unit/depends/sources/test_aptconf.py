"""Tests of mpbitcoin.depends.sources.aptconf."""

from __future__ import annotations

from pathlib import Path

from mpbitcoin.depends.sources.aptconf import (
    Archive,
    parse_deb822,
    parse_one_line,
    read_archives,
    unique,
)

ONE_LINE = """
# deb http://old.example/debian bookworm main
deb [arch=amd64 signed-by=/k/a.gpg,/k/b.gpg] http://mirror.example/debian/ bookworm main contrib
deb-src http://mirror.example/debian bookworm main
deb http://security.example/debian-security bookworm-security main
deb http://other.example/apt cloud-bookworm main # third party
deb http://docker.example/linux bookworm stable
deb http://flat.example ./
deb [ arch=amd64 ] http://[2001:db8::1]:8080/debian bookworm main
"""

DEB822 = """# comment
Types: deb
URIs: http://mirror.example/debian http://second.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc
 -----END PGP PUBLIC KEY BLOCK-----

Types: deb
URIs: http://security.example/debian-security
Suites: bookworm-security
Components: main

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: trixie
Components: main
"""


def test_one_line() -> None:
    found = unique(parse_one_line(ONE_LINE))
    assert found == (
        Archive("http://mirror.example/debian", "/k/a.gpg /k/b.gpg"),
        Archive("http://[2001:db8::1]:8080/debian"),
    )


def test_deb822_with_a_key_in_it() -> None:
    first, second = parse_deb822(DEB822)
    assert (first.uri, second.uri) == (
        "http://mirror.example/debian",
        "http://second.example/debian",
    )
    text = first.deb822("trixie")
    assert "Types: deb-src\nURIs: http://mirror.example/debian\nSuites: trixie\n" in text
    assert tuple(parse_deb822(text.replace("deb-src", "deb"))) == (first,)


def test_all_of_a_machine(tmp_path: Path) -> None:
    parts = tmp_path / "parts"
    parts.mkdir()
    (parts / "a.sources").write_text(DEB822)
    (parts / "b.list").write_text("deb http://third.example/debian sid main\n")
    (parts / "c.save").write_text("deb http://never.example/debian sid main\n")
    found = read_archives(tmp_path / "sources.list", parts)
    assert [archive.uri.split("/")[2] for archive in found] == [
        "mirror.example",
        "second.example",
        "third.example",
    ]
    assert read_archives(tmp_path / "none.list", tmp_path / "none") == ()


def test_usual_places() -> None:
    archive = Archive("http://m.example/debian")
    assert (
        archive.pool_address("boost1.83", "f") == "http://m.example/debian/pool/main/b/boost1.83/f"
    )
    assert archive.pool_address("libevent", "f").endswith("/pool/main/libe/libevent/f")
