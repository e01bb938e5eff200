"""Reminders of instalments name the coupon to pay with, unless the company has written its own; the e-mails of messages
that wait in the queue keep the hours of Ley 2300 too."""

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
    env = Environment(cr, SUPERUSER_ID, {})
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
