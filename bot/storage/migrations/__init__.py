"""Alembic migrations: product code, run from the package."""
