"""A sample call through the real server: real audio, real models, real page."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from assist.config import Settings
from assist.models import fetch
from tests.browser.real_server import assist_serve
from tests.browser.sidebar import OpenSidebar

pytestmark = pytest.mark.asyncio(loop_scope="session")

SAMPLE = "en_escalating"
A_CALL = 120_000  # milliseconds, longer than the sample


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
        await sidebar.page.keyboard.press("u")
        await expect(sidebar.fate).to_have_attribute("data-fate", "used")
        await expect(sidebar.state).to_have_attribute("data-state", "ended", timeout=A_CALL)
        shown = await sidebar.lines.count()
        await sidebar.page.reload()
        await expect(sidebar.lines).to_have_count(shown)
