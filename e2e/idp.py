"""An OpenID Connect identity provider for tests: a real server on loopback that describes itself, publishes its keys and
signs tokens with RS256 or ES256.

ECDSA is written out here because no package of requirements.txt has it. It signs for tests only: nothing about it is
secret, nor in constant time.
"""

import base64
import hashlib
import http.server
import json
import secrets
import threading
import time

import rsa

# P-256 (FIPS 186-5): the field, the order, the base point; a = -3.
P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)


def add(one, other):
    if one is None or other is None:
        return one or other
    (x1, y1), (x2, y2) = one, other
    if x1 == x2:
        if (y1 + y2) % P == 0:
            return None
        slope = (3 * x1 * x1 - 3) * pow(2 * y1, -1, P)
    else:
        slope = (y2 - y1) * pow(x2 - x1, -1, P)
    x = (slope * slope - x1 - x2) % P
    return x, (slope * (x1 - x) - y1) % P


def times(scalar, point):
    total = None
    while scalar:
        if scalar & 1:
            total = add(total, point)
        point, scalar = add(point, point), scalar >> 1
    return total


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value, width=None):
    return b64(value.to_bytes(width or (value.bit_length() + 7) // 8, "big"))


class RsaKey:
    algorithm = "RS256"

    def __init__(self, kid):
        self.kid = kid
        self.public, self.private = rsa.newkeys(2048)

    def jwk(self):
        return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid, "n": number(self.public.n), "e": number(self.public.e)}

    def sign(self, message):
        return rsa.sign(message, self.private, "SHA-256")


class EcKey:
    algorithm = "ES256"

    def __init__(self, kid):
        self.kid = kid
        self.secret = 1 + secrets.randbelow(N - 1)
        self.x, self.y = times(self.secret, G)

    def jwk(self):
        return {"kty": "EC", "crv": "P-256", "use": "sig", "kid": self.kid, "x": number(self.x, 32), "y": number(self.y, 32)}

    def sign(self, message):
        digest = int.from_bytes(hashlib.sha256(message).digest(), "big")
        while True:
            nonce = 1 + secrets.randbelow(N - 1)
            r = times(nonce, G)[0] % N
            s = pow(nonce, -1, N) * (digest + r * self.secret) % N
            if r and s:
                return r.to_bytes(32, "big") + s.to_bytes(32, "big")


class Provider:
    """Serves while it is entered. `keys` are published; any key signs, published or not."""

    def __init__(self, *keys):
        self.keys = list(keys)
        self.visits = 0
        self.is_down = False

    def __enter__(self):
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                documents = {
                    "/.well-known/openid-configuration": {"issuer": provider.issuer, "jwks_uri": f"{provider.issuer}/keys"},
                    "/keys": {"keys": [key.jwk() for key in provider.keys]},
                }
                provider.visits += 1
                found = None if provider.is_down else documents.get(self.path)
                body = json.dumps(found).encode()
                self.send_response(503 if provider.is_down else 200 if found else 404)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_address[1]}"
        self.issuer = f"http://{self.host}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def token(self, key, **claims):
        """A token for the audience `app`, good for ten minutes, unless `claims` say otherwise; None takes a claim away."""
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": "joe-of-tests", "aud": "app", "iat": now, "exp": now + 600, **claims}
        claims = {name: value for name, value in claims.items() if value is not None}
        head = {"alg": key.algorithm, "typ": "JWT", "kid": key.kid}
        signed = ".".join(b64(json.dumps(part).encode()) for part in (head, claims))
        return f"{signed}.{b64(key.sign(signed.encode()))}"
