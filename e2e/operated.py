"""One server as an operator runs it: `fastness init` makes it, `fastness serve` runs it, its control socket is asked.

Guarantees: those of `server.Server`; the root credential and the shares are those that `init` printed; every client trusts
the server's own certificate authority and nothing else.
"""

import json
import ssl
import subprocess
import urllib.error
import urllib.request

from server import BINARY, Server, run_binary


class Operated(Server):
    """Made at once, not started. `seals` are what `init` is given; `given` is its standard input, a passphrase; `variables`
    are of the environment of the server and of its commands, and may be changed later. `made` is what `init` printed, where
    that has been run already."""

    def __init__(self, home, *flags, seals=("file:{home}/seal.key",), init=(), given=None, data=None, variables=None, made=None):
        super().__init__(home, *flags, seed=None)
        self.variables = dict(variables or {})
        self.data = self.home / "data" if data is None else data
        self.seals = [seal.format(home=self.home) for seal in seals]
        self.made = made
        if made is not None:
            return
        wanted = [word for seal in self.seals for word in ("--seal", seal)]
        done = self.run("init", "--data", self.data, *wanted, "--json", *init, given=given)
        assert done.returncode == 0, f"fastness init: {done.stderr}"
        self.made = json.loads(done.stdout)

    def command(self):
        return [BINARY, "serve", "--data", str(self.data), "--listen", f"127.0.0.1:{self.port}", *self.flags]

    def run(self, *arguments, given=None):
        """Runs one of the binary's commands as it stands, with text on its standard input; gives the finished process."""
        if given is None:
            return run_binary(*map(str, arguments), env=self.environment(), cwd=self.home)
        return subprocess.run(
            [BINARY, *map(str, arguments)], env=self.environment(), cwd=self.home, input=given, capture_output=True, text=True, timeout=60
        )

    def fastness(self, *arguments, check=True, given=None):
        """Runs one of the binary's other commands against this server, over its control socket."""
        done = self.run(*arguments, "--data", self.data, given=given)
        assert not check or done.returncode == 0, f"fastness {' '.join(arguments)}: {done.stderr}{done.stdout}"
        return done

    def environment(self, *given, **more):
        plain = super().environment(*given, **more)
        return plain if given or more else {**plain, **self.variables}

    def status(self):
        return json.loads(self.fastness("status", "--json", check=False).stdout)

    @property
    def endpoint(self):
        return self.tls_endpoint

    def ca(self):
        return self.made["ca_certificate"]

    def aws(self, *arguments, check=True, **credentials):
        return super().aws(*arguments, tls=True, check=check, **(self.credentials() | credentials))

    def client(self, service="kms", **options):
        return super().client(service, tls=True, **(self.credentials() | options))

    def credentials(self):
        return {"access_key": self.made["access_key_id"], "secret": self.made["secret_access_key"]}

    def http(self, method, path, body=b"", headers=None):
        """A plain request outside the AWS APIs: (status, body). Which certificate is shown does not matter."""
        request = urllib.request.Request(self.endpoint + path, data=body if method == "POST" else None, headers=headers or {}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30, context=ssl._create_unverified_context()) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read()

    def healthy(self):
        """Whether it answers: one that waits for its operator does, too."""
        try:
            status, body = self.http("GET", "/_fastness/health")
        except (OSError, urllib.error.URLError):
            return False
        return status == 200 or json.loads(body).get("sealed") is True
