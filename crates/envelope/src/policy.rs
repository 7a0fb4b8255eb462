//! Commitment policies: which suites may be written and read.

use crate::{AlgorithmSuite, Error};

/// Which suites may be used, by whether they commit to their key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CommitmentPolicy {
    /// Writes without commitment, reads everything.
    ForbidEncryptAllowDecrypt,
    /// Writes with commitment, reads everything.
    RequireEncryptAllowDecrypt,
    /// Writes and reads with commitment only.
    #[default]
    RequireEncryptRequireDecrypt,
}

impl CommitmentPolicy {
    /// The suite for writing where none is asked for. AWS's specification and its Python client differ for the first
    /// policy; the client's, which signs, is the one in use.
    pub fn default_suite(self) -> AlgorithmSuite {
        match self {
            Self::ForbidEncryptAllowDecrypt => AlgorithmSuite::Aes256GcmHkdfSha384EcdsaP384,
            Self::RequireEncryptAllowDecrypt | Self::RequireEncryptRequireDecrypt => {
                AlgorithmSuite::Aes256GcmHkdfSha512CommitKeyEcdsaP384
            }
        }
    }

    /// AWS's name, such as `REQUIRE_ENCRYPT_REQUIRE_DECRYPT`.
    pub fn name(self) -> &'static str {
        match self {
            Self::ForbidEncryptAllowDecrypt => "FORBID_ENCRYPT_ALLOW_DECRYPT",
            Self::RequireEncryptAllowDecrypt => "REQUIRE_ENCRYPT_ALLOW_DECRYPT",
            Self::RequireEncryptRequireDecrypt => "REQUIRE_ENCRYPT_REQUIRE_DECRYPT",
        }
    }

    /// Refuses a suite that must not be written.
    pub fn check_encrypt(self, suite: AlgorithmSuite) -> Result<(), Error> {
        let wanted = self != Self::ForbidEncryptAllowDecrypt;
        if suite.is_committing() == wanted {
            Ok(())
        } else {
            Err(Error::Policy { policy: self, suite, decrypt: false })
        }
    }

    /// Refuses a suite that must not be read.
    pub fn check_decrypt(self, suite: AlgorithmSuite) -> Result<(), Error> {
        let required = self == Self::RequireEncryptRequireDecrypt;
        if required && !suite.is_committing() {
            return Err(Error::Policy { policy: self, suite, decrypt: true });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_policy_takes_what_its_name_says() {
        let (with, without) = (AlgorithmSuite::Aes256GcmHkdfSha512CommitKey, AlgorithmSuite::Aes256GcmHkdfSha256);
        let table = [
            (CommitmentPolicy::ForbidEncryptAllowDecrypt, [false, true, true, true]),
            (CommitmentPolicy::RequireEncryptAllowDecrypt, [true, false, true, true]),
            (CommitmentPolicy::RequireEncryptRequireDecrypt, [true, false, true, false]),
        ];
        for (policy, expected) in table {
            let seen = [
                policy.check_encrypt(with).is_ok(),
                policy.check_encrypt(without).is_ok(),
                policy.check_decrypt(with).is_ok(),
                policy.check_decrypt(without).is_ok(),
            ];
            assert_eq!(seen, expected, "{}", policy.name());
            assert!(policy.check_encrypt(policy.default_suite()).is_ok());
        }
    }
}
