"""What an installed database takes over.

Reminders of instalments name the coupon to pay with, unless the company has written its own; the e-mails of messages
that wait in the queue keep the hours of Ley 2300 too; insolvencies stop the terms of the debts that they hold, and
suspended auctions of cases that ended do not; orders say since when they are withdrawn.
"""

import io

from lxml import etree
from odoo.api import SUPERUSER_ID, Environment
from odoo.tools import file_open
from odoo.tools.convert import convert_xml_import

FILE = "cartera_cobro/data/cartera_acuerdo_plantillas.xml"
NAMES = ("plantilla_cuota", "plantilla_cuota_vencida")


def migrate(cr, version):
    cr.execute(
        """UPDATE mail_mail m
              SET cartera_purpose = CASE WHEN c.statement_month IS NULL THEN c.purpose ELSE 'collection' END
             FROM cartera_comunicacion c
            WHERE c.mail_message_id = m.mail_message_id AND m.state IN ('outgoing', 'exception')"""
    )
    cr.execute(
        """UPDATE sms_sms s SET cartera_purpose = c.purpose FROM cartera_comunicacion c
            WHERE c.mail_message_id = s.mail_message_id AND s.state IN ('outgoing', 'error')"""
    )
    env = Environment(cr, SUPERUSER_ID, {})
    recordatorios(env)
    insolvencias(env)
    env["cartera.remision"].search([("state", "in", ("returned", "closed"))])._levantar_suspensiones()
    # Nothing wrote on them since.
    cr.execute(
        """
        UPDATE cartera_suspension
           SET date_withdrawn = (write_date AT TIME ZONE 'UTC' AT TIME ZONE 'America/Bogota')::date
         WHERE state = 'withdrawn' AND date_result IS NULL
        """
    )


def insolvencias(env):
    """Their end alone was noted: of debts whose term would have ended before it, it was taken for an event too late."""
    claims = env["cartera.reclamacion"].search(
        [("kind", "in", ("insolvency", "liquidation")), ("state", "in", ("filed", "closed"))]
    )
    for claim in claims:
        claim._detener_terminos(claim.date_end)
    env.flush_all()
    env.cr.execute(
        """
        UPDATE cartera_prescripcion_evento e SET is_late = FALSE
          FROM cartera_prescripcion_evento s
         WHERE s.partida_id = e.partida_id AND s.document = e.document AND s.kind = 'suspend' AND NOT s.is_late
           AND e.kind = 'interrupt' AND e.is_late AND e.document LIKE 'cartera.reclamacion,%'
        """
    )


def recordatorios(env):
    templates = {name: env.ref(f"cartera_cobro.{name}", raise_if_not_found=False) for name in NAMES}
    untouched = {name for name, each in templates.items() if each and each.write_date == each.create_date}
    with file_open(FILE, "rb") as source:
        root = etree.parse(source).getroot()
    for record in root.findall("record"):
        if record.get("id") not in untouched:
            root.remove(record)
    file = io.BytesIO(etree.tostring(root))
    file.name = FILE
    convert_xml_import(env, "cartera_cobro", file, {}, "init", noupdate=True)
