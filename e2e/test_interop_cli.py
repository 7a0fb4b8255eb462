"""The official command line and ours, with the same arguments on the same files: what one writes the other reads, and both
tell the same of it."""

import base64
import json
import pathlib
import subprocess

import pytest

import interop
import server
from interop import plaintext
from table import Table

pytestmark = pytest.mark.skipif(not interop.installed("cli"), reason="the official command line of the Encryption SDK is not installed")

TOOLS = {"official": [str(interop.CLI)], "ours": [server.BINARY, "aws-encryption-cli"]}
OTHER = {"official": "ours", "ours": "official"}
tools = pytest.mark.parametrize("tool", list(TOOLS))


class Place:
    """A directory, and the tools run in it against the tests' server."""

    def __init__(self, folder, dev, key):
        self.folder, self.key = folder, key
        self.environment = {**dev.environment(endpoint=dev.endpoint), "HOME": str(folder)}

    def run(self, tool, *arguments, given=b""):
        """A tool's run: finished, whatever came of it."""
        words = [str(word) for word in arguments]
        return subprocess.run([*TOOLS[tool], *words], cwd=self.folder, env=self.environment, input=given, capture_output=True, timeout=120)

    def does(self, tool, *arguments, given=b""):
        """What a run that succeeds says on standard output."""
        done = self.run(tool, *arguments, given=given)
        assert done.returncode == 0, f"{tool} {arguments}: {done.stdout!r} {done.stderr.decode()}"
        return done.stdout

    def fastness(self, *arguments, given=b""):
        done = subprocess.run([server.BINARY, *arguments], cwd=self.folder, env=self.environment, input=given, capture_output=True, timeout=120)
        assert done.returncode == 0, f"{arguments}: {done.stderr.decode()}"
        return done.stdout

    def kms(self, kind, **more):
        """A keyring of KMS's, as the libraries take it."""
        return {"kind": kind, "region": "us-east-1", "endpoint": self.environment["AWS_ENDPOINT_URL"], **more}

    def write(self, name, data):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def read(self, name):
        return (self.folder / name).read_bytes()

    def pem(self, name):
        """A public key in DER, as PEM."""
        return subprocess.run(["openssl", "pkey", "-pubin", "-inform", "DER", "-in", self.folder / name], check=True, capture_output=True, text=True).stdout

    def records(self, name):
        """The lines of a metadata file."""
        return [json.loads(line) for line in self.read(name).splitlines()]

    def tree(self, name):
        """Files below a directory, by their paths in it."""
        root = self.folder / name
        return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def keys(kms):
    return [kms.create_key()["KeyMetadata"]["Arn"] for _ in range(2)]


@pytest.fixture
def place(tmp_path, dev, keys):
    return Place(tmp_path, dev, keys[0])


COMMITTED = ["--commitment-policy", "require-encrypt-require-decrypt"]
ANY = ["--commitment-policy", "require-encrypt-allow-decrypt"]
CASES = {
    "as it comes": ([], []),
    "unsigned, in long frames": (["--algorithm", "AES_256_GCM_HKDF_SHA512_COMMIT_KEY", "--frame-length", "65536", *COMMITTED], COMMITTED),
    "an old suite, signed": (["--algorithm", "AES_128_GCM_IV12_TAG16_HKDF_SHA256_ECDSA_P256", "--commitment-policy", "forbid-encrypt-allow-decrypt"], ANY),
    "an old suite, unsigned": (["--algorithm", "AES_192_GCM_IV12_TAG16", "--commitment-policy", "forbid-encrypt-allow-decrypt"], ANY),
    "in base64, cached": (["--encode", "--caching", "capacity=10", "max_age=60.0"], ["--decode"]),
    "required to have a context": (["-c", "tenant=a", "purpose=größe = 3"], ["-c", "tenant=a", "purpose", "--buffer"]),
}


def told(records):
    """Metadata without what differs by place."""
    return [{name: value for name, value in record.items() if name not in ["input", "output"]} for record in records]


@tools
@pytest.mark.parametrize("name", list(CASES))
def test_each_reads_what_the_other_wrote_and_both_tell_the_same_of_it(place, keys, tool, name):
    encrypting, decrypting = CASES[name]
    data = plaintext(100_000)
    place.write("in", data)
    place.does(tool, "-e", "-i", "in", "-o", "message", "--metadata-output", "written", "-w", *[f"key={key}" for key in keys], *encrypting)
    [written] = place.records("written")
    records = {}
    for reader in TOOLS:
        place.does(reader, "-d", "-i", "message", "-o", f"out-{reader}", "--metadata-output", f"read-{reader}", "-w", f"key={keys[1]}", *decrypting)
        assert place.read(f"out-{reader}") == data
        records[reader] = place.records(f"read-{reader}")
    assert told(records["ours"]) == told(records["official"])
    [read] = records["ours"]
    assert read["header"] == written["header"]
    assert (written["mode"], read["mode"]) == ("encrypt", "decrypt")
    for record, ends in [(written, ("in", "message")), (read, ("message", "out-ours"))]:
        assert tuple(pathlib.Path(record[end]).name for end in ["input", "output"]) == ends


def test_both_write_the_same_metadata_and_the_same_header_but_for_what_is_random(place, keys):
    place.write("in", b"data")
    headers = {}
    for tool in TOOLS:
        words = ["-w", f"key={keys[0]}", f"key={keys[1]}", "-c", "a=b", "--algorithm", "AES_256_GCM_HKDF_SHA512_COMMIT_KEY"]
        place.does(tool, "-e", "-i", "in", "-o", f"message-{tool}", "--metadata-output", f"written-{tool}", *words)
        [record] = place.records(f"written-{tool}")
        header = record["header"]
        for name in ["message_id", "commitment_key"]:
            header[name] = len(base64.b64decode(header[name]))
        for data_key in header["encrypted_data_keys"]:
            data_key["encrypted_data_key"] = len(base64.b64decode(data_key["encrypted_data_key"])) > 0
        # The official tool may sort wrapping keys as it likes.
        header["encrypted_data_keys"].sort(key=json.dumps)
        headers[tool] = header
    assert headers["ours"] == headers["official"]
    assert len(place.read("message-ours")) == len(place.read("message-official"))


@tools
def test_directories_keep_their_names_and_contents(place, tool):
    files = {"a.txt": b"a", "empty": b"", "deep/er/b.bin": plaintext(10_000), "deep/c d": b"space"}
    for name, data in files.items():
        place.write(f"in/{name}", data)
    (place.folder / "messages").mkdir()
    common = ["-S", "-r", "-w", f"key={place.key}"]
    place.does(tool, "-e", "-i", "in", "-o", "messages", "--caching", "capacity=10", "max_age=60", "max_messages_encrypted=2", *common)
    assert set(place.tree("messages")) == {f"{name}.encrypted" for name in files}
    for reader in TOOLS:
        (place.folder / reader).mkdir()
        place.does(reader, "-d", "-i", "messages", "-o", reader, *common)
        (place.folder / f"{reader}-named").mkdir()
        place.does(reader, "-d", "-i", "messages", "-o", f"{reader}-named", "--suffix", ".plain", *common)
    assert place.tree("ours") == place.tree("official") == {f"{name}.encrypted.decrypted": data for name, data in files.items()}
    assert place.tree("ours-named") == place.tree("official-named") == {f"{name}.encrypted.plain": data for name, data in files.items()}


@tools
def test_many_small_frames_cross(place, tool):
    data = plaintext(4_000_000)
    place.write("in", data)
    place.does(tool, "-e", "-i", "in", "-o", "message", "-S", "--frame-length", "128", "-w", f"key={place.key}")
    assert len(place.read("message")) > len(data) / 128 * (128 + 32)
    place.does(OTHER[tool], "-d", "-i", "message", "-o", "out", "-S", "-w", f"key={place.key}")
    assert place.read("out") == data


@tools
def test_pipes_and_arguments_in_files_work(place, tool):
    place.write("arguments", f"-S\n-w\nkey={place.key}\n".encode())
    data = plaintext(50_000)
    message = place.does(tool, "-e", "-i", "-", "-o", "-", "@arguments", given=data)
    assert place.does(OTHER[tool], "-d", "-i", "-", "-o", "-", "@arguments", given=message) == data
    found = place.does(OTHER[tool], "-d", "-i", "-", "-o", "-", "-S", "-w", "discovery=true", "region=us-east-1", given=message)
    assert found == data
    account = place.key.split(":")[4]
    filtered = ["-w", "discovery=true", f"discovery-account={account}", "discovery-partition=aws"]
    assert place.does(OTHER[tool], "-d", "-i", "-", "-o", "-", "-S", *filtered, given=message) == data


# What is wrong, how, and whether the official tool says so by its status; ours always does.
@pytest.fixture
def message(place, keys):
    place.write("in", plaintext(5000))
    place.does("ours", "-e", "-i", "in", "-o", "message", "-S", "-c", "tenant=a", "-w", f"key={keys[0]}")
    place.does("ours", "-e", "-i", "in", "-o", "two", "-S", "-w", *[f"key={key}" for key in keys])
    good = place.read("message")
    place.write("tampered", good[:3000] + bytes([good[3000] ^ 1]) + good[3001:])
    place.write("truncated", good[:-1])
    place.write("base64", base64.b64encode(good))
    return good


@pytest.mark.parametrize(
    "words, official",
    [
        (["-d", "-i", "message", "-w", "key={other}"], 1),
        (["-d", "-i", "message", "-w", "discovery=true", "discovery-account=999999999999", "discovery-partition=aws"], 1),
        (["-d", "-i", "tampered", "-w", "key={key}"], 1),
        (["-d", "-i", "truncated", "-w", "key={key}"], 1),
        (["-d", "-i", "base64", "-w", "key={key}"], 1),
        (["-d", "-i", "in", "-w", "key={key}"], 1),
        (["-d", "-i", "missing", "-w", "key={key}"], 1),
        (["-d", "-i", "message", "--max-length", "1000", "-w", "key={key}"], 1),
        (["-d", "-i", "two", "--max-encrypted-data-keys", "1", "-w", "key={key}"], 1),
        (["-e", "-i", "in", "--max-encrypted-data-keys", "1", "-w", "key={key}", "key={other}"], 1),
        (["--decrypt-unsigned", "-i", "message", "-w", "key={key}"], 1),
        (["-e", "-i", "in", "-w", "key={key}", "--algorithm", "AES_256_GCM_IV12_TAG16"], 1),
        # It deletes what it wrote, and ends with 0.
        (["-d", "-i", "message", "-c", "tenant=b", "-w", "key={key}"], 0),
        (["-d", "-i", "message", "-c", "user", "-w", "key={key}"], 0),
        # Command lines that are wrong.
        (["-e", "-d", "-i", "in", "-w", "key={key}"], 2),
        (["-i", "in", "-w", "key={key}"], 2),
        (["-e", "-i", "in"], 2),
        (["-e", "-i", "in", "-w", "key={key}", "--algorithm", "ROT13"], 2),
        (["-e", "-i", "in", "-w", "provider=aws-kms"], 2),
        (["-e", "-i", "in", "-w", "key={key}", "--caching", "capacity=10"], 2),
    ],
    ids=lambda value: " ".join(value).replace("{", "").replace("}", "") if isinstance(value, list) else None,
)
def test_both_refuse_alike_and_leave_nothing(place, keys, message, words, official):
    words = [word.format(key=keys[0], other=keys[1]) for word in words]
    statuses = {}
    for tool in TOOLS:
        statuses[tool] = place.run(tool, *words, "-S", "-o", f"out-{tool}").returncode
        assert not (place.folder / f"out-{tool}").exists()
    assert statuses["official"] == official
    assert statuses["ours"] == (official or 1)


def test_neither_overwrites_what_it_is_told_to_keep(place, message):
    for tool in TOOLS:
        place.write("kept", b"before")
        place.run(tool, "-d", "-i", "message", "-o", "kept", "-S", "--no-overwrite", "-w", f"key={place.key}")
        assert place.read("kept") == b"before"
        place.does(tool, "-d", "-i", "message", "-o", "kept", "-S", "-w", f"key={place.key}")
        assert place.read("kept") == plaintext(5000)


def test_the_humane_forms_write_and_read_the_same_format(place, kms):
    kms.create_alias(AliasName="alias/interop", TargetKeyId=place.key)
    place.write("backup.tar", plaintext(2_000_000))
    place.fastness("encrypt", "--key", "alias/interop", "-c", "purpose=backup", "backup.tar")
    place.does("official", "-d", "-i", "backup.tar.encrypted", "-o", "official", "-S", "-c", "purpose=backup", "-w", f"key={place.key}")
    assert place.read("official") == plaintext(2_000_000)
    place.does("official", "-e", "-i", "official", "-o", "again.encrypted", "-S", "-c", "purpose=backup", "-w", f"key={place.key}")
    place.fastness("decrypt", "--key", "alias/interop", "-c", "purpose=backup", "again.encrypted")
    assert place.read("again") == plaintext(2_000_000)


KEYS = json.loads((interop.ROOT / "conformance/envelope/keys.json").read_text())


def libraries(*features):
    """AWS's libraries that have all of these."""
    names = [name for name in interop.having(*features) if name in interop.AWS]
    missing = lambda name: pytest.mark.skipif(not interop.installed(name), reason=f"the Encryption SDK for {name} is not installed")
    return pytest.mark.parametrize("name", [pytest.param(name, marks=missing(name)) for name in names])


@libraries()
def test_raw_keys_of_the_command_line_are_those_of_the_libraries(place, implementations, name):
    library = implementations[name]
    place.write("aes", base64.b64decode(KEYS["aes-192"]))
    for half in ["public", "private"]:
        place.write(half, KEYS["rsa-2048"][half].encode())
    data = plaintext(70_000)
    aes = {"kind": "raw-aes", "namespace": "backups", "name": "2026 key", "key": KEYS["aes-192"]}
    words = ["--raw-aes", "backups/2026 key=file:aes", "-c", "purpose=backup"]
    written = place.fastness("encrypt", *words, given=data)
    assert library.decrypt(aes, written)["plaintext"] == data
    for suite in interop.COMMITTING:
        message = library.encrypt(aes, data, suite=suite, context={"purpose": "backup"})
        assert place.fastness("decrypt", *words, given=message) == data
    for padding in ["oaep-sha1", "oaep-sha256", "oaep-sha384", "oaep-sha512"]:
        rsa = {"kind": "raw-rsa", "namespace": "backups", "name": "rsa", "padding": padding.upper().replace("-", "_"), **KEYS["rsa-2048"]}
        written = place.fastness("encrypt", "--raw-rsa", "backups/rsa=file:public", "--rsa-padding", padding, given=data)
        assert library.decrypt(rsa, written)["plaintext"] == data
        message = library.encrypt(rsa, data)
        assert place.fastness("decrypt", "--raw-rsa", "backups/rsa=file:private", "--rsa-padding", padding, given=message) == data


@libraries("required")
def test_context_that_is_not_stored_crosses_on_the_command_line(place, implementations, name):
    library = implementations[name]
    strict = place.kms("kms", key=place.key)
    context, data = {"tenant": "a", "purpose": "test"}, plaintext(3000)
    words = ["-k", place.key, "-c", "tenant=a", "-c", "purpose=test", "--context-not-stored", "tenant"]
    written = place.fastness("encrypt", *words, given=data)
    assert b"tenant" not in written
    assert library.decrypt(strict, written, context={"tenant": "a"})["plaintext"] == data
    message = library.encrypt(strict, data, context=context, required=["tenant"])
    assert place.fastness("decrypt", *words, given=message) == data


@libraries("kms-rsa", "kms-ecdh", "raw-ecdh")
def test_key_pairs_cross_on_the_command_line(place, implementations, kms, name):
    library, data = implementations[name], plaintext(3000)
    rsa = kms.create_key(KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT")["KeyMetadata"]["Arn"]
    place.write("rsa.der", kms.get_public_key(KeyId=rsa)["PublicKey"])
    keyring = place.kms("kms-rsa", key=rsa, algorithm="RSAES_OAEP_SHA_256")
    for named in [rsa, f"{rsa}=file:rsa.der"]:
        written = place.fastness("encrypt", "--unsigned", "--kms-rsa", named, given=data)
        assert library.decrypt(keyring, written)["plaintext"] == data
    public = place.pem("rsa.der")
    assert place.fastness("decrypt", "--kms-rsa", rsa, given=library.encrypt({**keyring, "public": public}, data)) == data

    curve = "ECC_NIST_P384"
    agreeing = kms.create_key(KeySpec=curve, KeyUsage="KEY_AGREEMENT")["KeyMetadata"]["Arn"]
    place.write("ec.der", kms.get_public_key(KeyId=agreeing)["PublicKey"])
    written = place.fastness("encrypt", "--kms-ecdh", agreeing, given=data)
    assert library.decrypt(place.kms("kms-ecdh", curve=curve, recipient=agreeing), written)["plaintext"] == data
    message = library.encrypt({"kind": "raw-ecdh", "curve": curve, "recipient_public": place.pem("ec.der")}, data)
    assert place.fastness("decrypt", "--kms-ecdh", agreeing, given=message) == data

    own = KEYS[f"{curve}-recipient"]
    for half in ["public", "private"]:
        place.write(half, own[half].encode())
    written = place.fastness("encrypt", "--raw-ecdh", f"{curve}=file:public", given=data)
    assert library.decrypt({"kind": "raw-ecdh", "curve": curve, "recipient_private": own["private"]}, written)["plaintext"] == data
    message = library.encrypt({"kind": "raw-ecdh", "curve": curve, "recipient_public": own["public"]}, data, suite="0578")
    assert place.fastness("decrypt", "--raw-ecdh", f"{curve}=file:private", given=message) == data


@libraries("hierarchy")
def test_branch_keys_of_the_command_line_are_those_of_the_libraries(place, implementations, name):
    library, data = implementations[name], plaintext(3000)
    store = ["--branch-key-store", "keys", "--branch-key-kms-key", place.key]
    words = [*store, "--branch-key", "tenant-1"]
    place.fastness("branch-key", "create", *store, "--id", "tenant-1", "-c", "tenant=1")
    before = place.fastness("encrypt", *words, given=data)
    place.fastness("branch-key", "rotate", *store, "--id", "tenant-1")
    after = place.fastness("encrypt", *words, given=data)
    with Table() as table:
        # Behind its first line, the file has items as DynamoDB's API writes them.
        items = [json.loads(line) for line in place.read("keys").splitlines()[1:]]
        table.items = {table.key(item): item for item in items}
        assert len(items) == 4
        keyring = place.kms("hierarchy", key=place.key, branch_key="tenant-1", table="Restored", table_endpoint=table.endpoint, logical="branch-keys")
        for message in [before, after]:
            assert library.decrypt(keyring, message)["plaintext"] == data
        assert place.fastness("decrypt", *words, given=library.encrypt(keyring, data)) == data
