//! The roots that chains may begin with: AWS's, and those that the operator adds.
//!
//! Guarantees: a root is one by being the same, byte for byte; none is in the set that could not begin a chain.

use crate::chain;
use crate::proven::Proven;
use base::Timestamp;
use primitives::Certificate;
use std::fmt;

/// Most roots in a set.
pub const MAX_ROOTS: usize = 32;

/// The root of AWS's commercial partition, `CN=aws.nitro-enclaves`, for enclaves and NitroTPM alike. AWS publishes it as
/// `AWS_NitroEnclaves_Root-G1.zip` and its fingerprint in the guides that the crate names; a test holds it to that.
const AWS: &str = include_str!("aws-nitro-enclaves-root-g1.pem");

/// A set of roots. Clones share what was proven already.
#[derive(Clone)]
pub struct Roots {
    trusted: Vec<Certificate>,
    pub(crate) proven: Proven,
}

impl Roots {
    /// AWS's own.
    pub fn aws() -> Self {
        Self { trusted: Certificate::all_from_pem(AWS).unwrap_or_default(), proven: Proven::new() }
    }

    /// Adds the certificates of a PEM text. One that has expired is none; one that does not hold yet will.
    pub fn add(&mut self, pem: &str, now: Timestamp) -> Result<(), UnfitRoot> {
        let added = Certificate::all_from_pem(pem).ok_or(UnfitRoot("it is not PEM of certificates"))?;
        if added.is_empty() {
            return Err(UnfitRoot("it has no certificate"));
        }
        for root in added {
            chain::check_root(&root).map_err(UnfitRoot)?;
            if root.not_after() < now {
                return Err(UnfitRoot("the certificate has expired"));
            }
            if self.trusted.len() == MAX_ROOTS {
                return Err(UnfitRoot("there are too many roots"));
            }
            self.trusted.push(root);
        }
        Ok(())
    }

    /// The root that is this certificate.
    pub(crate) fn find(&self, der: &[u8]) -> Option<&Certificate> {
        self.trusted.iter().find(|root| root.der() == der)
    }
}

/// Why a certificate cannot be a root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnfitRoot(&'static str);

impl fmt::Display for UnfitRoot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for UnfitRoot {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_of_aws_has_the_fingerprint_that_aws_publishes() {
        let roots = Roots::aws();
        let [root] = roots.trusted.as_slice() else { panic!("one root") };
        let fingerprint = "641a0321a3e244efe456463195d606317ed7cdcc3c1756e09893f3c68f79bb5b";
        assert_eq!(base::hex(&primitives::sha256(root.der())), fingerprint);
        assert_eq!(chain::check_root(root), Ok(()));
    }
}
