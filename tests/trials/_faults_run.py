"""Each scheduled action under each fault, in Odoo's Python; `faults.py` starts it with a server of its own.

For every action the work of an undisturbed run is kept; then it is run again from the same beginning under a fault,
and to its end after it, and both works are compared row by row. Lost: rows that an undisturbed run leaves and this one
did not; doubled: rows too many. Prints the table, and answers 1 where a figure is not 0.
"""

import argparse
import os
import sys
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path

import psycopg2
from odoo import sql_db
from odoo.modules.module import initialize_sys_path
from odoo.modules.registry import Registry
from odoo.tools import config

# The configuration says where the add-ons are that the others import.
config.parse_config(["-c", sys.argv[1], "--log-level=warn"])
initialize_sys_path()
sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.trials import _faults_process as process  # noqa: E402
from tests.trials import _faults_seed as seed  # noqa: E402
from tests.trials._faults_actions import ACTIONS  # noqa: E402
from tests.trials._faults_state import Tables, differences  # noqa: E402

WORK = "faults_work"
PROCESS_LOG = "processes.log"


def clock():
    """Real seconds: those of `time` stand still."""
    return time.clock_gettime(time.CLOCK_MONOTONIC)


class Trial:
    def __init__(self, options):
        self.options, self.log = options, str(Path(options.logs) / PROCESS_LOG)
        self.failed, self.shown = [], 0

    # --- databases ------------------------------------------------------------------------------------------------

    @staticmethod
    def sql(statement, database="postgres"):
        _name, info = sql_db.connection_info_for(database)
        with closing(psycopg2.connect(**info)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []

    def of(self, database):
        """What asks that database."""
        _name, info = sql_db.connection_info_for(database)
        connection = psycopg2.connect(**info)

        def run(statement):
            with connection, connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall()

        run.close = connection.close
        return run

    def restore(self, source):
        sql_db.close_all()
        self.sql(f'DROP DATABASE IF EXISTS "{WORK}" WITH (FORCE)')
        self.sql(f'CREATE DATABASE "{WORK}" TEMPLATE "{source}" STRATEGY FILE_COPY')

    def alone(self):
        """Wait until the server has noticed that a killed process is gone."""
        while self.sql(f"SELECT 1 FROM pg_stat_activity WHERE datname = '{WORK}'"):
            time.sleep(0.02)

    # --- what is done and what it left ----------------------------------------------------------------------------

    def run(self, *tasks):
        """How processes ended that did `tasks` at the same time."""
        started = [process.fork(task, self.log) for task in tasks]
        return [process.wait(pid) for pid in started]

    def left(self, tables, before=None):
        """What the database says now; of tables that nobody wrote on since it was restored, what it said `before`."""
        run = self.of(WORK)
        try:
            return tables.read(run, before)
        finally:
            run.close()

    def finish(self, action):
        [code] = self.run(lambda: process.to_the_end(WORK, action.name))
        return code

    def undisturbed(self, action, tables, before):
        """(rows that it leaves, its commits)."""
        self.restore(action.source)
        heard, told = os.pipe()

        def task():
            with process.Commits() as commits:
                code = process.to_the_end(WORK, action.name)
            os.write(told, str(commits.count).encode())
            return code

        [code] = self.run(task)
        os.close(told)
        with os.fdopen(heard) as said:
            commits = int(said.read() or 0)
        return (self.left(tables, before), commits) if code == 0 else (None, commits)

    def compare(self, action, fault, tables, expected, left):
        """(lost, doubled) rows of what a run left."""
        found = differences(expected, left)
        for table, (lost, doubled) in sorted(found.items()):
            self.shown += 1
            if self.shown <= self.options.show:
                self.explain(action, fault, tables, table, lost, doubled)
        pairs = found.values()
        return sum(lost.total() for lost, _d in pairs), sum(doubled.total() for _l, doubled in pairs)

    def explain(self, action, fault, tables, table, lost, doubled):
        print(f"    {action.name} {fault}: {table} -{lost.total()} +{doubled.total()}")
        run = self.of(WORK)
        for row in tables.show(run, table, list(doubled)[:3]) if doubled else ():
            print(f"        too many: {row[:1500]}")
        run.close()

    # --- the faults -------------------------------------------------------------------------------------------------

    def points(self, commits):
        """The commits (from 1) at which there is a fault: all, or so many of them evenly spread."""
        most = self.options.points
        if commits <= most:
            return range(1, commits + 1)
        return sorted({1 + round(n * (commits - 1) / (most - 1)) for n in range(most)})

    def faults(self, action, commits):
        """[(column, what is done on a fresh database)]: each fault of an action."""
        both = [lambda: process.to_the_end(WORK, action.name)] * 2
        free = [lambda: process.without_lock(WORK, action.name)] * 2
        yield "two workers", lambda: self.run(*both)
        yield "no scheduler", lambda: self.run(*free)
        for number in self.points(commits):
            for side in ("before", "after"):
                yield "killed", lambda number=number, side=side: self.interrupted(action, number, side, process.kill_me)
        middle = max(1, commits // 2 + 1)
        if action.files:
            yield "full disk", lambda: self.without_space(action)
        yield "PostgreSQL", lambda: self.interrupted(action, middle, "before", process.restart_postgres)

    def without_space(self, action):
        """A turn in which no file grows beyond 2 kB; then what says that it failed is asked for again, the next day."""

        def task():
            process.small_files(2048)
            return process.turn(WORK, action.name)

        self.run(task)
        self.run(lambda: seed.in_database(seed.once_more))

    def interrupted(self, action, number, side, then):
        def task():
            with process.Commits(number, side, then):
                return process.to_the_end(WORK, action.name)

        self.run(task)
        self.alone()

    def try_action(self, action):
        """Run an action under every fault; {column: [times, lost, doubled]}."""
        seed.small_lots(action)
        run = self.of(action.source)
        tables = Tables(run)
        before = tables.read(run)
        run.close()
        expected, commits = self.undisturbed(action, tables, before)
        if expected is None:
            return self.no(action, "the undisturbed run failed")
        work = sum(lost.total() + more.total() for lost, more in differences(before, expected).values())
        if not work:
            return self.no(action, "it had nothing to do")
        row = {"commits": commits, "rows": work}
        faults = [("same again", lambda: self.finish(action)), *self.faults(action, commits)]
        for column, fault in faults:
            if self.options.fault and column not in ("same again", *self.options.fault):
                continue
            self.restore(action.source)
            fault()
            ended = self.finish(action)
            left = self.left(tables, before if column != "PostgreSQL" else None)
            lost, doubled = self.compare(action, column, tables, expected, left)
            times, so_far, too_many = row.get(column, (0, 0, 0))
            row[column] = (times + 1, so_far + lost, too_many + doubled)
            if ended or lost or doubled:
                self.failed.append(f"{action.name}, {column}" + " (did not end)" * bool(ended))
        return row

    def no(self, action, why):
        self.failed.append(f"{action.name}: {why}")
        return {}


COLUMNS = ("same again", "two workers", "no scheduler", "killed", "full disk", "PostgreSQL")


def line(action, row, seconds):
    cells = [f"{times}× {lost}/{doubled}" for times, lost, doubled in (row.get(c, (0, 0, 0)) for c in COLUMNS)]
    first = f"{action.name.partition('.')[2][8:]:<20}{row.get('commits', 0):>8}{row.get('rows', 0):>7}"
    return first + "".join(f"{cell:>14}" for cell in cells) + f"{seconds:>7.0f} s"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("config")
    parser.add_argument("source")
    parser.add_argument("--logs", required=True)
    parser.add_argument("--action", nargs="*", default=[])
    parser.add_argument("--fault", nargs="*", default=[])
    parser.add_argument("--points", type=int, default=12)
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--again", action="store_true", help="begin with the databases of the last run")
    options = parser.parse_args()
    day = seed.working_instant(datetime.now())
    with seed.stopped_clock(day):
        trial = Trial(options)
        if not options.again:
            seed.build(trial, options.source, day)
        trial.restore(seed.MORNING)
        Registry(WORK)
        print(f"Clock: {day} UTC. Cells: times tried, rows lost/doubled.")
        print(f"{'action':<20}{'commits':>8}{'rows':>7}" + "".join(f"{c:>14}" for c in COLUMNS), flush=True)
        for action in ACTIONS:
            if not options.action or action.name.partition(".")[2] in options.action:
                began = clock()
                row = trial.try_action(action)
                print(line(action, row, clock() - began), flush=True)
    for sentence in dict.fromkeys(trial.failed):
        print(f"NOT AS IT SHOULD: {sentence}")
    return 1 if trial.failed else 0


if __name__ == "__main__":
    sys.exit(main())
