//! A hypervisor that attests whatever a test wants, with a root of its own; and the enclave that opens the answers.
//!
//! Everything is written by hand, so that what is wrong can be written as well.

use base::Timestamp;
use primitives::der::{self, BIT_STRING, BOOLEAN, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, SET, element};
use primitives::pem;
use primitives::testing::{P384Signer, RsaOpener, cbc_decrypt};
use std::time::Duration;

/// CBOR, item by item (RFC 8949).
pub mod cbor {
    /// The head of an item of a major type.
    pub fn head(major: u8, argument: u64) -> Vec<u8> {
        let first = major << 5;
        match argument {
            0..=23 => vec![first | argument as u8],
            24..=0xff => vec![first | 24, argument as u8],
            0x100..=0xffff => [&[first | 25], &(argument as u16).to_be_bytes()[..]].concat(),
            _ => [&[first | 27], &argument.to_be_bytes()[..]].concat(),
        }
    }

    /// `null`
    pub const NULL: &[u8] = &[0xf6];

    /// A number that is not negative.
    pub fn unsigned(number: u64) -> Vec<u8> {
        head(0, number)
    }

    /// A byte string.
    pub fn bytes(content: &[u8]) -> Vec<u8> {
        [head(2, content.len() as u64), content.to_vec()].concat()
    }

    /// A text.
    pub fn text(content: &str) -> Vec<u8> {
        [head(3, content.len() as u64), content.as_bytes().to_vec()].concat()
    }

    /// An array of items.
    pub fn array(items: &[Vec<u8>]) -> Vec<u8> {
        [head(4, items.len() as u64), items.concat()].concat()
    }

    /// A map of keys and values.
    pub fn map(entries: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
        let items: Vec<u8> = entries.iter().flat_map(|(key, value)| [key.as_slice(), value].concat()).collect();
        [head(5, entries.len() as u64), items].concat()
    }

    /// A map of registers.
    pub fn registers(registers: &[(u64, Vec<u8>)]) -> Vec<u8> {
        let entries = registers.iter().map(|(index, value)| (unsigned(*index), bytes(value)));
        map(&entries.collect::<Vec<_>>())
    }
}

/// What a certificate shall say.
#[derive(Clone)]
pub struct Certified {
    /// From when it holds.
    pub from: Timestamp,
    /// Until when it holds.
    pub until: Timestamp,
    /// Its extensions, each complete.
    pub extensions: Vec<Vec<u8>>,
}

impl Certified {
    /// An authority, with at most so many more behind it.
    pub fn authority(now: Timestamp, path_length: Option<u8>) -> Self {
        let length = path_length.map(|length| der::unsigned(&[length])).unwrap_or_default();
        let constraints = element(SEQUENCE, &[&element(BOOLEAN, &[&[0xff]]), &length]);
        let usage = element(BIT_STRING, &[&[1, 0x86]]);
        Self::new(now, vec![extension(19, true, &constraints), extension(15, true, &usage)])
    }

    /// The certificate that signs documents.
    pub fn leaf(now: Timestamp) -> Self {
        let usage = element(BIT_STRING, &[&[6, 0xc0]]);
        Self::new(now, vec![extension(19, true, &element(SEQUENCE, &[])), extension(15, false, &usage)])
    }

    fn new(now: Timestamp, extensions: Vec<Vec<u8>>) -> Self {
        let hour = Duration::from_secs(3600);
        Self { from: now.minus(hour), until: now.plus(hour), extensions }
    }
}

/// An extension of the arc `id-ce`.
pub fn extension(id: u8, critical: bool, value: &[u8]) -> Vec<u8> {
    let flag = if critical { element(BOOLEAN, &[&[0xff]]) } else { Vec::new() };
    element(SEQUENCE, &[&element(OBJECT_IDENTIFIER, &[&[0x55, 0x1d, id]]), &flag, &element(OCTET_STRING, &[value])])
}

/// Signs documents.
pub struct Hypervisor {
    root: Vec<u8>,
    /// The root first.
    pub authorities: Vec<Vec<u8>>,
    /// The certificate that documents are signed with.
    pub certificate: Vec<u8>,
    signer: P384Signer,
}

impl Hypervisor {
    /// A chain as AWS's are, good for an hour around `now`: a root and three more, each for one less behind it.
    pub fn new(now: Timestamp) -> Self {
        let lengths = [None, Some(2), Some(1), Some(0)];
        Self::certified(&lengths.map(|length| Certified::authority(now, length)), &Certified::leaf(now))
    }

    /// A chain of these certificates, the root first.
    pub fn certified(authorities: &[Certified], leaf: &Certified) -> Self {
        let mut issuer = (P384Signer::new(), "0".to_owned());
        let mut made = Vec::new();
        for (index, plan) in authorities.iter().enumerate() {
            if index == 0 {
                made.push(certificate(plan, "0", &issuer.0, ("0", &issuer.0)));
                continue;
            }
            let (signer, name) = (P384Signer::new(), index.to_string());
            made.push(certificate(plan, &name, &signer, (&issuer.1, &issuer.0)));
            issuer = (signer, name);
        }
        let signer = P384Signer::new();
        let certificate = certificate(leaf, "leaf", &signer, (&issuer.1, &issuer.0));
        Self { root: made[0].clone(), authorities: made, certificate, signer }
    }

    /// The root, as an operator would configure it.
    pub fn root_pem(&self) -> String {
        pem::encode("CERTIFICATE", &self.root)
    }

    /// What an enclave attests whose register 0 holds `ab…`, 1 holds `01…` and so on until 4, with register 8.
    pub fn enclave(&self, now: Timestamp) -> Draft {
        let registers = [0, 1, 2, 3, 4, 8].map(|index| (index, vec![if index == 0 { 0xab } else { index as u8 }; 48]));
        self.draft(now, "i-1234567890abcdef0-enc9876543210abcde", "pcrs", &registers)
    }

    /// What an instance with a NitroTPM attests: registers 0 to 23, each of its own index.
    pub fn tpm(&self, now: Timestamp) -> Draft {
        let registers: Vec<_> = (0..24).map(|index| (index, vec![index as u8; 48])).collect();
        self.draft(now, "i-1234567890abcdef0-tpm0000000000000000", "nitrotpm_pcrs", &registers)
    }

    fn draft(&self, now: Timestamp, module: &str, pcrs: &str, registers: &[(u64, Vec<u8>)]) -> Draft {
        let authorities: Vec<_> = self.authorities.iter().map(|der| cbor::bytes(der)).collect();
        let millis = now.since(Timestamp::from_millis(0)).as_millis() as u64;
        Draft(Vec::new())
            .set("module_id", cbor::text(module))
            .set("digest", cbor::text("SHA384"))
            .set("timestamp", cbor::unsigned(millis))
            .set(pcrs, cbor::registers(registers))
            .set("certificate", cbor::bytes(&self.certificate))
            .set("cabundle", cbor::array(&authorities))
            .set("public_key", cbor::NULL.to_vec())
            .set("user_data", cbor::NULL.to_vec())
            .set("nonce", cbor::NULL.to_vec())
    }

    /// Signs a payload.
    pub fn sign(&self, payload: &[u8]) -> Vec<u8> {
        self.sign_as(&[0xa1, 0x01, 0x38, 0x22], payload)
    }

    /// Signs a payload under this protected header.
    pub fn sign_as(&self, protected: &[u8], payload: &[u8]) -> Vec<u8> {
        let signed =
            cbor::array(&[cbor::text("Signature1"), cbor::bytes(protected), cbor::bytes(&[]), cbor::bytes(payload)]);
        let signature = self.signer.sign_fixed(&signed);
        cbor::array(&[cbor::bytes(protected), cbor::map(&[]), cbor::bytes(payload), cbor::bytes(&signature)])
    }

    /// A whole document.
    pub fn attest(&self, draft: &Draft) -> Vec<u8> {
        self.sign(&draft.payload())
    }
}

/// A document that nobody has signed yet: its members in order.
#[derive(Clone)]
pub struct Draft(pub Vec<(Vec<u8>, Vec<u8>)>);

impl Draft {
    /// Sets a member to an item of CBOR.
    #[must_use]
    pub fn set(mut self, name: &str, value: Vec<u8>) -> Self {
        let name = cbor::text(name);
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some(member) => member.1 = value,
            None => self.0.push((name, value)),
        }
        self
    }

    /// Removes a member.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.0.retain(|(known, _)| *known != cbor::text(name));
        self
    }

    /// Whom answers are for.
    #[must_use]
    pub fn to(self, enclave: &Enclave) -> Self {
        self.set("public_key", cbor::bytes(&enclave.0.info()))
    }

    /// What is signed.
    pub fn payload(&self) -> Vec<u8> {
        cbor::map(&self.0)
    }
}

/// Holds the key that answers are encrypted to.
pub struct Enclave(pub RsaOpener);

impl Enclave {
    /// With a new key.
    #[allow(clippy::new_without_default, reason = "each is another")]
    pub fn new() -> Self {
        Self(RsaOpener::new())
    }

    /// Opens an answer as `aws-nitro-enclaves-sdk-c` reads it; `None` if it is not for this enclave, or of another form.
    pub fn open(&self, message: &[u8]) -> Option<Vec<u8>> {
        // ContentInfo with `id-envelopedData`, `[0]`, EnvelopedData: all without lengths. Then version 2.
        let rest = message
            .strip_prefix(b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03\xa0\x80\x30\x80\x02\x01\x02")?;
        let mut reader = der::Reader::new(rest);
        let mut recipients = der::Reader::new(reader.expect(SET)?.content);
        let mut recipient = recipients.sequence()?;
        (recipient.unsigned()? == [2] && recipients.is_empty()).then_some(())?;
        (recipient.expect(0x80)?.content.len() == 32).then_some(())?;
        (recipient.expect(SEQUENCE)?.whole == OAEP_SHA256).then_some(())?;
        let key: [u8; 32] = self.0.open_oaep_sha256(recipient.expect(OCTET_STRING)?.content)?.try_into().ok()?;
        let rest = reader.rest().strip_prefix(b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01")?;
        let mut reader = der::Reader::new(rest);
        let mut algorithm = reader.sequence()?;
        (algorithm.expect(OBJECT_IDENTIFIER)?.content == b"\x60\x86\x48\x01\x65\x03\x04\x01\x2a").then_some(())?;
        let iv: [u8; 16] = algorithm.expect(OCTET_STRING)?.content.try_into().ok()?;
        let mut reader = der::Reader::new(reader.rest().strip_prefix(b"\xa0\x80")?);
        let mut content = Vec::new();
        while let Some(piece) = reader.expect(OCTET_STRING) {
            content.extend_from_slice(piece.content);
        }
        if reader.rest() == [0; 10] { cbc_decrypt(&key, &iv, &content) } else { None }
    }
}

/// RSAES-OAEP with SHA-256 in both places, in DER, as AWS KMS writes it.
const OAEP_SHA256: &[u8] = b"\x30\x3c\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x07\x30\x2f\
    \xa0\x0f\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\
    \xa1\x1c\x30\x1a\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08\
    \x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00";

fn certificate(plan: &Certified, subject: &str, key: &P384Signer, issuer: (&str, &P384Signer)) -> Vec<u8> {
    // ecdsa-with-SHA384
    let algorithm = element(SEQUENCE, &[&element(OBJECT_IDENTIFIER, &[b"\x2a\x86\x48\xce\x3d\x04\x03\x03"])]);
    let version = element(0xa0, &[&der::unsigned(&[2])]);
    let validity = element(SEQUENCE, &[&time(plan.from), &time(plan.until)]);
    let extensions = element(0xa3, &[&element(SEQUENCE, &[&plan.extensions.concat()])]);
    let body = element(
        SEQUENCE,
        &[
            &version,
            &der::unsigned(&[1]),
            &algorithm,
            &name(issuer.0),
            &validity,
            &name(subject),
            &key.info(),
            &extensions,
        ],
    );
    let signature = element(BIT_STRING, &[&[0], &issuer.1.sign_asn1(&body)]);
    element(SEQUENCE, &[&body, &algorithm, &signature])
}

/// A common name.
fn name(text: &str) -> Vec<u8> {
    let id = element(OBJECT_IDENTIFIER, &[b"\x55\x04\x03"]);
    element(SEQUENCE, &[&element(SET, &[&element(SEQUENCE, &[&id, &element(0x0c, &[text.as_bytes()])])])])
}

fn time(at: Timestamp) -> Vec<u8> {
    element(der::GENERALIZED_TIME, &[at.to_basic().replace('T', "").as_bytes()])
}
