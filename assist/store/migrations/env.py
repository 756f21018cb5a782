"""Runs migrations on the connection handed over by `assist.store.migrate`."""

from alembic import context

from assist.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
context.run_migrations()
