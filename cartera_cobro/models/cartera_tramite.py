"""What documents that go on by steps have in common: states that allow them, reasons, PDFs, lines that are fixed."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class CarteraTramite(models.AbstractModel):
    """A document whose `state` moves by its own steps."""

    _name = "cartera.tramite"
    _description = "Document with Steps"

    def _exigir_estado(self, *states):
        """UserError: some of these is in none of `states` (codes), from which alone a step is taken."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for document in self.filtered(lambda d: d.state not in states):
            raise UserError(
                self.env._(
                    "%(document)s is %(state)s: this is done while it is %(wanted)s.",
                    document=document.display_name,
                    state=labels[document.state],
                    wanted=" / ".join(labels[state] for state in states),
                )
            )

    def _exigir_motivo(self, reason):
        """`reason` (str) without the spaces around it. UserError: there is none."""
        if not (reason or "").strip():
            raise UserError(self.env._("Say why: it stays with %s.", self[:1].display_name))
        return reason.strip()

    @api.model
    def _exigir_solo(self, allowed, *vals_list):
        """UserError: some of `vals_list` writes other fields of this model's own than `allowed` (a set of names).

        What a step or the ledger says is not typed; fields of mail and of reviews are theirs to guard.
        """
        own = {name for name, field in self._fields.items() if field._module == "cartera_cobro"} - {"state"}
        if any((vals.keys() & own) - allowed for vals in vals_list):
            raise UserError(self._frase_de_calculado())

    def _frase_de_calculado(self):
        """The sentence (str) that refuses to have typed what is computed."""
        raise NotImplementedError

    def _nombre_documento(self, report):
        """File name (str) of one of its PDFs."""
        raise NotImplementedError

    def _pdf(self, report):
        """PDF (bytes) of `report`, with superuser rights: whoever calls has checked that it may be seen."""
        return self.env["ir.actions.report"].sudo()._render_qweb_pdf(report, self.ids)[0]

    def _adjuntar(self, report):
        """One of its PDFs, drawn now, as an attachment of its own."""
        return self.env["ir.attachment"].create(
            {
                "name": self._nombre_documento(report),
                "raw": self._pdf(report),
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
            }
        )


class CarteraTramiteLinea(models.AbstractModel):
    """A line of such a document over an open item of its debtor: people write it while the document is a draft.

    `_documento` names the many2one to the document, and `_frase_de_fijo` says why it is fixed afterwards.
    """

    _name = "cartera.tramite.linea"
    _description = "Line of a Document with Steps"
    _documento = None

    partida_id = fields.Many2one("cartera.partida", string="Item", required=True, index=True, ondelete="restrict")

    @api.constrains("partida_id")
    def _check_item(self):
        for linea in self:
            item, document = linea.partida_id.sudo(), linea[self._documento].sudo()
            if item.company_id != document.company_id:
                raise ValidationError(
                    self.env._("%s is of another company: a document is of one company's items.", item.name)
                )
            if item.expediente_id != document.expediente_id:
                raise ValidationError(
                    self.env._(
                        "%(item)s is of another debtor (%(debtor)s): a document is of one debtor's items.",
                        item=item.name,
                        debtor=item.partner_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        lineas = super().create(vals_list)
        lineas._exigir_borrador()
        return lineas

    def write(self, vals):
        self._exigir_borrador()
        res = super().write(vals)
        if self._documento in vals:  # the document that it goes to is a draft, too
            self._exigir_borrador()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_draft(self):
        self._exigir_borrador()

    def _exigir_borrador(self):
        if not self.env.su and any(document.state != "draft" for document in self[self._documento]):
            raise UserError(self._frase_de_fijo())

    def _frase_de_fijo(self):
        raise NotImplementedError
