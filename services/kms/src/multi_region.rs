//! Multi-Region keys: the same key in several Regions.
//!
//! Guarantee: a multi-Region key has one primary; what a sibling tells about the others is what its record says. Source:
//! KMS Developer Guide, "Multi-Region keys in AWS KMS".

use crate::api;
use crate::keyid::KeyId;
use crate::records::{KeyRecord, MultiRegion};
use base::{Region, Scope};
use kernel::{Ctx, Error, Result};

/// The Regions that a key is in: its own, and those of its siblings.
pub(crate) fn regions(scope: Scope, record: &KeyRecord) -> Result<Vec<Region>> {
    let mut regions = vec![scope.region];
    for name in record.multi_region.iter().flat_map(MultiRegion::all) {
        let region = name.parse().map_err(|_| Error::Internal(format!("{name} is no Region")))?;
        if !regions.contains(&region) {
            regions.push(region);
        }
    }
    Ok(regions)
}

/// Changes the records of a key's siblings, in the transaction that changes its own.
pub(crate) fn change_siblings(
    ctx: &mut Ctx<'_>,
    scope: Scope,
    id: &KeyId,
    record: &KeyRecord,
    how: impl Fn(&mut KeyRecord),
) -> Result<()> {
    for region in regions(scope, record)?.into_iter().filter(|region| *region != scope.region) {
        let place = KeyRecord::key(Scope { region, ..scope }, id);
        if let Some(mut sibling) = ctx.get::<KeyRecord>(&place)? {
            how(&mut sibling);
            ctx.put(&place, &sibling)?;
        }
    }
    Ok(())
}

impl MultiRegion {
    /// Where all of them are, the primary first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.primary).chain(&self.replicas)
    }

    /// What the sibling in a Region is.
    pub(crate) fn role(&self, scope: Scope) -> api::MultiRegionKeyType {
        if self.primary == scope.region.as_str() {
            api::MultiRegionKeyType::Primary
        } else {
            api::MultiRegionKeyType::Replica
        }
    }

    /// What DescribeKey tells about the siblings.
    pub(crate) fn told(&self, scope: Scope, id: &KeyId) -> api::MultiRegionConfiguration {
        let sibling =
            |region: &String| api::MultiRegionKey { arn: Some(id.arn_in(scope, region)), region: Some(region.clone()) };
        api::MultiRegionConfiguration {
            multi_region_key_type: Some(self.role(scope)),
            primary_key: Some(sibling(&self.primary)),
            replica_keys: Some(self.replicas.iter().map(sibling).collect()),
        }
    }
}
