"""Finds the server's call that answers a client's call.

The log has no number that both sides share. But the server's call has the client's method, is
within it in time, and often names the client's thread or has the same size; calls of one method
arrive in the order of sending.
"""

from __future__ import annotations

from itertools import islice

from mpbitcoin.tracing.calls import Trace
from mpbitcoin.tracing.lines import UNKNOWN

#: How far, in µs, a server's call may exceed the client's: a line is written a moment before or
#: after its event.
SLACK = 500
#: The same when one side's lines were forwarded and have the time of their arrival.
FORWARDED_SLACK = 100_000
#: Number of clients' calls compared with one server's call.
_MOST_CANDIDATES = 256


class _Pairing:
    """Pairs the calls of one trace."""

    def __init__(self, trace: Trace) -> None:
        self._calls = trace.calls
        self._process = [lane.process for lane in trace.lanes]
        self._late = [trace.processes[process].forwarded for process in self._process]
        self._thread = [f"{trace.processes[lane.process]}/{lane.thread}" for lane in trace.lanes]
        self._peer = [lane.peer.partition(" (from ")[0] for lane in trace.lanes]
        self._most_slack = FORWARDED_SLACK if any(self._late) else SLACK

    def late(self, row: int) -> bool:
        """Whether the call's times are those of its lines' arrival in another process."""
        return self._late[self._calls.lane[row]]

    def cost(self, client: int, server: int) -> tuple[bool, bool] | None:
        """How badly two calls of one method match, best first; None if they are not a pair."""
        asking, serving = self._calls.lane[client], self._calls.lane[server]
        if self._process[asking] == self._process[serving] or not self._in_time(client, server):
            return None
        if self._peer[serving] and self._peer[serving] != self._thread[asking]:
            return None
        # A callback is served by the thread that waits for the calling one.
        known = bool(self._peer[serving]) or self._peer[asking] == self._thread[serving]
        return not known, self._sizes_differ(client, server)

    def _in_time(self, client: int, server: int) -> bool:
        calls = self._calls
        slack = FORWARDED_SLACK if self.late(client) or self.late(server) else SLACK
        begun, ended = calls.start[client] - slack, calls.end(client) + slack
        if not begun <= calls.start[server] <= ended:
            return False
        if not (calls.finished[client] and calls.finished[server]):
            return True
        longer = calls.duration[server] > calls.duration[client] + SLACK
        return calls.end(server) <= ended and not longer

    def _sizes_differ(self, client: int, server: int) -> bool:
        for column in (self._calls.request, self._calls.response):
            sizes = {column[client], column[server]}
            if UNKNOWN not in sizes and len(sizes) > 1:
                return True
        return False

    def match(self, clients: list[int], servers: list[int]) -> None:
        """Pair the calls of one method; both lists are ordered by start."""
        calls = self._calls
        waiting: list[int] = []
        upcoming, crowded = 0, 64
        for server in servers:
            start = calls.start[server]
            latest = start + self._most_slack
            while upcoming < len(clients) and calls.start[clients[upcoming]] <= latest:
                waiting.append(clients[upcoming])
                upcoming += 1
            if len(waiting) > crowded:
                waiting = [c for c in waiting if calls.end(c) + self._most_slack >= start]
                crowded = 2 * len(waiting) + 64
            client = self._best(waiting, server)
            if client is not None:
                waiting.remove(client)
                calls.partner[client], calls.partner[server] = server, client

    def _best(self, waiting: list[int], server: int) -> int | None:
        best, least = None, (True, True, True)
        for client in islice(waiting, _MOST_CANDIDATES):
            cost = self.cost(client, server)
            if cost is not None and (False, *cost) < least:
                best, least = client, (False, *cost)
                if not any(cost):
                    break
        return best


def pair(trace: Trace) -> int:
    """Set `partner` of all calls that have one; returns the number of pairs."""
    calls = trace.calls
    sides: dict[int, tuple[list[int], list[int]]] = {}
    for row in range(len(calls)):
        sides.setdefault(calls.method[row], ([], []))[calls.server[row]].append(row)
    pairing = _Pairing(trace)
    for clients, servers in sides.values():
        pairing.match(clients, servers)
    _move_late(trace, pairing)
    return sum(partner != UNKNOWN for partner in calls.partner) // 2


def _move_late(trace: Trace, pairing: _Pairing) -> None:
    """Correct late times by the times of the calls' partners.

    Assumes that request and response took equally long.
    """
    calls = trace.calls
    for server, client in enumerate(calls.partner):
        if client == UNKNOWN or not calls.server[server]:
            continue
        if not (calls.finished[client] and calls.finished[server]):
            continue
        way = (calls.duration[client] - calls.duration[server]) // 2
        if pairing.late(server) and not pairing.late(client):
            calls.start[server] = calls.start[client] + way
        elif pairing.late(client) and not pairing.late(server):
            calls.start[client] = calls.start[server] - way
    calls.sort()
