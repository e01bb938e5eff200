"""The scheduled actions of the add-on that the trial tries: each is run from a beginning in which it has work.

`_faults_seed.check` fails where the database has another one. evening: before the night's classification, where the
others begin after it. lots: {module of models/: {constant: small value}}, so that a run commits often.
"""

from typing import NamedTuple


class Action(NamedTuple):
    name: str
    evening: bool = False
    lots: dict = {}
    files: bool = False  # it writes files

    @property
    def source(self):
        return "faults_evening" if self.evening else "faults_morning"


def action(name, **values):
    return Action(f"cartera_cobro.ir_cron_{name}", **values)


ACTIONS = (
    action("actualizar", evening=True),
    action("importar", lots={"cartera_importacion_lote": {"LOTE": 10}}),
    action("consignaciones", lots={"cartera_consignacion_carga": {"LOT": 10}}),
    action("exportar", files=True),
    action("cadencia"),
    action("enviar", files=True, lots={"cartera_envio": {"LOTE": 10}, "cartera_comunicacion": {"LOTE": 10}}),
    action("estados", lots={"cartera_estado_mensual": {"LOTE": 10}}),
    action("acuerdos", lots={"cartera_acuerdo_intereses": {"LOTE": 1}}),
    action("cortes", files=True),
    action("historia"),
    action("recaudo_diario"),
    action("resumen_semanal"),
    action("reclamos"),
    action("documentos_faltantes", files=True),
    action("informe_juridico", files=True),
    action("suspensiones_aviso", files=True, lots={"cartera_suspension_aviso": {"DAY": 1}}),
    action("pronostico", files=True),
    action("novedad_tarde"),
    action("castigos"),
    action("boletin"),
    action("reconexiones"),
)
