from odoo.http import Controller

from .deudor import descarga, enlace_vencido, mostrar, pagina


class Documentos(Controller):
    """The debtor's papers: statements and certificates, letters, signed agreements."""

    @pagina("/documentos")
    def documentos(self, expediente, base, **_params):
        values = expediente._pagina_de_documentos()
        return mostrar("cartera_cobro.portal_documentos", expediente, base, values, section="documentos")

    @pagina("/documentos/<string:kind>/<int:paper>")
    def documento(self, expediente, base, kind, paper, **_params):
        """A paper as it was issued, sent or signed."""
        found = expediente._papel_del_portal(kind, paper)
        return descarga(*found, inline=True) if found else enlace_vencido()
