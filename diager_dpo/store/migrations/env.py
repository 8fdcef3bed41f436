"""How alembic reaches the store: over the connection of ``migrate``, inside its lock and its transaction."""

from alembic import context

from diager_dpo.store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
