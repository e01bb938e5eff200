import base64
import binascii
import hashlib
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

# What filing itself says; nobody types it.
OWN = ("hash", "size", "received_by_id", "date", "active")


class CarteraDocumento(models.Model):
    """A document filed in a dossier, in one of its accounts or in an agreement: the file, when, and by whom.

    Kept for good: it is never changed nor deleted. A newer one takes its place, and the old one is archived.
    """

    _name = "cartera.documento"
    _description = "Filed Document"
    _order = "date desc, id desc"
    _rec_name = "tipo_id"
    _check_company_auto = True

    expediente_id = fields.Many2one("cartera.expediente", string="Dossier", required=True, ondelete="restrict")
    company_id = fields.Many2one(related="expediente_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="expediente_id.partner_id", string="Debtor", store=True, index=True)
    politica_id = fields.Many2one(related="expediente_id.politica_id", string="Policy")
    user_id = fields.Many2one(related="expediente_id.user_id", string="Officer")
    tipo_id = fields.Many2one(
        "cartera.documento.tipo",
        string="Document",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
        domain="[('politica_id', '=', politica_id)]",
    )
    code = fields.Char(related="tipo_id.code", store=True)
    applies_to = fields.Selection(related="tipo_id.applies_to")
    days_valid = fields.Integer(related="tipo_id.days_valid")
    cuenta_id = fields.Many2one(
        "cartera.cuenta",
        string="Account / Contract",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        domain="[('partner_id', 'child_of', partner_id), ('company_id', '=', company_id)]",
    )
    acuerdo_id = fields.Many2one(
        "cartera.acuerdo",
        string="Agreement",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        domain="[('expediente_id', '=', expediente_id)]",
    )
    file = fields.Binary(required=True, attachment=True)
    file_name = fields.Char(required=True)
    hash = fields.Char(string="SHA-256", readonly=True, help="Of the file, in hexadecimal.")
    size = fields.Integer(string="Bytes", readonly=True, aggregator=None)
    date = fields.Datetime(string="Filed", required=True, readonly=True, default=fields.Datetime.now)
    received_by_id = fields.Many2one("res.users", required=True, readonly=True, default=lambda self: self.env.user)
    date_issued = fields.Date(string="Issued On")
    date_until = fields.Date(
        string="Valid Until", compute="_compute_date_until", store=True, readonly=False, help="Included."
    )
    note = fields.Char()
    active = fields.Boolean(default=True, readonly=True)
    state = fields.Selection(
        [("valid", "Valid"), ("expired", "Expired"), ("archived", "Replaced")],
        compute="_compute_state",
        search="_search_state",
    )

    _filed = models.Index("(expediente_id, code, date_until) WHERE active")

    # --- validity ---------------------------------------------------------------------------------------------------

    @api.depends("tipo_id", "date_issued")
    def _compute_date_until(self):
        """Fixed when it is filed: a later change of the policy's days does not reach back."""
        for documento in self:
            days = documento.tipo_id.days_valid
            issued = documento.date_issued
            documento.date_until = issued + timedelta(days=days) if days and issued else documento.date_until

    @api.depends("date_until", "active")
    def _compute_state(self):
        for documento in self:
            until = documento.date_until
            expired = until and until < documento.company_id._cartera_hoy()
            documento.state = "archived" if not documento.active else "expired" if expired else "valid"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        expired = Domain("date_until", "<", self.env.company._cartera_hoy())
        domains = {
            "archived": Domain("active", "=", False),
            "expired": expired & Domain("active", "=", True),
            "valid": ~expired & Domain("active", "=", True),
        }
        return Domain.OR(domains[state] for state in value if state in domains)

    @api.constrains("date_issued", "date_until", "tipo_id")
    def _check_dates(self):
        for documento in self:
            issued, until = documento.date_issued, documento.date_until
            if documento.tipo_id.days_valid and not until:
                raise ValidationError(
                    self.env._(
                        "%(document)s is valid for %(days)s days: say on which day it was issued.",
                        document=documento.tipo_id.name,
                        days=documento.tipo_id.days_valid,
                    )
                )
            if issued and issued > documento.company_id._cartera_hoy():
                raise ValidationError(self.env._("%s cannot have been issued after today.", documento.tipo_id.name))
            if issued and until and until < issued:
                raise ValidationError(
                    self.env._("%s cannot stop being valid before it was issued.", documento.tipo_id.name)
                )

    # --- where it belongs -------------------------------------------------------------------------------------------

    @api.constrains("tipo_id", "expediente_id")
    def _check_tipo(self):
        for documento in self:
            if documento.tipo_id.politica_id != documento.expediente_id.politica_id:
                raise ValidationError(
                    self.env._(
                        "%(document)s is of another policy than the dossier of %(debtor)s: choose one of %(policy)s.",
                        document=documento.tipo_id.name,
                        debtor=documento.partner_id.display_name,
                        policy=documento.politica_id.name or "",
                    )
                )

    @api.constrains("tipo_id", "cuenta_id", "acuerdo_id")
    def _check_sujeto(self):
        """A document of a dossier, an account or an agreement is filed in just that."""
        for documento in self:
            of, name = documento.tipo_id.applies_to, documento.tipo_id.name
            if of == "account" and not documento.cuenta_id:
                raise ValidationError(self.env._("%s is filed in an account: choose which.", name))
            if of == "agreement" and not documento.acuerdo_id:
                raise ValidationError(self.env._("%s is filed in an agreement: choose which.", name))
            if of != "account" and documento.cuenta_id:
                raise ValidationError(self.env._("%s is not filed in an account: leave the account empty.", name))
            if of != "agreement" and documento.acuerdo_id:
                raise ValidationError(self.env._("%s is not filed in an agreement: leave the agreement empty.", name))

    @api.constrains("expediente_id", "cuenta_id", "acuerdo_id")
    def _check_expediente(self):
        for documento in self:
            cuenta, acuerdo = documento.cuenta_id, documento.acuerdo_id
            if acuerdo and acuerdo.expediente_id != documento.expediente_id:
                raise ValidationError(
                    self.env._(
                        "%(agreement)s is not of %(debtor)s: file the document in the dossier of the agreement.",
                        agreement=acuerdo.display_name,
                        debtor=documento.partner_id.display_name,
                    )
                )
            if cuenta and cuenta.partner_id.commercial_partner_id != documento.partner_id:
                raise ValidationError(
                    self.env._(
                        "Account %(account)s is not of %(debtor)s: file the document in its holder's dossier.",
                        account=cuenta.name,
                        debtor=documento.partner_id.display_name,
                    )
                )

    # --- filing -----------------------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            vals_list = [{name: value for name, value in vals.items() if name not in OWN} for vals in vals_list]
        documentos = super().create([dict(vals, **self._del_archivo(vals)) for vals in vals_list])
        documentos._reemplazar()
        documentos._anotar(lambda d: self.env._("Filed: %(document)s (%(file)s).", **d._dicho()))
        return documentos

    @api.model
    def _del_archivo(self, vals):
        """What the file of `vals` says of itself: its hash and size. Refused where there is none."""
        try:
            content = base64.b64decode(vals.get("file") or b"")
        except (binascii.Error, ValueError):
            content = b""
        if not content:
            raise UserError(self.env._("There is no file, or it is empty: choose the scanned document again."))
        if not (vals.get("file_name") or "").strip():
            raise UserError(self.env._("The file has no name: give it one that says what it is."))
        return {"hash": hashlib.sha256(content).hexdigest(), "size": len(content)}

    def _reemplazar(self):
        """Archive what these take the place of. One that had expired already when it was filed takes no place."""
        fresh = {d._clave(): d for d in self if not d.tipo_id.several and d.state == "valid"}
        if not fresh:
            return
        found = self.sudo().search(
            [("expediente_id", "in", self.expediente_id.ids), ("code", "in", self.mapped("code"))]
        )
        found.filtered(lambda d: d._clave() in fresh and d != fresh[d._clave()]).active = False

    def _clave(self):
        """What a document is the paper of; one valid one is enough."""
        return (self.expediente_id.id, self.code, self.cuenta_id.id, self.acuerdo_id.id)

    def _dicho(self):
        return {"document": self._nombre(), "file": self.file_name}

    def _nombre(self):
        return " · ".join(filter(None, [self.tipo_id.name, self.cuenta_id.name, self.acuerdo_id.number]))

    def _anotar(self, said):
        """A line on each dossier, in its history: `said` gives the text of one document."""
        for expediente, documentos in self.sudo().grouped("expediente_id").items():
            lines = [said(documento) for documento in documentos]
            expediente._message_log(body="\n".join(lines), author_id=self.env.user.partner_id.id)

    # --- kept for good ----------------------------------------------------------------------------------------------

    def write(self, vals):
        if vals.keys() - {"active"}:
            raise UserError(
                self.env._("A filed document is not changed: file the right one, and it takes the place of this one.")
            )
        return super().write(vals)

    def action_archive(self):
        # EXTENDS base: who may file may also take out what was filed by mistake; the dossier's history says so.
        self.check_access("create")
        taken = self.filtered("active")
        taken._anotar(lambda d: self.env._("Taken out: %(document)s (%(file)s).", **d._dicho()))
        return super(CarteraDocumento, taken.sudo()).action_archive()

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A filed document is kept: archive it, and the checklist no longer counts it."))

    def action_download(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/file?filename_field=file_name&download=true",
            "target": "download",
        }
