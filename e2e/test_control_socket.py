"""`control.sock` under whatever can be sent to it: each gets a refusal or a closed connection, and the operator gets in."""

import concurrent.futures
import contextlib
import json
import os
import pathlib
import resource
import socket
import stat
import subprocess
import time

import pytest

import server as servers

STATUS = b'{"command":"status"}'


def connect(server, timeout=60):
    stream = socket.socket(socket.AF_UNIX)
    stream.settimeout(timeout)
    stream.connect(str(server.data / "control.sock"))
    return stream


def request(body=STATUS, path="/_fastness/control", method="POST", headers=()):
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def exchange(server, data):
    """What a request is answered: status and body; nothing where the connection was closed."""
    with connect(server) as stream:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            stream.sendall(data)
        return answered(stream)


def answered(stream):
    answer = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := stream.recv(65_536):
            answer += piece
    if not answer:
        return None, b""
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split(b" ")[1]), body


def test_it_is_its_owners_alone(operate):
    server = operate().start()
    path = server.data / "control.sock"
    mode = path.stat().st_mode
    assert stat.S_ISSOCK(mode) and stat.S_IMODE(mode) == 0o600 and path.stat().st_uid == os.geteuid()
    if os.geteuid() == 0:
        # Also where the directory lets others in.
        for folder in (server.data, server.home, *server.home.parents):
            if folder != pathlib.Path("/"):
                folder.chmod(folder.stat().st_mode | 0o055)
        intruder = f"import os, socket; os.setgroups([]); os.setgid(65534); os.setuid(65534); socket.socket(socket.AF_UNIX).connect({str(path)!r})"
        done = subprocess.run(["python3", "-c", intruder], capture_output=True, text=True)
        assert "PermissionError" in done.stderr, done.stderr


def test_what_is_asked_as_the_guide_says_is_answered(operate):
    server = operate().start()
    status, body = exchange(server, request())
    assert status == 200 and json.loads(body)["sealed"] is False
    status, body = exchange(server, request(b"", "/_fastness/health", "GET"))
    assert status == 200 and json.loads(body)["trouble"] is None
    # In pieces, as slow networks deliver.
    with connect(server) as stream:
        for byte in request():
            stream.sendall(bytes([byte]))
        assert answered(stream)[0] == 200


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x01\x02\x03" * 100 + b"\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"POST /_fastness/control HTTP/1.0\r\nContent-Length: 0\r\n\r\n",
        request(headers=["Transfer-Encoding: chunked"]),
        request(headers=["Content-Length: 5"]),
        b"POST /_fastness/control HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"POST /_fastness/control HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        b"POST /_fastness/control HTTP/1.1\r\nHost: localhost\r\nNo-Colon\r\n\r\n",
        request(b"{"),
        request(b"[]"),
        request(b"\xff" * 40),
        request(b'{"command":"explode"}'),
        request(b'{"command":"status","more":1}'),
        request(b'{"command":"seal","command":"seal"}'),
        request(b"[" * 100_000),
        request(b'{"command":"unseal","words":["' + b"x" * 200_000 + b'"],"forget":false}'),
        request(path="/"),
        request(path="/_fastness/../_fastness/control"),
        request(path="http://example.com/_fastness/control"),
        request(method="DELETE"),
        request(headers=["Origin: https://example.com"]),
        request(headers=["X-Big: " + "x" * 40_000]),
        request(b"x" * (1 << 20) + b"y"),
        request(b"y" * 5_000_000),
    ],
    ids=lambda data: repr(data[:40]),
)
def test_what_is_no_command_is_refused(operate_once, data):
    status, body = exchange(operate_once, data)
    assert status is None or 400 <= status < 500, (status, body)
    if body:
        assert json.loads(body)["message"]
    assert operate_once.fastness("status").returncode == 0
    assert "panicked" not in operate_once.log()


@pytest.fixture(scope="module")
def operate_once(tmp_path_factory):
    from operated import Operated

    with Operated(tmp_path_factory.mktemp("operated")) as server:
        yield server


def test_half_a_request_is_carried_out_by_nobody(operate_once):
    seal = request(b'{"command":"seal"}')
    for end in range(0, len(seal), 7):
        with connect(operate_once) as stream:
            stream.sendall(seal[:end])
            stream.shutdown(socket.SHUT_WR)
            assert answered(stream)[0] in (None, 400)
    assert operate_once.fastness("status").returncode == 0


def test_a_client_that_is_gone_does_no_harm(operate_once):
    for _ in range(50):
        with connect(operate_once) as stream:
            stream.sendall(request())
    assert operate_once.fastness("status").returncode == 0


def test_a_thousand_connections_do_not_shut_the_operator_out(operate_once):
    """The oldest of those who say nothing makes room."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
    crowd = []
    try:
        for number in range(1000):
            stream = connect(operate_once)
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                stream.sendall([b"", b"POST /_fast", request()[:-1]][number % 3])
            crowd.append(stream)
        began = time.monotonic()
        assert operate_once.fastness("status").returncode == 0
        assert time.monotonic() - began < 20, "a limit of 30 s on each of them would be too long to wait for"
        open_files = os.listdir(f"/proc/{operate_once.process.pid}/fd")
        assert len(open_files) < 250, "connections have a limit"
    finally:
        for stream in crowd:
            stream.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        assert all(pool.map(lambda _: exchange(operate_once, request())[0] == 200, range(200)))


def test_a_client_that_takes_no_answer_holds_nobody_up(operate_once):
    lazy = []
    try:
        for _ in range(40):
            stream = connect(operate_once)
            stream.sendall(request(b'{"command":"metrics"}'))
            lazy.append(stream)
        assert operate_once.fastness("status").returncode == 0
    finally:
        for stream in lazy:
            stream.close()


def test_without_descriptors_it_recovers(operate):
    server = operate().start()
    used = len(os.listdir(f"/proc/{server.process.pid}/fd"))
    limits = resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (used + 4, limits[1]))
    crowd = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(20)]
    time.sleep(1.5)
    assert server.is_running()
    for stream in crowd:
        stream.close()
    resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, limits)
    deadline = time.monotonic() + 60
    while server.fastness("status", check=False).returncode != 0 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert server.fastness("status").returncode == 0 and server.healthy()
    log = server.log()
    assert "panicked" not in log and log.count("Too many open files") < 60


def test_who_says_nothing_at_the_socket_holds_up_neither_backups_nor_a_stop(operate):
    server = operate().start()
    idle = []
    for _ in range(3):
        stream = socket.socket(socket.AF_UNIX)
        stream.connect(str(server.data / "control.sock"))
        idle.append(stream)
    done = server.fastness("backup", "--output", server.home / "backup", check=False)
    assert done.returncode == 0 and (server.home / "backup").stat().st_size > 1000, done.stderr
    for _ in range(3):
        stream = socket.socket(socket.AF_UNIX)
        stream.connect(str(server.data / "control.sock"))
        idle.append(stream)
    time.sleep(0.5)
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < 12, "a client's patience is no server's"
    for stream in idle:
        stream.close()
