"""Real regtest nodes in your tests: a pytest plugin, and the classes of its fixtures.

pytest finds the plugin where the distribution is installed; see docs/testing.md.
"""

from mpbitcoin.node.regtest import RegtestNode
from mpbitcoin.node.rpc import NoAnswer, RpcClient, RpcError
from mpbitcoin.node.wallet import COIN, RegtestWallet

__all__ = ["COIN", "NoAnswer", "RegtestNode", "RegtestWallet", "RpcClient", "RpcError"]
