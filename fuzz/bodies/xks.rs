//! Any bytes as what either side of the XKS proxy API sends: never a panic, and nothing that is taken breaks a limit.

use xks::{Asked, Call, Decrypt, Encrypt, Health, KeyMetadata, RefusalName, Sealed, integrity_value};

pub(crate) fn run(data: &[u8]) {
    let _ = (Asked::read(data), Health::read(data), KeyMetadata::read(data), xks::read_plaintext(data, 5));
    if let Ok(request) = Encrypt::read(data) {
        assert!((1..=xks::MAX_PLAINTEXT).contains(&request.plaintext.expose().len()));
        assert!(request.bound.len() <= xks::MAX_BOUND);
    }
    if let Ok(request) = Decrypt::read(data) {
        assert!(request.sealed.metadata.len() <= xks::MAX_METADATA);
        assert!(Sealed::from_bytes(&request.sealed.to_bytes()).is_some_and(|read| read == request.sealed));
    }
    if let Ok(sealed) = Sealed::read(data, 5, b"bound") {
        let text = String::from_utf8_lossy(data).into_owned();
        let value = integrity_value(b"bound", &sealed);
        assert!(text.contains(&value) || text.contains('\\'), "an answer counted without its integrity value");
    }
    if let Some(sealed) = Sealed::from_bytes(data) {
        assert_eq!(sealed.to_bytes(), data);
    }
    for status in [400, 401, 403, 404, 429, 500, 501, 503] {
        assert!(RefusalName::read(status, data).is_none_or(|name| name.status() == status));
    }
    if let Some((prefix, call, key)) = std::str::from_utf8(data).ok().and_then(Call::of) {
        let path = format!("{prefix}{}{}", xks::ROOT, call.path(key));
        assert_eq!(path.as_bytes(), data);
    }
}
