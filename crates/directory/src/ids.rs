//! Identifiers as IAM makes them.
//!
//! Guarantees: an access key id that was made here tells the account that it belongs to, so that GetAccessKeyInfo needs
//! no read. Source: IAM User Guide, "IAM identifiers"; STS API Reference, GetAccessKeyInfo.

use base::{AccountId, Rng, Secret};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Letters and digits after the prefix of a unique id.
const UNIQUE_LETTERS: usize = 17;

/// Letters and digits after the prefix of an access key id.
const KEY_LETTERS: usize = 16;

/// Random bytes of a secret.
const SECRET_BYTES: usize = 30;

/// The alphabet of base 32 (RFC 4648).
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Random bits below the account's number in an access key id: seven in the sixth byte, then four bytes.
const RANDOM_BITS: u32 = 39;

/// Set in every access key id that tells its account; older ones of AWS do not.
const TELLS_ACCOUNT: u128 = 1 << 79;

/// What a unique id is of; its first letters say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prefix {
    /// `AIDA`
    User,
    /// `AROA`
    Role,
    /// `AGPA`
    Group,
    /// `ANPA`
    ManagedPolicy,
    /// `AIPA`
    InstanceProfile,
    /// `ASCA`
    Certificate,
    /// `APKA`
    PublicKey,
    /// `ACCA`
    ServiceCredential,
    /// `SAMLSP`
    SamlProvider,
    /// `SAMLPK`
    SamlPrivateKey,
}

impl Prefix {
    /// The letters.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "AIDA",
            Self::Role => "AROA",
            Self::Group => "AGPA",
            Self::ManagedPolicy => "ANPA",
            Self::InstanceProfile => "AIPA",
            Self::Certificate => "ASCA",
            Self::PublicKey => "APKA",
            Self::ServiceCredential => "ACCA",
            Self::SamlProvider => "SAMLSP",
            Self::SamlPrivateKey => "SAMLPK",
        }
    }
}

/// Which kind of access key an id names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// `AKIA`: until it is deleted.
    LongTerm,
    /// `ASIA`: until its session ends.
    Temporary,
}

/// A unique id: it is never used again, whatever becomes of the name.
pub fn unique_id(rng: &dyn Rng, prefix: Prefix) -> String {
    let mut bytes = [0; UNIQUE_LETTERS];
    rng.fill(&mut bytes);
    prefix.as_str().chars().chain(bytes.iter().map(|byte| letter(*byte))).collect()
}

/// Letters and digits of base 32, for ids without a prefix.
pub fn letters(rng: &dyn Rng, count: usize) -> String {
    let mut bytes = vec![0; count];
    rng.fill(&mut bytes);
    bytes.iter().map(|byte| letter(*byte)).collect()
}

/// A new access key id of an account.
pub fn access_key_id(rng: &dyn Rng, kind: KeyKind, account: AccountId) -> String {
    let mut random = [0; 8];
    rng.fill(&mut random);
    let random = u64::from_be_bytes(random) & ((1 << RANDOM_BITS) - 1);
    // Twelve digits, so this cannot fail, and they take 40 bits.
    let number: u128 = account.as_str().parse().unwrap_or_default();
    let bits = TELLS_ACCOUNT | number << RANDOM_BITS | u128::from(random);
    let prefix = match kind {
        KeyKind::LongTerm => "AKIA",
        KeyKind::Temporary => "ASIA",
    };
    let letters = (0..KEY_LETTERS).rev().map(|place| letter((bits >> (5 * place)) as u8));
    prefix.chars().chain(letters).collect()
}

/// A new secret of an access key: 40 characters, as AWS's secrets have.
pub fn secret(rng: &dyn Rng) -> Secret<String> {
    let mut bytes = Secret::new([0; SECRET_BYTES]);
    rng.fill_secret(bytes.expose_mut());
    Secret::new(STANDARD.encode(bytes.expose()))
}

/// The account that an access key id names; `None` for ids that were not made as [`access_key_id`] makes them.
pub fn account_of(access_key_id: &str) -> Option<AccountId> {
    let letters = access_key_id.strip_prefix("AKIA").or_else(|| access_key_id.strip_prefix("ASIA"))?;
    if letters.len() != KEY_LETTERS {
        return None;
    }
    let mut bits = 0_u128;
    for byte in letters.bytes() {
        let digit = ALPHABET.iter().position(|known| *known == byte)?;
        bits = bits << 5 | digit as u128;
    }
    if bits & TELLS_ACCOUNT == 0 {
        return None;
    }
    let number = (bits ^ TELLS_ACCOUNT) >> RANDOM_BITS;
    format!("{number:012}").parse().ok()
}

fn letter(byte: u8) -> char {
    match byte & 31 {
        digit @ 0..26 => char::from(b'A' + digit),
        digit => char::from(b'2' + digit - 26),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::SeededRng;

    #[test]
    fn an_access_key_id_tells_its_account() {
        let rng = SeededRng::new(5);
        for account in ["000000000000", "111122223333", "999999999999"] {
            for kind in [KeyKind::LongTerm, KeyKind::Temporary] {
                let id = access_key_id(&rng, kind, account.parse().unwrap());
                assert_eq!(id.len(), 20);
                assert_eq!(account_of(&id).unwrap().as_str(), account, "{id}");
            }
        }
    }

    #[test]
    fn ids_that_clients_made_up_tell_none() {
        for id in ["", "test", "AKIAIOSFODNN7EXAMPLE", "AKIA1111222233334444", "AIDAQQQQQQQQQQQQQQQQ", "ASIA€€€€€"]
        {
            assert_eq!(account_of(id), None, "{id}");
        }
        // All bits set would be a number of thirteen digits.
        assert_eq!(account_of("AKIA7777777777777777"), None);
    }

    #[test]
    fn unique_ids_are_a_prefix_and_seventeen_letters() {
        let id = unique_id(&SeededRng::new(5), Prefix::Role);
        assert!(id.starts_with("AROA") && id.len() == 21, "{id}");
        assert!(id.bytes().skip(4).all(|byte| ALPHABET.contains(&byte)));
    }
}
