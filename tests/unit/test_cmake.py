"""Functions of cmake/ that need no project."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
from collections.abc import Iterator
from configparser import ConfigParser
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


#: It finds its configuration as the suite's runner does.
TEST = """\
#!/usr/bin/env python3
import os, framework
open(os.path.abspath(os.path.dirname(__file__)) + "/../config.ini")
"""


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Path]:
    """A read-only tree with one test, and with what that uses; `build` was configured with it."""
    tree = tmp_path / "tree"
    functional = tree / "test" / "functional"
    (functional / "framework").mkdir(parents=True)
    (functional / "framework" / "__init__.py").touch()
    (functional / "one.py").write_text(TEST)
    (tree / "test" / "sanitizer_suppressions").mkdir()
    (functional / "one.py").chmod(0o555)
    (tree / "contrib").mkdir()
    (tree / "contrib" / "tool.py").touch()
    (tree / "src").mkdir()
    config = tmp_path / "build" / "bitcoin" / "test" / "config.ini"
    config.parent.mkdir(parents=True)
    (tree / "share").mkdir()
    places = f"SRCDIR={tree}\nBUILDDIR={tmp_path}/build/bitcoin\nRPCAUTH={tree}/share/x.py\n"
    config.write_text(f"[environment]\n{places}\n[components]\n#ENABLE_BITCOIND=true\n")
    for folder in (functional / "framework", functional, tree / "test", tree / "contrib", tree):
        folder.chmod(0o555)
    yield tree
    for folder in (tree, *tree.rglob("*")):
        folder.chmod(0o755)


def add_functional_tests(tree: Path) -> dict[str, Path]:
    """The folders that the tests' configuration names."""
    build = tree.parent / "build"
    script = tree.parent / "script.cmake"
    script.write_text(
        f'set(CMAKE_BINARY_DIR "{build}")\n'
        f'include("{paths.PROJECT}/cmake/FunctionalTests.cmake")\n'
        f'add_functional_tests("{tree}" "{build}/bitcoin")\n'
    )
    process.capture([program("cmake"), "-P", script])
    config = ConfigParser()
    config.read(build / "test" / "config.ini")
    assert config["components"]["ENABLE_BITCOIND"] == "true"
    return {name: Path(value) for name, value in config["environment"].items()}


def start_by_hand(test: Path) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    process.capture([test], env={name: env.get(name) for name in os.environ})


def test_tests_of_a_shared_tree_write_beside_their_copies(tree: Path) -> None:
    """As an ordinary user, and as root, for whom nothing is read-only."""
    tree.with_name(".tree.json").touch()
    for _ in range(2):  # CMake runs again and again
        places = add_functional_tests(tree)
    tests = tree.parent / "build" / "test"
    assert places["srcdir"] == tests / "source"
    assert places["builddir"] == tests.parent
    assert places["rpcauth"] == tests / "source" / "share" / "x.py"
    for test in (tests / "functional" / "one.py", tests / "source/test/functional/one.py"):
        start_by_hand(test)
        assert (tests / "functional" / "framework" / "__pycache__").is_dir()
        shutil.rmtree(tests / "functional" / "framework" / "__pycache__")
    assert list(tree.rglob("__pycache__")) == []
    assert (tests / "source" / "src").samefile(tree / "src")
    assert not (tests / "source" / "contrib" / "tool.py").samefile(tree / "contrib" / "tool.py")


def test_tests_of_a_tree_of_the_users_are_links(tree: Path) -> None:
    tree.with_name(".tree.json").touch()
    add_functional_tests(tree)
    tree.with_name(".tree.json").unlink()
    places = add_functional_tests(tree)
    assert places["srcdir"] == tree
    tests = tree.parent / "build" / "test"
    assert (tests / "functional" / "one.py").samefile(tree / "test" / "functional" / "one.py")
    assert not (tests / "source").exists()


USUAL = {
    "WITH_EXECUTABLES": "ON", "WITH_PYTHON": "OFF", "WITH_MULTIPROCESS": "ON",
    "WITH_EXTERNAL_LIBMULTIPROCESS": "ON", "WITH_ZMQ": "ON",
}  # fmt: skip


@pytest.mark.parametrize(
    ("given", "linked"),
    [
        ({}, "boost capnproto libmultiprocess zeromq"),
        ({"WITH_ZMQ": "OFF"}, "boost capnproto libmultiprocess"),
        ({"WITH_EXTERNAL_LIBMULTIPROCESS": "OFF"}, "boost capnproto zeromq"),
        ({"WITH_MULTIPROCESS": "OFF"}, "boost zeromq"),
        (
            {"WITH_MULTIPROCESS": "OFF", "WITH_PYTHON": "ON"},
            "boost capnproto libmultiprocess zeromq",
        ),
        ({"WITH_EXECUTABLES": "OFF", "WITH_PYTHON": "ON"}, "capnproto libmultiprocess"),
    ],
)
def test_packages_of_the_prefix_are_linked_by_their_options(
    given: dict[str, str], linked: str, tmp_path: Path
) -> None:
    script = tmp_path / "script.cmake"
    script.write_text(
        "set(DEPENDS_PACKAGES boost capnproto libmultiprocess zeromq)\n"
        "set(DEPENDS_DECIDES_zeromq WITH_ZMQ)\n"
        "set(DEPENDS_DECIDES_libmultiprocess ENABLE_IPC)\n"
        + "".join(f"set({name} {value})\n" for name, value in {**USUAL, **given}.items())
        + f'include("{paths.PROJECT}/cmake/Linked.cmake")\n'
        "_linked_packages(found)\n"
        f'file(WRITE "{tmp_path}/found" "${{found}}")\n'
    )
    process.capture([program("cmake"), "-P", script])
    assert (tmp_path / "found").read_text().split(";") == linked.split()


def test_our_sources_in_the_sanitizers_build_exist() -> None:
    """CI does not build it."""
    listed = (paths.PROJECT / "tests" / "sanitizers" / "CMakeLists.txt").read_text("utf-8")
    names = re.findall(r"\$\{OUR_SOURCE\}/([\w./-]+)", listed)
    assert len(names) > 5
    assert [name for name in names if not (paths.PROJECT / "src" / name).exists()] == []
