//! The keyring that decrypts under whichever KMS key wrapped the data key.
//!
//! Guarantees: it never encrypts; it calls KMS for keys of the partition and the accounts of its filter alone, each in a
//! Region that it was made for. Source: AWS Encryption SDK specification, "AWS KMS Discovery Keyring" and "AWS KMS MRK
//! Discovery Keyring".

use super::arn::KmsArn;
use super::{PROVIDER_ID, decrypt, unwrap_first};
use crate::{DecryptionMaterials, EncryptedDataKey, EncryptionMaterials, Error, Keyring};
use base::Secret;
use client::{Kms, KmsSupplier};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Whose keys a discovery keyring may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiscoveryFilter {
    partition: String,
    accounts: BTreeSet<String>,
}

impl DiscoveryFilter {
    /// The keys of these accounts in a partition such as `aws`.
    pub fn new<A: Into<String>>(
        partition: impl Into<String>,
        accounts: impl IntoIterator<Item = A>,
    ) -> Result<Self, Error> {
        let filter = Self { partition: partition.into(), accounts: accounts.into_iter().map(Into::into).collect() };
        if filter.partition.is_empty() || filter.accounts.is_empty() || filter.accounts.contains("") {
            return Err(Error::Configuration("a discovery filter names a partition and one account or more".into()));
        }
        Ok(filter)
    }

    fn check(&self, key: &KmsArn) -> Result<(), String> {
        if key.partition() != self.partition {
            Err(format!("the discovery filter is for the partition {}", self.partition))
        } else if !self.accounts.contains(key.account()) {
            Err(format!("the discovery filter does not have the account {}", key.account()))
        } else {
            Ok(())
        }
    }
}

/// A keyring that unwraps data keys under the KMS keys that they name.
pub struct KmsDiscoveryKeyring {
    reach: Reach,
    filter: Option<DiscoveryFilter>,
    grant_tokens: Vec<String>,
}

/// Where keys are looked for.
enum Reach {
    /// In one Region.
    Region(Arc<dyn Kms>),
    /// In one Region, in which multi-Region keys of every Region are expected.
    MultiRegion(Arc<dyn Kms>),
    /// Where they are.
    Everywhere(Arc<dyn KmsSupplier>),
    /// Where they are, but multi-Region keys in this Region first.
    Nearest(Arc<dyn Kms>, Arc<dyn KmsSupplier>),
}

impl KmsDiscoveryKeyring {
    /// Uses keys of the client's Region.
    pub fn new(kms: Arc<dyn Kms>) -> Self {
        Self::reaching(Reach::Region(kms))
    }

    /// Uses keys of the client's Region, the relatives there of multi-Region keys of other Regions included.
    pub fn multi_region(kms: Arc<dyn Kms>) -> Self {
        Self::reaching(Reach::MultiRegion(kms))
    }

    /// Uses every key in its own Region.
    pub fn everywhere(supplier: Arc<dyn KmsSupplier>) -> Self {
        Self::reaching(Reach::Everywhere(supplier))
    }

    /// Uses every key in its own Region, but multi-Region keys in the client's Region, if they have a relative there that
    /// unwraps.
    pub fn nearest(kms: Arc<dyn Kms>, supplier: Arc<dyn KmsSupplier>) -> Self {
        Self::reaching(Reach::Nearest(kms, supplier))
    }

    fn reaching(reach: Reach) -> Self {
        Self { reach, filter: None, grant_tokens: Vec::new() }
    }

    /// Uses keys of one partition and of certain accounts alone.
    #[must_use]
    pub fn with_filter(self, filter: DiscoveryFilter) -> Self {
        Self { filter: Some(filter), ..self }
    }

    /// Sends grant tokens with every call.
    #[must_use]
    pub fn with_grant_tokens(self, grant_tokens: Vec<String>) -> Self {
        Self { grant_tokens, ..self }
    }

    fn unwrap(
        &self,
        arn: &KmsArn,
        key: &EncryptedDataKey,
        materials: &DecryptionMaterials,
    ) -> Result<Secret<Vec<u8>>, String> {
        if let Some(filter) = &self.filter {
            filter.check(arn)?;
        }
        let ask = |kms: &dyn Kms, arn: &KmsArn| match kms.region() == arn.region() {
            true => decrypt(kms, &arn.to_string(), key, materials, &self.grant_tokens),
            // KMS would refuse it, but a call for nothing counts as well.
            false => Err(format!("the key is in the Region {}, this keyring calls {}", arn.region(), kms.region())),
        };
        let at_home = |supplier: &dyn KmsSupplier| {
            let kms = supplier.kms(arn.region()).map_err(|error| error.to_string())?;
            ask(&*kms, arn)
        };
        match &self.reach {
            Reach::Region(kms) => ask(&**kms, arn),
            Reach::MultiRegion(kms) => ask(&**kms, &local(arn, kms.region())),
            Reach::Everywhere(supplier) => at_home(&**supplier),
            Reach::Nearest(kms, supplier) => {
                let nearest = local(arn, kms.region());
                if nearest == *arn || !nearest.is_multi_region_key() {
                    return at_home(&**supplier);
                }
                ask(&**kms, &nearest).or_else(|here| {
                    at_home(&**supplier)
                        .map_err(|there| format!("in {}: {here}; in {}: {there}", kms.region(), arn.region()))
                })
            }
        }
    }
}

/// The same key in a Region, if it is a multi-Region key.
fn local(arn: &KmsArn, region: &str) -> KmsArn {
    if arn.is_multi_region_key() { arn.in_region(region) } else { arn.clone() }
}

impl Keyring for KmsDiscoveryKeyring {
    fn on_encrypt(&self, _: &mut EncryptionMaterials) -> Result<(), Error> {
        Err(Error::Configuration("a discovery keyring decrypts only: name the KMS key to encrypt with".into()))
    }

    fn on_decrypt(
        &self,
        materials: &mut DecryptionMaterials,
        encrypted_data_keys: &[EncryptedDataKey],
    ) -> Result<(), Error> {
        unwrap_first(PROVIDER_ID, materials, encrypted_data_keys, |arn, key, materials| {
            self.unwrap(arn, key, materials)
        })
    }
}
