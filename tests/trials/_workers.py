"""A server of its own with a streaming replica, and a bounded load of its pages by the standard library."""

import contextlib
import http.client
import itertools
import json
import os
import random
import shutil
import socket
import statistics
import subprocess
import threading
import time
from pathlib import Path

CLIENTS = 8
# What starts Odoo: its processes start the one of web sockets by the same script, and nobody opens a socket here.
LAUNCHER = """
import sys, time
import odoo.cli
if sys.argv[1:2] == ["gevent"]:
    time.sleep(10**6)
odoo.cli.main()
"""


class Servidores:
    """A PostgreSQL with its streaming replica, in a folder that goes when the block ends; none of the shared one."""

    def __init__(self, dev, place):
        class Own(dev.Cluster):
            settings = {**dev.Cluster.settings, "wal_level": "replica", "max_wal_senders": "4", "hot_standby": "on",
                        "max_connections": "100", "shared_buffers": "512MB",
                        "max_standby_streaming_delay": "60s"}  # fmt: skip

        self.dev, self.place = dev, place
        self.primary, self.replica = (Own(dev.folder(place / name)) for name in ("primary", "replica"))

    def __enter__(self):
        self.primary.initialise()
        self.primary.launch()
        return self

    def __exit__(self, *_error):
        for cluster in (self.replica, self.primary):
            if cluster.data.exists():
                cluster.run("pg_ctl", "-D", cluster.data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.place, ignore_errors=True)

    def programa(self, *command, **options):
        places = {"PGHOST": str(self.primary.sockets), "PGUSER": "odoo", "PGPORT": "5432"}
        subprocess.run([str(part) for part in command], check=True, env={**os.environ, **places}, **options)

    def traer(self, database):
        """A copy of a database of the shared server."""
        programs, server = self.dev.postgres_programs(), self.dev.server()
        dump = [programs / "pg_dump", "-Fc", "-Z0", "-h", server["PGHOST"], "-p", server.get("PGPORT", "5432"),
                "-U", server.get("PGUSER", "odoo"), "-f", self.place / "dump", database]  # fmt: skip
        subprocess.run([str(part) for part in dump], check=True)
        self.programa(programs / "createdb", database)
        # Odoo makes the function immutable for its indexes, and a dump does not know.
        for statement in ("CREATE EXTENSION unaccent", "ALTER FUNCTION unaccent(text) IMMUTABLE"):
            self.consultar(self.primary, statement, database)
        self.programa(programs / "pg_restore", "-e", "-j", "2", "-d", database, self.place / "dump")
        (self.place / "dump").unlink()

    def replicar(self):
        """Make the replica and start it; it follows the primary from then on."""
        made = self.replica.run("pg_basebackup", "-h", self.primary.sockets, "-U", "odoo", "-D", self.replica.data,
                                "-R", "-X", "stream", "-c", "fast")  # fmt: skip
        if not made:
            raise self.dev.failure("The replica could not be made.", self.replica.place / "commands.log")
        self.replica.launch()

    def consultar(self, cluster, statement, database="postgres"):
        psycopg2 = self.dev.library("psycopg2")
        connection = psycopg2.connect(host=str(cluster.sockets), user="odoo", dbname=database)
        connection.autocommit = True
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def transacciones(self, cluster, database):
        """Transactions that ended on a server since it began; what sessions have not told yet comes a second later."""
        time.sleep(1.5)
        statement = f"SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = '{database}'"
        return self.consultar(cluster, statement)[0][0]


def puerto():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Odoo:
    """A running Odoo of a number of workers (0: threads of one process), with a replica or without."""

    def __init__(self, dev, servers, database, label, workers, crons, replica):
        self.port, self.log = puerto(), dev.folder(dev.LOGS) / f"trial-workers-{label}.log"
        places = [f"--db_host={servers.primary.sockets}", "--db_port=5432", "--db_user=odoo"]
        places += [f"--db_replica_host={servers.replica.sockets}", "--db_replica_port=5432"] if replica else []
        config = dev.write_config(database, http_port=self.port, gevent_port=puerto(), workers=workers,
                                  max_cron_threads=crons, proxy_mode=True, log_level="info")  # fmt: skip
        kept = {key: value for key, value in dev.environment().items() if not key.startswith("PG")}
        self.out = open(self.log, "w")  # noqa: SIM115 (open for as long as it runs)
        launcher = servers.place / "odoo-launcher"
        launcher.write_text(LAUNCHER)
        self.process = dev.start(
            dev.python(launcher, "-c", config, *places), env=kept, stdout=self.out, stderr=self.out
        )
        self.dev = dev

    def __enter__(self):
        for _second in range(120):
            with contextlib.suppress(OSError):
                if Cliente(self.port).pedir("GET", "/web/health")[0] == 200:
                    return self
            time.sleep(1)
        raise self.dev.failure("Odoo did not answer.", self.log)

    def __exit__(self, *_error):
        self.dev.end(self.process)
        self.out.close()

    def lineas(self, text):
        return [line for line in Path(self.log).read_text(errors="replace").splitlines() if text in line]


class Cliente:
    """Somebody with a browser before a proxy: a session, an address; a connection each request, as proxies do."""

    _addresses = itertools.count(1)

    def __init__(self, port):
        self.port, self.cookie, self.address = port, "", f"10.0.{next(self._addresses) % 250}.{random.randint(1, 250)}"

    def pedir(self, method, path, payload=None):
        """(status, body) of a request."""
        headers = {"Cookie": self.cookie, "X-Forwarded-For": self.address, "X-Forwarded-Host": "cartera.example",
                   "X-Forwarded-Proto": "https"}  # fmt: skip
        body = json.dumps({"jsonrpc": "2.0", "params": payload}) if payload is not None else None
        if body:
            headers["Content-Type"] = "application/json"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        with contextlib.closing(connection):
            connection.request(method, path, body, {**headers, "Connection": "close"})
            response = connection.getresponse()
            for name, value in response.getheaders():
                if name == "Set-Cookie" and value.startswith("session_id"):
                    self.cookie = value.partition(";")[0]
            return response.status, response.read()

    def entrar(self, database, login, password):
        answer = self.pedir("POST", "/web/session/authenticate", {"db": database, "login": login, "password": password})
        if b'"uid"' not in answer[1]:
            raise AssertionError(f"{login} could not log in: {answer[1][:300]}")

    def llamar(self, model, method, args, kwargs):
        path = f"/web/dataset/call_kw/{model}/{method}"
        return self.pedir("POST", path, {"model": model, "method": method, "args": args, "kwargs": kwargs})


def cargar(port, database, pages, users, requests):
    """({page: [seconds]}, seconds in all, [what failed]) of `requests` by CLIENTS at a time, each page in its turn.

    pages: {name: (client) → (status, body)}.
    """
    turns, times, failed = itertools.count(), {name: [] for name in pages}, []
    clients = [Cliente(port) for _one in range(CLIENTS)]
    for client, login in zip(clients, itertools.cycle(users), strict=False):
        client.entrar(database, login, login)
        for page in pages.values():
            page(client)  # each worker reads its registry and its views once

    def work(client):
        while (turn := next(turns)) < requests:
            name = list(pages)[turn % len(pages)]
            started = time.perf_counter()
            try:
                status, body = pages[name](client)
            except OSError as error:
                failed.append(f"{name}: {error}")
                return
            times[name].append(time.perf_counter() - started)
            if status != 200 or b'"error":' in body[:200]:
                failed.append(f"{name}: {status} {body[:200]!r}")

    threads = [threading.Thread(target=work, args=[client]) for client in clients]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times, time.perf_counter() - started, failed


def percentil(values, percent):
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1] if len(values) > 1 else values[0]
