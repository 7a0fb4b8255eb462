//! All services that the binary has tables for.
//!
//! Guarantees: looking a service up by its names on the wire unpacks no other service's table.

use crate::Service;
use crate::services::ENTRIES;
use std::sync::OnceLock;

/// The services of this binary.
pub fn services() -> &'static Catalog {
    static CATALOG: Catalog = Catalog;
    &CATALOG
}

/// Finds services by the names that requests carry.
pub struct Catalog;

impl Catalog {
    /// By the model's name, such as `kms`.
    pub fn by_name(&self, name: &str) -> Option<&'static Service> {
        ENTRIES.iter().find(|entry| entry.name == name)?.service()
    }

    /// By what precedes the operation in `X-Amz-Target`.
    pub fn by_target_prefix(&self, prefix: &str) -> Option<&'static Service> {
        ENTRIES.iter().find(|entry| entry.target_prefix == Some(prefix))?.service()
    }

    /// By the service part of a SigV4 scope, which several services may share.
    pub fn by_signing_name<'a>(&'a self, signing_name: &'a str) -> impl Iterator<Item = &'static Service> + 'a {
        ENTRIES.iter().filter(move |entry| entry.signing_name == signing_name).filter_map(Entry::service)
    }

    /// By the `Version` and `Action` of a query request, which several services may share.
    pub fn by_version_and_action<'a>(
        &'a self,
        version: &'a str,
        action: &'a str,
    ) -> impl Iterator<Item = &'static Service> + 'a {
        ENTRIES
            .iter()
            .filter(move |entry| entry.api_version == version)
            .filter_map(Entry::service)
            .filter(move |service| service.operation(action).is_some())
    }

    /// Every service.
    pub fn all(&self) -> impl Iterator<Item = &'static Service> {
        ENTRIES.iter().filter_map(Entry::service)
    }
}

/// A service's names and its packed table.
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) signing_name: &'static str,
    pub(crate) target_prefix: Option<&'static str>,
    pub(crate) api_version: &'static str,
    pub(crate) packed: &'static [u8],
    pub(crate) unpacked: OnceLock<Option<Service>>,
}

impl Entry {
    /// The table is part of the binary and a test unpacks every one, so that `None` does not happen in practice.
    fn service(&'static self) -> Option<&'static Service> {
        self.unpacked.get_or_init(|| Service::unpack(self.packed)).as_ref()
    }
}
