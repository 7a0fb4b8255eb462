"""Bytes on a socket: requests that no client library would send, signed when they should be.

Guarantees: `exchange` never waits longer than its timeout, so a hang is a failure and not a stuck test.
"""

import contextlib
import dataclasses
import datetime
import json
import socket
import ssl
import unittest.mock

import botocore.auth
import botocore.awsrequest
import botocore.credentials

from server import REGION

TIMEOUT = 30
TARGETS = {"kms": "TrentService"}


@dataclasses.dataclass
class Answer:
    status: int
    headers: dict
    body: bytes

    @property
    def error(self):
        """The AWS error code of a JSON answer, as SDKs cut it out of `__type`."""
        return json.loads(self.body).get("__type", "").rsplit("#")[-1].split(":")[0]

    @property
    def message(self):
        fields = json.loads(self.body)
        return fields.get("message", fields.get("Message"))


def exchange(port, data, *, timeout=TIMEOUT, half_close=False, tls=None):
    """Sends bytes, reads one answer. None: the server closed without a word. TimeoutError: it hung."""
    with contextlib.ExitStack() as stack:
        stream = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout))
        if tls is not None:
            stream = stack.enter_context(ssl.create_default_context(cafile=tls).wrap_socket(stream, server_hostname="localhost"))
        # A server may refuse before it has read everything; what it said still counts.
        with contextlib.suppress(OSError):
            stream.sendall(data)
            if half_close:
                stream.shutdown(socket.SHUT_WR)
        return read_answer(stream)


def read_answer(stream):
    received = read_until(stream, b"\r\n\r\n")
    if b"\r\n\r\n" not in received:
        # A TLS alert is how a handshake is refused.
        assert not received or received[0] == 0x15, f"half an answer: {received!r}"
        return None
    head, body = received.split(b"\r\n\r\n", 1)
    lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines[1:])}
    length = int(headers.get("content-length", 0))
    while len(body) < length:
        piece = receive(stream)
        assert piece, "the answer's body was cut short"
        body += piece
    return Answer(int(lines[0].split()[1]), headers, body[:length])


def read_until(stream, mark):
    received = b""
    while mark not in received:
        piece = receive(stream)
        if not piece:
            break
        received += piece
    return received


def receive(stream):
    try:
        return stream.recv(65536)
    except ConnectionResetError:
        return b""


def request(method="POST", path="/", headers=(), body=b""):
    """The bytes of a request. Headers are pairs, so that they can be repeated and ordered."""
    pairs = headers.items() if isinstance(headers, dict) else headers
    head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in pairs)
    return head.encode("latin-1") + b"\r\n" + body


def signed(
    operation, body, *, host, service="kms", access_key="test", secret="test", region=REGION, scope_service=None, when=None, extra=None, content_type="application/x-amz-json-1.1"
):
    """The headers of a signed POST, Host and Content-Length included. `when` signs for another time."""
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Host": host, "Content-Type": content_type}
    if operation is not None:
        headers["X-Amz-Target"] = f"{TARGETS[service]}.{operation}"
    headers.update(extra or {})
    aws_request = botocore.awsrequest.AWSRequest("POST", f"http://{host}/", headers=headers, data=body)
    signer = botocore.auth.SigV4Auth(botocore.credentials.Credentials(access_key, secret), scope_service or service, region)
    now = (when or datetime.datetime.now(datetime.timezone.utc)).replace(tzinfo=None)
    with unittest.mock.patch("botocore.auth.get_current_datetime", return_value=now):
        signer.add_auth(aws_request)
    return {**dict(aws_request.headers.items()), "Content-Length": str(len(body))}


def call(server, operation, body, **options):
    """One signed call, and its answer."""
    tamper = options.pop("tamper", None)
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = signed(operation, body, host=f"127.0.0.1:{server.port}", **options)
    if tamper is not None:
        headers, body = tamper(headers, body)
    return exchange(server.port, request(headers=headers, body=body))
