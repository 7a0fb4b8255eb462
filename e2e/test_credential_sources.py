"""`fastness encrypt` finds out who it is as AWS's tools do: each source of credentials, against the real server, which says
on record who called."""

import http.server
import json
import subprocess
import threading

import pytest

import idp
from server import AWS, BINARY, REGION, Server

ACCOUNT = "000000000000"
PLAIN = b"what only some may read"


class House:
    """A server with a key, a user, a role that the user may assume, and one for people of an identity provider."""

    def __init__(self, server, provider):
        self.server = server
        iam, kms = server.client("iam"), server.client("kms")
        self.key = kms.create_key()["KeyMetadata"]["Arn"]
        iam.create_user(UserName="alice")
        allowed = {"Effect": "Allow", "Action": ["kms:*", "sts:*"], "Resource": "*"}
        iam.put_user_policy(UserName="alice", PolicyName="own", PolicyDocument=document(allowed))
        made = iam.create_access_key(UserName="alice")["AccessKey"]
        self.alice = {"aws_access_key_id": made["AccessKeyId"], "aws_secret_access_key": made["SecretAccessKey"]}
        federated = iam.create_open_id_connect_provider(Url=f"https://{provider.host}", ClientIDList=["app"])
        trusted = {
            "app": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/alice"}},
            "next": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/app"}},
            "web": {
                "Effect": "Allow",
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Principal": {"Federated": federated["OpenIDConnectProviderArn"]},
                "Condition": {"StringEquals": {f"{provider.host}:aud": "app"}},
            },
        }
        for name, statement in trusted.items():
            iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(statement))
            iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document(allowed))

    def session(self):
        """A session of the role `app`, as a document that hosts of containers and instances give."""
        sts = self.server.client("sts", access_key=self.alice["aws_access_key_id"], secret=self.alice["aws_secret_access_key"])
        made = sts.assume_role(RoleArn=role("app"), RoleSessionName="given")["Credentials"]
        return {
            "Version": 1,
            "Code": "Success",
            "AccessKeyId": made["AccessKeyId"],
            "SecretAccessKey": made["SecretAccessKey"],
            "SessionToken": made["SessionToken"],
            "Token": made["SessionToken"],
            "Expiration": made["Expiration"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        }


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def role(name):
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


def assumed(name, session):
    return f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/{session}"


@pytest.fixture(scope="module")
def provider():
    with idp.Provider(idp.EcKey("ec")) as provider:
        yield provider


@pytest.fixture(scope="module")
def house(tmp_path_factory, provider):
    with Server(tmp_path_factory.mktemp("dev"), "--quotas", "off") as server:
        yield House(server, provider)


class Person:
    """Somebody with a home of their own, and nothing in the environment but what is said."""

    def __init__(self, house, home):
        self.house, self.home = house, home
        self.variables = {"PATH": f"{AWS.parent}:/usr/bin:/bin", "HOME": str(home), "AWS_EC2_METADATA_DISABLED": "true"}
        (home / ".aws").mkdir()

    def has(self, name, **sections):
        """Writes `~/.aws/NAME`."""
        text = ""
        for section, properties in sections.items():
            prefix = "" if name == "credentials" or section == "default" else "profile "
            text += f"[{prefix}{section}]\n" + "".join(f"{key} = {value}\n" for key, value in properties.items())
        (self.home / ".aws" / name).write_text(text)
        return self

    def is_told(self, **variables):
        self.variables.update(variables)
        return self

    def is_near(self):
        """Knows where the server is."""
        return self.is_told(AWS_ENDPOINT_URL=self.house.server.endpoint, AWS_REGION=REGION)

    def runs(self, *arguments, stdin=PLAIN):
        command = [BINARY, *arguments]
        return subprocess.run(command, env=self.variables, cwd=self.home, input=stdin, capture_output=True, timeout=60)

    def encrypts(self, *arguments):
        """Encrypts and decrypts; gives who did, by the server's record."""
        sealed = self.runs("encrypt", "-k", self.house.key, *arguments)
        assert sealed.returncode == 0, sealed.stderr.decode()
        assert PLAIN not in sealed.stdout
        opened = self.runs("decrypt", "-k", self.house.key, *arguments, stdin=sealed.stdout)
        assert (opened.returncode, opened.stdout) == (0, PLAIN), opened.stderr.decode()
        records = [json.loads(line) for line in self.house.server.fastness("audit", "tail").stdout.splitlines()]
        callers = {record["eventName"]: record["userIdentity"].get("arn") for record in records}
        assert callers["GenerateDataKey"] == callers["Decrypt"]
        return callers["Decrypt"]

    def fails(self, *arguments):
        done = self.runs("encrypt", "-k", self.house.key, *arguments)
        assert done.returncode != 0 and done.stdout == b""
        return done.stderr.decode()


@pytest.fixture
def person(house, tmp_path):
    return Person(house, tmp_path)


ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"


def test_keys_in_the_environment(person):
    keys = {name.upper(): value for name, value in person.house.alice.items()}
    assert person.is_near().is_told(**keys).encrypts() == ALICE


def test_a_profile_alone_says_everything_over_tls_too(person):
    server = person.house.server
    person.has("credentials", ops=person.house.alice)
    person.has("config", ops={"region": REGION, "endpoint_url": server.tls_endpoint, "ca_bundle": server.ca()})
    assert person.encrypts("--profile", "ops") == ALICE
    assert person.is_told(AWS_PROFILE="ops").encrypts() == ALICE
    # Without the authority that vouches for the server nothing is said to it.
    person.has("config", ops={"region": REGION, "endpoint_url": server.tls_endpoint})
    assert "invalid peer certificate" in person.fails()


def test_roles_one_through_another(person):
    person.is_near().has("credentials", base=person.house.alice)
    person.has(
        "config",
        app={"role_arn": role("app"), "source_profile": "base", "role_session_name": "one"},
        next={"role_arn": role("next"), "source_profile": "app", "role_session_name": "two"},
        web={"role_arn": role("web"), "source_profile": "base"},
    )
    assert person.encrypts("--profile", "app") == assumed("app", "one")
    assert person.encrypts("--profile", "next") == assumed("next", "two")
    refusal = person.fails("--profile", "web")
    assert "AccessDenied" in refusal and f"(AssumeRole, {role('web')})" in refusal


def test_a_web_identity(person, provider):
    token = person.home / "token"
    token.write_text(provider.token(provider.keys[0]))
    person.is_near().has("config", pod={"role_arn": role("web"), "web_identity_token_file": token, "role_session_name": "pod"})
    assert person.encrypts("--profile", "pod") == assumed("web", "pod")
    person.is_told(AWS_WEB_IDENTITY_TOKEN_FILE=str(token), AWS_ROLE_ARN=role("web"), AWS_ROLE_SESSION_NAME="env")
    assert person.encrypts() == assumed("web", "env")
    token.write_text(provider.token(provider.keys[0], aud="another"))
    assert "InvalidIdentityToken" in person.fails()


def test_a_program_of_ones_own(person):
    printed = person.home / "printed credentials.json"
    printed.write_text(json.dumps(person.house.session()))
    person.is_near().has("config", own={"credential_process": f"cat '{printed}'"})
    assert person.encrypts("--profile", "own") == assumed("app", "given")
    printed.write_text("{}")
    assert "it did not print a document of Version 1" in person.fails("--profile", "own")


class Host:
    """What the host of a container or an instance answers: `replies` from (method, path) to a function of the headers."""

    def __init__(self, replies):
        self.replies = replies

    def __enter__(self):
        replies = self.replies

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self):
                reply = replies.get((self.command, self.path))
                status, body = reply(self.headers) if reply else (404, b"")
                self.send_response(status)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_PUT = answer

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def test_a_container(person):
    given = json.dumps(person.house.session()).encode()
    token = person.home / "token"
    token.write_text("pass")
    agent = lambda headers: (200, given) if headers["authorization"] == "pass" else (403, b"")
    with Host({("GET", "/v1/credentials"): agent}) as host:
        person.is_near().is_told(AWS_CONTAINER_CREDENTIALS_FULL_URI=f"{host.url}/v1/credentials")
        assert "the answer is 403" in person.fails()
        person.is_told(AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=str(token))
        assert person.encrypts() == assumed("app", "given")


def test_an_instance(person):
    given = json.dumps(person.house.session()).encode()
    listing = "/latest/meta-data/iam/security-credentials/"
    with_token = lambda body: lambda headers: (200, body) if headers["x-aws-ec2-metadata-token"] == "t" else (401, b"")
    replies = {
        ("PUT", "/latest/api/token"): lambda headers: (200, b"t"),
        ("GET", listing): with_token(b"app"),
        ("GET", f"{listing}app"): with_token(given),
    }
    with Host(replies) as host:
        person.is_near().is_told(AWS_EC2_METADATA_SERVICE_ENDPOINT=host.url, AWS_METADATA_SERVICE_TIMEOUT="30")
        assert "no credentials" in person.fails()
        person.is_told(AWS_EC2_METADATA_DISABLED="false")
        assert person.encrypts() == assumed("app", "given")


def test_nobody_is_told_what_to_do(person):
    person.is_near()
    assert "no credentials: set AWS_ACCESS_KEY_ID" in person.fails()
    assert "there is no profile nobody" in person.fails("--profile", "nobody")
    person.has("config", work={"sso_session": "s"})
    assert "credential_process = aws configure export-credentials --profile work" in person.fails("--profile", "work")


def test_failures_that_pass_are_waited_out(person):
    keys = {name.upper(): value for name, value in person.house.alice.items()}
    person.is_near().is_told(**keys, AWS_MAX_ATTEMPTS="20")
    server = person.house.server
    for fault in (("--error", "500:0.5"), ("--reset", "0.5")):
        server.fastness("fault", "add", "kms", *fault, "--seed", "1")
        try:
            for _ in range(3):
                assert person.encrypts() == ALICE
        finally:
            server.fastness("fault", "clear")
