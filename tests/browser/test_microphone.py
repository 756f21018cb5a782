"""Speak and see: a fake microphone in a real browser, heard by a real server."""

from __future__ import annotations

import contextlib
import re
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from playwright.async_api import async_playwright, expect

from assist.config import Settings
from assist.models import fetch
from tests.browser.conftest import QUIET, chromium_path
from tests.browser.real_server import assist_serve
from tests.browser.sidebar import Sidebar
from tests.browser.sites import line_to
from tests.browser.test_screenshots import PICTURES, violations
from tests.browser.voices import write_turns
from tests.server.fakes import serving

pytestmark = pytest.mark.asyncio(loop_scope="session")

PATIENCE = 60_000  # milliseconds until words are recognised on a busy machine
FAKE = "--use-fake-device-for-media-stream"
GIVEN = "--use-fake-ui-for-media-stream"


@contextlib.asynccontextmanager
async def visitor(address: str, *arguments: str, **context: object) -> AsyncIterator[Sidebar]:
    """The page for trying it out in a browser of its own; nothing may be complained of."""
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium: install Debian's `chromium`, or name one in CHROMIUM")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=[*QUIET, *arguments])
        settings = {"locale": "tr-TR", "viewport": {"width": 1100, "height": 860}, **context}
        opened = await browser.new_context(**settings)
        sidebar = Sidebar(opened, await opened.new_page())
        sidebar.address = address
        await sidebar.page.goto(f"{address}/try")
        yield sidebar
        await browser.close()
        assert sidebar.complaints == []


def hears(path: Path) -> tuple[str, str, str]:
    return FAKE, GIVEN, f"--use-file-for-fake-audio-capture={path}%noloop"


async def test_what_is_said_into_the_microphone_is_the_callers(
    built_page: None, settings: Settings, tmp_path: Path
) -> None:
    fetch(settings.models, lambda _: None)
    said = write_turns(tmp_path / "voice.wav", "en_escalating", "caller", 1)
    assert "washing machine" in said
    async with (
        assist_serve(tmp_path) as address,
        visitor(address, *hears(tmp_path / "voice.wav")) as visiting,
    ):
        page = visiting.page
        await page.select_option("#spoken", "en")
        await page.locator("[data-start]").click()
        await expect(page.locator("[data-phase=running]")).to_be_visible()
        lines = visiting.lines
        await expect(lines.first).to_contain_text("washing machine", timeout=PATIENCE)
        tone = page.locator("tone-panel [data-tone]")
        await expect(tone).not_to_have_attribute("data-tone", "none", timeout=PATIENCE)
        await page.locator("[data-stop]").click()
        await expect(page.locator("[data-phase=ended]")).to_be_visible(timeout=PATIENCE)
        call_id = await page.locator("call-assist").get_attribute("call")
        answer = await page.request.get(f"{address}/api/calls/{call_id}/events")
        events = await answer.json()
        assert events[0]["channels"] == ["caller"]
        assert events[-1]["reason"] == "stop"
        assert {e["channel"] for e in events if e["type"] == "utterance"} == {"caller"}


# The browser's own device may stutter on a busy machine. What counts here is what it gave us.
KEEP_WHAT_IS_CAPTURED = """
window.captured = [];
window.AudioWorkletNode = class extends AudioWorkletNode {
  constructor(...given) {
    super(...given);
    this.port.addEventListener("message", ({ data }) => {
      window.captured.push(...new Int16Array(data.pcm));
    });
  }
};
"""


async def test_a_cut_line_loses_nothing(built_page: None, tmp_path: Path) -> None:
    write_turns(tmp_path / "voice.wav", "en_solved", "caller", 3)
    async with (
        serving(tmp_path) as server,
        line_to(server.address) as line,
        visitor(line.address, *hears(tmp_path / "voice.wav")) as visiting,
    ):
        page = visiting.page
        await page.add_init_script(KEEP_WHAT_IS_CAPTURED)
        await page.reload()
        await page.locator("[data-start]").click()
        spoken = visiting.lines
        await expect(spoken).to_have_text(["second 1"])
        line.cut()
        await expect(page.locator("[data-phase=reconnecting]")).to_be_attached()
        await expect(page.locator("[data-phase=running]")).to_be_visible()
        await expect(spoken).to_have_count(5, timeout=PATIENCE)
        await page.locator("[data-stop]").click()
        await expect(page.locator("[data-phase=ended]")).to_be_visible()
        (call,) = server.pool.calls.values()
        position = 0
        for frame in call.frames:
            assert frame.start == position
            position += len(frame.data) // 2
        heard = np.frombuffer(b"".join(frame.data for frame in call.frames), dtype="<i2")
        assert call.info.legs[0].rate == 16_000
        assert call.reason == "stop"
        captured = np.array(await page.evaluate("window.captured"), dtype=np.int16)
    assert 4 * 16_000 < len(heard) <= len(captured)
    np.testing.assert_array_equal(heard, captured[: len(heard)])
    said, _ = soundfile.read(tmp_path / "voice.wav", dtype="int16")
    seconds = [said[start : start + 16_000] for start in range(16_000, 64_000, 16_000)]
    assert max(likeness(second, heard) for second in seconds) > 0.9


def likeness(voice: np.ndarray, heard: np.ndarray) -> float:
    """The best correlation of `voice` with any part of `heard` of its length."""
    a = voice.astype(np.float64)
    b = heard.astype(np.float64)
    size = len(a) + len(b)
    products = np.fft.irfft(np.fft.rfft(b, size) * np.conj(np.fft.rfft(a, size)), size)
    products = products[: len(b) - len(a) + 1]
    energy = np.cumsum(np.concatenate([[0.0], b * b]))
    within = energy[len(a) :] - energy[: len(b) - len(a) + 1]
    return float(np.max(products / np.sqrt(np.maximum(within, 1.0) * np.sum(a * a))))


async def test_a_microphone_that_is_not_given_is_asked_for(
    built_page: None, tmp_path: Path
) -> None:
    async with (
        serving(tmp_path) as server,
        visitor(f"http://{server.address}", FAKE, "--deny-permission-prompts") as visiting,
    ):
        page = visiting.page
        await page.locator("[data-start]").click()
        await expect(page.get_by_role("alert")).to_contain_text("Mikrofona izin verilmedi")
        await expect(page.locator("[data-start]")).to_be_enabled()
        assert server.pool.calls == {}


async def test_a_microphone_that_hears_nothing_is_told_of(built_page: None, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "silence.wav", np.zeros(16_000, dtype=np.int16), 16_000)
    async with (
        serving(tmp_path) as server,
        visitor(f"http://{server.address}", *hears(tmp_path / "silence.wav")) as visiting,
    ):
        page = visiting.page
        await page.clock.install()
        await page.locator("[data-start]").click()
        await expect(page.locator("[data-phase=running]")).to_be_visible()
        await expect(page.get_by_role("alert")).to_have_count(0)
        await page.clock.fast_forward(9_000)
        await expect(page.get_by_role("alert")).to_contain_text("Hiç ses gelmiyor")
        await page.locator("[data-stop]").click()


async def test_the_server_that_goes_is_told_of(built_page: None, tmp_path: Path) -> None:
    write_turns(tmp_path / "voice.wav", "en_solved", "caller", 1)
    async with contextlib.AsyncExitStack() as stack:
        server = await stack.enter_async_context(serving(tmp_path))
        async with visitor(f"http://{server.address}", *hears(tmp_path / "voice.wav")) as visiting:
            page = visiting.page
            await page.locator("[data-start]").click()
            await expect(page.locator("[data-phase=running]")).to_be_visible()
            await stack.aclose()
            await expect(page.get_by_role("alert")).to_contain_text("The server is stopping")
            await expect(page.locator("[data-start]")).to_be_enabled()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_page_is_accessible_and_speaks_both_languages(
    built_page: None, tmp_path: Path, scheme: str
) -> None:
    write_turns(tmp_path / "voice.wav", "en_solved", "caller", 1)
    async with (
        serving(tmp_path) as server,
        visitor(
            f"http://{server.address}",
            *hears(tmp_path / "voice.wav"),
            color_scheme=scheme,
            reduced_motion="reduce",
        ) as visiting,
    ):
        page = visiting.page
        assert await violations(visiting) == []
        await page.screenshot(path=PICTURES / f"try-idle-tr-{scheme}.png")
        await page.get_by_role("button", name="English").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Speak and see")
        assert await page.title() == "Try it with your own voice"
        await page.locator("[data-start]").click()
        await expect(page.locator("[data-phase=running]")).to_contain_text(re.compile("Listening"))
        await expect(page.locator("call-header .state")).to_have_attribute("data-state", "live")
        assert await violations(visiting) == []
        await page.screenshot(path=PICTURES / f"try-listening-en-{scheme}.png")
        await page.locator("[data-stop]").click()
        await expect(page.locator("[data-phase=ended]")).to_be_visible()
