//! The services that have tables. Written by `cargo xtask gen`.

use crate::catalog::Entry;
use std::sync::OnceLock;

pub(crate) static ENTRIES: [Entry; 2] = [
    Entry {
        name: "kms",
        signing_name: "kms",
        target_prefix: Some("TrentService"),
        api_version: "2014-11-01",
        packed: include_bytes!("../tables/kms.bin"),
        unpacked: OnceLock::new(),
    },
    Entry {
        name: "sts",
        signing_name: "sts",
        target_prefix: None,
        api_version: "2011-06-15",
        packed: include_bytes!("../tables/sts.bin"),
        unpacked: OnceLock::new(),
    },
];
