"""What customers said of calls: CSAT, NPS, or whatever another system asks them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from sqlalchemy import Connection, select

from assist.store.tables import ratings


class Rating(msgspec.Struct, frozen=True, kw_only=True):
    """A customer's rating of a call: `value` on `scale` (its lowest and highest value).

    `kind` says what was asked, as in "csat" or "nps". `id` may be made up by who sends it, so
    that what is sent twice is kept once; of one call and kind the latest counts. The
    server fills in `call_id`, `author` (who sent it) and `made_at` (ISO 8601, UTC).
    """

    kind: Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_-]{0,31}$")]
    value: float
    scale: tuple[float, float]
    comment: Annotated[str, msgspec.Meta(max_length=4000)] = ""
    id: Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9-]{8,64}$")] = ""
    call_id: str = ""
    author: str = ""
    made_at: str = ""


def rating_row(rating: Rating) -> dict[str, object]:
    """The row of a rating."""
    row = msgspec.structs.asdict(rating)
    row["lowest"], row["highest"] = row.pop("scale")
    row["made_at"] = datetime.fromisoformat(rating.made_at)
    return row


def ratings_of(connection: Connection, call_id: str) -> list[Rating]:
    """All ratings of a call, in the order of their coming."""
    query = select(ratings).where(ratings.c.call_id == call_id).order_by(ratings.c.number)
    return [
        Rating(
            kind=row.kind,
            value=row.value,
            scale=(row.lowest, row.highest),
            comment=row.comment,
            id=row.id,
            call_id=row.call_id,
            author=row.author,
            made_at=row.made_at.isoformat(),
        )
        for row in connection.execute(query)
    ]
