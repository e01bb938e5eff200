"""What a database holds, column by column, to be compared with what it holds later.

`ask(statement, *values)` runs a statement and answers with its rows.
"""

from collections import defaultdict

LEDGER = ("account_move", "account_move_line", "account_partial_reconcile", "account_full_reconcile", "account_payment")
UNSAID = ("write_date", "write_uid")  # a record of the add-on's own files is written again with what it had


def tables(ask, pattern="^cartera", others=LEDGER):
    """{table: its columns in their order} of the tables whose name matches, and of `others`."""
    rows = ask(
        "SELECT c.table_name, c.column_name FROM information_schema.columns c "
        "JOIN information_schema.tables t USING (table_schema, table_name) "
        "WHERE t.table_schema = 'public' AND t.table_type = 'BASE TABLE' "
        "AND (c.table_name ~ %s OR c.table_name = ANY(%s)) ORDER BY c.table_name, c.ordinal_position",
        pattern,
        list(others),
    )
    found = defaultdict(list)
    for table, column in rows:
        found[table] += [column] * (column not in UNSAID)
    return dict(found)


def contents(ask, wanted, until=None):
    """{table: {"rows": how many, "last": the greatest id, column: a digest of its values, row by row}} of `wanted`.

    `wanted` is {table: columns}; a table or column that is no longer there has None. `until` is an earlier answer:
    of its tables, rows that have come since are left out.
    """
    existing = tables(ask, "^(" + "|".join(wanted) + ")$", ())
    return {
        table: _digests(ask, table, columns, existing.get(table, ()), until and until[table]["last"])
        for table, columns in wanted.items()
    }


def _digests(ask, table, columns, existing, last):
    there = [column for column in columns if column in existing]
    if not there:
        return {"rows": None, "last": None}
    order = '"id"' if "id" in there else ", ".join(f'"{column}"' for column in there)
    values = "".join(f""", md5(string_agg(md5(COALESCE("{name}"::text, '')), '' ORDER BY {order}))""" for name in there)
    where = f"WHERE id <= {last}" if last else ""
    greatest = "MAX(id)" if "id" in there else "NULL"
    [(rows, last, *sums)] = ask(f'SELECT COUNT(*), {greatest}{values} FROM "{table}" {where}')
    return {"rows": rows, "last": last, **dict.fromkeys(columns), **dict(zip(there, sums, strict=True))}


def differences(before, after):
    """["table.column"] whose values are others, and ["table"] whose number of rows is another, with both."""
    found = []
    for table, columns in before.items():
        if columns["rows"] != after[table]["rows"]:
            found.append(f"{table}: {columns['rows']} rows, then {after[table]['rows']}")
        else:
            found += [f"{table}.{column}" for column in columns if columns[column] != after[table].get(column)]
    return found
