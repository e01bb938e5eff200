"""What the paper and the screen show of a management report: its kept figures, written as in Colombia."""

from datetime import date

from odoo import models

from ..models.cartera_informe_mes import mes_de
from .acuerdo import dia, firmas
from .grafica import dibujar

# How wide a column is beside the others.
WIDTHS = {"text": 3.2, "number": 1.95, "money": 2.7, "percent": 1.5, "day": 2.0, "figure": 2.7, "light": 1.8,
          "cents": 3.0, "rate": 1.6}  # fmt: skip
NOTHING = "–"
# A word and a colour each: printed in grey, the word says it.
LIGHTS = {
    "green": ("Cumple", "#2e7d32"),
    "amber": ("En riesgo", "#b06000"),
    "red": ("No cumple", "#b3261e"),
    "none": ("Sin meta", "#666666"),
}


class ReportInformeGestion(models.AbstractModel):
    _name = "report.cartera_cobro.informe_gestion"
    _description = "Management Report (PDF)"

    def _get_report_values(self, docids, data=None):
        docs = self.env["cartera.informe"].browse(docids)
        return {"docs": docs, "valores": self._valores, "mes": mes_de, "firmas": firmas, "dia": dia}

    def _valores(self, informe):
        """What the templates of a report's sections read."""
        return {
            "secciones": (informe.content or {}).get("sections", []),
            "celda": celda,
            "anchos": anchos,
            "clase": clase,
            "dibujar": dibujar,
            "estilo": estilo,
        }


def celda(value, kind):
    """A value of a table as it is written: 1.234.567 (whole pesos), 12,5 %, 15/06/2026."""
    if value is None:
        return NOTHING if kind != "text" else ""
    match kind:
        case "number":
            return _espanol(f"{value:,.0f}")
        case "money":
            return _espanol(f"{_cero(value, 0):,.0f}")
        case "percent":
            return _espanol(f"{_cero(value, 1):,.1f}") + " %"
        case "cents":
            return _espanol(f"{_cero(value, 2):,.2f}")
        case "rate":
            return _espanol(f"{_cero(value, 2):,.2f}") + " %"
        case "day":
            return date.fromisoformat(value).strftime("%d/%m/%Y")
        case "light":
            return LIGHTS[value][0]
    return str(value)


def _cero(value, digits):
    """Rounded; never minus zero."""
    return round(value, digits) or 0.0


def _espanol(figure):
    return figure.translate(str.maketrans(",.", ".,"))


def anchos(columns):
    """Widths (percent) of a table's columns."""
    weights = [WIDTHS[kind] for _heading, kind in columns]
    return [round(100 * weight / sum(weights), 2) for weight in weights]


def clase(kind):
    """CSS class of a column: figures to the right."""
    return "" if kind in ("text", "light", "day") else "n"


def estilo(value, kind):
    """CSS of a value: lights in their colour."""
    return f"color: {LIGHTS[value][1]}; font-weight: bold" if kind == "light" else ""
