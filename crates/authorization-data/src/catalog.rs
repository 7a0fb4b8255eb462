//! All services, and the names that policies call them by.
//!
//! Guarantees: looking for an action or key of one service unpacks that service and those in the same block, no other.

use crate::archive::{Archive, Entry};
use crate::global::GLOBAL_KEYS;
use crate::read;
use crate::service::{Action, ConditionKey, Service};
use std::sync::OnceLock;

/// Services that list condition keys of another prefix: those of identity providers, and of what belongs together.
const WITH_FOREIGN_KEYS: [&str; 4] = ["aws-marketplace", "cognito-identity", "sso", "sts"];

static PACKED: &[u8] = include_bytes!("../data/services.bin");

struct Catalog {
    archive: Archive,
    /// The text of each block that was asked for.
    blocks: Vec<OnceLock<Option<&'static str>>>,
    /// In the order of the archive's entries.
    services: Vec<OnceLock<Option<Service>>>,
}

/// The service of that prefix, such as `kms`, in any letter case.
pub fn service(prefix: &str) -> Option<&'static Service> {
    let catalog = catalog()?;
    catalog.service(catalog.archive.find(&prefix.to_ascii_lowercase())?)
}

/// All services, ordered by prefix. Going through them unpacks each.
pub fn services() -> impl Iterator<Item = &'static Service> {
    catalog().into_iter().flat_map(|catalog| (0..catalog.services.len()).filter_map(|at| catalog.service(at)))
}

/// The prefixes of all services, without unpacking one.
pub fn prefixes() -> impl Iterator<Item = &'static str> {
    catalog().into_iter().flat_map(|catalog| catalog.archive.entries.iter().map(|entry| entry.name))
}

/// The action of that name, such as `kms:Encrypt`, in any letter case.
pub fn action(name: &str) -> Option<(&'static Service, &'static Action)> {
    let (prefix, name) = name.split_once(':')?;
    let service = service(prefix)?;
    Some((service, service.action(name)?))
}

/// The actions that a policy means by a name, in which `*` and `?` may stand after the colon; `*` alone means all.
pub fn matching(name: &str) -> impl Iterator<Item = (&'static Service, &'static Action)> + use<> {
    let everything = (name == "*").then(|| services().map(|service| (service, "*".to_owned())));
    let one = name.split_once(':').and_then(|(prefix, name)| Some((service(prefix)?, name.to_owned())));
    let chosen = everything.into_iter().flatten().chain(one);
    chosen.flat_map(|(service, name)| service.matching(&name).map(move |action| (service, action)))
}

/// The condition key of that name, in any letter case; a part that varies may be filled in, as in
/// `aws:RequestTag/team` and `kms:EncryptionContext:app`.
pub fn condition_key(name: &str) -> Option<&'static ConditionKey> {
    let global = GLOBAL_KEYS.iter().find(|key| key.is_called(name));
    let own = || service(name.split_once(':')?.0)?.key(name);
    let foreign = || WITH_FOREIGN_KEYS.iter().find_map(|prefix| service(prefix)?.key(name));
    global.or_else(own).or_else(foreign)
}

/// The data is part of the binary and a test unpacks all of it, so that `None` does not happen in practice.
fn catalog() -> Option<&'static Catalog> {
    static CATALOG: OnceLock<Option<Catalog>> = OnceLock::new();
    let open = || {
        let archive = Archive::open(PACKED)?;
        let blocks = archive.entries.last().map_or(0, |entry| entry.block) + 1;
        let blocks = std::iter::repeat_with(OnceLock::new).take(blocks).collect();
        let services = archive.entries.iter().map(|_| OnceLock::new()).collect();
        Some(Catalog { archive, blocks, services })
    };
    CATALOG.get_or_init(open).as_ref()
}

impl Catalog {
    fn service(&'static self, at: usize) -> Option<&'static Service> {
        let entry = self.archive.entries.get(at)?;
        let unpack = || read::service(entry.name, self.text(entry)?);
        self.services.get(at)?.get_or_init(unpack).as_ref()
    }

    /// A text, whose block stays in memory: services point into it.
    fn text(&self, entry: &Entry) -> Option<&'static str> {
        let leaked = || self.archive.block(entry.block).map(|text| &*text.leak());
        let block: &'static str = (*self.blocks.get(entry.block)?.get_or_init(leaked))?;
        entry.within(block)
    }
}
