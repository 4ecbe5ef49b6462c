"""Parts of the schemas for libmultiprocess and older nodes, hidden from users."""

from __future__ import annotations

#: Types of libmultiprocess, which are hidden in Python.
TYPES = frozenset({"ThreadMap", "Thread", "Context"})
#: Methods that are called automatically, and removed ones.
METHODS = frozenset({"destroy", "makeMiningOld2", "walletConfiguration"})
