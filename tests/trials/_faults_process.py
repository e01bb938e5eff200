"""Real processes that run a scheduled action as the scheduler does, and what happens to them at a commit.

The parent has loaded the registry once and holds no connection; each process is a fork of it, so it begins at once.
"""

import os
import resource
import signal
import subprocess
import sys
from contextlib import closing, suppress
from datetime import datetime

from odoo import sql_db
from odoo.addons.base.models.ir_cron import IrCron
from odoo.modules.registry import Registry

PATIENCE = 300  # seconds that a process may take
MOST_TURNS = 15  # the scheduler comes back so often at most


def fork(task, log):
    """The pid of a process that does `task` with its words in the file `log`."""
    sql_db.close_all()
    sys.stdout.flush()
    if pid := os.fork():
        return pid
    code = 1
    with suppress(BaseException):
        signal.alarm(PATIENCE)
        out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(out, 1)
        os.dup2(out, 2)
        code = _outcome(task)
    os._exit(code)


def _outcome(task):
    try:
        return task() or 0
    except BaseException:
        import traceback

        traceback.print_exc()
        sys.stderr.flush()
        return 1


def wait(pid):
    """How a process ended: its exit code, or minus the signal that killed it."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


class Commits:
    """Counts the commits of this process; at the one of number `at`, `then()` happens before or after it."""

    def __init__(self, at=None, side="before", then=None):
        self.count, self.at, self.side, self.then = 0, at, side, then

    def __enter__(self):
        self.original = original = sql_db.Cursor.commit

        def commit(cursor):
            self.count += 1
            mine = self.count == self.at
            if mine and self.side == "before":
                self.then()
            answer = original(cursor)
            if mine and self.side == "after":
                self.then()
            return answer

        sql_db.Cursor.commit = commit
        return self

    def __exit__(self, *_error):
        sql_db.Cursor.commit = self.original


def kill_me():
    os.kill(os.getpid(), signal.SIGKILL)


def restart_postgres():
    """PostgreSQL of the trial stops without writing anything more, and starts again."""
    command = [*os.environ["TRIAL_PG_CTL"].split("\n"), "-m", "immediate", "-w", "restart"]
    user = os.environ.get("TRIAL_PG_USER")
    identity = {"user": int(user), "group": int(user), "extra_groups": []} if user else {}
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, cwd="/", check=False,
                          start_new_session=True, **identity)  # fmt: skip
    if done.returncode:
        raise SystemExit("PostgreSQL did not start again.")


def small_files(size):
    """From now on no file of this process grows beyond `size` bytes."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


# --- what a process does ---------------------------------------------------------------------------------------------


def job_of(database, name):
    """(id of the scheduled action, whether it is to run now)."""
    # Closed without a commit: those that count are the action's.
    with closing(sql_db.db_connect(database).cursor()) as cr:
        cr.execute("SELECT res_id FROM ir_model_data WHERE module = %s AND name = %s", name.split("."))
        [job] = cr.fetchone()
        cr.execute("SELECT 1 FROM ir_cron WHERE id = %s AND " + READY, [job, datetime.utcnow(), datetime.utcnow()])
        return job, bool(cr.fetchone())


READY = """active AND (nextcall <= %s OR id IN (SELECT cron_id FROM ir_cron_trigger WHERE call_at <= %s))"""


def turn(database, name):
    """One turn of a worker of the scheduler that finds the action ready."""
    job, ready = job_of(database, name)
    if ready:
        with sql_db.db_connect(database).cursor() as cr:
            IrCron._process_jobs_loop(cr, job_ids=[job])
    return ready


def to_the_end(database, name):
    """Turns until the action is not ready any more."""
    for _turn in range(MOST_TURNS):
        if not turn(database, name):
            return 0
    return 3


def without_lock(database, name):
    """The action, as if the scheduler had given it to this process and to another one."""
    job, _ready = job_of(database, name)
    with closing(sql_db.db_connect(database).cursor()) as cr:
        cr.execute("SELECT *, 0 AS done, 0 AS remaining, 0 AS timed_out_counter FROM ir_cron WHERE id = %s", [job])
        row = cr.dictfetchone()
    Registry(database)[IrCron._name]._run_job(row)
    return 0
