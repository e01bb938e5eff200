"""Whatever is sent to the forms of the debtors' pages, no page breaks, neither that one nor those of afterwards."""

import io
import re

from odoo.addons.cartera_cobro.controllers import deudor
from odoo.tests import tagged
from odoo.tools import mute_logger

from tests.models.azar import DATES, NUMBERS, TEXTS, TIMES

from .test_portal_matriz import PortalCase

FIELDS = ("nombre", "valor", "fecha", "banco", "referencia", "phone", "email", "street", "city", "canal", "autorizo",
          "importe", "dia", "cuota", "visto", "nota", "clase", "texto", "partida", "huella", "cuotas", "inicial",
          "periodicidad", "primera")  # fmt: skip
IDS = ("0", "-1", "2147483648", "9999999999", "1" * 40, "١٢", "²", "1.5", "", "1;2", "null")
VALUES = IDS + NUMBERS[:12] + DATES[:8] + TEXTS
FILES = ((), [("archivo", ("x" * 300 + ".pdf", io.BytesIO(b"\x00" * 10)))], [("archivo", ("", io.BytesIO(b"%PDF")))],
         [("archivo", ("a\x00/../b.png", io.BytesIO(b"\x89PNG\r\n\x1a\n")))] * 3)  # fmt: skip


@tagged("post_install", "-at_install")
class TestFuzzPortal(PortalCase):
    def setUp(self):
        super().setUp()
        self.authenticate("juana", "juana")
        self.items = [str(item) for item in self.own["dossier"].partida_open_ids.ids]
        page = self.url_open(f"/my/cartera/{self.own['dossier'].id}/datos")
        self.csrf = re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)

    def address(self, route):
        return route.path(self.key(route, self.own).id, self.parts(route, self.own))

    def send(self, path, data, files=()):
        deudor._counter.storage.reset()
        form = [("csrf_token", self.csrf), *data]
        pairs = {}
        for name, value in form:
            pairs.setdefault(name, []).append(value)
        with mute_logger("odoo.http", "odoo.addons.cartera_cobro.controllers.deudor"):
            return self.url_open(path, data=pairs, files=list(files) or None, allow_redirects=False)

    def forms(self):
        return [r for r in self.routes if r.door and not r.by_link and r.methods == ["POST"] and not r.json]

    def test_odd_values_in_every_field_of_every_form(self):
        routes = self.forms()
        self.assertGreater(len(routes), 8)
        broken = []
        for route in routes:
            for turn in range(6 * TIMES):
                value = [VALUES[(turn * 7 + n * 5 + len(route.rule)) % len(VALUES)] for n in range(len(FIELDS))]
                data = list(zip(FIELDS, value, strict=True))
                data += [("partida", item) for item in (*self.items, *IDS[:5])]
                data += [(f"importe_{item}", VALUES[(turn + 3) % len(VALUES)]) for item in self.items]
                data += data[turn::5]  # some twice, where one is expected
                answer = self.send(self.address(route), data[: len(data) - 9 * (turn % 3)], FILES[turn % len(FILES)])
                if answer.status_code >= 500:
                    broken.append((route.rule, answer.status_code, turn))
        self.assertFalse(broken)
        self.pages()

    def pages(self):
        """Every page of the debtor's opens, and so do the records behind them."""
        for route in self.routes:
            if route.door and not route.by_link and "GET" in route.methods:
                deudor._counter.storage.reset()
                answer = self.url_open(self.address(route))
                self.assertLess(answer.status_code, 500, route.rule)

    def test_no_field_at_all_and_strange_ids_in_the_address(self):
        for route in self.forms():
            self.assertLess(self.send(self.address(route), []).status_code, 500, route.rule)
        for route in self.routes:
            for key in ("99999999999999999999", "0"):
                if route.door and not route.by_link and not route.json and "GET" in route.methods:
                    parts = dict.fromkeys(route.parts, key)
                    deudor._counter.storage.reset()
                    with mute_logger("odoo.http"):
                        answer = self.url_open(route.path(key, parts))
                        self.assertLess(answer.status_code, 500, f"{route.rule} {key}")
                        own = self.key(route, self.own).id
                        self.assertLess(self.url_open(route.path(own, parts)).status_code, 500, f"{route.rule} {key}")
                if route.door and route.by_link and "GET" in route.methods:
                    for token in ("%00", "a.b.c", "é" * 200, "%F0%9F%98%80"):
                        deudor._counter.storage.reset()
                        with mute_logger("odoo.http"):
                            answer = self.url_open(route.path(token, parts := dict.fromkeys(route.parts, "1")))
                        self.assertLess(answer.status_code, 500, f"{route.rule} {token} {parts}")
                    break
