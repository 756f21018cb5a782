"""What the agent sees and does, in a real browser."""

from __future__ import annotations

import asyncio
import json
import re

import pytest
from msgspec.structs import replace
from playwright.async_api import expect

from assist.events import (
    CallPhase,
    ChecklistItem,
    Due,
    Evidence,
    Fault,
    Gap,
    Note,
    Role,
    SuggestionWithdrawn,
    Tone,
    ToneLabel,
    Utterance,
    encode,
)
from tests.browser.fake_server import SAMPLES, FakeServer
from tests.browser.scenes import (
    WORDS,
    Script,
    angry,
    calm,
    calmed,
    divided,
    known_customer,
    negative,
    solved,
)
from tests.browser.sidebar import OpenSidebar, Sidebar

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def in_call(server: FakeServer, open_sidebar: OpenSidebar) -> tuple[Sidebar, Script]:
    """A page in the angry call, with its suggestion."""
    server.begin("call-1", customer="Deniz Işık")
    script = Script("call-1", "tr")
    server.say(angry(script))
    sidebar = await open_sidebar(server.address)
    await expect(sidebar.suggestion).to_be_visible()
    return sidebar, script


async def test_a_newcomer_plays_a_sample_call(server, open_sidebar):
    sidebar = await open_sidebar(server.address)
    await expect(sidebar.state).to_have_text("Çağrı bekleniyor")
    for sample in SAMPLES:
        await expect(sidebar.page.get_by_text(sample.title)).to_be_visible()
    await sidebar.page.locator("[data-sample=en_refund_solved]").click()
    assert await server.played.get() == "en_refund_solved"
    server.begin("sample", "en")
    await expect(sidebar.state).to_contain_text("Canlı")


async def test_words_appear_in_order_as_they_are_said(server, open_sidebar):
    sidebar = await open_sidebar(server.address)
    server.begin("call-1")
    script = Script("call-1", "tr")
    server.say(calm(script))
    said = [text for _, text in WORDS["tr"].lines[:3]]
    await expect(sidebar.lines).to_have_text(said)
    await expect(sidebar.tone).to_contain_text("Sakin")
    await expect(sidebar.fate).to_have_text("Şu anda bir öneri yok")


async def test_open_words_are_grey_and_give_way_to_the_final(server, open_sidebar):
    server.begin("call-1")
    script = Script("call-1", "tr")
    server.say([script.started()])
    sidebar = await open_sidebar(server.address)
    await expect(sidebar.state).to_contain_text("Canlı")
    server.say([script.speaking(Role.CALLER, 1.0, "Siparişim hâlâ", "gelmedi")])
    await expect(sidebar.partials).to_have_text(re.compile(r"Siparişim hâlâ\s+gelmedi"))
    await expect(sidebar.lines).to_have_count(0)
    stable, pending = (sidebar.page.locator(f".open .{name}") for name in ("stable", "pending"))
    assert await colour(stable) != await colour(pending)
    server.say([script.says(Role.CALLER, 1.0, 3.5, "Siparişim hâlâ gelmemiş.")])
    await expect(sidebar.lines).to_have_text(["Siparişim hâlâ gelmemiş."])
    await expect(sidebar.partials).to_have_count(0)


async def colour(locator) -> str:
    return await locator.evaluate("node => getComputedStyle(node).color")


async def test_the_tone_is_a_word_with_its_certainty_and_reasons(server, open_sidebar):
    sidebar, _ = await in_call(server, open_sidebar)
    await expect(sidebar.tone).to_contain_text("Öfkeli")
    await expect(sidebar.tone).to_contain_text("Emin · %84")
    await expect(sidebar.tone).to_contain_text("Geriliyor")
    reason = sidebar.page.get_by_text(WORDS["tr"].reasons[1])
    await expect(reason).to_be_hidden()
    await sidebar.page.get_by_text("Neden?").click()
    await expect(reason).to_be_visible()


async def test_a_tone_that_is_not_sure_says_so(server, open_sidebar):
    sidebar, script = await in_call(server, open_sidebar)
    server.say([script.tone(script.seconds + 1, ToneLabel.UNSURE, 0.0)])
    await expect(sidebar.tone).to_contain_text("Emin değil")
    await expect(sidebar.tone).not_to_contain_text("%")


async def test_the_voice_and_the_words_are_told_apart_on_demand(server, open_sidebar):
    sidebar, script = await in_call(server, open_sidebar)
    apart = sidebar.page.locator("tone-panel .apart")
    await expect(apart).to_have_count(0)
    await sidebar.page.get_by_role("button", name="Neden?").press("Enter")
    await expect(apart).to_have_text(re.compile(r"Ses: belirsiz\s+Sözler: öfkeli"))
    await expect(sidebar.page.locator("tone-panel .quotes q")).to_have_text(WORDS["tr"].quoted)
    await expect(sidebar.page.locator("tone-panel .reasons")).to_contain_text("sn’dir böyle")
    # A voice that says nothing clear and words without a sign need no line of their own.
    server.say([script.tone(script.seconds + 1, ToneLabel.UNSURE, 0.0)])
    await expect(sidebar.tone).to_have_attribute("data-tone", "unsure")
    await expect(apart).to_have_count(0)


async def test_a_voice_and_words_that_differ_are_shown_instead_of_a_certainty(server, open_sidebar):
    server.begin("call-1")
    server.say(divided(Script("call-1", "tr")))
    sidebar = await open_sidebar(server.address)
    await expect(sidebar.tone).to_contain_text("Emin değil")
    await expect(sidebar.tone).to_contain_text("Ses sakin, sözler öfkeli")


async def test_a_tone_of_an_old_server_is_shown_as_it_is(server, open_sidebar):
    sidebar, script = await in_call(server, open_sidebar)
    tone = json.loads(encode(script.tone(script.seconds, ToneLabel.SAD, -0.4, reasons=("kısık",))))
    for name in ("voice", "words", "quotes", "since", "recovery"):
        del tone[name]
    await sidebar.page.get_by_role("button", name="Neden?").click()
    server.say_text(json.dumps(tone))
    await expect(sidebar.tone).to_have_attribute("data-tone", "sad")
    await expect(sidebar.page.locator("tone-panel .reasons li")).to_have_text(["kısık"])


async def test_a_caller_who_calms_down_is_good_news_said_once(server, open_sidebar):
    server.begin("call-1")
    script = Script("call-1", "tr")
    server.say(calmed(script))
    sidebar = await open_sidebar(server.address)
    news = sidebar.page.locator("tone-panel [data-recovery=apology]")
    await expect(news).to_have_text("Özrünüzden sonra sakinleşti")
    await sidebar.page.get_by_role("button", name="Neden?").click()
    await expect(sidebar.page.get_by_text("sonra sakinleşti")).to_have_count(1)
    server.say([script.tone(script.seconds + 1, ToneLabel.NEUTRAL, 0.2)])
    await expect(news).to_have_count(0)


async def test_an_old_tone_greys_out(server, open_sidebar):
    sidebar, script = await in_call(server, open_sidebar)
    await expect(sidebar.tone).to_have_attribute("data-stale", "false")
    server.say([script.measured(script.seconds + 6)])
    await expect(sidebar.tone).to_have_attribute("data-stale", "true")
    await expect(sidebar.tone).to_contain_text("yeni işaret yok")


@pytest.mark.parametrize(("key", "action"), [("u", "used"), ("d", "dismissed"), ("U", "used")])
async def test_a_key_tells_the_server_what_became_of_the_suggestion(
    server, open_sidebar, key, action
):
    sidebar, _ = await in_call(server, open_sidebar)
    await sidebar.page.keyboard.press(key)
    feedback = await server.feedback.get()
    assert (feedback.call_id, feedback.suggestion, feedback.action) == ("call-1", "s1", action)
    await expect(sidebar.suggestion).to_have_count(0)
    await expect(sidebar.fate).to_have_attribute("data-fate", action)


async def test_the_button_does_the_same_as_the_key(server, open_sidebar):
    sidebar, _ = await in_call(server, open_sidebar)
    await sidebar.page.get_by_role("button", name="Söyledim").click()
    assert (await server.feedback.get()).action == "used"


async def test_a_key_shows_the_next_wording_and_comes_around(server, open_sidebar):
    sidebar, _ = await in_call(server, open_sidebar)
    words = WORDS["tr"]
    for wording in (*words.alternatives, words.say):
        await sidebar.page.keyboard.press("n")
        await expect(sidebar.suggestion.locator(".say")).to_have_text(wording)


async def test_keys_do_nothing_while_somebody_types_or_has_switched_them_off(server, open_sidebar):
    sidebar, _ = await in_call(server, open_sidebar)
    await sidebar.page.evaluate(
        "document.body.append(Object.assign(document.createElement('input'), {id: 'crm'}))"
    )
    await sidebar.page.locator("#crm").press_sequentially("und")
    await sidebar.page.keyboard.press("Control+d")
    await sidebar.page.locator("#crm").evaluate("node => node.remove()")
    await sidebar.page.get_by_role("button", name="Klavye kısayolları").click()
    switch = sidebar.page.get_by_label("Kısayollar açık")
    await switch.uncheck()
    await expect(sidebar.suggestion.locator("kbd")).to_have_count(0)
    await sidebar.page.keyboard.press("d")
    await switch.check()
    await switch.blur()
    await sidebar.page.keyboard.press("u")
    assert (await server.feedback.get()).action == "used"
    assert server.feedback.empty()


async def test_a_snooze_keeps_suggestions_away_until_its_time_is_over_or_it_is_ended(
    server, open_sidebar
):
    sidebar, script = await in_call(server, open_sidebar)
    await sidebar.page.keyboard.press("s")
    mark = await server.mark()
    assert (mark.kind, mark.value) == ("snooze", "5")
    assert mark.start == pytest.approx(script.seconds, abs=5)
    await expect(sidebar.suggestion).to_have_count(0)
    await expect(sidebar.fate).to_contain_text(re.compile(r"Öneriler sessiz · [45]:\d\d"))
    await expect(sidebar.action("snooze")).to_have_attribute("aria-pressed", "true")
    at = script.seconds
    server.say([script.suggests(at + 1, "s2", WORDS["tr"])])
    server.say([script.says(Role.AGENT, at + 1, at + 2, "Buradayım.")])
    await expect(sidebar.lines.last).to_have_text("Buradayım.")
    await expect(sidebar.suggestion).to_have_count(0)
    await expect(sidebar.status).to_have_text("Öneriler 5 dakika susturuldu")
    await sidebar.page.keyboard.press("u")
    await sidebar.page.reload()  # it is kept with the call
    await expect(sidebar.fate).to_contain_text("Öneriler sessiz")
    await sidebar.page.get_by_role("button", name="Yeniden aç").click()
    await expect(sidebar.suggestion).to_have_attribute("data-suggestion", "s2")
    assert (await server.mark()).value == "0"
    assert server.feedback.empty()
    await sidebar.page.keyboard.press("s")
    server.say([replace(script.suggests(at + 299, "s3", WORDS["tr"]), expires=999 * 16_000)])
    server.say([script.measured(at + 400)])
    await expect(sidebar.suggestion).to_have_attribute("data-suggestion", "s3")


async def test_how_long_a_snooze_lasts_is_chosen_and_remembered(server, open_sidebar):
    sidebar, _ = await in_call(server, open_sidebar)
    await sidebar.page.keyboard.press("?")
    await sidebar.page.get_by_label("Susturma süresi").select_option("15")
    await sidebar.page.get_by_label("Susturma süresi").blur()
    await sidebar.page.reload()
    await expect(sidebar.suggestion).to_be_visible()
    await sidebar.page.keyboard.press("s")
    assert (await server.mark()).value == "15"


async def test_a_marked_moment_stands_at_its_time_and_can_be_taken_away(server, open_sidebar):
    sidebar, script = await in_call(server, open_sidebar)
    await sidebar.page.keyboard.press("m")
    mark = await server.mark()
    assert (mark.kind, mark.about, mark.value) == ("moment", mark.id, "set")
    await expect(sidebar.moments).to_contain_text(re.compile(r"İşaretlediğiniz an · 0:\d\d"))
    await expect(sidebar.status).to_have_text(re.compile(r"İşaretlendi: 0:\d\d"))
    at = script.seconds + 20
    server.say([script.says(Role.AGENT, at, at + 1, "Buradayım.")])
    order = sidebar.page.locator("call-transcript .part > *")
    await expect(order.nth(-2)).to_have_attribute("data-moment", mark.id)
    await sidebar.action("moment").click()
    await expect(sidebar.moments).to_have_count(2)
    await sidebar.page.reload()
    await expect(sidebar.moments).to_have_count(2)
    await sidebar.moments.first.get_by_role("button").click()
    await expect(sidebar.moments).to_have_count(1)
    await expect(sidebar.moments).not_to_have_attribute("data-moment", mark.id)


async def test_a_flag_for_the_supervisor_is_seen_and_taken_back(server, open_sidebar):
    sidebar, _ = await in_call(server, open_sidebar)
    flag = sidebar.page.locator("[data-notice=flagged]")
    await expect(flag).to_have_count(0)
    await sidebar.page.keyboard.press("f")
    assert (await server.mark()).value == "raised"
    await expect(flag).to_contain_text("Yönetici için işaretlendi · 0:")
    await expect(sidebar.action("flag")).to_have_attribute("aria-pressed", "true")
    await flag.get_by_role("button", name="Geri al").click()
    assert (await server.mark()).value == "lowered"
    await expect(flag).to_have_count(0)
    await expect(sidebar.action("flag")).to_have_attribute("aria-pressed", "false")


async def test_a_note_is_typed_without_triggering_anything_and_kept(server, open_sidebar):
    sidebar, script = await in_call(server, open_sidebar)
    await sidebar.page.keyboard.press("w")
    await expect(sidebar.note).to_be_focused()
    text = "und sf m? ücret iadesi"  # every letter of it is a key
    await sidebar.page.keyboard.type(text)
    await sidebar.page.keyboard.press("Escape")
    mark = await server.mark()
    assert (mark.kind, mark.text) == ("note", text)
    await expect(sidebar.note).to_have_count(0)
    await expect(sidebar.action("note")).to_be_focused()
    await expect(sidebar.suggestion).to_be_visible()
    assert server.feedback.empty()
    assert server.marked.empty()
    server.say([script.ended(60, outcome="open")])
    await expect(sidebar.note).to_have_value(text)
    await sidebar.page.keyboard.press("w")
    await expect(sidebar.note).to_be_focused()
    await sidebar.page.keyboard.press("End")
    await sidebar.page.keyboard.type("; yarın ara")
    assert (await server.mark()).text == f"{text}; yarın ara"
    await expect(sidebar.page.locator("call-notes [data-saved]")).to_have_text("Kaydedildi")


async def test_a_note_that_was_being_typed_when_the_next_call_came_is_kept(server, open_sidebar):
    sidebar, _ = await in_call(server, open_sidebar)
    await sidebar.page.keyboard.press("w")
    await expect(sidebar.note).to_be_focused()
    await sidebar.page.keyboard.type("yarım kalan")
    server.begin("call-2")
    mark = await server.mark()
    assert (mark.call_id, mark.text) == ("call-1", "yarım kalan")
    await expect(sidebar.note).to_have_count(0)


async def test_what_is_done_while_disconnected_stays_in_view_and_arrives_later(
    server, open_sidebar
):
    sidebar, _ = await in_call(server, open_sidebar)
    server.drop(refuse=True)
    await expect(sidebar.page.get_by_role("button", name="Şimdi dene")).to_be_visible()
    for key in "mf":
        await sidebar.page.keyboard.press(key)
    await expect(sidebar.moments).to_have_count(1)
    server.refusing = False
    await sidebar.page.get_by_role("button", name="Şimdi dene").click()
    assert {(await server.mark()).kind, (await server.mark()).kind} == {
        "moment",
        "flag",
    }
    await expect(sidebar.moments).to_have_count(1)
    await expect(sidebar.page.locator("[data-notice=flagged]")).to_be_visible()


async def test_the_end_is_corrected_by_one_press(server, open_sidebar):
    sidebar, script = await in_call(server, open_sidebar)
    server.say([script.ended(60, outcome="open", topic="delivery/late")])
    summary = sidebar.page.locator("call-summary")
    await summary.get_by_role("button", name="Çözülmedi").click()
    mark = await server.mark()
    assert (mark.kind, mark.value) == ("outcome", "unsolved")
    await expect(summary.get_by_role("heading")).to_have_text(
        re.compile("Sonuç: Çözülmedi\\s+siz düzelttiniz")
    )
    await summary.get_by_label("Konu").select_option("Para iadesi")
    mark = await server.mark()
    assert (mark.kind, mark.value) == ("topic", "payment/refund")
    await summary.get_by_label("Müşterinin son hâli").select_option("Sakin")
    mark = await server.mark()
    last = [event for event in server.events if isinstance(event, Tone)][-1]
    assert (mark.kind, mark.value) == ("tone", "neutral")
    assert (mark.about, mark.start) == (str(last.seq), last.end)
    await sidebar.page.reload()
    await expect(summary.locator("[data-outcome=unsolved]")).to_be_visible()
    await expect(summary.get_by_label("Konu")).to_have_value("payment/refund")
    await expect(summary.get_by_label("Müşterinin son hâli")).to_have_value("neutral")


async def test_the_customers_card_comes_first_and_gives_way_to_a_suggestion(server, open_sidebar):
    sidebar = await open_sidebar(server.address)
    await expect(sidebar.state).to_contain_text("bekleniyor")
    server.begin("call-1", customer="Deniz Işık", earlier=known_customer("tr"))
    script = Script("call-1", "tr")
    server.say([script.started()])
    card = sidebar.page.locator("customer-card")
    calls = card.locator("[data-earlier]")
    await expect(calls).to_have_text(
        [
            re.compile(r"dün\s+Geciken teslimat\s+Sonuç belli değil\s+Son hâli: Öfkeli"),
            re.compile(r"\d+ \w+ \w+\s+Fatura sorusu\s+Çözüldü\s+Son hâli: Sakin"),
        ]
    )
    owed = card.locator("[data-owed]")
    await expect(owed.first).to_contain_text(WORDS["tr"].promised[0][1])
    await expect(owed.first).to_contain_text("Zamanı: bugün")
    await expect(owed.last).to_contain_text("süresi geçti")
    await owed.last.get_by_role("button", name="Tutuldu").click()
    mark = await server.mark()
    assert (mark.call_id, mark.kind, mark.about, mark.value) == (
        "call-1",
        "promise",
        "past-9/p2",
        "kept",
    )
    await expect(owed).to_have_count(1)
    server.say([script.suggests(4, "s1", WORDS["tr"])])
    await expect(calls).to_have_count(0)
    await expect(sidebar.suggestion).to_be_in_viewport(ratio=1)
    more = card.get_by_role("button")
    await expect(more).to_have_text(re.compile(r"2 önceki görüşme\s+1 açık söz"))
    await sidebar.page.keyboard.press("c")
    await expect(calls).to_have_count(2)
    await sidebar.page.keyboard.press("c")
    await expect(calls).to_have_count(0)


async def test_the_customers_card_shuts_itself_once_it_was_read(server, open_sidebar):
    sidebar = await open_sidebar(server.address)
    await expect(sidebar.state).to_contain_text("bekleniyor")
    await sidebar.page.clock.install()
    server.begin("call-1", customer="Deniz Işık", earlier=known_customer("tr"))
    server.say([Script("call-1", "tr").started()])
    calls = sidebar.page.locator("customer-card [data-earlier]")
    await expect(calls).to_have_count(2)
    await sidebar.page.clock.run_for(8_000)
    await expect(calls).to_have_count(2)
    await sidebar.page.clock.run_for(4_000)
    await expect(calls).to_have_count(0)


async def test_a_call_that_nothing_comes_from_says_so(server, open_sidebar):
    sidebar = await open_sidebar(server.address)
    await expect(sidebar.state).to_contain_text("bekleniyor")
    await sidebar.page.clock.install()
    server.begin("call-1")
    script = Script("call-1", "tr")
    server.say(calm(script))
    notice = sidebar.page.locator("[data-notice=no-sound]")
    await expect(sidebar.lines).not_to_have_count(0)
    await sidebar.page.clock.run_for(6_000)
    await expect(notice).to_have_count(0)
    await sidebar.page.clock.run_for(4_000)
    await expect(notice).to_contain_text("sn’dir yeni bir şey gelmiyor")
    server.say([script.measured(script.seconds + 1)])
    await sidebar.page.clock.run_for(1_000)
    await expect(notice).to_have_count(0)


async def test_the_help_names_every_key_and_goes_by_the_same_one(server, open_sidebar):
    sidebar, _ = await in_call(server, open_sidebar)
    await sidebar.page.keyboard.press("?")
    help_ = sidebar.page.locator("shortcut-help")
    await expect(help_.locator("dt")).to_have_text(
        ["U", "D", "N", "S", "M", "F", "W", "C", "E", "R", "Esc", "?"]
    )
    await sidebar.page.keyboard.press("?")
    await expect(help_).to_have_count(0)


async def test_a_tone_is_read_out_once_it_lasts_and_not_at_every_flicker(server, open_sidebar):
    server.begin("call-1")
    script = Script("call-1", "tr")
    server.say([script.started()])
    sidebar = await open_sidebar(server.address)
    await expect(sidebar.state).to_contain_text("Canlı")
    server.say([script.tone(5, ToneLabel.NEUTRAL, 0.1, since=1)])
    await expect(sidebar.status).to_have_text("Müşterinin ses tonu: Sakin")
    flicker = (ToneLabel.ANGRY, ToneLabel.UNSURE, ToneLabel.HAPPY)
    server.say([script.tone(6 + n, label, 0.1, since=6 + n) for n, label in enumerate(flicker)])
    await expect(sidebar.tone).to_have_attribute("data-tone", "happy")
    await expect(sidebar.status).to_have_text("Müşterinin ses tonu: Sakin")
    server.say([script.tone(12, ToneLabel.ANGRY, -0.6, since=9)])
    await expect(sidebar.status).to_have_text("Müşterinin ses tonu: Öfkeli")


async def test_a_negative_sentence_comes_back_in_its_positive_form(server, open_sidebar):
    server.begin("call-1")
    server.say(negative(Script("call-1", "tr")))
    sidebar = await open_sidebar(server.address)
    words = WORDS["tr"]
    await expect(sidebar.suggestion).to_have_accessible_name("Olumlu söyleyin")
    await expect(sidebar.suggestion.locator(".original")).to_have_text(
        f"Söylediğiniz: “{words.negative}”"
    )
    await expect(sidebar.suggestion.locator(".say")).to_have_text(words.turned)
    await expect(sidebar.suggestion.locator(".why")).to_contain_text(words.turned_why)
    # The sentence stands there already; it is no news as what the suggestion came from.
    await expect(sidebar.suggestion.get_by_text(words.negative)).to_have_count(1)
    status = sidebar.page.locator("[role=status]")
    await expect(status).to_have_text(f"Olumlu söyleyiş: {words.turned}")
    await sidebar.page.keyboard.press("u")
    assert (await server.feedback.get()).action == "used"


async def test_a_language_models_words_come_second_and_are_marked(server, open_sidebar):
    sidebar, script = await in_call(server, open_sidebar)
    words = WORDS["tr"]
    say, mark = (sidebar.suggestion.locator(name) for name in (".say", ".machine"))
    await sidebar.page.keyboard.press("n")
    await expect(say).to_have_text(words.alternatives[0])
    server.say([script.rewords(script.seconds, "s1", words)])
    await expect(sidebar.suggestion.locator(".next")).to_contain_text("3/4")
    await expect(say).to_have_text(words.alternatives[0])
    await expect(mark).to_have_count(0)
    for _ in range(3):
        await sidebar.page.keyboard.press("n")
    await expect(say).to_have_text(words.reworded)
    await expect(mark).to_have_text("Bunu bir dil modeli yazdı")
    await sidebar.page.keyboard.press("u")
    assert (await server.feedback.get()).suggestion == "s1"


async def test_a_language_models_summary_stands_beside_the_other_and_is_marked(
    server, open_sidebar
):
    sidebar, script = await in_call(server, open_sidebar)
    words = WORDS["tr"]
    server.say([script.ended(60, outcome="open", summary=words.summary)])
    summary = sidebar.page.locator("call-summary")
    await expect(summary.locator(".told")).to_have_text([words.summary])
    server.say([script.written(60, words)])
    await expect(summary.locator(".told")).to_have_text([words.summary, words.written])
    await expect(summary.locator(".machine")).to_have_text("Bunu bir dil modeli yazdı")


async def test_steps_tick_themselves_and_show_the_words_on_demand(server, open_sidebar):
    server.begin("call-1")
    script = Script("call-1", "tr")
    words = WORDS["tr"]
    server.say([script.started()])
    sidebar = await open_sidebar(server.address)
    progress = sidebar.page.locator("call-progress")
    await expect(progress).to_be_empty()
    server.say([script.enters(0, CallPhase.OPENING), script.ticks(0, words)])
    await expect(progress.locator("[data-step].done")).to_have_count(0)
    server.say([script.ticks(2, words, 0), script.enters(9, CallPhase.SOLUTION)])
    await expect(progress.locator("[data-step].done")).to_have_count(1)
    await expect(progress.locator("[data-stage]")).to_contain_text("Çözüm")
    hint = progress.locator("[data-step=i0]")
    await expect(hint).to_have_attribute("title", f"{words.checklist[0]} · “{words.quotes[0][1]}”")
    more = progress.get_by_role("button")
    await expect(more).to_have_accessible_name("Aşama: Çözüm 6 adımdan tamamlanan: 1")
    await more.press("Enter")
    await expect(more).to_have_attribute("aria-expanded", "true")
    await expect(progress.locator("[data-item=i0]")).to_contain_text("yapıldı")
    await expect(progress.locator("[data-item=i0] q")).to_have_text(words.quotes[0][1])
    await expect(progress.locator("[data-item=i1]")).to_contain_text("henüz yapılmadı")


async def test_promises_are_counted_and_listed_with_their_time(server, open_sidebar):
    sidebar, script = await in_call(server, open_sidebar)
    words = WORDS["tr"]
    server.say(script.promises(script.seconds, words))
    progress = sidebar.page.locator("call-progress")
    await expect(progress.get_by_role("button")).to_contain_text("3 söz")
    # Neither steps nor promises are read out unasked.
    await expect(sidebar.page.locator("[role=status]")).to_have_text(f"Öneri: {words.say}")
    await progress.get_by_role("button").click()
    made = progress.locator("[data-promise]")
    await expect(made.locator("q")).to_have_text([quote for _, quote, _ in words.promised])
    await expect(made.nth(0)).to_contain_text("Zamanı: yarın öğleden önce")
    await expect(made.nth(1)).to_contain_text("Zaman söylenmedi")
    await expect(made.nth(2)).to_contain_text("Telafi")


async def test_what_the_page_does_not_know_changes_nothing(server, open_sidebar):
    sidebar, script = await in_call(server, open_sidebar)
    unknown = {**script.base(script.seconds), "type": "from_the_future", "text": "?"}
    server.say_text(json.dumps(unknown))
    server.say_text(json.dumps({"type": "from_the_future", "call_id": "call-1"}))
    server.say([script.says(Role.AGENT, 60, 61, "Buradayım.")])
    await expect(sidebar.lines.last).to_have_text("Buradayım.")
    await expect(sidebar.suggestion).to_be_visible()


async def test_a_suggestion_goes_when_it_was_said_or_its_moment_passed(server, open_sidebar):
    sidebar, script = await in_call(server, open_sidebar)
    at = script.seconds
    server.say([SuggestionWithdrawn(**script.base(at), id="s1", reason="said")])
    await expect(sidebar.fate).to_have_text("Söylediniz")
    server.say([script.suggests(at, "s2", WORDS["tr"])])
    await expect(sidebar.suggestion).to_have_attribute("data-suggestion", "s2")
    server.say([script.measured(at + 31)])
    await expect(sidebar.suggestion).to_have_count(0)


async def test_a_dropped_connection_resumes_without_loss_or_doubles(server, open_sidebar):
    sidebar, script = await in_call(server, open_sidebar)
    assert await server.resumed.get() == 0
    known = script.seq
    server.drop(refuse=True)
    await expect(sidebar.state).to_have_text(re.compile("Bağlantı koptu|Yeniden bağlanıyor"))
    await expect(sidebar.tone).to_have_attribute("data-stale", "true")
    at = script.seconds
    missed = [script.says(Role.CALLER, at, at + 2, "Kopukken bunu da söyledim.")]
    server.say(missed, only_kept=True)
    server.refusing = False
    await sidebar.page.get_by_role("button", name="Şimdi dene").click()
    assert await server.resumed.get() == known
    server.say([script.says(Role.AGENT, at + 2, at + 3, "Sizi duyuyorum.")])
    said = [text for _, text in WORDS["tr"].lines]
    await expect(sidebar.lines).to_have_text(
        [*said, "Kopukken bunu da söyledim.", "Sizi duyuyorum."]
    )
    await expect(sidebar.state).to_contain_text("Canlı")


async def test_the_page_comes_back_by_itself(server, open_sidebar):
    sidebar, script = await in_call(server, open_sidebar)
    assert await server.resumed.get() == 0
    for _ in range(2):
        server.drop()
        assert await asyncio.wait_for(server.resumed.get(), 10) == script.seq
    server.say([script.says(Role.AGENT, 60, 61, "Buradayım.")])
    await expect(sidebar.lines.last).to_have_text("Buradayım.")
    await expect(sidebar.lines).to_have_count(len(WORDS["tr"].lines) + 1)


async def test_feedback_given_while_disconnected_arrives_later(server, open_sidebar):
    sidebar, _ = await in_call(server, open_sidebar)
    server.drop(refuse=True)
    await expect(sidebar.page.get_by_role("button", name="Şimdi dene")).to_be_visible()
    await sidebar.page.keyboard.press("u")
    await expect(sidebar.fate).to_have_attribute("data-fate", "used")
    assert server.feedback.empty()
    server.refusing = False
    assert (await asyncio.wait_for(server.feedback.get(), 20)).suggestion == "s1"


async def test_another_call_takes_the_place_of_the_one_before(server, open_sidebar):
    sidebar, _ = await in_call(server, open_sidebar)
    server.begin("call-2", "en")
    await expect(sidebar.lines).to_have_count(0)
    await expect(sidebar.tone).to_have_attribute("data-tone", "none")
    server.say(calm(Script("call-2", "en")))
    await expect(sidebar.lines.first).to_have_text(WORDS["en"].lines[0][1])


async def test_the_end_of_the_call_is_summed_up(server, open_sidebar):
    sidebar, _ = await in_call(server, open_sidebar)
    await sidebar.page.keyboard.press("u")
    await server.feedback.get()
    server.begin("call-3")
    script = Script("call-3", "tr")
    server.say(solved(script))
    await expect(sidebar.state).to_contain_text("Görüşme bitti")
    summary = sidebar.page.locator("call-summary")
    await expect(summary).to_contain_text("Görüşme sonlandırıldı.")
    await expect(summary).to_contain_text("Sakin")
    await expect(summary.get_by_role("heading", name="Sonuç: Çözüldü")).to_be_visible()
    await expect(summary).to_contain_text(WORDS["tr"].summary)
    await expect(summary).to_contain_text("Geciken teslimat")
    await expect(summary.locator("[data-promise]")).to_have_count(3)
    # What was promised stands in one place, and a call that is over has no phase.
    progress = sidebar.page.locator("call-progress")
    await expect(progress.locator("[data-step].done")).to_have_count(4)
    await expect(progress.locator("[data-stage], .made")).to_have_count(0)
    await sidebar.page.get_by_text("Örnek görüşme oynat").click()
    await expect(sidebar.page.locator("[data-sample]")).to_have_count(len(SAMPLES))


async def test_the_language_is_chosen_and_remembered(server, open_sidebar):
    sidebar, _ = await in_call(server, open_sidebar)
    page = sidebar.page
    await expect(page.locator("html")).to_have_attribute("lang", "tr")
    await sidebar.language_button("English").click()
    await expect(sidebar.tone).to_contain_text("Angry")
    await expect(sidebar.tone).to_contain_text("84%")
    await expect(page).to_have_title("Call assist")
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    # What is to be said stays in the language of the call.
    await expect(sidebar.suggestion.locator(".say")).to_have_text(WORDS["tr"].say)
    await expect(sidebar.suggestion.locator(".say")).to_have_attribute("lang", "tr")
    await page.reload()
    await expect(sidebar.tone).to_contain_text("Angry")


@pytest.mark.parametrize(
    ("locale", "word"), [("tr-TR", "Çağrı bekleniyor"), ("en-GB", "Waiting"), ("de-DE", "Waiting")]
)
async def test_the_page_starts_in_the_browsers_language(server, open_sidebar, locale, word):
    sidebar = await open_sidebar(server.address, locale=locale)
    await expect(sidebar.state).to_contain_text(word)


async def test_hostile_text_stays_text(server, open_sidebar):
    evil = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>'
    server.begin("call-1", customer=evil)
    script = Script("call-1", "tr")
    words = WORDS["tr"]
    said = Evidence(kind="words", text=evil, start=1)
    item = ChecklistItem(id=evil, text=evil, done=True, quote=evil)
    events = [
        script.started(),
        script.says(Role.CALLER, 1, 3, evil),
        script.tone(
            4,
            ToneLabel.NEUTRAL,
            0.5,
            reasons=(evil, evil),
            voice=ToneLabel.NEUTRAL,
            quotes=(said,),
            recovery="apology",
        ),
        Note(**script.base(5), code="strange", text=evil),
        replace(script.ticks(6, words), items=(item,)),
        replace(script.promises(8, words)[0], quote=evil, due=Due(text=evil)),
        replace(script.rephrases(9, "s1", words), original=evil, say=evil, why=evil),
    ]
    server.say(events)
    sidebar = await open_sidebar(server.address)
    await expect(sidebar.lines).to_have_text([evil])
    await expect(sidebar.suggestion.locator("s")).to_contain_text("onerror")
    await sidebar.page.get_by_role("button", name="Neden?").click()
    await sidebar.page.locator("call-progress button").click()
    await expect(sidebar.page.locator("[data-promise]")).to_contain_text("onerror")
    server.say([script.speaking(Role.AGENT, 6, evil, evil)])
    await expect(sidebar.partials).to_contain_text("onerror")
    await expect(sidebar.page.locator("[data-note]")).to_have_text(evil)
    server.say([script.ended(12, outcome="solved", topic=evil, summary=evil)])
    await expect(sidebar.page.locator("call-summary .told")).to_have_text(evil)
    assert await sidebar.page.locator("img").count() == 0
    assert await sidebar.page.evaluate("window.hit") is None


async def test_lost_sound_and_replaced_parts_are_told_in_plain_words(server, open_sidebar):
    sidebar, script = await in_call(server, open_sidebar)
    at = script.seconds
    server.say(
        [
            Gap(**script.base(at), start=at - 2, length=2.45, reason="overload", channel="caller"),
            Fault(**script.base(at), part="worker", text="replaced"),
        ]
    )
    lost = "2,5 sn müşterinin sesi kayıp: sunucu çok yoğundu"
    await expect(sidebar.page.locator("call-notices")).to_contain_text(lost)
    await expect(sidebar.page.locator("[data-mark=gap]")).to_have_text(lost)
    await expect(sidebar.page.locator("[data-mark=fault]")).to_contain_text("Görüşme sürüyor")


async def test_a_call_without_consent_says_why_it_has_no_tone(server, open_sidebar):
    server.begin("call-1")
    script = Script("call-1", "tr")
    server.say([script.started(), Note(**script.base(0), code="no_consent", text="—")])
    sidebar = await open_sidebar(server.address)
    await expect(sidebar.tone).to_have_attribute("data-tone", "none")
    await expect(sidebar.tone).to_contain_text("onayı olmadığı için")


async def test_gauges_appear_only_when_they_matter(server, open_sidebar):
    sidebar, script = await in_call(server, open_sidebar)
    gauges = sidebar.page.locator("[data-gauge]")
    await expect(gauges).to_have_count(0)
    server.say([script.measured(script.seconds + 1, dead_air=7.0, talk_ratio=0.74)])
    await expect(gauges).to_have_text(["7 sn’dir sessizlik var", "Konuşma payınız yüksek: %74"])
    server.say([script.measured(script.seconds + 1)])
    await expect(gauges).to_have_count(0)


async def test_the_transcript_follows_until_the_reader_scrolls_up(server, open_sidebar):
    server.begin("call-1")
    script = Script("call-1", "tr")
    server.say([script.started(), *(line(script, number) for number in range(60))])
    sidebar = await open_sidebar(server.address)
    await expect(sidebar.lines.last).to_be_in_viewport()
    await sidebar.page.locator("call-transcript .scroll").hover()
    await sidebar.page.mouse.wheel(0, -900)
    await expect(sidebar.lines.last).not_to_be_in_viewport()
    server.say([line(script, 60), line(script, 61)])
    more = sidebar.page.get_by_role("button", name="2 yeni satır")
    await expect(more).to_be_visible()
    await expect(sidebar.lines.last).not_to_be_in_viewport()
    await more.click()
    await expect(sidebar.lines.last).to_be_in_viewport()
    await expect(more).to_be_hidden()
    server.say([line(script, 62)])
    await expect(sidebar.lines.last).to_have_text("Satır 62")
    await expect(sidebar.lines.last).to_be_in_viewport()


async def test_a_long_call_is_drawn_in_part_and_there_as_a_whole(server, open_sidebar):
    server.begin("call-1")
    script = Script("call-1", "tr")
    server.say([script.started(), *(line(script, number) for number in range(400))])
    sidebar = await open_sidebar(server.address)
    await expect(sidebar.lines.last).to_have_text("Satır 399")
    # What is out of view is there to be found and read out, and costs no layout.
    await expect(sidebar.lines).to_have_count(400)
    drawn = "parts => parts.filter((p) => p.firstElementChild.checkVisibility(SEEN)).length"
    parts = sidebar.page.locator("call-transcript .part")
    seen = drawn.replace("SEEN", "{ contentVisibilityAuto: true }")
    assert 0 < await parts.evaluate_all(seen) < await parts.count()
    assert await sidebar.page.evaluate("window.find('Satır 137')")
    assert not await sidebar.page.evaluate("window.find('Satır 400')")
    await sidebar.page.locator("call-transcript .scroll").focus()
    await sidebar.page.keyboard.press("Home")
    await expect(sidebar.lines.first).to_be_in_viewport()
    await sidebar.page.keyboard.press("e")
    await expect(sidebar.lines.last).to_be_in_viewport()


def line(script: Script, number: int) -> Utterance:
    role = Role.CALLER if number % 2 else Role.AGENT
    return script.says(role, number * 2, number * 2 + 1.5, f"Satır {number}")
