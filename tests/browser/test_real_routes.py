"""The page on the server's own routes and sockets; only the models are played by a fake."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from assist.events import Suggestion, ToneLabel
from tests.browser.sidebar import OpenSidebar
from tests.server.fakes import FakeCall, Page, serving

pytestmark = pytest.mark.asyncio(loop_scope="session")


def suggest(call: FakeCall) -> None:
    call.emit(
        Suggestion,
        id="s1",
        situation="apology",
        say="Sizi anlıyorum.",
        why="Müşteri kırgın.",
        because=(),
        language="tr",
        expires=10**9,
    )


async def test_a_call_reaches_the_page_and_the_agents_answer_the_server(
    tmp_path: Path, open_sidebar: OpenSidebar
) -> None:
    async with serving(tmp_path) as server:
        sidebar = await open_sidebar(f"http://{server.address}")
        await expect(sidebar.state).to_have_attribute("data-state", "waiting")
        async with server.source() as source:
            await source.start("one", language="tr", customer="Deniz Işık")
            await source.speak(2)
            await expect(sidebar.lines).to_have_text(["second 1", "second 2"])
            await expect(sidebar.page.get_by_text("Deniz Işık")).to_be_visible()
            call = server.pool.calls["one"]
            call.sound(2.0, ToneLabel.SAD)
            suggest(call)
            await expect(sidebar.tone).to_have_attribute("data-tone", "sad")
            await expect(sidebar.suggestion).to_be_visible()
            await sidebar.page.keyboard.press("u")
            await expect(sidebar.fate).to_have_attribute("data-fate", "used")
            async with server.page() as other:
                assert (await first_feedback(other))["s1"] == "used"
            await source.stop()
        await expect(sidebar.state).to_have_attribute("data-state", "ended")
        await sidebar.page.reload()
        await expect(sidebar.lines).to_have_count(2)
        await expect(sidebar.page.locator("call-summary")).to_contain_text("1 / 1 kullanıldı")


async def test_a_customer_who_calls_again_is_known(
    tmp_path: Path, open_sidebar: OpenSidebar
) -> None:
    async with serving(tmp_path) as server:
        sidebar = await open_sidebar(f"http://{server.address}")
        async with server.source() as source:
            await source.start("one", language="tr", customer="Deniz Işık")
            call = server.pool.calls["one"]
            call.sound(2.0, ToneLabel.SAD)
            call.ending = {"outcome": "solved", "topic": "delivery/late"}
            await source.stop()
        await sidebar.page.locator("[data-choice=unsolved]").click()
        await expect(sidebar.page.locator("[data-outcome=unsolved]")).to_be_visible()
        async with server.source() as source:
            await source.start("two", language="tr", customer="Deniz Işık")
            known = sidebar.page.locator("customer-card [data-earlier=one]")
            await expect(known).to_contain_text("Geciken teslimat")
            await expect(known).to_contain_text("Çözülmedi")
            await expect(known).to_contain_text("Üzgün")
            await source.stop()


async def first_feedback(page: Page) -> dict[str, str]:
    feedback: dict[str, str] = (await page.until("hello"))["feedback"]
    return feedback


async def test_a_page_without_network_says_so_and_goes_on_where_it_was(
    tmp_path: Path, open_sidebar: OpenSidebar
) -> None:
    async with serving(tmp_path) as server, server.source() as source:
        await source.start("one", language="tr")
        await source.speak(2)
        sidebar = await open_sidebar(f"http://{server.address}")
        await expect(sidebar.lines).to_have_count(2)
        await sidebar.context.set_offline(True)
        await expect(sidebar.page.get_by_role("button", name="Şimdi dene")).to_be_visible()
        await source.speak(2)
        await sidebar.context.set_offline(False)
        await source.speak(1)
        await expect(sidebar.lines).to_have_text([f"second {number}" for number in range(1, 6)])
        await expect(sidebar.state).to_have_attribute("data-state", "live")
        await source.stop()


async def test_a_call_that_begins_while_the_page_is_away_is_shown_from_its_beginning(
    tmp_path: Path, open_sidebar: OpenSidebar
) -> None:
    async with serving(tmp_path) as server:
        async with server.source() as source:
            await source.start("one", language="tr")
            await source.speak(3)
            sidebar = await open_sidebar(f"http://{server.address}")
            await expect(sidebar.lines).to_have_count(3)
            await sidebar.context.set_offline(True)
            await expect(sidebar.page.get_by_role("button", name="Şimdi dene")).to_be_visible()
            await source.stop()
        async with server.source() as source:
            await source.start("two", language="tr")
            await source.speak(2)
            await sidebar.context.set_offline(False)
            await expect(sidebar.lines).to_have_text(["second 1", "second 2"])
            await source.stop()
