"""Implementations of the AWS Encryption SDK, each a process that does what lines of JSON ask: see `esdk/README.md`.

Guarantees: one process for each, started when it is first asked, ended with the tests; it has an environment of its own.
"""

import base64
import json
import os
import pathlib
import subprocess
import threading

ROOT = pathlib.Path(__file__).parent.parent
TOOLS = ROOT / ".tools"
DRIVERS = ROOT / "e2e" / "esdk"
# As the tests of the workspace build it, so that nothing is built twice.
BUILD = ["cargo", "build", "--locked", "--workspace", "--example", "driver", "--message-format", "json"]

COMMANDS = {
    "python": [f"{TOOLS}/esdk-python/bin/python", f"{DRIVERS}/driver.py"],
    "javascript": ["node", f"{DRIVERS}/driver.js", f"{TOOLS}/esdk-javascript"],
    "java": ["java", "-XX:TieredStopAtLevel=1", "-cp", f"{TOOLS}/esdk-java/*", f"{DRIVERS}/Driver.java"],
    "go": [f"{TOOLS}/esdk-go/driver"],
}
# Go's takes minutes to build, so that it is there only if it was asked for.
AWS = [name for name in COMMANDS if name != "go" or (TOOLS / "esdk-go/pins.txt").exists()]
ALL = ["fastness", *AWS]
CLI = TOOLS / "esdk-cli/bin/aws-encryption-cli"

# What a client does not have, by the kinds of keyrings and the words of the requests.
LACKS = {"javascript": {"raw-ecdh", "kms-ecdh", "kms-rsa", "required"}}

ANSWER_SECONDS = 60

COMMITTING = ["0578", "0478"]
SUITES = [*COMMITTING, "0378", "0346", "0214", "0178", "0146", "0114", "0078", "0046", "0014"]
FORBID, ALLOW, REQUIRE = "forbid-encrypt-allow-decrypt", "require-encrypt-allow-decrypt", "require-encrypt-require-decrypt"


def installed(name):
    """Whether the tests' set-up could get it."""
    return name == "fastness" or (TOOLS / f"esdk-{name}" / "pins.txt").exists()


def having(*features):
    """Those that have all of these."""
    return [name for name in ALL if not LACKS.get(name, set()) & set(features)]


def build():
    """Builds the driver of our library; gives the path of the executable."""
    if "FASTNESS_ESDK_DRIVER" in os.environ:
        return os.environ["FASTNESS_ESDK_DRIVER"]
    done = subprocess.run(BUILD, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    artifacts = [json.loads(line) for line in done.stdout.splitlines()]
    return next(artifact["executable"] for artifact in artifacts if artifact.get("target", {}).get("name") == "driver")


def policy(suite):
    """The policy under which a suite is written and read."""
    return REQUIRE if suite in COMMITTING else FORBID


def plaintext(length):
    return bytes(number % 251 for number in range(length))


class Refused(Exception):
    """What an implementation said instead of doing what it was asked."""


class Implementation:
    def __init__(self, name):
        self.name, self.process = name, None

    def ask(self, **request):
        if self.process is None:
            environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LANG": "C.UTF-8", "AWS_EC2_METADATA_DISABLED": "true"}
            pipe = subprocess.PIPE
            command = COMMANDS.get(self.name) or [build()]
            self.process = subprocess.Popen(
                command, env=environment, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True, encoding="utf-8"
            )
        # Who does not answer is ended, so that the answer is none.
        watch = threading.Timer(ANSWER_SECONDS, self.process.kill)
        watch.start()
        try:
            self.process.stdin.write(json.dumps(request) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        finally:
            watch.cancel()
        assert line, f"{self.name} ended with {self.process.wait()} when asked {json.dumps(request)[:300]}"
        answer = json.loads(line)
        if "error" in answer:
            raise Refused(f"{self.name}: {answer['error']}")
        return answer

    def encrypt(self, keyring, data, suite="0478", **options):
        options.setdefault("policy", policy(suite))
        answer = self.ask(do="encrypt", keyring=keyring, suite=suite, plaintext=base64.b64encode(data).decode(), **options)
        return base64.b64decode(answer["message"])

    def decrypt(self, keyring, message, **options):
        options.setdefault("policy", ALLOW)
        answer = self.ask(do="decrypt", keyring=keyring, message=base64.b64encode(message).decode(), **options)
        answer["plaintext"] = base64.b64decode(answer["plaintext"])
        answer["context"].pop("aws-crypto-public-key", None)
        return answer

    def close(self):
        if self.process is not None:
            self.process.stdin.close()
            assert self.process.wait(30) == 0, f"{self.name} ended with {self.process.returncode}"
