"""Carrying out what signed minutes decided, once: agreements, referrals, write-offs, and activities of commitments."""

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import format_datetime

from ..rules.dates import add_months


class CarteraActa(models.Model):
    _inherit = "cartera.acta"

    def action_execute(self):
        """Carry out every decision, by the secretary or a coordinator. Nothing is done unless all of it can be."""
        self.ensure_one()
        self.check_access("read")
        if not (self.env.user == self.secretary_id or self.env.user.has_group("cartera_cobro.group_cartera_tesorero")):
            raise AccessError(self.env._("The secretary of the session, or a coordinator, carries the minutes out."))
        acta = self.sudo()
        # Whoever comes second waits for nothing: it is being done.
        acta.lock_for_update()
        acta.invalidate_recordset()
        acta._exigir_ejecutable()
        now = fields.Datetime.now()
        acta.caso_ids.filtered(lambda c: c.state != "executed")._ejecutar(now)
        acta.compromiso_ids._encargar()
        acta.write({"date_executed": now, "executed_by_id": self.env.uid})
        acta.message_post(body=self.env._("Carried out."), author_id=self.env.user.partner_id.id)
        return True

    def _exigir_ejecutable(self):
        if self.date_executed:
            raise UserError(
                self.env._(
                    "%(minutes)s was carried out on %(when)s by %(who)s: nothing is done twice.",
                    minutes=self.display_name,
                    when=format_datetime(self.env, self.date_executed),
                    who=self.executed_by_id.name,
                )
            )
        if not self._en_firme():
            raise UserError(
                self.env._(
                    "%(minutes)s is not signed by everybody who has to, as its text is now%(who)s: unsigned minutes "
                    "decide nothing.",
                    minutes=self.display_name,
                    who=f" ({self._nombres_por_firmar()})" if self._nombres_por_firmar() else "",
                )
            )
        self.caso_ids._de_baja()._exigir_poder()
        if self.needs_act and not (self.act_number and self.act_date and self.act_file_ids):
            raise UserError(
                self.env._(
                    "%s recommends, and the legal representative decides by act (D. 445/2017): record the number, the "
                    "date and the signed file of the act.",
                    self.comite_id.name,
                )
            )
        self._check_act_date()

    def _nombres_por_firmar(self):
        return ", ".join(self._faltan_por_firmar().mapped("person_name"))


class CarteraActaCaso(models.Model):
    _inherit = "cartera.acta.caso"

    def _ejecutar(self, now):
        """Do what was decided on each case; what was paid since is left alone, and said."""
        decided = self.filtered(lambda c: c.state == "decided")
        (self - decided)._devolver_etapa()
        alive = decided.filtered(lambda c: c._vivas())
        for caso in decided - alive:
            caso.execution_note = self.env._("Paid meanwhile: there was nothing left to do.")
        off = alive._de_baja()
        (decided - off)._devolver_etapa()
        for castigo in self.env["cartera.castigo"]._autorizar(off) if off else ():
            castigo.caso_id._anotar_documento(castigo)
        for caso in alive - off:
            caso._abrir()
        decided.write({"state": "executed", "date_executed": now})

    def _vivas(self):
        """Its items of which something is owed."""
        return self.partida_ids.filtered(lambda p: p.is_open and p.amount_residual > 0)

    def _abrir(self):
        """Open what the decision asks for, as a draft on the dossier."""
        opener = {"agree": self._abrir_acuerdo, "sue": self._abrir_remision}.get(self.decision)
        if not opener:
            self.execution_note = self.env._("It goes on being collected, as its commitments say.")
            return
        document = opener()
        if not document:
            self.execution_note = self.env._("An agreement or a referral has it already.")
            return
        self._anotar_documento(document)

    def _anotar_documento(self, document):
        """Keep what the decision opened, and tell the dossier."""
        note = self.env._("Opened: %s.", document.display_name)
        self.write({"document": f"{document._name},{document.id}", "execution_note": note})
        self.expediente_id.message_post(
            body=self.env._("%(minutes)s decided: %(what)s.", minutes=self.acta_id.number, what=document.display_name)
        )

    def _abrir_acuerdo(self):
        """A draft whose terms the officer fills in with the debtor."""
        items = self._vivas().filtered(lambda p: not p.acuerdo_id)
        if not items:
            return None
        today = self.company_id._cartera_hoy()
        return self.env["cartera.acuerdo"].create(
            {
                "expediente_id": self.expediente_id.id,
                "user_id": self.expediente_id.user_id.id or self.acta_id.secretary_id.id,
                "first_date": add_months(today, 1),
                "linea_ids": [Command.create({"partida_id": item.id}) for item in items],
            }
        )

    def _abrir_remision(self):
        """A draft for the lawyer whom the session named."""
        items = self._vivas().filtered(lambda p: not p.acuerdo_id and not p.remision_id)
        if not items:
            return None
        return self.env["cartera.remision"]._preparar(
            self.expediente_id, items, abogado_id=self.lawyer_id.id, user_id=self.acta_id.secretary_id.id
        )
