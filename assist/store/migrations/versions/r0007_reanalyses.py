"""Calls analysed again, beside what was found when they ran."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "reanalyses",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("call_id", sa.String(128), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.String(100), nullable=False),
        sa.Column("events", sa.Text, nullable=False),
        sa.Column("comparison", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_reanalyses"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_reanalyses_call_id_calls"),
    )
    op.create_index("ix_reanalyses_call_id", "reanalyses", ["call_id"])


def downgrade() -> None:
    """Back to one analysis a call."""
    op.drop_table("reanalyses")
