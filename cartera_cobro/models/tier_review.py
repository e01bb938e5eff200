from odoo import api, fields, models
from odoo.exceptions import AccessError

# What a person writes of a review: its comment by OCA's dialog, its turn when the counter of the menu is read.
BY_PEOPLE = {"comment", "status"}


class TierReview(models.Model):
    _inherit = "tier.review"

    cartera_company_id = fields.Many2one(
        "res.company",
        string="Company of the Document",
        compute="_compute_cartera_company_id",
        store=True,
        help="Of documents of collection: a tier may be of every company, its reviews are of one.",
    )

    @api.depends("model", "res_id")
    def _compute_cartera_company_id(self):
        for model, reviews in self.grouped("model").items():
            companies = {}
            if str(model).startswith("cartera.") and model in self.env:
                documents = self.env[model].sudo().browse(reviews.mapped("res_id")).exists()
                companies = {document.id: document.company_id for document in documents}
            for review in reviews:
                review.cartera_company_id = companies.get(review.res_id)

    def write(self, vals):
        # A rule sees the row as it was: one of another model could be filled in and then moved onto our document.
        ours = str(vals.get("model")).startswith("cartera.") or any(str(r.model).startswith("cartera.") for r in self)
        if ours and not self.env.su and vals.keys() - BY_PEOPLE:
            raise AccessError(
                self.env._("Who signs what is fixed when the signatures are asked for: nobody writes it by hand.")
            )
        return super().write(vals)
