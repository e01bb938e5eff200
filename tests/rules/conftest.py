"""Puts the add-on's folder on the path, so that `import rules` needs neither Odoo nor a database."""

import sys
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis.configuration import set_hypothesis_home_dir

ADDON = str(Path(__file__).resolve().parents[2] / "cartera_cobro")
if ADDON not in sys.path:
    sys.path.insert(0, ADDON)

# The same examples on every machine, and no folder of findings left in the checkout.
set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "hypothesis-cartera-cobro")
settings.register_profile("rules", deadline=None, derandomize=True, database=None)
settings.load_profile("rules")
