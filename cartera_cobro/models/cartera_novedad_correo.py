"""What the recipient of a matter wrote in the reply to an e-mail, without what they quoted."""

import re

from lxml import html
from odoo.tools import html2plaintext

# "On Thu, 9 Jul 2026 at 10:00, Ana <ana@example.com> wrote:", at the end of what is left once the quote is gone.
ATTRIBUTION = re.compile(r"\n?^(?:El|On)\b(?:(?!\n\n)[\s\S]){0,300}?(?:escribió|wrote)\s*:\s*\Z", re.M)
# Outlook quotes without marks: a line, or the headers of the original, follow.
ORIGINAL = re.compile(
    r"^\s*(?:-{2,}\s*(?:Mensaje original|Original Message)\s*-{2,}|_{10,}"
    r"|\*?(?:De|From):\*?\s.+\n\s*\*?(?:Enviado|Sent|Date|Fecha)\b)",
    re.M | re.I,
)


def texto_de_respuesta(body):
    """The text (str) of a reply whose HTML Odoo has sanitised, which marks quotes and signatures as such."""
    if not body:
        return ""
    root = html.fragment_fromstring(body, create_parent="div")
    for node in root.xpath(".//*[@data-o-mail-quote]"):
        if node.getparent() is not None:
            node.drop_tree()
    text = html2plaintext(html.tostring(root, encoding="unicode"), include_references=False)
    original = ORIGINAL.search(text)
    if original:
        text = text[: original.start()]
    text = "\n".join(line for line in text.splitlines() if not line.startswith(">"))
    return ATTRIBUTION.sub("", text.strip()).strip()


def es_automatica(message):
    """Whether an e-mail (email.message.EmailMessage) was written by a machine: out of office, receipt (RFC 3834)."""
    automatic = (message.get("Auto-Submitted") or "no").split(";")[0].strip().lower() != "no"
    precedence = (message.get("Precedence") or "").strip().lower()
    return automatic or bool(message.get("X-Autoreply")) or precedence in ("auto_reply", "bulk", "junk")
