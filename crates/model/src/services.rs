//! The services that have tables. Written by `cargo xtask gen`.

use crate::catalog::Entry;

pub(crate) static ENTRIES: [Entry; 0] = [];
