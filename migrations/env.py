"""Run migrations on the connection that `coach.store.postgres.migrate` hands over."""

from alembic import context

from coach.store.models import metadata

with context.config.attributes["connection"].begin():
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
