"""Every virtual method of the tree's interfaces has a wire method, and the other way round."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mpbitcoin import paths

SCHEMAS = paths.PROJECT / "src" / "ipc" / "interfaces"

#: Class in the tree -> header, our schema file and interface.
INTERFACES = {
    "Chain": ("chain.h", "chain/chain.capnp", "Chain"),
    "Notifications": ("chain.h", "chain/chain.capnp", "ChainNotifications"),
    "ChainClient": ("chain.h", "chain/chain.capnp", "ChainClient"),
    "Wallet": ("wallet.h", "wallet/wallet.capnp", "Wallet"),
    "WalletLoader": ("wallet.h", "wallet/wallet_loader.capnp", "WalletLoader"),
    "Handler": ("handler.h", "handler/handler.capnp", "Handler"),
}
#: These return objects of their own process, for its tests.
LOCAL = {"context", "wallet"}


def _body(text: str, start: int) -> str:
    """From the first brace after `start` to the one that closes it, nested blocks cut out."""
    depth, begin, kept = 0, text.index("{", start), []
    for position in range(begin, len(text)):
        character = text[position]
        depth += character == "{"
        if depth == 1:
            kept.append(character)
        depth -= character == "}"
        if depth == 0:
            return "".join(kept)
    raise AssertionError("unbalanced braces")


def _virtual_methods(header: Path, name: str) -> set[str]:
    text = re.sub(r"//[^\n]*", "", header.read_text(encoding="utf-8"))
    body = _body(text, text.index(re.search(rf"class {name}\b[^;{{]*{{", text)[0]))  # type: ignore[index]
    found = re.findall(r"\bvirtual\b[^;}]*?\b(\w+)\(", body)
    return {method for method in found if method != name} - LOCAL


def _wire_methods(schema: Path, name: str) -> set[str]:
    text = re.sub(r"#[^\n]*", "", schema.read_text(encoding="utf-8"))
    body = _body(text, text.index(f"interface {name} "))
    return set(re.findall(r"^\s*(\w+) @\d+ \(", body, re.M)) - {"destroy", "construct"}


@pytest.mark.parametrize("name", INTERFACES)
def test_all_methods_are_on_the_wire(bitcoin_tree: Path, name: str) -> None:
    header, schema, interface = INTERFACES[name]
    ours = _wire_methods(SCHEMAS / schema, interface)
    theirs = _virtual_methods(bitcoin_tree / "src" / "interfaces" / header, name)
    assert len(theirs) > 1 or name == "Handler"
    assert ours == theirs


def test_a_new_method_would_be_seen(tmp_path: Path) -> None:
    header = tmp_path / "x.h"
    header.write_text("class X {\n virtual ~X() = default;\n virtual int f(int a) = 0;\n};")
    assert _virtual_methods(header, "X") == {"f"}
