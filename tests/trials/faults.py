"""Every scheduled action with two workers, killed at each commit, over a PostgreSQL that restarts; files; mail.

    ./dev trial faults                          everything (about a quarter of an hour)
    ./dev trial faults --action enviar cortes   some actions (the ends of their names)
    ./dev trial faults --fault killed mail      some faults
    ./dev trial faults --show 20                with rows that differ

It makes a database server of its own, for it restarts it. On it stands a copy of the database of ./dev run.
"""

import shutil
import tempfile
from pathlib import Path

SOURCE = "faults_source"
# A dump does not say that Odoo has declared the function so, and indexes stand on it.
UNACCENT = "CREATE EXTENSION unaccent; ALTER FUNCTION unaccent(text) IMMUTABLE"


def main(dev, arguments):
    demo = demo_database(dev)
    # In memory where there is room: the trial makes some hundred copies of the database.
    memory = Path("/dev/shm")
    roomy = memory.exists() and shutil.disk_usage(memory).free > 4e9
    place = Path(tempfile.mkdtemp(prefix="cartera-trial-", dir=memory if roomy else dev.cache()))
    place.chmod(0o755)
    try:
        return with_server(dev, arguments, demo, place)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def demo_database(dev):
    """The database of ./dev run, as the add-on is now."""
    with dev.own_lock("run", "./dev run is running in this clone: stop it first"):
        if not dev.exists(dev.RUN):
            dev.build_run(dev.RUN)
            dev.write_state("run", dev.addon_state())
    return dev.RUN


def with_server(dev, arguments, demo, place):
    cluster = server(dev, place)
    cluster.initialise()
    cluster.launch()
    try:
        shared = dev.environment()
        own = {**shared, "PGHOST": str(cluster.sockets), "PGPORT": "5432", "PGUSER": "odoo"}
        with dev.Step("Copying the demo portfolio"):
            carry(dev, demo, shared, own, place)
        config = dev.write_config(
            SOURCE, db_host=own["PGHOST"], db_port="5432", db_user="odoo", data_dir=place / "files", list_db=True
        )
        shutil.copytree(dev.filestore(demo), place / "files/filestore/faults_work")
        if dev.read_state("run") != dev.addon_state():
            update = dev.odoo(config, "-u", "cartera_cobro", "--stop-after-init", "--no-http")
            dev.follow(update, dev.LOGS / "faults-update.log", env=own)
        own |= {
            "TRIAL_PG_CTL": "\n".join(map(str, (dev.postgres_programs() / "pg_ctl", "-D", cluster.data))),
            "TRIAL_PG_USER": str(cluster.identity.get("user", "")),
        }
        log = dev.folder(dev.LOGS) / "processes.log"
        log.write_text("")
        run = dev.python(dev.TESTS / "trials/_faults_run.py", config, SOURCE, "--logs", dev.LOGS, *arguments)
        return dev.call(run, cwd=dev.ROOT, env=own)
    finally:
        cluster.run("pg_ctl", "-D", cluster.data, "-m", "immediate", "-w", "stop")


def server(dev, place):
    """A cluster that keeps what it has committed when it is stopped at once, as one of a real house does."""

    class Own(dev.Cluster):
        settings = {
            **dev.Cluster.settings,
            "synchronous_commit": "on",
            "shared_buffers": "256MB",
            "max_wal_size": "1GB",
        }

    return Own(dev.folder(place, "pg"))


def carry(dev, demo, shared, own, place):
    """Copy the database from the shared server to this one."""
    programs, dump = dev.postgres_programs(), place / "demo.dump"
    steps = (
        ([programs / "pg_dump", "-Fc", "-Z1", "-f", dump, demo], shared),
        ([programs / "createdb", "-T", "template0", SOURCE], own),
        ([programs / "psql", "-d", SOURCE, "-c", UNACCENT], own),
        ([programs / "pg_restore", "--no-owner", "-j2", "-d", SOURCE, dump], own),
        ([programs / "vacuumdb", "--analyze-only", "-q", SOURCE], own),
    )
    for command, variables in steps:
        if dev.follow(command, dev.LOGS / "faults-copy.log", env=variables):
            raise dev.failure("The demo portfolio could not be copied.", dev.LOGS / "faults-copy.log")
