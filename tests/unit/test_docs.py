"""The documentation says what the code does."""

from __future__ import annotations

import re

from mpbitcoin import paths
from mpbitcoin.__main__ import verbs
from mpbitcoin.depends import options, platform

DOCS = paths.PROJECT / "docs"


def test_the_options_table_is_the_generated_one() -> None:
    text = (DOCS / "depends.md").read_text(encoding="utf-8")
    _, rest = text.split("<!-- options: begin -->\n")
    table, _ = rest.split("<!-- options: end -->")
    assert table == options.markdown(), "renew it with `mpbitcoin depends --markdown-options`"


def test_the_readme_names_every_verb_and_no_other() -> None:
    text = (paths.PROJECT / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)) == set(verbs())


def test_links_between_the_documents_lead_somewhere() -> None:
    documents = [*paths.PROJECT.glob("*.md"), *DOCS.glob("*.md")]
    assert len(documents) > 5
    for document in documents:
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_hosts_named_in_the_documentation_exist() -> None:
    text = (DOCS / "depends.md").read_text(encoding="utf-8")
    for name in re.findall(r"HOST=([\w-]+-[\w-]+)", text):
        assert platform.find(name).triplet
