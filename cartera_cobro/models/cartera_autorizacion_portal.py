"""What the debtor authorises and withdraws on their page (Ley 2300 de 2023 art. 3); it speaks Spanish.

Each grant keeps the instrument that was shown and accepted, as a PDF with who, when and from where. Other days and
hours have one of their own.
"""

import base64

from odoo import SUPERUSER_ID, fields, models

from ..rules.contact import BOGOTA
from .cartera_contacto import consciente, limites
from .cartera_portal import Rechazado
from .cartera_textos import fecha

REPORT = "cartera_cobro.report_autorizacion_portal"
# What may be authorised there: visits are forbidden, and reports to bureaus are another matter.
CANALES = {
    "call": "Llamadas",
    "sms": "Mensajes de texto (SMS)",
    "whatsapp": "WhatsApp",
    "email": "Correo electrónico",
    "letter": "Cartas",
    "ivr": "Llamadas grabadas",
}
OTHER = "off_hours"


class CarteraAutorizacion(models.Model):
    _inherit = "cartera.autorizacion"

    withdrawal = fields.Char(string="How It Was Withdrawn", readonly=True, copy=False)


class CarteraExpediente(models.Model):
    _inherit = "cartera.expediente"

    def _autorizaciones_del_portal(self):
        """{channel: authorisations (in sudo) that hold today} of the debtor, for this company."""
        today = self.company_id._cartera_hoy()
        found = self.env["cartera.autorizacion"].sudo().search(
            [("partner_id", "=", self.partner_id.id), ("company_id", "in", (False, self.company_id.id)),
             ("channel", "in", [*CANALES, OTHER]), ("date_from", "<=", today),
             "|", ("date_to", "=", False), ("date_to", ">", today)]
        )  # fmt: skip
        return found.grouped("channel")

    def _pagina_de_canales(self):
        held = self._autorizaciones_del_portal()
        return {
            "channels": [{"code": code, "label": label, "on": code in held} for code, label in CANALES.items()],
            "off_hours": OTHER in held,
            "hours": self._horario_de_contacto(),
        }

    def _horario_de_contacto(self):
        """The days and hours in which the debtor may be contacted (str), as the policy has them."""
        week, *_rest, saturday, _sunday = limites(self.politica_id).hours
        pieces = [f"de lunes a viernes de {week[0]:%H:%M} a {week[1]:%H:%M}"]
        if saturday[0] < saturday[1]:
            pieces.append(f"los sábados de {saturday[0]:%H:%M} a {saturday[1]:%H:%M}")
        return f"{' y '.join(pieces)}, nunca en domingos ni festivos"

    def _autorizar_en_portal(self, channels, who, trace):
        """Hold exactly `channels` (codes) from today: what is new is granted, what is left out is withdrawn."""
        wanted, held = set(channels) & CANALES.keys(), self._autorizaciones_del_portal()
        self._otorgar(sorted(wanted - held.keys()), who, trace, "Autorización de canales de contacto")
        self._retirar(sorted(held.keys() - wanted - {OTHER}), who, trace)

    def _autorizar_otras_horas(self, granted, who, trace):
        """Other days and hours, which take an instrument of their own: granted, or withdrawn."""
        held = OTHER in self._autorizaciones_del_portal()
        if granted and not held:
            self._otorgar([OTHER], who, trace, "Autorización para contactos en otros días y horas")
        elif held and not granted:
            self._retirar([OTHER], who, trace)

    def _quien(self, who):
        who = (who or "").strip()[:120]
        if not who:
            raise Rechazado("Escriba su nombre completo.")
        return who

    def _constancia(self, who):
        """Where it was given (str): the page, the day and hour in Colombia, and who."""
        now = consciente(fields.Datetime.now()).astimezone(BOGOTA)
        return f"Página del deudor, {fecha(now.date())}, {now:%H:%M}: {who}"

    def _otorgar(self, channels, who, trace, title):
        who = self._quien(who)
        if not channels:
            return
        company = self.company_id
        source = self._constancia(who)
        labels = [CANALES[code] for code in channels if code in CANALES]
        paper = {"title": title, "who": who, "channels": labels, "source": source, "trace": trace,
                 "hours": self._horario_de_contacto()}  # fmt: skip
        pdf, _kind = self.env["ir.actions.report"].sudo()._render_qweb_pdf(REPORT, self.ids, data=paper)
        values = {
            "partner_id": self.partner_id.id,
            "company_id": company.id,
            "date_from": company._cartera_hoy(),
            "source": source,
            "evidence": base64.b64encode(pdf),
            "evidence_name": f"{title}.pdf",
        }
        Autorizacion = self.env["cartera.autorizacion"].with_user(SUPERUSER_ID)
        Autorizacion.create([{**values, "channel": code} for code in channels])
        self._anotar_autorizacion(
            self.env._("Authorised on their page: %s.", ", ".join(labels or [title])), source, trace
        )

    def _retirar(self, channels, who, trace):
        who = self._quien(who)
        if not channels:
            return
        held, source = self._autorizaciones_del_portal(), self._constancia(who)
        for code in channels:
            held[code].write({"date_to": self.company_id._cartera_hoy(), "withdrawal": source})
        labels = [CANALES.get(code, "Otros días y horas") for code in channels]
        self._anotar_autorizacion(self.env._("Withdrawn on their page: %s.", ", ".join(labels)), source, trace)

    def _anotar_autorizacion(self, what, source, trace):
        self.with_user(SUPERUSER_ID)._message_log(body=f"{what} {source}. {trace}", author_id=self.partner_id.id)
