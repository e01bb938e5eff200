"""What documents that an accountant posts have in common: who may, on which closing, and on which day."""

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from .avisos import dinero

ACCOUNTANTS = "cartera_cobro.group_cartera_contador"


class CarteraAsentable(models.AbstractModel):
    """A document of a company that an accountant posts; one of a closing has it in `corte_id`."""

    _name = "cartera.asentable"
    _description = "Document That Accountants Post"

    def _exigir_contador(self):
        """Whoever acts is an accountant who sees these; superuser rights are no role."""
        self.check_access("read")
        if not self.env.user.has_group(ACCOUNTANTS):
            raise AccessError(self._frase_de_contador())
        strange = self.sudo().company_id - self.env.user.company_ids
        if strange:
            raise AccessError(self.env._("You do not work for %s.", strange[0].name))

    def _frase_de_contador(self):
        """The sentence (str) that refuses who is no accountant."""
        raise NotImplementedError

    def _rehusar(self, found):
        """UserError: `found` yields sentences (str); all of them."""
        if sentences := list(found):
            raise UserError("\n".join(sentences))

    def _exigir_corte(self):
        """UserError: the closing is not one in force, of the document's company."""
        self._rehusar(self.corte_id._por_que_no_asienta())
        if self.corte_id.company_id != self.company_id:
            raise UserError(self.env._("The closing is of another company."))

    def _exigir_fecha(self, move, day):
        """UserError: Odoo dated an entry otherwise, as it does in silence where a period is locked."""
        if move.date != day or move.state != "posted":
            raise UserError(
                self.env._(
                    "%(number)s: Odoo would post its entry on %(moved)s and not on %(day)s: open that period, or "
                    "choose another day.",
                    number=self.display_name,
                    moved=self._fecha(move.date),
                    day=self._fecha(day),
                )
            )

    def _dinero(self, amount):
        return dinero(self, amount)

    def _fecha(self, day):
        return format_date(self.env, day)
