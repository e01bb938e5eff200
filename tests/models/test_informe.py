from odoo.tests import tagged

from .test_corte import CorteCase


@tagged("post_install", "-at_install")
class TestInforme(CorteCase):
    def test_x(self):
        self.factura(45, 100)
        self.generar()._confirmar()
        for tipo in self.env["cartera.informe.tipo"].sudo().search([]):
            if tipo.scope == "service":
                tipo.with_company(self.company).categ_id = self.env["product.category"].search([], limit=1)
            i = self.env["cartera.informe"].sudo().create({"tipo_id": tipo.id, "company_id": self.company.id})
            print(i.display_name, len(i.preview))
            print(i.content["sections"][0])
