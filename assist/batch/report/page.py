"""The report as one HTML page: no script, no request to anywhere, its style and sounds inside."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from importlib import resources

from assist import __version__
from assist.batch.report.figures import Agent, Figures, Reason, Slot
from assist.batch.report.markup import (
    FEW,
    Markup,
    Point,
    alien,
    course,
    interval,
    joined,
    scale,
    stacked,
    tag,
)
from assist.batch.report.moments import TENTHS
from assist.batch.report.quotes import Quote, Shown, around
from assist.batch.report.texts import Say
from assist.guidance.quality import QUALITIES, quality_names
from assist.guidance.topics import topics
from assist.run.summary import clock
from assist.store.numbers import Mean, Share, mean, share
from assist.text import alphabetical

_TONES = ("angry", "sad", "neutral", "happy", "unsure")
_OUTCOMES = ("solved", "open", "unsolved", "")
_FIFTHS = 5
_OPEN = 12
"""Agents up to which everybody's figures are open at once; failed recordings too."""
_ENOUGH = 5
"""Calls from which on the mean of a quality is told; fewer can all be alike by chance."""
_SURE = (0.8, 0.65)
"""Confidence of a tone from which on it is called sure, and fairly sure."""


class Page:
    """Writes the page of some figures in one language; `sound` is the limit of its clips in MB."""

    def __init__(
        self,
        figures: Figures,
        worst: Sequence[Shown],
        best: Sequence[Shown],
        *,
        say: Say,
        made: datetime,
        sound: float,
    ) -> None:
        self._figures = figures
        self._worst, self._best = worst, best
        self._say, self._texts = say, say.texts
        self._made = made
        self._sound = sound

    def parts(self) -> Iterator[str]:
        """The page, piece by piece."""
        texts = self._texts
        yield "<!doctype html>\n"
        yield f'<html lang="{self._say.language}">'
        yield self._head()
        yield "<body>"
        yield tag("a", texts.skip, class_="skip", href="#content")
        sections = list(self._sections())
        yield self._header(sections)
        yield '<main id="content">'
        for id_, heading, content in sections:
            yield tag("section", tag("h2", heading), *content, id=id_)
        yield "</main>"
        made = texts.made.format(date=self._say.time(self._made))
        yield tag("footer", tag("p", f"{made} · assist {__version__}"))
        yield "</body></html>\n"

    def _head(self) -> Markup:
        style = (resources.files("assist.batch.report") / "style.css").read_text("utf-8")
        mark = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        policy = (
            f"default-src 'none'; style-src 'sha256-{mark}'; media-src data:; "
            "base-uri 'none'; form-action 'none'"
        )
        return tag(
            "head",
            tag("meta", charset="utf-8"),
            tag("meta", http_equiv="Content-Security-Policy", content=policy),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("meta", name="color-scheme", content="light dark"),
            tag("meta", name="referrer", content="no-referrer"),
            tag("meta", name="robots", content="noindex"),
            tag("title", self._title()),
            tag("style", Markup(style)),
        )

    def _title(self) -> str:
        found = self._figures
        span = f", {self._say.dates(found.first, found.last)}" if found.first and found.last else ""
        return f"{self._texts.title}{span}"

    def _sections(self) -> Iterator[tuple[str, str, list[Markup]]]:
        texts = self._texts
        if self._figures.calls:
            yield "tone", texts.tone, list(self._tone())
            yield "reasons", texts.reasons, list(self._reasons())
            yield "moments", texts.moments, list(self._moments())
            yield "agents", texts.agents, list(self._agents())
        yield "basis", texts.basis, list(self._basis())
        yield (
            "reading",
            texts.reading,
            [tag("ul", *(tag("li", point) for point in texts.reading_points), class_="points")],
        )

    # The head of the page

    def _header(self, sections: Sequence[tuple[str, str, list[Markup]]]) -> Markup:
        texts, say, found = self._texts, self._say, self._figures
        lead = [say.counted(texts.scored, found.calls)] if found.calls else []
        if found.failed:
            lead.append(say.counted(texts.failed, len(found.failed)))
        if found.calls and found.undated and found.first:
            lead.append(say.counted(texts.undated, found.undated))
        if not found.calls:
            lead.append(texts.all_failed if found.failed else texts.empty)
        date = (
            tag("p", say.dates(found.first, found.last), class_="when")
            if found.first and found.last
            else Markup()
        )
        return tag(
            "header",
            tag("p", texts.eyebrow, class_="eyebrow"),
            tag("h1", texts.title),
            date,
            tag("p", " ".join(lead), class_="lead"),
            tag(
                "nav",
                *(tag("a", heading, href=f"#{id_}") for id_, heading, _ in sections),
                aria_label=texts.contents,
            ),
            self._key_figures() if found.calls else Markup(),
        )

    def _key_figures(self) -> Markup:
        texts, say, found = self._texts, self._say, self._figures
        outcomes = found.all.outcomes
        known = sum(outcomes[name] for name in _OUTCOMES if name)
        heard = say.counted(texts.of_calls, found.all.heard)
        rows = [
            (texts.figure_calls, say.number(found.calls), "", ""),
            (texts.figure_length, say.length(found.seconds), "", ""),
            (
                texts.figure_solved,
                *say.share(share(outcomes["solved"], known)),
                say.counted(texts.of_outcomes, known),
            ),
            (texts.figure_upset, *say.share(found.all.upset.share()), heard),
            (texts.figure_unsure, *say.share(found.tone["unsure"].share()), heard),
        ]
        return tag(
            "dl",
            *(
                tag(
                    "div",
                    tag("dt", name),
                    tag("dd", tag("b", value), " ", tag("span", around_it, class_="interval-text")),
                    tag("dd", of, class_="quiet") if of else "",
                )
                for name, value, around_it, of in rows
            ),
            class_="figures",
        )

    # Tone

    def _tone(self) -> Iterator[Markup]:
        texts, say, found = self._texts, self._say, self._figures
        yield tag("p", texts.tone_intro, class_="intro")
        if not found.all.heard:
            yield tag("p", texts.tone_none, class_="card")
            return
        shares = [(label, found.tone[label]) for label in _TONES]
        legend = []
        for label, time in shares:
            value, around_it = say.share(time.share())
            legend.append(
                tag(
                    "li",
                    tag("span", class_=f"key {label}"),
                    tag("span", texts.labels[label]),
                    " ",
                    tag("b", value),
                    " ",
                    tag("span", around_it, class_="interval-text"),
                )
            )
        yield tag(
            "div",
            tag("h3", texts.tone_all),
            stacked(
                [(label, time.part) for label, time in shares], wide=800, high=14, class_="whole"
            ),
            tag("ul", *legend, class_="legend"),
            tag("p", say.counted(texts.tone_unheard, found.unheard), class_="quiet")
            if found.unheard
            else "",
            class_="card",
        )
        if found.hours:
            hours = range(min(found.hours), max(found.hours) + 1)
            rows = [(f"{hour:02}", found.hours.get(hour)) for hour in hours]
            calls = say.counted(texts.calls, found.dated_heard)
            intro = texts.by_hour_intro.format(calls=calls)
            yield self._course("hours", texts.by_hour, intro, texts.hour, rows)
        if found.tenths:
            width = 100 // TENTHS
            rows = [(f"{n * width}–{(n + 1) * width}", found.tenths.get(n)) for n in range(TENTHS)]
            calls = say.counted(texts.calls, found.undated_heard)
            intro = texts.by_tenth_intro.format(calls=calls)
            yield self._course("tenths", texts.by_tenth, intro, f"{texts.tenth} (%)", rows)

    def _course(
        self, id_: str, heading: str, intro: str, first: str, rows: list[tuple[str, Slot | None]]
    ) -> Markup:
        texts, say = self._texts, self._say
        points = [
            Point(label, slot.upset.share(), say.number(slot.upset.calls))
            if slot
            else Point(label, None)
            for label, slot in rows
        ]
        known = [point for point in points if point.share and point.share.mean is not None]
        highest = max(known, key=lambda point: (point.share and point.share.mean) or 0.0)
        assert highest.share is not None
        told = f"{highest.label}, {' '.join(say.share(highest.share))}"
        top = scale(points)
        plot = course(
            points,
            id_=id_,
            title=heading,
            about=texts.plot.format(top=told),
            percent=[say.percent(top * n / _FIFTHS) for n in range(_FIFTHS + 1)],
            calls=texts.calls_axis,
        )
        few = any(point.share.of < FEW for point in known if point.share)
        body = []
        for label, slot in rows:
            if slot is None:
                continue
            upset, unsure = slot.upset.share(), slot.unsure.share()
            body.append(
                [
                    tag("th", label, scope="row"),
                    self._share(upset),
                    self._share(unsure),
                    self._number(say.number(upset.of)),
                    self._number(say.length(slot.upset.whole)),
                ]
            )
        heads = (first, texts.upset_share, texts.unsure_share, texts.figure_calls, texts.heard)
        return tag(
            "div",
            tag("h3", heading),
            tag("p", f"{intro} {texts.few if few else ''}".strip(), class_="quiet"),
            tag("div", plot, class_="scroll", tabindex="0", role="region", aria_label=heading),
            tag(
                "details",
                tag("summary", texts.table),
                self._table(f"{heading}: {texts.table}", heads, body),
            ),
            class_="card",
        )

    # Reasons

    def _reasons(self) -> Iterator[Markup]:
        texts, say, found = self._texts, self._say, self._figures
        yield tag("p", texts.reasons_intro, class_="intro")
        most = max(reason.calls for reason in found.areas.values())
        body: list[tuple[str, list[Markup]]] = []
        for area, reason in sorted(found.areas.items(), key=_often):
            name = texts.areas.get(area, area) if area else texts.unknown_topic
            body.append(("area", self._reason(name, reason, most)))
            problems = {
                topic: one for topic, one in found.topics.items() if topic.partition("/")[0] == area
            }
            for topic, one in sorted(problems.items(), key=_often):
                named = topics(say.language).topics.get(topic)
                row = self._reason(named.name if named else topic, one, most)
                body.append(("problem", row))
        heads = (
            texts.reason,
            texts.figure_calls,
            texts.outcome,
            texts.solved,
            texts.angry,
            texts.upset,
        )
        legend = [
            tag("li", tag("span", class_=f"key {name or 'unknown'}"), texts.outcomes[name])
            for name in _OUTCOMES
        ]
        yield tag(
            "div",
            self._table(texts.reasons, heads, [row for _, row in body], [kind for kind, _ in body]),
            tag("ul", *legend, class_="legend inside"),
            class_="card flush",
        )

    def _reason(self, name: str, reason: Reason, most: int) -> list[Markup]:
        outcomes = reason.outcomes
        known = sum(outcomes[one] for one in _OUTCOMES if one)
        parts = [(one or "unknown", float(outcomes[one])) for one in _OUTCOMES]
        spoken = ", ".join(
            f"{self._texts.outcomes[one]}: {self._say.number(outcomes[one])}"
            for one in _OUTCOMES
            if outcomes[one]
        )
        bar = stacked(
            [("many", reason.calls), ("rest", most - reason.calls)], wide=64, high=8, class_="bar"
        )
        return [
            tag("th", name, scope="row"),
            tag("td", self._say.number(reason.calls), " ", bar, class_="number bars"),
            tag(
                "td",
                stacked(parts, wide=96, high=10, class_="bar"),
                tag("span", spoken, class_="unseen"),
            ),
            self._share(share(outcomes["solved"], known)),
            self._share(share(reason.angry, reason.heard)),
            self._share(reason.upset.share()),
        ]

    # Moments

    def _moments(self) -> Iterator[Markup]:
        texts, say = self._texts, self._say
        yield tag("p", texts.moments_intro, class_="intro")
        everyone = [*self._worst, *self._best]
        full = sum(one.silent == "full" for one in everyone)
        if full:
            limit = say.number(self._sound, 0 if self._sound == int(self._sound) else 1)
            note = say.counted(texts.clips_left_out, full, limit=limit)
            yield tag("p", note, class_="note")
        elif self._sound <= 0 and everyone:
            yield tag("p", texts.clips_off, class_="note")
        yield tag(
            "div",
            self._column(texts.worst, self._worst, texts.no_worst),
            self._column(texts.best, self._best, texts.no_best),
            class_="two",
        )

    def _column(self, heading: str, moments: Sequence[Shown], none: str) -> Markup:
        if not moments:
            return tag("div", tag("h3", heading), tag("p", none, class_="card quiet"))
        return tag(
            "div",
            tag("h3", heading),
            tag("ol", *(self._moment(one) for one in moments), class_="moments"),
        )

    def _moment(self, one: Shown) -> Markup:
        texts, moment = self._texts, one.moment
        where = texts.in_call.format(clock=clock(moment.start))
        when = (
            self._say.time(moment.began + timedelta(seconds=moment.start)) if moment.began else ""
        )
        chips = []
        if moment.label:
            sure = self._certainty(moment.confidence) if moment.label != "unsure" else ""
            label = texts.labels[moment.label]
            chips.append(
                tag("li", f"{label}, {sure}" if sure else label, class_=f"chip {moment.label}")
            )
        if moment.recovery:
            told = texts.recovery.get(moment.recovery, texts.recovered)
            chips.append(tag("li", told, class_="chip recovered"))
        chips += [tag("li", texts.signs.get(name, name), class_="chip") for name in moment.signs]
        quotes = joined(map(self._quote, one.quotes)) or tag("p", texts.no_words, class_="quiet")
        return tag(
            "li",
            tag(
                "p",
                tag("b", alien(moment.call)),
                tag("span", " · ".join(filter(None, (where, when))), class_="quiet"),
                class_="where",
            ),
            quotes,
            tag("ul", *chips, class_="chips", aria_label=texts.what_shows) if chips else "",
            self._player(one),
            class_="card",
        )

    def _certainty(self, confidence: float) -> str:
        names = self._texts.certainty
        high, middle = _SURE
        return names["high" if confidence >= high else "middle" if confidence >= middle else "low"]

    def _quote(self, quote: Quote) -> Markup:
        note = (
            tag("span", f" ({self._texts.hard_to_hear})", class_="quiet")
            if quote.doubtful
            else Markup()
        )
        return tag(
            "blockquote", tag("p", tag("span", f"“{quote.text}”", lang=quote.language), note)
        )

    def _player(self, one: Shown) -> Markup:
        texts = self._texts
        if one.silent in ("gone", "full"):
            return tag(
                "p", texts.gone if one.silent == "gone" else texts.left_out, class_="quiet silent"
            )
        if not one.sound:
            return Markup()
        start, _ = around(one.moment)
        name = texts.player.format(call=one.moment.call, clock=clock(start))
        source = f"data:audio/ogg;base64,{one.sound}"
        return tag("audio", controls=True, preload="metadata", aria_label=name, src=source)

    # Agents

    def _agents(self) -> Iterator[Markup]:
        texts, found = self._texts, self._figures
        yield tag("p", texts.agents_intro, class_="intro")
        if not any(any(one.scores.values()) for one in found.agents.values()):
            yield tag("p", texts.no_agents, class_="card")
        named = sorted(
            found.agents, key=lambda name: (not name, alphabetical(name, self._say.language), name)
        )
        opened = len(named) <= _OPEN
        yield tag(
            "div", *(self._agent(name, found.agents[name], opened) for name in named), class_="two"
        )

    def _agent(self, name: str, agent: Agent, opened: bool) -> Markup:
        texts, say = self._texts, self._say
        names = quality_names(say.language)
        shown = alien(name) if name else tag("span", texts.unnamed)
        body = []
        for quality in QUALITIES:
            values = sorted(agent.scores[quality].elements())
            body.append(self._quality(names.qualities[quality], values))
        heads = (texts.quality, "", texts.mean, texts.scored_calls)
        missing = "; ".join(
            f"{names.missing.get(why, why).rstrip('.')}: {say.number(count)}"
            for why, count in sorted(agent.missing.items())
        )
        label = name or texts.unnamed
        return tag(
            "details",
            tag(
                "summary",
                tag("h3", shown),
                tag("span", say.counted(texts.calls, agent.calls), class_="quiet"),
            ),
            self._table(texts.quality_plot.format(agent=label), heads, body),
            tag("p", f"{texts.missing} – {missing}", class_="quiet inside") if missing else "",
            class_="card flush agent",
            open=opened,
        )

    def _quality(self, name: str, values: Sequence[float]) -> list[Markup]:
        texts, say = self._texts, self._say
        of = self._number(say.number(len(values)))
        if len(values) < _ENOUGH:
            return [
                tag("th", name, scope="row"),
                tag("td", interval(None, None, None, 120)),
                tag("td", tag("span", texts.not_enough, class_="quiet"), class_="number"),
                of,
            ]
        found = mean(values)
        assert found.mean is not None and found.low is not None and found.high is not None
        plot = interval(found.low / 100, found.mean / 100, found.high / 100, 120)
        around_it = tag("span", say.range(found.low, found.high), class_="interval-text")
        return [
            tag("th", name, scope="row"),
            tag("td", plot),
            tag("td", tag("b", say.number(found.mean)), " ", around_it, class_="number"),
            of,
        ]

    # What it rests on

    def _basis(self) -> Iterator[Markup]:
        texts, say, found = self._texts, self._say, self._figures
        yield tag("p", texts.basis_intro, class_="intro")
        if found.failed:
            body = [
                [tag("th", alien(one.name), scope="row"), tag("td", alien(one.reason))]
                for one in found.failed
            ]
            yield tag(
                "details",
                tag(
                    "summary",
                    tag("h3", texts.failed_heading),
                    tag("span", say.counted(texts.recordings, len(body)), class_="quiet"),
                ),
                self._table(texts.failed_heading, (texts.recording, texts.why), body),
                class_="card flush",
                open=len(body) <= _OPEN,
            )
        if not found.calls:
            return
        models = [
            [
                tag("th", texts.parts.get(part, part), scope="row"),
                tag("td", alien(model)),
                self._number(say.number(count)),
            ]
            for (part, model), count in sorted(found.models.items())
        ]
        if models:
            heads = (texts.part, texts.model, texts.figure_calls)
            yield tag(
                "div",
                tag("h3", texts.models, class_="inside"),
                self._table(texts.models, heads, models),
                class_="card flush",
            )
        rows = [
            (texts.playbooks, _listed(say, found.playbooks, {"": texts.no_playbook})),
            (texts.languages, _listed(say, found.languages, texts.language_names)),
            (texts.formulas, _listed(say, found.formulas, {})),
            (texts.program, __version__),
        ]
        yield tag(
            "dl",
            *(tag("div", tag("dt", name), tag("dd", value)) for name, value in rows if value),
            class_="card facts",
        )

    # Pieces

    def _share(self, known: Share | Mean) -> Markup:
        value, around_it = self._say.share(known)
        return tag(
            "td", value, " ", tag("span", around_it, class_="interval-text"), class_="number"
        )

    def _number(self, text: str) -> Markup:
        return tag("td", text, class_="number")

    def _table(
        self,
        name: str,
        heads: Sequence[str],
        body: Sequence[Sequence[Markup]],
        kinds: Sequence[str] = (),
    ) -> Markup:
        """A table that can be scrolled where there is little room; all but the first are numbers
        where the first row says so."""
        numbers = ['class="number' in cell for cell in body[0]] if body else [False] * len(heads)
        head = (
            tag("th", text, scope="col", class_="number" if number else False)
            if text
            else tag("td")
            for text, number in zip(heads, numbers, strict=True)
        )
        rows = (
            tag("tr", *cells, class_=kinds[number] if kinds else False)
            for number, cells in enumerate(body)
        )
        table = tag("table", tag("thead", tag("tr", *head)), tag("tbody", *rows))
        return tag("div", table, class_="scroll", tabindex="0", role="region", aria_label=name)


def _often(item: tuple[str, Reason]) -> tuple[bool, int, str]:
    """The most frequent first; what is not known last."""
    name, reason = item
    return not name, -reason.calls, name


def _listed(say: Say, counted: Counter[str], names: dict[str, str]) -> Markup:
    """Values with how many calls they belong to, the most frequent first."""
    ordered: Iterable[tuple[str, int]] = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    texts = say.texts
    return joined(
        tag(
            "span",
            alien(names.get(value, value)),
            f" ({say.counted(texts.calls, count)})",
            class_="value",
        )
        for value, count in ordered
    )
