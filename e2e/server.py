"""One running `fastness dev`, as a user would start it: a process with flags, a home of its own, a port and a log.

Guarantees: the process listens on a free loopback port and answers its health check before `start` returns; `stop` asks
it to end with SIGTERM and insists on exit status 0; nothing outside the given home and data directory is touched.
"""

import json
import os
import pathlib
import random
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import boto3
import botocore.config

BINARY = os.environ.get("FASTNESS_BIN", str(pathlib.Path(__file__).parent.parent / "target/release/fastness"))
AWS = pathlib.Path(sys.executable).with_name("aws")
START_SECONDS = 30
STOP_SECONDS = 20
REGION = "us-east-1"

# What most tests run against: a root user with the key that users of other emulators know, and a second account.
SEED = """
[[accounts]]
id = "000000000000"
root_access_keys = [{ id = "test", secret = "test" }]

[[accounts]]
id = "111122223333"
root_access_keys = [{ id = "AKIAOTHERACCOUNT", secret = "other-secret" }]
"""


# Where servers listen: below the ports that the kernel gives to clients, so that none is taken between look and use.
PORTS = range(12000, 32000)


def free_port():
    """A port that nothing listens on. Each of the processes that run tests side by side has a share of its own."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    share = PORTS[int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) :: workers]
    while True:
        port = random.choice(share)
        with socket.socket() as probe:
            # As servers do it: one that has just ended leaves its port behind for a while.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def exports(text):
    """What the `export NAME=value` lines of a text would set in a shell."""
    lines = re.findall(r"^export (.*)$", text, re.MULTILINE)
    return dict(word.split("=", 1) for line in lines for word in shlex.split(line))


class Refused(Exception):
    """The server ended instead of serving; carries what it said."""

    def __init__(self, status, output):
        super().__init__(f"fastness ended with {status}:\n{output}")
        self.status, self.output = status, output


class Server:
    def __init__(self, home, *flags, data=None, seed=SEED):
        self.home = pathlib.Path(home)
        self.home.mkdir(parents=True, exist_ok=True)
        self.flags = list(flags)
        if data is not None:
            self.flags += ["--data", str(data)]
        if seed is not None:
            path = self.home / "seed.toml"
            path.write_text(seed)
            self.flags += ["--seed", str(path)]
        self.process = None

    # Life

    def start(self):
        self.port = free_port()
        self.log_path = self.home / f"server-{self.port}.log"
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=self.environment(), cwd=self.home
            )
        deadline = time.monotonic() + START_SECONDS
        while not self.healthy():
            if self.process.poll() is not None:
                status, self.process = self.process.returncode, None
                raise Refused(status, self.log())
            if time.monotonic() > deadline:
                self.kill()
                raise AssertionError(f"no answer within {START_SECONDS} s:\n{self.log()}")
            time.sleep(0.005)
        return self

    def command(self):
        return [BINARY, "dev", "--listen", f"127.0.0.1:{self.port}", *self.flags]

    def stop(self):
        """SIGTERM; the server must finish what is under way and exit 0."""
        process, self.process = self.process, None
        process.send_signal(signal.SIGTERM)
        try:
            status = process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"still running {STOP_SECONDS} s after SIGTERM:\n{self.log()}") from None
        assert status == 0, f"exit status {status} after SIGTERM:\n{self.log()}"

    def kill(self):
        """`kill -9`: nothing is flushed, nobody is told."""
        process, self.process = self.process, None
        process.kill()
        process.wait()

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, *_):
        if self.process is None:
            return
        if kind is None:
            self.stop()
        else:
            self.kill()

    # What it says

    def log(self):
        return self.log_path.read_text(errors="replace")

    def printed(self):
        """The `export NAME=value` lines, as a shell would read them."""
        return exports(self.log())

    def ca(self):
        """The certificate authority's file that the server printed."""
        found = re.search(r"(/\S+\.(?:pem|crt))", self.log())
        assert found, f"no CA file printed:\n{self.log()}"
        return found.group(1).strip("'\"")

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def tls_endpoint(self):
        return f"https://localhost:{self.port}"

    # Ways to call it

    def environment(self, access_key="test", secret="test", endpoint=None):
        """A clean environment: an empty home, no configuration of the person who runs the tests."""
        environment = {
            "PATH": f"{pathlib.Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "AWS_ACCESS_KEY_ID": access_key,
            "AWS_SECRET_ACCESS_KEY": secret,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_PAGER": "",
        }
        if endpoint is not None:
            environment["AWS_ENDPOINT_URL"] = endpoint
        return environment

    def aws(self, *arguments, tls=False, check=True, **credentials):
        """Runs the stock AWS CLI; gives its JSON answer, or the finished process when `check` is off."""
        environment = self.environment(endpoint=self.tls_endpoint if tls else self.endpoint, **credentials)
        if tls:
            environment["AWS_CA_BUNDLE"] = self.ca()
        done = subprocess.run([str(AWS), *arguments], env=environment, cwd=self.home, capture_output=True, text=True, timeout=120)
        if not check:
            return done
        assert done.returncode == 0, f"aws {' '.join(arguments)}:\n{done.stderr}\n{self.log()[-3000:]}"
        return json.loads(done.stdout) if done.stdout.strip() else None

    def client(self, service="kms", *, tls=False, access_key="test", secret="test", token=None, region=REGION, retries=1, session=None):
        """A client of boto3; many of them are made faster from one session, which keeps the models that it has read."""
        return (session or boto3.session.Session()).client(
            service,
            region_name=region,
            endpoint_url=self.tls_endpoint if tls else self.endpoint,
            verify=self.ca() if tls else None,
            aws_access_key_id=access_key,
            aws_secret_access_key=secret,
            aws_session_token=token,
            config=botocore.config.Config(
                retries={"total_max_attempts": retries, "mode": "standard"}, connect_timeout=10, read_timeout=60, max_pool_connections=32
            ),
        )

    def fastness(self, *arguments, check=True):
        """Runs one of the binary's other commands against this server."""
        done = run_binary(*arguments, "--endpoint", self.endpoint, env=self.environment(), cwd=self.home)
        assert not check or done.returncode == 0, f"fastness {' '.join(arguments)}: {done.stderr}{done.stdout}"
        return done

    def http(self, method, path, body=b"", headers=None):
        """A plain request outside the AWS APIs: (status, body)."""
        request = urllib.request.Request(self.endpoint + path, data=body if method == "POST" else None, headers=headers or {}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read()

    def healthy(self):
        try:
            return self.http("GET", "/_fastness/health")[0] == 200
        except (OSError, urllib.error.URLError):
            return False


def run_binary(*arguments, timeout=60, **options):
    return subprocess.run([BINARY, *arguments], capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL, **options)
