"""A thousand operations of people in a random order: after each, open items equal the ledger and dossiers their items.

    ./dev trial azar [--seed N] [--operations N]

The seed is said, so that what it finds can be found again.
"""

import argparse
import random


def main(dev, arguments):
    parser = argparse.ArgumentParser(prog="./dev trial azar")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--operations", type=int, default=1000)
    given = parser.parse_args(arguments)
    dev.say(f"{given.operations} operations, seed {given.seed}")
    variables = {"CARTERA_AZAR_SEEDS": str(given.seed), "CARTERA_AZAR_OPERATIONS": str(given.operations)}
    with dev.test_database() as database, dev.Step("Operating"):
        options = [*dev.on_database(database), "-q", "-s", dev.TESTS / "models" / "test_azar.py"]
        return dev.wait(dev.start_pytest(options, True, dev.environment() | variables))
