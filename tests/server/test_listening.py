import socket

import pytest
from websockets.asyncio.client import connect

from assist.config import ServerSettings
from assist.errors import ConfigError
from assist.server.listening import address_of, listen
from tests.server.fakes import Running


def test_a_taken_port_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=f"port {port} .*in use.*choose another server.port"):
            listen(ServerSettings(port=port))


@pytest.mark.parametrize("host", ["0.0.0.0", "", "::", "192.0.2.7", "example.com"])
def test_others_are_not_let_in_unless_somebody_means_it(host: str) -> None:
    with pytest.raises(ConfigError, match=r"no sign-in yet.*server\.allow_remote"):
        listen(ServerSettings(host=host, port=0))


def test_others_are_let_in_when_somebody_means_it() -> None:
    with listen(ServerSettings(host="0.0.0.0", port=0, allow_remote=True)) as listener:
        assert address_of(listener) == f"127.0.0.1:{listener.getsockname()[1]}"


def test_an_address_that_is_not_ours_is_one_sentence() -> None:
    with pytest.raises(ConfigError, match=r"cannot listen on 192\.0\.2\.7"):
        listen(ServerSettings(host="192.0.2.7", port=0, allow_remote=True))


def test_port_0_is_told_as_the_real_one() -> None:
    with listen(ServerSettings(port=0)) as listener:
        host, port = address_of(listener).split(":")
        assert host == "127.0.0.1"
        assert int(port) > 0


async def test_messages_are_not_compressed(server: Running) -> None:
    async with connect(f"ws://{server.address}/api/events", compression="deflate") as page:
        assert page.response is not None
        assert "Sec-WebSocket-Extensions" not in page.response.headers
