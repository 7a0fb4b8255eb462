//! The fuzz targets for a bounded time: mutations of valid requests, the same on every run.

use crate::support::everything;
use base::{Rng, SeededRng};
use wire::Protocol;

#[path = "../../../../fuzz/bodies/json.rs"]
mod json;
#[path = "../../../../fuzz/bodies/query.rs"]
mod query;

#[test]
fn mutated_requests_never_make_a_decoder_panic() {
    let rng = SeededRng::new(8);
    for (service, operation, protocol) in everything() {
        let index = service.operations().iter().position(|other| other.name == operation.name).unwrap();
        for _ in 0..40 {
            let input =
                operation.input.map_or(model::Value::Struct(vec![]), |shape| model::probe::any(service, shape, &rng));
            let mut data = vec![u8::try_from(index).unwrap()];
            data.extend_from_slice(wire::encode_request(service, operation, protocol, &input).body());
            let body = if protocol == Protocol::Query { query::run } else { json::run };
            body(&data);
            for _ in 0..8 {
                mutate(&mut data, &rng);
                body(&data);
            }
        }
    }
}

/// Changes, removes or doubles a piece, but for the first byte.
fn mutate(data: &mut Vec<u8>, rng: &SeededRng) {
    const TOKENS: &[u8] = b"\"\\{}[]:,.=&%+0-eun\x00\xff";
    let mut dice = [0; 8];
    rng.fill(&mut dice);
    let at = 1 + usize::from(u16::from_le_bytes([dice[0], dice[1]])) % data.len();
    let until = (at + usize::from(dice[2] % 16)).min(data.len());
    if at >= data.len() {
        return data.push(dice[3]);
    }
    match dice[4] % 4 {
        0 => data[at] = dice[3],
        1 => data[at] = TOKENS[usize::from(dice[3]) % TOKENS.len()],
        2 => drop(data.drain(at..until)),
        _ => {
            let piece = data[at..until].to_vec();
            data.splice(at..at, piece);
        }
    }
}
