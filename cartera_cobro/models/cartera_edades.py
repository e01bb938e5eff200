"""The aged balance (cartera por edades) at any date, closed or not: from the ledger, as it reads now."""

from datetime import date
from typing import NamedTuple

from odoo.tools import SQL

from .cartera_corte_libro import LibroAl
from .cartera_libro import apuntar

# What a report may be limited to: the name of the filter, and the column of `_filas` that it looks at.
FILTERS = {
    "partner_ids": "partner_id",
    "cuenta_ids": "cuenta_id",
    "zona_ids": "zona_id",
    "user_ids": "user_id",
    "account_ids": "account_id",
}


class Banda(NamedTuple):
    """An age band of the company's policy: from how many days overdue (0 and less: not due)."""

    name: str
    days_from: int


class Linea(NamedTuple):
    """An open line as `Edades.detalle` has it. days: overdue, 0 where it is not due; residual: in company currency."""

    partner_id: int
    partner: str
    vat: str
    cuenta: str
    zona: str
    officer: str
    number: str
    date: date
    date_due: date
    days: int
    currency: str
    residual_currency: float
    original: float
    band: int
    residual: float


class Totales(NamedTuple):
    """amounts: [credits, a sum a band…]; with_currency: some balance is in another currency. Amounts are floats."""

    items: int
    debtors: int
    amounts: list
    total: float
    with_currency: bool


class Edades:
    """The open lines of one company at the end of a day by age band, and their sums by debtor.

    `bandas` are those of the company's policy in order; band number 0 stands for credits, in favour of debtors, which
    have no age. filtros: {name of FILTERS: ids}; what is empty limits nothing.
    """

    def __init__(self, env, company, date, filtros=None):
        self.env, self.company, self.date = env(su=True), company.sudo(), date
        self.filtros = {name: ids for name, ids in (filtros or {}).items() if ids}
        self.libro = LibroAl(self.env, self.company, date)
        bands = self.company.cartera_politica_id.banda_ids.sorted("days_from")
        self.bandas = [Banda(band.name, band.days_from) for band in bands]

    # --- SQL --------------------------------------------------------------------------------------------------------

    def filas(self):
        """SELECT of the open lines: what they are, their debtor, `days` overdue and number of `band`."""
        return SQL(
            """
            SELECT q.*, %(band)s AS band FROM (
                SELECT a.move_line_id, a.move_id, a.account_id, a.number, a.date, a.date_due, a.currency_id, a.balance,
                       a.residual, a.residual_currency, %(day)s - a.date_due AS days,
                       p.commercial_partner_id AS partner_id, m.cartera_cuenta_id AS cuenta_id,
                       x.id AS expediente_id, x.user_id, c.zona_id
                  FROM (%(open)s) a
             LEFT JOIN res_partner p ON p.id = a.partner_id
             LEFT JOIN account_move m ON m.id = a.move_id
             LEFT JOIN cartera_cuenta c ON c.id = m.cartera_cuenta_id
             LEFT JOIN cartera_expediente x ON x.partner_id = p.commercial_partner_id AND x.company_id = %(company)s
            ) q WHERE %(limits)s
            """,
            band=self._tramo(SQL("q.residual"), SQL("q.days")),
            day=self.date,
            open=self.libro._abiertas(),
            company=self.company.id,
            limits=self._limites(),
        )

    def _tramo(self, residual, days):
        if not self.bandas:
            return SQL("CASE WHEN %s <= 0 THEN 0 ELSE 1 END", residual)
        cases = [
            SQL("WHEN %s >= %s THEN %s", days, band.days_from, number)
            for number, band in reversed(list(enumerate(self.bandas, start=1)))
        ]
        return SQL("CASE WHEN %s <= 0 THEN 0 %s ELSE 1 END", residual, SQL(" ").join(cases))

    def _limites(self):
        limits = [
            SQL("%s = ANY(%s)", SQL.identifier("q", column), list(self.filtros[name]))
            for name, column in FILTERS.items()
            if name in self.filtros
        ]
        return SQL(" AND ").join(limits) if limits else SQL("TRUE")

    # --- read once, into a table of this transaction --------------------------------------------------------------

    def leer(self):
        """Read the ledger: what the methods below say is of this moment."""
        self.env.flush_all()
        apuntar(self.env.cr, "cartera_edades_filas", self.filas())
        return self

    def totales(self):
        query = SQL(
            """SELECT COUNT(*), COUNT(DISTINCT COALESCE(partner_id, 0)), %s, COALESCE(SUM(residual), 0)::float8,
                      COALESCE(BOOL_OR(currency_id != %s), FALSE)
                 FROM cartera_edades_filas""",
            self._sumas(),
            self.company.currency_id.id,
        )
        items, debtors, *amounts, total, with_currency = self.env.execute_query(query)[0]
        return Totales(items, debtors, amounts, total, with_currency)

    def saldo_contable(self):
        """The balance of the chosen accounts at that day, with what is shown apart, whatever the filters."""
        query = SQL(
            "SELECT COALESCE(SUM(l.balance), 0)::float8 FROM account_move_line l WHERE %s AND l.date <= %s",
            self.libro._alcance(),
            self.date,
        )
        return self.env.execute_query(query)[0][0]

    def reclasificado(self):
        """What entries of that day show apart as hard to collect: `saldo_contable` has it, the accounts do not."""
        query = SQL(
            "SELECT COALESCE(-SUM(l.balance), 0)::float8 FROM account_move_line l "
            "WHERE %s AND l.date <= %s AND l.cartera_reclasificacion_id IS NOT NULL",
            self.libro._alcance_contable(),
            self.date,
        )
        return self.env.execute_query(query)[0][0]

    def _sumas(self):
        return SQL(", ").join(
            SQL("COALESCE(SUM(residual) FILTER (WHERE band = %s), 0)::float8", number)
            for number in range(len(self.bandas) + 1)
        )

    def por_deudor(self):
        """SELECT, a row a debtor in the order of names: partner_id, name, NIT, items, [credits, bands…], total."""
        return SQL(
            """SELECT s.partner_id, COALESCE(r.name, ''), COALESCE(r.vat, ''), s.*
                 FROM (SELECT COUNT(*), %s, SUM(residual)::float8, partner_id FROM cartera_edades_filas
                        GROUP BY partner_id) s
            LEFT JOIN res_partner r ON r.id = s.partner_id ORDER BY r.name NULLS FIRST, s.partner_id""",
            self._sumas(),
        )

    def detalle(self):
        """SELECT, a row an open line (the columns of Linea) under its debtor, the oldest first."""
        return SQL(
            """SELECT f.partner_id, COALESCE(d.name, ''), COALESCE(d.vat, ''), c.name, z.name, o.name, f.number, f.date,
                      f.date_due, GREATEST(f.days, 0), y.name, f.residual_currency::float8, f.balance::float8, f.band,
                      f.residual::float8
                 FROM cartera_edades_filas f
            LEFT JOIN (SELECT r.id, r.name, r.vat, ROW_NUMBER() OVER (ORDER BY r.name, r.id) AS place
                         FROM res_partner r WHERE r.id IN (SELECT partner_id FROM cartera_edades_filas)
                      ) d ON d.id = f.partner_id
            LEFT JOIN cartera_cuenta c ON c.id = f.cuenta_id
            LEFT JOIN cartera_zona z ON z.id = f.zona_id
            LEFT JOIN res_users u ON u.id = f.user_id LEFT JOIN res_partner o ON o.id = u.partner_id
            LEFT JOIN res_currency y ON y.id = f.currency_id
             ORDER BY d.place NULLS FIRST, f.date_due, f.move_line_id"""
        )
