import socket

import pytest
from websockets.asyncio.client import connect

from assist.config import ServerSettings
from assist.errors import ConfigError
from assist.server.listening import address_of, listen
from assist.server.security import check_address
from tests.server.fakes import Running


def test_a_taken_port_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=f"port {port} .*in use.*choose another server.port"):
            listen(ServerSettings(port=port))


@pytest.mark.parametrize("host", ["0.0.0.0", "", "::", "192.0.2.7", "example.com"])
def test_others_reach_a_server_only_if_they_have_to_sign_in(host: str) -> None:
    with pytest.raises(ConfigError, match=r"no users yet.*assist administrator NAME"):
        check_address(ServerSettings(host=host), signs_in=False)
    check_address(ServerSettings(host=host), signs_in=True)


def test_an_address_of_all_interfaces_is_told_as_one_to_open() -> None:
    with listen(ServerSettings(host="0.0.0.0", port=0)) as listener:
        assert address_of(listener) == f"127.0.0.1:{listener.getsockname()[1]}"


def test_an_address_that_is_not_ours_is_one_sentence() -> None:
    with pytest.raises(ConfigError, match=r"cannot listen on 192\.0\.2\.7"):
        listen(ServerSettings(host="192.0.2.7", port=0))


def test_port_0_is_told_as_the_real_one() -> None:
    with listen(ServerSettings(port=0)) as listener:
        host, port = address_of(listener).split(":")
        assert host == "127.0.0.1"
        assert int(port) > 0


async def test_messages_are_not_compressed(server: Running) -> None:
    async with connect(f"ws://{server.address}/api/events", compression="deflate") as page:
        assert page.response is not None
        assert "Sec-WebSocket-Extensions" not in page.response.headers
