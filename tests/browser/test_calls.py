"""The list of calls: searching, saving a search, opening a call."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from tests.browser.fake_server import FakeServer
from tests.browser.scenes import WORDS
from tests.browser.sidebar import OpenSidebar, Sidebar
from tests.browser.test_screenshots import LOCALES, PICTURES, overflowing, violations

pytestmark = pytest.mark.asyncio(loop_scope="session")

DESK = {"width": 1280, "height": 900}


def a_call(number: int, **changes: Any) -> dict[str, Any]:
    """A row of the list; the higher the number, the longer ago."""
    started = datetime.now(UTC) - timedelta(minutes=37 * number + 5)
    plain = {
        "call_id": f"call-{number}",
        "agent": ("Elif", "Alex", "Mert")[number % 3],
        "customer": f"C-{1000 + number}",
        "language": "tr",
        "started_at": started.isoformat(),
        "ended_at": (started + timedelta(seconds=61 * number)).isoformat(),
        "running": False,
        "duration": 61.0 * number + 95,
        "reason": "stop",
        "topic": ("delivery/late", "billing/question", "technical/no_connection")[number % 3],
        "outcome": ("solved", "open", "unsolved")[number % 3],
        "tone": ("neutral", "sad", "angry", "happy", "")[number % 5],
        "score": None if number % 4 == 3 else 40 + (7 * number) % 55,
        "recording": number % 2 == 0,
        "hit": None,
    }
    return {**plain, **changes}


def with_hits(language: str) -> list[dict[str, Any]]:
    """Twelve calls, of which the first is running and the next were found by their words."""
    _, text = WORDS[language].lines[1]
    hit = {"channel": "caller", "start": 73.2, "text": text}
    calls = [a_call(number, language=language) for number in range(12)]
    calls[0] = a_call(0, running=True, ended_at=None, outcome="", tone="", score=None)
    calls[1]["hit"] = calls[4]["hit"] = hit
    return calls


def rows(sidebar: Sidebar) -> Locator:
    return sidebar.page.locator("tr[data-call]")


async def opened(
    server: FakeServer, open_sidebar: OpenSidebar, query: str = "", **options: Any
) -> Sidebar:
    return await open_sidebar(f"{server.address}/calls{query}", viewport=DESK, **options)


async def test_a_search_is_a_link(server, open_sidebar):
    server.calls = with_hits("tr")
    query = "?q=sipari%C5%9F&tone=angry&min_duration=90"
    sidebar = await opened(server, open_sidebar, query)
    await expect(rows(sidebar)).to_have_count(12)
    asked = await server.asked.get()
    assert asked == {"q": "sipariş", "tone": "angry", "min_duration": "90", "limit": "50"}
    await expect(sidebar.page.locator("[data-filter]")).to_have_count(3)
    await expect(sidebar.page.locator("#tone")).to_have_value("angry")
    await expect(sidebar.page.locator("#min_duration")).to_have_value("1.5")


async def test_words_and_filters_change_the_address_and_the_way_back_works(server, open_sidebar):
    server.calls = with_hits("tr")
    sidebar = await opened(server, open_sidebar)
    assert await server.asked.get() == {"limit": "50"}
    await sidebar.page.keyboard.press("/")
    await sidebar.page.keyboard.type("iptal")
    await sidebar.page.keyboard.press("Enter")
    assert (await server.asked.get())["q"] == "iptal"
    await sidebar.page.get_by_role("button", name="Süzgeçler").click()
    await sidebar.page.locator("#outcome").select_option("unsolved")
    assert await server.asked.get() == {"q": "iptal", "outcome": "unsolved", "limit": "50"}
    await sidebar.page.locator("#max_duration").fill("2.5")
    await sidebar.page.locator("#max_duration").press("Enter")
    assert (await server.asked.get())["max_duration"] == "150"
    await expect(sidebar.page).to_have_url(
        f"{server.address}/calls?q=iptal&outcome=unsolved&max_duration=150"
    )
    await sidebar.page.go_back()
    await sidebar.page.go_back()
    await expect(sidebar.page).to_have_url(f"{server.address}/calls?q=iptal")
    await expect(sidebar.page.locator("#outcome")).to_have_value("")
    await sidebar.page.locator("[data-clear]").click()
    await expect(sidebar.page).to_have_url(f"{server.address}/calls")
    await expect(sidebar.page.locator("#q")).to_have_value("")


async def test_the_words_that_were_found_are_marked_in_any_inflected_form(server, open_sidebar):
    server.calls = with_hits("tr")
    sidebar = await opened(server, open_sidebar, "?q=SİPARİŞ")
    hit = rows(sidebar).nth(1).locator(".hit")
    await expect(hit.locator("mark")).to_have_text(["sipariş"])
    await expect(hit).to_have_attribute("href", f"{server.address}/calls/call-1#t=73.2")


async def test_rows_are_walked_and_opened_by_the_keyboard(server, open_sidebar):
    server.calls = with_hits("tr")
    sidebar = await opened(server, open_sidebar)
    await expect(rows(sidebar)).to_have_count(12)
    await sidebar.page.route("**/calls/call-1", lambda route: route.fulfill(body=""))
    await sidebar.page.keyboard.press("/")
    for _ in range(3):
        await sidebar.page.keyboard.press("ArrowDown")
    await sidebar.page.keyboard.press("ArrowUp")
    await expect(rows(sidebar).nth(1).get_by_role("link").first).to_be_focused()
    await sidebar.page.keyboard.press("Enter")
    await expect(sidebar.page).to_have_url(re.compile("/calls/call-1"))


async def test_more_calls_come_when_they_are_asked_for(server, open_sidebar):
    server.calls = [a_call(number) for number in range(60)]
    sidebar = await opened(server, open_sidebar)
    await expect(rows(sidebar)).to_have_count(50)
    await expect(sidebar.status).to_have_text("İlk 50 görüşme")
    await sidebar.page.get_by_role("button", name="Daha fazla göster").click()
    await expect(rows(sidebar)).to_have_count(60)
    await expect(sidebar.status).to_have_text("60 görüşme")
    asked = [await server.asked.get(), await server.asked.get()]
    assert asked == [{"limit": "50"}, {"limit": "50", "after": "50"}]


async def test_a_search_is_saved_under_a_name_and_found_again(server, open_sidebar):
    server.calls = with_hits("tr")
    sidebar = await opened(server, open_sidebar, "?tone=angry")
    await sidebar.page.locator("[data-save]").click()
    await sidebar.page.keyboard.type("Öfkeliler")
    await sidebar.page.keyboard.press("Enter")
    await sidebar.page.goto(f"{server.address}/calls")
    view = sidebar.page.locator("[data-view]")
    await view.get_by_role("link", name="Öfkeliler").click()
    await expect(sidebar.page).to_have_url(f"{server.address}/calls?tone=angry")
    await view.get_by_role("button").click()
    await sidebar.page.reload()
    await expect(rows(sidebar)).to_have_count(12)
    await expect(view).to_have_count(0)


async def test_what_is_shown_can_be_downloaded(server, open_sidebar):
    server.calls = with_hits("tr")
    sidebar = await opened(server, open_sidebar, "?q=iptal&outcome=solved")
    links = sidebar.page.locator(".download a")
    await expect(links).to_have_text(["CSV", "JSON", "Parquet"])
    await expect(links.last).to_have_attribute(
        "href", f"{server.address}/api/calls/export?q=iptal&outcome=solved&format=parquet"
    )


async def test_what_went_wrong_is_said_and_can_be_tried_again(server, open_sidebar):
    server.problem = "The parameter `from` must be a day, as in 2026-03-01."
    server.calls = with_hits("en")
    sidebar = await opened(server, open_sidebar, locale="en-GB")
    await expect(sidebar.page.get_by_role("alert")).to_contain_text(server.problem)
    server.problem = None
    await sidebar.page.get_by_role("button", name="Try again").click()
    await expect(rows(sidebar)).to_have_count(12)
    sidebar.complaints.clear()  # the browser reports the answer 400


async def full(sidebar: Sidebar, server: FakeServer, language: str) -> None:
    await expect(rows(sidebar)).to_have_count(12)


async def empty(sidebar: Sidebar, server: FakeServer, language: str) -> None:
    server.calls = []
    await sidebar.page.reload()
    await expect(sidebar.page.locator(".empty")).to_be_visible()


@pytest.mark.parametrize("state", [full, empty])
@pytest.mark.parametrize("language", ["tr", "en"])
async def test_each_state_fits_and_is_accessible(server, open_sidebar, state, language):
    server.calls = with_hits(language)
    word = {"tr": "sipariş", "en": "order"}[language]
    query = f"?q={word}&tone=angry&from=2026-03-01"
    sidebar = await opened(server, open_sidebar, query, locale=LOCALES[language])
    await state(sidebar, server, language)
    for scheme in ("light", "dark"):
        await sidebar.page.emulate_media(color_scheme=scheme)
        await sidebar.page.screenshot(
            path=PICTURES / f"calls-{state.__name__}-{language}-{scheme}.png"
        )
        assert await violations(sidebar) == []
    for width in (360, 768, 1280):
        await sidebar.page.set_viewport_size({"width": width, "height": 800})
        assert await overflowing(sidebar) == []
        picture = PICTURES / f"calls-{state.__name__}-{language}-{width}.png"
        await sidebar.page.screenshot(path=picture)
