"""Functions of cmake/ that need no project."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from mpbitcoin_depends import process, releases
from mpbitcoin_depends.paths import RECIPES
from mpbitcoin_depends.process import program
from mpbitcoin_depends.sources.conandata import load_patches
from mpbitcoin_project import paths


@pytest.mark.parametrize(
    "words",
    [
        ["cmake", "-B", "build-28.0", "--toolchain=/a/b.cmake"],
        ["./mpbitcoin", "sbom", "-o", '/a folder/it\'s "here"', "--also=x==1:MIT AND (BSD)"],
        ["$HOME", "*", "a\\b", "über"],
    ],
)
def test_words_of_a_command_can_be_pasted(words: list[str], tmp_path: Path) -> None:
    script = tmp_path / "script.cmake"
    given = " ".join(f"[=[{word}]=]" for word in words)
    script.write_text(
        f'include("{paths.PROJECT}/cmake/ShellWords.cmake")\n'
        f"shell_words(shown {given})\n"
        f'file(WRITE "{tmp_path}/shown" "${{shown}}")\n'
    )
    process.capture([program("cmake"), "-P", script])
    assert shlex.split((tmp_path / "shown").read_text()) == words


@pytest.mark.parametrize(("jobs", "fits"), [
    ("1", True), ("12", True), ("0", False), ("-1", False), ("two", False), ("1;2", False),
])  # fmt: skip
def test_parallel_jobs_are_a_number(jobs: str, fits: bool, tmp_path: Path) -> None:
    script = tmp_path / "script.cmake"
    script.write_text(f'include("{paths.PROJECT}/cmake/JobPools.cmake")\nset_job_pools()\n')
    command = [program("cmake"), f"-DPARALLEL_JOBS={jobs}", "-P", str(script)]
    if fits:
        process.capture(command)
        return
    with pytest.raises(process.CommandFailed) as caught:
        process.capture(command)
    assert f"PARALLEL_JOBS is {jobs}: must be a whole number" in caught.value.output


@pytest.mark.parametrize("member", ["version", "tree", "wallet_process", "client", "nothing"])
def test_cmake_reads_the_table_of_releases(member: str, tmp_path: Path) -> None:
    script = tmp_path / "script.cmake"
    script.write_text(
        f'include("{paths.PROJECT}/cmake/Releases.cmake")\n'
        f"list_releases(found {member})\n"
        f'file(WRITE "{tmp_path}/found" "${{found}}")\n'
    )
    process.capture([program("cmake"), "-P", script])
    table = json.loads(releases.FILE.read_text(encoding="utf-8"))
    expected = [entry["version"] for entry in table if member in entry]
    assert (tmp_path / "found").read_text() == ";".join(expected)


def test_cmake_knows_the_newest_patch_of_libmultiprocess(tmp_path: Path) -> None:
    """By its number, which is that of its file."""
    version = releases.DEFAULT.packages["libmultiprocess"]
    assert version is not None
    patches = list(load_patches(RECIPES / "libmultiprocess", version))
    script = tmp_path / "script.cmake"
    script.write_text(
        f'include("{paths.PROJECT}/cmake/Multiprocess.cmake")\n'
        f"_newest_patch({version} newest)\n"
        "_newest_patch(0.1 none)\n"
        f'file(WRITE "{tmp_path}/found" "${{newest}} ${{none}}")\n'
    )
    process.capture([program("cmake"), "-P", script])
    number = patches[-1].name.partition("-")[0]
    assert (tmp_path / "found").read_text() == f"{number} "
    assert f"\n+#define MP_PATCHES {int(number)}\n" in patches[-1].read_text()
