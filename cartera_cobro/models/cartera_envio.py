"""The sending of letters and messages.

How it works. `Envio(env, company).enviar(comunicaciones)` takes approved messages, in lots, each in a savepoint:

1. lock them and their dossiers, leaving out those that another worker or an officer holds: they go next time;
2. read every debt again from the ledger (`cartera_deuda`), and drop what there is no reason to send any more, or no way
   to: the message is cancelled and says why (`drop_reason`, `drop_note`);
3. ask the guard of Ley 2300 about the others, all at once: what is allowed later is postponed until then, what is never
   allowed is dropped;
4. write the amounts, the obligations and the words (QWeb) on the message, and print the PDFs together;
5. e-mails and SMS go to Odoo's own queues, on the dossier's chatter, so that answers, bounces and failures come back
   to it; letters, WhatsApp and recorded calls are *prepared*, for a person to dispatch (`despachar`);
6. what was sent is a row of the contact log, so that it counts as an attempt and for the guard.

Nothing is committed here: a killed worker has sent nothing of its lot, and marked nothing as sent. A lot that fails is
sent again one by one, and only the message that fails is dropped, with the error.
"""

import hashlib
import logging
from collections import Counter
from datetime import timedelta
from decimal import Decimal

from odoo.fields import Command
from odoo.tools import SQL, split_every
from psycopg2 import OperationalError

from ..rules.contact import BOGOTA
from ..rules.habeas_data import gives_notice
from .cartera_carta import pdfs
from .cartera_contacto import Caso, Guardia, consciente, ingenuo
from .cartera_deuda import Deudas
from .cartera_envio_revision import Descarte, Revision, direccion, motivo
from .cartera_exportacion_disco import disco_lleno
from .cartera_mensaje import encolar

_logger = logging.getLogger(__name__)

LOTE = 100
# Channels that carry the letter; the others carry the short text.
LONG_CHANNELS = ("email", "letter")
# Sent by Odoo's queues; the others are dispatched by a person.
AUTOMATIC = ("email", "sms")


class Envio(Revision):
    """Sends messages of one company. Whoever calls has checked that the user may."""

    # --- sending ------------------------------------------------------------------------------------------------------

    def enviar(self, comunicaciones):
        """Send what may leave of `comunicaciones`; what is not approved, or somebody else holds, is left as it is.

        Answers how many: {"sent", "prepared" (for a person to dispatch), "dropped", "postponed"}.
        """
        total = Counter(sent=0, prepared=0, dropped=0, postponed=0)
        for ids in split_every(LOTE, comunicaciones.ids):
            lote = self._tomar(self.env["cartera.comunicacion"].browse(ids))
            total.update(self._con_red(lote))
        return dict(total)

    def _tomar(self, mensajes):
        """The approved messages of the company that nobody else holds, locked with their dossiers."""
        mine = mensajes.try_lock_for_update()
        mine.invalidate_recordset(["state", "expediente_id"])
        mine = mine.filtered(lambda m: m.state == "approved" and m.company_id == self.company)
        free = mine.expediente_id.try_lock_for_update(allow_referencing=True)
        return mine.filtered(lambda m: m.expediente_id in free)

    def _con_red(self, lote):
        """Send a lot; should it fail, one by one, dropping what fails."""
        try:
            with self.env.cr.savepoint():
                return self._enviar_lote(lote)
        except OperationalError:
            raise  # a concurrent update: the whole transaction is tried again
        except Exception as error:
            if disco_lleno(error):
                raise  # no fault of theirs: they wait, and the scheduler says that the job failed
            _logger.exception("A lot of %s messages failed", len(lote))
            if len(lote) == 1:
                lote._descartar("error", self._frase(error))
                return Counter(dropped=1)
            return sum((self._con_red(one) for one in lote), Counter())

    @staticmethod
    def _frase(error):
        return str(error).strip().splitlines()[-1][:250] if str(error).strip() else type(error).__name__

    def _enviar_lote(self, lote):
        """Counter of what became of each message of the lot."""
        self.dropped = lote.browse()
        ready = self._revisar(lote)
        ready, postponed = self._preguntar(ready)
        ready = self._escribir(ready)
        automatic = ready.filtered(lambda m: m.channel in AUTOMATIC)
        encolar(automatic)
        self.anotar_envio(automatic)
        (ready - automatic).write({"date_prepared": self.now})
        return Counter(
            sent=len(automatic),
            prepared=len(ready) - len(automatic),
            dropped=len(self.dropped),
            postponed=len(postponed),
        )

    # --- what it says -------------------------------------------------------------------------------------------------

    def _escribir(self, ready):
        """Write amounts, obligations, words and PDF on the messages; those that get them all."""
        self._escribir_montos(ready)
        ready._dar_cupones()
        written = ready.browse()
        for (plantilla, channel), mensajes in ready.grouped(lambda m: (m.template_id, m.channel)).items():
            written |= self._escribir_textos(plantilla, channel, mensajes)
        self._imprimir(written.filtered(lambda m: m.channel == "letter" or self._lleva_pdf(m)))
        return written

    @staticmethod
    def _lleva_pdf(mensaje):
        return mensaje.channel == "email" and mensaje.template_id.with_pdf

    def _escribir_montos(self, ready):
        ready.linea_ids.unlink()
        earlier, agreed = self._anteriores(ready), self._compromisos(ready)
        for mensaje in ready:
            mensaje.write(self._valores(mensaje, earlier, agreed))
        rows = [{"comunicacion_id": m.id, **linea(o)} for m in ready for o in self.listas[m.id]]
        self.env["cartera.comunicacion.linea"].create(rows)

    def _valores(self, mensaje, earlier, agreed):
        return {
            **self._montos(mensaje),
            "date": self.today,
            "date_liquidation": self.today,
            "deadline": self.today + timedelta(days=mensaje.template_id.days_to_pay),
            "address": direccion(mensaje.partner_id, mensaje.channel),
            "previous_id": earlier.get(mensaje.expediente_id.id),
            "gestion_id": agreed.get(mensaje.expediente_id.id),
        }

    def _montos(self, mensaje):
        if mensaje.acuerdo_id:
            return mensaje._montos_del_acuerdo()
        return montos(self.listas[mensaje.id], self.creditos[mensaje.id])

    def _anteriores(self, ready):
        """{dossier id: message id} of the first letter, for second letters: one received, else the last one sent."""
        seconds = ready.filtered(lambda m: m.kind == "second_letter")
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (expediente_id) expediente_id, id FROM cartera_comunicacion
                    WHERE expediente_id = ANY(%s) AND kind IN ('first_letter', 'demand')
                      AND state IN ('sent', 'delivered')
                 ORDER BY expediente_id, state = 'delivered' DESC, day_sent DESC, id DESC""",
                seconds.expediente_id.ids,
            )
        )
        return dict(rows)

    def _compromisos(self, ready):
        """{dossier id: contact id} of the last promise or proposal, for confirmations."""
        confirmed = ready.filtered(lambda m: m.kind == "agreement")
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (expediente_id) expediente_id, id FROM cartera_gestion
                    WHERE expediente_id = ANY(%s) AND result IN ('promise', 'proposal') AND date_annulled IS NULL
                 ORDER BY expediente_id, date DESC, id DESC""",
                confirmed.expediente_id.ids,
            )
        )
        return dict(rows)

    def _escribir_textos(self, plantilla, channel, mensajes):
        """Render the template on messages of one channel; those that could be."""
        for mensaje, paths in plantilla._vacias(mensajes).items():
            self._descartar(mensaje, "template", self._frase_vacias(paths))
        complete = mensajes - self.dropped
        for key, texts in (plantilla._renderizar(complete) if complete else {}).items():
            mensaje = complete.browse(key)
            if "error" in texts:
                self._descartar(mensaje, "template", texts["error"])
            else:
                mensaje.write(texts)
        return complete - self.dropped

    def _imprimir(self, mensajes):
        """Keep the PDF of each message, and its hash."""
        if not mensajes:
            return
        files = pdfs(mensajes)
        attachments = self.env["ir.attachment"].create(
            [
                {
                    "name": mensaje._nombre_del_pdf(),
                    "raw": files[mensaje.id],
                    "mimetype": "application/pdf",
                    "res_model": mensaje._name,
                    "res_id": mensaje.id,
                }
                for mensaje in mensajes
            ]
        )
        for mensaje, attachment in zip(mensajes, attachments, strict=True):
            digest = hashlib.sha256(files[mensaje.id]).hexdigest()
            mensaje.write({"pdf_id": attachment.id, "pdf_sha256": digest})

    # --- seen before it leaves ----------------------------------------------------------------------------------------

    def previa(self, expediente, plantilla, channel, is_demand=False):
        """What a message would say now (Markup), after what would keep it from leaving; nothing is kept."""
        mensaje = self.env["cartera.comunicacion"].new(
            {
                "expediente_id": expediente.id,
                "template_id": plantilla._origin.id,
                "channel": channel,
                "is_demand": is_demand,
            }
        )
        deudas = Deudas(self.env, self.company, self.today)
        partidas = deudas.leer(expediente)[expediente.id]
        problems, obligaciones = [], []
        # Whatever keeps it from leaving, the words are shown with what the debtor owes.
        chosen = self._del_tipo(mensaje, [p for p in partidas if p.capital > 0]), Decimal(0)
        try:
            chosen = self._elegir(mensaje, partidas)
            self._revisar_direccion(mensaje)
        except Descarte as why:
            problems.append(motivo(self.env, why))
        listed, credits = chosen
        try:
            obligaciones = self._liquidar(deudas, mensaje, listed)
        except Descarte as why:
            problems.append(motivo(self.env, why))
        self.listas, self.creditos = {mensaje.id: obligaciones}, {mensaje.id: credits}
        mensaje.update(self._valores(mensaje, self._anteriores(mensaje), self._compromisos(mensaje)))
        mensaje.linea_ids = [Command.create(linea(o)) for o in obligaciones]
        problems += self._textos_de_previa(mensaje, plantilla)
        return self.env["ir.qweb"]._render(
            "cartera_cobro.vista_previa",
            {"object": mensaje, "problems": problems, "letter": channel in LONG_CHANNELS},
            minimal_qcontext=True,
        )

    def _textos_de_previa(self, mensaje, plantilla):
        """Render the (perhaps unsaved) template on the unsaved message; the sentences of what is missing."""
        plantilla = plantilla.with_env(self.env)
        empty = plantilla._vacias(mensaje).get(mensaje)
        texts = plantilla._renderizar(mensaje)[mensaje.id]
        error = texts.pop("error", False)
        mensaje.update(texts)
        said = [error] if error else [self._frase_vacias(empty)] if empty else []
        return said + self._sin_texto(plantilla, mensaje.channel)

    def _frase_vacias(self, paths):
        return self.env._("These values of the template are empty: %s.", ", ".join(f"object.{p}" for p in paths))

    # --- dispatched by a person ---------------------------------------------------------------------------------------

    def despachar(self, comunicaciones):
        """Record as sent what a person has dispatched of prepared messages, once the ledger and the guard allow it.

        What was opened in WhatsApp left then: both were asked before it was opened. Answers {"sent", "dropped",
        "stale", "postponed"}: recordsets.
        """
        opened = comunicaciones.filtered("date_opened")
        sent = self.registrar({m: m.date_opened for m in opened}, self.env._("Sent already, when it was opened."))
        looked = self._mirar(comunicaciones - opened)
        ready = looked.pop("ready")
        self.anotar_envio(ready)
        return looked | {"sent": sent | ready}

    def repasar(self, comunicaciones):
        """Look once more at messages prepared before now; those that may go on their way."""
        looked = self._mirar(comunicaciones)
        return looked["ready"] | self._de_otra_hora(looked["postponed"])

    def _mirar(self, comunicaciones):
        """What may become of prepared messages now, once the ledger and the guard are asked again.

        What was paid meanwhile is dropped; what owes another amount than it says, or gives a term that has run out, is
        to be written again, and what Ley 2300 does not allow at this hour waits. Answers {"ready", "dropped", "stale",
        "postponed"}: recordsets.
        """
        looked = dict.fromkeys(("ready", "dropped", "stale", "postponed"), self.env["cartera.comunicacion"])
        for ids in split_every(LOTE, comunicaciones.ids):
            ready, stale = self._mirar_otra_vez(self._preparadas(comunicaciones.browse(ids)))
            allowed, postponed = self._preguntar(ready)
            some = {"ready": allowed, "dropped": self.dropped, "stale": stale, "postponed": postponed}
            looked = {key: looked[key] | some[key] for key in looked}
        return looked

    def _de_otra_hora(self, postponed):
        """Those postponed that may go on their way all the same: they do not reach the debtor now.

        Paper leaves with its dispatch, which asks again. A provider calls within the hours of collection: its list has
        what waits for nothing but them.
        """
        calls = postponed.filtered(lambda m: m.channel == "ivr")
        casos = [Caso(m.partner_id, self.now, m.channel, m._proposito_ante_la_ley()) for m in calls]
        verdicts = Guardia(self.env, self.company).horario(casos)
        opening = {m: ingenuo(v.next_allowed) for m, v in zip(calls, verdicts, strict=True)}
        return postponed.filtered(lambda m: m.channel == "letter" or (m in opening and opening[m] == m.not_before))

    def registrar(self, instants, reason):
        """Record as sent what was done of prepared messages: {message: when (naive UTC)}; those recorded.

        It was done, whatever is owed or allowed by now: nothing is looked at again, and the verdict of Ley 2300 on that
        instant is kept; `reason` (str) is why it is recorded even where the law did not allow it.
        """
        done = self._preparadas(self.env["cartera.comunicacion"].union(*instants))
        self.anotar_envio(done, {mensaje.id: at for mensaje, at in instants.items()}, reason)
        return done

    def _preparadas(self, comunicaciones):
        return self._tomar(comunicaciones.with_env(self.env)).filtered("date_prepared")

    def _mirar_otra_vez(self, lote):
        """(those that still say what is so, those to be written again); what has no reason any more is dropped."""
        self.dropped = lote.browse()
        ready = self._revisar(lote)
        stale = ready.filtered(lambda m: not (self._dice_lo_que_debe(m) and self._da_su_plazo(m)))
        stale.write({"date_prepared": False})
        return ready - stale, stale

    def _dice_lo_que_debe(self, mensaje):
        owed = self._montos(mensaje)
        same = mensaje.company_currency_id
        return all(not same.compare_amounts(owed[name], mensaje[name]) for name in ("amount_capital", "amount_credit"))

    def _da_su_plazo(self, mensaje):
        """Whether what it asks can still be done in its term, if it leaves today; today's says the same anew."""
        if mensaje.date == self.today:
            return True
        if mensaje.kind == "notice_1266":
            return gives_notice(self.today, mensaje.deadline)
        return mensaje.deadline > self.today

    # --- the log ------------------------------------------------------------------------------------------------------

    def anotar_envio(self, mensajes, instants=None, reason=False):
        """Mark as sent, and record the contact of each. instants: {message id: when}, of what was done; else now."""
        when = {mensaje: (instants or {}).get(mensaje.id, self.now) for mensaje in mensajes}
        for at, some in mensajes.grouped(when.get).items():
            some.write({"state": "sent", "date_sent": at, "day_sent": consciente(at).astimezone(BOGOTA).date()})
        gestiones = self.env["cartera.gestion"].create(
            [
                {
                    "expediente_id": mensaje.expediente_id.id,
                    "comunicacion_id": mensaje.id,
                    "date": at,
                    "channel": mensaje.channel,
                    "purpose": mensaje.purpose,
                    "result": "sent",
                    "address": mensaje.address,
                    "note": mensaje.subject,
                    "user_id": (mensaje.user_id or self.env.user).id,
                    "partida_ids": [Command.set(mensaje.linea_ids.partida_id.ids)],
                    "override_reason": reason,
                }
                for mensaje, at in when.items()
            ]
        )
        if reason:
            # What the law allowed took none: contacts with a reason are counted.
            gestiones.filtered(lambda g: not g.unlawful)._anotar({"override_reason": False})


def montos(obligaciones, credits):
    """The amounts of a message: capital and interest of its obligations, less credits."""
    capital = sum((o.partida.capital for o in obligaciones), Decimal(0))
    interest = sum((o.interest for o in obligaciones), Decimal(0))
    return {
        "amount_capital": float(capital),
        "amount_interest": float(interest),
        "amount_credit": float(credits),
        "amount_total": float(capital + interest - credits),
    }


def linea(obligacion):
    """Values of the row of a message for an obligation."""
    partida = obligacion.partida
    return {
        "partida_id": partida.id,
        "name": partida.name,
        "origin": partida.origin,
        "date_due": partida.date_due,
        "days": obligacion.days,
        "capital": float(partida.capital),
        "interest": float(obligacion.interest),
        "total": float(obligacion.total),
    }
