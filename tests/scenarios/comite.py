"""A committee's session, as its secretary holds it and its members sign it."""

from odoo import Command


class Comites:
    """To be mixed into a procedure whose people are director (in the chair), treasurer, accountant and a lawyer, who
    is the secretary and speaks without a vote."""

    votan = ("director", "tesorero", "contador")
    secretario = "abogado"

    def comite(self, name, code, **powers):
        """The body, as an administrator sets it up."""
        seats = [{"user_id": self.gente[role].id, "role": role.title()} for role in self.votan]
        seats.append(
            {"user_id": self.gente[self.secretario].id, "role": "Secretario", "kind": "invited", "has_vote": False}
        )
        comite = self.env["cartera.comite"].sudo().create(
            {"name": name, "code": code, "company_id": self.company.id, "quorum_rule": "majority",
             "authority": "Resolución 045 de 2024", "secretary_id": self.gente[self.secretario].id,
             "miembro_ids": [Command.create(seat) for seat in seats], **powers}
        )  # fmt: skip
        comite.chair_id = comite.miembro_ids.filtered(lambda m: m.user_id == self.gente[self.votan[0]])
        return comite

    def sesion(self, comite, **values):
        """Minutes of today, convened by the secretary."""
        values = {"comite_id": comite.id, "date": self.hoy, "place": "Sala de juntas", **values}
        return self.como(self.secretario, "cartera.acta").create(values)

    def llevar(self, acta, expediente, **values):
        """A dossier before the session."""
        return acta.caso_ids.create({"acta_id": acta.id, "expediente_id": expediente.id, **values})

    def decidir(self, acta, *casos):
        """Held with everybody, voted by all, closed, signed seat by seat, and carried out."""
        acta.action_convene()
        acta.action_open()
        for caso in casos:
            caso.action_unanimous()
        acta.development = "<p>Se revisó cada caso.</p>"
        acta.action_close()
        for role in self.votan:
            self.como(role, acta).action_sign()
        acta.invalidate_recordset()
        acta.action_execute()
        self.env.invalidate_all()
