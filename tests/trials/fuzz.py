"""Files, forms and rules with many times the random input of the tests.

./dev trial fuzz             fifty times as much
./dev trial fuzz 500         five hundred times
"""

import os


def main(dev, arguments):
    os.environ["CARTERA_FUZZ_TIMES"] = (arguments or ["50"])[0]
    tests = [str(path) for path in sorted(dev.TESTS.rglob("test_*fuzz*.py"))]
    return dev.command_test(["-q", *tests])
