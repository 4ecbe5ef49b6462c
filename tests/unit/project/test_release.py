"""Releases: the problems that prevent one, and its files, with real git repositories."""

from __future__ import annotations

import argparse
import hashlib
import os
import shlex
import subprocess
import zipfile
from pathlib import Path

import pytest

from mpbitcoin_depends.errors import BuildError
from mpbitcoin_project import paths, release, wheel
from mpbitcoin_project.cli import release as verb

_CHANGELOG = """# Changelog

## [Unreleased]

## [1.2.0] - 2026-01-31

### Added

- A verb.
"""


class Checkout:
    """A git repository that is ready to release 1.2.0."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.version = "1.2.0"
        self.write(release.VERSION_FILE, '__version__ = "1.2.0"\n')
        self.write(release.CHANGELOG, _CHANGELOG)
        self.git("init", "-q")
        self.commit("release: 1.2.0")
        self.git("tag", "-a", "v1.2.0", "-m", "v1.2.0")

    def write(self, name: str, text: str) -> None:
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text)

    def git(self, *words: str) -> None:
        who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        env = {name: text for name, text in os.environ.items() if not name.startswith("GIT_")}
        subprocess.run(
            ["git", "-C", str(self.root), *who, *words], env=env, check=True, capture_output=True
        )

    def commit(self, message: str) -> None:
        self.git("add", "--all")
        self.git("commit", "-q", "--allow-empty", "-m", message)

    def problems(self) -> list[str]:
        found = list(release.problems(self.root))
        assert all(problem.hint for problem in found)
        return [problem.message for problem in found]


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path / "checkout")


def test_a_checkout_that_is_ready(checkout: Checkout) -> None:
    assert checkout.problems() == []


def test_a_version_that_is_none(checkout: Checkout) -> None:
    checkout.write(release.VERSION_FILE, '__version__ = "1.2"\n')
    assert checkout.problems() == ["src/mpbitcoin/__init__.py: '1.2' is not a version"]


def test_a_version_without_its_section(checkout: Checkout) -> None:
    checkout.write(release.CHANGELOG, _CHANGELOG.replace("1.2.0", "1.1.0"))
    assert "CHANGELOG.md: no section for 1.2.0" in checkout.problems()


def test_a_section_with_faults(checkout: Checkout) -> None:
    checkout.write(release.CHANGELOG, _CHANGELOG.replace("2026-01-31", "soon"))
    date, changed = checkout.problems()
    assert date.startswith("CHANGELOG.md: [1.2.0]: the heading needs a date")
    assert changed == "uncommitted changes: CHANGELOG.md"


def test_a_section_that_lists_nothing(checkout: Checkout) -> None:
    checkout.write(release.CHANGELOG, _CHANGELOG.replace("### Added\n\n- A verb.\n", ""))
    assert "CHANGELOG.md: [1.2.0] lists no change" in checkout.problems()


def test_entries_that_are_not_in_the_section(checkout: Checkout) -> None:
    entry = "## [Unreleased]\n\n### Fixed\n\n- A bug.\n"
    checkout.write(release.CHANGELOG, _CHANGELOG.replace("## [Unreleased]\n", entry))
    assert "CHANGELOG.md: [Unreleased] is not empty" in checkout.problems()


def test_uncommitted_files_are_named(checkout: Checkout) -> None:
    for number in range(7):
        checkout.write(f"new{number}", "")
    [problem] = checkout.problems()
    assert problem == "uncommitted changes: new0, new1, new2, new3, new4 and 2 more"


def test_no_tag(checkout: Checkout) -> None:
    checkout.git("tag", "-d", "v1.2.0")
    assert checkout.problems() == ["no tag v1.2.0"]


def test_the_tag_of_another_commit(checkout: Checkout) -> None:
    checkout.commit("one more")
    [problem] = checkout.problems()
    assert problem.startswith("v1.2.0 is the tag of ")


@pytest.mark.parametrize(("other", "is_newer"), [
    ("v1.10.0", True), ("v1.2.1rc1", True), ("v1.2.0rc2", False), ("v1.1.9", False), ("vx", False),
])  # fmt: skip
def test_a_version_older_than_a_released_one(
    checkout: Checkout, other: str, is_newer: bool
) -> None:
    checkout.git("tag", other)
    expected = [f"1.2.0 is older than the released {other}"] if is_newer else []
    assert checkout.problems() == expected


def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    checkout = Checkout(tmp_path / "checkout")
    (checkout.root / ".git").rename(tmp_path / "elsewhere")
    [problem] = checkout.problems()
    assert problem.startswith("cannot read the git repository: fatal: not a git repository")


def distributions(folder: Path, sbom: str = "multiprocess_bitcoin-1.2.0.dist-info/sboms/a.cdx.json"
) -> list[Path]:  # fmt: skip
    """A source archive and a wheel like those of `mpbitcoin wheel`, but small."""
    folder.mkdir()
    archive = folder / "multiprocess_bitcoin-1.2.0.tar.gz"
    archive.write_bytes(b"sources")
    wheel = folder / "multiprocess_bitcoin-1.2.0-cp312-abi3-manylinux_2_36_x86_64.whl"
    with zipfile.ZipFile(wheel, "w") as made:
        made.writestr(sbom, '{"bomFormat": "CycloneDX"}')
    return [archive, wheel]


def test_the_files_of_a_release(checkout: Checkout, tmp_path: Path) -> None:
    files = distributions(tmp_path / "made")
    folder = tmp_path / "dist" / "1.2.0"
    release.assemble(checkout.root, files, folder)
    wheel = files[1].name
    assert sorted(path.name for path in folder.iterdir()) == [
        "RELEASE_NOTES.md",
        "SHA256SUMS",
        f"{wheel.removesuffix('.whl')}.cdx.json",
        wheel,
        files[0].name,
    ]
    sums = (folder / "SHA256SUMS").read_text().splitlines()
    assert f"{hashlib.sha256(b'sources').hexdigest()}  {files[0].name}" in sums
    notes = (folder / "RELEASE_NOTES.md").read_text()
    assert notes == "# multiprocess-bitcoin 1.2.0\n\n### Added\n\n- A verb.\n"
    assert not list(release.file_problems(folder, "1.2.0"))


def test_a_wheel_of_pure_python_needs_no_sbom(checkout: Checkout, tmp_path: Path) -> None:
    files = distributions(tmp_path / "made")
    tool = tmp_path / "multiprocess_bitcoin_depends-1.2.0-py3-none-any.whl"
    tool.write_bytes(b"pure")
    release.assemble(checkout.root, [*files, tool], tmp_path / "dist")
    assert (tmp_path / "dist" / tool.name).read_bytes() == b"pure"
    assert len(list((tmp_path / "dist").glob("*.cdx.json"))) == 1


def test_builds_that_differ(tmp_path: Path) -> None:
    for name, data in (("a", b"same"), ("b", b"same"), ("c", b"other")):
        (tmp_path / name).write_bytes(data)
    wheel.require_identical(tmp_path / "a", tmp_path / "b")
    with pytest.raises(BuildError, match="a is not reproducible: a second build differs"):
        wheel.require_identical(tmp_path / "a", tmp_path / "c")


def test_a_wheel_without_its_sbom(checkout: Checkout, tmp_path: Path) -> None:
    files = distributions(tmp_path / "made", "other.json")
    with pytest.raises(BuildError, match="has no SBOM"):
        release.assemble(checkout.root, files, tmp_path / "dist")


def test_files_that_differ_from_their_sums(checkout: Checkout, tmp_path: Path) -> None:
    files = distributions(tmp_path / "made")
    folder = tmp_path / "the files"
    release.assemble(checkout.root, files, folder)
    (folder / "more").touch()
    (folder / files[0].name).write_bytes(b"other sources")
    (folder / "RELEASE_NOTES.md").unlink()
    problems = list(release.file_problems(folder, "1.3.0"))
    assert all(shlex.split(problem.hint)[-1] == str(folder) for problem in problems)
    found = [problem.message for problem in problems]
    assert found == [
        f"{folder}/RELEASE_NOTES.md is missing",
        f"{folder}/more is not in SHA256SUMS",
        f"{folder / files[0].name} has changed: its sha256 is not that in SHA256SUMS",
        f"{folder} has no wheel of 1.3.0",
    ]
    (folder / "SHA256SUMS").unlink()
    [problem] = release.file_problems(folder, "1.2.0")
    assert problem.message == f"cannot read {folder}/SHA256SUMS: No such file or directory"


def test_the_command(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(paths, "PROJECT", checkout.root)
    parser = argparse.ArgumentParser()
    verb.configure(parser)

    def run(*words: str) -> int:
        return verb.execute(parser.parse_args(words))

    before = sorted(checkout.root.rglob("*"))
    assert run("--check") == 0
    assert capsys.readouterr().out == "1.2.0 is ready for release\n"
    assert sorted(checkout.root.rglob("*")) == before
    checkout.git("tag", "-d", "v1.2.0")
    (checkout.root / "dist" / "1.2.0").mkdir(parents=True)
    for words in (["--check"], []):
        assert run(*words) == 2
        shown = capsys.readouterr().err
        hint = "create it: git tag -a v1.2.0 -m v1.2.0"
        assert f"error: no tag v1.2.0\n  hint: {hint}\n" in shown
        assert ("cannot read" in shown) == ("--check" in words)


def test_the_version_is_in_one_place() -> None:
    command = ["git", "-C", str(paths.PROJECT), "ls-files", "*.py", "*.toml", "*.cmake", "*.txt"]
    tracked = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    version = release.version_of(paths.PROJECT)
    holders = [
        name for name in tracked
        if not name.startswith(("tests/", "depends/lock/"))
        and not (paths.PROJECT / name).is_symlink()
        and f'"{version}"' in (paths.PROJECT / name).read_text(encoding="utf-8")
    ]  # fmt: skip
    assert holders == [release.VERSION_FILE]
