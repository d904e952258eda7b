"""SQLAlchemy 2 async: SQLite by default, PostgreSQL by URL; every personal column sealed."""
