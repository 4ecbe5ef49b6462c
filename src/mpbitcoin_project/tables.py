"""The tables in the documentation that come from data: `python -m mpbitcoin_project.tables`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from mpbitcoin_depends import options, releases
from mpbitcoin_project import paths

#: By the name in the two marks around it: the page, and what makes the table.
TABLES: dict[str, tuple[str, Callable[[], str]]] = {
    "options": ("docs/depends.md", options.markdown),
    "releases": ("docs/trees.md", releases.markdown),
}


def renewed(name: str) -> tuple[Path, str]:
    """The page that has the table, and the text of the page with a new one."""
    page, make = TABLES[name]
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"
    file = paths.PROJECT / page
    before, _, rest = file.read_text(encoding="utf-8").partition(begin)
    _, _, after = rest.partition(end)
    return file, f"{before}{begin}{make()}{end}{after}"


def main() -> int:
    """Renew all tables."""
    for name in TABLES:
        file, text = renewed(name)
        file.write_text(text, encoding="utf-8")
        print(file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
