"""What a database says, so that the work of two runs can be compared row by row.

Two runs give other ids, tokens and instants to the same rows. So a row is compared without them: a link to a row that
was there before counts by its id, one to a newer row only as such; an instant counts as set or not; in texts the
digits do not count (numbers are columns of their own). What is left must be the same, as often.
"""

import re
from collections import Counter
from typing import NamedTuple

# Not business: the server's own books, and what tells browsers that something changed.
LEFT_OUT = re.compile(
    r"^(bus_|ir_cron|ir_logging|ir_model|ir_profile|ir_ui_|ir_asset|orm_signaling|base_registry|res_device|mail_presence"
    r"|discuss_|auth_|res_users_log|report_paperformat|wizard_|ir_module|ir_sequence$|ir_config_parameter$"
    r"|account_edi|base_import|web_tour"
    r"|cartera_suspension_informe)"  # of a dialog: Odoo sweeps it away
)
# Made anew each time by chance or from the instant.
BY_CHANCE = re.compile(
    r"token|nonce|checksum|store_fname|file_size|sha256|hash|huella_|uuid|message_id$|^references$|_key$|^attempts$"
)
# Within texts: identifiers, digests, and the links that open a debtor's page.
TOKENS = r"[0-9a-f]{8}-[0-9a-f-]{20,}|[0-9A-Fa-f]{24,}|/cartera/[a-z]+/[^<>\" ]{20,}"
OWN_TIME = {"id", "create_date", "write_date", "parent_path"}


class Column(NamedTuple):
    name: str
    kind: str  # its type in PostgreSQL
    target: str  # the table that it links to, or nothing


class Tables:
    """How the rows of a database are read. `run(sql)` answers the rows of a query on the database that is the origin
    of the others: its highest ids tell old rows from new."""

    def __init__(self, run):
        columns, links = run(COLUMNS), {(table, name): target for table, name, target in run(LINKS)}
        self.columns = {}
        for table, name, kind in columns:
            if not LEFT_OUT.match(table):
                column = Column(name, kind, links.get((table, name), ""))
                self.columns.setdefault(table, []).append(column)
        with_id = [table for table, columns in self.columns.items() if any(c.name == "id" for c in columns)]
        highest = " UNION ALL ".join(f"SELECT '{t}', COALESCE(MAX(id), 0) FROM {t}" for t in with_id)
        self.highest = dict(run(highest))

    def _text(self, column):
        """SQL of what counts of a column; None where nothing does."""
        name = f'"{column.name}"'
        if column.name in OWN_TIME or (BY_CHANCE.search(column.name) and not column.target):
            return None
        if column.kind.startswith(("timestamp", "bytea")):
            return f"({name} IS NOT NULL)::text"
        if column.target:
            return f"CASE WHEN {name} > {self.highest.get(column.target, 2**31)} THEN 'new' ELSE {name}::text END"
        if column.kind == "integer" and re.search(r"_id$|_id_int$", column.name):
            return f"({name} IS NOT NULL)::text"  # links without a key
        if column.kind in ("text", "character varying", "jsonb", "json"):
            tokens = f"regexp_replace({name}::text, '{TOKENS}', '', 'g')"
            return f"regexp_replace({tokens}, '[0-9]+', '#', 'g')"
        return f"{name}::text"

    def rows(self, table):
        """SQL of the rows of a table, each one text."""
        pairs = [f"'{c.name}', {text}" for c in self.columns[table] if (text := self._text(c))] or ["'row', 1"]
        # A call takes a hundred values.
        lots = [pairs[n : n + 45] for n in range(0, len(pairs), 45)]
        whole = " || ".join(f"jsonb_strip_nulls(jsonb_build_object({', '.join(lot)}))" for lot in lots)
        return f"SELECT ({whole})::text AS row FROM {table}"

    def read(self, run, before=None):
        """{table: Counter of its rows, by digest} of the database that `run` asks.

        `before`: what it said as a copy of its template; then only tables are read on which somebody wrote since,
        which PostgreSQL knows unless it was stopped at once.
        """
        state = dict(before or {})
        written = {table for (table,) in run(WRITTEN)} if before else self.columns
        for table in self.columns.keys() & written:
            found = Counter(dict(run(f"SELECT md5(row), COUNT(*) FROM ({self.rows(table)}) q GROUP BY 1")))
            state[table] = found
        return state

    def show(self, run, table, digests):
        """Some rows of a table with these digests, as they were compared."""
        wanted = ", ".join(f"'{digest}'" for digest in digests)
        return [row for (row,) in run(f"SELECT row FROM ({self.rows(table)}) q WHERE md5(row) IN ({wanted}) LIMIT 3")]


def differences(expected, found):
    """{table: (Counter of rows that are lost, Counter of rows too many)} of what two states do not share."""
    tables = {}
    for table in expected.keys() | found.keys():
        before, after = expected.get(table, Counter()), found.get(table, Counter())
        if before != after:
            tables[table] = (before - after, after - before)
    return tables


COLUMNS = """
SELECT c.relname, a.attname, format_type(a.atttypid, NULL) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
 ORDER BY c.relname, a.attnum
"""
WRITTEN = "SELECT relname FROM pg_stat_user_tables WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
LINKS = """
SELECT k.conrelid::regclass::text, a.attname, k.confrelid::regclass::text FROM pg_constraint k
  JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
 WHERE k.contype = 'f' AND array_length(k.conkey, 1) = 1
"""
