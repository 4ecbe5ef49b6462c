"""A wallet of a regtest node."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mpbitcoin.node.regtest import RegtestNode

#: Satoshis of a coin.
COIN = 100_000_000
#: Blocks until the coins of the first block can be spent.
_MATURITY = 101


@dataclass(frozen=True)
class RegtestWallet:
    """A loaded wallet of `node`. Amounts are in satoshis."""

    node: RegtestNode
    name: str

    @classmethod
    def create(cls, node: RegtestNode, name: str, funded: bool = True) -> RegtestWallet:
        """Make a wallet; `funded` mines 50 spendable coins for it. Raises RpcError."""
        node.rpc("createwallet", name)
        wallet = cls(node, name)
        if funded:
            node.mine(_MATURITY, to=wallet.address())
        return wallet

    def rpc(self, method: str, *args: Any, **named: Any) -> Any:
        """The result of a wallet RPC. Raises RpcError, NoAnswer."""
        return self.node.rpc(method, *args, wallet=self.name, **named)

    def address(self) -> str:
        """A new address."""
        address: str = self.rpc("getnewaddress")
        return address

    def balance(self) -> int:
        """The spendable amount."""
        return int(self.rpc("getbalance") * COIN)

    def send(self, to: str, amount: int) -> str:
        """Send `amount` to the address `to` and return the transaction's id."""
        txid: str = self.rpc("sendtoaddress", to, Decimal(amount) / COIN)
        return txid
