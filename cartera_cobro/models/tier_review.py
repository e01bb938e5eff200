from odoo import api, fields, models


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
