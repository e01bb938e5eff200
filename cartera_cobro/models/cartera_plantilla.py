import hashlib
import re
from uuid import uuid4

from lxml import html
from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.rendering_tools import parse_inline_template

from .cartera_autorizacion import CHANNEL_LABELS, PURPOSE_LABELS
from .cartera_envio import LONG_CHANNELS, Envio
from .cartera_textos import fecha, letras, pesos

MESSAGE_CHANNELS = [pair for pair in CHANNEL_LABELS if pair[0] in ("email", "sms", "letter", "whatsapp", "ivr")]
KINDS = [
    ("first_letter", "First letter"),
    ("second_letter", "Second letter"),
    ("demand", "Demand (C.G.P. 94)"),
    ("notice_1266", "Notice before reporting (Ley 1266)"),
    ("reminder", "Reminder before the due date"),
    ("statement", "Account statement"),
    ("agreement", "Confirmation of an agreement"),
    ("other", "Other"),
]
PATH = re.compile(r"\bobject((?:\.\w+)+)(?!\w*\s*\()")
# An expression with these words says by itself what to write where a value is empty.
HANDLED = re.compile(r"\b(or|if|and|not)\b")


class CarteraPlantilla(models.Model):
    """The text of a letter or message, in Spanish, rendered by Odoo's QWeb engine for each `cartera.comunicacion`.

    Beside what Odoo offers to its templates, `fecha(day)` and `pesos(amount)` write dates and amounts in Spanish, and
    `tabla(object)` the table of obligations. Letterhead, number, date, addressee and signature are the paper's: the
    template says what goes between the reference and the signature.
    """

    _name = "cartera.plantilla"
    _description = "Letter or Message Template"
    _inherit = ["mail.render.mixin"]
    _order = "sequence, name"
    # As in Odoo's own templates: whoever may send renders them, and only template editors write expressions.
    _unrestricted_rendering = True

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: every company.")
    kind = fields.Selection(KINDS, required=True, default="other")
    subject = fields.Char(required=True, help="May use expressions between {{ }}.")
    body_html = fields.Html(
        string="Letter",
        render_engine="qweb",
        sanitize="email_outgoing",
        help="The letter, also the body of the e-mail.",
    )
    text = fields.Text(string="Short Text", help="What an SMS, a WhatsApp or a recorded call says.")
    purpose = fields.Selection(
        PURPOSE_LABELS,
        required=True,
        default="collection",
    )
    approval = fields.Boolean(string="Signed Before It Leaves", help="It goes through the tiers of approval.")
    numbered = fields.Boolean(help="It takes the next consecutive of the company and year.")
    with_pdf = fields.Boolean(string="PDF Attached", default=True)
    preview_expediente_id = fields.Many2one(
        "cartera.expediente", string="Preview With", store=False, help="A dossier to see the letter of."
    )
    preview_channel = fields.Selection(MESSAGE_CHANNELS, store=False, default="email")
    preview_html = fields.Html(compute="_compute_preview_html", sanitize=False)
    days_to_pay = fields.Integer(string="Days to Pay", default=10, help="Deadline that the letter gives.")
    days_ahead = fields.Integer(
        string="Items Due Within (days)",
        default=5,
        help="A reminder tells of what falls due within so many days, today included.",
    )

    def _compute_render_model(self):
        # EXTENDS mail.render.mixin
        self.render_model = "cartera.comunicacion"

    @api.model
    def _render_eval_context(self):
        # EXTENDS mail.render.mixin
        helpers = {"fecha": fecha, "letras": letras, "pesos": pesos, "tabla": self._tabla}
        return super()._render_eval_context() | helpers

    @api.model
    def _tabla(self, mensaje):
        """The table of obligations of a letter, with its totals (Markup)."""
        values = {"object": mensaje, "fecha": fecha, "pesos": pesos}
        return self.env["ir.qweb"]._render("cartera_cobro.tabla_obligaciones", values, minimal_qcontext=True)

    def _huella(self):
        """SHA-256 (str) of the template's words."""
        self.ensure_one()
        words = "\0".join((self.subject or "", self.body_html or "", self.text or ""))
        return hashlib.sha256(words.encode()).hexdigest()

    def _partes(self, channel):
        """Names of the fields that a message through `channel` says."""
        return ["subject", "body_html"] if channel in LONG_CHANNELS else ["subject", "text"]

    @api.depends("preview_expediente_id", "preview_channel", "subject", "body_html", "text")
    def _compute_preview_html(self):
        for plantilla in self:
            shown = plantilla.preview_expediente_id
            plantilla.preview_html = plantilla._previa(shown, plantilla.preview_channel or "email") if shown else False

    def _previa(self, expediente, channel, is_demand=False):
        """What the template would say to the debtor now (Markup), with what would keep it from leaving."""
        expediente.check_access("read")
        is_demand = is_demand or self.kind == "demand"
        return Envio(self.env, expediente.company_id).previa(expediente, self, channel, is_demand)

    # --- rendering --------------------------------------------------------------------------------------------------

    def _renderizar(self, mensajes):
        """{message id: {"subject", "body_html", "text"}} for messages of one channel with this template.

        A message whose template cannot be rendered has an {"error": sentence} instead; the others are not affected.
        """
        self.ensure_one()
        parts = self._partes(mensajes[:1].channel)
        try:
            texts = {part: self._renderizar_parte(part, mensajes) for part in parts}
        except UserError as error:
            if len(mensajes) == 1:
                return {mensajes.id: {"error": _causa(error)}}
            return {key: value for one in mensajes for key, value in self._renderizar(one).items()}
        return {mensaje.id: {part: texts[part][mensaje.id] for part in parts} for mensaje in mensajes}

    def _renderizar_parte(self, part, mensajes):
        if part == "body_html":
            return self._renderizar_cuerpo(mensajes)
        return self._render_template(self[part] or "", "cartera.comunicacion", list(mensajes._ids))

    def _renderizar_cuerpo(self, mensajes):
        """{message id: letter (Markup)}: one QWeb call for all, because the engine compiles the text at every call."""
        mark = uuid4().hex
        source = f'<t t-foreach="todos" t-as="object">{self.body_html or ""}<t t-out="corte"/></t>'
        whole = self._render_template(
            source,
            "cartera.comunicacion",
            list(mensajes._ids[:1]),
            engine="qweb",
            add_context={"todos": mensajes, "corte": mark},
        )[mensajes._ids[0]]
        return {m.id: Markup(text) for m, text in zip(mensajes, whole.split(mark), strict=False)}

    # --- what must not be empty ---------------------------------------------------------------------------------------

    def _variables(self, channel):
        """Paths (["partner_id.vat", …]) of the message that the words for `channel` write without asking if empty."""
        self.ensure_one()
        expressions = []
        for part in self._partes(channel):
            source = self[part] or ""
            expressions += _expresiones_html(source) if part == "body_html" else _expresiones_linea(source)
        plain = (expression for expression in expressions if not HANDLED.search(expression))
        return list(dict.fromkeys(path[1:] for expression in plain for path in PATH.findall(expression)))

    def _vacias(self, mensajes):
        """{message: [path]} of the values that are empty, of messages of one channel with this template."""
        paths = self._variables(mensajes[:1].channel)
        missing = {mensaje: [path for path in paths if _vacio(mensaje, path)] for mensaje in mensajes}
        return {mensaje: empty for mensaje, empty in missing.items() if empty}


def _expresiones_html(source):
    """Expressions of t-out (and the older t-esc, t-field) that no condition or loop encloses."""
    root = html.fragment_fromstring(source, create_parent="div") if source else []
    found = []
    for node in root.iter() if source else []:
        expression = next((node.get(name) for name in ("t-out", "t-esc", "t-field") if node.get(name)), None)
        guards = ("t-if", "t-elif", "t-else", "t-foreach")
        if expression and not any(guard in n.attrib for n in (node, *node.iterancestors()) for guard in guards):
            found.append(expression)
    return found


def _expresiones_linea(source):
    """Expressions between {{ }} that have no default of their own."""
    return [expression for _text, expression, default in parse_inline_template(source) if expression and not default]


def _vacio(mensaje, path):
    """Whether the value at `path` is empty: a zero is a value, and so is a false boolean."""
    record = mensaje
    for name in path.split("."):
        field = record._fields.get(name)
        if field is None:
            return False  # a method or a column of another kind: the engine says whether it works
        if field.type in ("boolean", "integer", "float", "monetary"):
            return False
        value = record[name]
        if not value:
            return True
        record = value
        if not isinstance(record, models.BaseModel):
            return False
    return False


def _causa(error):
    """What was wrong, of an engine's report that wraps it in others."""
    while error.__cause__:
        error = error.__cause__
    return f"{type(error).__name__}: {error}"
