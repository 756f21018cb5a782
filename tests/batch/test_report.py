"""The report tells what is in the folder, whatever names and words stand in it."""

from __future__ import annotations

import base64
import re
import sys
from datetime import datetime
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import av
import fsspec
import pytest
import typer.testing
from msgspec import structs

from assist.batch import processes
from assist.batch.manifest import Manifest
from assist.batch.report import write_report
from assist.batch.report.figures import Figures, gather
from assist.batch.report.markup import escaped, tag
from assist.batch.report.moments import TENTHS
from assist.batch.report.quotes import around
from assist.batch.report.texts import TEXTS, Say
from assist.batch.tables import write_tables
from assist.cli import app
from assist.errors import ConfigError
from assist.events import CallEnded, ToneLabel, Utterance, encode
from assist.guidance.topics import topics
from assist.store.numbers import TimeShare
from tests.batch.results import UPSET, Results, call, recorded, tone
from tests.batch.test_score import FAKE
from tests.guidance.dialogue import utterance
from tests.guidance.test_scorecard import CALLER, MIXED

HOSTILE = "</style><script>alert(1)</script>\"'&<img src=x onerror=alert(1)>\x00\u202e"
OVER = CallEnded(call_id="c", seq=0, position=160_000, reason="end_of_file", duration=10.0)
VOID = {"meta", "line", "rect", "circle"}


class Read(HTMLParser):
    """A page taken apart, as a browser does; complains of tags that are not closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text.append(data)

    def of(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for found, attributes in self.tags if found == name]

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.text).split())


@pytest.fixture
def results(tmp_path: Path) -> Results:
    return Results(tmp_path / "out")


def page_of(results: Results, language: str = "en", sound: float = 5.0) -> Read:
    with Manifest(results.folder) as manifest:
        return Read(write_report(manifest, language, sound).read_text("utf-8"))


def figures_of(results: Results, moments: int = 10) -> Figures:
    with Manifest(results.folder) as manifest:
        write_tables(manifest)
        return gather(manifest, moments)


# What it tells


def test_a_folder_is_told_of_with_figures_and_their_intervals(results: Results) -> None:
    for n in range(6):
        at = f"2026-03-0{n + 1}T09:59:50+03:00"
        results.add(f"march/call-{n}", agent="Daniel", started_at=at)
    results.add("undated")
    results.fail("broken", "broken.wav is no recording.")
    page = page_of(results)
    assert "1–6 March 2026" in page.words
    assert "7 recordings were scored. 1 recording could not be used." in page.words
    assert "broken.wav is no recording." in page.words
    assert "50% (33–67)" in page.words  # 8 of 16 seconds, in each of seven calls
    assert "whisper-base" in page.words and "tr:1 en:2 (7 calls)" in page.words
    assert "6 calls whose start is known" in page.words
    assert "1 call whose start is not known" in page.words
    assert {"Late delivery", "Delivery", "Clarity", "not enough evidence"} <= set(page.text)
    assert re.search(r"Daniel 6 calls.* Closing .*100", page.words)


def test_time_counts_for_the_hour_it_was_spoken_in(results: Results) -> None:
    results.add("one", started_at="2026-03-01T09:59:48+03:00")  # ten o'clock after 12 s
    hours = figures_of(results).hours
    assert {hour: slot.upset.whole for hour, slot in hours.items()} == {9: 4.0, 10: 12.0}
    assert hours[9].upset.share().mean == 1.0
    assert hours[10].unsure.part == 2.0


def test_time_without_a_clock_counts_for_its_place_in_the_call(results: Results) -> None:
    results.add("one")
    found = figures_of(results)
    assert not found.hours
    assert set(found.tenths) <= set(range(TENTHS))
    assert sum(slot.upset.whole for slot in found.tenths.values()) == pytest.approx(16.0)


def test_overlapping_windows_count_once(results: Results) -> None:
    events = call()
    tones = [tone(5.0, "angry"), structs.replace(tone(5.5, "sad"), end=6.5), tone(5.0, "happy")]
    results.add("one", [*events[:5], *tones, events[-1]])
    found = figures_of(results)
    spent = {label: time.part for label, time in found.tone.items()}
    assert spent == {"angry": 1.0, "sad": 0.5, "happy": 0.0, "neutral": 0.0, "unsure": 0.0}


def test_moments_are_the_clearest_and_two_of_a_call_at_most(results: Results) -> None:
    results.add("clear")
    faint = [
        structs.replace(event, confidence=0.5, recovery="")
        if getattr(event, "label", "") in set(ToneLabel)
        else event
        for event in call([(who, "Yes, well, it is about a parcel.") for who, _ in UPSET])
    ]
    results.add("faint", faint)
    found = figures_of(results)
    assert [moment.call for moment in found.worst] == ["clear", "faint"]
    assert (found.worst[0].start, found.worst[0].end) == (8.0, 16.0)
    assert found.worst[0].signs == ("complaint",)
    assert [moment.recovery for moment in found.best] == ["apology", ""]
    assert found.best[1].signs == ("thanks", "resolved")
    assert figures_of(results, 1).worst == found.worst[:1]


def test_only_the_caller_has_moments(results: Results) -> None:
    said = [
        structs.replace(event, channel=MIXED)
        if getattr(event, "channel", None) is CALLER
        else event
        for event in call()
        if getattr(event, "label", None) is None
    ]
    results.add("mixed", said)
    page = page_of(results)
    assert "was not estimated in any" in page.words
    assert "No moment was clearly upset." in page.words
    assert page.of("svg") and not page.of("audio")


# Whatever stands in it


def test_hostile_names_and_words_stay_text(results: Results) -> None:
    events = [
        structs.replace(event, text=HOSTILE, words=()) if isinstance(event, Utterance) else event
        for event in call()
    ]
    events[0] = structs.replace(events[0], models={"tone": HOSTILE, HOSTILE: "x"}, playbook=HOSTILE)
    events[-1] = structs.replace(events[-1], topic=f"{HOSTILE}/x", outcome=HOSTILE)
    results.add("one", events, agent=HOSTILE, customer=HOSTILE)
    results.fail("two", HOSTILE)
    names = {name for name, _ in page_of(results).tags}
    assert "script" not in names and "img" not in names
    shown = HOSTILE.replace("\x00", "\ufffd")
    page = page_of(results)
    assert page.text.count(shown) >= 5
    assert all(not name.startswith("on") for _, given in page.tags for name in given)


def test_attributes_cannot_be_left() -> None:
    assert tag("a", "<", href='"><b>') == '<a href="&quot;&gt;&lt;b&gt;">&lt;</a>'
    assert escaped("a\x08b") == "a\ufffdb"


def test_the_page_asks_nobody_for_anything(results: Results, tmp_path: Path) -> None:
    results.add("one", source=str(recorded(tmp_path / "one.wav")))
    page = page_of(results)
    (policy,) = [
        one["content"]
        for one in page.of("meta")
        if one.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    for name, given in page.tags:
        assert name not in {"script", "link", "iframe", "object", "form", "base"}
        assert "style" not in given
        assert (given.get("href") or "#").startswith("#")
        assert (given.get("src") or "data:").startswith("data:")


@pytest.mark.parametrize("language", TEXTS)
def test_an_empty_folder_and_one_where_all_failed_have_a_report(
    results: Results, language: str
) -> None:
    texts = TEXTS[language]
    assert texts.empty in page_of(results, language).words
    results.fail("one", "It is no recording.")
    page = page_of(results, language)
    assert texts.all_failed in page.words and "It is no recording." in page.words


def test_a_call_without_words_or_tone_has_a_report(results: Results) -> None:
    results.add("silence", [call()[0], OVER])
    results.add("nothing", [structs.replace(OVER, duration=0.0)])
    page = page_of(results, "tr")
    assert "2 kayıt değerlendirildi." in page.words and "Konuşma yok (2 görüşme)" in page.words


# The sound


def test_moments_have_a_player_with_the_sound_around_them(results: Results, tmp_path: Path) -> None:
    results.add("one", source=str(recorded(tmp_path / "one.wav")))
    page = page_of(results)
    players = page.of("audio")
    assert [one["aria-label"] for one in players] == [
        "one, 0:06: the recording",
        "one, 0:13: the recording",
        "one, 0:39: the recording",
    ]
    source = players[0]["src"] or ""
    assert source.startswith("data:audio/ogg;base64,")
    sound = base64.b64decode(source.partition(",")[2])
    with av.open(BytesIO(sound)) as container:
        stream = container.streams.audio[0]
        heard = sum(frame.samples for frame in container.decode(stream)) / stream.rate
        assert stream.codec_context.name in ("opus", "libopus") and stream.channels == 1
    assert heard == pytest.approx(12.0, abs=0.2)  # 8 s to 16 s, two more on either side


def test_a_clip_is_ten_to_fifteen_seconds(results: Results) -> None:
    results.add("one")
    found = figures_of(results)
    for moment in (*found.worst, *found.best):
        start, end = around(moment)
        assert 10 <= end - start <= 15 and start >= 0


def test_a_recording_that_is_gone_leaves_its_moments(results: Results) -> None:
    results.add("one", source="gone.wav")
    page = page_of(results)
    assert not page.of("audio")
    assert page.words.count("The recording cannot be reached") == 3
    assert "“My parcel is two weeks late" in page.words


def test_sound_beyond_the_limit_is_left_out_and_told_of(results: Results, tmp_path: Path) -> None:
    results.add("one", source=str(recorded(tmp_path / "one.wav")))
    whole = [len(one["src"] or "") for one in page_of(results).of("audio")]
    page = page_of(results, sound=(whole[0] + 500) / 1e6)
    assert len(page.of("audio")) == 1
    assert "2 moments have none." in page.words
    assert page.words.count("Its sound was left out") == 2
    without = page_of(results, sound=0)
    assert not without.of("audio") and "made without sound" in without.words


def test_recordings_elsewhere_are_fetched(results: Results, tmp_path: Path) -> None:
    with fsspec.open("memory://calls/one.wav", "wb") as file:
        file.write(recorded(tmp_path / "one.wav").read_bytes())
    results.add("one", source="memory://calls/one.wav")
    assert len(page_of(results).of("audio")) == 3


# Languages


def test_both_languages_say_everything() -> None:
    for name in TEXTS["tr"].__struct_fields__:
        turkish, english = (getattr(TEXTS[language], name) for language in ("tr", "en"))
        if isinstance(turkish, dict):
            assert turkish.keys() == english.keys(), name
        holes = [re.findall(r"\{\w+\}", str(text)) for text in (turkish, english)]
        assert sorted(holes[0]) == sorted(holes[1]), name
        assert turkish and english, name
    areas = {topic.partition("/")[0] for topic in topics("tr").topics}
    assert areas == TEXTS["tr"].areas.keys()
    assert {label.value for label in ToneLabel} == TEXTS["tr"].labels.keys()


def test_numbers_and_dates_are_written_as_people_write_them() -> None:
    turkish, english = Say("tr"), Say("en")
    assert (turkish.number(1234.5, 1), english.number(1234.5, 1)) == ("1.234,5", "1,234.5")
    assert (turkish.percent(0.125), english.percent(0.125)) == ("%12", "12%")
    moment = datetime(2026, 8, 2, 9, 5)
    assert turkish.time(moment) == "2 Ağustos 2026, 09.05"
    assert english.time(moment) == "2 August 2026, 09:05"
    assert turkish.dates(moment, datetime(2026, 9, 1)) == "2 Ağustos 2026 – 1 Eylül 2026"
    assert turkish.length(59.6) == "1 dk 0 sn" and english.length(3599.9) == "1 h 0 min"


def test_the_language_is_that_of_most_calls(results: Results) -> None:
    results.add("one", [utterance("İyi günler", CALLER, "tr", 0, 1), call()[-1]])
    results.add("two", [utterance("İyi günler", CALLER, "tr", 0, 1), call()[-1]])
    results.add("three")
    assert page_of(results, "").of("html") == [{"lang": "tr"}]
    assert page_of(results, "en").of("html") == [{"lang": "en"}]


def test_agents_come_in_alphabetical_order(results: Results) -> None:
    for name in ("Zeynep", "Ilgın", "İrem", "Çağla", "Cem", ""):
        results.add(f"call-{name}", agent=name)
    page = page_of(results, "tr")
    found = [word for word in page.text if word in ("Zeynep", "Ilgın", "İrem", "Çağla", "Cem")]
    assert list(dict.fromkeys(found)) == ["Cem", "Çağla", "Ilgın", "İrem", "Zeynep"]
    assert page.words.index("Zeynep") < page.words.index("Temsilcisi belirtilmeyen")


def test_the_page_wears_the_colours_of_the_others() -> None:
    root = Path(__file__).parents[2]
    shades = {
        name: (light, dark)
        for name, light, dark in re.findall(
            r'^  (\w+): \["(#\w+)", "(#\w+)"\]',
            (root / "web/src/style/palette.ts").read_text("utf-8"),
            re.MULTILINE,
        )
    }
    style = (root / "assist/batch/report/style.css").read_text("utf-8")
    light, dark = style.split("@media", 2)[:2]
    for at, part in enumerate((light, dark)):
        for name, colour in re.findall(r"--(\w+): (#\w+);", part):
            assert colour == shades[name][at], name


# By command


def test_the_report_is_written_again_without_scoring(results: Results, tmp_path: Path) -> None:
    runner = typer.testing.CliRunner()
    results.add("one", source=str(recorded(tmp_path / "one.wav")))
    folder = str(results.folder)
    done = runner.invoke(app, ["score", "report", folder, "--language", "tr", "--sound", "0"])
    assert (done.exit_code, Path(done.output.strip())) == (0, results.folder / "report.html")
    first = (results.folder / "report.html").read_text("utf-8")
    assert '<html lang="tr">' in first and "<audio" not in first
    tables = (results.folder / "tone.parquet").stat().st_mtime_ns
    assert runner.invoke(app, ["score", "report", folder]).exit_code == 0
    assert "<audio" in (results.folder / "report.html").read_text("utf-8")
    assert (results.folder / "tone.parquet").stat().st_mtime_ns == tables
    results.add("two")
    assert runner.invoke(app, ["score", "report", folder]).exit_code == 0
    assert "2 recordings were scored." in (results.folder / "report.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("options", "there"),
    [([], True), (["--no-report"], False), (["--no-tables"], False)],
    ids=["by default", "no report", "no tables"],
)
def test_a_run_writes_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], there: bool
) -> None:
    monkeypatch.setenv("FAKE_LOG", str(tmp_path / "log"))
    monkeypatch.setattr(processes, "COMMAND", (sys.executable, "-c", FAKE))
    for name in ("one", "two"):  # what the fake process finds in a recording is its result
        (tmp_path / f"{name}.wav").write_bytes(b"".join(encode(event) + b"\n" for event in call()))
    out = tmp_path / "out"
    arguments = ["score", str(tmp_path), "--out", str(out), "--report-language", "tr", *options]
    done = typer.testing.CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    report = out / "report.html"
    assert report.exists() is there
    if there:
        assert "2 kayıt değerlendirildi." in Read(report.read_text("utf-8")).words


def test_what_cannot_be_reported_on_is_one_sentence(tmp_path: Path) -> None:
    runner = typer.testing.CliRunner()
    for arguments, told in (
        ([str(tmp_path)], "has no results"),
        ([str(tmp_path), "--language", "de"], "use tr or en"),
    ):
        done = runner.invoke(app, ["score", "report", *arguments])
        assert isinstance(done.exception, ConfigError) and told in str(done.exception)
        assert not list(tmp_path.iterdir())


# Shares of time


def test_a_share_of_time_is_as_sure_as_its_calls_are() -> None:
    alike, apart, few = TimeShare(), TimeShare(), TimeShare()
    for n in range(20):
        alike.add(3.0, 10.0)
        apart.add(10.0 if n % 10 < 3 else 0.0, 10.0)
    few.add(3.0, 10.0)
    few.add(0.0, 0.0)  # said nothing
    shares = [one.share() for one in (few, apart, alike)]
    assert [one.mean for one in shares] == [0.3, 0.3, 0.3]
    assert [one.of for one in shares] == [1, 20, 20]
    widths = [(one.high or 0) - (one.low or 0) for one in shares]
    assert widths == sorted(widths, reverse=True)
    never = TimeShare()
    assert never.share().mean is None
    for _ in range(20):
        never.add(0.0, 10.0)
    assert never.share().low == 0.0 and 0.0 < (never.share().high or 0) < 0.1
