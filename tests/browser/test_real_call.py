"""A sample call through the real server: real audio, real models, real page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from assist.config import Settings
from assist.models import fetch
from tests.browser.real_server import assist_serve
from tests.browser.sidebar import OpenSidebar, Sidebar
from tests.browser.test_calls import DESK
from tests.browser.test_screenshots import PICTURES, violations

pytestmark = pytest.mark.asyncio(loop_scope="session")

SAMPLE = "en_escalating"
A_CALL = 120_000  # milliseconds, longer than the sample
HELP = "You may offer a replacement."
NOTE = "Promised a refund; use the usual form."


async def test_a_sample_call_is_seen_from_its_first_word_to_its_end(
    settings: Settings, tmp_path: Path, open_sidebar: OpenSidebar
) -> None:
    fetch(settings.models, lambda _: None)
    async with assist_serve(tmp_path) as address:
        sidebar = await open_sidebar(address)
        await sidebar.page.locator(f"[data-sample={SAMPLE}]").click()
        await expect(sidebar.state).to_have_attribute("data-state", "live", timeout=A_CALL)
        await expect(sidebar.lines.first).to_be_visible(timeout=A_CALL)
        await expect(sidebar.tone).not_to_have_attribute("data-tone", "none", timeout=A_CALL)
        await expect(sidebar.suggestion).to_be_visible(timeout=A_CALL)
        assert await violations(sidebar) == []
        await sidebar.page.keyboard.press("u")
        await expect(sidebar.fate).to_have_attribute("data-fate", "used")
        await a_supervisor_helps(sidebar, await open_sidebar(f"{address}/wall", viewport=DESK))
        await lose_the_network(sidebar)
        await mark_everything(sidebar)
        await sidebar.language_button("English").click()
        await expect(sidebar.state).to_contain_text("Live")
        await expect(sidebar.state).to_have_attribute("data-state", "ended", timeout=A_CALL)
        await sidebar.page.locator("[data-choice=unsolved]").click()
        await everything_is_there(sidebar, address)
        await sidebar.page.reload()
        await everything_is_there(sidebar, address)
        assert await violations(sidebar) == []
        await it_is_found_and_replayed(sidebar, address)


async def a_supervisor_helps(sidebar: Sidebar, supervisor: Sidebar) -> None:
    """On the wall: reads along and writes to the agent, who reads it."""
    wall = supervisor.page
    await wall.locator("[data-call]").click()
    await expect(supervisor.lines.first).to_be_visible()
    await wall.locator("[data-sound] button").click()
    await expect(wall.locator("[data-sound=on]")).to_be_visible()
    await wall.locator("call-watch textarea").fill(HELP)
    await wall.keyboard.press("Enter")
    await expect(sidebar.page.locator("[data-whisper]")).to_contain_text(HELP)
    await sidebar.page.keyboard.press("r")
    await expect(wall.locator("[data-whisper=seen]")).to_contain_text(HELP)
    await wall.screenshot(path=PICTURES / "wall-real.png")
    await wall.goto("about:blank")


async def it_is_found_and_replayed(sidebar: Sidebar, address: str) -> None:
    """By a supervisor, with what the agent marked."""
    page = sidebar.page
    await page.set_viewport_size(DESK)
    await page.goto(f"{address}/calls?q=machines")
    await expect(page.locator(".hit mark").first).to_have_text("machine")
    await page.locator("tr[data-call] .open").click()
    said = page.locator("replay-transcript [data-seq] .said > p")
    events = await fetched(sidebar, page.url.replace("/calls/", "/api/calls/") + "/events")
    words = [event["text"] for event in events if event["type"] == "utterance" and event["text"]]
    await expect(said).to_have_text(words)
    await expect(page.locator("#outcome")).to_have_value("unsolved")
    await expect(page.locator("[data-notes]")).to_contain_text(NOTE)
    await expect(page.locator("[data-fate=used]").first).to_be_visible()
    await expect(page.locator("[data-kind=whisper]")).to_contain_text(HELP)
    await expect(page.locator("[data-quality]")).to_have_count(10)
    await page.keyboard.press("k")  # its sound, from the beginning
    await expect(page.locator("replay-transcript .current")).to_contain_text(words[0])
    await page.keyboard.press("k")
    await page.keyboard.press(".")
    await expect(page.locator("replay-transcript .current")).to_contain_text(words[1])
    await page.screenshot(path=PICTURES / "replay-real.png", full_page=True)
    assert await violations(sidebar) == []


async def lose_the_network(sidebar: Sidebar) -> None:
    await sidebar.context.set_offline(True)
    await expect(sidebar.state).to_have_attribute("data-state", "lost")
    await sidebar.context.set_offline(False)
    await expect(sidebar.state).to_have_attribute("data-state", "live")


async def mark_everything(sidebar: Sidebar) -> None:
    """By the keyboard alone."""
    for key in "mfw":
        await sidebar.page.keyboard.press(key)
    await expect(sidebar.note).to_be_focused()
    await sidebar.page.keyboard.type(NOTE)
    await sidebar.page.keyboard.press("Escape")
    await sidebar.page.keyboard.press("s")
    await expect(sidebar.fate).to_have_attribute("data-fate", "snoozed")
    await expect(sidebar.page.locator("[data-notice=flagged]")).to_be_visible()
    await expect(sidebar.moments).to_have_count(1)


async def everything_is_there(sidebar: Sidebar, address: str) -> None:
    """The words are the server's, each once and in order, and so are the marks."""
    await expect(sidebar.page.locator("[data-outcome=unsolved]")).to_be_visible()
    call_id = (await fetched(sidebar, f"{address}/api/calls?limit=1"))["calls"][0]["call_id"]
    events = await fetched(sidebar, f"{address}/api/calls/{call_id}/events")
    said = [event["text"] for event in events if event["type"] == "utterance" and event["text"]]
    await expect(sidebar.lines).to_have_text(said)
    await expect(sidebar.moments).to_have_count(1)
    await expect(sidebar.note).to_have_value(NOTE)
    marks = (await fetched(sidebar, f"{address}/api/calls/{call_id}/annotations"))["annotations"]
    kinds = {(mark["kind"], mark["value"]) for mark in marks}
    assert kinds == {
        ("moment", "set"),
        ("flag", "raised"),
        ("note", ""),
        ("snooze", "5"),
        ("outcome", "unsolved"),
        ("whisper", "sent"),
        ("whisper", "seen"),
    }


async def fetched(sidebar: Sidebar, address: str) -> Any:
    return await (await sidebar.context.request.get(address)).json()
