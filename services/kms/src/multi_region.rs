//! Multi-Region keys: the same key in several Regions.
//!
//! Guarantee: a multi-Region key has one primary; what a sibling tells about the others is what its record says. Source:
//! KMS Developer Guide, "Multi-Region keys in AWS KMS".

use crate::api;
use crate::keyid::KeyId;
use crate::records::MultiRegion;
use base::Scope;

impl MultiRegion {
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
