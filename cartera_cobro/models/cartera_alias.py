"""Addresses of a company to which debtors write: an alias of Odoo's for each thing that mail becomes."""


def fijar_alias(company, alias, model, name):
    """The mail.alias (in sudo) that delivers what is written to `name` to `model`, of that company.

    alias: the one there is, or empty; name: what goes before the @, or nothing: then there is none any more.
    """
    name = (name or "").strip()
    if alias and name:
        alias.alias_name = name
        return alias
    alias.unlink()
    Alias = company.env["mail.alias"].sudo()
    if not name:
        return Alias
    return Alias.create(
        {
            "alias_name": name,
            "alias_domain_id": company.alias_domain_id.id,
            "alias_model_id": company.env["ir.model"]._get_id(model),
            "alias_defaults": repr({"company_id": company.id}),
            "alias_contact": "everyone",
        }
    )
