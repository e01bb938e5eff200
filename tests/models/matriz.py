"""Who may do what with which rows: asked of Odoo as a user of each role, on rows of every model."""

import contextlib

from odoo import Command, fields
from odoo.exceptions import MissingError, UserError
from odoo.fields import Domain
from odoo.tools import SQL
from psycopg2 import IntegrityError
from psycopg2.extras import Json

from .common import ROLES

LETTERS = {"read": "L", "create": "C", "write": "M", "unlink": "B"}
MANY = 300  # rows of a table that are given to each role in turn; of a larger one, those that are asked about
WHO = {
    "publico": "base.group_public",
    "portal": "base.group_portal",
    "empleado": "base.group_user",
    "facturacion": "base.group_user,account.group_account_invoice",
    "comite": "base.group_user,cartera_cobro.group_cartera_comite",
    **{role: f"base.group_user,cartera_cobro.group_cartera_{role}" for role in ROLES},
}
# Odoo's own models that the add-on's groups or rules open or close, and which of their rows are asked about.
ODOO = {
    "res.partner": [("cartera_expediente_ids", "!=", False)],
    "account.move": [("move_type", "=", "out_invoice")],
    "account.move.line": [("account_type", "=", "asset_receivable")],
    "account.payment": [],
    "account.bank.statement.line": [],
    "mail.activity": [("res_model", "=", "cartera.expediente")],
    "ir.attachment": [("res_model", "=", "cartera.documento"), ("id", ">", 0)],
    "tier.review": [("model", "=like", "cartera.%")],
    "tier.definition": [("model", "=like", "cartera.%")],
    "ir.cron": [],
    "ir.actions.server": [],
}


def usuarios(env, companies):
    """{role: a user with its groups and nothing else, who works in those companies}."""
    own = {"company_id": companies[0].id, "company_ids": [Command.set(companies.ids)]}
    groups = {role: [env.ref(xmlid).id for xmlid in xmlids.split(",")] for role, xmlids in WHO.items()}
    Users = env["res.users"].with_context(no_reset_password=True, mail_create_nolog=True, tracking_disable=True)
    values = [{"name": role, "login": f"matriz_{role}", "group_ids": [Command.set(groups[role])]} for role in WHO]
    return dict(zip(WHO, Users.create([{**one, **own} for one in values]), strict=True))


def es_vista(Model):
    return bool(Model._table_query) or not Model._auto


def columnas_de_usuario(Model):
    """The stored columns of a table that name a user, but for who made the row."""
    found = [f for f in Model._fields.values() if f.type == "many2one" and f.comodel_name == "res.users"]
    found = [f.name for f in found if f.store and f.column_type and not f.company_dependent]
    return [name for name in found if name not in ("create_uid", "write_uid")]


class Filas:
    """Rows of every model in a company: `rows` {model: two and one of each state}, what is missing made by SQL.

    What has no company of its own hangs from rows of the company, so that it is asked of its rows.
    """

    def __init__(self, env, company):
        self.env, self.company, self.made = env, company, {}
        ours = [env[name] for name in sorted(env.registry) if name.startswith("cartera.") and not env[name]._abstract]
        self.dialogs = [Model for Model in ours if Model._transient]
        self.models = [Model for Model in ours if not Model._transient]
        for Model in self.models:
            if not es_vista(Model):
                self.hacer(Model)
        env.invalidate_all()
        self.rows = {Model._name: self.algunas(Model) for Model in self.models}
        for name, domain in ODOO.items():
            own = [("company_id", "=", company.id)] if name.startswith("account.") else []
            self.rows[name] = env[name].sudo().with_context(active_test=False).search([*domain, *own], limit=1)

    def algunas(self, Model):
        Model = Model.sudo().with_context(active_test=False)
        if "company_id" not in Model._fields:
            return Model.browse(self.made[Model._name]) if self.made.get(Model._name) else Model.search([], limit=1)
        own = Domain("company_id", "=", self.company.id)
        found = Model.search(own, limit=2)
        for kind in ("state", "direction"):
            if kind in Model._fields and Model._fields[kind].store:
                for (value,) in Model._read_group(own, [kind]):
                    found |= Model.search(own & Domain(kind, "=", value), limit=1)
        return found

    def hacer(self, Model):
        """The id of a row of a table: one of the company, or one made by SQL."""
        if Model._name not in self.made:
            self.made[Model._name] = None  # a parent of its own model stays empty
            row = Model.sudo().with_context(active_test=False).search(self.de_la_empresa(Model), limit=1)
            self.made[Model._name] = row.id or None
            if not row:
                values = {field.name: self.valor(Model, field) for field in Model._fields.values()}
                values = {name: value for name, value in values.items() if value is not None}
                self.made[Model._name] = self.insertar(Model, values)
                Model.invalidate_model(flush=False)
        return self.made[Model._name]

    def de_la_empresa(self, Model):
        """The domain of the rows of our company: by their own, by that of what they are part of, or of everybody."""
        if "company_id" in Model._fields:
            return [("company_id", "=", self.company.id)]
        for field in Model._fields.values():
            if field.type == "many2one" and field.required and field.comodel_name.startswith(("cartera.", "account.")):
                parent = self.env[field.comodel_name]
                if "company_id" in parent._fields:
                    return [(f"{field.name}.company_id", "=", self.company.id)]
                return [(field.name, "=", self.hacer(parent))]
        return []

    def insertar(self, Model, values):
        names = SQL(", ").join(map(SQL.identifier, values))
        statement = SQL("INSERT INTO %s (%s) VALUES %s RETURNING id", SQL.identifier(Model._table), names,
                        tuple(values.values()))  # fmt: skip
        return self.env.execute_query(statement)[0][0]

    def valor(self, Model, field):
        """What a column may hold: its default, a row of ours, or anything; None where it needs nothing."""
        if field.name == "id" or not field.store or not field.column_type or field.company_dependent:
            return None
        if field.type == "many2one":
            comodel = self.env[field.comodel_name].sudo()
            if comodel._name == "res.company":
                return self.company.id
            if comodel._name.startswith("cartera."):
                return self.hacer(comodel) or None
            own = [("company_id", "=", self.company.id)] if comodel._name == "account.journal" else []
            return comodel.search(own, limit=1).id
        if field.default and field.type not in ("date", "datetime", "html"):
            return field.convert_to_column(field.default(Model), Model)
        if field.type == "selection":
            return field.get_values(self.env)[0]
        if field.type in ("char", "text", "html"):
            return Json({"en_US": "x"}) if field.translate else "x"
        simple = {"integer": 1, "float": 1, "monetary": 1, "boolean": False, "date": fields.Date.today()}
        return {**simple, "datetime": fields.Datetime.now()}.get(field.type)

    def dar(self, user):
        """Make a user whoever the rows name: officer, account responsible, signer, lawyer, member of the committee."""
        self.env.flush_all()
        for Model in self.models:
            names = [] if es_vista(Model) else columnas_de_usuario(Model)
            if names:
                pairs = SQL(", ").join(SQL("%s = %s", SQL.identifier(name), user.id) for name in names)
                ids, table = self.rows[Model._name].ids, SQL.identifier(Model._table)
                few = SQL("id IN %s OR (SELECT COUNT(*) FROM %s) < %s", tuple(ids), table, MANY)
                unique = Model._name in ("cartera.comite.miembro", "cartera.acta.asistente")  # nobody is there twice
                where = SQL("id = %s", ids[0]) if unique else few
                self.env.cr.execute(SQL("UPDATE %s SET %s WHERE %s", table, pairs, where))
        self.env.invalidate_all(flush=False)


def permitido(records, user, company):
    """{operation: ids of the rows with which a user may do it while they work for a company; None: they never may}."""
    records = records.with_user(user).with_context(allowed_company_ids=company.ids)
    found = {}
    for operation in LETTERS:
        found[operation] = None
        if records.browse().has_access(operation):
            try:
                found[operation] = set(records._filtered_access(operation).ids)
            except MissingError:  # a view that reads the rows of one's companies only
                found[operation] = set()
    return found


def imborrables(records, user, company):
    """The ids of the rows that a user may delete by their rights, and that refuse, whoever asks; not those in use."""
    kept = set()
    for record in records.with_user(user).with_context(allowed_company_ids=company.ids):
        with contextlib.closing(record.env.cr.savepoint()) as savepoint:
            try:
                record.unlink()
                record.env.flush_all()
            except UserError:
                kept.add(record.id)
            except IntegrityError:
                pass  # something uses it
            savepoint.rollback()
    return kept


class Matriz:
    """`table` {model: {role: cell}}: what a role may do with rows of their own, of others and of another company."""

    def __init__(self, env, company, other):
        self.filas = Filas(env, company)
        self.users = usuarios(env, company | other)
        self.asked, self.kept, self.rows = {}, {}, {}
        self.filas.dar(env.ref("base.user_root"))
        self.preguntar("others", self.users, company)
        for role, user in self.users.items():
            self.filas.dar(user)
            self.preguntar("own", {role: user}, company)
            self.preguntar("foreign", {role: user}, other)
            self.borrar(role, user, company)
        self.table = {name: {role: self.celda(name, role) for role in WHO} for name in self.filas.rows}
        for Model in self.filas.dialogs:
            opens = {role: Model.with_user(user).has_access("create") for role, user in self.users.items()}
            self.table[Model._name] = {role: "sí" if opens[role] else "–" for role in WHO}

    def preguntar(self, whose, users, company):
        for name, records in self.filas.rows.items():
            for role, user in users.items():
                self.asked[name, role, whose] = permitido(records, user, company)
                self.rows[name, whose] = set(records.ids)

    def borrar(self, role, user, company):
        for name, records in self.filas.rows.items():
            ids = self.asked[name, role, "own"]["unlink"] if name.startswith("cartera.") else None
            if ids and name not in self.kept:
                self.kept[name] = imborrables(records.browse(ids), user, company)

    def letras(self, name, role, whose):
        found = ""
        for operation, letter in LETTERS.items():
            ids, rows = self.asked[name, role, whose][operation], self.rows[name, whose]
            if ids is not None and operation == "unlink":
                ids = ids - self.kept.get(name, set())
            if ids is not None and (ids or not rows):
                found += letter if ids == rows else letter.lower()
        return found or "–"

    def celda(self, name, role):
        if not self.filas.rows[name]:
            letters = self.letras(name, role, "own")
            return letters if letters == "–" else f"{letters}°"
        own, others, foreign = (self.letras(name, role, whose) for whose in ("own", "others", "foreign"))
        cell = own if own == others else f"{own} · {others}"
        return cell if foreign == "–" else f"{cell} · otra: {foreign}"
