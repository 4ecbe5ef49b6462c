from __future__ import annotations

import pytest

from mpbitcoin.errors import MpbitcoinError
from mpbitcoin.ipc import errors
from mpbitcoin.ipc.results import value_or_error, void_or_error


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("disconnected", errors.Disconnected),
        ("unimplemented", errors.MethodUnimplemented),
        ("limit", errors.LimitExceeded),
        ("timeout", errors.CallTimeout),
        ("remote", errors.RemoteError),
        ("forked", errors.IpcError),
        ("refused", errors.CallRefused),
        ("unsent", errors.NotSent),
    ],
)
def test_each_failure_has_its_error(kind: str, expected: type[errors.IpcError]) -> None:
    error = errors.from_native(kind, "why", "")
    assert type(error) is expected
    assert isinstance(error, MpbitcoinError)
    assert kind == "forked" or "why" in error.message


def test_a_call_that_was_not_sent_is_one_that_was_disconnected() -> None:
    error = errors.from_native("unsent", "it has ended", "")
    assert isinstance(error, errors.Disconnected)
    assert error.message == "disconnected before the call was sent: it has ended"


def test_a_timeout_is_pythons_too() -> None:
    assert isinstance(errors.from_native("timeout", "Mining.getTip", ""), TimeoutError)


def test_a_remote_error_keeps_type_and_text() -> None:
    error = errors.from_native("remote", "no such wallet", "std::runtime_error")
    assert isinstance(error, errors.RemoteError)
    assert (error.type, error.text) == ("std::runtime_error", "no such wallet")
    assert str(error) == "std::runtime_error: no such wallet"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (errors.RemoteError("no more are served"), "no more are served"),
        (errors.RemoteError(""), "no reason given"),
        (errors.VersionMismatch("it has no such method"), "it has no such method"),
        (errors.from_native("disconnected", "", ""), "disconnected: no reason given"),
        (errors.from_native("forked", "", ""), "this connection belongs to the parent process"),
    ],
)
def test_a_refusal_has_a_reason(error: errors.IpcError, reason: str) -> None:
    assert errors.refused("peer", error).message == f"peer: {reason}"


def test_a_result_is_its_value_or_an_exception() -> None:
    class Told:
        original = "not enough"

    assert value_or_error(7, None) == 7
    void_or_error(None)
    with pytest.raises(errors.RemoteError, match="not enough"):
        value_or_error(None, Told())
    with pytest.raises(errors.RemoteError, match="not enough"):
        void_or_error(Told())
