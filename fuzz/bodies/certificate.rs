//! Any bytes as a certificate, and as the PEM of certificates and keys: never a panic, and what is read is all of it.

use primitives::{Certificate, pem, public_half};

pub(crate) fn run(data: &[u8]) {
    if let Some(certificate) = Certificate::from_der(data) {
        assert_eq!(certificate.der(), data);
        let _ = certificate.is_issued_by(&certificate);
        let text = pem::encode("CERTIFICATE", data);
        assert!(Certificate::all_from_pem(&text).is_some_and(|read| read.len() == 1));
    }
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = Certificate::all_from_pem(text);
        let _ = public_half(text);
    }
}
