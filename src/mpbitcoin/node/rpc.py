"""Bitcoin Core's JSON-RPC over HTTP, with the cookie of a local node."""

from __future__ import annotations

import base64
import contextlib
import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from mpbitcoin.errors import RunError


class RpcError(RunError):
    """The error in the node's answer: Bitcoin Core's `code` and `text`."""

    def __init__(self, method: str, code: int, message: str) -> None:
        super().__init__(f"{method}: {message} (code {code})")
        self.code = code
        self.text = message


class NoAnswer(RunError):
    """No node is listening, or it ended before it answered."""


@dataclass(frozen=True)
class RpcClient:
    """Calls of one node. Each uses its own connection: threads may share the client."""

    port: int
    cookie: Path

    def call(
        self, method: str, *args: Any, wallet: str | None = None, timeout: float = 60, **named: Any
    ) -> Any:
        """The result of an RPC, with decimal fractions as Decimal.

        `timeout` is in seconds. Raises RpcError when the node answers with an error, NoAnswer
        without an answer.
        """
        import http.client
        from urllib.parse import quote

        params: Any = {"args": args, **named} if named else args
        body = json.dumps({"method": method, "params": params, "id": 1}, default=str)
        path = "/" if wallet is None else f"/wallet/{quote(wallet, safe='')}"
        try:
            credentials = base64.b64encode(self.cookie.read_bytes()).decode()
            header = {"Authorization": f"Basic {credentials}", "Connection": "close"}
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
            with contextlib.closing(connection):
                connection.request("POST", path, body, header)
                response = connection.getresponse()
                status, text = response.status, response.read()
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer(f"{method}: no answer at port {self.port}: {error}") from error
        return self._result(method, status, text)

    def _result(self, method: str, status: int, text: bytes) -> Any:
        try:
            answer = json.loads(text, parse_float=Decimal)
            failure = answer["error"]
        except (ValueError, TypeError, KeyError) as error:
            raise NoAnswer(f"{method}: HTTP status {status} at port {self.port}") from error
        if failure:
            raise RpcError(method, failure["code"], failure["message"])
        return answer["result"]
