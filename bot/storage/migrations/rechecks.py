"""Another check of one column, for migrations."""

import sqlalchemy as sa
from alembic import op


def recheck(table: str, before: str, after: str) -> None:
    """In the place of ``before``, on the column ``channel``.

    SQLite alters no check.  Making the table anew would touch every table that refers to it; what SQLite's documentation advises for a
    change that leaves the rows as they are is to change the text of the schema (lang_altertable, section 7).
    """
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        op.drop_constraint(op.f(f"ck_{table}_channel"), table, type_="check")
        op.create_check_constraint(op.f(f"ck_{table}_channel"), table, after)
        return
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    changed = connection.execute(
        sa.text("UPDATE sqlite_schema SET sql = replace(sql, :before, :after) WHERE type = 'table' AND name = :name AND sql LIKE :like"),
        {"before": before, "after": after, "name": table, "like": f"%{before}%"},
    )
    if changed.rowcount != 1:
        raise RuntimeError(f"the check of {table} is not as it was made")
    connection.exec_driver_sql(f"PRAGMA schema_version = {int(version) + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")
