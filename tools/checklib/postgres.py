# SPDX-License-Identifier: AGPL-3.0-or-later
"""A PostgreSQL of our own for the tests: in a temporary folder, on a free loopback port, with a
password that exists for this run only, stopped by its own process id."""

import ctypes
import glob
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time

ROLE = "samsyn"
DATABASE = "samsyn_test"
SETTINGS = {
    "max_connections": "200",
    "timezone": "UTC",
    "log_min_messages": "warning",
}
# The data of tests live as long as the run: nothing there must survive a power cut.
QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
}
# For figures: every acknowledged write is on the disk. The rest is as PostgreSQL comes.
DURABLE = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
}


class PostgresError(Exception):
    pass


def find_bin():
    for folder in sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True):
        if os.access(os.path.join(folder, "initdb"), os.X_OK):
            return folder
    found = shutil.which("initdb")
    if found:
        return os.path.dirname(found)
    raise PostgresError("PostgreSQL is not installed: run tools/deps.sh test")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def die_with_parent():
    """PR_SET_PDEATHSIG: when the runner is killed, the server shuts down by itself."""
    ctypes.CDLL(None).prctl(1, signal.SIGINT)


class Postgres:
    """with Postgres() as pg: pg.url is an address with a role that is no superuser. durable: it
    waits for the disk, as in real use; its files then lie in TMPDIR or /var/tmp, on a disk."""

    def __init__(self, durable=False):
        self.bin = find_bin()
        self.durable = durable
        self.settings = {**SETTINGS, **(DURABLE if durable else QUICK)}
        self.dir = self.process = self.url = self.admin_url = None
        self.run_as = {}
        if os.geteuid() == 0:
            self.run_as = self._other_user()

    @staticmethod
    def _other_user():
        """initdb refuses root: PostgreSQL's own account, else nobody."""
        for name in ("postgres", "nobody"):
            try:
                entry = pwd.getpwnam(name)
                return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
            except KeyError:
                continue
        raise PostgresError("neither the account postgres nor nobody exists")

    def __enter__(self):
        try:
            self._init()
            self._start()
            self._prepare()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def _init(self):
        place = os.environ.get("TMPDIR", "/var/tmp") if self.durable else None
        self.dir = tempfile.mkdtemp(prefix="samsyn-pg-", dir=place)
        if self.durable:
            self._check_disk()
        self.data = os.path.join(self.dir, "data")
        self.log = os.path.join(self.dir, "server.log")
        if self.run_as:
            os.chown(self.dir, self.run_as["user"], self.run_as["group"])
        self._run([f"{self.bin}/initdb", "-D", self.data, "-U", "postgres", "-E", "UTF8",
                   "--locale=C.UTF-8", "--auth-local=trust", "--auth-host=scram-sha-256",
                   "--no-sync"])

    def _check_disk(self):
        kind = subprocess.run(["stat", "-f", "-c", "%T", self.dir], stdout=subprocess.PIPE,
                              text=True, check=True).stdout.strip()
        if kind in ("tmpfs", "ramfs"):
            raise PostgresError(f"{self.dir} is memory, not a disk: set TMPDIR")

    def _start(self):
        for _ in range(5):
            self.port = free_port()
            command = [f"{self.bin}/postgres", "-D", self.data, "-p", str(self.port),
                       "-c", "listen_addresses=127.0.0.1", "-c",
                       f"unix_socket_directories={self.dir}"]
            for key, value in self.settings.items():
                command += ["-c", f"{key}={value}"]
            with open(self.log, "ab") as log:
                self.process = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.dir,
                    preexec_fn=die_with_parent, **self.run_as)
            if self._wait_ready():
                return
            self._end_process()
        with open(self.log, encoding="utf-8", errors="replace") as log:
            raise PostgresError("PostgreSQL did not start:\n" + log.read()[-2000:])

    def _wait_ready(self):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            ready = subprocess.run([f"{self.bin}/pg_isready", "-q", "-h", self.dir,
                                    "-p", str(self.port)], check=False)
            if ready.returncode == 0:
                return True
            time.sleep(0.1)
        return False

    def _prepare(self):
        password = secrets.token_hex(16)
        self._sql("postgres", f"CREATE ROLE {ROLE} LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS "
                              f"PASSWORD '{password}'")
        self._sql("template1", "CREATE EXTENSION IF NOT EXISTS postgis")
        self._sql("postgres", f"CREATE DATABASE {DATABASE} OWNER {ROLE}")
        self.url = f"postgresql://{ROLE}:{password}@127.0.0.1:{self.port}/{DATABASE}"

    def _sql(self, database, sql):
        self._run([f"{self.bin}/psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", self.dir,
                   "-p", str(self.port), "-U", "postgres", "-d", database, "-c", sql])

    def _run(self, command):
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, cwd=self.dir, text=True, check=False,
                              **self.run_as)
        if done.returncode != 0:
            raise PostgresError(f"{os.path.basename(command[0])}: {done.stdout.strip()}")

    def _end_process(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait()
        self.process = None

    def stop(self):
        self._end_process()
        if self.dir:
            shutil.rmtree(self.dir, ignore_errors=True)
            self.dir = None
