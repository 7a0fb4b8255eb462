"""A table for branch keys, so that key stores of AWS's clients have one: the three DynamoDB operations that they call.

Guarantees: a transaction is carried out whole or not at all, and its conditions, of the two kinds that key stores have, hold.
"""

import http.server
import json
import re
import threading


class Refusal(Exception):
    pass


class Table:
    """Items by their keys, in DynamoDB's own JSON."""

    def __init__(self):
        self.items, self.calls, self.lock = {}, [], threading.Lock()

    def __enter__(self):
        table = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # An answer goes out in one piece.
            wbufsize = -1

            def do_POST(self):
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                operation = self.headers["X-Amz-Target"].split(".")[1]
                try:
                    with table.lock:
                        status, answer = 200, table.perform(operation, request)
                except Refusal as refusal:
                    status, answer = 400, {"__type": f"com.amazonaws.dynamodb.v20120810#{refusal}", "message": operation}
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/x-amz-json-1.0")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def perform(self, operation, request):
        self.calls.append(operation)
        if operation == "GetItem":
            item = self.items.get(self.key(request["Key"]))
            return {} if item is None else {"Item": item}
        if operation == "TransactWriteItems":
            puts = [step["Put"] for step in request["TransactItems"]]
            if not all(self.holds(put) for put in puts):
                raise Refusal("TransactionCanceledException")
            for put in puts:
                self.items[self.key(put["Item"])] = put["Item"]
            return {}
        raise Refusal("UnknownOperationException")

    @staticmethod
    def key(item):
        return item["branch-key-id"]["S"], item["type"]["S"]

    def holds(self, put):
        condition, present = put["ConditionExpression"], self.items.get(self.key(put["Item"]))
        if "attribute_not_exists" in condition:
            return present is None
        assert "attribute_exists" in condition, condition
        if present is None:
            return False
        names = put.get("ExpressionAttributeNames", {})
        equal = re.findall(r"(#?[\w-]+)\s*=\s*(:\w+)", condition)
        return all(present[names.get(name, name)] == put["ExpressionAttributeValues"][value] for name, value in equal)
