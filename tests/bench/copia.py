"""The bare INSERT … SELECT that set-based work is measured against."""

from odoo.tools import SQL


def copiar(env, timed, table, where=None):
    """Seconds to insert rows of a table (those of `where`, SQL) once more, as they stand, into one like it."""
    return insertar(env, timed, table, SQL("SELECT * FROM %s WHERE %s", SQL.identifier(table), where or SQL("TRUE")))


def insertar(env, timed, table, query, columns=()):
    """Seconds to insert what `query` (SQL) selects into a table with the same columns, indexes and foreign keys."""
    cr = env.cr
    cr.execute("DROP TABLE IF EXISTS copia")
    cr.execute(SQL("CREATE TABLE copia (LIKE %s INCLUDING ALL)", SQL.identifier(table)))
    cr.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'",
        [table],
    )
    for name, definition in cr.fetchall():
        cr.execute(SQL("ALTER TABLE copia ADD CONSTRAINT %s %s", SQL.identifier(f"copia_{name}"), SQL(definition)))
    cr.commit()
    names = SQL("(%s)", SQL(", ").join(map(SQL.identifier, columns))) if columns else SQL()

    def insert():
        cr.execute(SQL("INSERT INTO copia %s %s", names, query))
        cr.commit()

    seconds = timed(insert)[0]
    cr.execute("DROP TABLE copia")
    cr.commit()
    return seconds
