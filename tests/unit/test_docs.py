"""The documentation matches the code."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from mpbitcoin.__main__ import parser
from mpbitcoin.ipc import native
from mpbitcoin_depends import platforms, settings
from mpbitcoin_depends.recipe import Rules
from mpbitcoin_depends.releases import Release
from mpbitcoin_project import paths, tables
from mpbitcoin_project.__main__ import verbs
from tests import documentation
from tests.documentation import Block

DOCS = paths.PROJECT / "docs"


@pytest.mark.parametrize("name", tables.TABLES)
def test_a_table_is_the_generated_one(name: str) -> None:
    file, text = tables.renewed(name)
    hint = "renew it with `python -m mpbitcoin_project.tables`"
    assert file.read_text(encoding="utf-8") == text, hint


@pytest.mark.parametrize(("title", "fields"), [
    ("A package", Rules.__struct_fields__),
    ("A Bitcoin Core release", tuple(Release.__dataclass_fields__)),
])  # fmt: skip
def test_every_key_that_a_contributor_writes_is_described(
    title: str, fields: tuple[str, ...]
) -> None:
    text = (paths.PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.split(f"\n### {title}\n")[1].split("\n#")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == set(fields)


def test_the_page_on_nodes_has_every_release_that_the_client_knows() -> None:
    text = (DOCS / "python" / "quickstart.md").read_text(encoding="utf-8")
    _, section = text.split("## Older nodes\n")
    assert tuple(re.findall(r"^\| ([\d.]+) \|", section, re.MULTILINE)) == native.RELEASES


def test_the_settings_in_the_documentation_are_valid(tmp_path: Path) -> None:
    for block in documentation.blocks("toml"):
        file = tmp_path / "depends.toml"
        file.write_text(block.text, encoding="utf-8")
        assert settings.parse([settings.of_file(file)]).origins


def test_the_readme_names_every_verb_and_no_other() -> None:
    text = (paths.PROJECT / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)) == set(verbs())


def test_links_between_the_documents_lead_somewhere() -> None:
    for document in documentation.pages():
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_hosts_named_in_the_documentation_exist() -> None:
    text = (DOCS / "depends.md").read_text(encoding="utf-8")
    for name in re.findall(r"HOST=([\w-]+-[\w-]+)", text):
        assert platforms.find(name).triplet


def test_every_block_says_what_it_is() -> None:
    for block in documentation.blocks():
        assert block.language in documentation.LANGUAGES, block
    for page in documentation.pages():
        rest = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
        assert not re.search(r"^\n {4}\S", rest, re.MULTILINE), f"{page}: fence what is indented"


def test_every_python_block_is_run_somewhere() -> None:
    for block in documentation.blocks("python"):
        assert block.page.startswith("docs/python/") or block.page == documentation.PYTEST_PAGE


def test_each_reason_is_of_a_block_that_is_not_run() -> None:
    shell = documentation.blocks("sh", "console")
    for page, start in documentation.NOT_RUN:
        assert any(block.page == page and block.text.startswith(start) for block in shell), start
    assert any(not block.reason for block in shell)


@pytest.mark.parametrize("block", documentation.blocks("sh"), ids=str)
def test_a_shell_block_is_one(block: Block) -> None:
    subprocess.run(["bash", "-nc", block.text], check=True)


def commands_of_ours() -> list[list[str]]:
    """The words behind `mpbitcoin` of each line of the documentation that runs it."""
    lines = [
        line for block in documentation.blocks("sh", "console") for line in block.text.splitlines()
    ]
    ours = [
        re.sub(r"^\$ ", "", line) for line in lines if re.match(r"(\$ )?(\./)?mpbitcoin ", line)
    ]
    return [shlex.split(line, comments=True)[1:] for line in ours]


def test_commands_of_ours_have_these_words(capsys: pytest.CaptureFixture[str]) -> None:
    commands = commands_of_ours()
    assert len(commands) > 10
    for words in commands:
        parser(verbs()).parse_args(words)
