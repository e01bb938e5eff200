"""Impairment in the demo: methods, two debtors assessed, a guarantee, the runs of two month ends, and what was hard to
collect at the first of them."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta
from odoo import Command

from .carga_papeles import escaneado

# Situation of the debtor, evidence, percent lost, whether it was approved, and why.
EVALUACIONES = (
    ("insolvency", "insolvency", 85, True,
     "<p>Admitido a insolvencia. El inventario de bienes no alcanza para los acreedores de la primera y la segunda "
     "clase; nuestro crédito es de la quinta.</p>"),
    ("legal", "litigation", 60, False,
     "<p>El juzgado negó las medidas cautelares por falta de bienes a nombre del deudor. Se espera recuperar lo "
     "embargado en cuentas.</p>"),
)  # fmt: skip
GARANTIA = "Depósito en garantía del contrato de condiciones uniformes"
MOTIVO = "Lote remoto sin avalúo reciente: se deteriora por completo hasta tener el nuevo."
NOTA = (
    "<p>Las tasas de la matriz se contrastan con las de flujos de los últimos doce cierres, que están al lado. El "
    "aumento viene de lo que pasó de 360 días.</p>"
)


def provisionar(carga):
    """For a `demo.carga.Carga` whose months are closed."""
    obra = _Provision(carga)
    obra.evaluar()
    obra.garantizar()
    obra.correr()
    obra.apartar()


class _Provision:
    def __init__(self, carga):
        self.env = carga.env(context={**carga.env.context, "lang": carga.company.partner_id.lang})
        self.carga, self.company, self.hoy = carga, carga.company.with_env(self.env), carga.portafolio.hoy
        self.metodos = self.env["cartera.provision.metodo"]._proponer(self.company)

    def _como(self, login, records):
        return records.with_user(self.env.ref(f"cartera_cobro.demo_user_{login}")).with_company(self.company)

    def _expediente(self, situacion):
        """The dossier in that situation which owes the most."""
        portafolio = self.carga.portafolio
        partners = [p.id for d, p in self.carga.partners.items() if portafolio.situaciones.get(d) == situacion]
        return self.env["cartera.expediente"].search(
            [("company_id", "=", self.company.id), ("partner_id", "in", partners), ("amount_overdue", ">", 0)],
            order="amount_overdue desc",
            limit=1,
        )

    def evaluar(self):
        """Two assessments: one approved before the last month end, one to approve."""
        day = self._fin(1) - timedelta(days=10)
        for situacion, evidence, loss, approved, note in EVALUACIONES:
            expediente = self._expediente(situacion)
            if not expediente:
                continue
            evaluacion = self._como("abogado", self.env["cartera.evaluacion"]).create(
                {
                    "expediente_id": expediente.id,
                    "date": day,
                    "evidence": evidence,
                    "loss": loss,
                    "note": note,
                    "document_ids": [Command.create(self._soporte(evidence, expediente))],
                }
            )
            if approved:
                self._como("director", evaluacion).action_approve()

    def _soporte(self, evidence, expediente):
        return {"name": f"{evidence}.pdf", "datas": escaneado("Soporte de la evaluación", expediente.partner_id.name)}

    def garantizar(self):
        expediente = self._expediente("committee") or self._expediente("legal")
        if expediente:
            self._como("abogado", self.env["cartera.garantia"]).create(
                {
                    "expediente_id": expediente.id,
                    "name": GARANTIA,
                    "amount": round(expediente.amount_overdue * 0.4, -3),
                    "date_from": self.hoy - relativedelta(years=1),
                    "date_to": self.hoy + relativedelta(years=1),
                }
            )

    def correr(self):
        """The month end before the last, posted; the last, proposed with a change by hand."""
        before = self._correr(self._fin(2))
        self._firmar(before)
        self._como("contador", before).action_post()
        last = self._correr(self._fin(1), cambiada=True)
        self._como("analista", last).action_request()

    def apartar(self):
        """What was hard to collect at the earlier of the two month ends: shown apart, and given back the next day."""
        corte = self._corte(self._fin(2))
        self._como("contador", self.env["cartera.reclasificacion"])._generar(corte).action_post()

    def _fin(self, back):
        """The last day of the month `back` months ago."""
        return self.hoy.replace(day=1) - relativedelta(months=back - 1) - timedelta(days=1)

    def _corte(self, day):
        return self.env["cartera.corte"].search(
            [("company_id", "=", self.company.id), ("date", "=", day), ("is_current", "=", True)]
        )

    def _correr(self, day, cambiada=False):
        corte = self._corte(day)
        provision = self._como("analista", self.env["cartera.provision"])._generar(corte, self.metodos)
        provision.note = NOTA
        if cambiada:
            domain = [("provision_id", "=", provision.id), ("released", "=", False), ("rate", "<", 100)]
            linea = provision.line_ids.search(domain, order="amount_gross desc", limit=1)
            provision._cambiar(linea, linea.amount_gross, MOTIVO)
        return provision

    def _firmar(self, provision):
        self._como("analista", provision).action_request()
        for login in ("tesorero", "director"):
            provision.invalidate_recordset()
            self._como(login, provision)._validate_tier()
