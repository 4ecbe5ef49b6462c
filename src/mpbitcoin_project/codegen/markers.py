"""The annotations of Cap'n Proto and libmultiprocess that generators use, by their numbers."""

from __future__ import annotations

#: The C++ namespace of a file (c++.capnp).
NAMESPACE = 0xB9C6F99EBF805F2C
#: Headers that a file needs, the class of an interface, the class of an exception in the results,
#: the C++ name of a method (proxy.capnp).
INCLUDE = 0xB899F3C154FDB458
WRAP = 0xE6F46079B7B1405E
EXCEPTION = 0x996A183200992F88
NAME = 0xB594888F63F4DBB9
#: Methods of libmultiprocess that no C++ class has.
WITHOUT_CLASS = frozenset({"construct", "destroy"})
