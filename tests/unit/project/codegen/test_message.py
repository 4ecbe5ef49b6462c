"""The reader of Cap'n Proto messages, with messages made by hand."""

from __future__ import annotations

import struct

from mpbitcoin_project.codegen.message import Message


def message(*segments: list[int | bytes]) -> Message:
    """A message of segments, each of which is a list of words."""
    parts = [b"".join(_word(each) for each in segment) for segment in segments]
    head = struct.pack("<I", len(parts) - 1)
    head += b"".join(struct.pack("<I", len(part) // 8) for part in parts)
    return Message.parse(head + bytes(-len(head) % 8) + b"".join(parts))


def _word(value: int | bytes) -> bytes:
    return value.ljust(8, b"\0") if isinstance(value, bytes) else struct.pack("<Q", value)


def struct_at(offset: int, words: int, pointers: int) -> int:
    """A pointer to a struct, `offset` words behind the pointer's end."""
    return (offset & 0x3FFFFFFF) << 2 | words << 32 | pointers << 48


def list_at(offset: int, size: int, count: int) -> int:
    """A pointer to a list whose elements have the size of this number."""
    return (offset & 0x3FFFFFFF) << 2 | 1 | size << 32 | count << 35


def far(segment: int, word: int, *, double: bool = False) -> int:
    """A pointer to a word of another segment, where the real pointer is; or two words of it."""
    return 2 | double << 2 | word << 3 | segment << 32


def test_numbers_bits_and_texts() -> None:
    root = message([struct_at(0, 1, 2), 0x8000_0000_FFFE_0105, list_at(1, 2, 4), 0, b"abc"]).root()
    assert root.number(0, 2) == 0x0105
    assert root.number(2, 2, signed=True) == -2
    assert [root.bit(index) for index in (0, 1, 2, 63)] == [True, False, True, True]
    assert root.text(0) == "abc"
    assert root.has(0)


def test_what_is_not_there_is_zero_or_empty() -> None:
    root = message([struct_at(0, 0, 1), 0]).root()
    assert root.number(0, 8) == 0
    assert (root.has(0), root.has(7)) == (False, False)
    for index in (0, 7):
        assert root.text(index) == ""
        assert root.texts(index) == []
        assert root.structs(index) == []
        assert root.struct(index).number(0, 8) == 0


def test_lists_of_structs_and_of_texts() -> None:
    root = message(
        [
            struct_at(0, 0, 2),
            list_at(1, 7, 2),
            list_at(3, 6, 2),
            struct_at(2, 1, 0),
            41,
            42,
            list_at(1, 2, 2),
            list_at(1, 2, 3),
            b"x",
            b"yz",
        ]
    ).root()
    assert [each.number(0, 8) for each in root.structs(0)] == [41, 42]
    assert root.texts(1) == ["x", "yz"]


def test_far_pointers() -> None:
    single = message([far(1, 1)], [7, struct_at(-2, 1, 0)]).root()
    assert single.number(0, 8) == 7
    double = message([far(1, 0, double=True)], [far(2, 1), struct_at(0, 1, 0)], [0, 9]).root()
    assert double.number(0, 8) == 9
