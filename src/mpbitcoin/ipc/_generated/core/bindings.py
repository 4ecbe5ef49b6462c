"""Classes and hooks of types and methods, for the extension. Written by mpbitcoin_project.codegen: change the schemas, or its rules."""

from __future__ import annotations

from typing import Any

from mpbitcoin.ipc._generated.core import types
from mpbitcoin.ipc.values import BlockHash, to_milliseconds

#: The first method to call on a node: it exchanges its threads for ours.
FIRST = (0x8838C700BA5CBA65, "construct")

#: By type id: constructor, and conversions of fields from and to the wire.
STRUCTS: dict[int, tuple[Any, dict[str, Any], dict[str, Any]]] = {
    0x89F3F39B6C9DD162: (types.BlockCheckOptions, {}, {}),
    0x80FCA083EF81A559: (types.BlockCreateOptions, {}, {}),
    0xB3BE4B8949350369: (types.BlockRef, {"hash": BlockHash}, {}),
    0x9BA437D9DE0C452E: (types.BlockWaitOptions, {}, {"timeout": to_milliseconds}),
    0xDC399C6D34AE7E69: (types.CoinbaseTx, {}, {}),
}
ENUMS: dict[int, Any] = {}
#: The same by interface and method.
METHODS: dict[tuple[int, str], tuple[Any, dict[str, Any], dict[str, Any]]] = {
    (0xF9671AD841B2F622, "get_block"): (None, {"result": memoryview}, {}),
    (0xF9C68436DF3AF39E, "wait_tip_changed"): (
        None,
        {"current_tip": BlockHash},
        {"timeout": to_milliseconds},
    ),
    (0xF9C68436DF3AF39E, "check_block"): (types.MiningCheckBlockResult, {}, {}),
}
