"""What the schemas hold for libmultiprocess and older nodes, and users never see."""

from __future__ import annotations

#: Types of libmultiprocess, which are hidden in Python.
TYPES = frozenset({"ThreadMap", "Thread", "Context"})
#: Methods that are called automatically, and removed ones.
METHODS = frozenset({"destroy", "makeMiningOld2"})
