"""Reads and checks a changelog in the format of Keep a Changelog."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

#: Kinds of changes, in their order within a section.
KINDS = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")
#: The first section, with changes since the last release.
UNRELEASED = "Unreleased"
_SECTION = re.compile(r"^## \[?([^\]\s]+)\]?(?: - (\S+))?[ \t]*$", re.MULTILINE)
_KIND = re.compile(r"^### (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Section:
    """The changes of one version. `date` is empty if the heading has none, `body` is Markdown."""

    version: str
    date: str
    body: str

    @property
    def kinds(self) -> tuple[str, ...]:
        """The headings of its lists of changes."""
        return tuple(_KIND.findall(self.body))


def sections(text: str) -> tuple[Section, ...]:
    """The sections of a changelog, in order."""
    found = list(_SECTION.finditer(text))
    ends = [match.start() for match in found[1:]] + [len(text)]
    return tuple(
        Section(match[1], match[2] or "", text[match.end() : end].strip())
        for match, end in zip(found, ends, strict=True)
    )


def faults(text: str) -> Iterator[str]:
    """What violates the format, one line each."""
    found = sections(text)
    names = [section.version for section in found]
    if names[:1] != [UNRELEASED]:
        yield f"the first section must be [{UNRELEASED}]"
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"[{name}]: more than one section"
    for section in found:
        for fault in _faults_of(section):
            yield f"[{section.version}]: {fault}"


def _faults_of(section: Section) -> Iterator[str]:
    if section.version != UNRELEASED and not _is_date(section.date):
        yield "the heading needs a date: ## [VERSION] - YYYY-MM-DD"
    known = [kind for kind in section.kinds if kind in KINDS]
    for kind in section.kinds:
        if kind not in KINDS:
            yield f"unknown heading {kind}; use {', '.join(KINDS)}"
    if known != sorted(set(known), key=KINDS.index):
        yield f"headings must be unique and in the order {', '.join(KINDS)}"
    _, *lists = _KIND.split(section.body)
    for kind, changes in zip(lists[::2], lists[1::2], strict=True):
        if not re.search(r"^- ", changes, re.MULTILINE):
            yield f"{kind} lists no change"


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
