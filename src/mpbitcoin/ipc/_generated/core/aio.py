"""Objects of another process, awaited. Written by mpbitcoin_project.codegen: change the schemas, or its rules."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from mpbitcoin.ipc._generated.core import types
from mpbitcoin.ipc._generated.core.types import (
    BlockCheckOptions,
    BlockCreateOptions,
    BlockRef,
    BlockWaitOptions,
    CoinbaseTx,
    MiningCheckBlockResult,
)
from mpbitcoin.ipc.interface import AsyncInterface, BaseInterface, Signature
from mpbitcoin.ipc.values import BlockHash, Bytes


class BlockTemplate(AsyncInterface):
    """A block without its solution, which the node keeps until this is closed."""

    TYPE_ID: ClassVar[int] = 0xF9671AD841B2F622
    SIGNATURES: ClassVar[dict[str, Signature]] = {
        "destroy": Signature("destroy", (), ()),
        "get_block_header": Signature("getBlockHeader", (), ()),
        "get_block": Signature("getBlock", (), ()),
        "get_tx_fees": Signature("getTxFees", (), ()),
        "get_tx_sigops": Signature("getTxSigops", (), ()),
        "get_coinbase_tx": Signature("getCoinbaseTx", (), ()),
        "get_coinbase_merkle_path": Signature("getCoinbaseMerklePath", (), ()),
        "submit_solution": Signature(
            "submitSolution", ("version", "timestamp", "nonce", "coinbase"), ()
        ),
        "wait_next": Signature("waitNext", ("options",), (types.BlockWaitOptions(),)),
        "interrupt_wait": Signature("interruptWait", (), ()),
    }
    __slots__ = ()

    async def get_block_header(self) -> bytes:
        """The header's 80 bytes."""
        result: bytes = await self._call("get_block_header")
        return result

    async def get_block(self) -> memoryview:
        """The whole block, with the node's own coinbase."""
        result: memoryview = await self._call("get_block")
        return result

    async def get_tx_fees(self) -> list[int]:
        """Fee of each transaction but the coinbase, in satoshis."""
        result: list[int] = await self._call("get_tx_fees")
        return result

    async def get_tx_sigops(self) -> list[int]:
        """Signature operations of each transaction but the coinbase."""
        result: list[int] = await self._call("get_tx_sigops")
        return result

    async def get_coinbase_tx(self) -> CoinbaseTx:
        """What a coinbase for this template must contain."""
        result: CoinbaseTx = await self._call("get_coinbase_tx")
        return result

    async def get_coinbase_merkle_path(self) -> list[bytes]:
        """Hashes that link the coinbase to the Merkle root."""
        result: list[bytes] = await self._call("get_coinbase_merkle_path")
        return result

    async def submit_solution(
        self, version: int, timestamp: int, nonce: int, coinbase: Bytes
    ) -> bool:
        """Submit a solved block: fields of the header, and the coinbase with its witness.
        Returns whether the node accepted it.
        """
        result: bool = await self._call("submit_solution", version, timestamp, nonce, coinbase)
        return result

    async def wait_next(self, options: BlockWaitOptions | None = None) -> BlockTemplate | None:
        """Wait for a better template: a new tip, or higher fees by the options' threshold. None
        after the timeout.
        """
        result: BlockTemplate | None = await self._call(
            "wait_next", self._wait_with(types.BlockWaitOptions() if options is None else options)
        )
        return result

    async def interrupt_wait(self) -> None:
        """Interrupt a waiting waitNext."""
        await self._call("interrupt_wait")


class Echo(AsyncInterface):
    """Returns its argument: to test or measure a connection."""

    TYPE_ID: ClassVar[int] = 0xD36B89640DC94399
    SIGNATURES: ClassVar[dict[str, Signature]] = {
        "destroy": Signature("destroy", (), ()),
        "echo": Signature("echo", ("echo",), ()),
    }
    __slots__ = ()

    async def echo(self, echo: str) -> str:
        """Return the text."""
        result: str = await self._call("echo", echo)
        return result


class Init(AsyncInterface):
    """The first interface of a node, which leads to all others."""

    TYPE_ID: ClassVar[int] = 0x8838C700BA5CBA65
    SIGNATURES: ClassVar[dict[str, Signature]] = {
        "make_echo": Signature("makeEcho", (), ()),
        "make_mining": Signature("makeMining", (), ()),
        "make_rpc": Signature("makeRpc", (), ()),
    }
    __slots__ = ()

    async def make_echo(self) -> Echo:
        """The node's Echo."""
        result: Echo = await self._call("make_echo")
        return result

    async def make_mining(self) -> Mining:
        """The node's Mining."""
        result: Mining = await self._call("make_mining")
        return result

    async def make_rpc(self) -> Rpc:
        """The node's Rpc."""
        result: Rpc = await self._call("make_rpc")
        return result


class Mining(AsyncInterface):
    """Block templates for miners, and the tip of the chain that they build on."""

    TYPE_ID: ClassVar[int] = 0xF9C68436DF3AF39E
    SIGNATURES: ClassVar[dict[str, Signature]] = {
        "is_test_chain": Signature("isTestChain", (), ()),
        "is_initial_block_download": Signature("isInitialBlockDownload", (), ()),
        "get_tip": Signature("getTip", (), ()),
        "wait_tip_changed": Signature("waitTipChanged", ("current_tip", "timeout"), (None,)),
        "create_new_block": Signature(
            "createNewBlock", ("options", "cooldown"), (types.BlockCreateOptions(), True)
        ),
        "check_block": Signature("checkBlock", ("block", "options"), (types.BlockCheckOptions(),)),
        "interrupt": Signature("interrupt", (), ()),
    }
    __slots__ = ()

    async def is_test_chain(self) -> bool:
        """Whether the chain is a test chain, whose blocks have no value."""
        result: bool = await self._call("is_test_chain")
        return result

    async def is_initial_block_download(self) -> bool:
        """Whether the node is still catching up with the network."""
        result: bool = await self._call("is_initial_block_download")
        return result

    async def get_tip(self) -> BlockRef | None:
        """The block at the tip of the node's chain; None while the chain has no block."""
        result: BlockRef | None = await self._call("get_tip")
        return result

    async def wait_tip_changed(
        self, current_tip: BlockHash, timeout: timedelta | float | None = None
    ) -> BlockRef | None:
        """Wait until the tip differs from `current_tip` or `timeout` has passed; return the
        tip. None when the node shuts down.
        """
        result: BlockRef | None = await self._call(
            "wait_tip_changed", current_tip, self._wait(timeout)
        )
        return result

    async def create_new_block(
        self, options: BlockCreateOptions | None = None, cooldown: bool = True
    ) -> BlockTemplate | None:
        """A template for the next block. With `cooldown` the node waits while it catches up
        with the network. None when interrupted.
        """
        result: BlockTemplate | None = await self._call(
            "create_new_block", types.BlockCreateOptions() if options is None else options, cooldown
        )
        return result

    async def check_block(
        self, block: Bytes, options: BlockCheckOptions | None = None
    ) -> MiningCheckBlockResult:
        """Whether the node would accept a block on its tip, and the reason if not."""
        result: MiningCheckBlockResult = await self._call(
            "check_block", block, types.BlockCheckOptions() if options is None else options
        )
        return result

    async def interrupt(self) -> None:
        """Interrupt waiting calls of createNewBlock."""
        await self._call("interrupt")


class Rpc(AsyncInterface):
    """The JSON-RPC interface, without HTTP."""

    TYPE_ID: ClassVar[int] = 0xACB1D37F0A713129
    SIGNATURES: ClassVar[dict[str, Signature]] = {
        "execute_rpc": Signature("executeRpc", ("request", "uri", "user"), ()),
    }
    __slots__ = ()

    async def execute_rpc(self, request: str, uri: str, user: str) -> str:
        """The JSON answer to a JSON request."""
        result: str = await self._call("execute_rpc", request, uri, user)
        return result


#: By the schemas' type ids.
CLASSES: dict[int, type[BaseInterface]] = {
    0xF9671AD841B2F622: BlockTemplate,
    0xD36B89640DC94399: Echo,
    0x8838C700BA5CBA65: Init,
    0xF9C68436DF3AF39E: Mining,
    0xACB1D37F0A713129: Rpc,
}
