"""What Odoo does not know to be the add-on's, taken away when it is uninstalled."""

# Models of others whose records name one of ours in that field; sequences are made at the first use.
NAMING = (("ir.sequence", "code"), ("ir.filters", "model_id"), ("ir.exports", "resource"))


def uninstall_hook(env):
    """Called before Odoo deletes the add-on's records, fields and tables."""
    for model, field in NAMING:
        env[model].with_context(active_test=False).search([(field, "=like", "cartera.%")]).unlink()
    env.flush_all()
    # Functions that `init` of two models makes.
    env.cr.execute("DROP FUNCTION IF EXISTS cartera_abrir, cartera_totalizar")
    # What is to be done of ours, and by our types anywhere: the types are deleted once nothing refers to them.
    env.cr.execute(
        "DELETE FROM mail_activity WHERE res_model LIKE 'cartera.%' OR activity_type_id IN "
        "(SELECT res_id FROM ir_model_data WHERE module = 'cartera_cobro' AND model = 'mail.activity.type')"
    )
    # Tiers are deleted once nothing was signed under them.
    env.cr.execute("DELETE FROM tier_review WHERE model LIKE 'cartera.%'")
    env.cr.execute("DELETE FROM comment_wizard WHERE res_model LIKE 'cartera.%'")
    env.cr.execute("UPDATE cartera_firma SET nivel_id = NULL")
    # Records of our own models go with their tables: one by one, those in use would be refused first.
    env.cr.execute("DELETE FROM ir_model_data WHERE module = 'cartera_cobro' AND model LIKE 'cartera.%'")
    # Names that other modules have given to what our models inherit of theirs, and keys that go with their columns.
    env.cr.execute(
        "DELETE FROM ir_model_data WHERE module != 'cartera_cobro' AND model LIKE 'ir.model.%' "
        "AND name ~ '^(field|selection_|model_inherit_)_cartera_'"
    )
    env.cr.execute(
        "DELETE FROM ir_model_constraint WHERE type = 'f' "
        "AND module = (SELECT id FROM ir_module_module WHERE name = 'cartera_cobro')"
    )
    env.invalidate_all()
