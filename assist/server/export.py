"""Lists of calls as files that other programs open."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

import msgspec

from assist.server.messages import CallSummary

_COLUMNS: Final = tuple(name for name in CallSummary.__struct_fields__ if name != "hit")
_TIMES: Final = ("started_at", "ended_at")
_FLAGS: Final = ("running", "recording")
_FIGURES: Final = ("duration", "score")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class Format(NamedTuple):
    """How a list of calls is written, and what a browser is told that it is."""

    media_type: str
    write: Callable[[Iterable[CallSummary]], bytes]


def _csv(calls: Iterable[CallSummary]) -> bytes:
    """As Excel reads it where the comma is the decimal sign, Turkey among them.

    UTF-8 with a byte order mark, semicolons, decimal commas, times in UTC without a zone. A text
    that Excel would take for a formula gets an apostrophe in front.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    writer.writerows([_cell(name, getattr(call, name)) for name in _COLUMNS] for call in calls)
    return text.getvalue().encode("utf-8-sig")


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        return f"{value:.3f}".rstrip("0").rstrip(".").replace(".", ",")
    if name in _TIMES:
        return _time(value).strftime("%Y-%m-%d %H:%M:%S")
    return f"'{value}" if value.startswith(_FORMULA) else str(value)


def _json(calls: Iterable[CallSummary]) -> bytes:
    rows = [{name: getattr(call, name) for name in _COLUMNS} for call in calls]
    return msgspec.json.encode(rows)


def _parquet(calls: Iterable[CallSummary]) -> bytes:
    import pyarrow as pa  # noqa: PLC0415 - large, and many servers never need it
    from pyarrow import parquet  # noqa: PLC0415

    types = (
        dict.fromkeys(_TIMES, pa.timestamp("us", "UTC"))
        | dict.fromkeys(_FLAGS, pa.bool_())
        | dict.fromkeys(_FIGURES, pa.float64())
    )
    schema = pa.schema([(name, types.get(name, pa.string())) for name in _COLUMNS])
    rows = [{name: _typed(name, getattr(call, name)) for name in _COLUMNS} for call in calls]
    sink = pa.BufferOutputStream()
    parquet.write_table(pa.Table.from_pylist(rows, schema), sink, compression="zstd")
    return bytes(sink.getvalue())


def _typed(name: str, value: Any) -> Any:
    return _time(value) if name in _TIMES and value is not None else value


def _time(value: str) -> datetime:
    return datetime.fromisoformat(value).astimezone(UTC)


FORMATS: Final = {
    "csv": Format("text/csv; charset=utf-8", _csv),
    "json": Format("application/json", _json),
    "parquet": Format("application/vnd.apache.parquet", _parquet),
}
