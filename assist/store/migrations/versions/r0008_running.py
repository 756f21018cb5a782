"""Running calls found at once, however many there were."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_calls_ended_at", "calls", ["ended_at"])


def downgrade() -> None:
    """Back to looking at every call."""
    op.drop_index("ix_calls_ended_at", "calls")
