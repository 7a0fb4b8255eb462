//! Any bytes as a PROXY protocol header: never a panic; what is taken is bounded, needs all of its bytes and none behind it,
//! and is refused as soon as it can be told.

use server::proxy_protocol::{MAX_HEADER, parse};

pub(crate) fn run(data: &[u8]) {
    match parse(data) {
        Ok(Some((header, length))) => {
            assert!(length <= data.len().min(MAX_HEADER), "longer than it may be");
            assert!(parse(&data[..length]) == Ok(Some((header, length))), "read differently without what follows");
            assert!(parse(&data[..length - 1]) == Ok(None), "taken before it was whole");
        }
        Ok(None) => assert!(data.len() < MAX_HEADER, "waits for more than it may"),
        Err(why) => {
            let more = [data, &[0; 64]].concat();
            assert!(parse(&more).is_err(), "{why} was mended by more bytes");
        }
    }
}
