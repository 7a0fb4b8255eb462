//! One suite for all engines: each test is a function of an engine, and runs once on each of them.

mod isolation;
mod leases;
mod outcomes;
mod records;
pub(crate) mod watches;

/// Runs the named functions on every engine.
macro_rules! on_every_engine {
    ($($test:ident),+ $(,)?) => {
        mod memory {
            $(#[test] fn $test() { super::$test(std::sync::Arc::new(store::Memory::new())); })+
        }
        mod redb {
            $(#[test] fn $test() {
                let directory = tempfile::tempdir().unwrap();
                let engine = store::Redb::open(&directory.path().join("state"), store::RedbOptions::default()).unwrap();
                super::$test(std::sync::Arc::new(engine));
            })+
        }
        mod postgres {
            $(#[test] fn $test() {
                let url = crate::support::postgres::database();
                let engine = store::Postgres::connect(&url, store::PostgresOptions { connections: 8 }).unwrap();
                super::$test(std::sync::Arc::new(engine));
            })+
        }
    };
}
pub(crate) use on_every_engine;
