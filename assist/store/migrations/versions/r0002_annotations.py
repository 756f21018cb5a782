"""What people mark on calls; calls found by their customer."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and the index."""
    op.create_table(
        "annotations",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("call_id", sa.String(128), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("about", sa.String(200), nullable=False),
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("start", sa.Float, nullable=False),
        sa.Column("value", sa.String(200), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_annotations"),
        sa.UniqueConstraint("call_id", "id", name="uq_annotations_call_id"),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.call_id"], name="fk_annotations_call_id_calls"
        ),
    )
    op.create_index("ix_annotations_kind_made_at", "annotations", ["kind", "made_at"])
    op.create_index("ix_calls_customer_started_at", "calls", ["customer", "started_at"])


def downgrade() -> None:
    """Back to calls, events and feedback."""
    op.drop_index("ix_calls_customer_started_at", "calls")
    op.drop_table("annotations")
