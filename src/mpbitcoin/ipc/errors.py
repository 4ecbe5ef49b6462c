"""Errors between two processes, all subclasses of `IpcError`."""

from __future__ import annotations

from mpbitcoin.errors import MpbitcoinError

#: Replaces an empty text of another process.
_NO_REASON = "no reason given"


class IpcError(MpbitcoinError):
    """Base of all errors of `mpbitcoin.ipc`."""

    exit_code = 8
    #: The text of the other process or the system.
    text = ""


class ConnectionRefused(IpcError):
    """No process answers at the address."""


class Disconnected(IpcError):
    """The other process ended, or the connection was closed, before the answer arrived.

    The call may or may not have been executed.
    """


class NotSent(Disconnected):
    """The connection had ended before the call was sent, so the method was not executed."""


class CallRefused(IpcError):
    """The other process did not execute the call; the message has the reason."""


class CallTimeout(IpcError, TimeoutError):
    """The answer did not arrive in time; the call was cancelled."""


class LimitExceeded(IpcError):
    """A message is too large, or too many calls are waiting: see `Limits`."""


class MethodUnimplemented(IpcError):
    """The other process does not have the method or the interface."""


class VersionMismatch(IpcError):
    """The other process has the method with different parameters."""


class RemoteError(IpcError):
    """The method threw an exception. `type` is its C++ type, if the schema declares it."""

    def __init__(self, message: str, type_name: str = "") -> None:
        reason = message or _NO_REASON
        super().__init__(f"{type_name}: {reason}" if type_name else reason)
        self.text = message
        self.type = type_name


_RAISE_IT = "raise the limit: connect(…, limits=Limits(…))"
#: Cap'n Proto's texts when it closes a connection because of a message over the limit.
_OVER_THE_LIMIT = ("exceeds size limit", "too deeply-nested")
#: Failures that the extension reports: error, message, hint.
_KINDS: dict[str, tuple[type[IpcError], str, str]] = {
    "cancelled": (IpcError, "the call was cancelled", ""),
    "disconnected": (
        Disconnected,
        "disconnected: {}",
        "see the other process' log and connect again",
    ),
    "forked": (
        IpcError,
        "this connection belongs to the parent process",
        "connect again after os.fork()",
    ),
    "limit": (LimitExceeded, "over the limit: {}", _RAISE_IT),
    "refused": (CallRefused, "refused: {}", "see the other process' log"),
    "sent": (
        LimitExceeded,
        "the other process does not accept the message: {}",
        "send less per call (a node accepts 64 MiB); raise Limits(sent=…) for other processes",
    ),
    "timeout": (CallTimeout, "no answer in time from {}", "raise the limit with within(seconds)"),
    "unimplemented": (
        MethodUnimplemented,
        "the other process has no such method: {}",
        "`mpbitcoin ipc describe` lists its methods",
    ),
    "unsent": (
        NotSent,
        "disconnected before the call was sent: {}",
        "see the other process' log and connect again",
    ),
    "usage": (IpcError, "{}", ""),
}


def from_native(kind: str, text: str, type_name: str) -> IpcError:
    """The error for a failure that the extension reports."""
    if kind not in _KINDS:
        return RemoteError(text, type_name)
    made, message, hint = _KINDS[kind]
    if issubclass(made, Disconnected) and any(words in text for words in _OVER_THE_LIMIT):
        message, hint = "disconnected because a received message is over the limit: {}", _RAISE_IT
    error = made(message.format(text or _NO_REASON), hint)
    error.text = text
    return error


def refused(peer: str, error: IpcError) -> ConnectionRefused:
    """The error for a process that closes a connection before its first answer."""
    return ConnectionRefused(
        f"{peer}: {error.text or error.message}", "see the log of the other process"
    )


def silent(peer: str, seconds: float) -> CallTimeout:
    """The error for a process that sends no first answer."""
    return CallTimeout(
        f"{peer}: no answer in {seconds:g} s",
        "check that the process is not stopped; raise the limit with Limits(handshake=…)",
    )
