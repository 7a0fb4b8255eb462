"""Certificates as an operator has them: an authority of one's own, what it issued, and whom it revoked; all in files."""

import datetime
import ipaddress
import pathlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HOUR = datetime.timedelta(hours=1)
DAY = 24 * HOUR


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def subject(name):
    return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example"), x509.NameAttribute(NameOID.COMMON_NAME, name)])


def alternative(name):
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def private(key):
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def public(*certificates):
    return b"".join(certificate.public_bytes(serialization.Encoding.PEM) for certificate in certificates)


class Pair:
    """A certificate and its key, in two files."""

    def __init__(self, folder, name, chain, key):
        self.chain, self.key = chain, key
        self.certificate_path, self.key_path = (folder / f"{name}{end}.pem" for end in ("", "-key"))
        self.write(self.certificate_path, self.key_path)

    @property
    def der(self):
        return self.chain[0].public_bytes(serialization.Encoding.DER)

    @property
    def files(self):
        return str(self.certificate_path), str(self.key_path)

    def write(self, certificate_path, key_path):
        """Puts it where another one lies, as a renewal does."""
        pathlib.Path(certificate_path).write_bytes(public(*self.chain))
        pathlib.Path(key_path).write_bytes(private(self.key))


class Authority:
    def __init__(self, folder, name="authority"):
        self.folder, self.key = folder, ec.generate_private_key(ec.SECP256R1())
        builder = self.builder(subject(name), self.key.public_key(), now() - DAY, now() + 365 * DAY, subject(name))
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True).add_extension(usage, critical=True)
        self.certificate = builder.sign(self.key, hashes.SHA256())
        self.path = folder / f"{name}.pem"
        self.path.write_bytes(public(self.certificate))

    def builder(self, whom, key, start, end, issuer):
        return (
            x509.CertificateBuilder()
            .subject_name(whom)
            .issuer_name(issuer)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(end)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        )

    def issue(self, file, *names, whom=None, client=False, start=-DAY, end=30 * DAY, kind="ec"):
        """A pair in `file.pem` and `file-key.pem`. `start` and `end` count from now."""
        key = rsa.generate_private_key(65537, 2048) if kind == "rsa" else ec.generate_private_key(ec.SECP256R1())
        builder = self.builder(subject(whom or file), key.public_key(), now() + start, now() + end, self.certificate.subject)
        usage = ExtendedKeyUsageOID.CLIENT_AUTH if client else ExtendedKeyUsageOID.SERVER_AUTH
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName([alternative(name) for name in names]), critical=False)
        return Pair(self.folder, file, [builder.sign(self.key, hashes.SHA256()), self.certificate], key)

    def revoke(self, file, *pairs, end=7 * DAY):
        """Writes the authority's list of revoked certificates."""
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.certificate.subject)
        builder = builder.last_update(now() - 2 * DAY).next_update(now() + end)
        builder = builder.add_extension(x509.CRLNumber(1), critical=False)
        builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        for pair in pairs:
            revoked = x509.RevokedCertificateBuilder().serial_number(pair.chain[0].serial_number).revocation_date(now() - HOUR)
            builder = builder.add_revoked_certificate(revoked.build())
        path = self.folder / file
        path.write_bytes(public(builder.sign(self.key, hashes.SHA256())))
        return path
