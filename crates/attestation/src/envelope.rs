//! Answers that only the attested can read: CMS EnvelopedData (RFC 5652 §6) to the key in the document.
//!
//! The form is that of AWS KMS, to the byte where clients might count them: version 2, one KeyTransRecipientInfo of
//! version 2 known by a subject key identifier of 32 bytes, RSAES-OAEP with SHA-256 in both places, AES-256-CBC; BER with
//! indefinite lengths outside, the content in pieces of at most 1,000 bytes. Source: what KMS sent, in the tests of
//! `aws-nitro-enclaves-sdk-c` (`cms_test.c`).
//!
//! Guarantees: key and initialisation vector are fresh for every answer; nothing of them is kept.

use base::{Rng, Secret};
use primitives::der::{INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, SET, element};
use primitives::{CBC_IV_LENGTH, OaepSha256Key, cbc_encrypt, der, sha256};

/// `id-envelopedData`
const ENVELOPED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x03];
/// `id-data`
const DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
/// `id-RSAES-OAEP`
const RSAES_OAEP: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x07];
/// `id-mgf1`
const MGF1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08];
/// `id-sha256`
const SHA256: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];
/// `id-aes256-CBC`
const AES256_CBC: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2a];

/// The version of both structures.
const VERSION: u8 = 2;
/// Longest piece of content, as the library has it that KMS uses.
const PIECE: usize = 1_000;

/// Begins a constructed value without a length, and ends one.
const INDEFINITE: u8 = 0x80;
const END: [u8; 2] = [0, 0];
/// `[0]`, constructed and primitive.
const TAGGED: u8 = 0xa0;
const TAGGED_1: u8 = 0xa1;
const KEY_IDENTIFIER: u8 = 0x80;

/// Whom answers are encrypted to.
pub struct Recipient {
    key: OaepSha256Key,
    identifier: [u8; 32],
}

impl Recipient {
    /// The holder of this public key, a `SubjectPublicKeyInfo`.
    pub(crate) fn new(public_key: &[u8]) -> Option<Self> {
        // AWS does not say what it hashes for the identifier; clients do not look at it.
        Some(Self { key: OaepSha256Key::from_info(public_key)?, identifier: sha256(public_key) })
    }

    /// Encrypts to them.
    pub fn seal(&self, plaintext: &[u8], rng: &dyn Rng) -> Vec<u8> {
        let mut key = Secret::new([0; 32]);
        rng.fill_secret(key.expose_mut());
        let mut iv = [0; CBC_IV_LENGTH];
        rng.fill(&mut iv);
        let content = cbc_encrypt(key.expose(), &iv, plaintext);
        let mut message = vec![SEQUENCE, INDEFINITE];
        message.extend(element(OBJECT_IDENTIFIER, &[ENVELOPED_DATA]));
        message.extend([TAGGED, INDEFINITE, SEQUENCE, INDEFINITE]);
        message.extend(element(INTEGER, &[&[VERSION]]));
        message.extend(element(SET, &[&self.information(&self.key.encrypt(key.expose()))]));
        message.extend([SEQUENCE, INDEFINITE]);
        message.extend(element(OBJECT_IDENTIFIER, &[DATA]));
        message.extend(algorithm(AES256_CBC, &element(OCTET_STRING, &[&iv])));
        message.extend([TAGGED, INDEFINITE]);
        content.chunks(PIECE).for_each(|piece| message.extend(element(OCTET_STRING, &[piece])));
        // The content, its information, the enveloped data, its tag, the whole.
        message.extend(END.repeat(5));
        message
    }

    /// `KeyTransRecipientInfo`
    fn information(&self, encrypted_key: &[u8]) -> Vec<u8> {
        let sha256 = algorithm(SHA256, &element(der::NULL, &[]));
        let parameters =
            element(SEQUENCE, &[&element(TAGGED, &[&sha256]), &element(TAGGED_1, &[&algorithm(MGF1, &sha256)])]);
        element(
            SEQUENCE,
            &[
                &element(INTEGER, &[&[VERSION]]),
                &element(KEY_IDENTIFIER, &[&self.identifier]),
                &algorithm(RSAES_OAEP, &parameters),
                &element(OCTET_STRING, &[encrypted_key]),
            ],
        )
    }
}

/// `AlgorithmIdentifier`
fn algorithm(id: &[u8], parameters: &[u8]) -> Vec<u8> {
    element(SEQUENCE, &[&element(OBJECT_IDENTIFIER, &[id]), parameters])
}
