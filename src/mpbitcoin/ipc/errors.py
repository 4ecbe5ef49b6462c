"""What can go wrong between two processes. All are `IpcError`, below the house's one base."""

from __future__ import annotations

from mpbitcoin.errors import MpbitcoinError

#: In place of what another process left empty.
_NO_REASON = "no reason given"


class IpcError(MpbitcoinError):
    """Base of all errors of `mpbitcoin.ipc`."""

    exit_code = 8
    #: What the other process has said, or the system.
    text = ""


class ConnectionRefused(IpcError):
    """Nothing answers at the address."""


class Disconnected(IpcError):
    """The other process has ended, or the connection was closed, before the answer came.

    What was asked for may have been done or not.
    """


class CallTimeout(IpcError, TimeoutError):
    """The answer did not come in time; the other process was told that nobody waits for it."""


class LimitExceeded(IpcError):
    """A message is too big, or too many calls wait: see `Limits`."""


class MethodUnimplemented(IpcError):
    """The other process does not know the method or the interface."""


class VersionMismatch(IpcError):
    """The other process has the method, but not as it was called."""


class RemoteError(IpcError):
    """The method has thrown. `type` is the C++ exception's, where the schema names it."""

    def __init__(self, message: str, type_name: str = "") -> None:
        reason = message or _NO_REASON
        super().__init__(f"{type_name}: {reason}" if type_name else reason)
        self.text = message
        self.type = type_name


_RAISE_IT = "raise it: connect(…, limits=Limits(…))"
#: What Cap'n Proto says when it ends a connection for a message that is over the limit.
_OVER_THE_LIMIT = ("exceeds size limit", "too deeply-nested")
#: Failures that the extension tells: error, its message, its hint.
_KINDS: dict[str, tuple[type[IpcError], str, str]] = {
    "cancelled": (IpcError, "the call was cancelled", ""),
    "disconnected": (Disconnected, "disconnected: {}", "see the other process' log, connect anew"),
    "forked": (
        IpcError,
        "this connection is the parent process'",
        "connect anew after os.fork()",
    ),
    "limit": (LimitExceeded, "over the limit: {}", _RAISE_IT),
    "sent": (
        LimitExceeded,
        "the other process would not take the message: {}",
        "pass less at once; a node takes 64 MiB, Limits(sent=…) is for processes that take more",
    ),
    "timeout": (CallTimeout, "no answer in time from {}", "within(seconds) sets the time"),
    "unimplemented": (
        MethodUnimplemented,
        "the other process has no such method: {}",
        "`mpbitcoin ipc describe` shows what it offers",
    ),
    "usage": (IpcError, "{}", ""),
}


def from_native(kind: str, text: str, type_name: str) -> IpcError:
    """The error for a failure that the extension tells: the one place that knows them all."""
    if kind not in _KINDS:
        return RemoteError(text, type_name)
    made, message, hint = _KINDS[kind]
    if made is Disconnected and any(words in text for words in _OVER_THE_LIMIT):
        message, hint = "disconnected, what came is over the limit: {}", _RAISE_IT
    error = made(message.format(text or _NO_REASON), hint)
    error.text = text
    return error


def refused(peer: str, error: IpcError) -> ConnectionRefused:
    """The error for a process that ends a connection instead of its first answer."""
    return ConnectionRefused(
        f"{peer}: {error.text or error.message}", "see the log of the other process"
    )


def silent(peer: str, seconds: float) -> CallTimeout:
    """The error for a process that gives no first answer."""
    return CallTimeout(
        f"{peer}: no answer in {seconds:g} s",
        "check that the process is not stopped; Limits(handshake=…) sets the time",
    )
