"""What trials of the life of an installation read of a database: its schema, its words, the ledger's rows."""

from tests.upgrade import census

SCHEMA = {
    "column": "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public'",
    "relation": "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
    "AND relkind IN ('r', 'v', 'm', 'S', 'i')",
    "function": "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "trigger": "SELECT tgrelid::regclass || '.' || tgname FROM pg_trigger WHERE NOT tgisinternal",
    "constraint": "SELECT conrelid::regclass || '.' || conname FROM pg_constraint "
    "WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'f', 'u', 'p', 'x')",
    "type": "SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd')",
}

# For Odoo's prompt: every view of the domain is read as Odoo would when somebody opens it.
VIEWS = """
broken = []
for view in env["ir.ui.view"].search(%s):
    try:
        with env.cr.savepoint():
            view._check_xml()
    except Exception as error:
        broken.append((view.xml_id or view.name, str(error)[:300]))
assert not broken, broken
"""


def asker(dev, database):
    return lambda statement, *values: dev.sql(statement, *values, database=database)


def schema(ask):
    """{("column", "table.name"), …}: all that stands in the schema."""
    return {(kind, name) for kind, statement in SCHEMA.items() for (name,) in ask(statement)}


def ledger(ask, columns):
    """census.contents of the ledger's tables, in the columns that they have without the add-on."""
    return census.contents(ask, {table: columns[table] for table in census.LEDGER})


def ledger_columns(ask):
    return census.tables(ask, "^$")


def words(ask, pattern=r"cartera[._]"):
    """{"table.column": how many rows} whose text matches, in every table."""
    rows = ask(
        "SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables t "
        "USING (table_schema, table_name) WHERE table_schema = 'public' AND t.table_type = 'BASE TABLE' "
        "AND data_type IN ('character varying', 'text', 'jsonb')"
    )
    found = {}
    for table, column in rows:
        [(count,)] = ask(f'SELECT COUNT(*) FROM "{table}" WHERE "{column}"::text ~ %s', pattern)
        if count:
            found[f"{table}.{column}"] = count
    return found


def table(dev, rows):
    """Say rows of text in columns."""
    widths = [max(len(str(row[n])) for row in rows) for n in range(len(rows[0]))]
    for row in rows:
        dev.say("  ".join(str(cell).ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
