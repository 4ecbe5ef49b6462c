"""A release: checks the checkout, and makes its files: archives, SBOM, notes and checksums."""

from __future__ import annotations

import hashlib
import re
import shlex
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mpbitcoin_depends import process
from mpbitcoin_depends.errors import BuildError
from mpbitcoin_depends.files import replace_folder
from mpbitcoin_depends.progress import Progress
from mpbitcoin_project import changelog, paths, wheel

#: The one place of the version.
VERSION_FILE = "src/mpbitcoin/__init__.py"
CHANGELOG = "CHANGELOG.md"
SUMS = "SHA256SUMS"
_NOTES = "RELEASE_NOTES.md"
_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)(?:(a|b|rc)(\d+))?")
#: Number of changed files that a message lists.
_SHOWN = 5


@dataclass(frozen=True)
class Problem:
    """A reason not to release, and how to fix it."""

    message: str
    hint: str


def version_of(project: Path) -> str:
    """The version of a checkout; empty when its file states none."""
    text = (project / VERSION_FILE).read_text(encoding="utf-8")
    match = re.search(r'^__version__ = "(.*)"$', text, re.MULTILINE)
    return match[1] if match else ""


def problems(project: Path) -> Iterator[Problem]:
    """All reasons not to release the checkout `project`."""
    version = version_of(project)
    if not _VERSION.fullmatch(version):
        yield Problem(
            f"{VERSION_FILE}: {version!r} is not a version", "use MAJOR.MINOR.PATCH, such as 1.2.0"
        )
        return
    yield from _changelog_problems(project, version)
    yield from _git_problems(project, version)


def _changelog_problems(project: Path, version: str) -> Iterator[Problem]:
    text = (project / CHANGELOG).read_text(encoding="utf-8")
    for fault in changelog.faults(text):
        yield Problem(f"{CHANGELOG}: {fault}", "follow https://keepachangelog.com/en/1.1.0/")
    found = {section.version: section for section in changelog.sections(text)}
    if version not in found:
        yield Problem(
            f"{CHANGELOG}: no section for {version}",
            f"insert the line `## [{version}] - YYYY-MM-DD` below [{changelog.UNRELEASED}]",
        )
        return
    if not found[version].kinds:
        yield Problem(f"{CHANGELOG}: [{version}] lists no change", "describe what users notice")
    unreleased = found.get(changelog.UNRELEASED)
    if unreleased and unreleased.body:
        yield Problem(
            f"{CHANGELOG}: [{changelog.UNRELEASED}] is not empty",
            f"move its entries to [{version}]",
        )


def _git(project: Path, *words: str) -> str:
    return process.capture([process.program("git"), "-C", project, *words]).strip()


def _git_problems(project: Path, version: str) -> Iterator[Problem]:
    try:
        head = _git(project, "rev-parse", "HEAD")
        changed = _git(project, "status", "--porcelain").splitlines()
        tags = _git(project, "tag", "--list", "v*").split()
        merged = _git(project, "tag", "--list", "v*", "--merged", "HEAD").split()
    except process.CommandFailed as error:
        reason = error.output.strip().splitlines()[-1]
        yield Problem(f"cannot read the git repository: {reason}", "release from a git clone")
        return
    if changed:
        names = ", ".join(line.split(maxsplit=1)[1] for line in changed[:_SHOWN])
        more = f" and {len(changed) - _SHOWN} more" if len(changed) > _SHOWN else ""
        yield Problem(f"uncommitted changes: {names}{more}", "commit, stash or remove them")
    tag = f"v{version}"
    if tag not in tags:
        yield Problem(f"no tag {tag}", f"create it: git tag -a {tag} -m {tag}")
    elif (tagged := _git(project, "rev-parse", f"{tag}^{{commit}}")) != head:
        yield Problem(
            f"{tag} is the tag of {tagged[:10]}, but {head[:10]} is checked out",
            f"check out the tag (git checkout {tag}) or set a new version in {VERSION_FILE}",
        )
    for other in merged:
        if _VERSION.fullmatch(other[1:]) and _order(other[1:]) > _order(version):
            yield Problem(
                f"{version} is older than the released {other}",
                f"set a higher version in {VERSION_FILE}",
            )


def _order(version: str) -> tuple[object, ...]:
    """A key that orders versions; pre-releases come before their release."""
    match = _VERSION.fullmatch(version)
    assert match is not None
    *numbers, stage, number = match.groups()
    return (*map(int, numbers), stage or "release", int(number or 0))


def file_problems(folder: Path, version: str) -> Iterator[Problem]:
    """All differences between the release's files in `folder` and its SHA256SUMS."""
    hint = f"create the files again: mpbitcoin release --output {shlex.quote(str(folder))}"
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        yield Problem(f"cannot read {folder / SUMS}: {error.strerror}", hint)
        return
    listed = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    present = {path.name for path in folder.iterdir()} - {SUMS}
    for name in sorted(listed.keys() | present):
        if name not in listed:
            yield Problem(f"{folder / name} is not in {SUMS}", hint)
        elif name not in present:
            yield Problem(f"{folder / name} is missing", hint)
        elif _sha256(folder / name) != listed[name]:
            yield Problem(f"{folder / name} has changed: its sha256 is not that in {SUMS}", hint)
    if not any(name.endswith(".whl") and f"-{version}-" in name for name in listed):
        yield Problem(f"{folder} has no wheel of {version}", hint)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def make(output: Path, build: Path, jobs: int, progress: Progress) -> None:
    """Make the release's files and put them into the folder `output`, all or none.

    Builds the wheels a second time, from the source archives in other folders, and compares them.
    Call it when there are no `problems`. Raises BuildError when they differ, and like wheel.make.
    """
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=output.parent, prefix=".release-") as scratch:
        work = Path(scratch)
        tool = wheel.make_build_tool(work / "build-tool", progress)
        made = wheel.make(work / "first", build, (), jobs, progress)
        archive, built = (Path(file.path) for file in made)
        _, again = wheel.remake(archive, work / "second", (), jobs, progress)
        wheel.require_identical(built, again)
        assemble(paths.PROJECT, [archive, built, *tool], work / "release")
        replace_folder(work / "release", output)


def assemble(project: Path, distributions: Sequence[Path], folder: Path) -> None:
    """Fill the new folder with `distributions`, the SBOM, the release notes and SHA256SUMS.

    The SBOM is the wheel's own. Raises BuildError when a wheel of a build has none.
    """
    version = version_of(project)
    folder.mkdir(parents=True)
    for file in distributions:
        shutil.copyfile(file, folder / file.name)
        if file.suffix == ".whl" and not file.name.endswith("-any.whl"):
            (folder / f"{file.stem}.cdx.json").write_bytes(_sbom(file))
    (folder / _NOTES).write_text(notes(project, version), encoding="utf-8")
    lines = [f"{_sha256(path)}  {path.name}\n" for path in sorted(folder.iterdir())]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def _sbom(file: Path) -> bytes:
    with zipfile.ZipFile(file) as opened:
        for name in opened.namelist():
            if re.fullmatch(r"[^/]+\.dist-info/sboms/[^/]+\.cdx\.json", name):
                return opened.read(name)
    raise BuildError(f"{file.name} has no SBOM", "build it with `mpbitcoin wheel`")


def notes(project: Path, version: str) -> str:
    """The release notes: the version's section of the changelog."""
    text = (project / CHANGELOG).read_text(encoding="utf-8")
    [section] = [s for s in changelog.sections(text) if s.version == version]
    return f"# multiprocess-bitcoin {version}\n\n{section.body}\n"
