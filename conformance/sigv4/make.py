"""Writes the vectors in this directory: run it here after a change. See README.md for what a vector says."""

import base64
import copy
import json
from datetime import datetime, timedelta
from pathlib import Path

from signer import ECDSA, HMAC, Chain, Key, canonical_headers, canonical_path, canonical_query, checksum, encode, sha256

ID, SECRET, TOKEN = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "FwoGZXIvYXdzEXAMPLE//token=="
STAMP = "20260102T030405Z"
EMPTY = sha256(b"")
STREAM = {HMAC: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", ECDSA: "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD"}


def later(seconds, stamp=STAMP):
    form = "%Y%m%dT%H%M%SZ"
    return (datetime.strptime(stamp, form) + timedelta(seconds=seconds)).strftime(form)


class Vector:
    """A request in the making: describe it, sign it, break it, say what must come of it."""

    def __init__(self, name, service="kms", method="POST", path="/", query="", body=b"", headers=(), **rules):
        self.name, self.service, self.method, self.path, self.query, self.body = name, service, method, path, query, body
        self.headers = [("host", f"{service}.us-east-1.amazonaws.com"), *headers]
        self.s3 = service == "s3"
        self.rules, self.now, self.algorithm, self.region = rules, STAMP, HMAC, "us-east-1"
        self.access_key_id, self.secret, self.stamp = ID, SECRET, STAMP
        self.signed_service = service
        self.data = None

    def key(self):
        day = self.stamp[:8]
        return Key(self.access_key_id, self.secret, day, self.region, self.signed_service, self.algorithm)

    def compute(self, signed, payload, without=("X-Amz-Signature",)):
        key = self.key()
        names = sorted(signed)
        self.canonical = "\n".join([
            self.method,
            canonical_path(self.path, self.s3),
            canonical_query(self.query, without),
            canonical_headers(self.headers, names),
            ";".join(names),
            payload,
        ])
        self.to_sign = "\n".join([self.algorithm, self.stamp, key.scope, sha256(self.canonical.encode())])
        self.signature = key.sign(self.to_sign)
        return key, names, self.signature

    def by_header(self, payload=None, unsigned=(), dated="x-amz-date", token=None, declared=None):
        if dated:
            self.headers.append((dated, self.stamp))
        if token:
            self.headers.append(("x-amz-security-token", token))
        if self.s3 and declared is None:
            declared = payload or sha256(self.body)
        if declared:
            self.headers.append(("x-amz-content-sha256", declared))
        if self.algorithm == ECDSA:
            self.headers.append(("x-amz-region-set", self.region))
        signed = {name.lower() for name, _ in self.headers} - set(unsigned) - {"user-agent"}
        key, names, signature = self.compute(signed, payload or declared or sha256(self.body))
        self.headers.append((
            "authorization",
            f"{self.algorithm} Credential={self.access_key_id}/{key.scope}, SignedHeaders={';'.join(names)}, "
            f"Signature={signature}",
        ))
        return self

    def by_query(self, expires=900, payload=None, token=None, late_token=None, signed=("host",)):
        key = self.key()
        pairs = [("X-Amz-Algorithm", self.algorithm), ("X-Amz-Credential", f"{self.access_key_id}/{key.scope}")]
        pairs += [("X-Amz-Date", self.stamp)]
        pairs += [("X-Amz-Expires", str(expires))] if expires is not None else []
        pairs += [("X-Amz-SignedHeaders", ";".join(sorted(signed)))]
        pairs += [("X-Amz-Region-Set", self.region)] if self.algorithm == ECDSA else []
        pairs += [("X-Amz-Security-Token", token)] if token else []
        self.query = "&".join(filter(None, [self.query] + [f"{name}={encode(value)}" for name, value in pairs]))
        payload = payload or ("UNSIGNED-PAYLOAD" if self.s3 else sha256(self.body))
        _, _, signature = self.compute(signed, payload)
        if late_token:
            self.query += f"&X-Amz-Security-Token={encode(late_token)}"
        self.query += f"&X-Amz-Signature={signature}"
        return self

    def changed(self, name, **fields):
        other = copy.deepcopy(self)
        other.name = name
        for field, value in fields.items():
            setattr(other, field, value)
        return other

    def header(self, name, value):
        self.headers = [pair for pair in self.headers if pair[0] != name] + [(name, value)]
        return self

    def without(self, name):
        self.headers = [pair for pair in self.headers if pair[0] != name]
        return self

    def rewritten(self, old, new):
        """With a change in whatever carries the signature."""
        before = (self.headers, self.query)
        self.headers = [(n, v.replace(old, new) if n == "authorization" else v) for n, v in self.headers]
        self.query = self.query.replace(old, new)
        assert before != (self.headers, self.query), f"{self.name}: nothing to rewrite"
        return self

    def written(self, outcome, computed):
        vector = {"name": self.name, "access_key_id": self.access_key_id, "secret": self.secret, "now": self.now}
        vector["rules"] = {"service": self.service, "home": "us-east-1", "s3": self.s3, **self.rules}
        vector["request"] = {
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "headers": [list(pair) for pair in self.headers],
            "body": pieces(self.body),
        }
        if computed:
            vector |= {"canonical_request": self.canonical, "string_to_sign": self.to_sign}
        return vector | {"outcome": outcome}

    def accepted(self, region="us-east-1"):
        outcome = {"accepted": True, "region": region}
        if self.data is not None or self.s3:
            outcome["data_sha256"] = sha256(self.body if self.data is None else self.data)
        return self.written(outcome, True)

    def refused(self, status, code, text=None, **members):
        outcome = {"accepted": False, "status": status, "code": code}
        outcome |= {"text": text} if text else {}
        outcome |= {"members": members} if members else {}
        return self.written(outcome, False)


def pieces(body):
    """Bytes as text, with long runs of one letter written as such."""
    out, text = [], body.decode()
    while text:
        run = len(text) - len(text.lstrip(text[0]))
        if run > 100:
            out.append({"repeat": text[0], "times": run})
            text = text[run:]
            continue
        end = next((at for at in range(len(text)) if text[at : at + 101] == text[at] * 101), len(text))
        out.append(text[:end])
        text = text[end:]
    return out


MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and "
    "signing method. Consult the service documentation for details."
)
S3_MISMATCH = "The request signature we calculated does not match the signature you provided. Check your key and signing method."


def header_vectors():
    target = [("x-amz-target", "TrentService.Encrypt"), ("content-type", "application/x-amz-json-1.1")]
    kms = Vector("kms", body=b'{"KeyId":"alias/a"}', headers=target)
    kms_signed = copy.deepcopy(kms).by_header()
    yield kms_signed.changed("a JSON call").accepted()
    yield kms.changed("with a session token").by_header(token=TOKEN).accepted()
    yield kms.changed("with a session token added after signing").by_header(
        token=TOKEN, unsigned=("x-amz-security-token",)
    ).accepted()
    yield kms.changed("with an unsigned user agent").header("user-agent", "aws-cli/2").by_header().accepted()
    yield kms.changed("with the body's hash in a header").by_header(declared=sha256(kms.body)).accepted()
    paths = Vector("paths and queries are put in order", "lambda", "GET", "/a//b/./c/../d e/%41/", "b=2&a=2&a=1&c&d=%2f+x")
    yield paths.by_header().accepted()
    spaces = [("my-header", "  a   b  "), ("my-header", "c"), ("x-amz-meta-a", 'say "hi"')]
    yield Vector("header values are joined and trimmed", headers=spaces).by_header().accepted()
    yield kms_signed.changed("the last second of the window", now=later(300)).accepted()
    yield kms_signed.changed("the first second of the window", now=later(-300)).accepted()
    yield kms_signed.changed("too late", now=later(301)).refused(
        400,
        "InvalidSignatureException",
        f"Signature expired: {STAMP} is now earlier than {later(1)} ({later(301)} - 5 min.)",
    )
    yield kms_signed.changed("too early", now=later(-301)).refused(
        400,
        "InvalidSignatureException",
        f"Signature not yet current: {STAMP} is still later than {later(-1)} ({later(-301)} + 5 min.)",
    )
    sts = Vector("STS has fifteen minutes", "sts", body=b"Action=GetCallerIdentity", family="query").by_header()
    yield sts.changed(sts.name, now=later(900)).accepted()
    yield sts.changed("and no second more", now=later(901)).refused(403, "SignatureDoesNotMatch")
    bad = ("InvalidSignatureException", MISMATCH)
    yield kms_signed.changed("another body", body=b'{"KeyId":"alias/b"}').refused(400, *bad)
    yield kms_signed.changed("another method", method="PUT").refused(400, *bad)
    yield kms_signed.changed("another path", path="/x").refused(400, *bad)
    yield kms_signed.changed("another query", query="a=b").refused(400, *bad)
    yield kms_signed.changed("another secret", secret="other").refused(400, *bad)
    yield kms_signed.changed("another target").header("x-amz-target", "TrentService.Decrypt").refused(400, *bad)
    yield kms_signed.changed("a signed header taken away").without("content-type").refused(400, *bad)
    yield kms.changed("an unsigned target").by_header(unsigned=("x-amz-target",)).refused(
        400, "InvalidSignatureException", "'x-amz-target' must be a 'SignedHeader' in the AWS Authorization."
    )
    yield kms.changed("an unsigned host").by_header(unsigned=("host",)).refused(400, "InvalidSignatureException")
    yield kms.changed("signed for another service", signed_service="sts").by_header().refused(
        400, "InvalidSignatureException", "Credential should be scoped to correct service: 'kms'. "
    )
    yield kms_signed.changed("another day in the scope").rewritten("/20260102/", "/20260103/").refused(
        400,
        "InvalidSignatureException",
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
        f"'20260103' != '20260102', from '{STAMP}'. ",
    )
    yield kms_signed.changed("another Region in the scope").rewritten("us-east-1", "us-west-2").refused(400, *bad)
    yield kms_signed.changed("no Region in the scope").rewritten("us-east-1", "nowhere").refused(
        400, "InvalidSignatureException", "Credential should be scoped to a valid region. "
    )
    yield kms.changed("Version 4a where it is not taken", algorithm=ECDSA).by_header().refused(
        400, "IncompleteSignatureException"
    )
    ebs = Vector("ebs", "ebs", "PUT", "/snapshots/s/blocks/1", body=b"block", unsigned_payload=True, family="rest")
    yield ebs.changed("a body that need not be signed, said so").by_header("UNSIGNED-PAYLOAD", declared="UNSIGNED-PAYLOAD").accepted()
    silent = ebs.changed("a body that need not be signed, not said so").by_header("UNSIGNED-PAYLOAD")
    yield silent.accepted()
    yield silent.changed("and may be any", body=b"other").accepted()
    signed = ebs.changed("a body that need not be signed, signed").by_header()
    yield signed.accepted()
    yield signed.changed("then it must be that", body=b"other").refused(403, "InvalidSignatureException")
    yield Vector("a body that must be signed", body=b"x").by_header("UNSIGNED-PAYLOAD", declared="UNSIGNED-PAYLOAD").refused(400, *bad)


def presigned_vectors():
    sts = Vector("sts", "sts", "GET", query="Action=GetCallerIdentity&Version=2011-06-15", family="query")
    yield sts.changed("a question to STS").by_query().accepted()
    yield sts.changed("with a session token").by_query(token=TOKEN).accepted()
    yield sts.changed("with a session token added after signing").by_query(late_token=TOKEN).accepted()
    yield sts.changed("without an expiry").by_query(None).accepted()
    kubernetes = sts.changed("STS does not look at the expiry").header("x-k8s-aws-id", "cluster")
    kubernetes.by_query(60, signed=("host", "x-k8s-aws-id"))
    yield kubernetes.changed(kubernetes.name, now=later(900)).accepted()
    yield kubernetes.changed("another cluster").header("x-k8s-aws-id", "other").refused(403, "SignatureDoesNotMatch")
    polly = Vector("Polly does", "polly", "GET", "/v1/speech", "Text=hi", family="rest").by_query(3600)
    yield polly.changed("an hour is an hour", now=later(3600)).accepted()
    yield polly.changed("and no second more", now=later(3601)).refused(403, "InvalidSignatureException")
    s3 = Vector("an object of S3", "s3", "GET", "/photos/a//b%20c.jpg", "response-content-type=text%2Fplain")
    signed = s3.changed(s3.name).by_query(604800)
    yield signed.accepted()
    yield signed.changed("a week is a week", now=later(604800)).accepted()
    yield signed.changed("and no second more than a week", now=later(604801)).refused(
        403,
        "AccessDenied",
        "Request has expired",
        **{"X-Amz-Expires": "604800", "Expires": "2026-01-09T03:04:05Z", "ServerTime": "2026-01-09T03:04:06Z"},
    )
    yield signed.changed("not yet", now=later(-901)).refused(403, "AccessDenied", "Request is not valid yet")
    yield signed.changed("another object", path="/photos/a/b%20c.jpg").refused(403, "SignatureDoesNotMatch", S3_MISMATCH)
    yield signed.changed("another answer").rewritten("text%2Fplain", "text%2Fhtml").refused(403, "SignatureDoesNotMatch")
    query_error = "AuthorizationQueryParametersError"
    week = (
        "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 "
        "seconds"
    )
    yield s3.changed("more than a week").by_query(604801).refused(400, query_error, week)
    yield s3.changed("no time at all").by_query(0).refused(400, query_error)
    yield s3.changed("a negative time").by_query(-1).refused(400, query_error, "X-Amz-Expires must be non-negative")
    yield s3.changed("no number").by_query("x").refused(400, query_error, "X-Amz-Expires should be a number")
    yield s3.changed("no expiry").by_query(None).refused(
        400,
        query_error,
        "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, "
        "X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
    )
    yield s3.changed("an expiry given twice").by_query().rewritten("X-Amz-Expires=900", "X-Amz-Expires=900&X-Amz-Expires=901").refused(
        400, query_error
    )
    yield s3.changed("a session of S3").by_query(token=TOKEN).accepted()
    yield s3.changed("S3 wants its token signed").by_query(late_token=TOKEN).refused(403, "SignatureDoesNotMatch")
    put = Vector("put", "s3", "PUT", "/photos/a", body=b"any body")
    yield put.changed("an upload whose body is not signed").by_query().accepted()
    yield put.changed("an upload that was made a copy").by_query().header("x-amz-copy-source", "/photos/secret").refused(
        403,
        "AccessDenied",
        "There were headers present in the request which were not signed",
        HeadersNotSigned="x-amz-copy-source",
    )
    copied = put.changed("a signed copy").header("x-amz-copy-source", "/photos/mine")
    yield copied.by_query(signed=("host", "x-amz-copy-source")).accepted()
    named = put.changed("an upload whose body's hash is a parameter")
    named.query = f"X-Amz-Content-Sha256={sha256(put.body)}"
    named.by_query(payload=sha256(put.body))
    yield named.accepted()
    yield named.changed("and must be that body's", body=b"other").refused(400, "XAmzContentSHA256Mismatch")
    both = put.changed("two hashes").header("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
    both.query = f"X-Amz-Content-Sha256={sha256(put.body)}"
    yield both.by_query(payload=sha256(put.body), signed=("host", "x-amz-content-sha256")).refused(400, query_error)
    yield s3.changed("another service's", signed_service="ec2").by_query().refused(
        400,
        query_error,
        'Error parsing the X-Amz-Credential parameter; incorrect service "ec2". This endpoint belongs to "s3".',
    )


def s3_vectors():
    put = Vector("put", "s3", "PUT", "/photos/a", body=b"a photo", headers=[("content-type", "image/png")])
    signed = put.changed("a body with its hash").by_header()
    yield signed.accepted()
    yield signed.changed("another body", body=b"a phono").refused(
        400,
        "XAmzContentSHA256Mismatch",
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
        ClientComputedContentSHA256=sha256(b"a photo"),
        S3ComputedContentSHA256=sha256(b"a phono"),
    )
    unsigned = put.changed("a body that is not signed").by_header("UNSIGNED-PAYLOAD")
    yield unsigned.accepted()
    yield unsigned.changed("and may be any", body=b"other").accepted()
    yield put.changed("a hash that is missing").by_header(declared="").refused(
        400, "InvalidRequest", "Missing required header for this request: x-amz-content-sha256"
    )
    yield put.changed("a hash that is none").by_header("SIGNED-PAYLOAD").refused(
        400, "InvalidArgument", ArgumentName="x-amz-content-sha256", ArgumentValue="SIGNED-PAYLOAD"
    )
    odd = [
        ("a path with empty and dotted parts", "/a//b/../c/./d/"),
        ("a path with letters of the world", "/%E1%88%B4/%C3%A9t%C3%A9"),
        ("a path with signs", "/a%20b%2Bc%3Dd~e-f_g.h/%26%40%3A%2C%24%21"),
        ("a path with an escaped slash", "/photos/a%2Fb"),
    ]
    for name, path in odd:
        yield Vector(name, "s3", "GET", path, headers=[]).by_header().accepted()
    yield Vector("a listing", "s3", "GET", "/", "list-type=2&prefix=a%2Fb&delimiter=%2F&acl").by_header().accepted()
    normal = Vector("a path is not put in order", "s3", "GET", "/a/b").by_header()
    yield normal.changed(normal.name, path="/a/./b").refused(403, "SignatureDoesNotMatch")
    yield put.changed("a session").by_header(token=TOKEN).accepted()
    yield put.changed("a token that is not signed").by_header(token=TOKEN, unsigned=("x-amz-security-token",)).refused(
        403, "AccessDenied", HeadersNotSigned="x-amz-security-token"
    )
    wrong = put.changed("what was computed is shown", secret="other").by_header()
    yield wrong.changed(wrong.name, secret=SECRET).refused(
        403,
        "SignatureDoesNotMatch",
        S3_MISMATCH,
        AWSAccessKeyId=ID,
        StringToSign=wrong.to_sign,
        SignatureProvided=wrong.signature,
        StringToSignBytes=wrong.to_sign.encode().hex(" "),
        CanonicalRequest=wrong.canonical,
        CanonicalRequestBytes=wrong.canonical.encode().hex(" "),
    )
    yield signed.changed("too late", now=later(901)).refused(
        403,
        "RequestTimeTooSkewed",
        "The difference between the request time and the current time is too large.",
        RequestTime=STAMP,
        ServerTime="2026-01-02T03:19:06Z",
        MaxAllowedSkewMilliseconds="900000",
    )
    header_error = "AuthorizationHeaderMalformed"
    yield signed.changed("a credential without its parts").rewritten("/aws4_request", "").refused(
        400,
        header_error,
        "The authorization header is malformed; the Credential is mal-formed; expecting "
        '"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    )
    yield signed.changed("no signature").rewritten("Signature=", "Sig=").refused(
        400,
        header_error,
        "The authorization header is malformed; the authorization header requires three components: Credential, "
        "SignedHeaders, and Signature.",
    )
    yield put.changed("another service's", signed_service="ec2").by_header().refused(
        400,
        header_error,
        'The authorization header is malformed; incorrect service "ec2". This endpoint belongs to "s3".',
    )
    yield signed.changed("no Region").rewritten("us-east-1", "nowhere").refused(
        400,
        header_error,
        "The authorization header is malformed; the region 'nowhere' is wrong; expecting 'us-east-1'",
        Region="us-east-1",
    )


def sigv4a_vectors():
    body = b"Action=GetCallerIdentity&Version=2011-06-15"
    sts = Vector("sts", "sts", body=body, family="query", sigv4a=True)
    sts.algorithm = ECDSA
    for region_set, region in [
        ("us-east-1", "us-east-1"),
        ("*", "us-east-1"),
        ("us-*", "us-east-1"),
        ("eu-west-1,us-east-1", "us-east-1"),
        ("eu-west-1,eu-west-2", "eu-west-1"),
    ]:
        yield sts.changed(f"for {region_set}", region=region_set).by_header().accepted(region)
    yield sts.changed("for nowhere", region="eu-*").by_header().refused(
        403, "SignatureDoesNotMatch", "Credential should be scoped to a valid region. "
    )
    signed = sts.changed("sts").by_header()
    yield signed.changed("other Regions").header("x-amz-region-set", "*").refused(403, "SignatureDoesNotMatch", MISMATCH)
    yield signed.changed("another body", body=b"Action=GetSessionToken").refused(403, "SignatureDoesNotMatch", MISMATCH)
    yield signed.changed("another access key", access_key_id="AKIDOTHER").rewritten("AKIDEXAMPLE", "AKIDOTHER").refused(
        403, "SignatureDoesNotMatch", MISMATCH
    )
    yield sts.changed("Regions that are not signed").by_header(unsigned=("x-amz-region-set",)).refused(
        403, "SignatureDoesNotMatch", "'x-amz-region-set' must be a 'SignedHeader' in the AWS Authorization."
    )
    yield sts.changed("with a session token").by_header(token=TOKEN).accepted()
    asked = sts.changed("a presigned question", method="GET", query=body.decode(), body=b"")
    yield asked.changed(asked.name, region="*").by_query().accepted()
    yield asked.changed("another answer").by_query().rewritten("GetCallerIdentity", "GetSessionToken").refused(
        403, "SignatureDoesNotMatch", MISMATCH
    )
    s3 = Vector("an upload to S3", "s3", "PUT", "/a//b", body=b"x", sigv4a=True)
    s3.algorithm = ECDSA
    yield s3.changed(s3.name, region="*").by_header().accepted()


def chunked(name, sizes=(8192, 5), algorithm=HMAC, trailer=None, unsigned=False, checksums=True, edit=None, **fields):
    """A body in chunks; `edit` changes the list of its parts before they are joined."""
    word = "STREAMING-UNSIGNED-PAYLOAD" if unsigned else STREAM[algorithm]
    vector = Vector(name, "s3", "PUT", "/photos/a", sigv4a=True, headers=[("content-encoding", "aws-chunked")])
    vector.algorithm, vector.region = algorithm, "us-east-1"
    vector.data = b"a" * sum(sizes)
    vector.headers.append(("x-amz-decoded-content-length", fields.get("length", str(len(vector.data)))))
    if trailer:
        vector.headers.append(("x-amz-trailer", fields.get("announced", f"x-amz-checksum-{trailer}")))
    if fields.get("without"):
        vector.without(fields["without"])
    vector.by_header(word + ("-TRAILER" if trailer else ""))
    chain = Chain(vector.key(), vector.stamp, vector.signature)
    parts = []
    for size in (*sizes, 0):
        data = b"a" * size
        extension = "" if unsigned else f";chunk-signature={chain.chunk(data)}"
        parts.append([f"{size:x}{extension}\r\n", data, b"\r\n" if size else b""])
    lines = []
    if trailer:
        line = f"x-amz-checksum-{trailer}:{fields.get('checksum') or checksum(trailer, vector.data)}"
        lines.append(f"{line}\r\n")
        if not unsigned:
            lines.append(f"x-amz-trailer-signature:{chain.trailer(line + chr(10))}\r\n")
    lines.append("\r\n")
    if edit:
        edit(parts, lines)
    as_bytes = lambda part: part.encode() if isinstance(part, str) else part
    vector.body = b"".join(as_bytes(part) for chunk in parts for part in chunk) + b"".join(map(as_bytes, lines))
    return vector


def published(name, seed, headers, signatures, lines):
    """AWS's own example: 65,536 and 1,024 letters of `a`; every signature is the published one."""
    vector = Vector(name, "s3", "PUT", "/examplebucket/chunkObject.txt")
    vector.access_key_id, vector.secret = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    vector.stamp = vector.now = "20130524T000000Z"
    vector.headers = [("host", "s3.amazonaws.com"), ("x-amz-date", vector.stamp), *headers]
    vector.compute([n for n, _ in vector.headers], dict(headers)["x-amz-content-sha256"])
    assert vector.signature == seed, vector.signature
    signed = ";".join(sorted(n for n, _ in vector.headers))
    scope = f"{vector.access_key_id}/{vector.key().scope}"
    vector.headers.append(("authorization", f"{HMAC} Credential={scope},SignedHeaders={signed},Signature={seed}"))
    vector.data = b"a" * 66560
    chunks = zip((65536, 1024, 0), signatures)
    body = [f"{size:x};chunk-signature={signature}\r\n" + "a" * size + ("\r\n" if size else "") for size, signature in chunks]
    vector.body = ("".join(body) + lines + "\r\n").encode()
    return vector


def chunk_vectors():
    encoding = ("content-encoding", "aws-chunked")
    more = [("x-amz-decoded-content-length", "66560"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")]
    yield published(
        "AWS's example of chunks",
        "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
        [encoding, ("content-length", "66824"), ("x-amz-content-sha256", STREAM[HMAC]), *more],
        [
            "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
            "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
            "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
        ],
        "",
    ).accepted()
    yield published(
        "AWS's example of a trailer",
        "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
        [encoding, ("x-amz-content-sha256", STREAM[HMAC] + "-TRAILER"), *more, ("x-amz-trailer", "x-amz-checksum-crc32c")],
        [
            "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
            "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
            "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
        ],
        "x-amz-checksum-crc32c:sOO8/Q==\r\n"
        "x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n",
    ).accepted()
    yield chunked("signed chunks").accepted()
    yield chunked("no data at all", ()).accepted()
    yield chunked("one small chunk", (1,)).accepted()
    yield chunked("many chunks", (8192, 9000, 8192, 100)).accepted()
    yield chunked("chunks of Version 4a", algorithm=ECDSA).accepted()
    yield chunked("chunks of Version 4a with a trailer", algorithm=ECDSA, trailer="sha256").accepted()
    for name in ("crc32", "crc32c", "crc64nvme", "sha1", "sha256"):
        yield chunked(f"a signed trailer of {name}", trailer=name).accepted()
        yield chunked(f"an unsigned trailer of {name}", trailer=name, unsigned=True).accepted()
        wrong = checksum(name, b"b")
        upper = name.upper()
        yield chunked(f"a wrong {name}, signed", trailer=name, checksum=wrong).refused(
            400, "BadDigest", f"The {upper} you specified did not match the calculated checksum."
        )
        yield chunked(f"a wrong {name}, unsigned", trailer=name, unsigned=True, checksum=wrong).refused(400, "BadDigest")
    yield chunked("an unsigned trailer of Version 4a", algorithm=ECDSA, trailer="crc32", unsigned=True).accepted()

    def at(chunk, part, value):
        def edit(parts, _):
            parts[chunk][part] = value

        return edit

    yield chunked("a changed chunk", edit=at(0, 1, b"a" * 8191 + b"b")).refused(403, "SignatureDoesNotMatch", S3_MISMATCH)
    yield chunked("a changed last chunk", edit=at(1, 1, b"aaaab")).refused(403, "SignatureDoesNotMatch")
    yield chunked("a changed chunk of Version 4a", algorithm=ECDSA, edit=at(1, 1, b"aaaab")).refused(403, "SignatureDoesNotMatch")
    yield chunked("chunks in another order", (8192, 8193), edit=lambda parts, _: parts.insert(0, parts.pop(1))).refused(
        403, "SignatureDoesNotMatch"
    )
    yield chunked("a chunk left out", (8192, 8193), edit=lambda parts, _: parts.pop(0)).refused(403, "SignatureDoesNotMatch")
    yield chunked("a chunk twice", (8192, 8192), edit=lambda parts, _: parts.insert(1, parts[0])).refused(
        403, "SignatureDoesNotMatch"
    )
    yield chunked("a chunk without its signature", edit=at(0, 0, "2000\r\n")).refused(400, "IncompleteBody")
    yield chunked("a final chunk of another signature", edit=at(2, 0, f"0;chunk-signature={'0' * 64}\r\n")).refused(
        403, "SignatureDoesNotMatch"
    )
    yield chunked("no final chunk", edit=lambda parts, lines: (parts.pop(), lines.clear())).refused(400, "IncompleteBody")
    yield chunked("cut in a chunk", edit=lambda parts, lines: (parts.pop(), lines.clear(), parts.append(["5"]))).refused(
        400, "IncompleteBody"
    )
    yield chunked("no empty line", edit=lambda _, lines: lines.clear()).refused(400, "IncompleteBody")
    yield chunked("data after the end", edit=lambda _, lines: lines.append("x")).refused(400, "IncompleteBody")
    yield chunked("a second body after the end", edit=lambda parts, lines: lines.extend(parts[0])).refused(400, "IncompleteBody")
    yield chunked("more than declared", length="8196").refused(400, "IncompleteBody")
    yield chunked("less than declared", length="8198").refused(400, "IncompleteBody")
    yield chunked("a size that is none", edit=at(0, 0, "-1;chunk-signature=0\r\n")).refused(400, "IncompleteBody")
    yield chunked("an enormous size", edit=at(0, 0, "ffffffffffffffff;chunk-signature=0\r\n")).refused(400, "IncompleteBody")
    yield chunked("a size of many digits", edit=at(0, 0, "0" * 2000 + ";chunk-signature=0\r\n")).refused(400, "IncompleteBody")
    yield chunked("a line that ends early", edit=at(0, 0, "2000;chunk-signature=0\n")).refused(400, "IncompleteBody")
    yield chunked("a small chunk before the last", (5, 8192)).refused(
        403,
        "InvalidChunkSizeError",
        "Only the last chunk is allowed to have a size less than 8192 bytes",
        Chunk="1",
        BadChunkSize="5",
    )
    trailer = "crc32"
    malformed = (400, "MalformedTrailerError")
    for unsigned in (False, True):
        kind = "unsigned" if unsigned else "signed"
        make = lambda name, edit, **more: chunked(f"{name}, {kind}", trailer=trailer, unsigned=unsigned, edit=edit, **more)
        yield make("a trailer that is missing", lambda _, lines: lines.pop(0)).refused(*malformed)
        yield make("a trailer twice", lambda _, lines: lines.insert(0, lines[0])).refused(*malformed)
        yield make("a trailer that was not announced", lambda _, lines: lines.insert(0, "x-amz-meta-a:b\r\n")).refused(*malformed)
        yield make("a trailer that is no header", lambda _, lines: lines.insert(0, "x-amz-checksum-crc32\r\n")).refused(*malformed)
        yield make("a checksum that is none", None, checksum="AAAA").refused(
            400, "InvalidRequest", "Value for x-amz-checksum-crc32 trailing header is invalid."
        )
        yield make("an announcement of nothing known", None, announced="x-amz-meta-a").refused(
            400, "InvalidRequest", "The value specified in the x-amz-trailer header is not supported"
        )
        yield make("no announcement", None, without="x-amz-trailer").refused(400, "InvalidRequest")
        yield make("no length", None, without="x-amz-decoded-content-length").refused(411, "MissingContentLength")
        yield make("a length that is none", None, length="-1").refused(400, "InvalidArgument")
        yield make("data after the trailer", lambda _, lines: lines.append("x")).refused(400, "IncompleteBody")
        seedless = make("a signature of another secret", None)
        yield seedless.changed(seedless.name, secret="other").refused(403, "SignatureDoesNotMatch")
    signature = lambda _, lines: lines.__setitem__(1, f"x-amz-trailer-signature:{'0' * 64}\r\n")
    yield chunked("a trailer of another signature", trailer=trailer, edit=signature).refused(403, "SignatureDoesNotMatch")
    yield chunked("a trailer without its signature", trailer=trailer, edit=lambda _, lines: lines.pop(1)).refused(*malformed)
    yield chunked("a trailer behind its signature", trailer=trailer, edit=lambda _, lines: lines.insert(0, lines.pop(1))).refused(
        *malformed
    )
    yield chunked("a trailer where none was announced", edit=lambda _, lines: lines.insert(0, "x-amz-checksum-crc32:AAAAAA==\r\n")).refused(
        400, "IncompleteBody"
    )
    other = chunked("words of the other algorithm", algorithm=ECDSA)
    other.headers = [(n, STREAM[HMAC] if n == "x-amz-content-sha256" else v) for n, v in other.headers]
    yield other.refused(400, "InvalidArgument")


def form(name, conditions, fields, expiration="2026-01-02T04:00:00.000Z", bucket="photos", size=10, **more):
    algorithm = more.get("algorithm", HMAC)
    key = Key(ID, SECRET, STAMP[:8], "us-east-1", "s3", algorithm)
    own = [("x-amz-algorithm", algorithm), ("x-amz-credential", f"{ID}/{key.scope}"), ("x-amz-date", STAMP)]
    own += [("x-amz-region-set", "*")] if algorithm == ECDSA else []
    own += [("x-amz-security-token", TOKEN)] if more.get("token") else []
    document = {"expiration": expiration, "conditions": [*conditions, *({n: v} for n, v in own)]}
    document = more.get("document") or json.dumps(document)
    policy = base64.b64encode(document.encode()).decode()
    fields = [*fields, *own, ("policy", policy), ("x-amz-signature", key.sign(policy))]
    fields = [(n, more.get("replace", {}).get(n, v)) for n, v in fields if n not in more.get("without", ())]
    vector = {"name": name, "access_key_id": ID, "secret": SECRET, "now": more.get("now", STAMP)}
    rules = {"service": "s3", "home": "us-east-1", "s3": True, "sigv4a": True}
    vector |= {"rules": rules, "bucket": bucket, "fields": fields + more.get("extra", []), "size": size}
    return lambda *outcome: vector | {"outcome": dict(zip(("accepted", "status", "code", "text"), outcome))}


def post_vectors():
    conditions = [{"bucket": "photos"}, ["starts-with", "$key", "user/"], ["content-length-range", 1, 100]]
    key = [("key", "user/cat.jpg")]
    denied = lambda text: (False, 403, "AccessDenied", f"Invalid according to Policy: {text}")
    yield form("a form", conditions, key)(True)
    yield form("with a session token", conditions, key, token=True)(True)
    yield form("of Version 4a", conditions, key, algorithm=ECDSA)(True)
    yield form("with what is ignored", conditions, [*key, ("x-ignore-me", "1")])(True)
    yield form("its last moment", conditions, key, now="20260102T040000Z")(True)
    yield form("past its time", conditions, key, now="20260102T040001Z")(*denied("Policy expired."))
    yield form("signed more than a week ago", conditions, key, "2027-01-01T00:00:00Z", now=later(604801))(False, 403, "AccessDenied", "Request has expired")
    yield form("another key", conditions, [("key", "other")])(*denied('Policy Condition failed: ["starts-with", "$key", "user/"]'))
    yield form("another bucket", conditions, key, bucket="other")(*denied('Policy Condition failed: ["eq", "$bucket", "photos"]'))
    yield form("a field that is not covered", conditions, [*key, ("acl", "public-read")])(*denied("Extra input fields: acl"))
    yield form("a bucket that is not covered", conditions[1:], key)(*denied("Extra input fields: bucket"))
    yield form("a field that is missing", [*conditions, {"acl": "private"}], key)(*denied('Policy Condition failed: ["eq", "$acl", "private"]'))
    too_large = "Your proposed upload exceeds the maximum allowed size"
    yield form("too large", conditions, key, size=101)(False, 400, "EntityTooLarge", too_large)
    too_small = "Your proposed upload is smaller than the minimum allowed size"
    yield form("too small", conditions, key, size=0)(False, 400, "EntityTooSmall", too_small)
    wrong = base64.b64encode(b'{"expiration":"2027-01-01T00:00:00Z","conditions":[{"bucket":"photos"}]}').decode()
    yield form("another policy", conditions, key, replace={"policy": wrong})(False, 403, "SignatureDoesNotMatch", S3_MISMATCH)
    yield form("another signature", conditions, key, replace={"x-amz-signature": "0" * 64})(False, 403, "SignatureDoesNotMatch")
    missing = "Bucket POST must contain a field named '{}'.  If it is specified, please check the order of the fields."
    for name in ("policy", "x-amz-signature", "x-amz-credential", "x-amz-date", "x-amz-algorithm"):
        yield form(f"no {name}", conditions, key, without=(name,))(False, 400, "InvalidArgument", missing.format(name))
    yield form("a field twice", conditions, key, extra=[("Key", "user/dog.jpg")])(False, 400, "InvalidArgument")
    yield form("no document", conditions, key, document="hello")(False, 400, "InvalidPolicyDocument", "Invalid Policy: Invalid JSON.")
    odd = json.dumps({"expiration": "2027-01-01T00:00:00Z", "conditions": [["matches", "$key", ".*"]]})
    yield form("a condition that is unknown", conditions, key, document=odd)(False, 400, "InvalidPolicyDocument")
    yield form("another service's", conditions, key, replace={"x-amz-credential": f"{ID}/20260102/us-east-1/ec2/aws4_request"})(
        False, 400, "AuthorizationQueryParametersError"
    )


FILES = {
    "header": header_vectors,
    "presigned": presigned_vectors,
    "s3": s3_vectors,
    "sigv4a": sigv4a_vectors,
    "chunks": chunk_vectors,
    "post": post_vectors,
}

for file, vectors in FILES.items():
    written = list(vectors())
    names = [vector["name"] for vector in written]
    assert len(names) == len(set(names)), f"{file}: two vectors of one name"
    Path(__file__).with_name(f"{file}.json").write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n")
    print(file, len(written))
