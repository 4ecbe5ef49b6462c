"""The CI description: it calls existing commands, and pins and restricts its actions."""

from __future__ import annotations

import itertools
import re
import shlex
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from mpbitcoin.__main__ import parser
from mpbitcoin_project import paths
from mpbitcoin_project.__main__ import verbs
from mpbitcoin_project.stages import DEFAULT, STAGES

_FILE = paths.PROJECT / ".github" / "workflows" / "ci.yml"
_TEXT = _FILE.read_text(encoding="utf-8")
_DESCRIPTION: dict[str, Any] = yaml.safe_load(_TEXT)
_JOBS: dict[str, Any] = _DESCRIPTION["jobs"]


def variants(job: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The values of `matrix.*` of each run of a job."""
    matrix = job.get("strategy", {}).get("matrix", {})
    for values in itertools.product(*matrix.values()):
        yield dict(zip(matrix, values, strict=True))


def expanded(text: str, values: dict[str, Any]) -> str:
    """`text` with the values of a matrix."""

    def value(match: re.Match[str]) -> str:
        found: Any = values
        for name in match[1].split("."):
            found = found[name]
        return str(found)

    return re.sub(r"\$\{\{ matrix\.([\w.]+) \}\}", value, text)


def steps() -> list[tuple[str, dict[str, Any]]]:
    return [(name, step) for name, job in _JOBS.items() for step in job["steps"]]


def commands() -> list[str]:
    """The commands of all runs of all jobs."""
    found = [
        expanded(step["run"], values)
        for job in _JOBS.values() for values in variants(job) for step in job["steps"]
        if "run" in step
    ]  # fmt: skip
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("command", commands())
def test_each_command_exists(command: str) -> None:
    words = shlex.split(re.sub(r"\$\(\./mpbitcoin .*?\)", "", command))
    if words[0] == "make":
        target, *settings = words[1:]
        makefile = (paths.PROJECT / "Makefile").read_text(encoding="utf-8")
        assert re.search(rf"^{target}( [\w ]+)?:", makefile, re.MULTILINE)
        for setting in settings:
            name, _, stages = setting.partition("=")
            assert name == "STAGES"
            assert set(stages.split()) <= STAGES.keys()
    elif words[0] == "./mpbitcoin":
        parser(verbs()).parse_args(words[1:])
    elif words[0] == ".ci/run":
        script = (paths.PROJECT / ".ci" / "run").read_text(encoding="utf-8")
        assert script.endswith("\nmake check\n")
    else:
        installers = (["sudo", "apt-get"], ["apt-get"], ["apk", "add"], ["brew", "install"])
        assert any(words[: len(start)] == start for start in installers)
    for inner in re.findall(r"\$\(\./mpbitcoin (.*?)\)", command):
        parser(verbs()).parse_args(shlex.split(inner))


def test_each_stage_is_called() -> None:
    called = set(
        re.findall(r"[\w-]+", " ".join(re.findall(r'STAGES="(.*?)"', "".join(commands()))))
    )
    assert STAGES.keys() - called - set(DEFAULT) == {"fresh"}, "needs root and debootstrap"
    assert ".ci/run" in commands()


def test_actions_are_pinned_by_commit() -> None:
    used = re.findall(r"uses: (.*)$", _TEXT, re.MULTILINE)
    assert len(used) == sum("uses" in step for _, step in steps())
    for action in used:
        assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action)
    pins = {action.split("@")[0]: action for action in used}
    assert set(pins.values()) == set(used), "one commit for each action"


def test_it_has_few_rights() -> None:
    assert _DESCRIPTION["permissions"] == {"contents": "read"}
    assert not any("permissions" in job for job in _JOBS.values())
    assert "secrets" not in _TEXT
    assert "pull_request_target" not in _TEXT
    for _, step in steps():
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False
    # Text that others write, such as titles and branches, must not become a command.
    assert all("${{ github" not in step.get("run", "") for _, step in steps())


def test_caches_follow_the_lock_files() -> None:
    keys = [step["with"]["key"] for _, step in steps() if "cache@" in step.get("uses", "")]
    assert keys
    assert all("hashFiles('depends/lock/*.txt'" in key for key in keys)


def test_each_job_has_a_time_limit() -> None:
    assert all(0 < job["timeout-minutes"] <= 360 for job in _JOBS.values())


def test_it_covers_pythons_compilers_and_systems() -> None:
    text = (paths.PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    supported = re.findall(r"Programming Language :: Python :: (3\.\d+)", text)
    assert _JOBS["python"]["strategy"]["matrix"]["python"] == supported
    linux = list(variants(_JOBS["linux"]))
    assert {v["compiler"]["name"] for v in linux} == {"gcc", "clang"}
    assert {v["runner"].endswith("-arm") for v in linux} == {True, False}
    assert any("macos" in v["runner"] for v in variants(_JOBS["macos"]))
    assert "alpine" in _JOBS["musl"]["container"]
