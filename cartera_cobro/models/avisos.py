"""What people are told: the answer of an action that has one sentence to say, and amounts inside sentences."""

from odoo.tools import formatLang


def aviso(message, kind="success"):
    """The client action that shows `message` (str) for a moment, as success, info or warning, and closes a dialog."""
    return {
        "type": "ir.actions.client",
        "tag": "display_notification",
        "params": {"type": kind, "message": message, "next": {"type": "ir.actions.act_window_close"}},
    }


def dinero(record, amount):
    """`amount` in the company currency of `record`, as the user's language writes it."""
    return formatLang(record.env, amount, currency_obj=record.company_currency_id)
