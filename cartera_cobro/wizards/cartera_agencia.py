import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, split_every

from ..models.cartera_agencia_lectura import OBLIGATORIOS, SINONIMOS, leer
from ..models.cartera_busqueda import claves_nit, sql_clave
from ..models.cartera_contacto import agrupar
from ..models.cartera_importacion_archivo import leer_archivo, libro
from ..models.cartera_importacion_lectura import adivinar, detectar_fecha, fila_de_titulos

LOTE = 1000  # contacts written at once
# What the company has to do something about; after the others it is the agency that goes on.
DEJAN_TAREA = ("promise", "proposal", "paid", "claim", "information")


class CarteraAgencia(models.TransientModel):
    """Import of an agency's contact log: its contacts are judged as one's own, and count for the guard of Ley 2300."""

    _name = "cartera.agencia"
    _description = "Import an Agency's Contacts"
    _inherit = ["cartera.archivo"]

    state = fields.Selection([("draft", "File"), ("done", "Done")], default="draft", readonly=True)
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, readonly=True)
    agency_id = fields.Many2one(
        "res.partner",
        required=True,
        domain="[('is_company', '=', True)]",
        help="Who made the contacts.",
    )
    file = fields.Binary(required=True, help="XLSX, XLS, ODS or CSV, with its headers.")
    created_count = fields.Integer(string="Contacts Recorded", readonly=True)
    known_count = fields.Integer(string="There Already", readonly=True)
    unlawful_count = fields.Integer(string="Against Ley 2300", readonly=True)
    gestion_ids = fields.Many2many("cartera.gestion", readonly=True)

    # --- the button ---------------------------------------------------------------------------------------------------

    def action_import(self):
        """Record the rows that are good and new; the others are counted, and come back with their reasons."""
        self.ensure_one()
        self.check_access("write")
        headers, rows = self._leer_archivo()
        contactos = self._leer_filas(headers, rows)
        self._hallar_expedientes(contactos)
        good = [c for c in contactos if not c.reasons]
        fresh = self._nuevos(good)
        gestiones = self._registrar(fresh)
        bad = [(row, c) for row, c in zip(rows, contactos, strict=True) if c.reasons]
        self.write(
            {
                "state": "done",
                "gestion_ids": [fields.Command.set(gestiones.ids)],
                "created_count": len(gestiones),
                "known_count": len(good) - len(fresh),
                "unlawful_count": len(gestiones.filtered("unlawful")),
                "rejected_count": len(bad),
                "rejected_file": base64.b64encode(self._libro_rechazadas(headers, bad)) if bad else False,
            }
        )
        return self._get_records_action(target="new", name=self.env._("Agency's Contacts"))

    def action_contacts(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("cartera_cobro.cartera_gestion_action_agencias")
        return dict(action, domain=[("id", "in", self.gestion_ids.ids)], context={})

    def action_unlawful(self):
        action = self.action_contacts()
        return dict(action, domain=[*action["domain"], ("unlawful", "=", True)])

    # --- reading ------------------------------------------------------------------------------------------------------

    def _leer_archivo(self):
        """(headers, rows) of the file; a UserError where a column that there must be is not there."""
        rows = leer_archivo(self.env, base64.b64decode(self.file), self.filename or "file.csv")
        title = fila_de_titulos(rows, sinonimos=SINONIMOS) if rows else 0
        headers = rows[title] if rows else []
        missing = set(OBLIGATORIOS) - set(adivinar(headers, SINONIMOS).values())
        if missing:
            names = self._columnas()
            raise UserError(
                self.env._(
                    "The file has no column for: %s. Name the columns in its first row and choose it again.",
                    ", ".join(names[name] for name in OBLIGATORIOS if name in missing),
                )
            )
        return headers, rows[title + 1 :]

    @api.model
    def _columnas(self):
        return {
            "vat": self.env._("NIT"),
            "date": self.env._("Date and time"),
            "channel": self.env._("Channel"),
            "result": self.env._("Result"),
        }

    def _leer_filas(self, headers, rows):
        """[Contacto] of the rows, in their order."""
        columns = adivinar(headers, SINONIMOS)
        texts = [{name: row[index] for index, name in columns.items() if index < len(row)} for row in rows]
        order = detectar_fecha([text["date"] for text in texts if text.get("date")])
        contactos = [leer(text, order) for text in texts]
        now = fields.Datetime.now()
        for contacto in contactos:
            at = contacto.values.get("date")
            if at and at > now:
                contacto.reasons.append(("future", ""))
        return contactos

    def _hallar_expedientes(self, contactos):
        """Give each contact the dossier of its debtor in the company, or the reason why there is none."""
        keys = {contacto.vat: claves_nit(contacto.vat) for contacto in contactos if contacto.vat}
        dossiers = self._expedientes({key for some in keys.values() for key in some})
        for contacto in contactos:
            found = {dossier for key in keys.get(contacto.vat, ()) for dossier in dossiers.get(key, ())}
            if len(found) == 1:
                contacto.values["expediente_id"] = found.pop()
            elif contacto.vat:
                contacto.reasons.append(("debtor_many" if found else "debtor_unknown", contacto.vat))

    def _expedientes(self, keys):
        """{key of an identification: [dossier id]} of the company's debtors: two may have been created for one."""
        self.env["res.partner"].flush_model(["vat", "commercial_partner_id"])
        self.env["cartera.expediente"].flush_model(["partner_id", "company_id"])
        key = sql_clave(SQL("r.vat"))
        query = SQL(
            """SELECT %s, x.id FROM res_partner r JOIN cartera_expediente x ON x.partner_id = r.commercial_partner_id
                WHERE r.vat IS NOT NULL AND %s = ANY(%s) AND x.company_id = %s""",
            key,
            key,
            list(keys),
            self.company_id.id,
        )
        return agrupar(self.env.execute_query(query))

    # --- writing ------------------------------------------------------------------------------------------------------

    def _nuevos(self, contactos):
        """Those that are not in the company's log yet, once each: an agency may number each client's from one.

        Without a reference, debtor, instant and channel tell.
        """
        for contacto in contactos:
            values = contacto.values
            values.setdefault(
                "external_ref", f"{values['expediente_id']}/{values['date']:%Y%m%d%H%M%S}/{values['channel']}"
            )
        refs = {contacto.values["external_ref"]: contacto for contacto in reversed(contactos)}
        ours = [("company_id", "=", self.company_id.id), ("agency_id", "=", self.agency_id.id)]
        known = (
            self.env["cartera.gestion"]
            .sudo()
            .search_fetch([*ours, ("external_ref", "in", list(refs))], ["external_ref"])
        )
        for ref in known.mapped("external_ref"):
            del refs[ref]
        return sorted(refs.values(), key=lambda contacto: contacto.values["date"])

    def _registrar(self, contactos):
        """The contacts written to the log, oldest first; the guard judges and flags them as they go in."""
        Gestion = self.env["cartera.gestion"]
        gestiones = Gestion.browse()
        for batch in split_every(LOTE, contactos, list):
            gestiones |= Gestion.create([self._valores(contacto.values) for contacto in batch])
        return gestiones

    def _valores(self, values):
        return {
            "agency_id": self.agency_id.id,
            **values,
            **({} if values["result"] in DEJAN_TAREA else {"next_step": "none", "next_date": False}),
        }

    # --- what was wrong -----------------------------------------------------------------------------------------------

    def _libro_rechazadas(self, headers, bad):
        """XLSX (bytes) of the rejected rows: their own columns, and the reasons in a last one."""
        sentences = self._motivos()
        rows = []
        for row, contacto in bad:
            reasons = " ".join(sentences[code] % {"text": detail} for code, detail in contacto.reasons)
            rows.append([*row, *[""] * (len(headers) - len(row)), reasons])
        return libro([[*headers, self.env._("Reason for rejection")], *rows])

    @api.model
    def _motivos(self):
        """{code: sentence}; what is wrong, and what to do where that is not plain."""
        return {
            "debtor_missing": self.env._("The debtor's identification number is missing."),
            "debtor_unknown": self.env._("No debtor of the company has the identification %(text)s."),
            "debtor_many": self.env._("Several debtors have the identification %(text)s: join them first."),
            "date_missing": self.env._("The date is missing."),
            "date_bad": self.env._("This is not a date: %(text)s."),
            "time_missing": self.env._("The hour is missing: the law depends on it."),
            "time_bad": self.env._("This is not an hour: %(text)s."),
            "future": self.env._("The contact is in the future."),
            "channel_missing": self.env._("The channel is missing."),
            "channel_unknown": self.env._("Unknown channel: %(text)s."),
            "result_missing": self.env._("The result is missing."),
            "result_unknown": self.env._("Unknown result: %(text)s."),
            "direct_unknown": self.env._("Direct is yes or no, not: %(text)s."),
            "direction_unknown": self.env._("The direction is inbound or outbound, not: %(text)s."),
            "promise_incomplete": self.env._("A promise needs its date, not before the contact, and its amount."),
        }
