"""Reminders of instalments name the coupon to pay with, unless the company has written its own."""

import io

from lxml import etree
from odoo.api import SUPERUSER_ID, Environment
from odoo.tools import file_open
from odoo.tools.convert import convert_xml_import

FILE = "cartera_cobro/data/cartera_acuerdo_plantillas.xml"
NAMES = ("plantilla_cuota", "plantilla_cuota_vencida")


def migrate(cr, version):
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
