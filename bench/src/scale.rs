//! Whether many keys make a call slower: the same calls on a server with 100 keys and on one with 100,000.

use crate::Failure;
use crate::arguments::Options;
use crate::child::{Fastness, Keep, key_id};
use crate::load::{self, Window};
use crate::requests;
use serde_json::json;
use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

const FEW: u32 = 100;
const MANY: u32 = 100_000;
const TURNS: u32 = 5;
/// Different keys called, spread over all that there are.
const SPREAD: u32 = 2_000;

/// What came out.
pub(crate) struct Scale {
    /// For DescribeKey and Encrypt.
    pub(crate) rows: Vec<ScaleRow>,
    /// From process start to first answer, bulk seeding included.
    pub(crate) seeded_in: Duration,
}

/// One operation on both servers.
pub(crate) struct ScaleRow {
    /// As AWS calls it.
    pub(crate) operation: &'static str,
    /// With 100 keys.
    pub(crate) few: Window,
    /// With 100,000 keys.
    pub(crate) many: Window,
}

/// Runs it. One connection, so that latency is the server's and not a queue's.
pub(crate) fn run(options: &Options) -> Result<Scale, Failure> {
    writeln!(std::io::stderr(), "seeding {MANY} keys")?;
    let few = Fastness::start(&options.binary, Keep::OnDisk, "off", FEW)?;
    let many = Fastness::start(&options.binary, Keep::OnDisk, "off", MANY)?;
    let mut rows = Vec::new();
    for operation in ["DescribeKey", "Encrypt"] {
        writeln!(std::io::stderr(), "{operation} with {FEW} and {MANY} keys")?;
        let (mut with_few, mut with_many) = (Window::default(), Window::default());
        let (on_few, on_many) = (calls(operation, FEW)?, calls(operation, MANY)?);
        for _ in 0..TURNS {
            with_few.join(load::run(few.target(false), &on_few, 1, options.duration / TURNS)?);
            with_many.join(load::run(many.target(false), &on_many, 1, options.duration / TURNS)?);
        }
        rows.push(ScaleRow { operation, few: with_few, many: with_many });
    }
    Ok(Scale { rows, seeded_in: many.started_in })
}

fn calls(operation: &str, keys: u32) -> Result<Arc<Vec<Vec<u8>>>, Failure> {
    let mut requests = Vec::new();
    for number in 0..SPREAD {
        // A stride that is prime to both counts visits keys all over the range.
        let key = key_id(number.wrapping_mul(7_919) % keys);
        let body = match operation {
            "Encrypt" => json!({ "KeyId": key, "Plaintext": requests::plaintext() }),
            _ => json!({ "KeyId": key }),
        };
        requests.push(requests::signed(operation, &body)?);
    }
    Ok(Arc::new(requests))
}
