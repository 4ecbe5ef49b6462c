"""The link in a prefix to the Bitcoin Core tree that this project builds when no other is given."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from mpbitcoin_depends import paths
from mpbitcoin_depends.errors import SourceError
from mpbitcoin_depends.options import Options

if TYPE_CHECKING:
    from mpbitcoin_depends.sources import Report

#: Name of the link.
LINK = "bitcoin-core"


def find(options: Options, report: Report) -> Path | None:
    """The release's pinned tree, fetched and verified; None when none is wanted or pinned.

    Raises SourceError or MachineError.
    """
    from mpbitcoin_depends.sources import SourceStore
    from mpbitcoin_depends.sources.tree import tree

    release = options.release
    if options.no_tree or not release.tree:
        return None
    try:
        return tree(SourceStore.of(options), release.version, report)
    except SourceError as error:
        raise SourceError(error.message, f"{error.hint}; or add NO_TREE=1") from error


def link(prefix: Path, tree: Path | None) -> None:
    """Link the tree into a prefix that is being staged."""
    if tree is not None:
        (prefix / LINK).symlink_to(tree)


def is_there(prefix: Path) -> bool:
    """Whether the link of a prefix, if it has one, leads to a tree in the cache that is used."""
    try:
        target = os.readlink(prefix / LINK)
    except OSError:  # a prefix without a tree
        return True
    trees = os.path.realpath(paths.trees())
    return os.path.dirname(target) == trees and os.path.exists(f"{target}/CMakeLists.txt")
