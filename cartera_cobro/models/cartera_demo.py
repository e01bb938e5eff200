from odoo import api, models

from ..demo.carga import Carga
from ..demo.empresa import preparar_empresa


class CarteraDemo(models.AbstractModel):
    """What the demo files call; the data is in `demo/`."""

    _name = "cartera.demo"
    _description = "Demo Portfolio"

    @api.model
    def _preparar(self):
        """Make the company that the demo records belong to, known as `cartera_cobro.demo_company`."""
        preparar_empresa(self.sudo().env)

    @api.model
    def _cargar(self):
        """Load the portfolio into the demo company, once: a company with journal entries keeps those it has."""
        company = self.env.ref("cartera_cobro.demo_company")
        if not company.sudo()._existing_accounting():
            Carga(self.sudo().env, company).ejecutar()
