"""The debtor's page has one template a section: two that reached into the old one go before the new one is read."""

import logging

_logger = logging.getLogger(__name__)

GONE = ("portal_estado_reclamos", "portal_estado_pdf")


def migrate(cr, version):
    cr.execute(
        """
        WITH RECURSIVE gone AS (
            SELECT res_id AS id FROM ir_model_data
             WHERE module = 'cartera_cobro' AND model = 'ir.ui.view' AND name IN %s
             UNION
            SELECT v.id FROM ir_ui_view v JOIN gone ON v.inherit_id = gone.id
        )
        SELECT v.id, v.name FROM ir_ui_view v JOIN gone USING (id)
        """,
        [GONE],
    )
    if views := dict(cr.fetchall()):
        _logger.info("Views that extend what is no longer there are deleted: %s", ", ".join(views.values()))
        cr.execute("DELETE FROM ir_model_data WHERE model = 'ir.ui.view' AND res_id IN %s", [tuple(views)])
        # In one statement: what extends another goes with it.
        cr.execute("DELETE FROM ir_ui_view WHERE id IN %s", [tuple(views)])
