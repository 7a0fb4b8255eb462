"""The example `mirror` of the crate `wire`: our side of the protocols, as a process that answers line by line."""

import base64
import json
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).parent.parent
BUILD = ["cargo", "build", "--locked", "--release", "--package", "fastness-wire", "--example", "mirror", "--message-format", "json"]


def build():
    """Builds it; gives the path of the executable."""
    done = subprocess.run(BUILD, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    artifacts = (json.loads(line) for line in done.stdout.splitlines())
    return next(artifact["executable"] for artifact in artifacts if artifact.get("executable"))


class Mirror:
    def __init__(self, executable):
        self.process = subprocess.Popen([executable], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, **asked):
        self.process.stdin.write(json.dumps(asked).encode() + b"\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        assert "problem" not in answer, f"{asked}: {answer}"
        return answer

    def read(self, request, signing_name):
        """What we read in a prepared request of botocore's."""
        body = request.body or b""
        return self.ask(
            do="read",
            method=request.method,
            uri=request.url,
            headers=[[name, value.decode("latin-1") if isinstance(value, bytes) else value] for name, value in request.headers.items()],
            body=base64.b64encode(body.encode() if isinstance(body, str) else body).decode(),
            signing_name=signing_name,
        )

    def close(self):
        self.process.stdin.close()
        assert self.process.wait(30) == 0
