"""A server's listeners, all of them: addresses, proxies whose word counts, and limits that hold over all at once."""

import json
import socket
import ssl
import time

import boto3
import botocore.config
import botocore.exceptions
import pytest

import raw
from fronted import announce, beside, hang_up, relay
from server import REGION, Refused, free_port

# What the limits' tests wait for ends within a second or two; a hang ends the test.
PATIENCE = 20
HEALTH = b"GET /_fastness/health HTTP/1.1\r\nHost: localhost\r\n\r\n"


def client(server, endpoint, service="kms", access_key=None, secret=None, forwarded=None):
    made = boto3.client(
        service,
        region_name=REGION,
        endpoint_url=endpoint,
        verify=server.ca(),
        aws_access_key_id=access_key or server.made["access_key_id"],
        aws_secret_access_key=secret or server.made["secret_access_key"],
        config=botocore.config.Config(retries={"total_max_attempts": 1}, connect_timeout=10, read_timeout=30),
    )
    if forwarded is not None:
        # A proxy adds it behind the client, whose signature does not cover it.
        made.meta.events.register("before-send", lambda request, **_: request.headers.update({"X-Forwarded-For": forwarded}))
    return made


def limited(server):
    """A user who may do everything, but from the network 192.0.2.0/24 only."""
    iam = server.client("iam")
    iam.create_user(UserName="limited")
    allow = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    deny = {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"NotIpAddress": {"aws:SourceIp": ["192.0.2.0/24", "2001:db8::/32"]}}}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow, deny]})
    iam.put_user_policy(UserName="limited", PolicyName="from", PolicyDocument=policy)
    made = iam.create_access_key(UserName="limited")["AccessKey"]
    return {"access_key": made["AccessKeyId"], "secret": made["SecretAccessKey"]}


def is_allowed(calls):
    try:
        calls.list_keys()
        return True
    except botocore.exceptions.ClientError as refusal:
        assert refusal.response["Error"]["Code"] == "AccessDeniedException", refusal
        return False


def ends(stream):
    """All that still comes until the server closes; that it does not is a failure."""
    stream.settimeout(PATIENCE)
    received = b""
    try:
        while piece := stream.recv(65536):
            received += piece
    except (ConnectionResetError, ssl.SSLError):
        pass
    return received


def plain(port, host="127.0.0.1"):
    return socket.create_connection((host, port), 10)


def secured(server, port, host="127.0.0.1"):
    trusting = ssl.create_default_context(cafile=server.ca())
    return trusting.wrap_socket(plain(port, host), server_hostname="localhost")


def status(stream):
    """Asks for the server's health."""
    stream.sendall(HEALTH)
    return int(stream.recv(65536).split()[1])


# Addresses


def test_every_address_is_served_and_plain_http_only_where_it_is_asked_for(operate):
    ports = [free_port() for _ in range(3)]
    server = beside(operate(), f"address=127.0.0.1:{ports[0]}", f"address=[::1]:{ports[1]}", f"address=127.0.0.1:{ports[2]} plain=true").start()
    for port, host in [(server.port, "127.0.0.1"), (ports[0], "127.0.0.1"), (ports[1], "::1")]:
        with secured(server, port, host) as stream:
            assert status(stream) == 200
        with plain(port, host) as stream:
            stream.sendall(HEALTH)
            answer = ends(stream)
            assert answer.startswith(b"HTTP/1.1 400 ") and b"https only" in answer, answer
    key = client(server, f"http://127.0.0.1:{ports[2]}").create_key()["KeyMetadata"]["KeyId"]
    assert [row["KeyId"] for row in client(server, f"https://[::1]:{ports[1]}").list_keys()["Keys"]] == [key]


def test_an_ipv6_address_leaves_ipv4_to_another_listener(operate):
    # As `listen = ["0.0.0.0:443", "[::]:443"]`, on loopback's port.
    port = free_port()
    server = beside(operate(), f"address=0.0.0.0:{port}", f"address=[::]:{port}").start()
    for host in ("127.0.0.1", "::1"):
        with secured(server, port, host) as stream:
            assert status(stream) == 200
    alone = free_port()
    both = beside(operate(), f"address=[::]:{alone}").start()
    for host in ("127.0.0.1", "::1"):
        with secured(both, alone, host) as stream:
            assert status(stream) == 200


@pytest.mark.parametrize(
    "listener, toml, word",
    [
        ("address=0.0.0.0:{port} plain=true", "", "plain HTTP is refused beyond loopback"),
        ("address=[::]:{port} plain=true", "", "plain HTTP is refused beyond loopback"),
        ("address=127.0.0.1:{port} proxy_protocol=true", "", "proxy.trusted"),
        ("address=127.0.0.1:{port} client_auth=required", "", "tls.client_ca"),
        ("address=192.0.2.1:{port}", "", "cannot listen on 192.0.2.1"),
    ],
)
def test_what_cannot_be_served_safely_ends_the_start_in_words(operate, listener, toml, word):
    server = beside(operate(), listener.format(port=free_port()), toml=toml)
    with pytest.raises(Refused) as refused:
        server.start()
    assert word in refused.value.output and refused.value.status == 1, refused.value.output


def test_an_address_in_use_is_told_and_the_other_server_goes_on(operate):
    first = operate().start()
    second = beside(operate(), f"address=127.0.0.1:{first.port}")
    with pytest.raises(Refused, match=f"cannot listen on 127.0.0.1:{first.port}: Address"):
        second.start()
    assert first.healthy()


# Proxies


def test_policies_see_the_address_that_a_trusted_proxy_announces(operate):
    port = free_port()
    server = beside(operate(), f"address=127.0.0.1:{port} proxy_protocol=true", toml='[proxy]\ntrusted = ["127.0.0.1"]\n').start()
    keys = limited(server)
    assert not is_allowed(client(server, server.tls_endpoint, **keys)), "127.0.0.1 is not in the network"
    for address, allowed in [("192.0.2.7", True), ("198.51.100.7", False), ("2001:db8::7", True), ("2001:db9::7", False), ("::ffff:192.0.2.7", True)]:
        with relay(port, announce(address)) as proxy:
            assert is_allowed(client(server, f"https://localhost:{proxy}", **keys)) == allowed, address
    # A stock client of the command line, through the proxy.
    with relay(port, announce("192.0.2.7")) as proxy:
        who = server.aws("sts", "get-caller-identity", "--endpoint-url", f"https://localhost:{proxy}", **keys)
        assert who["Arn"].endswith(":user/limited")


def test_a_listener_that_expects_a_proxy_serves_nobody_else(operate):
    port = free_port()
    server = beside(operate(), f"address=127.0.0.1:{port} proxy_protocol=true", toml='[proxy]\ntrusted = ["127.0.0.1"]\n').start()
    with pytest.raises((ssl.SSLError, ConnectionError)):
        secured(server, port)
    for first in (announce("192.0.2.7").replace(b"\x21\x11", b"\x21\x31"), announce("192.0.2.7", version=1), b"PROXY TCP4 192.0.2.7 192.0.2.8 1 2\r\n", HEALTH):
        with plain(port) as stream:
            stream.sendall(first)
            assert not ends(stream).startswith(b"HTTP")
    assert "connection refused: what the proxy announced is of no use" in server.log()
    # Where no proxy is expected, its header is no request.
    with plain(server.port) as stream:
        stream.sendall(announce("192.0.2.7"))
        assert b" 400 " in ends(stream).splitlines()[0]


def test_an_untrusted_peer_announces_nothing_and_trust_follows_a_reload(operate):
    port = free_port()
    server = beside(operate(), f"address=127.0.0.1:{port} proxy_protocol=true", toml='[proxy]\ntrusted = ["10.0.0.0/8"]\n').start()
    keys = limited(server)
    with relay(port, announce("192.0.2.7")) as proxy:
        with pytest.raises(botocore.exceptions.BotoCoreError):
            client(server, f"https://localhost:{proxy}", **keys).list_keys()
        assert "it comes from no trusted proxy" in server.log()
        (server.home / "fastness.toml").write_text('[proxy]\ntrusted = ["127.0.0.0/8"]\n')
        hang_up(server)
        assert is_allowed(client(server, f"https://localhost:{proxy}", **keys))


@pytest.mark.parametrize("trusted", [True, False])
def test_forwarded_addresses_count_from_trusted_proxies_alone(operate, trusted):
    port = free_port()
    network = "127.0.0.1" if trusted else "10.0.0.1"
    server = beside(operate(), f"address=127.0.0.1:{port} plain=true", toml=f'[proxy]\ntrusted = ["{network}"]\n').start()
    keys = limited(server)
    for forwarded, allowed in [("192.0.2.7", True), ("198.51.100.7", False), ("198.51.100.7, 192.0.2.7", True), ("192.0.2.7, 198.51.100.7", False), (None, False)]:
        for endpoint in (f"http://127.0.0.1:{port}", server.tls_endpoint):
            assert is_allowed(client(server, endpoint, forwarded=forwarded, **keys)) == (allowed and trusted), (forwarded, endpoint)


def test_nobody_controls_or_changes_a_server_over_its_listeners(operate):
    server = operate().start()
    for path in ("/_fastness/control", "/_fastness/reset"):
        status, body = server.http("POST", path, b'{"command":"seal"}')
        assert status in (400, 403) and not server.status()["sealed"], body


# Limits


LIMITS = "[limits]\nconnections = 6\nhandshake_s = 1\nhead_s = 1\nidle_s = 2\nwrite_stall_s = 1\n"


def test_connections_of_all_listeners_are_limited_together(operate):
    port = free_port()
    server = beside(operate(), f"address=127.0.0.1:{port}", toml=LIMITS.replace("idle_s = 2", "idle_s = 60")).start()
    held = [secured(server, where) for where in (server.port, port) * 3]
    assert all(status(stream) == 200 for stream in held)
    for where in (server.port, port):
        with plain(where) as surplus:
            surplus.sendall(HEALTH)
            assert b"503" in ends(surplus).splitlines()[0]
    assert "too many are open" in server.log()
    assert all(status(stream) == 200 for stream in held), "those that are open go on"
    held.pop().close()
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with secured(server, port) as stream:
                assert status(stream) == 200
                break
        except (ssl.SSLError, ConnectionError):
            assert time.monotonic() < deadline, "a place that became free was not given"
            time.sleep(0.02)
    [stream.close() for stream in held]


def test_who_is_slow_or_silent_is_cut_off_on_every_listener(operate):
    ports = [free_port(), free_port()]
    server = beside(operate(), f"address=127.0.0.1:{ports[0]} plain=true", f"address=127.0.0.1:{ports[1]} proxy_protocol=true", toml=LIMITS + '[proxy]\ntrusted = ["127.0.0.1"]\n').start()
    silent = [plain(port) for port in (server.port, *ports)]
    assert [ends(stream) for stream in silent] == [b"", b"", b""], "who connects and says nothing"
    with plain(server.port) as half:
        half.sendall(b"\x16\x03\x01\x02\x00\x01")
        assert ends(half) == b"", "half a handshake"
    with plain(ports[1]) as half:
        half.sendall(announce("192.0.2.7")[:14])
        assert ends(half) == b"", "half a PROXY header"
    with plain(ports[1]) as half:
        half.sendall(announce("192.0.2.7") + b"\x16\x03\x01")
        assert ends(half) == b"", "half a handshake behind a proxy"
    for connect in (lambda: secured(server, server.port), lambda: plain(ports[0])):
        with connect() as stream:
            stream.sendall(HEALTH[:20])
            answer = ends(stream)
            assert answer.startswith(b"HTTP/1.1 408 "), answer
    with secured(server, server.port) as idle:
        assert status(idle) == 200
        assert ends(idle) == b"", "idle for too long"
    # HTTP/2 in the same way: half a preface, and a connection that nothing is asked on.
    trusting = ssl.create_default_context(cafile=server.ca())
    trusting.set_alpn_protocols(["h2"])
    for first in (b"PRI * HTTP/2.0\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0"):
        with trusting.wrap_socket(plain(server.port), server_hostname="localhost") as stream:
            assert stream.selected_alpn_protocol() == "h2"
            stream.sendall(first)
            ends(stream)
    with secured(server, server.port) as stream:
        assert status(stream) == 200


def test_heads_and_bodies_that_are_too_large_are_refused_over_tls(operate):
    server = operate().start()
    answer = raw.exchange(server.port, raw.request("GET", "/", [("Host", "localhost"), ("A", "x" * 70_000)]), tls=server.ca())
    assert answer.status == 431
    answer = raw.exchange(server.port, raw.request("GET", "/", [("Host", "localhost"), *[("A", "b")] * 120]), tls=server.ca())
    assert answer.status == 431
    answer = raw.exchange(server.port, raw.request("POST", "/", [("Host", "localhost"), ("Content-Length", str(5 << 20))], b"x" * (5 << 20)), tls=server.ca())
    assert answer.status == 413
    assert server.healthy()


def test_callers_of_a_sealed_server_hear_why_in_every_protocol(operate):
    server = operate().start()
    calls = [("kms", "list_keys"), ("sts", "get_caller_identity"), ("iam", "list_users"), ("ec2", "describe_regions"), ("lambda", "list_functions"), ("s3", "list_buckets")]
    clients = [(client(server, server.tls_endpoint, service), operation) for service, operation in calls]
    server.fastness("seal")
    for calling, operation in clients:
        with pytest.raises(botocore.exceptions.ClientError) as refused:
            getattr(calling, operation)()
        answer = refused.value.response
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 503, answer
        assert "ServiceUnavailable" in answer["Error"]["Code"] and "fastness unseal" in answer["Error"]["Message"], answer
    server.fastness("unseal")
    assert clients[1][0].get_caller_identity()["Account"] == server.made["account"]


def test_clients_are_told_of_the_address_that_asks_least_of_them(operate):
    ports = [free_port() for _ in range(2)]
    server = operate()
    first = server.command
    flags = ["--listener", f"address=127.0.0.1:{ports[0]} proxy_protocol=true", "--listener", f"address=127.0.0.1:{ports[1]} plain=true"]
    server.command = lambda: [*first()[:4], *flags, "--listener", f"address=127.0.0.1:{free_port()}", "--listener", f"address=127.0.0.1:{server.port}", "--trusted-proxy", "127.0.0.1"]
    server.start()
    printed = server.printed()["AWS_ENDPOINT_URL"]
    assert printed.startswith("https://127.0.0.1:") and printed not in [f"https://127.0.0.1:{port}" for port in ports]
    assert f"# and on 127.0.0.1:{ports[0]}: https, to proxies that announce clients" in server.log()
    assert f"# and on 127.0.0.1:{ports[1]}: plain http" in server.log()
