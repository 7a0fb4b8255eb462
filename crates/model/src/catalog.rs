//! All services that the binary has tables for.
//!
//! Guarantees: looking a service up by its names on the wire unpacks no other service's table.

use crate::services::ENTRIES;
use crate::{ProtocolName, Service};
use std::collections::HashMap;
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
        signed_as(signing_name).iter().copied().filter_map(Entry::service)
    }

    /// Whether clients sign the service by that name; some have one more for a part of their operations.
    pub fn is_signed_as(&self, service: &Service, signing_name: &str) -> bool {
        signed_as(signing_name).iter().any(|entry| entry.name == service.name)
    }

    /// By the `Version` and `Action` of a query request, which several services may share.
    pub fn by_version_and_action<'a>(
        &'a self,
        version: &'a str,
        action: &'a str,
    ) -> impl Iterator<Item = &'static Service> + 'a {
        query_entries(version).filter_map(Entry::service).filter(move |service| service.operation(action).is_some())
    }

    /// By a protocol that they speak.
    pub fn by_protocol(&self, protocol: ProtocolName) -> impl Iterator<Item = &'static Service> {
        ENTRIES.iter().filter(move |entry| entry.protocols.contains(&protocol)).filter_map(Entry::service)
    }

    /// Every service.
    pub fn all(&self) -> impl Iterator<Item = &'static Service> {
        ENTRIES.iter().filter_map(Entry::service)
    }
}

/// The services that are signed by that name, in the order of the catalogue. Every call asks several times.
fn signed_as(name: &str) -> &'static [&'static Entry] {
    static NAMES: OnceLock<HashMap<&str, Vec<&Entry>>> = OnceLock::new();
    let names = NAMES.get_or_init(|| {
        let mut names: HashMap<&str, Vec<&Entry>> = HashMap::new();
        for entry in &ENTRIES {
            for name in entry.signed_as.iter().chain([&entry.signing_name]) {
                let entries = names.entry(name).or_default();
                if !entries.iter().any(|known| known.name == entry.name) {
                    entries.push(entry);
                }
            }
        }
        names
    });
    names.get(name).map(Vec::as_slice).unwrap_or_default()
}

/// The services of that version that take forms.
fn query_entries(version: &str) -> impl Iterator<Item = &'static Entry> {
    ENTRIES.iter().filter(move |entry| {
        let is_query = |protocol: &ProtocolName| matches!(protocol, ProtocolName::Query | ProtocolName::Ec2Query);
        entry.api_version == version && entry.protocols.iter().any(is_query)
    })
}

/// A service's names and its packed table.
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) signing_name: &'static str,
    /// Further signing names.
    pub(crate) signed_as: &'static [&'static str],
    pub(crate) target_prefix: Option<&'static str>,
    pub(crate) api_version: &'static str,
    pub(crate) protocols: &'static [ProtocolName],
    pub(crate) packed: &'static [u8],
    pub(crate) unpacked: OnceLock<Option<Service>>,
}

impl Entry {
    /// The table is part of the binary and a test unpacks every one, so that `None` does not happen in practice.
    fn service(&'static self) -> Option<&'static Service> {
        self.unpacked.get_or_init(|| Service::unpack(self.packed)).as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_asks_no_service_of_another_version_or_protocol() {
        let names = |version| query_entries(version).map(|entry| entry.name).collect::<Vec<_>>();
        assert_eq!(names("2016-11-15"), ["ec2"]);
        assert_eq!(names("2014-10-31"), ["docdb", "rds"]);
        // The version of Lambda, which takes no forms.
        assert_eq!(names("2015-03-31"), Vec::<&str>::new());
    }

    #[test]
    fn every_signing_name_finds_its_services_and_no_others() {
        let names = ENTRIES.iter().flat_map(|entry| entry.signed_as.iter().chain([&entry.signing_name]));
        for name in names.copied().chain(["", "no-service"]) {
            let found: Vec<_> = signed_as(name).iter().map(|entry| entry.name).collect();
            let signs = |entry: &&Entry| entry.signing_name == name || entry.signed_as.contains(&name);
            let expected: Vec<_> = ENTRIES.iter().filter(signs).map(|entry| entry.name).collect();
            assert_eq!(found, expected, "{name}");
        }
    }

    #[test]
    fn the_catalogue_and_the_tables_agree() {
        for entry in &ENTRIES {
            let service = entry.service().unwrap();
            let of_entry = (entry.name, entry.signing_name, entry.target_prefix, entry.api_version, entry.protocols);
            let protocols = service.protocols.as_slice();
            let of_table = (service.name, service.signing_name, service.target_prefix, service.api_version, protocols);
            assert_eq!(of_entry, of_table);
        }
    }
}
