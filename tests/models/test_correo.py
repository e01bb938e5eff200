"""Digests by e-mail: whatever was sent, or did not leave, is seen."""

from odoo.tests import tagged

from .common import CarteraCase


@tagged("post_install", "-at_install")
class TestCorreo(CarteraCase):
    def test_every_digest_has_its_list_where_those_who_answer_for_it_look(self):
        correo, tesorero = self.registry["cartera.correo"], self.usuario("tesorero")
        digests = [name for name, model in self.registry.items() if issubclass(model, correo) and model is not correo]
        self.assertGreater(len(digests), 7)
        Menu = self.env["ir.ui.menu"].with_user(tesorero)
        seen = {
            menu.action.res_model: menu
            for menu in Menu.browse(Menu._visible_menu_ids())
            if menu.sudo().action and menu.sudo().action._name == "ir.actions.act_window"
        }
        for name in digests:
            with self.subTest(digest=name):
                self.assertIn(name, seen)
                arch = self.env[name].with_user(tesorero).get_view(view_type="list")["arch"]
                self.assertIn('decoration-danger="state != \'sent\'"', arch)
