"""The company of the demo portfolio, and how its people find it."""

import base64

from odoo import Command
from odoo.tools import file_open
from stdnum.co import nit

XMLID = "cartera_cobro.demo_company"
IDIOMA, ZONA_HORARIA = "es_CO", "America/Bogota"
NIT = "999000001"
# What Odoo calls a main company that nobody has given a name yet.
SIN_NOMBRE = ("My Company", "YourCompany")


def preparar_empresa(env):
    """The demo company (res.company): Odoo's main one where it is still unused and Colombian, else a new one."""
    company = env.ref(XMLID, raise_if_not_found=False) or _sin_estrenar(env) or _crear(env)
    env["ir.model.data"]._update_xmlids([{"xml_id": XMLID, "record": company, "noupdate": True}])
    if not company._existing_accounting():
        _presentar(env, company)
        _configurar(env, company)
    return company


def _sin_estrenar(env):
    """The main company where it has the Colombian chart and nothing else: no name of its own, no journal item."""
    company = env.ref("base.main_company", raise_if_not_found=False)
    unused = (
        company
        and company.chart_template == "co"
        and company.name in SIN_NOMBRE
        and not company._existing_accounting()
    )
    return company if unused else None


def _crear(env):
    company = env["res.company"].create(
        {"name": "Aguas de Llano Claro", "country_id": env.ref("base.co").id, "currency_id": env.ref("base.COP").id}
    )
    # `try_loading` waits for a registry that is whole, which here it need not: l10n_co is loaded before this add-on.
    env["account.chart.template"]._load("co", company, install_demo=False)
    return company


def _presentar(env, company):
    with file_open("cartera_cobro/demo/logo.svg", "rb") as logo:
        company.write(
            {
                "name": "Aguas de Llano Claro S.A. E.S.P.",
                "vat": f"{NIT}-{nit.calc_check_digit(NIT)}",
                "street": "Carrera 33 # 40-12",
                "city": "Villavicencio",
                "state_id": env.ref("base.state_co_16").id,
                "zip": "500001",
                "phone": "+57 608 555 0100",
                "email": "cartera@example.com",
                "website": "https://www.example.com",
                "logo": base64.b64encode(logo.read()),
            }
        )
    company.partner_id.write(
        {"lang": _idioma(env), "tz": ZONA_HORARIA, "l10n_latam_identification_type_id": env.ref("l10n_co.rut").id}
    )


def _configurar(env, company):
    """Policy, numbering of invoices, and money that enters the bank account as soon as it is registered."""
    politica = env.ref("cartera_cobro.politica_acueducto")
    # Its own rules charge everybody the civil rate: no bank rates have to be entered before a letter can leave.
    politica.interest_regime = "civil"
    # The director signs the larger agreements too.
    politica.agreement_upper_from = 5_000_000
    company.cartera_politica_id = politica
    diario(env, company, "sale").code = "FV"
    bank = diario(env, company, "bank")
    bank.inbound_payment_method_line_ids.payment_account_id = bank.default_account_id


def diario(env, company, kind):
    """The company's first journal of a kind."""
    return env["account.journal"].search([("company_id", "=", company.id), ("type", "=", kind)], limit=1)


def recibir_usuarios(env, company):
    """Everyone of the company, and the administrator, lands in the app, in Spanish where it is installed."""
    admin = env.ref("base.user_admin", raise_if_not_found=False) or env["res.users"]
    only = company == env.ref("base.main_company", raise_if_not_found=False)
    companies = [Command.set(company.ids)] if only else [Command.link(company.id)]
    admin.write({"company_id": company.id, "company_ids": companies})
    users = env["res.users"].search([("company_id", "=", company.id), ("share", "=", False)])
    users.write({"lang": _idioma(env), "tz": ZONA_HORARIA})
    for user in users:
        user.action_id = env.ref(f"cartera_cobro.{_inicio(user)}").id


def _inicio(user):
    """The action where a role begins: its own work, or everyone's dossiers."""
    if user.has_group("cartera_cobro.group_cartera_gestor"):
        return "cartera_expediente_action_trabajo"
    if user.has_group("cartera_cobro.group_cartera_responsable"):
        return "cartera_expediente_action_responsable"
    return "cartera_expediente_action"


def _idioma(env):
    return IDIOMA if env["res.lang"]._get_data(code=IDIOMA) else env.user.lang
