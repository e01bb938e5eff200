from odoo import models
from odoo.fields import Domain


class IrRule(models.Model):
    _inherit = "ir.rule"

    def _compute_domain(self, model_name, mode="read"):
        """OVERRIDE: a dialog of collection is of whoever opened it, about a company of theirs. Odoo leaves the rows of
        dialogs to everybody who may open one, and what they show was read with the rights of somebody else."""
        domain = super()._compute_domain(model_name, mode)
        if self.env.su or not model_name.startswith("cartera.") or not (Model := self.env[model_name])._transient:
            return domain
        own = Domain("create_uid", "=", self.env.uid)
        if "company_id" in Model._fields:
            own &= Domain("company_id", "in", [*self.env.companies.ids, False])
        return Domain(domain) & own
