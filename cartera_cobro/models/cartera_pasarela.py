"""A gateway of SMS over HTTP, behind Odoo's own interface, for the messages of collection.

Contract. `POST url`, JSON, with the token as a bearer:

    {"sender": "…", "messages": [{"id": "…", "to": "+573…", "text": "…"}], "reports_url": "…"}

and the answer, one result a message: {"results": [{"id": "…", "status": "accepted", "reason": "…"}]}, where status is
*accepted* (queued), *delivered*, or why not: *invalid_number*, *no_credit*, *unauthorized*, *blocked* or *rejected*.
`id` never changes, so that a provider can refuse a message that it has already. Later reports come to `reports_url`, as
those of Odoo's own service do.
"""

import logging

import requests
import urllib3
from odoo import fields, models
from odoo.addons.sms.tools.sms_api import SmsApiBase

_logger = logging.getLogger(__name__)

TIMEOUT = 30  # seconds to connect, and to answer
# What a gateway says → the states that Odoo's queue knows.
STATES = {
    "accepted": "success",
    "delivered": "delivered",
    "invalid_number": "wrong_number_format",
    "no_credit": "insufficient_credit",
    "unauthorized": "unregistered",
    "blocked": "not_allowed",
    "rejected": "rejected",
}
FAILED_ALL = "server_error"


def _no_llego(error):
    """Whether the gateway has surely taken nothing: nobody was there, or it refused; else it may have taken some."""
    if isinstance(error, requests.HTTPError):
        return error.response.status_code < 500 or error.response.status_code == 503
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    nobody = (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)
    return isinstance(error, requests.ConnectionError) and isinstance(reason, nobody)


class PasarelaSms(SmsApiBase):
    """The gateway of one company."""

    PROVIDER_TO_SMS_FAILURE_TYPE = SmsApiBase.PROVIDER_TO_SMS_FAILURE_TYPE | {
        "insufficient_credit": "sms_credit",
        "unregistered": "sms_acc",
    }

    def _send_sms_batch(self, messages, delivery_reports_url=False):
        """[{"uuid", "state", "failure_reason", "unsent"}], one for each number, whatever the gateway answers.

        unsent: the gateway failed, and it is sure that it has taken nothing.
        """
        sent = [
            {"id": number["uuid"], "to": number["number"], "text": message["content"]}
            for message in messages
            for number in message["numbers"]
        ]
        try:
            answers = self._llamar({"messages": sent, "reports_url": delivery_reports_url or ""})
        except (requests.RequestException, ValueError) as error:
            _logger.warning("The SMS gateway failed: %s", error)
            unsent = _no_llego(error)
            return [self._resultado(sms, {"reason": self._frase(error)}) | {"unsent": unsent} for sms in sent]
        return [self._resultado(sms, answers.get(sms["id"], {})) for sms in sent]

    def _llamar(self, payload):
        """{id: result} of the gateway's answer. requests.RequestException or ValueError when it is no such answer."""
        company = self.company.sudo()
        answer = requests.post(
            company.cartera_sms_url,
            json={"sender": company.cartera_sms_sender or "", **payload},
            headers={"Authorization": f"Bearer {company.cartera_sms_token or ''}"},
            timeout=TIMEOUT,
            allow_redirects=False,
        )
        answer.raise_for_status()
        body = answer.json()
        results = body.get("results") if isinstance(body, dict) else None
        if not isinstance(results, list):
            raise ValueError(self.env._("The gateway's answer has no results."))
        return {result.get("id"): result for result in results if isinstance(result, dict)}

    def _resultado(self, sms, result):
        status = result.get("status")
        reason = result.get("reason") or (status if status not in STATES else None)
        state = STATES.get(status, FAILED_ALL)
        return {"uuid": sms["id"], "state": state, "failure_reason": reason}

    def _frase(self, error):
        if isinstance(error, requests.Timeout):
            return self.env._("The gateway did not answer in time: it may have sent the message.")
        if isinstance(error, requests.HTTPError):
            return self.env._("The gateway answered %s.", error.response.status_code)
        if isinstance(error, requests.ConnectionError):
            return self.env._("The gateway cannot be reached.")
        return str(error)


class ResCompany(models.Model):
    _inherit = "res.company"

    cartera_sms_url = fields.Char(string="SMS Gateway", help="Empty: Odoo's own SMS service.")
    cartera_sms_token = fields.Char(string="Token of the Gateway", groups="base.group_system", copy=False)
    cartera_sms_sender = fields.Char(string="Sender Shown")
    cartera_pay_info = fields.Text(
        string="How and Where to Pay", help="As letters say it: accounts, payment points, references."
    )
    cartera_complaint_info = fields.Text(
        string="Where to Complain", help="As letters say it: office, telephone, e-mail, hours."
    )

    def _get_sms_api_class(self):
        # EXTENDS sms
        self.ensure_one()
        if self.env.context.get("cartera_sms") and self.cartera_sms_url:
            return PasarelaSms
        return super()._get_sms_api_class()


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    cartera_sms_url = fields.Char(related="company_id.cartera_sms_url", readonly=False)
    cartera_sms_token = fields.Char(related="company_id.cartera_sms_token", readonly=False)
    cartera_sms_sender = fields.Char(related="company_id.cartera_sms_sender", readonly=False)
    cartera_pay_info = fields.Text(related="company_id.cartera_pay_info", readonly=False)
    cartera_complaint_info = fields.Text(related="company_id.cartera_complaint_info", readonly=False)


class SmsSms(models.Model):
    _inherit = "sms.sms"

    def _send(self, unlink_failed=False, unlink_sent=True, raise_exception=False):
        # EXTENDS sms: the messages of collection go through their company's gateway, a company after another.
        options = {"unlink_failed": unlink_failed, "unlink_sent": unlink_sent, "raise_exception": raise_exception}
        ours = self._de_cartera()
        for company, texts in ours.grouped(lambda sms: sms._get_sms_company()).items():
            api = company.with_context(cartera_sms=True)._get_sms_api_class()(self.env)
            api._set_company(company)
            texts._send_with_api(api, **options)
        if self - ours:
            return super(SmsSms, self - ours)._send(**options)
        return None

    def _de_cartera(self):
        """Those of dossiers whose company has a gateway."""
        dossiers = self.filtered(lambda sms: sms.mail_message_id.model == "cartera.expediente")
        return dossiers.filtered(lambda sms: sms._get_sms_company().sudo().cartera_sms_url)
