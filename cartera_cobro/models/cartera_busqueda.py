"""One search that finds a dossier by whatever the debtor brings: NIT, account, invoice, phone, customer code or name.

Numbers are looked up whole first and by their beginning next, on indexes; only what is not found that way, and what is
no number, is looked for inside names. Signs and capitals count in none of them.
"""

import re

from odoo import api, models
from odoo.fields import Domain
from odoo.modules.db import FunctionStatus
from odoo.tools import SQL
from stdnum.co import nit

from .cartera_importacion_lectura import separar_nit

SIGNOS = " .,-/_#"
MUCHOS = 200  # up to these, the dossiers found are named one by one; more are left to a subquery
DIGITOS_DE_TELEFONO = (7, 10)  # at least; the last ones, which is what a number has without its country


def clave(text):
    """A number without the signs that people write in it: 900.123.456-8 is 9001234568."""
    return text.translate(str.maketrans("", "", SIGNOS)).upper()


def literal(text):
    """`text` as a pattern of LIKE that matches itself."""
    return re.sub(r"([\\%_])", r"\\\1", text)


def sql_clave(column):
    """`clave` of a column (SQL), as the indexes have it."""
    return SQL("upper(translate(%s, ' .,-/_#', ''))", column)


def sql_telefono(column):
    """The last ten digits of a column (SQL), as the indexes have them."""
    return SQL(r"right(regexp_replace(%s, '\D', '', 'g'), 10)", column)


def parece_numero(text):
    """Whether what was typed is a number of something (letters before or between are its series), not a name."""
    digits = len(re.findall(r"\d", text))
    return digits >= 3 and len(re.findall(r"[^\W\d_]", text)) <= min(digits, 6)


def claves_nit(text):
    """Ways (set) in which the identification may be kept: as given, without its check digit, with it."""
    number, digit = separar_nit(text)
    keys = {clave(text)} | ({clave(number)} if len(digit) <= 1 else set())
    figures = {key for key in keys if key.isascii() and key.isdigit() and len(key) <= 15}
    return keys | {key + nit.calc_check_digit(key) for key in figures}


def _indice_de_nombres(registry):
    """The index of parts of names, where the database has what it takes."""
    if not registry.has_trigram or registry.has_unaccent == FunctionStatus.PRESENT:
        return ""
    return f"USING gin ({registry.unaccent('complete_name')} gin_trgm_ops)"


class ResPartner(models.Model):
    _inherit = "res.partner"

    _cartera_vat = models.Index("(upper(translate(vat, ' .,-/_#', '')) text_pattern_ops) WHERE vat IS NOT NULL")
    _cartera_phone = models.Index(
        r"(right(regexp_replace(phone, '\D', '', 'g'), 10)) WHERE phone IS NOT NULL AND phone != ''"
    )
    _cartera_name = models.Index(_indice_de_nombres)


class CarteraCuenta(models.Model):
    _inherit = "cartera.cuenta"

    _clave = models.Index("(upper(translate(name, ' .,-/_#', '')) text_pattern_ops)")


class CarteraVinculado(models.Model):
    _inherit = "cartera.vinculado"

    _clave = models.Index("(upper(translate(vat, ' .,-/_#', '')) text_pattern_ops) WHERE vat IS NOT NULL")


class CarteraMedio(models.Model):
    _inherit = "cartera.medio"

    _telefono = models.Index(r"(right(regexp_replace(value, '\D', '', 'g'), 10)) WHERE kind = 'phone'")


class CarteraExpediente(models.Model):
    _inherit = "cartera.expediente"

    @api.model
    def _search_display_name(self, operator, value):
        # EXTENDS base: what is typed to find a debtor may be any number of theirs.
        if operator not in ("ilike", "=") or not isinstance(value, str) or not value.strip():
            return super()._search_display_name(operator, value)
        text = value.strip()
        searches = (self._exactos, self._parciales) if parece_numero(text) else (self._sql_codigo,)
        for search in searches:
            if found := self._dominio_de(search(text)):
                return found
        return Domain.AND(Domain("partner_id.complete_name", "ilike", word) for word in text.split())

    @api.model
    def _dominio_de(self, selects):
        """Domain of the dossiers, of the user's companies, that any of the SELECTs gives; None when none does."""
        for model, names in self._campos_de_busqueda().items():
            self.env[model].flush_model(names)
        query = SQL(
            "SELECT x.id FROM cartera_expediente x JOIN (%s) f ON f.id = x.id WHERE x.company_id = ANY(%s)",
            SQL(" UNION ").join(selects),
            self.env.companies.ids,
        )
        found = [row[0] for row in self.env.execute_query(SQL("%s LIMIT %s", query, MUCHOS + 1))]
        if len(found) > MUCHOS:
            return Domain.custom(to_sql=lambda _, alias, __: SQL("%s IN (%s)", SQL.identifier(alias, "id"), query))
        return Domain("id", "in", found) if found else None

    @api.model
    def _campos_de_busqueda(self):
        return {
            "res.partner": ["vat", "phone", "ref", "commercial_partner_id"],
            "cartera.expediente": ["partner_id", "company_id"],
            "cartera.cuenta": ["name", "partner_id", "company_id"],
            "cartera.vinculado": ["vat", "expediente_id"],
            "cartera.medio": ["value", "kind", "vinculado_id"],
            "cartera.partida": ["move_id", "expediente_id"],
            "account.move": ["name", "ref", "payment_reference"],
        }

    # --- SELECTs of dossier ids -------------------------------------------------------------------------------------

    @api.model
    def _exactos(self, text):
        """SELECTs of the dossiers of which the number is, whole, one of theirs."""
        keys = list(claves_nit(text))
        selects = [
            self._sql_de_partner(SQL("%s = ANY(%s)", sql_clave(SQL("r.vat")), keys)),
            self._sql_de_vinculado(SQL("%s = ANY(%s)", sql_clave(SQL("v.vat")), keys)),
            self._sql_de_cuenta(SQL("%s = %s", sql_clave(SQL("c.name")), clave(text))),
            self._sql_de_factura(literal(text)),
            *self._sql_codigo(text),
        ]
        digits = re.sub(r"\D", "", text)
        at_least, last = DIGITOS_DE_TELEFONO
        return selects + (self._sql_de_telefono(digits[-last:]) if len(digits) >= at_least else [])

    @api.model
    def _parciales(self, text):
        """SELECTs of the dossiers of which a number begins so; that of an invoice, which has its series, ends so."""
        pattern = f"{literal(clave(text))}%"
        return [
            self._sql_de_partner(SQL("%s LIKE %s AND r.vat IS NOT NULL", sql_clave(SQL("r.vat")), pattern)),
            self._sql_de_cuenta(SQL("%s LIKE %s", sql_clave(SQL("c.name")), pattern)),
            self._sql_de_factura(f"%{literal(text)}"),
        ]

    @api.model
    def _sql_de_partner(self, condition):
        """By the debtor or a contact of theirs (`r`)."""
        return SQL(
            "SELECT x.id FROM res_partner r JOIN cartera_expediente x ON x.partner_id = r.commercial_partner_id"
            " WHERE %s",
            condition,
        )

    @api.model
    def _sql_codigo(self, text):
        """SELECTs by the customer's code in the ERP."""
        return [self._sql_de_partner(SQL("r.ref = %s", text))]

    @api.model
    def _sql_de_vinculado(self, condition):
        return SQL("SELECT v.expediente_id FROM cartera_vinculado v WHERE v.vat IS NOT NULL AND %s", condition)

    @api.model
    def _sql_de_cuenta(self, condition):
        return SQL(
            """SELECT x.id FROM cartera_cuenta c JOIN res_partner r ON r.id = c.partner_id
                 JOIN cartera_expediente x ON x.partner_id = r.commercial_partner_id AND x.company_id = c.company_id
                WHERE %s""",
            condition,
        )

    @api.model
    def _sql_de_telefono(self, digits):
        return [
            self._sql_de_partner(
                SQL("%s = %s AND r.phone IS NOT NULL AND r.phone != ''", sql_telefono(SQL("r.phone")), digits)
            ),
            SQL(
                """SELECT v.expediente_id FROM cartera_medio m JOIN cartera_vinculado v ON v.id = m.vinculado_id
                    WHERE m.kind = 'phone' AND %s = %s""",
                sql_telefono(SQL("m.value")),
                digits,
            ),
        ]

    @api.model
    def _sql_de_factura(self, pattern):
        """By an invoice's number, reference or payment reference, on the indexes that Odoo has for them."""
        unaccent = self.env.registry.unaccent
        match = SQL(" UNION ").join(
            SQL(
                "SELECT id FROM account_move WHERE %s ILIKE %s",
                unaccent(SQL.identifier(name)),
                unaccent(SQL("%s", pattern)),
            )
            for name in ("name", "ref", "payment_reference")
        )
        return SQL(
            "SELECT p.expediente_id FROM (%s) m JOIN cartera_partida p ON p.move_id = m.id"
            " WHERE p.expediente_id IS NOT NULL",
            match,
        )

    # --- whoever came -------------------------------------------------------------------------------------------------

    def action_atender(self):
        """The dialogue for a debtor who is at the counter: it only lacks what they came for."""
        action = self.action_gestion()
        context = {
            "default_expediente_id": self.id,
            "default_channel": "in_person",
            "default_direction": "in",
            "default_result": "information",
        }
        return dict(action, context=context)
