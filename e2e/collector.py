"""A collector of OpenTelemetry traces that keeps what it is sent: OTLP over HTTP, in its JSON form."""

import http.server
import json
import re
import threading
import time


class Collector:
    """Listens on a free loopback port. `status` is what it answers with."""

    def __init__(self):
        self.spans, self.bodies, self.status = [], [], 200
        collector = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                assert self.path == "/v1/traces" and self.headers["content-type"] == "application/json"
                if collector.status == 200:
                    collector.bodies.append(body.decode())
                    collector.spans += spans_of(json.loads(body))
                self.send_response(collector.status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def wait(self, wanted, seconds=20):
        """Spans for which `wanted` holds, once there is one."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = [span for span in list(self.spans) if wanted(span)]
            if found:
                return found
            time.sleep(0.02)
        raise AssertionError(f"no such span among {[span['name'] for span in self.spans]}")


def spans_of(message):
    """The spans of an ExportTraceServiceRequest, having checked its form; attributes as a dictionary."""
    spans = []
    for resource in message["resourceSpans"]:
        about = attributes(resource["resource"]["attributes"])
        assert about["service.name"] == "fastness" and about["service.version"]
        for scope in resource["scopeSpans"]:
            assert scope["scope"]["name"] == "fastness"
            for span in scope["spans"]:
                assert re.fullmatch("[0-9a-f]{32}", span["traceId"]) and re.fullmatch("[0-9a-f]{16}", span["spanId"])
                assert re.fullmatch("[0-9a-f]{16}", span.get("parentSpanId", "0" * 16))
                assert int(span["startTimeUnixNano"]) <= int(span["endTimeUnixNano"])
                span["attributes"] = attributes(span.get("attributes", []))
                spans.append(span)
    return spans


def attributes(listed):
    values = {}
    for attribute in listed:
        [(kind, value)] = attribute["value"].items()
        assert kind in ("stringValue", "intValue") and isinstance(value, str), attribute
        values[attribute["key"]] = int(value) if kind == "intValue" else value
    return values
