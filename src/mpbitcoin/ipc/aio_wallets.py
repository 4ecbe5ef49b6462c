"""A node's wallets for asyncio: `aattach_wallets()`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

from mpbitcoin.ipc._generated.chain import aio as interfaces
from mpbitcoin.ipc.aio import AsyncSession, aconnect, start_session
from mpbitcoin.ipc.closing import AsyncClosing
from mpbitcoin.ipc.limits import Limits
from mpbitcoin.ipc.wallets import (
    BaseAttachedWallets,
    BaseOffer,
    configuration,
    share_threads,
    wallet_program,
)


class AsyncAttachedWallets(
    AsyncClosing, BaseAttachedWallets[AsyncSession, interfaces.WalletLoader]
):
    """The wallets of `aattach_wallets()`; their methods are awaited."""

    classes = interfaces.CLASSES

    async def close(self) -> None:
        """Detach the wallets from the node, and return when their process has ended."""
        try:
            await self._session.close()
        finally:
            await self._node.close()


class _Offer(BaseOffer[interfaces.WalletLoader]):
    async def make_wallet_loader(self, chain: Any, bulk: Any) -> interfaces.WalletLoader:
        self.loader = await self._ask("makeWalletLoader", chain, bulk)
        return self.loader


async def aattach_wallets(
    address: str = "unix",
    *,
    datadir: str | os.PathLike[str] | None = None,
    chain: str = "main",
    command: Sequence[str | os.PathLike[str]] | None = None,
    limits: Limits | None = None,
) -> AsyncAttachedWallets:
    """Start bitcoin-wallet and attach its wallets to a node: `attach_wallets()` for asyncio.

    Cancelling this leaves neither a process nor a connection.
    """
    program = wallet_program(command)
    limits = limits or Limits()
    async with AsyncExitStack() as undone:
        node = await aconnect(address, datadir=datadir, chain=chain, limits=limits)
        await undone.enter_async_context(node)
        message = await configuration(node, AsyncAttachedWallets.classes)
        session = await start_session(program, limits, share_threads(), message)
        await undone.enter_async_context(session)
        made = AsyncAttachedWallets(node, session, _Offer(session))
        await made.attach()
        undone.pop_all()
    return made
