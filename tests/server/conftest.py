from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.server.fakes import Running, serving


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Running]:
    async with serving(tmp_path) as running:
        yield running
