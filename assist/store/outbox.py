"""What other systems are to be told: kept until it has arrived, or was given up."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import Connection, bindparam, func, insert, select, update

from assist.store.tables import calls, deliveries
from assist.store.writer import Write


class Delivery(msgspec.Struct, frozen=True):
    """A message on its way. `next_at` is when it is tried next, `None` when it is not any more:
    it has arrived (`delivered_at`) or was given up (`error` says why).
    """

    id: str
    kind: str
    body: str
    made_at: datetime
    attempts: int = 0
    next_at: datetime | None = None
    delivered_at: datetime | None = None
    error: str = ""


_KEEP = insert(deliveries)
_TRIED = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("of"))
    .values(
        attempts=bindparam("now_attempts"),
        next_at=bindparam("now_next_at"),
        delivered_at=bindparam("now_delivered_at"),
        error=bindparam("now_error"),
    )
)


def kept(delivery: Delivery) -> Write:
    """A new message."""
    return Write(_KEEP, msgspec.structs.asdict(delivery))


def tried(delivery: Delivery) -> Write:
    """What became of a message."""
    changed = ("attempts", "next_at", "delivered_at", "error")
    values = {f"now_{name}": getattr(delivery, name) for name in changed}
    return Write(_TRIED, {"of": delivery.id, **values})


def due_deliveries(connection: Connection, now: datetime, limit: int) -> list[Delivery]:
    """What is to be tried now, the longest waiting first."""
    query = (
        select(deliveries)
        .where(deliveries.c.next_at <= now)
        .order_by(deliveries.c.next_at)
        .limit(limit)
    )
    return [Delivery(*row) for row in connection.execute(query)]


def next_delivery(connection: Connection) -> datetime | None:
    """When something is to be tried next."""
    query = (
        select(deliveries.c.next_at)
        .where(deliveries.c.next_at.is_not(None))
        .order_by(deliveries.c.next_at)
        .limit(1)
    )
    return connection.execute(query).scalar_one_or_none()


def given_up(connection: Connection, limit: int) -> list[Delivery]:
    """What has never arrived and is not tried any more, newest first."""
    query = (
        select(deliveries)
        .where(deliveries.c.next_at.is_(None), deliveries.c.delivered_at.is_(None))
        .order_by(deliveries.c.made_at.desc())
        .limit(limit)
    )
    return [Delivery(*row) for row in connection.execute(query)]


def waiting(connection: Connection) -> int:
    """How many are on their way."""
    query = select(func.count()).where(deliveries.c.next_at.is_not(None))
    return connection.execute(query).scalar_one()


def delivery(connection: Connection, id_: str) -> Delivery | None:
    """One message, `None` when there is none of this id."""
    row = connection.execute(select(deliveries).where(deliveries.c.id == id_)).one_or_none()
    return Delivery(*row) if row else None


def untold(connection: Connection, since: datetime, prefix: str) -> list[str]:
    """The calls that ended after `since` and have no message `prefix` + call id."""
    told = select(deliveries.c.id).where(deliveries.c.id == prefix + calls.c.call_id)
    query = (
        select(calls.c.call_id)
        .where(calls.c.ended_at >= since, ~told.exists())
        .order_by(calls.c.ended_at)
    )
    return list(connection.execute(query).scalars())
