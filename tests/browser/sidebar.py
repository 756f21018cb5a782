"""The page as a test sees it: its parts by name, and everything it complained about."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, Protocol
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Locator, Page

_NO_CONNECTION = ("WebSocket connection to", "Failed to load resource: net::ERR_")
VIEWPORT = {"width": 360, "height": 800}


class OpenSidebar(Protocol):
    """Opens the page at an address, with Playwright's context options."""

    def __call__(self, address: str, **context: Any) -> Awaitable[Sidebar]: ...


class Sidebar:
    """One open page."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.context = context
        self.page = page
        self.complaints: list[str] = []
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._asked(request.url))

    @classmethod
    async def open(cls, browser: Browser, address: str, **options: Any) -> Sidebar:
        settings = {"viewport": VIEWPORT, "locale": "tr-TR", "reduced_motion": "reduce", **options}
        context = await browser.new_context(**settings)
        sidebar = cls(context, await context.new_page())
        sidebar.address = "{0.scheme}://{0.netloc}".format(urlsplit(address))
        await sidebar.page.goto(address)
        return sidebar

    address = ""

    async def close(self) -> None:
        await self.context.close()

    def _heard(self, message: ConsoleMessage) -> None:
        # A connection that the test cut, or a server that it stopped, is meant to fail.
        expected = message.text.startswith(_NO_CONNECTION)
        if message.type in ("error", "warning") and not expected:
            self.complaints.append(message.text)

    def _asked(self, url: str) -> None:
        if self.address and not url.startswith((self.address, "data:")):
            self.complaints.append(f"a request to a third party: {url}")

    @property
    def state(self) -> Locator:
        return self.page.locator("call-header .state")

    @property
    def lines(self) -> Locator:
        return self.page.locator("call-transcript [data-seq] .bubble")

    @property
    def partials(self) -> Locator:
        return self.page.locator("call-transcript [data-partial] .bubble")

    @property
    def tone(self) -> Locator:
        return self.page.locator("tone-panel [data-tone]")

    @property
    def suggestion(self) -> Locator:
        return self.page.locator("suggestion-card article")

    @property
    def fate(self) -> Locator:
        return self.page.locator("suggestion-card [data-fate]")

    @property
    def moments(self) -> Locator:
        return self.page.locator("call-transcript [data-moment]")

    @property
    def note(self) -> Locator:
        return self.page.locator("call-notes textarea")

    @property
    def status(self) -> Locator:
        return self.page.locator("[role=status]")

    def action(self, name: str) -> Locator:
        return self.page.locator(f"call-actions [data-action={name}]")

    def language_button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name)
