//! `fastness operations`: what is implemented, from the registry that the road itself reads.

use super::{Outcome, arguments, say};
use crate::services;
use attestation::Roots;
use clap::ArgMatches;
use serde_json::json;

const EXAMPLES: &str = "\
Examples:
  fastness operations
  fastness operations --json";

pub(super) fn describe() -> clap::Command {
    clap::Command::new("operations")
        .about("List the operations that are served")
        .after_help(EXAMPLES)
        .arg(arguments::json())
}

pub(super) fn run(matches: &ArgMatches) -> Outcome {
    let services = services::all(&Roots::aws());
    if matches.get_flag("json") {
        let services: Vec<_> = services
            .iter()
            .map(|service| {
                let operations: Vec<_> = service
                    .operations()
                    .map(|op| {
                        json!({ "name": op.name, "writes": op.writes, "public": op.public, "quota": op.pool.map(|pool| pool.name) })
                    })
                    .collect();
                json!({ "name": service.name, "operations": operations })
            })
            .collect();
        say(&json!({ "services": services }).to_string());
    } else {
        for service in &services {
            service.operations().for_each(|operation| say(&format!("{} {}", service.name, operation.name)));
        }
    }
    Ok(())
}
