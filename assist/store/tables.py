"""The tables, in terms every SQL database understands. Migrations bring a database to them."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, kept in UTC; for databases that forget the zone it is put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """To UTC; raises `ValueError` for a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a zone cannot be stored.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Always aware."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
    }
)

calls = Table(
    "calls",
    metadata,
    Column("call_id", String(128), primary_key=True),
    Column("agent", String(200), nullable=False),
    Column("customer", String(200), nullable=False),
    Column("language", String(8), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("reason", String(32), nullable=False, default=""),
    Column("duration", Float, nullable=False, default=0.0),
    # Counts up from 1; the full-text index knows calls by it.
    Column("number", Integer),
    # What search filters by: derived from the events when the call ends (`assist.store.facts`).
    Column("topic", String(100), nullable=False, default=""),
    Column("outcome", String(16), nullable=False, default=""),
    Column("tones", String(32), nullable=False, default=""),
    Column("score", Float),
    Column("recording", String(300), nullable=False, default=""),
    Column("derived", Integer, nullable=False, default=0),
    Index(None, "started_at"),
    Index(None, "customer", "started_at"),
    Index(None, "agent", "started_at"),
    Index(None, "number", unique=True),
    Index(None, "ended_at"),
)

events = Table(
    "events",
    metadata,
    Column("call_id", String(128), ForeignKey("calls.call_id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("position", BigInteger, nullable=False),
    Column("type", String(32), nullable=False),
    Column("json", Text, nullable=False),
)

# `plain` are the words of `text` in comparable form (`assist.text.plain_words`), one space between.
utterances = Table(
    "utterances",
    metadata,
    Column("call_id", String(128), ForeignKey("calls.call_id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("channel", String(8), nullable=False),
    Column("start", Float, nullable=False),
    Column("language", String(8), nullable=False),
    Column("text", Text, nullable=False),
    Column("plain", Text, nullable=False),
)

# How often a situation came up on a channel, and where first, in seconds.
situations = Table(
    "situations",
    metadata,
    Column("call_id", String(128), ForeignKey("calls.call_id"), primary_key=True),
    Column("situation", String(64), primary_key=True),
    Column("channel", String(8), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("start", Float, nullable=False),
    Index(None, "situation", "call_id"),
)

# The plain words of calls that are over. The full-text index hangs on it: on SQLite an FTS5 table
# kept up by triggers, on PostgreSQL a tsvector column; see the migration 0004.
texts = Table(
    "texts",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("call_id", String(128), ForeignKey("calls.call_id"), nullable=False),
    Column("words", Text, nullable=False),
    Index(None, "call_id", unique=True),
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("call_id", String(128), ForeignKey("calls.call_id"), nullable=False),
    Column("suggestion", String(128), nullable=False),
    Column("action", String(16), nullable=False),
    Column("given_at", UtcDateTime, nullable=False),
    Index(None, "call_id"),
)

# Rows are only ever added: of those of one call, kind and subject (`about`) the latest counts.
marks = Table(
    "annotations",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("call_id", String(128), ForeignKey("calls.call_id"), nullable=False),
    Column("id", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("about", String(200), nullable=False),
    Column("author", String(200), nullable=False),
    Column("start", Float, nullable=False),
    Column("value", String(200), nullable=False),
    Column("text", Text, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    UniqueConstraint("call_id", "id"),
    Index(None, "kind", "made_at"),
)

users = Table(
    "users",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("team", String(100), nullable=False),
    Column("agent", String(200), nullable=False),
    Column("password", String(200), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("disabled_at", UtcDateTime),
)

# Of what opens the door only a hash is kept (`key`): who reads the database gets in nowhere.
sessions = Table(
    "sessions",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("user", String(100), ForeignKey("users.name"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("key", String(64), nullable=False),
    Column("role", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
)

# One-time links: for a user to choose a password, or without a user to make the first one.
invitations = Table(
    "invitations",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("user", String(100), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("who", String(100), nullable=False),
    Column("action", String(32), nullable=False),
    Column("about", String(200), nullable=False),
    Column("detail", Text, nullable=False),
    Index(None, "at"),
)

customers = Table(
    "customers",
    metadata,
    Column("customer", String(200), primary_key=True),
    Column("style", String(16), nullable=False),
    Column("since", UtcDateTime, nullable=False),
)

# What is to be sent to other systems: kept until it has arrived or was given up.
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", String(160), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("body", Text, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", UtcDateTime),
    Column("delivered_at", UtcDateTime),
    Column("error", Text, nullable=False),
    Index(None, "next_at"),
)

# Made from the events, by the formulas `version`; can be made anew.
scorecards = Table(
    "scorecards",
    metadata,
    Column("call_id", String(128), ForeignKey("calls.call_id"), primary_key=True),
    Column("version", String(16), nullable=False),
    Column("json", Text, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
)

# What the agent did when the caller was angry, and whether calm followed; made with the card.
answers = Table(
    "answers",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("call_id", String(128), ForeignKey("calls.call_id"), nullable=False),
    Column("about", String(64), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("name", String(128), nullable=False),
    Column("start", Float, nullable=False),
    Column("quote", Text, nullable=False),
    Column("calmed", Boolean, nullable=False),
    Index(None, "call_id"),
)

# Rows are only ever added: of one call, quality and author the latest counts.
reviews = Table(
    "reviews",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("call_id", String(128), ForeignKey("calls.call_id"), nullable=False),
    Column("id", String(64), nullable=False),
    Column("quality", String(32), nullable=False),
    Column("verdict", String(8), nullable=False),
    Column("value", Integer),
    Column("machine", Integer),
    Column("version", String(16), nullable=False),
    Column("comment", Text, nullable=False),
    Column("author", String(200), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    UniqueConstraint("call_id", "id"),
)

# What customers said of calls, as other systems know it; of one call and kind the latest counts.
ratings = Table(
    "ratings",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("call_id", String(128), ForeignKey("calls.call_id"), nullable=False),
    Column("id", String(64), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("value", Float, nullable=False),
    Column("lowest", Float, nullable=False),
    Column("highest", Float, nullable=False),
    Column("comment", Text, nullable=False),
    Column("author", String(200), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    UniqueConstraint("call_id", "id"),
)

# The same recording analysed again, by other models or rules; the call's own events stay.
reanalyses = Table(
    "reanalyses",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("call_id", String(128), ForeignKey("calls.call_id"), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("author", String(100), nullable=False),
    Column("events", Text, nullable=False),
    Column("comparison", Text, nullable=False),
    Index(None, "call_id"),
)
