"""What debtors filed and people decided in the demo: claims, cases with the lawyer, a session, a batch of suspensions.

By the models' own steps, on days in the past where that is when they happened. What had been sent then, files and
mails, is on paper.
"""

from contextlib import contextmanager
from datetime import timedelta
from typing import NamedTuple
from unittest.mock import patch

from odoo import Command
from odoo.fields import Datetime


class Radicado(NamedTuple):
    """A claim: what was filed, through which channel, so many days ago, and over how many of the oldest bills."""

    clase: str
    canal: str
    hace: int
    asunto: str
    texto: str
    facturas: int
    parte: float = 1  # of what they owe that is disputed


RADICADOS = (
    Radicado("claim", "written", 30, "Consumo que no corresponde al predio",
             "El medidor registra el consumo del local vecino; pido visita técnica y ajuste.", 2),
    Radicado("claim", "in_person", 9, "Cobro doble del mismo bimestre",
             "Me llegaron dos facturas por el mismo periodo. Adjunté copia en la ventanilla.", 1),
    Radicado("claim", "virtual", 4, "Lectura por promedio sin visita",
             "Facturaron por promedio y el medidor funciona. Solo discuto la diferencia.", 1, 0.4),
    Radicado("request", "virtual", 3, "Solicitud de financiación",
             "Quisiera pagar a doce cuotas con la primera este mes.", 0),
    Radicado("request", "written", 21, "Copia de las facturas del año",
             "Para un trámite de sucesión necesito las facturas de los últimos doce meses.", 0),
)  # fmt: skip
# Days before today: referred, received, and what the lawyer recorded since.
ACTUACIONES = ((95, "filing"), (70, "order"), (41, "notification"), (12, "embargo"))


def tramitar(carga):
    """For a `demo.carga.Carga` whose dossiers are assigned and whose agreements are made."""
    obra = _Tramites(carga)
    obra.reclamar()
    obra.remitir()
    obra.sesionar()
    obra.suspender()


class _Tramites:
    def __init__(self, carga):
        self.env = carga.env(context={**carga.env.context, "lang": carga.company.partner_id.lang})
        self.carga, self.company, self.hoy = carga, carga.company.with_env(self.env), carga.portafolio.hoy
        expedientes = self.env["cartera.expediente"].search([("company_id", "=", self.company.id)])
        self.de_deudor = {e.partner_id: e for e in expedientes}

    def _usuario(self, login):
        return self.env.ref(f"cartera_cobro.demo_user_{login}")

    def _expedientes(self, *situaciones):
        """Dossiers of the debtors in one of `situaciones`; None: of nobody in particular."""
        portafolio = self.carga.portafolio
        found = [d for d in portafolio.deudores if portafolio.situaciones.get(d) in situaciones]
        owing = (self.de_deudor.get(self.carga.partners[deudor]) for deudor in found)
        return self.env["cartera.expediente"].union(*(e for e in owing if e and e.amount_overdue))

    @contextmanager
    def _hace(self, dias):
        """While it lasts the company's today is so many days ago."""
        dia = self.hoy - timedelta(days=dias)
        with patch.object(type(self.company), "_cartera_hoy", lambda company: dia):
            yield dia
            self.env.flush_all()

    # --- what was filed -------------------------------------------------------------------------------------------

    def reclamar(self):
        libres = self._expedientes(None).filtered(lambda e: not e.acuerdo_ids and e.overdue_count > 1)
        for radicado, expediente in zip(RADICADOS, libres.sorted("priority_score", reverse=True)[3:], strict=False):
            self._radicar(radicado, expediente)
        for expediente in self._expedientes("insolvency"):
            self._admitir_a_insolvencia(expediente)

    def _radicar(self, radicado, expediente):
        items = expediente.partida_open_ids.filtered("days_overdue").sorted("date_due")[: radicado.facturas]
        with self._hace(radicado.hace) as dia:
            self._reclamacion(
                expediente,
                kind=radicado.clase,
                channel=radicado.canal,
                date_filed=dia,
                subject=radicado.asunto,
                text=radicado.texto,
                linea_ids=[
                    Command.create(
                        {"partida_id": item.id, "amount_disputed": round(item.amount_residual * radicado.parte)}
                    )
                    for item in items
                ],
            )

    def _admitir_a_insolvencia(self, expediente):
        expediente.write({"hold_reason": False, "hold_note": False})
        with self._hace(18) as dia:
            self._reclamacion(
                expediente,
                kind="insolvency",
                channel="written",
                date_filed=dia,
                date_notice=dia,
                subject="Admisión a reorganización (Ley 1116 de 2006)",
                court="Superintendencia de Sociedades",
                process_number="2026-INS-000318",
                promoter="Promotor designado en el auto de apertura",
            )

    def _reclamacion(self, expediente, **values):
        user = expediente.user_id or self._usuario("tesorero")
        claim = self.env["cartera.reclamacion"].create(
            {
                "expediente_id": expediente.id,
                "company_id": self.company.id,
                "filed_by": expediente.partner_id.name,
                "user_id": user.id,
                **values,
            }
        )
        claim.action_file()

    # --- what went to the lawyer ----------------------------------------------------------------------------------

    def remitir(self):
        abogado, remisiones = self._usuario("abogado"), self.env["cartera.remision"]
        with patch.object(type(remisiones), "_al_enviarse", lambda remision: None):
            for n, expediente in enumerate(self._expedientes("legal")[:4]):
                self._remitir(expediente, abogado, ACTUACIONES[: n + 1])
        self._incumplidos()

    def _remitir(self, expediente, abogado, actuaciones):
        with self._hace(actuaciones[0][0] + 20) as dia:
            remision = self.env["cartera.remision"]._preparar(
                expediente,
                evidence_note="Carpeta física del cobro persuasivo, archivo de cartera.",
                prescription_note="Se remite para interrumpir el término con el mandamiento.",
                assets_note="Establecimiento de comercio y cuenta bancaria.",
            )
            remision.abogado_id = abogado
            remision._enviar(remision.amount_total)
            remision._recibir(abogado.name, dia, filing_number=f"OJ-{dia:%Y}-{remision.id:04d}")
        for hace, clase in actuaciones:
            with self._hace(hace) as dia:
                self._actuar(remision, clase, dia)

    def _actuar(self, remision, clase, dia):
        self.env["cartera.actuacion"].create(
            {
                "remision_id": remision.id,
                "kind": clase,
                "date": dia,
                "court": "Juzgado Segundo Civil Municipal de Villavicencio",
                "process_number": f"50001-40-03-002-{dia:%Y}-{remision.id:05d}-00",
                "next_date": self.hoy + timedelta(days=7 + remision.id % 9),
                "next_step": "Revisar el estado del proceso",
                "amount_cost": 180_000 if clase == "filing" else 0,
            }
        )

    def _incumplidos(self):
        """A draft for what a broken agreement covered: its evidence is the breach."""
        broken = self.env["cartera.acuerdo"].search(
            [("company_id", "=", self.company.id), ("state", "=", "breached"), ("date_cured", "=", False)], limit=1
        )
        items = broken.linea_ids.partida_id.filtered(lambda p: p.is_open and p.amount_residual > 0)
        if items:
            draft = {"acuerdo_id": broken.id, "abogado_id": self._usuario("abogado").id}
            self.env["cartera.remision"]._preparar(broken.expediente_id, items, **draft)

    # --- what goes before the committee ---------------------------------------------------------------------------

    def sesionar(self):
        Comite = self.env["cartera.comite"].with_company(self.company)
        Comite.action_create_usual()
        comites = Comite.search([("company_id", "=", self.company.id)])
        comites.secretary_id = self._usuario("tesorero")
        puestos = (("director", "Director financiero"), ("tesorero", "Jefe de cartera"),
                   ("contador", "Contador"), ("abogado", "Abogado de cartera"))  # fmt: skip
        for comite in comites:
            comite.miembro_ids = [
                Command.create({"user_id": self._usuario(login).id, "role": puesto}) for login, puesto in puestos
            ]
            comite.chair_id = comite.miembro_ids[:1]
        acta = self.env["cartera.acta"].create(
            {
                "comite_id": comites.filtered("can_write_off")[:1].id,
                "date": self.hoy,
                "place": "Sala de juntas",
                "caso_ids": [Command.create(self._caso(e)) for e in self._expedientes("committee")],
            }
        )
        acta.convened_on = Datetime.now() - timedelta(days=5)
        acta.with_user(self._usuario("tesorero")).action_open()

    def _caso(self, expediente):
        items = expediente.partida_open_ids.filtered("days_overdue")
        prescribed = any(items.mapped("is_prescribed"))
        return {
            "expediente_id": expediente.id,
            "partida_ids": [Command.set(items.ids)],
            "reason": "Agotadas las etapas de cobro, sin bienes conocidos.",
            "proposed": "write_off" if prescribed else "sue",
            "cause": "prescription" if prescribed else False,
        }

    # --- what the field does --------------------------------------------------------------------------------------

    def suspender(self):
        lote = self.env["cartera.suspension.lote"].create(
            {
                "company_id": self.company.id,
                "regla_id": self.env.ref("cartera_cobro.suspension_regla_suspension").id,
                "date": self.hoy + timedelta(days=1),
            }
        )
        lote.action_prepare()
