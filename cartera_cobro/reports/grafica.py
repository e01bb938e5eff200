"""Charts of printed reports: SVG as a data URI, sharp at any size, told apart by how dark they are, so also in grey."""

import base64
import re

from reportlab.graphics import renderSVG
from reportlab.graphics.charts.barcharts import HorizontalBarChart
from reportlab.graphics.charts.linecharts import HorizontalLineChart
from reportlab.graphics.shapes import Drawing, Rect, String
from reportlab.graphics.widgets.markers import makeMarker
from reportlab.lib.colors import HexColor
from reportlab.pdfbase.pdfmetrics import stringWidth

WIDTH = 620  # points of the drawing, which is then scaled to its place
BAR, GAP, HEAD, FOOT = 13, 9, 22, 4
FONT, SIZE, LINE_HEIGHT = "Helvetica", 9, 190
# What is said now first, and darkest; what it is compared with, lighter each.
COLOURS = [HexColor(code) for code in ("#1f4e79", "#9db4c8", "#d5dde4")]
TEXT = HexColor("#333333")
MOST_LABEL = 34  # characters
MILLION = 1_000_000


def corto(value, unit):
    """A figure as a chart has room for: 1.234,5 M (millions of pesos), 1.234, 12,5 %."""
    if unit == "percent":
        return _espanol(f"{value:,.1f}") + " %"
    if unit == "money" and abs(value) >= MILLION:
        return _espanol(f"{value / MILLION:,.1f}") + " M"
    return _espanol(f"{value:,.0f}")


def _espanol(figure):
    return figure.translate(str.maketrans(",.", ".,"))


def dibujar(grafica):
    """Data URI (str) of a chart: {"kind": "bars" | "lines", "unit", "labels": [str], "series": [[name, [number]]]}."""
    drawing = {"bars": _barras, "lines": _lineas}[grafica["kind"]](**{k: v for k, v in grafica.items() if k != "kind"})
    svg = re.sub(r"<title>.*?</title>|<desc>.*?</desc>", "", renderSVG.drawToString(drawing), flags=re.DOTALL)
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _barras(labels, series, unit):
    """Horizontal bars, the first label on top; each series beside the one before."""
    labels = [_recortar(label) for label in labels]
    height = len(labels) * (BAR * len(series) + GAP) + HEAD + FOOT
    drawing = Drawing(WIDTH, height)
    chart = HorizontalBarChart()
    widest = max(stringWidth(label, FONT, SIZE) for label in labels)
    chart.x, chart.y, chart.height = widest + 12, FOOT, height - HEAD - FOOT
    chart.width = WIDTH - chart.x - 90  # room for the figure at the end of the longest bar
    # Drawn from the bottom up.
    chart.data = [tuple(reversed(values)) for _name, values in reversed(series)]
    chart.barWidth, chart.groupSpacing, chart.barSpacing = BAR, GAP, 0
    chart.valueAxis.valueMin, chart.valueAxis.visible = 0, False
    most = 100 if unit == "percent" else 1
    chart.valueAxis.valueMax = max([most, *(value for _name, values in series for value in values)])
    chart.categoryAxis.categoryNames = list(reversed(labels))
    chart.categoryAxis.visibleTicks = False
    chart.categoryAxis.strokeColor = COLOURS[1]
    _letra(chart.categoryAxis.labels)
    chart.categoryAxis.labels.dx = -4
    chart.bars.strokeColor = None
    for place, colour in enumerate(reversed(COLOURS[: len(series)])):
        chart.bars[place].fillColor = colour
    chart.barLabelFormat = lambda value: corto(value, unit)
    _letra(chart.barLabels)
    chart.barLabels.boxAnchor, chart.barLabels.nudge = "w", 4
    drawing.add(chart)
    _leyenda(drawing, series, height)
    return drawing


def _lineas(labels, series, unit):
    """Lines over months, the first at the left; the last point of each bears its figure."""
    height = LINE_HEIGHT + HEAD
    drawing = Drawing(WIDTH, height)
    chart = HorizontalLineChart()
    chart.x, chart.y, chart.width, chart.height = 66, 26, WIDTH - 150, LINE_HEIGHT - 34
    chart.data = [tuple(values) for _name, values in series]
    chart.categoryAxis.categoryNames = labels
    chart.categoryAxis.strokeColor = chart.valueAxis.strokeColor = COLOURS[1]
    _letra(chart.categoryAxis.labels)
    chart.valueAxis.valueMin = 0
    chart.valueAxis.valueMax = 1.08 * max([1, *(v for _name, values in series for v in values if v is not None)])
    chart.valueAxis.labelTextFormat = lambda value: corto(value, unit)
    chart.valueAxis.visibleGrid, chart.valueAxis.gridStrokeColor = True, COLOURS[2]
    chart.valueAxis.gridStrokeWidth = 0.4
    _letra(chart.valueAxis.labels)
    for place in range(len(series)):
        chart.lines[place].strokeColor = COLOURS[place]
        chart.lines[place].strokeWidth = 2.2 if not place else 1.6
        chart.lines[place].strokeDashArray = None if not place else [4, 2]
        chart.lines[place].symbol = makeMarker("FilledCircle", size=4, fillColor=COLOURS[place], strokeColor=None)
    drawing.add(chart)
    for _name, values in series:
        if values[-1] is not None:
            top = chart.y + chart.height * values[-1] / chart.valueAxis.valueMax
            left = chart.x + chart.width * (len(labels) - 0.5) / len(labels) + 8
            drawing.add(String(left, top - 3, corto(values[-1], unit), fontName=FONT, fontSize=SIZE, fillColor=TEXT))
    if len(series) > 1:
        _leyenda(drawing, series, height)
    return drawing


def _leyenda(drawing, series, height):
    left = 0
    for place, (name, _values) in enumerate(series):
        drawing.add(Rect(left, height - 12, 9, 9, fillColor=COLOURS[place], strokeColor=None))
        drawing.add(String(left + 13, height - 11, name, fontName=FONT, fontSize=SIZE, fillColor=TEXT))
        left += 13 + stringWidth(name, FONT, SIZE) + 18


def _letra(labels):
    labels.fontName, labels.fontSize, labels.fillColor = FONT, SIZE, TEXT


def _recortar(label):
    return label if len(label) <= MOST_LABEL else label[: MOST_LABEL - 1] + "…"
