"""A call from its stored events: heard, read, put right."""

from __future__ import annotations

import io
import wave
from typing import Any

import numpy as np
import pytest
from playwright.async_api import Locator, expect

from assist.events import Utterance
from assist.guidance.scorecard import scorecard
from assist.run.compare import Change, Comparison
from assist.server.reanalysis import Reanalysis
from tests.browser.fake_server import FakeServer
from tests.browser.scenes import WORDS, C, Script, kept
from tests.browser.sidebar import OpenSidebar, Sidebar
from tests.browser.test_calls import DESK
from tests.browser.test_screenshots import LOCALES, PICTURES, overflowing, violations

pytestmark = pytest.mark.asyncio(loop_scope="session")

RATE = 8_000


def begin(server: FakeServer, language: str = "tr", *, recorded: bool = False) -> list[Any]:
    """The server has a call that is over; its events."""
    server.begin("call-1", language, WORDS[language].customer)
    server.say(kept(Script("call-1", language)))
    server.hello = type(server.hello)(
        call_id="call-1",
        started_at=server.hello.started_at,
        language=language,
        agent="Elif",
        customer=WORDS[language].customer,
        feedback={"s1": "used"},
    )
    if recorded:
        server.recording = sound_of(server.events)
    return server.events


def sound_of(events: list[Any]) -> bytes:
    """Two channels with a tone wherever somebody speaks."""
    said = [event for event in events if isinstance(event, Utterance)]
    samples = np.zeros((int((max(event.end for event in said) + 2) * RATE), 2), "<i2")
    for event in said:
        part = slice(int(event.start * RATE), int(event.end * RATE))
        times = np.arange(part.stop - part.start) / RATE
        swell = 3000 + 9000 * np.abs(np.sin(times * 2.1 + event.start))
        samples[part, int(event.channel is C)] = swell * np.sin(times * 2 * np.pi * 220)
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(samples.tobytes())
    return file.getvalue()


async def opened(
    server: FakeServer, open_sidebar: OpenSidebar, place: str = "", **options: Any
) -> Sidebar:
    address = f"{server.address}/calls/call-1{place}"
    sidebar = await open_sidebar(address, viewport=DESK, **options)
    await expect(sidebar.page.locator("replay-transcript [data-seq]").first).to_be_visible()
    if server.recording is None:
        await expect(sidebar.page.locator("[data-recording=none]")).to_be_visible()
        sidebar.complaints.clear()  # the browser reports that there are no peaks
    return sidebar


def spoken(sidebar: Sidebar) -> Locator:
    return sidebar.page.locator("replay-transcript [data-seq]")


def now(sidebar: Sidebar) -> Locator:
    return sidebar.page.locator("replay-transcript .current")


async def is_at(sidebar: Sidebar, second: float) -> None:
    """The sound is there, now or soon."""
    await sidebar.page.wait_for_function(
        """second => {
          const audio = document.querySelector('replay-page').shadowRoot.querySelector('audio');
          return audio !== null && Math.abs(audio.currentTime - second) < 0.02;
        }""",
        arg=second,
        timeout=5_000,
    )


async def test_everything_of_the_call_is_there(server, open_sidebar):
    events = begin(server)
    sidebar = await opened(server, open_sidebar)
    said = [event.text for event in events if isinstance(event, Utterance)]
    await expect(spoken(sidebar).locator(".said > p")).to_have_text(said)
    fates = sidebar.page.locator("[data-fate]")
    await expect(fates).to_have_count(2)
    await expect(sidebar.page.locator("[data-fate=expired]")).to_contain_text("anı geçti")
    await expect(sidebar.page.locator("[data-fate=used]")).to_contain_text("temsilci kullandı")
    await expect(sidebar.page.locator("[data-kind=trouble]")).to_contain_text(
        "1 sn müşterinin sesi"
    )
    await expect(sidebar.page.locator("[data-steps] li.done")).to_have_count(4)
    await expect(sidebar.page.locator("[data-promise]")).to_have_count(3)
    await expect(sidebar.page.locator("[data-ending]")).to_contain_text(WORDS["tr"].summary)
    await expect(sidebar.page.locator("#outcome")).to_have_value("solved")
    await expect(sidebar.page.locator("#topic")).to_have_value("delivery/late")


async def test_a_link_leads_to_its_moment(server, open_sidebar):
    events = begin(server, recorded=True)
    third = [event for event in events if isinstance(event, Utterance)][3]
    sidebar = await opened(server, open_sidebar, f"#t={third.start + 0.2}")
    await expect(now(sidebar)).to_contain_text(third.text)
    await expect(now(sidebar).locator(".now")).to_have_text(third.text.split()[0])
    await is_at(sidebar, third.start + 0.2)
    await sidebar.page.evaluate("location.hash = 't=1.5'")
    await expect(spoken(sidebar).first).to_have_attribute("aria-current", "true")


async def test_the_words_go_along_with_the_sound(server, open_sidebar):
    events = begin(server, recorded=True)
    said = [event for event in events if isinstance(event, Utterance)]
    sidebar = await opened(server, open_sidebar)
    await sidebar.page.locator("select >> nth=0").select_option("3")
    await sidebar.page.keyboard.press("k")
    await expect(now(sidebar)).to_contain_text(said[1].text, timeout=15_000)
    state = "audio => [audio.playbackRate, audio.preservesPitch]"
    assert await sidebar.page.locator("audio").evaluate(state) == [3, True]
    await sidebar.page.get_by_role("button", name="Duraklat").click()
    place = await sidebar.page.locator("audio").evaluate("audio => audio.currentTime")
    assert said[1].start <= place <= said[1].end + 1
    await expect(sidebar.page).to_have_url(f"{server.address}/calls/call-1#t={place:.1f}")


async def test_keys_move_through_the_call(server, open_sidebar):
    events = begin(server, recorded=True)
    said = [event for event in events if isinstance(event, Utterance)]
    sidebar = await opened(server, open_sidebar)
    steps = [(".", said[0].start), (".", said[1].start), (",", said[0].start), ("ArrowRight", 6.0)]
    steps += [("l", 16.0), ("j", 6.0), ("ArrowLeft", 1.0), ("Home", 0.0)]
    for key, place in steps:
        await sidebar.page.keyboard.press(key)
        await is_at(sidebar, place)
    await sidebar.page.keyboard.press(">")
    await expect(sidebar.page.locator("select >> nth=0")).to_have_value("1.25")
    await sidebar.page.keyboard.press("s")
    await expect(sidebar.page.get_by_label("Sessizlikleri atla")).to_be_checked()
    await sidebar.page.keyboard.press("?")
    await expect(sidebar.page.locator(".help")).to_be_visible()
    await sidebar.page.keyboard.press("n")
    await sidebar.page.keyboard.type("kj.,")  # keys mean letters in a field
    await expect(sidebar.page.locator("#note")).to_have_value("kj.,")
    await is_at(sidebar, 0)


async def test_silence_can_be_skipped(server, open_sidebar):
    events = begin(server, recorded=True)
    last = [event for event in events if isinstance(event, Utterance)][-1]
    sidebar = await opened(server, open_sidebar, f"#t={last.start - 4.4}")
    await sidebar.page.keyboard.press("s")
    await sidebar.page.keyboard.press("k")
    await expect(now(sidebar)).to_contain_text(last.text, timeout=3_000)


async def test_a_click_goes_there(server, open_sidebar):
    events = begin(server, recorded=True)
    said = [event for event in events if isinstance(event, Utterance)]
    sidebar = await opened(server, open_sidebar)
    await spoken(sidebar).nth(2).click()
    await is_at(sidebar, said[2].start)
    await now(sidebar).locator("[data-word='2']").click()
    await is_at(sidebar, said[2].words[2].start)
    box = await sidebar.page.locator("call-timeline .axis").bounding_box()
    assert box is not None
    await sidebar.page.mouse.click(box["x"] + box["width"] - 7, box["y"] + 60)
    duration = events[-1].duration
    slider = sidebar.page.get_by_role("slider")
    shown = float(await slider.get_attribute("aria-valuenow") or 0)
    assert duration - 1 <= shown <= duration + 1


async def test_the_words_stay_where_the_reader_scrolled(server, open_sidebar):
    begin(server, recorded=True)
    sidebar = await opened(server, open_sidebar, "#t=1.5")
    await sidebar.page.locator("replay-transcript .scroll").hover()
    await sidebar.page.mouse.wheel(0, 300)
    follow = sidebar.page.get_by_role("button", name="Çalınan yere git")
    await expect(follow).to_be_visible()
    await follow.click()
    await expect(follow).to_be_hidden()
    await expect(now(sidebar)).to_be_in_viewport()


async def test_what_was_wrong_is_put_right_and_kept(server, open_sidebar):
    events = begin(server)
    sidebar = await opened(server, open_sidebar, "#t=40")
    page = sidebar.page
    await page.locator("#outcome").select_option("unsolved")
    await page.locator("#topic").select_option("payment/refund")
    await page.locator("#tone").select_option("sad")
    tag = page.locator("[data-tag]").first
    await tag.click()
    await page.locator(".tags select").select_option("none")
    await expect(tag).to_have_text("Böyle bir durum yok")
    await page.locator("#note").fill("Burada söz verilmeliydi.")
    await page.locator("#note").press("Control+Enter")
    marks = {(mark.kind): mark for mark in [await server.mark() for _ in range(5)]}
    assert (marks["outcome"].value, marks["topic"].value) == ("unsolved", "payment/refund")
    assert (marks["situation"].value, marks["moment"].start) == ("none", 40)
    wrong = next(event for event in events if str(event.seq) == marks["tone"].about)
    assert (wrong.label, marks["tone"].value) != ("sad", "")
    shown = next(event for event in events if str(event.seq) == marks["situation"].about)
    assert shown.situation == "delay"
    await page.reload()
    await expect(page.locator("#outcome")).to_have_value("unsolved")
    await expect(page.locator("#tone")).to_have_value("sad")
    await expect(tag).to_have_text("Böyle bir durum yok")
    await expect(page.locator("[data-kind=moment]")).to_contain_text("Burada söz verilmeliydi.")
    await page.get_by_role("button", name="Notu sil").click()
    await expect(page.locator("[data-kind=moment]")).to_have_count(0)
    sidebar.complaints.clear()  # that there are no peaks, again


async def test_an_analysis_of_today_stands_beside_the_one_of_then(
    server: FakeServer, open_sidebar: OpenSidebar
) -> None:
    begin(server, recorded=True)
    changes = (
        Change("tone", 12.0, 16.0, "neutral", "angry", "caller"),
        Change("situation", 20.5, 20.5, "", "cancellation", "caller"),
        Change("outcome", 90.0, 90.0, "open", "solved"),
    )
    compared = Comparison({"tone": ("tone-1", "tone-2")}, 0.031, 0.2, changes)
    server.reanalyses = [Reanalysis(1, "2026-11-22T12:00:00+00:00", "Selin", compared)]
    sidebar = await opened(server, open_sidebar)
    again = sidebar.page.locator("replay-again")
    await expect(again.locator("tbody tr")).to_have_count(0)
    await again.get_by_role("button", name="Yeniden çözümle").click()
    rows = again.locator("tbody tr")
    await expect(rows).to_have_count(3)
    await expect(rows.nth(0)).to_contain_text("Sakin")
    await expect(rows.nth(0)).to_contain_text("Öfkeli")
    await expect(rows.nth(1)).to_contain_text("İptal isteği")
    await expect(again).to_contain_text("tone-1 → tone-2")
    await again.get_by_role("button", name="0:20").click()
    await is_at(sidebar, 20.5)
    assert await violations(sidebar) == []
    await again.screenshot(path=PICTURES / "replay-again.png")


async def test_a_score_is_followed_to_its_words_accepted_and_corrected(server, open_sidebar):
    events = begin(server, recorded=True)
    sidebar = await opened(server, open_sidebar)
    qualities = sidebar.page.locator("[data-quality]")
    await expect(qualities).to_have_count(10)
    quality = sidebar.page.locator("[data-quality=attention]")
    await quality.locator("summary").click()
    piece = quality.locator("[data-rule]").first
    rule = await piece.get_attribute("data-rule")
    found = next(one for one in scorecard(events)["attention"].evidence if one.rule == rule)
    await piece.locator(".go").click()
    await is_at(sidebar, found.start)
    await quality.locator("[data-accept]").click()
    await expect(quality.locator("[data-review=accept]")).to_contain_text("Ayşe: onayladı")
    await quality.locator("[data-correct]").click()
    await quality.locator("#value").fill("31")
    await quality.locator("#comment").fill("Numarayı iki kez sordu.")
    await quality.locator("form .primary").click()
    await expect(quality.locator(".score")).to_have_text("31")
    await expect(quality.locator("[data-review=correct]")).to_contain_text("doğrusu 31")
    assert server.reviews[-1].comment == "Numarayı iki kez sordu."
    await quality.locator("[data-correct]").click()
    await quality.locator("#value").fill("")
    await quality.locator("form .primary").click()
    await expect(quality.locator(".score")).to_contain_text("Yeterli kanıt yok")
    assert await violations(sidebar) == []


async def test_a_call_that_is_none_is_said_to_be(server, open_sidebar):
    sidebar = await open_sidebar(f"{server.address}/calls/nobody", viewport=DESK, locale="en-GB")
    await expect(sidebar.page.get_by_role("alert")).to_have_text("There is no such call.")
    sidebar.complaints.clear()


@pytest.mark.parametrize("recorded", [True, False], ids=["recorded", "unrecorded"])
@pytest.mark.parametrize("language", ["tr", "en"])
async def test_each_state_fits_and_is_accessible(server, open_sidebar, language, recorded):
    begin(server, language, recorded=recorded)
    sidebar = await opened(server, open_sidebar, "#t=38", locale=LOCALES[language])
    await sidebar.page.keyboard.press("?")
    await sidebar.page.locator("#note").fill("…")
    await sidebar.page.locator("#note").press("Control+Enter")
    await expect(sidebar.page.locator("[data-kind=moment]")).to_be_visible()
    await sidebar.page.locator("[data-quality=patience] summary").click()
    name = f"replay-{'recorded' if recorded else 'unrecorded'}-{language}"
    for scheme in ("light", "dark"):
        await sidebar.page.emulate_media(color_scheme=scheme)
        await sidebar.page.screenshot(path=PICTURES / f"{name}-{scheme}.png", full_page=True)
        assert await violations(sidebar) == []
    for width in (360, 768):
        await sidebar.page.set_viewport_size({"width": width, "height": 800})
        assert await overflowing(sidebar) == []
        await sidebar.page.screenshot(path=PICTURES / f"{name}-{width}.png")
