"""Verified sources: pinned artefacts, their providers, safe unpacking."""

from mpbitcoin_depends.sources.archive import unpack
from mpbitcoin_depends.sources.conandata import load_source, parse_source
from mpbitcoin_depends.sources.model import Artefact, Fetched, Provider, Report, Source
from mpbitcoin_depends.sources.store import SourceStore, sha256_of
from mpbitcoin_depends.sources.tree import tree

__all__ = [
    "Artefact",
    "Fetched",
    "Provider",
    "Report",
    "Source",
    "SourceStore",
    "load_source",
    "parse_source",
    "sha256_of",
    "tree",
    "unpack",
]
