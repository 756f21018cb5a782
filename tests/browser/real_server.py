"""The program itself, as a user starts it."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

_ADDRESS = re.compile(r"http://[\w.\[\]:]+")


@asynccontextmanager
async def assist_serve(folder: Path, **settings: str) -> AsyncIterator[str]:
    """`assist serve` on a free port with its database in `folder`; the page's address.

    `settings` are environment variables. Raises `AssertionError` with what the program said
    when it ended before it was ready.
    """
    process = await asyncio.create_subprocess_exec(
        *(Path(sys.executable).with_name("assist"), "serve", "--port", "0"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "ASSIST_STORE__URL": f"sqlite:///{folder}/assist.db", **settings},
    )
    assert process.stdout is not None
    try:
        address = await _ready(process.stdout)
        reading = asyncio.create_task(process.stdout.read())  # a full pipe would stop the server
        yield address
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
    await reading


async def _ready(output: asyncio.StreamReader) -> str:
    said = ""
    while line := (await output.readline()).decode():
        said += line
        if found := _ADDRESS.search(line):
            return found.group()
    raise AssertionError(f"the server did not start:\n{said}")
