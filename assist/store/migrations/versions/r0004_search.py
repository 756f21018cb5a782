"""Calls found by their words and by what is known of them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _new_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("number", sa.Integer),
        sa.Column("topic", sa.String(100), nullable=False, server_default=""),
        sa.Column("outcome", sa.String(16), nullable=False, server_default=""),
        sa.Column("tones", sa.String(32), nullable=False, server_default=""),
        sa.Column("score", sa.Float),
        sa.Column("recording", sa.String(300), nullable=False, server_default=""),
        sa.Column("derived", sa.Integer, nullable=False, server_default="0"),
    ]


_FTS5 = (
    # The words themselves lie in `texts`; prefixes of these lengths have an index of their own.
    """CREATE VIRTUAL TABLE texts_index USING fts5(
        words, content='texts', content_rowid='number', prefix='3 4 5')""",
    """CREATE TRIGGER texts_added AFTER INSERT ON texts BEGIN
        INSERT INTO texts_index (rowid, words) VALUES (new.number, new.words); END""",
    """CREATE TRIGGER texts_removed AFTER DELETE ON texts BEGIN
        INSERT INTO texts_index (texts_index, rowid, words)
        VALUES ('delete', old.number, old.words); END""",
    """CREATE TRIGGER texts_changed AFTER UPDATE ON texts BEGIN
        INSERT INTO texts_index (texts_index, rowid, words)
        VALUES ('delete', old.number, old.words);
        INSERT INTO texts_index (rowid, words) VALUES (new.number, new.words); END""",
)
_TSVECTOR = (
    """ALTER TABLE texts ADD COLUMN vector tsvector
        GENERATED ALWAYS AS (to_tsvector('simple', words)) STORED""",
    "CREATE INDEX ix_texts_vector ON texts USING gin (vector)",
)


def upgrade() -> None:
    """Make columns and tables; the server fills them from the events when it starts."""
    for column in _new_columns():
        op.add_column("calls", column)
    op.execute(
        """UPDATE calls SET number = ranked.place FROM (
            SELECT call_id, row_number() OVER (ORDER BY started_at, call_id) AS place FROM calls
        ) AS ranked WHERE ranked.call_id = calls.call_id"""
    )
    op.create_index("ix_calls_agent_started_at", "calls", ["agent", "started_at"])
    op.create_index("ix_calls_number", "calls", ["number"], unique=True)
    op.create_table(
        "utterances",
        sa.Column("call_id", sa.String(128), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("channel", sa.String(8), nullable=False),
        sa.Column("start", sa.Float, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("plain", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("call_id", "seq", name="pk_utterances"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_utterances_call_id_calls"),
    )
    op.create_table(
        "situations",
        sa.Column("call_id", sa.String(128), nullable=False),
        sa.Column("situation", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(8), nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("start", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("call_id", "situation", "channel", name="pk_situations"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_situations_call_id_calls"),
    )
    op.create_index("ix_situations_situation_call_id", "situations", ["situation", "call_id"])
    op.create_table(
        "texts",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("call_id", sa.String(128), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_texts"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_texts_call_id_calls"),
    )
    op.create_index("ix_texts_call_id", "texts", ["call_id"], unique=True)
    for statement in _FTS5 if op.get_bind().dialect.name == "sqlite" else _TSVECTOR:
        op.execute(statement)


def downgrade() -> None:
    """Back to calls that are found by their time alone."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE texts_index")
    for table in ("texts", "situations", "utterances"):
        op.drop_table(table)
    for index in ("ix_calls_number", "ix_calls_agent_started_at"):
        op.drop_index(index, "calls")
    for column in _new_columns():
        op.drop_column("calls", column.name)
