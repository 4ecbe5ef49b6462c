"""Verbs that need a checkout."""

from __future__ import annotations

import signal


def interrupt_on_signals() -> None:
    """Let SIGTERM and SIGHUP interrupt the program as Ctrl-C does.

    The program keeps ignoring signals that it was started to ignore, with nohup or in the
    background. Programs that it starts do not inherit that for SIGINT: they end when the program
    interrupts them.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, lambda *_: None)
