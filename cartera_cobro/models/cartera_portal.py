"""What the rooms of the debtor's pages share: whose a dossier is, the sections, refusals, files that are taken."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.mimetypes import guess_mimetype

# The sections of the pages as they are offered; what other add-ons bring comes after them.
ORDER = ("", "/comprobantes", "/acuerdo", "/reclamos", "/documentos", "/datos")
EXTENSIONS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


class Rechazado(UserError):
    """What the debtor typed cannot be taken: a sentence that says why, in Spanish whatever the language of the site."""


def archivo_subido(name, content, most_bytes):
    """Values of the attachment of an uploaded file. Rechazado: it is of another kind than PDF, JPG or PNG, or larger.

    What it is is read from its content; of its name only letters, figures and a few signs are kept.
    """
    kind = guess_mimetype(content)
    if kind not in EXTENSIONS:
        raise Rechazado("Adjunte archivos PDF, JPG o PNG.")
    if len(content) > most_bytes:
        raise Rechazado(f"Cada archivo puede pesar hasta {most_bytes // 1024 // 1024} MB.")
    stem = (name or "adjunto").replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0][:60]
    return {"name": f"{stem}.{EXTENSIONS[kind]}", "raw": content, "mimetype": kind}


class CarteraExpediente(models.Model):
    _inherit = "cartera.expediente"

    @api.model
    def _del_deudor(self, user, dossier=None):
        """The dossiers (in sudo) that a user who logged in sees as the debtor; only `dossier` (an id) where given."""
        nothing = self.sudo().browse()
        if user._is_public():
            return nothing
        domain = [("partner_id", "=", user.partner_id.commercial_partner_id.id)]
        return nothing.search(domain + [("id", "=", dossier)] * (dossier is not None))

    def _secciones_del_portal(self):
        """[(path after the page's own, name, icon)] of the debtor's pages, as they are offered to them."""
        return [("", "Estado de cuenta", "fa-file-text-o")]

    def _navegacion_del_portal(self):
        """The sections, in the order in which a debtor looks for them."""
        place = {path: index for index, path in enumerate(ORDER)}
        return sorted(self._secciones_del_portal(), key=lambda section: place.get(section[0], len(ORDER)))

    def _exigir_cupo(self, model, own, most, sentence):
        """Rechazado, with `sentence`: `most` documents of `model` came from the page within a day; `own`: their domain.

        A few a day: the link may have reached somebody else.
        """
        since = fields.Datetime.now() - timedelta(days=1)
        domain = [("expediente_id", "=", self.id), ("create_date", ">=", since), *own]
        if self.env[model].search_count(domain) >= most:
            raise Rechazado(sentence)
