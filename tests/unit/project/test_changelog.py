"""The changelog: its format, and our own."""

from __future__ import annotations

import pytest

from mpbitcoin_project import changelog, paths

GOOD = """# Changelog

## [Unreleased]

## [1.1.0] - 2026-02-28

### Added

- A verb.

### Fixed

- A bug.

## 1.0.0 - 2026-01-31

### Added

- Everything.
"""


def test_sections() -> None:
    unreleased, new, old = changelog.sections(GOOD)
    assert (unreleased.version, unreleased.date, unreleased.body) == ("Unreleased", "", "")
    assert (new.version, new.date, new.kinds) == ("1.1.0", "2026-02-28", ("Added", "Fixed"))
    assert new.body == "### Added\n\n- A verb.\n\n### Fixed\n\n- A bug."
    assert (old.version, old.date) == ("1.0.0", "2026-01-31")
    assert not list(changelog.faults(GOOD))


@pytest.mark.parametrize(("old", "new", "fault"), [
    ("## [Unreleased]\n", "", "the first section must be [Unreleased]"),
    ("2026-02-28", "2026-02-30", "[1.1.0]: the heading needs a date"),
    (" - 2026-02-28", "", "[1.1.0]: the heading needs a date"),
    ("1.0.0", "1.1.0", "[1.1.0]: more than one section"),
    ("### Fixed", "### Repaired", "[1.1.0]: unknown heading Repaired"),
    ("### Fixed", "### Added", "[1.1.0]: headings must be unique and in the order"),
    ("- A bug.", "A bug.", "[1.1.0]: Fixed lists no change"),
])  # fmt: skip
def test_faults(old: str, new: str, fault: str) -> None:
    [found] = changelog.faults(GOOD.replace(old, new))
    assert fault in found


def test_order_of_headings() -> None:
    swapped = GOOD.replace("### Added\n\n- A verb.\n\n### Fixed", "### Fixed\n\n- A.\n\n### Added")
    [found] = changelog.faults(swapped)
    assert "in the order Added, Changed, Deprecated, Removed, Fixed, Security" in found


def test_our_own_has_the_format() -> None:
    text = (paths.PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert not list(changelog.faults(text))
