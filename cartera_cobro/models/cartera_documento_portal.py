"""The papers that the debtor may download on their page: what was issued to them, sent to them, or signed with them."""

from odoo import models

from .cartera_certificado_documento import TITLES

# The latest so many; the others are asked for.
MOST = 60
CARTAS = {
    "first_letter": "Primer oficio de cobro",
    "second_letter": "Segundo oficio de cobro",
    "demand": "Requerimiento de pago",
    "notice_1266": "Aviso previo al reporte (Ley 1266)",
    "reminder": "Recordatorio de pago",
    "statement": "Estado de cuenta",
    "agreement": "Confirmación de compromiso",
    "breach": "Aviso de incumplimiento del acuerdo",
}


class CarteraExpediente(models.Model):
    _inherit = "cartera.expediente"

    def _secciones_del_portal(self):
        return [*super()._secciones_del_portal(), ("/documentos", "Documentos", "fa-folder-open-o")]

    def _papeles_del_portal(self):
        """{kind of the address: the records whose kept PDF is theirs}."""
        self.ensure_one()
        certificados = self.certificado_ids.filtered(lambda c: c.state == "issued" and c.pdf_id)
        return {
            # A certificate of debt that somebody asked for is theirs: the legal office, to sue.
            "certificado": certificados.filtered(lambda c: c.kind != "debt" or not c.requested_by),
            "carta": self.comunicacion_ids.filtered(lambda c: c.state in ("sent", "delivered") and c.pdf_id),
            "acuerdo": self.acuerdo_ids.filtered("pdf_id"),
        }

    def _pagina_de_documentos(self):
        """What the page of documents lists, the latest first."""
        rows = [
            {"kind": kind, "id": paper.id, **_rotulo(kind, paper)}
            for kind, papers in self._papeles_del_portal().items()
            for paper in papers
        ]
        rows.sort(key=lambda row: (row["date"], row["kind"], row["id"]), reverse=True)
        return {"papers": rows[:MOST], "more": max(len(rows) - MOST, 0)}

    def _papel_del_portal(self, kind, paper):
        """(file name, PDF) of a paper of theirs; None for any other, whatever its id."""
        own = self._papeles_del_portal().get(kind)
        found = own and own.filtered(lambda one: one.id == paper)
        if not found:
            return None
        return f"{_rotulo(kind, found)['name']}.pdf".replace("/", "-"), found.pdf_id.raw


def _rotulo(kind, paper):
    """How a paper is called (str), and its day."""
    if kind == "certificado":
        return {"name": f"{TITLES[paper.kind]} {paper.number}", "date": paper.date}
    if kind == "carta":
        name = CARTAS.get(paper.kind, "Comunicación")
        return {"name": f"{name} {paper.number}" if paper.number else name, "date": paper.day_sent}
    name = "Compromiso de pago" if paper.kind == "commitment" else "Acuerdo de pago"
    return {"name": f"{name} {paper.number} firmado", "date": paper.date_active or paper.date}
