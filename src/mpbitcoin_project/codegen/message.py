"""Reads Cap'n Proto messages without the extension, which a build does not have yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_WORD = 8
#: Bits of a list's elements, by the size in its pointer. Size 7 is a list of structs, with a tag.
_BITS = (0, 1, 8, 16, 32, 64, 64)
_STRUCTS = 7


@dataclass(frozen=True)
class Message:
    """The segments of an unpacked message in the framing of streams."""

    segments: tuple[bytes, ...]

    @staticmethod
    def parse(data: bytes) -> Message:
        """Take a message apart. What is no message raises IndexError or gives wrong values."""
        count = _number(data, 0, 4) + 1
        sizes = [_number(data, 4 + 4 * index, 4) * _WORD for index in range(count)]
        start = (4 + 4 * count + _WORD - 1) // _WORD * _WORD
        segments = []
        for size in sizes:
            segments.append(data[start : start + size])
            start += size
        return Message(tuple(segments))

    def root(self) -> Struct:
        """The message's first struct."""
        return self.struct(0, 0)

    def struct(self, segment: int, position: int) -> Struct:
        """The struct that the pointer at this place leads to; an empty one for a null pointer."""
        segment, position, pointer = self._follow(segment, position)
        if pointer == 0:
            return Struct(self, 0, 0, 0, 0)
        words, pointers = pointer >> 32 & 0xFFFF, pointer >> 48
        return Struct(self, segment, position, words * _WORD, pointers)

    def structs(self, segment: int, position: int) -> list[Struct]:
        """The list of structs that the pointer leads to."""
        segment, position, pointer = self._follow(segment, position)
        if pointer == 0:
            return []
        assert pointer >> 32 & 7 == _STRUCTS, "a list of structs has a tag"
        tag = _number(self.segments[segment], position, _WORD)
        count, words, pointers = (tag & 0xFFFFFFFF) >> 2, tag >> 32 & 0xFFFF, tag >> 48
        size = words * _WORD + pointers * _WORD
        first = position + _WORD
        return [
            Struct(self, segment, first + index * size, words * _WORD, pointers)
            for index in range(count)
        ]

    def bytes(self, segment: int, position: int) -> bytes:
        """The elements of a list of numbers, as they lie there."""
        segment, position, pointer = self._follow(segment, position)
        if pointer == 0:
            return b""
        bits = _BITS[pointer >> 32 & 7] * (pointer >> 35)
        return self.segments[segment][position : position + (bits + 7) // 8]

    def pointers(self, segment: int, position: int) -> Iterator[tuple[int, int]]:
        """The places of a list's pointers."""
        segment, position, pointer = self._follow(segment, position)
        for index in range(pointer >> 35 if pointer else 0):
            yield segment, position + index * _WORD

    def _follow(self, segment: int, position: int) -> tuple[int, int, int]:
        """Segment and position of what a pointer leads to, and the pointer that describes it."""
        pointer = _number(self.segments[segment], position, _WORD)
        if pointer & 3 != 2:
            offset = (pointer & 0xFFFFFFFF) >> 2
            offset -= offset >> 29 << 30
            return segment, position + _WORD + offset * _WORD, pointer
        segment, pad = pointer >> 32, (pointer & 0xFFFFFFFF) >> 3 << 3
        if not pointer & 4:
            return self._follow(segment, pad)
        far = _number(self.segments[segment], pad, _WORD)
        described = _number(self.segments[segment], pad + _WORD, _WORD)
        return far >> 32, (far & 0xFFFFFFFF) >> 3 << 3, described


@dataclass(frozen=True)
class Struct:
    """A struct in a message. What its sender did not know is zero or empty."""

    message: Message
    segment: int
    start: int
    #: Bytes of its numbers, which its pointers follow.
    size: int
    pointers: int

    def number(self, offset: int, size: int, *, signed: bool = False) -> int:
        """The number of `size` bytes at a byte offset."""
        if offset + size > self.size:
            return 0
        return _number(self.message.segments[self.segment], self.start + offset, size, signed)

    def bit(self, index: int) -> bool:
        """A boolean."""
        return bool(self.number(index // 8, 1) >> index % 8 & 1)

    def has(self, index: int) -> bool:
        """Whether a pointer is there."""
        if index >= self.pointers:
            return False
        return self.message._follow(self.segment, self._place(index))[2] != 0

    def struct(self, index: int) -> Struct:
        """What a pointer leads to; an empty struct without one."""
        if index >= self.pointers:
            return Struct(self.message, 0, 0, 0, 0)
        return self.message.struct(self.segment, self._place(index))

    def structs(self, index: int) -> list[Struct]:
        """The list of structs that a pointer leads to."""
        if index >= self.pointers:
            return []
        return self.message.structs(self.segment, self._place(index))

    def text(self, index: int) -> str:
        """The text that a pointer leads to."""
        if index >= self.pointers:
            return ""
        return self.message.bytes(self.segment, self._place(index))[:-1].decode()

    def texts(self, index: int) -> list[str]:
        """The list of texts that a pointer leads to."""
        if index >= self.pointers:
            return []
        places = self.message.pointers(self.segment, self._place(index))
        return [self.message.bytes(*place)[:-1].decode() for place in places]

    def _place(self, index: int) -> int:
        return self.start + self.size + index * _WORD


def _number(data: bytes, offset: int, size: int, signed: bool = False) -> int:
    return int.from_bytes(data[offset : offset + size], "little", signed=signed)
