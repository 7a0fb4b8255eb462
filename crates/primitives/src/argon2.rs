//! Argon2id version 1.3 (RFC 9106): a key from a passphrase, dear to guess.

use argon2::{Algorithm, Argon2, Error, Params, Version};

/// What one derivation costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Argon2Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over that memory.
    pub passes: u32,
    /// Lanes. They are computed one after another; who guesses may compute them side by side.
    pub lanes: u32,
}

/// Why there is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argon2Failure {
    /// There is no such cost, salt (8 bytes or more) or key (4 or more).
    Cost,
    /// The memory could not be had.
    Memory,
}

/// Derives a key.
pub fn argon2id(passphrase: &[u8], salt: &[u8], cost: Argon2Cost, key: &mut [u8]) -> Result<(), Argon2Failure> {
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(key.len()));
    let derived = params.and_then(|params| {
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_into(passphrase, salt, key)
    });
    derived.map_err(|error| if error == Error::OutOfMemory { Argon2Failure::Memory } else { Argon2Failure::Cost })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The reference implementation's test vectors (phc-winner-argon2, test.c, version 0x13).
    #[test]
    fn keys_are_those_of_the_reference_implementation() {
        for (memory_kib, passes, passphrase, salt, expected) in [
            (256, 2, "password", "somesalt", "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe"),
            (65_536, 2, "password", "diffsalt", "bdf32b05ccc42eb15d58fd19b1f856b113da1e9a5874fdcc544308565aa8141c"),
            (
                65_536,
                2,
                "differentpassword",
                "somesalt",
                "0b84d652cf6b0c4beaef0dfe278ba6a80df6696281d7e0d2891b817d8c458fde",
            ),
        ] {
            let mut key = [0; 32];
            let cost = Argon2Cost { memory_kib, passes, lanes: 1 };
            argon2id(passphrase.as_bytes(), salt.as_bytes(), cost, &mut key).unwrap();
            assert_eq!(base::hex(&key), expected);
        }
    }

    #[test]
    fn what_cannot_be_derived_is_told() {
        let cost = Argon2Cost { memory_kib: 64, passes: 1, lanes: 1 };
        let derive = |salt: &[u8], cost| argon2id(b"p", salt, cost, &mut [0; 32]);
        assert_eq!(derive(b"short", cost), Err(Argon2Failure::Cost));
        assert_eq!(derive(b"longenough", Argon2Cost { passes: 0, ..cost }), Err(Argon2Failure::Cost));
        assert_eq!(derive(b"longenough", Argon2Cost { memory_kib: 1, ..cost }), Err(Argon2Failure::Cost));
    }
}
