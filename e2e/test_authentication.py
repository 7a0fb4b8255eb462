"""Who may not come in: every way to fail a signature gets AWS's error code, status and words."""

import datetime
import re
import urllib.error
import urllib.parse
import urllib.request

import pytest

import raw

MINUTE = datetime.timedelta(minutes=1)
BAD_SIGNATURE = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. "
    "Consult the service documentation for details."
)
BAD_TOKEN = "The security token included in the request is invalid."


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def test_the_helper_signs_so_that_the_server_agrees(dev):
    """The ground that every refusal below stands on."""
    answer = raw.call(dev, "ListKeys", {})
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/x-amz-json-1.1"
    assert re.fullmatch(r"[0-9a-f-]{36}", answer.headers["x-amzn-requestid"])


def test_a_wrong_secret_is_a_bad_signature(dev):
    answer = raw.call(dev, "ListKeys", {}, secret="wrong")
    assert (answer.status, answer.error, answer.message) == (400, "InvalidSignatureException", BAD_SIGNATURE)


def test_an_unknown_access_key_is_an_invalid_token(dev):
    answer = raw.call(dev, "ListKeys", {}, access_key="AKIANOBODY")
    assert (answer.status, answer.error) == (400, "UnrecognizedClientException")
    assert answer.message.startswith(BAD_TOKEN[:-1])


def test_a_tampered_body_is_a_bad_signature(dev):
    answer = raw.call(dev, "ListKeys", b'{"Limit":1}', tamper=lambda headers, body: (headers, b'{"Limit":2}'))
    assert (answer.status, answer.error) == (400, "InvalidSignatureException")


def test_a_tampered_header_is_a_bad_signature(dev):
    def tamper(headers, body):
        return {**headers, "X-Amz-Target": "TrentService.ListAliases"}, body

    answer = raw.call(dev, "ListKeys", {}, tamper=tamper)
    assert (answer.status, answer.error) == (400, "InvalidSignatureException")


def test_a_request_signed_too_long_ago_has_expired(dev):
    answer = raw.call(dev, "ListKeys", {}, when=now() - 6 * MINUTE)
    assert (answer.status, answer.error) == (400, "InvalidSignatureException")
    assert re.fullmatch(r"Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 5 min\.\)", answer.message)


def test_a_request_from_the_future_is_not_yet_current(dev):
    answer = raw.call(dev, "ListKeys", {}, when=now() + 6 * MINUTE)
    assert (answer.status, answer.error) == (400, "InvalidSignatureException")
    assert re.fullmatch(r"Signature not yet current: \d{8}T\d{6}Z is still later than \d{8}T\d{6}Z \(\d{8}T\d{6}Z \+ 5 min\.\)", answer.message)


def test_a_few_minutes_of_skew_are_forgiven(dev):
    for when in (now() - 4 * MINUTE, now() + 4 * MINUTE):
        assert raw.call(dev, "ListKeys", {}, when=when).status == 200


def test_a_signature_for_another_service_is_refused(dev):
    answer = raw.call(dev, "ListKeys", {}, scope_service="s3")
    assert (answer.status, answer.error) == (400, "InvalidSignatureException")
    assert "Credential should be scoped to correct service: 'kms'." in answer.message


def test_no_signature_at_all_is_a_missing_token(dev):
    def strip(headers, body):
        return {name: value for name, value in headers.items() if name != "Authorization"}, body

    answer = raw.call(dev, "ListKeys", {}, tamper=strip)
    assert (answer.status, answer.error, answer.message) == (400, "MissingAuthenticationTokenException", "Missing Authentication Token")


def test_a_header_with_parts_missing_says_which(dev):
    def cut(headers, body):
        return {**headers, "Authorization": re.sub(r", Signature=.*", "", headers["Authorization"])}, body

    answer = raw.call(dev, "ListKeys", {}, tamper=cut)
    assert (answer.status, answer.error) == (400, "IncompleteSignatureException")
    assert "Authorization header requires 'Signature' parameter." in answer.message


def test_a_malformed_header_is_not_echoed(dev):
    def mangle(headers, body):
        return {**headers, "Authorization": "AWS4-HMAC-SHA256 sekrit"}, body

    answer = raw.call(dev, "ListKeys", {}, tamper=mangle)
    assert (answer.status, answer.error) == (400, "IncompleteSignatureException")
    assert b"Authorization=AWS4-HMAC-SHA256 sekrit" not in answer.body


def test_an_unsigned_amz_header_is_refused(dev):
    """What was not signed can have been added on the way."""

    def add(headers, body):
        return {**headers, "X-Amz-Security-Policy": "open"}, body

    answer = raw.call(dev, "ListKeys", {}, tamper=add)
    assert answer.status == 400
    assert answer.error in ("InvalidSignatureException", "IncompleteSignatureException")


def test_a_secret_is_never_told(dev):
    answer = raw.call(dev, "ListKeys", {}, secret="wrong")
    for secret in (b"wrong", b"AWS4test", b"Canonical String"):
        assert secret not in answer.body
    assert "other-secret" not in dev.log()


class TestQueryProtocol:
    """STS speaks XML: the same refusals under other names, most of them with 403."""

    BODY = urllib.parse.urlencode({"Action": "GetCallerIdentity", "Version": "2011-06-15"}).encode()

    def call(self, server, **options):
        return raw.call(server, None, self.BODY, service="sts", content_type="application/x-www-form-urlencoded", **options)

    @staticmethod
    def code(answer):
        found = re.search(rb"<ErrorResponse[^>]*>.*<Code>(\w+)</Code>", answer.body, re.DOTALL)
        return found and found.group(1).decode()

    def test_a_good_signature_is_answered(self, dev):
        answer = self.call(dev)
        assert answer.status == 200
        assert b"<Account>000000000000</Account>" in answer.body

    @pytest.mark.parametrize(
        ("options", "code"),
        [
            ({"secret": "wrong"}, "SignatureDoesNotMatch"),
            ({"access_key": "AKIANOBODY"}, "InvalidClientTokenId"),
            ({"when": datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)}, "SignatureDoesNotMatch"),
        ],
        ids=["wrong-secret", "unknown-key", "expired"],
    )
    def test_a_bad_one_is_refused(self, dev, options, code):
        answer = self.call(dev, **options)
        assert (answer.status, self.code(answer)) == (403, code)

    @pytest.mark.parametrize("minutes", [-14, 14])
    def test_the_window_is_fifteen_minutes(self, dev, minutes):
        assert self.call(dev, when=now() + minutes * MINUTE).status == 200


class TestPresigned:
    """URLs that are good for whoever holds them, as boto3 makes them and Kubernetes uses them."""

    @pytest.fixture
    def url(self, dev):
        return dev.client("sts").generate_presigned_url("get_caller_identity", ExpiresIn=60, HttpMethod="GET")

    @staticmethod
    def get(url, **headers):
        try:
            with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def test_one_is_answered_without_any_header(self, url):
        status, body = self.get(url)
        assert status == 200
        assert "<Account>000000000000</Account>" in body

    def test_a_changed_one_is_refused(self, url):
        for changed in (url.replace("GetCallerIdentity", "GetSessionToken"), url.replace("us-east-1", "eu-west-1"), url[:-1] + "g"):
            status, body = self.get(changed)
            assert status == 403
            assert "<Code>SignatureDoesNotMatch</Code>" in body

    def test_a_header_with_a_meaning_cannot_be_added(self, url):
        status, body = self.get(url, **{"X-Amz-Copy-Source": "/elsewhere"})
        assert status == 403
        assert "'x-amz-copy-source' must be a 'SignedHeader'" in body.replace("&apos;", "'")

    def test_one_without_its_parts_is_told_which(self, url):
        status, body = self.get(re.sub(r"&X-Amz-Signature=\w+", "", url))
        assert status == 400
        assert "<Code>IncompleteSignature</Code>" in body
        assert "X-Amz-Signature" in body
