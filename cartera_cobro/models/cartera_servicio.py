"""An amount of an invoice split over the product categories that it billed (water, sewerage, waste…), in SQL."""

from odoo.tools import SQL


def sql_partes(condition=None):
    """SELECT of the shares of each category in each invoice: `move_id`, `categ_id`, `before`, `upto`.

    A category's share is its part of the invoice's lines, taxes included, and goes from `before` to `upto` of the
    whole, so that what is split with `sql_parte` sums to the amount to the cent. What has no lines, or lines that sum
    to zero, has no row: LEFT JOIN it on `move_id`. `condition` (on the lines, `l`) restricts the invoices.
    """
    return SQL(
        """
        SELECT move_id, categ_id, (upto - total) / whole AS before, upto / whole AS upto
          FROM (SELECT l.move_id, t.categ_id, SUM(l.price_total) AS total, SUM(SUM(l.price_total)) OVER m AS whole,
                       SUM(SUM(l.price_total)) OVER (m ORDER BY t.categ_id NULLS LAST ROWS UNBOUNDED PRECEDING) AS upto
                  FROM account_move_line l
             LEFT JOIN product_product r ON r.id = l.product_id
             LEFT JOIN product_template t ON t.id = r.product_tmpl_id
                 WHERE l.display_type = 'product' AND %s
              GROUP BY l.move_id, t.categ_id
                WINDOW m AS (PARTITION BY l.move_id)) s
         WHERE whole != 0
        """,
        condition or SQL("TRUE"),
    )


def sql_parte(amount, decimals, shares="s"):
    """The part of `amount` that falls to the row `shares` of `sql_partes`; all of it where there is none.

    Shares are rounded where they begin and where they end, so each takes what those before it left.
    """
    before, upto = SQL.identifier(shares, "before"), SQL.identifier(shares, "upto")
    return SQL(
        "ROUND(%(amount)s * COALESCE(%(upto)s, 1), %(decimals)s)"
        " - ROUND(%(amount)s * COALESCE(%(before)s, 0), %(decimals)s)",
        amount=amount,
        upto=upto,
        before=before,
        decimals=decimals,
    )
