//! The trace that a caller says its request is part of.
//!
//! Guarantees: what is not well formed is no context, and the request begins a trace of its own; whatever a header says, at
//! most ids and one flag are taken from it. Sources: W3C Trace Context, `traceparent`; AWS X-Ray Developer Guide,
//! "Tracing header".

use http::HeaderMap;

/// A trace, the span in it that called, and whether its caller decided that it is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Context {
    pub(crate) trace: [u8; 16],
    pub(crate) parent: Option<[u8; 8]>,
    pub(crate) sampled: Option<bool>,
}

impl Context {
    /// The context in a request's headers: W3C's, else X-Ray's.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let only = |name: &str| {
            let mut values = headers.get_all(name).iter();
            values.next().filter(|_| values.next().is_none())?.to_str().ok()
        };
        only("traceparent").and_then(w3c).or_else(|| only("x-amzn-trace-id").and_then(x_ray))
    }
}

/// `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01`
fn w3c(text: &str) -> Option<Context> {
    let mut fields = text.trim_matches([' ', '\t']).split('-');
    let [version] = hex::<1>(fields.next()?)?;
    let (trace, parent, [flags]) = (hex(fields.next()?)?, hex(fields.next()?)?, hex::<1>(fields.next()?)?);
    // Later versions may say more behind the fields that this one has.
    if version == u8::MAX || (version == 0 && fields.next().is_some()) || trace == [0; 16] || parent == [0; 8] {
        return None;
    }
    Some(Context { trace, parent: Some(parent), sampled: Some(flags & 1 == 1) })
}

/// `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1`
fn x_ray(text: &str) -> Option<Context> {
    let field = |name: &str| {
        let mut fields = text.split(';').filter_map(|field| field.trim().split_once('='));
        fields.find_map(|(key, value)| key.eq_ignore_ascii_case(name).then_some(value))
    };
    let (time, random) = field("Root")?.strip_prefix("1-")?.split_once('-')?;
    let (time, random) = (hex::<4>(time)?, hex::<12>(random)?);
    let mut trace = [0; 16];
    trace.iter_mut().zip(time.into_iter().chain(random)).for_each(|(to, from)| *to = from);
    let sampled = match field("Sampled") {
        Some("1") => Some(true),
        Some("0") => Some(false),
        _ => None,
    };
    let parent = field("Parent").and_then(hex).filter(|parent| *parent != [0; 8]);
    (trace != [0; 16]).then_some(Context { trace, parent, sampled })
}

/// Lower-case hex of exactly so many bytes.
fn hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != N || !rest.is_empty() {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    fn of(name: &'static str, value: &str) -> Option<Context> {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        Context::of(&headers)
    }

    #[test]
    fn a_traceparent_is_read_as_w3c_says() {
        let context = of("traceparent", &format!("00-{TRACE}-00f067aa0ba902b7-01")).unwrap();
        assert_eq!((context.trace[0], context.trace[15]), (0x4b, 0x36));
        assert_eq!(context.parent, Some([0, 0xf0, 0x67, 0xaa, 0x0b, 0xa9, 0x02, 0xb7]));
        assert_eq!(context.sampled, Some(true));
        assert_eq!(of("traceparent", &format!("00-{TRACE}-00f067aa0ba902b7-00")).unwrap().sampled, Some(false));
        assert!(of("traceparent", &format!("cc-{TRACE}-00f067aa0ba902b7-01-what-comes-later")).is_some());
    }

    #[test]
    fn a_malformed_traceparent_is_none() {
        for bad in [
            String::new(),
            "00".into(),
            format!("00-{TRACE}-00f067aa0ba902b7"),
            format!("00-{TRACE}-00f067aa0ba902b7-1"),
            format!("00-{TRACE}-00f067aa0ba902b7-01-more"),
            format!("ff-{TRACE}-00f067aa0ba902b7-01"),
            format!("00-{}-00f067aa0ba902b7-01", TRACE.to_uppercase()),
            format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32)),
            format!("00-{TRACE}-0000000000000000-01"),
            format!("00-{TRACE}0-00f067aa0ba902b7-01"),
        ] {
            assert_eq!(of("traceparent", &bad), None, "{bad}");
        }
        let mut twice = HeaderMap::new();
        for _ in 0..2 {
            twice.append("traceparent", format!("00-{TRACE}-00f067aa0ba902b7-01").parse().unwrap());
        }
        assert_eq!(Context::of(&twice), None);
    }

    #[test]
    fn x_rays_header_is_read_where_there_is_no_other() {
        let header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
        let context = of("x-amzn-trace-id", header).unwrap();
        assert_eq!((context.trace[0], context.trace[4], context.trace[15]), (0x57, 0xbd, 0x93));
        assert_eq!((context.parent.unwrap()[0], context.sampled), (0x53, Some(true)));
        let undecided = of("x-amzn-trace-id", "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=?").unwrap();
        assert_eq!((undecided.parent, undecided.sampled), (None, None));
        for bad in
            ["", "Root=", "Root=2-5759e988-bd862e3fe1be46a994272793", "Root=1-5759e988-bd86", "Parent=53995c3f42cd8ad8"]
        {
            assert_eq!(of("x-amzn-trace-id", bad), None, "{bad}");
        }
    }

    #[test]
    fn no_header_is_a_crash_whatever_is_changed_in_it() {
        let good = [
            format!("00-{TRACE}-00f067aa0ba902b7-01"),
            "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1".into(),
        ];
        for text in &good {
            for at in 0..text.len() {
                let (before, after) = text.split_at(at);
                let _ = (w3c(before), x_ray(before));
                let after: String = after.chars().skip(1).collect();
                for put in ["", "-", "=", ";", "\u{e4}", "0", "\u{1f511}"] {
                    let changed = [before, put, &after].concat();
                    for read in [w3c, x_ray] {
                        let context = read(&changed);
                        assert!(context.is_none_or(|context| context.trace != [0; 16]), "{changed}");
                    }
                }
            }
        }
    }
}
