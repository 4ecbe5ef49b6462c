"""Each method of each interface has a policy: the generator that the build runs insists on it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mpbitcoin_project import paths

SOURCE = paths.PROJECT / "src"
INTERFACES = Path("ipc/interfaces")
BULK = INTERFACES / "chain" / "bulk_chain.capnp"
TREE = INTERFACES / "tree_policies.capnp"
QUERY = " $Policy.method(Policy.query)"


class Schemas:
    """A copy of all schemas, to be changed, and what the generator makes of them."""

    def __init__(self, folder: Path, capnp: Path, tree: Path) -> None:
        self.capnp, self.ours, self.tree = capnp, folder / "ours", folder / "tree"
        self.output = folder / "output"
        for source, copy, pattern in (
            (SOURCE, self.ours, "ipc/interfaces/*.capnp"),
            (SOURCE, self.ours, "ipc/interfaces/*/*.capnp"),
            (tree / "src", self.tree, "ipc/capnp/*.capnp"),
        ):
            for file in source.glob(pattern):
                (copy / file.relative_to(source)).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, copy / file.relative_to(source))

    def replace(self, file: Path, old: str, new: str) -> None:
        """Change a text that a schema has once, be it ours or the tree's."""
        (path,) = (each / file for each in (self.ours, self.tree) if (each / file).exists())
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{file} does not have once: {old}"
        path.chmod(0o644)
        path.write_text(text.replace(old, new), encoding="utf-8")

    def generate(self) -> subprocess.CompletedProcess[str]:
        """Run the generator, as cmake/Policies.cmake does."""
        trees = sorted(self.tree.glob("ipc/capnp/*.capnp"))
        command: list[str | Path] = [
            *(sys.executable, "-B", "-m", "mpbitcoin_project.codegen.cpp"),
            *("--capnp", self.capnp, "--output", self.output),
            *("--import-path", self.capnp.parent.parent / "include"),
            *("--source", self.ours, "--source", self.tree),
            *sorted(self.ours.glob("ipc/interfaces/**/*.capnp")),
            *trees,
        ]
        return subprocess.run(
            list(map(str, command)), env={"PYTHONPATH": paths.IMPORTS, "PATH": ""},
            check=False, capture_output=True, text=True,
        )  # fmt: skip


@pytest.fixture
def schemas(executables: Path, bitcoin_tree: Path, tmp_path: Path) -> Schemas:
    cache = (executables.parent / "CMakeCache.txt").read_text(encoding="utf-8")
    found = re.search(r"^CAPNP_EXECUTABLE:\w+=(.*)$", cache, re.MULTILINE)
    assert found is not None
    return Schemas(tmp_path, Path(found[1]), bitcoin_tree)


def refusal(schemas: Schemas) -> str:
    """The generator's error; it must not write anything."""
    done = schemas.generate()
    assert done.returncode == 5
    assert not schemas.output.exists()
    assert done.stdout == ""
    return done.stderr


def test_all_methods_have_policies(schemas: Schemas) -> None:
    done = schemas.generate()
    assert (done.returncode, done.stderr) == (0, "")
    table = (schemas.output / "ipc" / "policies.cpp").read_text(encoding="utf-8")
    named = re.findall(r'\.method = "(\w+\.\w+)"', table)
    assert named == sorted(set(named))
    text = "".join(
        re.sub(r"#[^\n]*", "", file.read_text(encoding="utf-8"))
        for file in (*schemas.ours.glob("ipc/**/*.capnp"), *schemas.tree.glob("ipc/**/*.capnp"))
    )
    methods = set()
    for interface, body in re.findall(r"^interface (\w+)[^{]*\{(.*?)^\}", text, re.M | re.S):
        methods |= {f"{interface}.{name}" for name in re.findall(r"^\s+(\w+) @\d+ ?\(", body, re.M)}
    assert methods == set(named)


def test_a_method_of_ours_without_a_policy(schemas: Schemas) -> None:
    schemas.replace(BULK, f"(result :List(Ancestry)){QUERY};", "(result :List(Ancestry));")
    assert refusal(schemas) == (
        "error: ipc/interfaces/chain/bulk_chain.capnp: BulkChain.getAncestries has no policy: add"
        ' $Policy.method(…) to it; docs/design.md, "Policies", has the words\n'
    )


def test_a_method_of_the_tree_without_a_policy(schemas: Schemas) -> None:
    schemas.replace(
        Path("ipc/capnp/mining.capnp"), "interrupt @6 () -> ();",
        "interrupt @6 () -> ();\n    getTemplate @7 (context :Proxy.Context) -> (result :Data);",
    )  # fmt: skip
    assert refusal(schemas) == (
        "error: ipc/capnp/mining.capnp: Mining.getTemplate has no policy: give it an entry in"
        ' src/ipc/interfaces/tree_policies.capnp; docs/design.md, "Policies", has the words\n'
    )


def test_a_policy_without_a_method(schemas: Schemas) -> None:
    schemas.replace(TREE, '"Echo.echo"', '"Echo.shout"')
    first, second = refusal(schemas).splitlines()
    assert "Echo.echo has no policy" in first
    assert second == "error: ipc/interfaces/tree_policies.capnp: there is no method Echo.shout"


def test_a_policy_that_is_there_twice(schemas: Schemas) -> None:
    schemas.replace(
        TREE, "const policies :List(Policy.Entry) = [",
        'const policies :List(Policy.Entry) = [(name = "Echo.echo", policy = Policy.command),',
    )  # fmt: skip
    assert refusal(schemas) == (
        "error: ipc/interfaces/tree_policies.capnp: Echo.echo is there twice\n"
    )


@pytest.mark.parametrize(("policy", "problem"), [
    ("repeat = safe", "does not state `secret`"),
    ("secret = nothing", "does not state `repeat`"),
    ("repeat = safe, secret = nothing, callbacks = direct",
     "states `callbacks`, and the method gets nothing to call"),
    ('repeat = safe, secret = nothing, required = ["match"]',
     "requires match, which is no parameter that can be missing"),
    ('repeat = safe, secret = nothing, required = ["frist"]',
     "requires frist, which is no parameter that can be missing"),
    ('repeat = safe, secret = nothing, ranges = [(parameter = "first", max = 1)]',
     "has a range for first, which is no parameter with a number"),
])  # fmt: skip
def test_a_policy_that_is_wrong(schemas: Schemas, policy: str, problem: str) -> None:
    schemas.replace(
        BULK, f"(result :List(RunBlock)){QUERY};",
        f"(result :List(RunBlock)) $Policy.method({policy});",
    )  # fmt: skip
    assert refusal(schemas) == (
        f"error: ipc/interfaces/chain/bulk_chain.capnp: BulkChain.readBlocks: its policy {problem}"
        "\n"
    )


def test_a_method_that_gets_something_to_call(schemas: Schemas) -> None:
    schemas.replace(BULK, ", callbacks = unlocked", "")
    assert refusal(schemas) == (
        "error: ipc/interfaces/chain/bulk_chain.capnp: BulkChain.readMempool: its policy does not"
        " state `callbacks`, and the method gets take to call\n"
    )


def test_a_destroy_method_that_is_refused(schemas: Schemas) -> None:
    schemas.replace(INTERFACES / "handler" / "handler.capnp", "Policy.destroy", "Policy.command")
    assert refusal(schemas) == (
        "error: ipc/interfaces/handler/handler.capnp: Handler.destroy: its policy has to be that"
        " of a destroy method: Policy.destroy\n"
    )


def test_what_is_the_same_is_not_written_again(schemas: Schemas) -> None:
    assert schemas.generate().returncode == 0
    before = {file: file.stat().st_mtime_ns for file in schemas.output.rglob("*.*")}
    assert schemas.generate().returncode == 0
    assert {file: file.stat().st_mtime_ns for file in schemas.output.rglob("*.*")} == before


def test_who_serves_an_object_implements_what_calls_back(schemas: Schemas) -> None:
    assert schemas.generate().returncode == 0
    text = (schemas.output / "ipc/interfaces/chain/chain.capnp.forward.h").read_text()
    served = text.partition("class Served<interfaces::Chain, Target>")[2].partition("\n};")[0]
    assert set(re.findall(r"> (\w+)\([^\n]*\) override = 0;", served)) == {
        "handleNotifications", "handleRpc", "requestMempoolTransactions", "updateRwSetting",
    }  # fmt: skip
