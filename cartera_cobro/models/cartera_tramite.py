"""What documents that go on by steps have in common: states that allow them, what is typed, reasons, PDFs, lines."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class CarteraTecleado(models.AbstractModel):
    """A record of which people write some fields; the ledger, its document or its own steps write the others.

    People write what is not read-only. `_se_elige` (what they say when it is born) and `_se_escribe` (what they write
    later), sets of names, say otherwise. Fields of mail and of reviews are theirs to guard.
    """

    _name = "cartera.tecleado"
    _description = "Record of Which Only Some Fields Are Typed"
    _se_elige = None
    _se_escribe = None

    @api.model_create_multi
    def create(self, vals_list):
        typed = self._tecleables(self._se_elige)
        if not self.env.su:
            self.check_access("create")
            self._exigir_solo(typed, *vals_list)
        # A caller's defaults would pass as values do not, and reach what superuser rights create, too.
        barred = {f"default_{name}" for name in self._propios() - typed}
        kept = {key: value for key, value in self.env.context.items() if key not in barred}
        clean = self.with_env(self.env(context=kept))
        return super(CarteraTecleado, clean).create(vals_list).with_env(self.env)

    def write(self, vals):
        if not self.env.su and self._propios() & vals.keys():
            self.check_access("write")
            self._exigir_solo(self._tecleables(self._se_escribe), vals)
            self._exigir_escribible(vals)
        return super().write(vals)

    def _exigir_escribible(self, vals):
        """Of what people type: UserError where some of `vals` is not written in these records as they are now."""

    @api.model
    def _exigir_solo(self, typed, *vals_list):
        """UserError: some of `vals_list` writes fields of this model's own that are not `typed` (a set of names)."""
        if any((vals.keys() & self._propios()) - typed for vals in vals_list):
            raise UserError(self._frase_de_calculado())

    @api.model
    def _tecleables(self, named):
        """The names `named`, or, where that is None, those of the fields that are not read-only."""
        return {name for name in self._propios() if not self._fields[name].readonly} if named is None else named

    @api.model
    def _propios(self):
        """Names (set) of the fields that are this model's own."""
        return {name for name, field in self._fields.items() if field._module == "cartera_cobro"}

    def _frase_de_calculado(self):
        """The sentence (str) that refuses to have typed what is not."""
        raise NotImplementedError


class CarteraTramite(models.AbstractModel):
    """A document whose `state` moves by its own steps."""

    _name = "cartera.tramite"
    _description = "Document with Steps"
    _inherit = ["cartera.tecleado"]

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS cartera.tecleado
        first = self._fields["state"].default(self)
        if not self.env.su and any(vals.get("state", first) != first for vals in vals_list):
            raise UserError(self.env._("A document starts as a draft, and moves on by its buttons."))
        # Said, a caller's default does not pass for it.
        return super().create([{"state": first, **vals} for vals in vals_list])

    def write(self, vals):
        # EXTENDS cartera.tecleado
        if "state" in vals and not self.env.su:
            raise UserError(self.env._("The state of a document moves by its buttons, which check what is missing."))
        return super().write(vals)

    @api.model
    def _propios(self):
        # EXTENDS cartera.tecleado: the state has sentences of its own.
        return super()._propios() - {"state"}

    def _frase_de_calculado(self):
        # EXTENDS cartera.tecleado
        return self.env._("How a document goes on is written by its buttons, not by hand.")

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
    _inherit = ["cartera.tecleado"]
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

    def _frase_de_calculado(self):
        # EXTENDS cartera.tecleado
        return self.env._("What is owed of an item is read from the ledger, not typed.")
