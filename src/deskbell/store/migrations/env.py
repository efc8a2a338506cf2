"""Alembic's entry: always called with a connection, by deskbell.store.migrate."""

from alembic import context

from deskbell.store.schema import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=False,
)
context.run_migrations()
