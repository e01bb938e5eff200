"""Every method that anybody may call from outside: listed, and closed to who has no part in collection."""

import inspect
import os
from pathlib import Path

from odoo.exceptions import AccessError, MissingError
from odoo.models import BaseModel
from odoo.service.model import get_public_method
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

TABLE = Path(__file__).parents[1] / "data" / "metodos_publicos.txt"
OURS = "odoo.addons.cartera_cobro"
# Empty, whatever a method wants: what refuses comes before what it would be for.
ANYTHING = {}
MANY = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def publicos(env):
    """{(model, method)} of those of the add-on that can be called over RPC, on models of which there are records."""
    found = set()
    for model in env.registry.values():
        if model._abstract:
            continue
        for name in {name for cls in model.mro() if cls.__module__.startswith(OURS) for name in vars(cls)}:
            if name.startswith("_") or hasattr(BaseModel, name) or not inspect.isfunction(getattr(model, name, None)):
                continue
            try:
                get_public_method(env[model._name], name)
            except AccessError:
                continue
            found.add((model._name, name))
    return found


def llamar(Model, name):
    """What comes of calling a method on a model, or on a record of it, there or not: an answer, or the exception."""
    method = getattr(type(Model), name)
    wanted = list(inspect.signature(method).parameters.values())[1:]
    filled = [ANYTHING for p in wanted if p.default is p.empty and p.kind not in MANY]
    records = Model if Model or getattr(method, "_api_model", False) else Model.browse(1)
    try:
        with Model.env.cr.savepoint():
            return getattr(records, name)(*filled)
    except Exception as error:
        return error


def es_inocente(Model, answer):
    """Whether what came of a call is a refusal, or no more than a window to open, which refuses in its turn."""
    if isinstance(answer, MissingError):
        # What everybody may read looks for the record first; what is read with other rights has gone too far.
        return Model.has_access("read")
    window = isinstance(answer, dict) and str(answer.get("type")).startswith("ir.actions.")
    return isinstance(answer, AccessError) or window


def uno_de_cada(Model, company=None):
    """A record of each state of a model, or one, of a company where one is given; none where nobody may read any."""
    own = [("company_id", "=", company.id)] if company else []
    if not Model.has_access("read"):
        return Model
    if "state" not in Model._fields or not Model._fields["state"].store:
        return Model.search(own, limit=1)
    states = [state for (state,) in Model._read_group(own, ["state"])]
    return Model.union(*(Model.search([*own, ("state", "=", state)], limit=1) for state in states))


@tagged("post_install", "-at_install")
class TestPuertas(TransactionCase):
    def test_the_list_is_what_there_is(self):
        """What is new here is to be looked at: does it check who calls, or should it be private?"""
        lines = [f"{model} {name}" for model, name in sorted(publicos(self.env))]
        if os.environ.get("CARTERA_ESCRIBIR"):
            TABLE.write_text("\n".join(lines) + "\n")
        self.assertEqual(lines, TABLE.read_text().splitlines(), "write it anew with CARTERA_ESCRIBIR=1, and look at it")

    @mute_logger("odoo.addons.base.models.ir_access", "odoo.addons.base.models.ir_model", "odoo.models")
    def test_an_employee_without_a_part_in_collection_is_refused_by_all(self):
        """All of the add-on's own models refuse; or else only name a window to open, which refuses in its turn."""
        stranger = new_test_user(self.env, "ajeno", groups="base.group_user")
        open_doors = []
        for model, name in sorted(publicos(self.env)):
            if model.startswith("cartera."):
                Model = self.env(user=stranger)[model]
                answer = llamar(Model, name)
                if not es_inocente(Model, answer):
                    open_doors.append(f"{model}.{name}: {type(answer).__name__} {str(answer)[:120]}")
        self.assertFalse(open_doors, "\n" + "\n".join(open_doors))
