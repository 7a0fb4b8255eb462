"""A PostgreSQL of the tests' own: Debian's binaries, a directory under the temporary one, a loopback port.

PostgreSQL refuses to run as root, so root lends it the `postgres` user that its package makes.
"""

import os
import pathlib
import shutil
import subprocess
import tempfile

import pytest

from server import free_port


def binaries():
    """The newest installed version's directory, or None."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return pathlib.Path(on_path).parent if on_path else None


class Database:
    def __enter__(self):
        self.bin = binaries()
        if self.bin is None:
            pytest.skip("PostgreSQL is not installed; `cargo xtask test` installs it when run as root")
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="fastness-pg-"))
        if os.geteuid() == 0:
            shutil.chown(self.directory, "postgres", "postgres")
        self.port = free_port()
        data = str(self.directory / "data")
        self.run("initdb", "--pgdata", data, "--auth", "trust", "--username", "fastness", "--encoding", "UTF8", "--no-sync")
        self.start()
        return self

    def start(self):
        data = str(self.directory / "data")
        options = f"-c listen_addresses=127.0.0.1 -c port={self.port} -c unix_socket_directories= -c fsync=off"
        self.run("pg_ctl", "--pgdata", data, "--wait", "--log", str(self.directory / "log"), "--options", options, "start")

    def stop(self):
        self.run("pg_ctl", "--pgdata", str(self.directory / "data"), "--wait", "--mode", "immediate", "stop")

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.directory)

    def create(self, name):
        """Makes a database and gives its address."""
        self.run("createdb", *self.connection(), name)
        return f"postgres://fastness@127.0.0.1:{self.port}/{name}"

    def dump(self, name):
        """Everything in a database, as text."""
        return self.run("pg_dump", *self.connection(), name)

    def connection(self):
        return ["--host", "127.0.0.1", "--port", str(self.port), "--username", "fastness"]

    def run(self, program, *arguments):
        command = [str(self.bin / program), *arguments]
        if os.geteuid() == 0:
            command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]
        # Output goes to a file: a server that pg_ctl leaves running would keep a pipe open.
        with tempfile.TemporaryFile("w+b") as output:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd=self.directory, env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
            )
            output.seek(0)
            text = output.read()
        assert done.returncode == 0, f"{program}: {text.decode(errors='replace')}"
        return text
