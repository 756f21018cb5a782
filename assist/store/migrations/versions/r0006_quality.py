"""Scorecards, what people say of them, what calmed callers down, and ratings of calls."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _of_call(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name=f"fk_{table}_call_id_calls")


def _added(table: str, *columns: sa.Column[Any]) -> None:
    """A table whose rows are only ever added."""
    op.create_table(
        table,
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("call_id", sa.String(128), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        *columns,
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=f"pk_{table}"),
        sa.UniqueConstraint("call_id", "id", name=f"uq_{table}_call_id"),
        _of_call(table),
    )


def upgrade() -> None:
    """Make the tables; the server makes the cards of older calls when it starts."""
    op.create_table(
        "scorecards",
        sa.Column("call_id", sa.String(128), nullable=False),
        sa.Column("version", sa.String(16), nullable=False),
        sa.Column("json", sa.Text, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("call_id", name="pk_scorecards"),
        _of_call("scorecards"),
    )
    op.create_table(
        "answers",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("call_id", sa.String(128), nullable=False),
        sa.Column("about", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("start", sa.Float, nullable=False),
        sa.Column("quote", sa.Text, nullable=False),
        sa.Column("calmed", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_answers"),
        _of_call("answers"),
    )
    op.create_index("ix_answers_call_id", "answers", ["call_id"])
    _added(
        "reviews",
        sa.Column("quality", sa.String(32), nullable=False),
        sa.Column("verdict", sa.String(8), nullable=False),
        sa.Column("value", sa.Integer),
        sa.Column("machine", sa.Integer),
        sa.Column("version", sa.String(16), nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
    )
    _added(
        "ratings",
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("value", sa.Float, nullable=False),
        sa.Column("lowest", sa.Float, nullable=False),
        sa.Column("highest", sa.Float, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Back to calls without scorecards."""
    for table in ("ratings", "reviews", "answers", "scorecards"):
        op.drop_table(table)
