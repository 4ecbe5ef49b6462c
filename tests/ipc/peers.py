"""Peers that are not nodes: they send one message, nothing, or single bytes."""

from __future__ import annotations

import fcntl
import socket
import struct
import termios
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

Serve = Callable[[socket.socket], None]


def abort(reason: str) -> bytes:
    """The message by which Cap'n Proto ends a connection: Message.abort, overloaded."""
    text = reason.encode() + b"\x00"
    words = [
        struct.pack("<IHH", 0, 1, 1),  # Message: a word and a pointer
        struct.pack("<Q", 1),  # abort
        struct.pack("<IHH", 0, 1, 1),  # Exception: a word and a pointer
        struct.pack("<Q", 1 << 32),  # its type: overloaded
        struct.pack("<II", 1, len(text) << 3 | 2),  # its reason: a list of bytes
        text + b"\x00" * (-len(text) % 8),
    ]
    body = b"".join(words)
    return struct.pack("<II", 0, len(body) // 8) + body


@contextmanager
def serving(folder: Path, serve: Serve) -> Iterator[str]:
    """An address at which `serve` handles each connection on a separate thread."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(folder / "peer"))
        listener.listen()

        def take(peer: socket.socket) -> None:
            with peer, suppress(OSError):
                serve(peer)

        def accept() -> None:
            with suppress(OSError):
                while True:
                    peer, _ = listener.accept()
                    threading.Thread(target=take, args=(peer,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield f"unix:{folder / 'peer'}"
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)


@contextmanager
def saying_nothing(folder: Path) -> Iterator[str]:
    """An address that accepts connections and sends nothing."""
    ended = threading.Event()

    def serve(_: socket.socket) -> None:
        ended.wait()

    with serving(folder, serve) as address:
        yield address
        ended.set()


def relay(address: str, pump: Callable[[socket.socket, socket.socket], None]) -> Serve:
    """A proxy between a client and the process at `address`; `pump` passes its answers on."""

    def serve(peer: socket.socket) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as other:
            other.connect(address.partition(":")[2])

            def answers() -> None:
                with suppress(OSError):
                    pump(other, peer)
                    peer.shutdown(socket.SHUT_RDWR)

            threading.Thread(target=answers, daemon=True).start()
            while data := peer.recv(65536):
                other.sendall(data)
            other.shutdown(socket.SHUT_RDWR)

    return serve


def byte_by_byte(count: int, source: socket.socket, target: socket.socket) -> None:
    """Forward `count` bytes one by one, each after the previous one was read, then all others."""
    while data := source.recv(65536):
        for byte in data[:count]:
            target.sendall(bytes([byte]))
            while struct.unpack("i", fcntl.ioctl(target, termios.TIOCOUTQ, b"\0" * 4))[0]:
                time.sleep(0)
        target.sendall(data[count:])
        count = max(0, count - len(data))
