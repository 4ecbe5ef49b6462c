"""JSON-RPC against a server of the test's."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from mpbitcoin.node.rpc import NoAnswer, RpcClient, RpcError
from tests.loopback import serving


@dataclass
class Server:
    """The server's answer, and its requests: path, login and body."""

    port: int = 0
    answer: tuple[int, bytes] = (200, b"")
    asked: tuple[str, str, dict[str, Any]] = ("", "", {})

    def respond(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        self.asked = (handler.path, handler.headers["Authorization"], json.loads(body))
        status, text = self.answer
        handler.send_response(status)
        handler.end_headers()
        handler.wfile.write(text)


@pytest.fixture
def server() -> Iterator[Server]:
    served = Server()
    with serving(served.respond) as url:
        served.port = int(url.rpartition(":")[2])
        yield served


@pytest.fixture
def client(server: Server, tmp_path: Path) -> RpcClient:
    cookie = tmp_path / ".cookie"
    cookie.write_text("__cookie__:secret")
    return RpcClient(server.port, cookie)


def test_a_call_and_its_result(client: RpcClient, server: Server) -> None:
    server.answer = (200, b'{"result": {"amount": 0.10000001}, "error": null}')
    assert client.call("getbalance", "*", 6, wallet="w") == {"amount": Decimal("0.10000001")}
    path, login, body = server.asked
    assert path == "/wallet/w"
    assert base64.b64decode(login.removeprefix("Basic ")) == b"__cookie__:secret"
    assert body == {"method": "getbalance", "params": ["*", 6], "id": 1}


@pytest.mark.parametrize("name", ["", "my wallet", "a/b?c#d", "grüße"])
def test_the_name_of_a_wallet_arrives_as_it_is(
    client: RpcClient, server: Server, name: str
) -> None:
    server.answer = (200, b'{"result": null, "error": null}')
    client.call("getbalance", wallet=name)
    assert unquote(server.asked[0].removeprefix("/wallet/")) == name


def test_named_parameters_and_amounts(client: RpcClient, server: Server) -> None:
    server.answer = (200, b'{"result": "id", "error": null}')
    assert client.call("sendtoaddress", "address", amount=Decimal("0.1")) == "id"
    path, _, body = server.asked
    assert path == "/"
    assert body["params"] == {"args": ["address"], "amount": "0.1"}


def test_an_error_of_the_node(client: RpcClient, server: Server) -> None:
    server.answer = (500, b'{"result": null, "error": {"code": -8, "message": "out of range"}}')
    with pytest.raises(RpcError, match=r"getblockhash: out of range \(code -8\)") as raised:
        client.call("getblockhash", 7)
    assert raised.value.code == -8


def test_a_refused_login(client: RpcClient, server: Server) -> None:
    server.answer = (401, b"")
    with pytest.raises(NoAnswer, match="HTTP status 401"):
        client.call("uptime")


def test_no_node(client: RpcClient, tmp_path: Path) -> None:
    with pytest.raises(NoAnswer, match="no answer"):
        RpcClient(1, client.cookie).call("uptime")
    with pytest.raises(NoAnswer, match=r"\.nothing"):
        RpcClient(client.port, tmp_path / ".nothing").call("uptime")
