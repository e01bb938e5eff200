"""Who opens what: every route of the add-on's portal, found in the routing map, for everybody who may try it.

A new route is tried by itself. One that is reached neither by a token nor by an id of the debtor's own has to be named
in `OPEN` or `LISTS`: else the test fails, so that somebody looks at it.
"""

import json
import threading
from datetime import date

from freezegun import freeze_time
from odoo import Command, http
from odoo.addons.cartera_cobro.controllers import deudor
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools.misc import hash_sign

from tests.models.test_acuerdo import AcuerdoCase

OURS = "odoo.addons.cartera_cobro"
DOORS = {door.by_link: door for door in (deudor.EXPEDIENTE, deudor.ACUERDO)}
# Whoever logs in sees a list of their own; whoever has a paper's code verifies it.
LISTS = {"/my/cartera", "/my/acuerdos", "/my/acuerdos/page/<int:page>"}
OPEN = {"/cartera/verificar", "/cartera/verificar/<string:codigo>"}

# Parameters of pages that only some have: an invoice that a provider takes payments of, an agreement in force.
MAY_BE_NONE = {"item", "agreement"}


class Ruta:
    """A route of the add-on: its rule, methods, whether a script calls it, and its door (None: it has none)."""

    def __init__(self, rule):
        self.rule = rule.rule
        self.json = rule.endpoint.routing["type"] == "jsonrpc"
        methods = (rule.methods or {"GET", "POST"}) - {"HEAD", "OPTIONS"}
        self.methods = ["POST"] if self.json else sorted(methods)
        self.door = next((d for d in DOORS.values() if self.rule.startswith((d.by_link, f"{d.by_login}<"))), None)
        self.by_link = bool(self.door) and self.rule.startswith(self.door.by_link)
        names = {name for name in rule.arguments if name not in ("token", "own")}
        self.parts = {name: rule._converters[name] for name in names}

    def path(self, key, parts):
        """The address, with `key` (a token or an id) and the other parameters as `parts` gives them."""
        start = self.door.by_link if self.by_link else self.door.by_login
        rest = self.rule.removeprefix(start).partition(">")[2]
        for name in self.parts:
            rest = "/".join(str(parts[name]) if one.endswith(f":{name}>") else one for one in rest.split("/"))
        return f"{start}{key}{rest}"


class PortalCase(AcuerdoCase, HttpCase):
    """Three debtors, each with an agreement and a claim: ours, another of the company, and one of another company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.expediente.user_id = cls.gestor
        threading.current_thread().dbname = cls.env.cr.dbname  # whose map it is
        cls.routes = [
            Ruta(rule)
            for rule in cls.env["ir.http"].routing_map().iter_rules()
            if rule.endpoint.original_endpoint.__module__.startswith(OURS)
        ]
        cls.own = cls.poner(cls.gestor, cls.debtor, 1_111_222, "juana")
        stranger = cls.env["res.partner"].create({"name": "Pedro Ajeno", "property_payment_term_id": False})
        cls.stranger = cls.poner(cls.gestor, stranger, 7_654_321, "pedro")
        cls.abroad = cls.de_otra_empresa()
        # What of the others never shows on a page of ours: who they are, and how much they owe.
        cls.secrets = "Pedro Ajeno|Ana Lejana|7,654,321|7.654.321|8,765,432|8.765.432|Secreto de pedro|Secreto de ana"
        cls.secrets = cls.secrets.split("|")

    @classmethod
    def de_otra_empresa(cls):
        """A debtor of another company, who is the only one there; ours owes there too."""
        other = cls.setup_other_company()
        company = other["company"].sudo()
        company.cartera_politica_id = cls.politica
        partner = cls.env["res.partner"].create({"name": "Ana Lejana", "property_payment_term_id": False})
        for debtor in (partner, cls.debtor):
            cls.factura(30, 8_765_432, partner=debtor.with_company(company), company_id=company.id,
                        journal_id=other["default_journal_sale"].id)  # fmt: skip
        cls.Partida._actualizar(company)
        cls.foreigner = cls.usuario("tesorero", company)
        return cls.poner(cls.foreigner, partner, 0, "ana")

    @classmethod
    def poner(cls, officer, partner, amount, login):
        """{"dossier", "agreement", "claim", "paper" (a statement), "proof" (of payment), "user"} of a debtor."""
        company = officer.company_id
        if amount:
            cls.factura(30, amount, partner=partner)
            cls.Partida._actualizar(company)
        dossier = cls.Expediente.search([("partner_id", "=", partner.id), ("company_id", "=", company.id)])
        item = dossier.partida_open_ids.sorted("id")[-1]
        Reclamacion = cls.env["cartera.reclamacion"].sudo().with_company(company)
        claim = Reclamacion.create(
            {"expediente_id": dossier.id, "kind": "request", "subject": f"Secreto de {login}", "text": "x",
             "user_id": officer.id}
        )  # fmt: skip
        claim.action_file()
        claim.action_answer("rejected", f"Secreto de {login}")
        agreement = cls.Acuerdo.sudo().with_company(company).create(
            {"expediente_id": dossier.id, "count": 2, "first_date": date(2026, 8, 15),
             "linea_ids": [Command.create({"partida_id": item.id})]}
        )  # fmt: skip
        agreement.action_propose()
        user = new_test_user(
            cls.env, login=login, groups="base.group_portal", partner_id=partner.id, company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )  # fmt: skip
        paper = cls.env["cartera.certificado"].sudo().with_company(company)._estado_de_hoy(dossier)
        file = (f"{login}.pdf", f"%PDF-1.4\nSecreto de {login}".encode())
        proof = dossier._enviar_comprobante("1.000", "2026-07-14", "", login, "Yo", set(), [file], "IP")
        return {
            "dossier": dossier,
            "agreement": agreement,
            "claim": claim,
            "paper": paper,
            "proof": proof,
            "user": user,
        }

    def key(self, route, who):
        """(record, id) that a route opens of one of the debtors."""
        return who["dossier"] if route.door == deudor.EXPEDIENTE else who["agreement"]

    def parts(self, route, who):
        """The other parameters of a route, all of `who`: documents of theirs; of what is not known here, 1."""
        known = {
            "claim": who["claim"].id,
            "kind": "propuesta" if route.door == deudor.ACUERDO else "certificado",
            "paper": who["paper"].id,
            "proof": who["proof"].id,
            "digest": who["agreement"]._huella(),
            "agreement": who["agreement"].id,
        }
        return {name: known.get(name, 1) for name in route.parts}


@tagged("post_install", "-at_install")
class TestPortalMatriz(PortalCase):
    """Who opens what of whom."""

    def llamar(self, route, path, method, login):
        """The response; a form is sent with the token of its session, as another page of it would."""
        deudor._counter.storage.reset()
        if self.logged != login:
            self.authenticate(login, login)
            self.logged = login
        if route.json:
            payload = {"jsonrpc": "2.0", "method": "call", "params": {}}
            return self.url_open(path, data=json.dumps(payload), headers={"Content-Type": "application/json"})
        data = {"csrf_token": http.Request.csrf_token(self)} if method == "POST" else None
        return self.url_open(path, data=data, method=method, allow_redirects=False)

    def cerrado(self, route, response):
        """Whether the answer opens nothing: not found, to the log-in page, or to a script an error."""
        if route.json:
            return "error" in response.json().get("result", {"error": ""})
        return response.status_code == 404 or "/web/login" in response.headers.get("Location", "")

    def cada_uno(self, by_link, login, keys, check):
        """Try every route behind a door with each key, as `login`, and say what each gave."""
        self.logged = "nobody yet"
        for route in self.routes:
            if not route.door or route.by_link != by_link:
                continue
            for label, who, key in keys(route):
                path = route.path(key, self.parts(route, who))
                for method in route.methods:
                    with self.subTest(route=route.rule, method=method, key=label, login=login):
                        check(route, method, self.llamar(route, path, method, login))

    def assertCerrado(self, route, _method, response):
        self.assertTrue(self.cerrado(route, response), f"{response.status_code} {response.text[:200]}")
        for secret in ("Juana Deudora", "Secreto de juana", *self.secrets):
            self.assertNotIn(secret, response.text)

    def assertPropio(self, route, method, response):
        """It answers, with nothing of anybody else's."""
        if method == "GET" and not set(route.parts) & MAY_BE_NONE:
            self.assertFalse(self.cerrado(route, response), response.status_code)
        self.assertLess(response.status_code, 500)
        for secret in self.secrets:
            self.assertNotIn(secret, response.text)

    # --- the matrix -----------------------------------------------------------------------------------------------

    def test_every_route_is_known(self):
        loose = {route.rule for route in self.routes if not route.door} - LISTS - OPEN
        self.assertFalse(loose, "say who opens them")
        self.assertGreater(len([route for route in self.routes if route.door]), 20)
        for route in self.routes:
            if route.door:
                self.assertIn("<string:token>" if route.by_link else "<int:own>", route.rule)

    def test_no_link_but_the_right_one_opens_anything(self):
        self.politica.link_days = 1
        old = self.Acuerdo.browse(self.own["agreement"].id).sudo()
        old.valid_until = date(2026, 7, 16)
        expired = {deudor.EXPEDIENTE: self.own["dossier"]._enlace(), deudor.ACUERDO: old._enlace()}
        gone = self.stranger["dossier"], self.stranger["agreement"]
        revoked = {deudor.EXPEDIENTE: gone[0]._enlace(), deudor.ACUERDO: gone[1]._enlace()}
        for record in gone:
            record._revocar_enlaces()

        def wrong(route):
            record = self.key(route, self.own)
            good = record._enlace().rsplit("/", 1)[1]
            other = deudor.ACUERDO if route.door == deudor.EXPEDIENTE else deudor.EXPEDIENTE
            swapped = [self.key(route, self.abroad).id, record.sudo().link_nonce]
            forged = hash_sign(self.env(su=True), record._enlace_ambito, swapped, expiration_hours=1)
            for label, token in (
                ("none", "x"),
                ("bytes", "%00%C3%B1"),
                ("cut", good[:-4]),
                ("changed", f"{good[:-4]}AAAA"),
                ("swapped", forged),
                ("of the other door", expired[other].rsplit("/", 1)[1]),
                ("revoked", revoked[route.door].rsplit("/", 1)[1]),
            ):
                yield label, self.own, token

        self.cada_uno(True, None, wrong, self.assertCerrado)
        with freeze_time("2026-07-20 17:00:00"):
            old_keys = lambda route: [("expired", self.own, expired[route.door].rsplit("/", 1)[1])]  # noqa: E731
            self.cada_uno(True, None, old_keys, self.assertCerrado)

    def test_the_right_link_opens_ours_and_of_others_nothing(self):
        """Also with the ids of others after it; whoever has logged in, it is the link that counts."""

        def right(route):
            yield "right", self.own, self.key(route, self.own)._enlace().rsplit("/", 1)[1]

        def foreign(route):
            token = self.key(route, self.own)._enlace().rsplit("/", 1)[1]
            for who in (self.stranger, self.abroad) if route.parts else ():
                yield f"with ids of {who['user'].login}", who, token

        # Pages that a replica may answer write nothing: Odoo would warn, and answer again from the primary.
        with self.assertNoLogs("odoo.http", level="WARNING"):
            self.cada_uno(True, None, right, self.assertPropio)
        self.cada_uno(True, "pedro", right, self.assertPropio)
        self.cada_uno(True, None, foreign, self.assertNadaAjeno)

    def assertNadaAjeno(self, _route, _method, response):
        self.assertLess(response.status_code, 500)
        for secret in self.secrets:
            self.assertNotIn(secret, response.text)

    def test_logged_in_each_opens_their_own_and_nobody_elses(self):
        def ours(route):
            yield "own", self.own, self.key(route, self.own).id

        def of_others(route):
            for who in (self.stranger, self.abroad):
                yield f"of {who['user'].login}", who, self.key(route, who).id
            yield "none", self.own, 999_999_999

        self.cada_uno(False, "juana", ours, self.assertPropio)
        self.cada_uno(False, "juana", of_others, self.assertCerrado)
        for login in (None, "pedro", "ana", self.gestor.login, self.foreigner.login):
            self.cada_uno(False, login, ours, self.assertCerrado)

    def test_our_own_people_look_through_a_link_and_send_nothing(self):
        def right(route):
            yield "right", self.own, self.key(route, self.own)._enlace().rsplit("/", 1)[1]

        def refused(route, method, response):
            if route.json:
                self.assertIn("solo él hace cambios", response.json()["result"]["error"])
            elif method == "POST":
                self.assertEqual(response.status_code, 403)
            else:
                self.assertPropio(route, method, response)

        self.cada_uno(True, self.gestor.login, right, refused)
        dossier, agreement = self.own["dossier"], self.own["agreement"]
        self.assertRecordValues(agreement, [{"state": "proposed", "date_accepted": False}])
        self.assertEqual((dossier.reclamacion_ids, dossier.acuerdo_ids), (self.own["claim"], agreement))

    def test_lists_show_what_is_ones_own_and_verifying_takes_a_code(self):
        self.logged = "nobody yet"
        for route in self.routes:
            if route.rule in LISTS:
                path = route.rule.replace("<int:page>", "1")
                self.assertTrue(self.cerrado(route, self.llamar(route, path, "GET", None)), route.rule)
                response = self.llamar(route, path, "GET", "juana")
                self.assertIn(response.status_code, (200, 303), route.rule)
                for secret in ("Pedro Ajeno", "Ana Lejana", "7,654,321", "Secreto de pedro"):
                    self.assertNotIn(secret, response.text)
            elif route.rule in OPEN:
                response = self.llamar(route, route.rule.replace("<string:codigo>", "BBBB-BBBB-BBBB"), "GET", None)
                for secret in ("Juana Deudora", "Secreto de juana", *self.secrets):
                    self.assertNotIn(secret, response.text)
