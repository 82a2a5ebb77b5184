"""What Alembic runs: the steps, on the connection and in the transaction that desk/store/release.py gives."""

from alembic import context

from desk.store.every_table import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
