"""Clients that mean harm, or are broken: each gets a 4xx or a closed connection; none a 500, a hang or a crash.

That the server still lives is checked after every test here (`still_serving` in conftest).
"""

import concurrent.futures
import contextlib
import json
import socket
import time

import pytest

import raw


def host(server):
    return f"127.0.0.1:{server.port}"


def refused(answer):
    """A 4xx, or a connection closed without an answer."""
    return answer is None or 400 <= answer.status < 500


SMUGGLED = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"


@pytest.mark.parametrize(
    "head",
    [
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: 5, 6\r\n",
        "Content-Length: +5\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: 0x5\r\n",
        "Content-Length: 99999999999999999999999\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding : chunked\r\n",
        "Content-Length : 5\r\n",
        "X-Fold: one\r\n two\r\nContent-Length: 5\r\n",
        " Content-Length: 5\r\n",
        "X-Null: a\0b\r\nContent-Length: 5\r\n",
        "X-Bare: a\rb\r\nContent-Length: 5\r\n",
        "No-Colon\r\nContent-Length: 5\r\n",
        ": empty\r\nContent-Length: 5\r\n",
    ],
    ids=repr,
)
def test_an_ambiguous_request_is_refused_and_its_connection_closed(dev, head):
    """Two readings of where a request ends let one client's bytes be taken for another's."""
    data = f"POST / HTTP/1.1\r\nHost: {host(dev)}\r\n{head}\r\n".encode("latin-1") + b"0\r\n\r\n" + SMUGGLED
    with socket.create_connection(("127.0.0.1", dev.port), raw.TIMEOUT) as stream:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            stream.sendall(data)
        answer = raw.read_answer(stream)
        assert refused(answer), answer
        with contextlib.suppress(ConnectionResetError, BrokenPipeError):
            assert raw.read_answer(stream) is None, "the rest was taken for a second request"


@pytest.mark.parametrize(
    "data",
    [
        b"POST / HTTP/1.1\nHost: x\nContent-Length: 0\n\n",
        b"POST / HTTP/1.1\r\nHost: x\nContent-Length: 0\r\n\r\n",
    ],
    ids=["all", "one"],
)
def test_bare_line_feeds_are_refused(dev, data):
    assert refused(raw.exchange(dev.port, data, half_close=True))


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x01\x02\x03" * 100 + b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"POST / HTTP/9.9\r\nHost: x\r\n\r\n",
        b"POST / HTTP/1.1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: 0\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n",
        b"TRACE / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x00\x05hello",
        b"\x16\x03\x01\xff\xff" + b"\0" * 70_000,
    ],
    ids=["binary", "no-target", "version", "no-host", "two-hosts", "http2", "connect", "trace", "tls-junk", "tls-long"],
)
def test_what_is_not_a_request_is_refused(dev, data):
    assert refused(raw.exchange(dev.port, data, half_close=True))


def test_a_body_of_ten_megabytes_is_refused_early(dev):
    body = b'{"KeyId":"' + b"x" * 10_000_000 + b'"}'
    answer = raw.call(dev, "Encrypt", body)
    assert refused(answer)
    assert answer is None or answer.status in (400, 413)


def test_a_chunked_body_without_end_is_cut_off(dev):
    head = f"POST / HTTP/1.1\r\nHost: {host(dev)}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", dev.port), raw.TIMEOUT) as stream:
        sent = 0
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            stream.sendall(head)
            while sent < 200_000_000:
                stream.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")
                sent += 65536
        assert sent < 200_000_000, "the server read on without limit"
        assert refused(raw.read_answer(stream))


@pytest.mark.parametrize("cut", [1, 100])
def test_a_truncated_body_is_not_carried_out(dev, kms, cut):
    before = len(kms.list_keys(Limit=1000)["Keys"])
    body = json.dumps({"Description": "x" * 200}).encode()
    headers = raw.signed("CreateKey", body, host=host(dev))
    assert refused(raw.exchange(dev.port, raw.request(headers=headers, body=body[:-cut]), half_close=True))
    assert len(kms.list_keys(Limit=1000)["Keys"]) == before


def test_a_truncated_head_is_refused(dev):
    assert refused(raw.exchange(dev.port, b"POST / HTTP/1.1\r\nHost: x\r\nConte", half_close=True))


@pytest.mark.parametrize(
    "headers",
    [[("X-Big", "x" * 200_000)], [(f"X-{n}", "x") for n in range(2_000)], [("X-Mid", "x" * 9_000)] * 30],
    ids=["long", "many", "both"],
)
def test_headers_have_limits(dev, headers):
    data = raw.request(headers=[("Host", host(dev)), ("Content-Length", "0"), *headers])
    answer = raw.exchange(dev.port, data)
    assert refused(answer)


def test_a_target_that_is_too_long_is_refused(dev):
    assert refused(raw.exchange(dev.port, raw.request("GET", "/" + "x" * 200_000, [("Host", host(dev))])))


@pytest.mark.parametrize("path", ["/../etc/passwd", "//", "/%00", "/%", "/?%zz=%", "*", "http://other/", "/_fastness/../_fastness/reset"])
def test_strange_targets_are_refused(dev, path):
    assert refused(raw.exchange(dev.port, raw.request("POST", path, [("Host", host(dev)), ("Content-Length", "0")])))


def test_slow_clients_are_cut_off_and_hold_nobody_up(dev, key, kms):
    """Slow loris: heads and bodies that never come to an end, in numbers, while others work."""
    body = json.dumps({"KeyId": key, "Plaintext": "eA=="}).encode()
    slow_body = raw.request(headers=raw.signed("Encrypt", body, host=host(dev)), body=body)[:-5]
    streams = []
    try:
        for start in (b"POST / HTTP/1.1\r\nHost: x\r\n", b"", b"P", slow_body, b"\x16\x03\x01"):
            for _ in range(20):
                stream = socket.create_connection(("127.0.0.1", dev.port), raw.TIMEOUT)
                stream.sendall(start)
                streams.append(stream)
        for _ in range(20):
            kms.encrypt(KeyId=key, Plaintext=b"x")

        def outlasted(stream):
            """Feeds one byte a second, as the attack does, until the server hangs up."""
            deadline = time.monotonic() + 90
            stream.settimeout(1)
            while time.monotonic() < deadline:
                try:
                    if not stream.recv(4096):
                        return False
                except TimeoutError:
                    try:
                        stream.sendall(b"a")
                    except OSError:
                        return False
                except OSError:
                    return False
            return True

        with concurrent.futures.ThreadPoolExecutor(len(streams)) as pool:
            assert not any(pool.map(outlasted, streams)), "a slow client was never cut off"
    finally:
        for stream in streams:
            stream.close()


def test_a_thousand_idle_connections_do_no_harm(dev, kms):
    streams = [socket.create_connection(("127.0.0.1", dev.port), raw.TIMEOUT) for _ in range(900)]
    try:
        assert kms.generate_random(NumberOfBytes=8)["Plaintext"]
    finally:
        for stream in streams:
            stream.close()


def test_pipelined_requests_are_answered_in_order(dev):
    bodies = [json.dumps({"Limit": limit}).encode() for limit in (1, 2)]
    data = b"".join(raw.request(headers=raw.signed("ListKeys", body, host=host(dev)), body=body) for body in bodies)
    with socket.create_connection(("127.0.0.1", dev.port), raw.TIMEOUT) as stream:
        stream.sendall(data)
        assert raw.read_answer(stream).status == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_refused(dev, method):
    assert refused(raw.exchange(dev.port, raw.request(method, "/", [("Host", host(dev)), ("Content-Length", "0")])))


def test_random_bytes_in_every_field_never_make_a_500(dev):
    """A deterministic sweep: one printable or binary oddity at a time in body and headers of a signed call."""
    oddities = ["", "\u0000", "\ud7ff", "😀", "a" * 5_000, "-1", "1e999", "null", "\\", "alias/", "arn:aws:kms:::", "arn:" * 500]
    for oddity in oddities:
        for body in ({"KeyId": oddity}, {"KeyId": oddity, "Plaintext": oddity}, {"KeyId": "alias/a", "EncryptionContext": {oddity: oddity}}, {oddity: oddity}):
            for operation in ("Encrypt", "DescribeKey", "ListAliases"):
                answer = raw.call(dev, operation, body)
                assert answer.status < 500, (operation, body, answer.body)
