"""Letters and e-mails with their PDF: how many a second, beside those of OCA account_credit_control."""

import logging
import resource
import time

from odoo.addons.cartera_cobro.models.cartera_carta import impresion, pdfs
from odoo.addons.cartera_cobro.models.cartera_envio import Envio

EMAILS, PRINTED, PEERS = 2000, 500, 50
PALABRAS = """
<div><p>Respetado(a) <t t-out="object.partner_id.name"/>:</p>
<p>Según nuestros registros, a la fecha tiene con <t t-out="object.company_id.name"/> estas obligaciones vencidas, con
intereses de mora liquidados hasta el <t t-out="fecha(object.date_liquidation)"/>:</p>
<table><thead><tr><th>Obligación</th><th>Vence</th><th>Días</th><th>Capital</th><th>Interés</th><th>Total</th></tr></thead>
<tbody><tr t-foreach="object.linea_ids" t-as="linea"><td t-out="linea.name"/><td t-out="fecha(linea.date_due)"/>
<td t-out="linea.days"/><td t-out="pesos(linea.capital)"/><td t-out="pesos(linea.interest)"/>
<td t-out="pesos(linea.total)"/></tr></tbody></table>
<p>Le solicitamos pagar <strong t-out="pesos(object.amount_total)"/> a más tardar el <strong
t-out="fecha(object.deadline)"/>. Si no puede pagar de una sola vez, propónganos un acuerdo de pago dentro del mismo
plazo. Si ya pagó o no está de acuerdo, envíenos el soporte o presente su reclamación por los mismos medios.</p>
<p>Sus datos se tratan para administrar y cobrar estas obligaciones (Leyes 1266 de 2008 y 1581 de 2012).</p></div>
"""


def deudores(env, company, count):
    """The dossiers to write to. Their debtors are exempt from Ley 2300, so that the hour of the run changes nothing."""
    domain = [("company_id", "=", company.id), ("in_list", "=", True), ("partner_id.email", "!=", False)]
    found = env["cartera.expediente"].search(domain, limit=count, order="partner_id")
    found.partner_id.write({"cartera_contact_exempt": True, "street": "Calle 1", "city": "Bogotá"})
    found.partner_id.cartera_address_date = company._cartera_hoy()
    return found


def cartas(env, expedientes, channel):
    """Approved messages to the dossiers, not written yet."""
    plantilla = env["cartera.plantilla"].create(
        {"name": f"Bench {channel}", "subject": "Cobro persuasivo", "body_html": PALABRAS, "numbered": True}
    )
    values = [{"expediente_id": e.id, "template_id": plantilla.id, "channel": channel} for e in expedientes]
    made = env["cartera.comunicacion"].create(values)
    made._aprobar()
    env.flush_all()
    return made


def medir(work):
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def run(env, company, say):
    """Print the figures of this add-on; seconds an e-mail. What it makes is rolled back."""
    env = env(context=dict(env.context, allowed_company_ids=company.ids))
    env.user.company_id = company
    company.email = "cartera@example.com"
    company.cartera_politica_id.interest_regime = "civil"
    expedientes = deudores(env, company, EMAILS)
    each = _correos(env, company, cartas(env, expedientes, "email"), say)
    _impresos(env, company, cartas(env, expedientes[:PRINTED], "letter"), say)
    env.cr.rollback()
    return each


def _correos(env, company, made, say):
    def enviar():
        counts = Envio(env, company).enviar(made)
        env.flush_all()
        return counts

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds, counts = medir(enviar)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    assert counts["sent"] == len(made), counts
    assert all(made.mapped("pdf_id")), "an e-mail has no PDF"
    say(f"{len(made)} e-mails with their PDF, seconds", f"{seconds:.1f}", f"at most 55; memory grew {grown} MB")
    seconds_pdf, _files = medir(lambda: pdfs(made))
    say(f"of which the PDFs, milliseconds each of {len(made)}", f"{seconds_pdf / len(made) * 1000:.1f}", "under 15")
    return seconds / len(made)


def _impresos(env, company, made, say):
    Envio(env, company).enviar(made)
    assert all(made.mapped("date_prepared")), "a letter was not written"
    env.flush_all()
    seconds, file = medir(lambda: impresion(made))
    say(f"{len(made)} recorded letters in one print file, seconds", f"{seconds:.2f}", f"at most 5; {size(file)}")
    made.write({"pdf_id": False})
    seconds, file = medir(lambda: impresion(made))
    say(f"{len(made)} letters drawn into one print file, seconds", f"{seconds:.2f}", f"at most 5; {size(file)}")


def size(file):
    return f"{len(file) / 2**20:.1f} MB"


def peer(env, credit_run, say):
    """Seconds an e-mail of OCA account_credit_control to some of the same debtors; `credit_run` has classified them."""
    # Its pages ask a web server, which is not there, for their style sheets: it says so at every one of them.
    logging.getLogger("odoo.addons.base.models.ir_actions_report").setLevel(logging.ERROR)
    company = credit_run.company_id
    company.email = "cartera@example.com"
    partners = deudores(env, company, PEERS).partner_id
    lines = credit_run.line_ids.filtered(lambda line: line.partner_id in partners)
    lines.write({"state": "to_be_sent", "channel": "email"})
    level = lines.policy_level_id.sorted("level")[-1:]
    lines.policy_level_id = level  # one message a debtor, as ours
    messages = env["credit.control.communication"]._generate_comm_from_credit_lines(lines)
    env.flush_all()

    def generate():
        messages._generate_emails()
        env.flush_all()

    seconds, _nothing = medir(generate)
    say(f"OCA account_credit_control: {len(messages)} e-mails with their PDF, seconds", f"{seconds:.1f}")
    return seconds / len(messages)
