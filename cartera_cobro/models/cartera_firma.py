import hashlib
import json

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError


class CarteraFirma(models.Model):
    """A signature under a document: who, in which role, when, and the hash of the text that was signed.

    Append-only. Reviews of tier validation come and go; what executes a document reads this.
    """

    _name = "cartera.firma"
    _description = "Signature"
    _order = "date desc, id desc"
    _rec_name = "signer_name"

    res_model = fields.Char(string="Document Model", required=True, readonly=True, index=True)
    res_id = fields.Many2oneReference(
        string="Document", model_field="res_model", required=True, readonly=True, index=True
    )
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    expediente_id = fields.Many2one(
        "cartera.expediente",
        string="Dossier",
        compute="_compute_expediente_id",
        store=True,
        index="btree_not_null",
        help="Of the document's debtor; none of one about many.",
    )
    nivel_id = fields.Many2one("tier.definition", string="Tier", readonly=True, ondelete="restrict")
    user_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    signer_name = fields.Char(string="Signer", required=True, readonly=True)
    role = fields.Char(readonly=True, help="In which capacity it was signed.")
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    hash = fields.Char(required=True, readonly=True, help="SHA-256 of the text that was signed.")

    @api.depends("res_model", "res_id")
    def _compute_expediente_id(self):
        for model, signatures in self.grouped("res_model").items():
            documents = self.env[model].sudo().browse(signatures.mapped("res_id")).exists()
            known = "expediente_id" in documents._fields
            dossiers = {document.id: document.expediente_id for document in documents} if known else {}
            for signature in signatures:
                signature.expediente_id = dossiers.get(signature.res_id)

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("A signature is never changed: the document changes, and is signed again."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A signature is never deleted."))


class CarteraFirmable(models.AbstractModel):
    """A document that takes effect by signatures, asked for and given through OCA's tier validation.

    Each signature fixes the text (`_texto_firmado`): when it changes, those given no longer count. `state` moves only
    through the document's own methods, with superuser rights after their guards: nobody writes it. A document that has
    a field `returned_reason` is not returned without one.
    """

    _name = "cartera.firmable"
    _description = "Document with Signatures"
    _inherit = ["cartera.tramite", "tier.validation"]
    _tier_validation_manual_config = False

    proposed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    date_proposed = fields.Datetime(readonly=True, copy=False)
    firma_ids = fields.One2many(
        "cartera.firma",
        "res_id",
        string="Signatures",
        domain=lambda self: [("res_model", "=", self._name)],
        readonly=True,
        copy=False,
    )

    # --- what a document says -----------------------------------------------------------------------------------

    def _campos_firmados(self):
        """Names of the fields that are the text of the document."""
        raise NotImplementedError

    def _al_firmarse(self):
        """What the last signature executes; called with superuser rights."""
        raise NotImplementedError

    def _al_devolverse(self):
        """What a rejection does; called with superuser rights."""

    def _texto_firmado(self):
        """The text that a signature fixes (str): the same values give the same text."""
        self.ensure_one()
        values = self.sudo().read(self._campos_firmados(), load=None)[0]
        return json.dumps(values, sort_keys=True, default=str, ensure_ascii=False)

    def _huella(self):
        return hashlib.sha256(self._texto_firmado().encode()).hexdigest()

    # --- guards ---------------------------------------------------------------------------------------------------

    def _tier_validation_check_write_allowed(self, vals):
        # EXTENDS base_tier_validation: it asks the database about each record; what methods write is guarded by them.
        return None if self.env.su else super()._tier_validation_check_write_allowed(vals)

    def _niveles(self):
        """Definitions of the tiers that this document needs, in the order in which they sign."""
        self.ensure_one()
        tiers = (
            self.env["tier.definition"]
            .sudo()
            .search([("model", "=", self._name), ("company_id", "in", (False, self.company_id.id))])
        )
        return tiers.filtered(lambda tier: self.sudo().evaluate_tier(tier)).sorted("sequence", reverse=True)

    def _firmado(self):
        """Whether every tier has signed the text as it is now, by somebody else than who proposed it."""
        self.ensure_one()
        if not self.date_proposed:
            return False
        tiers, now = self._niveles(), self._huella()
        given = self.sudo().firma_ids.filtered(
            lambda f: f.hash == now and f.date >= self.date_proposed and f.user_id != self.proposed_by_id
        )
        return bool(tiers) and not tiers - given.nivel_id

    # --- asking, signing, returning -----------------------------------------------------------------------------

    def action_request(self):
        """Propose: ask the tiers for their signatures. Refused when no tier matches: nothing passes unsigned."""
        for document in self:
            document.check_access("write")
            if document[self._state_field] not in self._state_from:
                raise UserError(self.env._("%s is not a draft any more.", document.display_name))
            if document.sudo().review_ids:
                raise UserError(self.env._("The signatures of %s were asked for already.", document.display_name))
            if not document._niveles():
                raise UserError(
                    self.env._(
                        "Nobody is named to sign %s. Ask an administrator to define the tiers of approval "
                        "(Settings, Tier Validations) for this kind of document.",
                        document.display_name,
                    )
                )
            document.sudo().write({"proposed_by_id": self.env.uid, "date_proposed": fields.Datetime.now()})
            document.sudo().request_validation()
        return True

    def request_validation(self):
        # EXTENDS base_tier_validation: whoever asks is the proposer, also over the name that tier validation gives it.
        if not self.env.su:
            return self.action_request()
        return super().request_validation()

    @api.model
    def _add_tier_validation_buttons(self, node, params):
        # EXTENDS base_tier_validation: our own button asks for the signatures.
        buttons = super()._add_tier_validation_buttons(node, params)
        for button in buttons.xpath("//button[@name='request_validation']"):
            button.getparent().remove(button)
        return buttons

    def _validate_tier(self, tiers=False):
        # EXTENDS base_tier_validation: who signs is checked, and the signature kept where nobody can change it.
        self.ensure_one()
        if self.proposed_by_id == self.env.user:
            raise UserError(self.env._("You proposed %s: somebody else has to sign it.", self.display_name))
        reviews = self.sudo().review_ids
        approved = reviews.filtered(lambda r: r.status == "approved")
        res = super(CarteraFirmable, self.sudo())._validate_tier(tiers.sudo() if tiers else tiers)
        self._firmar(reviews.filtered(lambda r: r.status == "approved") - approved)
        if self._firmado():
            self.sudo()._al_firmarse()
        return res

    def _firmar(self, reviews):
        """Keep the signature of the current user under the tiers of `reviews`, which tier validation has approved."""
        # Who signs is asked of the tier itself: the review's own list of people is a column like any other.
        if any(self.env.user not in review._get_reviewers() for review in reviews):
            raise UserError(self.env._("You are not among those who sign %s.", self.display_name))
        text = self._huella()
        # Documents are read in the company's language, whoever signs them.
        reviews = reviews.with_context(lang=self.company_id.partner_id.lang or self.env.lang)
        self.env["cartera.firma"].sudo().create(
            [
                {
                    "res_model": self._name,
                    "res_id": self.id,
                    "company_id": self.company_id.id,
                    "nivel_id": review.definition_id.id,
                    "user_id": self.env.uid,
                    "signer_name": self.env.user.name,
                    "role": review.definition_id.name,
                    "hash": text,
                }
                for review in reviews
            ]
        )
        if reviews:
            self.sudo().message_post(
                body=self.env._(
                    "Signed by %(who)s as %(role)s.", who=self.env.user.name, role=", ".join(reviews.mapped("name"))
                ),
                author_id=self.env.user.partner_id.id,
            )

    def _rejected_tier(self, tiers=False):
        # EXTENDS base_tier_validation
        self.ensure_one()
        reviews = tiers or self.review_ids
        if not any(self.env.user in review.reviewer_ids for review in reviews.sudo()):
            raise UserError(self.env._("Only whoever is to sign %s may return it.", self.display_name))
        comments = [review.comment for review in reviews.sudo() if review.comment]
        if "returned_reason" in self._fields:
            mine = reviews.sudo().filtered(lambda r: self.env.user in r.reviewer_ids)
            self.sudo().returned_reason = self._exigir_motivo(" ".join(filter(None, mine.mapped("comment"))))
        res = super(CarteraFirmable, self.sudo())._rejected_tier(tiers.sudo() if tiers else tiers)
        self.sudo().message_post(
            body=self.env._("Returned by %(who)s. %(why)s", who=self.env.user.name, why=" ".join(comments)),
            author_id=self.env.user.partner_id.id,
        )
        self.sudo()._al_devolverse()
        return res

    def _get_to_validate_message(self):
        # EXTENDS base_tier_validation: who signs next, in words that are translated.
        who = self.review_ids.filtered(lambda review: review.status == "pending")[:1].todo_by
        if not who:
            return super()._get_to_validate_message()
        icon = Markup('<i class="fa fa-lg fa-info-circle"></i> ')
        return icon + self.env._("Waiting for the signature of %s.", who)

    def _update_counter(self, review_counter):
        # EXTENDS base_tier_validation: one signature makes the next one's turn, and that is another signer's review.
        return super(CarteraFirmable, self.sudo())._update_counter(review_counter)

    def restart_validation(self):
        # EXTENDS base_tier_validation: the reviews go, the signatures and the chatter stay.
        self.check_access("write")
        asked = self.sudo().filtered(lambda document: document[document._state_field] in document._state_from)
        res = super(CarteraFirmable, self.sudo()).restart_validation()
        # Nothing is proposed any more: a signature given from now on is under no proposal, and executes nothing.
        asked.write({"proposed_by_id": False, "date_proposed": False})
        return res


class TierDefinition(models.Model):
    _inherit = "tier.definition"

    @api.model
    def _get_tier_validation_model_names(self):
        # EXTENDS base_tier_validation
        ours = self.env.registry["cartera.firmable"]._inherit_children
        return super()._get_tier_validation_model_names() + sorted(ours)
