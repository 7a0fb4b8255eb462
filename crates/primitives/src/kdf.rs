//! Key derivation: NIST SP 800-108r1 §4.1 in counter mode, as AWS KMS uses it, and HKDF (RFC 5869), as its formats do.
//!
//! Guarantees: a 32-bit big-endian counter stands before the fixed input. The house's own derivation, [`KdfKey`], is over
//! HMAC-SHA256 and `label ‖ 0x00 ‖ context ‖ length in bits`; 32 bytes come out, one block of the PRF. A label therefore
//! must hold no zero byte, or label and context could be told apart in two ways; all labels of the house stand in one
//! table in `crypto`.

use crate::{HmacHash, HmacKey};
use aws_lc_rs::kdf::{KbkdfCtrHmacAlgorithmId, get_kbkdf_ctr_hmac_algorithm, kbkdf_ctr_hmac};
use aws_lc_rs::{error::Unspecified, hmac};
use base::Secret;

/// A prepared key to derive others from.
pub struct KdfKey(HmacKey);

impl KdfKey {
    /// Prepares a key-derivation key, of 32 bytes or more.
    pub fn new(key: &[u8]) -> Self {
        Self(HmacKey::new(key))
    }

    /// A key for the use that `label` names, bound to `context`.
    pub fn derive(&self, label: &[u8], context: &[u8]) -> Secret<[u8; 32]> {
        self.block(&[label, &[0], context, &256_u32.to_be_bytes()])
    }

    /// The first block of the KDF over fixed input given in parts.
    fn block(&self, fixed: &[&[u8]]) -> Secret<[u8; 32]> {
        let counter = 1_u32.to_be_bytes();
        let mut parts: [&[u8]; 8] = [&[]; 8];
        for (slot, part) in parts.iter_mut().zip([&counter[..]].iter().chain(fixed)) {
            *slot = part;
        }
        Secret::new(self.0.sign(&parts))
    }
}

/// A key for the use that `label` names, bound to `context`, from a key that is not used again.
pub fn kbkdf(key: &[u8], label: &[u8], context: &[u8]) -> Secret<[u8; 32]> {
    KdfKey::new(key).derive(label, context)
}

/// Fills `out` by the KDF of NIST SP 800-108r1 §4.1 over the parts of the fixed input, one after another. Neither `key`
/// nor `out` is empty.
pub fn kbkdf_counter(hash: HmacHash, key: &[u8], fixed: &[&[u8]], out: &mut [u8]) {
    let id = match hash {
        HmacHash::Sha224 => KbkdfCtrHmacAlgorithmId::Sha224,
        HmacHash::Sha256 => KbkdfCtrHmacAlgorithmId::Sha256,
        HmacHash::Sha384 => KbkdfCtrHmacAlgorithmId::Sha384,
        HmacHash::Sha512 => KbkdfCtrHmacAlgorithmId::Sha512,
    };
    let algorithm = crate::certain(get_kbkdf_ctr_hmac_algorithm(id).ok_or(Unspecified));
    crate::certain(kbkdf_ctr_hmac(algorithm, key, &fixed.concat(), out));
}

/// Fills `out`, of 255 hashes at most, by HKDF: extract with `salt` (empty: as many zeros as the hash has bytes), expand
/// over the parts of `info`, one after another.
pub fn hkdf(hash: HmacHash, salt: &[u8], ikm: &[u8], info: &[&[u8]], out: &mut [u8]) {
    let algorithm = hash.algorithm();
    // A key that is shorter than HMAC's block is filled with zeros, so no salt is the salt of zeros.
    let extracted = hmac::sign(&hmac::Key::new(algorithm, salt), ikm);
    let key = hmac::Key::new(algorithm, extracted.as_ref());
    let mut before: Option<hmac::Tag> = None;
    for (index, block) in out.chunks_mut(hash.bytes()).enumerate() {
        let mut context = hmac::Context::with_key(&key);
        if let Some(before) = &before {
            context.update(before.as_ref());
        }
        info.iter().for_each(|part| context.update(part));
        context.update(&[crate::certain(u8::try_from(index + 1).map_err(|_| Unspecified))]);
        let tag = context.sign();
        block.iter_mut().zip(tag.as_ref()).for_each(|(to, from)| *to = *from);
        before = Some(tag);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(hex: &str) -> Vec<u8> {
        let digits: Vec<u8> = hex.chars().map(|digit| digit.to_digit(16).unwrap() as u8).collect();
        digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
    }

    /// NIST CAVP, KDFCTR_gen.rsp of CAVS 14.4: PRF HMAC_SHA256, counter of 32 bits before the fixed input; cases 0, 1,
    /// 10 and 20 (outputs of 128, 128, 256 and 160 bits). Key, fixed input, output.
    /// <https://csrc.nist.gov/projects/cryptographic-algorithm-validation-program/key-derivation>
    const CAVP: [[&str; 3]; 4] = [
        [
            "dd1d91b7d90b2bd3138533ce92b272fbf8a369316aefe242e659cc0ae238afe0",
            "01322b96b30acd197979444e468e1c5c6859bf1b1cf951b7e725303e237e46b864a145fab25e517b08f8683d0315bb2911d80a0e8aba17f3b413faac",
            "10621342bfb0fd40046c0e29f2cfdbf0",
        ],
        [
            "32c4003872a146194023eac1bda74ddf2b66977dad8a554b974ca2a62f7e4f43",
            "33d8cf6d0c759fb622d867ea8cf1285de4020af81cc287addf38cc2da4643e6db3b215ad3e33bfc47877c3620e336887c3c9ad4a1c6c0476b0f90a33",
            "f593af0e1a492a7b904a2662897fa1c1",
        ],
        [
            "e204d6d466aad507ffaf6d6dab0a5b26152c9e21e764370464e360c8fbc765c6",
            "7b03b98d9f94b899e591f3ef264b71b193fba7043c7e953cde23bc5384bc1a6293580115fae3495fd845dadbd02bd6455cf48d0f62b33e62364a3a80",
            "770dfab6a6a4a4bee0257ff335213f78d8287b4fd537d5c1fffa956910e7c779",
        ],
        [
            "dc60338d884eecb72975c603c27b360605011756c697c4fc388f5176ef81efb1",
            "44d7aa08feba26093c14979c122c2437c3117b63b78841cd10a4bc5ed55c56586ad8986d55307dca1d198edcffbc516a8fbe6152aa428cdd800c062d",
            "29ac07dccf1f28d506cd623e6e3fc2fa255bd60b",
        ],
    ];

    #[test]
    fn a_block_agrees_with_the_vectors_of_nist() {
        for [key, fixed, output] in CAVP {
            let (fixed, output) = (bytes(fixed), bytes(output));
            let derived = KdfKey::new(&bytes(key)).block(&[&fixed]);
            assert_eq!(derived.expose()[..output.len()], output);
            let mut derived = vec![0; output.len()];
            let (left, right) = fixed.split_at(7);
            kbkdf_counter(HmacHash::Sha256, &bytes(key), &[left, right], &mut derived);
            assert_eq!(derived, output);
        }
    }

    /// MsQuic's worked example of its stateless retry key: label, zero byte, context and length as the standard lays
    /// them out. <https://github.com/microsoft/msquic>, documentation of QUIC_STATELESS_RETRY_CONFIG.
    #[test]
    fn label_and_context_are_laid_out_as_others_lay_them_out() {
        let key = bytes("3edc6b5b8f7aadbd713732b482b8f979286e1ea3b8f8f99c30c884cfe3349b83");
        let derived = kbkdf(&key, b"QUIC Stateless Retry Key", &58_403_u64.to_le_bytes());
        let expected = "8135a3acd2fb4b2b6d7cdd9c36acb0a182f725f52c641f4a1f21ab53cd63f9b1";
        assert_eq!(base::hex(derived.expose()), expected);
    }

    #[test]
    fn the_librarys_own_kdf_derives_the_same() {
        let algorithm = get_kbkdf_ctr_hmac_algorithm(KbkdfCtrHmacAlgorithmId::Sha256).unwrap();
        for (key, label, context) in [
            (&[1; 32][..], &b"a label"[..], &b""[..]),
            (&[2; 32], b"fastness/material/enc/v1", &[3; 48]),
            (&[4; 100], b"", &[5; 300]),
        ] {
            let fixed = [label, &[0], context, &256_u32.to_be_bytes()].concat();
            let mut expected = [0; 32];
            kbkdf_ctr_hmac(algorithm, key, &fixed, &mut expected).unwrap();
            assert_eq!(*kbkdf(key, label, context).expose(), expected);
        }
    }

    #[test]
    fn another_label_or_context_gives_another_key() {
        let key = KdfKey::new(&[1; 32]);
        let base = key.derive(b"ab", b"c");
        for (label, context) in [(&b"a"[..], &b"bc"[..]), (b"abc", b""), (b"ab", b"C"), (b"ab", b"")] {
            assert_ne!(key.derive(label, context).expose(), base.expose());
        }
    }
}
