"""Which management reports there are: data, so that a company adds its own."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .cartera_politica import KINDS

SCOPES = [
    ("all", "The whole portfolio"),
    ("stage", "One stage"),
    ("agencies", "What agencies have"),
    ("service", "One service"),
]


class CarteraInformeTipo(models.Model):
    """A kind of management report: about what of the portfolio, with which sections, and who has to get it.

    Kinds may be shared by companies; who gets it, who prepares it and which service it is about are each company's own.
    What the paper bears (`name`, `intro`) is Spanish.
    """

    _name = "cartera.informe.tipo"
    _description = "Kind of Management Report"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, help="Title of the paper, in Spanish.")
    code = fields.Char(required=True, help="Short name in file names.")
    format_code = fields.Char(help="Of the form in the quality system, e.g. MPFD0801F08.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: of every company.")
    scope = fields.Selection(SCOPES, string="About", required=True, default="all")
    stage_kind = fields.Selection(KINDS, string="Kind of Stage")
    categ_id = fields.Many2one(
        "product.category",
        string="Service",
        company_dependent=True,
        help="Product category of the service, with those under it. Each company has its own.",
    )
    seccion_ids = fields.Many2many("cartera.informe.seccion", string="Sections")
    intro = fields.Html(string="Introduction", help="In Spanish, before the figures.")
    due_day = fields.Integer(
        string="Due on Day", default=10, help="Day of the next month on which it is due; 0: not by a day."
    )
    automatic = fields.Boolean(
        string="Prepared by Itself",
        company_dependent=True,
        help="Its draft is made every month from the last closing, on the day of the collection settings.",
    )
    author_id = fields.Many2one(
        "res.users",
        company_dependent=True,
        domain="[('share', '=', False)]",
        help="Who gets the draft that is made by itself. Empty: an analyst, or a coordinator.",
    )
    destinatario_ids = fields.One2many("cartera.informe.destinatario", "tipo_id", string="Mandatory Recipients")

    _code_uniq = models.UniqueIndex("(code, COALESCE(company_id, 0))", "There is already a kind with that short name.")
    _due_day_sane = models.Constraint("CHECK (due_day BETWEEN 0 AND 28)", "The day is from 1 to 28, or 0 for none.")

    @api.constrains("scope", "stage_kind")
    def _check_stage_kind(self):
        for tipo in self.filtered(lambda t: t.scope == "stage" and not t.stage_kind):
            raise ValidationError(self.env._("%s is about one stage: say of which kind.", tipo.name))

    def _destinatarios(self, company):
        """Partners who have to get it in a company."""
        return self.sudo().destinatario_ids.filtered(lambda d: d.company_id == company).partner_id


class CarteraInformeDestinatario(models.Model):
    """Who has to get a kind of report of a company: it is not published without them."""

    _name = "cartera.informe.destinatario"
    _description = "Mandatory Recipient of a Report"
    _rec_name = "partner_id"

    tipo_id = fields.Many2one("cartera.informe.tipo", string="Report", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    partner_id = fields.Many2one("res.partner", string="Recipient", required=True, ondelete="restrict")
    email = fields.Char(related="partner_id.email")

    _partner_uniq = models.UniqueIndex("(tipo_id, company_id, partner_id)", "This recipient is on the list already.")


class CarteraInformeSeccion(models.Model):
    """A section that reports may have; `_tablas_CODE(mes)` of this model computes its tables when it is prepared.

    Each is a small method of the rooms `cartera_informe_cartera`, `_gestion`, `_campo` and `_resultado`: given the
    month (`cartera_informe_mes.Mes`), it answers [table] as `cartera_informe_mes.tabla` makes them.
    """

    _name = "cartera.informe.seccion"
    _description = "Section of a Management Report"
    _order = "sequence, id"

    name = fields.Char(required=True, help="Title of the section on the paper, in Spanish.")
    code = fields.Char(required=True, readonly=True)
    sequence = fields.Integer(default=10)

    _code_uniq = models.UniqueIndex("(code)")

    @api.constrains("code")
    def _check_code(self):
        for seccion in self:
            if not hasattr(self, f"_tablas_{seccion.code}"):
                raise ValidationError(self.env._("Nothing computes a section %s.", seccion.code))

    def _contenido(self, mes):
        """[{"code", "title", "tables"}] of these sections for a month."""
        return [
            {"code": s.code, "title": s.name, "tables": getattr(s, f"_tablas_{s.code}")(mes)} for s in self.sorted()
        ]
