"""Send what is approved, as the scheduled action does, in a process of its own that somebody may kill.

    python tests/bench/enviar.py CONFIG [--lot 100] [--wait 0]

Prints "lot" each time that the e-mails of a lot are written and nothing of it is committed, and waits so many seconds
there; "end" when nothing is left.
"""

import argparse
import time
from unittest.mock import patch

from odoo import api
from odoo.modules.registry import Registry
from odoo.tools import config


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("config")
    parser.add_argument("--lot", type=int, default=100)
    parser.add_argument("--wait", type=float, default=0.0)
    args = parser.parse_args()
    config.parse_config(["-c", args.config, "--log-level=critical"])
    with Registry(config["db_name"][0]).cursor() as cr:
        from odoo.addons.cartera_cobro.models import cartera_comunicacion, cartera_envio

        original = cartera_envio.Envio.anotar_envio

        def told(envio, mensajes):
            print("lot", flush=True)
            time.sleep(args.wait)
            return original(envio, mensajes)

        with (
            patch.object(cartera_envio.Envio, "anotar_envio", told),
            patch.object(cartera_envio, "LOTE", args.lot),
            patch.object(cartera_comunicacion, "LOTE", args.lot),
        ):
            api.Environment(cr, api.SUPERUSER_ID, {})["cartera.comunicacion"]._cron_enviar()
        cr.commit()
    print("end", flush=True)


if __name__ == "__main__":
    main()
