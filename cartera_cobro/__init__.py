from . import controllers
from . import models
from . import reports
from . import wizards


def uninstall_hook(env):
    """Take away the functions of the database that `init` of two models put there."""
    env.cr.execute("DROP FUNCTION IF EXISTS cartera_abrir, cartera_totalizar")
