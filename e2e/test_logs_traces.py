"""Logs with the request ids that clients get, and traces for a collector of OpenTelemetry."""

import json
import signal
import time

import pytest

from collector import Collector
from test_watch import Admin, value

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
SECRET = "a-very-secret-plaintext"


def lines(server, message, seconds=10):
    """Log lines in JSON with this message, once there is one."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        logged = [json.loads(line) for line in server.log().splitlines() if line.startswith("{")]
        found = [line for line in logged if line["fields"].get("message") == message]
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"no line {message!r} in:\n{server.log()}")


def request_id(answer):
    return answer["ResponseMetadata"]["RequestId"]


def test_each_request_has_a_line_with_the_id_that_its_client_got(start):
    server = start("--log-requests", "--log-format", "json")
    kms = server.client("kms")
    key = kms.create_key(Description=SECRET)
    answer = kms.encrypt(KeyId=key["KeyMetadata"]["KeyId"], Plaintext=SECRET.encode(), EncryptionContext={"who": SECRET})
    with pytest.raises(kms.exceptions.NotFoundException) as refused:
        kms.describe_key(KeyId="alias/missing")
    deadline = time.monotonic() + 10
    while len(lines(server, "request")) < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    found = {line["fields"]["request_id"]: line["fields"] for line in lines(server, "request")}
    assert found.keys() == {request_id(key), request_id(answer), request_id(refused.value.response)}
    encrypt = found[request_id(answer)]
    assert (encrypt["service"], encrypt["operation"], encrypt["region"]) == ("kms", "Encrypt", "us-east-1")
    assert (encrypt["status"], encrypt["outcome"]) == (200, "success") and encrypt["micros"] > 0
    assert found[request_id(refused.value.response)]["outcome"] == "client_error"
    # Neither what a client sent nor what it got is in the log.
    assert SECRET not in server.log() and "Signature=" not in server.log() and key["KeyMetadata"]["KeyId"] not in server.log()


def test_requests_are_not_logged_unless_asked_for(start):
    server = start("--log-format", "json")
    server.client("kms").create_key()
    assert '"message":"request"' not in server.log()


def test_strangers_get_so_many_lines_a_second(start):
    server = start("--log-requests", "--log-format", "json")
    for _ in range(400):
        server.http("POST", "/", b"{}", {"X-Amz-Target": "TrentService.Encrypt", "Content-Type": "application/x-amz-json-1.1"})
    written = len(lines(server, "request"))
    assert 1 <= written < 400, "a flood is limited"
    time.sleep(1.1)
    server.http("POST", "/", b"{}", {"X-Amz-Target": "TrentService.Encrypt", "Content-Type": "application/x-amz-json-1.1"})
    time.sleep(0.2)
    told = lines(server, "request")
    assert sum(line["fields"].get("held_back", 0) for line in told) + len(told) == 401, "what was left out is counted"


def test_a_slow_request_is_warned_of(start, tmp_path):
    (tmp_path / "slow.toml").write_text("[log]\nslow_ms = 100\n")
    server = start("--config", str(tmp_path / "slow.toml"), "--log-format", "json")
    server.fastness("fault", "add", "kms:GenerateRandom", "--latency", "300ms")
    answer = server.client("kms").generate_random(NumberOfBytes=8)
    [line] = lines(server, "a slow request")
    assert line["level"] == "WARN" and line["fields"]["request_id"] == request_id(answer)
    assert line["fields"]["micros"] >= 300_000


def test_a_request_is_a_span_with_its_stages_in_the_trace_of_its_caller(start):
    with Collector() as collector:
        admin = Admin(start, "--otlp", collector.url, "--sampling", "1")
        server = admin.server
        kms = server.client("kms")
        kms.meta.events.register("before-send.kms", lambda request, **_: request.headers.update({"traceparent": f"00-{TRACE}-{PARENT}-01"}))
        created = kms.create_key(Description=SECRET)
        answer = kms.encrypt(KeyId=created["KeyMetadata"]["KeyId"], Plaintext=SECRET.encode())
        [encrypt] = collector.wait(lambda span: span["attributes"].get("aws.request_id") == request_id(answer))
        assert encrypt["traceId"] == TRACE and encrypt["parentSpanId"] == PARENT
        assert (encrypt["name"], encrypt["kind"]) == ("kms/Encrypt", 2)
        about = encrypt["attributes"]
        assert (about["rpc.system"], about["rpc.service"], about["rpc.method"]) == ("aws-api", "kms", "Encrypt")
        assert (about["cloud.region"], about["http.response.status_code"], about["fastness.outcome"]) == ("us-east-1", 200, "success")
        assert abs(int(encrypt["startTimeUnixNano"]) / 1e9 - time.time()) < 60
        [create] = collector.wait(lambda span: span["attributes"].get("aws.request_id") == request_id(created))

        def stages(root):
            children = [span for span in collector.spans if span.get("parentSpanId") == root["spanId"]]
            assert all(int(root["startTimeUnixNano"]) <= int(child["startTimeUnixNano"]) for child in children)
            assert all(int(child["endTimeUnixNano"]) <= int(root["endTimeUnixNano"]) for child in children)
            return [child["name"] for child in children]

        assert stages(encrypt) == ["authenticate", "validate", "resolve", "authorise", "handle", "record"]
        assert stages(create) == ["authenticate", "validate", "resolve", "authorise", "handle", "commit"]
        text = "".join(collector.bodies)
        assert SECRET not in text and "Signature" not in text and created["KeyMetadata"]["KeyId"] not in text
        assert value(admin.metrics(), "fastness_traced_requests_total", result="exported") >= 2


def test_x_rays_header_is_followed_and_an_invalid_one_begins_a_new_trace(start):
    with Collector() as collector:
        server = start("--otlp", collector.url, "--sampling", "1")
        kms = server.client("kms")
        header = {"X-Amzn-Trace-Id": "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"}
        kms.meta.events.register("before-send.kms", lambda request, **_: request.headers.update(header))
        first = kms.generate_random(NumberOfBytes=8)
        header = {"traceparent": "00-not-a-trace-01", "X-Amzn-Trace-Id": "Root=2-bad"}
        second = kms.generate_random(NumberOfBytes=8)
        [span] = collector.wait(lambda span: span["attributes"].get("aws.request_id") == request_id(first))
        assert (span["traceId"], span["parentSpanId"]) == ("5759e988bd862e3fe1be46a994272793", "53995c3f42cd8ad8")
        [span] = collector.wait(lambda span: span["attributes"].get("aws.request_id") == request_id(second))
        assert "parentSpanId" not in span


def test_a_caller_who_does_not_want_a_trace_gets_none_and_a_small_share_traces_few(start):
    with Collector() as collector:
        server = start("--otlp", collector.url, "--sampling", "1")
        kms = server.client("kms")
        flags = "00"
        kms.meta.events.register("before-send.kms", lambda request, **_: request.headers.update({"traceparent": f"00-{TRACE}-{PARENT}-{flags}"}))
        unwanted = kms.generate_random(NumberOfBytes=8)
        flags = "01"
        wanted = kms.generate_random(NumberOfBytes=8)
        collector.wait(lambda span: span["attributes"].get("aws.request_id") == request_id(wanted))
        assert not [span for span in collector.spans if span["attributes"].get("aws.request_id") == request_id(unwanted)]


def test_a_collector_that_is_away_costs_no_call_and_the_end_sends_what_is_left(start):
    with Collector() as collector:
        collector.status = 400
        admin = Admin(start, "--otlp", collector.url, "--sampling", "1")
        kms = admin.server.client("kms")
        kms.generate_random(NumberOfBytes=8)
        deadline = time.monotonic() + 20
        while value(admin.metrics(), "fastness_traced_requests_total", result="dropped") < 1:
            assert time.monotonic() < deadline, "what is refused is counted as dropped"
            time.sleep(0.1)
        assert "traces are not taken" in admin.server.log()
        collector.status = 200
        last = kms.generate_random(NumberOfBytes=8)
        admin.server.stop()
        assert [span for span in collector.spans if span["attributes"].get("aws.request_id") == request_id(last)]


def test_a_collector_that_is_no_url_is_refused(start):
    from server import Refused

    with pytest.raises(Refused, match="otlp"):
        start("--otlp", "collector:4318")


def test_access_log_and_sampling_count_at_once_when_the_configuration_is_read_again(start, tmp_path):
    path = tmp_path / "live.toml"
    with Collector() as collector:
        path.write_text(f'[log]\nrequests = false\n[watch]\nsampling = 0.0\notlp = "{collector.url}"\n')
        server = start("--config", str(path), "--log-format", "json")
        kms = server.client("kms")
        before = request_id(kms.generate_random(NumberOfBytes=8))
        path.write_text(f'[log]\nrequests = true\n[watch]\nsampling = 1.0\notlp = "{collector.url}"\n')
        server.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 10
        while '"message":"request"' not in server.log():
            assert time.monotonic() < deadline, server.log()
            last = request_id(kms.generate_random(NumberOfBytes=8))
        collector.wait(lambda span: span["attributes"].get("aws.request_id") == last)
        assert before not in server.log()
        assert not [span for span in collector.spans if span["attributes"].get("aws.request_id") == before]
