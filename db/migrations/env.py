"""Runs the revisions over the connection that db.upgrade hands in."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=context.config.attributes.get("metadata"),
    render_as_batch=True,
    # A database is either at a revision or not: SQLite and Postgres both take DDL back.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
