"""HTML that cannot be broken by what is put into it, and the plots as inline SVG."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from assist.store.numbers import Mean

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class Markup(str):
    """Finished HTML; every other string is escaped before it becomes part of the page."""

    __slots__ = ()


def escaped(value: str) -> Markup:
    """Text as HTML, also within attributes; characters that HTML cannot have are marked."""
    if isinstance(value, Markup):
        return value
    return Markup(html.escape(_CONTROL.sub("\ufffd", value)))


def tag(name: str, /, *content: str, **attributes: str | float | bool) -> Markup:
    """An element: `class_` is the attribute class, `aria_label` is aria-label; False leaves out."""
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in ("meta", "circle", "rect", "line", "path"):
        return Markup(f"<{name}{written}>" if name == "meta" else f"<{name}{written}/>")
    return Markup(f"<{name}{written}>{joined(content)}</{name}>")


def _attribute(key: str, value: str | float | bool) -> str:
    if value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    return f' {name}="{escaped(value if isinstance(value, str) else f"{value:g}")}"'


def joined(content: Iterable[str]) -> Markup:
    """Pieces one after the other."""
    return Markup("".join(escaped(piece) for piece in content))


def alien(text: str) -> Markup:
    """A name that came from outside, so that it cannot turn the writing around it."""
    return tag("bdi", text)


# Plots

_STEP: Final = (36.0, 96.0)
_WIDTH: Final = 980.0
_LEFT, _RIGHT, _TOP = 64.0, 8.0, 12.0
_HIGH: Final = 168.0
_COLUMNS: Final = 40.0
_SCALES: Final = (0.1, 0.25, 0.5, 1.0)


class Point(msgspec.Struct, frozen=True):
    """One place of a plot: a share (0…1), and over how many calls; None where there are none."""

    label: str
    share: Mean | None
    calls: str = ""


def course(
    points: Sequence[Point], *, id_: str, title: str, about: str, percent: Sequence[str], calls: str
) -> Markup:
    """Shares with their intervals, and columns of how many calls they rest on.

    `percent` labels even steps from 0 to the scale's top, which `scale` tells.
    """
    step = min(max((_WIDTH - _LEFT - _RIGHT) / len(points), _STEP[0]), _STEP[1])
    width = _LEFT + step * len(points) + _RIGHT
    top = scale(points)
    base = _TOP + _HIGH
    floor = base + 30 + _COLUMNS
    parts: list[str] = []
    for number, label in enumerate(percent):
        y = base - _HIGH * number / (len(percent) - 1)
        kind = "axis" if number == 0 else "grid"
        parts.append(tag("line", class_=kind, x1=_LEFT, x2=width - _RIGHT, y1=y, y2=y))
        parts.append(tag("text", label, class_="tick end", x=_LEFT - 8, y=y + 4))
    parts.append(tag("text", calls, class_="tick end", x=_LEFT - 8, y=floor))
    most = max((point.share.of for point in points if point.share), default=1)
    for number, point in enumerate(points):
        x = _LEFT + step * (number + 0.5)
        parts.append(tag("text", point.label, class_="tick middle", x=x, y=base + 18))
        known = point.share
        if known is None or known.mean is None or known.low is None or known.high is None:
            continue
        low, middle, high = (
            base - _HIGH * min(value / top, 1.0) for value in (known.low, known.mean, known.high)
        )
        parts.append(tag("line", class_="range", x1=x, x2=x, y1=low, y2=high))
        few = " few" if known.of < FEW else ""
        parts.append(tag("circle", class_=f"dot{few}", cx=x, cy=middle, r=5))
        tall = (_COLUMNS - 16) * known.of / most
        column = min(step * 0.5, 22)
        parts.append(
            tag(
                "rect",
                class_="column",
                x=x - column / 2,
                y=floor - tall,
                width=column,
                height=tall,
                rx=2,
            )
        )
        parts.append(tag("text", point.calls, class_="count middle", x=x, y=floor - tall - 4))
    return _svg(parts, width, floor + 4, id_=id_, title=title, about=about)


FEW: Final = 3
"""Calls below which a figure is marked as resting on few."""


def scale(points: Sequence[Point]) -> float:
    """The share at the top of a plot."""
    highest = max((point.share.high or 0.0 for point in points if point.share), default=1.0)
    return next(top for top in _SCALES if highest <= top)


def _svg(
    parts: Iterable[str], width: float, height: float, *, id_: str, title: str, about: str
) -> Markup:
    return tag(
        "svg",
        tag("title", title, id=f"{id_}-title"),
        tag("desc", about, id=f"{id_}-about"),
        *parts,
        class_="plot",
        role="img",
        width=width,
        height=height,
        viewBox=f"0 0 {width:g} {height:g}",
        aria_labelledby=f"{id_}-title",
        aria_describedby=f"{id_}-about",
    )


def stacked(parts: Sequence[tuple[str, float]], *, wide: float, high: float, class_: str) -> Markup:
    """A bar of parts, each with its class and size; beside its figures, so silent."""
    whole = sum(size for _, size in parts) or 1.0
    pieces: list[str] = []
    x = 0.0
    for name, size in parts:
        if size > 0:
            length = wide * size / whole
            pieces.append(tag("rect", class_=f"part {name}", x=x, width=length, height=high))
            x += length
    return tag(
        "svg",
        *pieces,
        class_=class_,
        width=wide,
        height=high,
        viewBox=f"0 0 {wide:g} {high:g}",
        preserveAspectRatio="none",
        aria_hidden="true",
    )


def interval(low: float | None, middle: float | None, high: float | None, wide: float) -> Markup:
    """A value (0…1) on a line with its interval; beside its figures, so silent."""
    inside = wide - 10
    parts: list[str] = [tag("line", class_="grid", x1=5, x2=wide - 5, y1=8, y2=8)]
    parts += [
        tag("line", class_="grid", x1=5 + inside * at, x2=5 + inside * at, y1=5, y2=11)
        for at in (0.0, 0.5, 1.0)
    ]
    if low is not None and high is not None:
        parts.append(
            tag("line", class_="range", x1=5 + inside * low, x2=5 + inside * high, y1=8, y2=8)
        )
    if middle is not None:
        parts.append(tag("circle", class_="dot", cx=5 + inside * middle, cy=8, r=4))
    return tag(
        "svg",
        *parts,
        class_="interval",
        width=wide,
        height=16,
        viewBox=f"0 0 {wide:g} 16",
        aria_hidden="true",
    )
