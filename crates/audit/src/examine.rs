//! What can be said of a log without its keys.
//!
//! Guarantees: reads only. Missing, exchanged and cut segments are noticed, and whatever breaks the form of a record; that
//! no byte within a record was changed can only be told with the keys ([`crate::verify`]).

use crate::copy::walk;
use crate::frame::{GENESIS, HEADER, Hash, Head, VERSION};
use crate::{Error, segment};
use std::path::Path;

/// Looks at the segments in `dir`: where they end, and what is wrong.
pub fn examine(dir: &Path) -> Result<(Option<Head>, Vec<String>), Error> {
    let (mut head, mut problems) = (None::<Head>, Vec::new());
    for first in segment::list(dir)? {
        let path = segment::path(dir, first);
        let bytes = segment::load(dir, first)?;
        let mut problem = |what: &str| problems.push(format!("{}: {what}", path.display()));
        let Some((version, named, previous)) = header(&bytes) else {
            problem("the header is cut short");
            head = None;
            continue;
        };
        if version != VERSION {
            problem(&format!("it is of version {version}, and this server knows {VERSION}"));
            head = None;
            continue;
        }
        if named != first {
            problem("it has another segment's name");
        }
        let expected = head.or((first == 0).then_some(Head { next: 0, hash: GENESIS }));
        if expected.is_some_and(|head| (head.next, head.hash) != (first, previous)) {
            problem("it does not follow the segment before it");
        }
        let mut last = Head { next: first, hash: previous };
        let whole = walk(&bytes, |next, hash| last = Head { next, hash });
        if bytes.get(whole..).unwrap_or_default().iter().any(|byte| *byte != 0) {
            problem(&format!("at byte {whole}: what follows is no record"));
        }
        head = Some(last);
    }
    Ok((head, problems))
}

fn header(bytes: &[u8]) -> Option<(u32, u64, Hash)> {
    bytes.get(..HEADER)?;
    let version = u32::from_be_bytes(*bytes.get(8..12)?.first_chunk()?);
    let first = u64::from_be_bytes(*bytes.get(12..20)?.first_chunk()?);
    Some((version, first, *bytes.get(20..52)?.first_chunk()?))
}
