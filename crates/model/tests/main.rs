//! The tables as they are committed: all unpack, all patterns compile, every mark is known.

extern crate fastness_model as model;

use model::services;

#[allow(dead_code, unreachable_pub)]
#[path = "../../../services/kms/src/api.rs"]
mod kms;

#[test]
fn every_table_unpacks() {
    let names = services().all().map(|service| service.name).collect::<Vec<_>>();
    assert_eq!(names, ["kms", "sts"]);
}
