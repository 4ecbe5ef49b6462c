"""Show, prune, check, save, restore, push or pull the package cache."""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mpbitcoin_depends import arguments, paths
from mpbitcoin_depends.errors import UsageError
from mpbitcoin_depends.files import human_size, human_time

if TYPE_CHECKING:
    from mpbitcoin_depends.cache import Cache, Entry, Remote

SUMMARY = "show, prune, check, save, restore, push or pull the package cache"


def configure(parser: argparse.ArgumentParser) -> None:
    """One sub-command per action."""
    arguments.add_options(parser, ["BASE_CACHE"])
    parser.add_argument("--json", action="store_true", help="print JSON")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    actions.add_parser("show", help="list packages with size and age")
    prune = actions.add_parser(
        "prune", help="remove packages that match a rule, leftovers of failed builds, and old trees"
    )
    prune.add_argument(
        "--unused", metavar="AGE", help="remove packages not used for AGE: 12h, 30d, 4w, 6m"
    )
    prune.add_argument(
        "--keep",
        type=arguments.count,
        metavar="N",
        help="keep the N most recently used packages of each name",
    )
    prune.add_argument(
        "--max-size",
        metavar="SIZE",
        help="remove the least recently used packages until SIZE is left",
    )
    prune.add_argument("--dry-run", action="store_true", help="only list what would be removed")
    check = actions.add_parser("check", help="compare all packages with their manifests")
    check.add_argument("--repair", action="store_true", help="remove damaged packages")
    for name, text in (("save", "write"), ("restore", "import")):
        one = actions.add_parser(name, help=f"{text} an archive of all packages")
        one.add_argument("archive", type=Path, help="a .tgz file")
    for name, text in (("push", "send all packages to"), ("pull", "fetch all packages from")):
        one = actions.add_parser(name, help=f"{text} a Conan remote")
        one.add_argument("url", help="the remote's address")
        one.add_argument(
            "--user", default="", help="user name; the password comes from --password-variable"
        )
        one.add_argument(
            "--password-variable",
            default="MPBITCOIN_REMOTE_PASSWORD",
            metavar="NAME",
            help="environment variable that holds the password [MPBITCOIN_REMOTE_PASSWORD]",
        )


def execute(args: argparse.Namespace) -> int:
    """Run the verb."""
    from mpbitcoin_depends import cache as caches
    from mpbitcoin_depends import settings
    from mpbitcoin_depends.engine import Engine
    from mpbitcoin_depends.pipeline import Workplace

    options = settings.of_user(arguments.given_options(args), among=["BASE_CACHE"])
    base = Workplace.of(options).base
    cache = caches.Cache(Engine(base))
    if args.action == "show":
        _show(cache.entries(), base, args.json)
    elif args.action == "prune":
        _prune(cache, args)
        if base == paths.default_base_cache():  # trees do not belong to another package cache
            _prune_trees(args.dry_run)
    elif args.action == "check":
        damaged = cache.check(args.repair)
        for pattern in damaged:
            print(f"damaged{', removed' if args.repair else ''}: {pattern}")
        print("no package is damaged" if not damaged else f"{len(damaged)} packages are damaged")
        return 0 if not damaged or args.repair else 6
    elif args.action == "save":
        cache.save(args.archive)
        print(f"{args.archive}: {human_size(args.archive.stat().st_size)}")
    elif args.action == "restore":
        cache.restore(args.archive)
        print(f"restored {args.archive}")
    else:
        remote = _remote(args)
        cache.transfer(args.action, remote)
        print(f"{args.action} done: {remote.url}")
    return 0


def _remote(args: argparse.Namespace) -> Remote:
    """The remote. Flags and environment take precedence over credentials in its address."""
    from mpbitcoin_depends.cache import Remote

    found = Remote.at(args.url)
    user = args.user or found.user
    password = os.environ.get(args.password_variable, "") or found.password
    if user and not password:
        raise UsageError(f"no password for {user}", f"set {args.password_variable}")
    return replace(found, user=user, password=password)


def _prune(cache: Cache, args: argparse.Namespace) -> None:
    from mpbitcoin_depends import cache as caches

    if args.unused is None and args.keep is None and args.max_size is None:
        raise UsageError(
            "`cache prune` needs a rule", "add --unused 30d, --keep 3 or --max-size 2GB"
        )
    unused = caches.parse_age(args.unused) if args.unused else None
    size = caches.parse_size(args.max_size) if args.max_size else None
    gone = cache.prune(unused, args.keep, size, args.dry_run)
    for entry in gone:
        print(f"{'would remove' if args.dry_run else 'removed'}: {entry.pattern}")
    print(f"{human_size(sum(entry.size for entry in gone))} in {len(gone)} packages")


def _prune_trees(dry: bool) -> None:
    from mpbitcoin_depends.sources.tree import remove, unpinned

    for folder in unpinned():
        if not dry:
            remove(folder)
        print(f"{'would remove' if dry else 'removed'}: {folder}, which is no longer pinned")


def _show(rows: list[Entry], base: Path, as_json: bool) -> None:
    if as_json:
        print(json.dumps([asdict(entry) for entry in rows], indent=1))
        return
    print(f"{base}: {len(rows)} packages, {human_size(sum(e.size for e in rows))}")
    for entry in rows:
        used = f"made {human_time(entry.age)} ago, used {human_time(entry.unused)} ago"
        print(
            f"  {entry.name:<16}{entry.version:<15}{human_size(entry.size):>9}  "
            f"{entry.package_id[:10]}  {entry.settings:<28} {used}"
        )
