"""Messages that no client of ours sends: they fail, and the node continues."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import capnp
import pytest

from tests.processes.foreign import OFFERED, Client, run, schema
from tests.processes.node import Node

#: attachWallet and Context with a text where the node expects an object.
_SCHEMA = """\
@0xb1d3a8d2f0c97e41;
interface Thread {{}}
struct Context {{ thread @0 :Thread; callbackThread @1 :Thread; }}
interface NodeInit @{id:#x} {{
    attachWallet @0 (context :Context, process :Text) -> (error :Text);
}}
"""


def odd_init(client: Client, tree: Path, folder: Path) -> tuple[Any, Any]:
    """The node's first interface, and a thread, with other types of parameters."""
    file = folder / "odd.capnp"
    file.write_text(_SCHEMA.format(id=schema(tree, OFFERED).NodeInit.schema.node.id))
    odd = capnp.SchemaParser().load(str(file))
    return client.init.cast_as(odd.NodeInit), odd.Thread


def test_a_text_in_the_place_of_an_object(
    make_node: Callable[..., Node], bitcoin_tree: Path, tmp_path: Path
) -> None:
    node = make_node("-ipcbind=unix")

    async def test() -> None:
        client = await Client.connect(node.folder / "node.sock", bitcoin_tree)
        init, thread_type = odd_init(client, bitcoin_tree, tmp_path)
        for _ in range(20):
            request = init.attachWallet_request()
            request.process = "no object"
            request.context.thread = (await client.thread()).cast_as(thread_type)
            with pytest.raises(capnp.KjException, match="non-capability pointer"):
                await request.send()
        client.close()

    run(test)
    assert node.rpc("getblockcount") == 0
