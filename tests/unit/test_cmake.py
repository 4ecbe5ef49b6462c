"""Functions of cmake/ that need no project."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from mpbitcoin_depends import process
from mpbitcoin_depends.process import program
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
