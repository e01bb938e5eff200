"""What the text of a deposit names, and what its bank line says by itself: the signs of whose it is."""

from odoo.tools import SQL

from ..rules.deposits import MARKED, PLAIN
from .cartera_libro import Libro

MOST_SHARE = 50  # of one text, as the number of an entry of many debtors: more, and it says nothing
MOST_DAYS = 15  # between a payment and the bank's line of it


def sql_clave(text):
    """Expression: the key of a text (SQL), as `rules.deposits.clave` writes it."""
    plain = SQL("REGEXP_REPLACE(TRANSLATE(UPPER(%s), %s, %s), '[^A-Z0-9]', '', 'g')", text, MARKED, PLAIN)
    return SQL("REGEXP_REPLACE(%s, '^0+([0-9]+)$', '\\1')", plain)


class Senas(Libro):
    """The signs of one company's deposits, as SELECTs over the tables `cartera_deposito` and `cartera_escrito`."""

    def __init__(self, env, company, on_date, lines=None):
        super().__init__(env, company, on_date)
        self.lines = lines
        self.rules = env["cartera.identificacion.regla"]._de(company)

    def _senas(self):
        """SELECTs of (line_id, code, sign, expediente_id, partida_id, acuerdo_id, cupon_id, payment_line_id)."""
        named = {
            "coupon": self._cupones(),
            "agreement": self._acuerdos(),
            "invoice": self._facturas(),
            "account": self._cuentas_contrato(),
            "vat": self._identificaciones(),
            "name": self._nombres(),
        }
        for code, query in named.items():
            if code in self.rules:
                yield SQL(
                    """SELECT line_id, %s AS code, sign, expediente_id, partida_id, acuerdo_id, cupon_id,
                              NULL::int AS payment_line_id
                         FROM (SELECT s.*, e.line_id, e.clave AS sign,
                                      COUNT(*) OVER (PARTITION BY e.line_id, e.clave) AS shared
                                 FROM (%s) s JOIN cartera_escrito e ON e.clave = s.clave) q
                        WHERE shared <= %s""",
                    code,
                    query,
                    MOST_SHARE,
                )
        for code, query in {"partner": self._del_banco(), "bank_account": self._de_su_cuenta()}.items():
            if code in self.rules:
                yield SQL(
                    """SELECT s.line_id, %s, s.sign, s.expediente_id, NULL::int, NULL::int, NULL::int, NULL::int
                         FROM (%s) s""",
                    code,
                    query,
                )
        # So that there is always one, and the columns have their types.
        yield SQL(
            """SELECT s.line_id, 'payment', s.sign, s.expediente_id, NULL::int AS partida_id, NULL::int AS acuerdo_id,
                      NULL::int AS cupon_id, s.payment_line_id FROM (%s) s WHERE %s""",
            self._pagos_registrados(),
            "payment" in self.rules,
        )

    def _cupones(self):
        return SQL(
            """SELECT %s AS clave, c.expediente_id, NULL::int AS partida_id, NULL::int AS acuerdo_id, c.id AS cupon_id
                 FROM cartera_cupon c WHERE c.company_id = %s""",
            sql_clave(SQL("c.number")),
            self.company.id,
        )

    def _acuerdos(self):
        return SQL(
            """SELECT %s AS clave, a.expediente_id, NULL::int AS partida_id, a.id AS acuerdo_id, NULL::int AS cupon_id
                 FROM cartera_acuerdo a WHERE a.company_id = %s AND a.date_active IS NOT NULL""",
            sql_clave(SQL("a.number")),
            self.company.id,
        )

    def _facturas(self):
        """Open debts by their number, by the one they had in another system, and by the reference to pay with."""
        names = SQL(
            """SELECT p.id, p.expediente_id, n.name FROM cartera_partida p JOIN account_move m ON m.id = p.move_id
                CROSS JOIN LATERAL (VALUES (p.name), (m.ref), (m.payment_reference)) AS n(name)
                WHERE p.company_id = %s AND p.is_open AND p.amount_residual > 0 AND n.name IS NOT NULL""",
            self.company.id,
        )
        return SQL(
            """SELECT DISTINCT %s AS clave, n.expediente_id, n.id AS partida_id, NULL::int AS acuerdo_id,
                      NULL::int AS cupon_id FROM (%s) n""",
            sql_clave(SQL("n.name")),
            names,
        )

    def _cuentas_contrato(self):
        return SQL(
            """SELECT %s AS clave, x.id AS expediente_id, NULL::int AS partida_id, NULL::int AS acuerdo_id,
                      NULL::int AS cupon_id
                 FROM cartera_cuenta c JOIN res_partner rp ON rp.id = c.partner_id
                 JOIN cartera_expediente x ON x.partner_id = rp.commercial_partner_id AND x.company_id = c.company_id
                WHERE c.company_id = %s""",
            sql_clave(SQL("c.name")),
            self.company.id,
        )

    def _identificaciones(self):
        """Debtors by their identification: as it is, without its check digit, and as tenth figure of a NIT."""
        keys = SQL(
            """SELECT x.id AS expediente_id, %s AS whole, %s AS base FROM cartera_expediente x
                 JOIN res_partner rp ON rp.id = x.partner_id WHERE x.company_id = %s AND rp.vat IS NOT NULL""",
            sql_clave(SQL("rp.vat")),
            sql_clave(SQL("SPLIT_PART(rp.vat, '-', 1)")),
            self.company.id,
        )
        return SQL(
            """SELECT DISTINCT v.clave, k.expediente_id, NULL::int AS partida_id, NULL::int AS acuerdo_id,
                      NULL::int AS cupon_id FROM (%s) k
                CROSS JOIN LATERAL (VALUES (k.whole), (k.base), (CASE WHEN k.whole ~ '^[89][0-9]{9}$'
                                                                      THEN LEFT(k.whole, 9) END)) AS v(clave)""",
            keys,
        )

    def _nombres(self):
        """Debtors by their whole name, where it has two words at least."""
        return SQL(
            """SELECT %s AS clave, x.id AS expediente_id, NULL::int AS partida_id, NULL::int AS acuerdo_id,
                      NULL::int AS cupon_id
                 FROM cartera_expediente x JOIN res_partner rp ON rp.id = x.partner_id
                WHERE x.company_id = %s AND POSITION(' ' IN TRIM(rp.name)) > 0
                  AND LENGTH(rp.name) > 8""",
            sql_clave(SQL("rp.name")),
            self.company.id,
        )

    def _del_banco(self):
        return SQL(
            """SELECT d.line_id, NULL::text AS sign, x.id AS expediente_id FROM cartera_deposito d
                 JOIN cartera_expediente x ON x.partner_id = d.partner_id AND x.company_id = %s""",
            self.company.id,
        )

    def _de_su_cuenta(self):
        return SQL(
            """SELECT d.line_id, d.account AS sign, x.id AS expediente_id FROM cartera_deposito d
                 JOIN res_partner_bank b ON %s = d.account AND b.active
                 JOIN res_partner rp ON rp.id = b.partner_id
                 JOIN cartera_expediente x ON x.partner_id = rp.commercial_partner_id AND x.company_id = %s
                WHERE d.account != ''""",
            sql_clave(SQL("b.sanitized_acc_number")),
            self.company.id,
        )

    def _pagos_registrados(self):
        """Payments of the same journal, currency and amount that wait for the bank's line of them."""
        return SQL(
            """SELECT d.line_id, l.move_name AS sign, x.id AS expediente_id, l.id AS payment_line_id
                 FROM cartera_deposito d
                 JOIN account_payment p ON p.journal_id = d.journal_id AND p.is_matched IS NOT TRUE
                                       AND p.payment_type = 'inbound' AND p.currency_id = d.currency_id
                                       AND p.amount = d.amount AND ABS(p.date - d.date) <= %s
                 JOIN account_move_line l ON l.move_id = p.move_id AND l.account_id = p.outstanding_account_id
                                         AND l.parent_state = 'posted' AND NOT l.reconciled AND l.balance > 0
                 JOIN account_account a ON a.id = l.account_id AND a.reconcile
                 JOIN res_partner rp ON rp.id = p.partner_id
                 JOIN cartera_expediente x ON x.partner_id = rp.commercial_partner_id AND x.company_id = %s""",
            MOST_DAYS,
            self.company.id,
        )
