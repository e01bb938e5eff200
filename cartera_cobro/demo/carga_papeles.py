"""Files some of the papers that the demo's dossiers miss, as scans: a few of the certificates have expired since."""

import base64
import io
from datetime import timedelta

from PIL import Image, ImageDraw

# One of so many missing papers is filed.
CADA = 3
# How many days ago the certificates were issued, in turn.
EXPEDIDOS = (12, 35, 200, 60)


def archivar(carga):
    """The papers of a `demo.carga.Carga` whose dossiers and agreements are made."""
    company, hoy = carga.company, carga.portafolio.hoy
    Faltante = carga.env["cartera.documento.faltante"].with_company(company)
    faltan = Faltante.search([("company_id", "=", company.id)], order="expediente_id, tipo_id, id")[::CADA]
    # What the dossiers' history says of them is in the company's language.
    carga.env["cartera.documento"].with_context(lang=company.partner_id.lang).create(
        [
            {
                "expediente_id": falta.expediente_id.id,
                "tipo_id": falta.tipo_id.id,
                "cuenta_id": falta.cuenta_id.id,
                "acuerdo_id": falta.acuerdo_id.id,
                "file": escaneado(falta.tipo_id.name, falta.expediente_id.partner_id.name),
                "file_name": f"{falta.tipo_id.name}.pdf",
                "date_issued": hoy - timedelta(days=EXPEDIDOS[n % len(EXPEDIDOS)])
                if falta.tipo_id.days_valid
                else False,
                "received_by_id": falta.expediente_id.user_id.id or carga.env.uid,
            }
            for n, falta in enumerate(faltan)
        ]
    )


def escaneado(*lines):
    """A page with these lines on it, as a scanner gives it (PDF, base64)."""
    page = Image.new("L", (425, 550), 250)
    draw = ImageDraw.Draw(page)
    for n, line in enumerate(("(Documento de muestra)", *lines)):
        draw.text((40, 60 + 30 * n), line, fill=40)
    data = io.BytesIO()
    page.save(data, "PDF")
    return base64.b64encode(data.getvalue())
