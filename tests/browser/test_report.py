"""The report of a batch as a file in the browser: whole, quiet, readable, and it plays."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from assist.batch.manifest import Manifest
from assist.batch.report import write_report
from tests.batch.results import Results, recorded
from tests.browser.sidebar import OpenSidebar
from tests.browser.test_screenshots import LOCALES, PICTURES, violations

pytestmark = pytest.mark.asyncio(loop_scope="session")

DESK = {"width": 1180, "height": 900}
PLAYS = """async (player) => {
  if (player.readyState < 1) {
    await new Promise((heard, failed) => {
      player.onloadedmetadata = heard;
      player.onerror = () => failed(player.error.message);
      player.load();
    });
  }
  return player.duration;
}"""


@pytest.mark.parametrize("language", ["tr", "en"])
async def test_the_report_is_read_listened_to_and_printed(
    tmp_path: Path, open_sidebar: OpenSidebar, language: str
) -> None:
    results = Results(tmp_path)
    sound = str(recorded(tmp_path / "sound.wav"))
    for n in range(6):
        at = f"2026-03-0{n + 1}T{9 + n:02}:30:00+03:00" if n < 4 else ""
        results.add(f"call-{n}", agent=("Çağla", "Daniel")[n % 2], started_at=at, source=sound)
    results.fail("broken", "broken.wav cannot be read as audio.")
    with Manifest(tmp_path) as manifest:
        path = write_report(manifest, language, 5.0)
    sidebar = await open_sidebar(path.as_uri(), viewport=DESK, locale=LOCALES[language])
    page = sidebar.page
    await expect(page.locator("section h2")).to_have_count(6)
    players = page.locator("audio")
    assert await players.first.evaluate(PLAYS) == pytest.approx(12.0, abs=0.3)
    table = page.locator("#tone details").first
    await expect(table.locator("table")).to_be_hidden()
    await table.locator("summary").click()
    await expect(table.locator("tbody tr")).to_have_count(4)
    PICTURES.mkdir(parents=True, exist_ok=True)
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)
        assert await violations(sidebar) == []
        await page.screenshot(path=PICTURES / f"report-{language}-{scheme}.png", full_page=True)
    await page.emulate_media(color_scheme="dark", media="print")
    await expect(players.first).to_be_hidden()
    await page.set_viewport_size({"width": 718, "height": 1000})
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await page.screenshot(path=PICTURES / f"report-{language}-print.png", full_page=True)
    await page.emulate_media(color_scheme="light", media="screen")
    await page.set_viewport_size({"width": 360, "height": 800})
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await page.screenshot(path=PICTURES / f"report-{language}-360.png", full_page=True)
