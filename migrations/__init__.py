"""Alembic migrations, run by `coach.store.postgres.migrate`."""
