"""Chromium and the pages in it; without Chromium the room is skipped and says why."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.browser.fake_server import FakeServer, served
from tests.browser.sidebar import OpenSidebar, Sidebar

ROOT = Path(__file__).resolve().parents[2]
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium_path() -> str | None:
    """Where Chromium is: CHROMIUM, or Debian's."""
    named = os.environ.get("CHROMIUM")
    return named or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def built_page() -> None:
    """The page as the sources are now; quick when nothing changed."""
    done = subprocess.run(
        [sys.executable, "web/build.py"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(built_page: None) -> AsyncIterator[Browser]:
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium: install Debian's `chromium`, or name one in CHROMIUM")
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=path, args=QUIET)
        yield launched
        await launched.close()


@pytest_asyncio.fixture(loop_scope="session")
async def server() -> AsyncIterator[FakeServer]:
    async with served() as fake:
        yield fake


@pytest_asyncio.fixture(loop_scope="session")
async def open_sidebar(browser: Browser) -> AsyncIterator[OpenSidebar]:
    """Opens the page of a server's address; in the end no page may have complained."""
    opened: list[Sidebar] = []

    async def open_at(address: str, **context: object) -> Sidebar:
        sidebar = await Sidebar.open(browser, address, **context)
        opened.append(sidebar)
        return sidebar

    yield open_at
    for sidebar in opened:
        await sidebar.close()
    complaints = [text for sidebar in opened for text in sidebar.complaints]
    assert complaints == []
