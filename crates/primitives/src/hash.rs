//! SHA-256, SHA-384 and SHA-512 (FIPS 180-4), and SHA-1 and MD5 for the names that others give to certificates and keys.

use aws_lc_rs::digest;

/// The hash of `data`.
pub fn sha256(data: &[u8]) -> [u8; 32] {
    fixed(&digest::digest(&digest::SHA256, data))
}

/// The SHA-1 of `data`. Good for the thumbprints by which IAM knows certificates, and for nothing that matters more: it
/// resists second preimages still, collisions not.
pub fn sha1_thumbprint(data: &[u8]) -> [u8; 20] {
    let digest = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, data);
    crate::certain(digest.as_ref().try_into().map_err(|_| aws_lc_rs::error::Unspecified))
}

/// The MD5 of `data` (RFC 1321). Broken; only for the fingerprints by which AWS shows SSH keys, and for nothing else.
pub fn md5_fingerprint(data: &[u8]) -> [u8; 16] {
    use md5::Digest as _;
    md5::Md5::digest(data).into()
}

/// A hash in the making, for data that arrives in parts.
#[derive(Clone)]
pub struct Sha256(digest::Context);

impl Sha256 {
    /// The hash of nothing so far.
    pub fn new() -> Self {
        Self(digest::Context::new(&digest::SHA256))
    }

    /// Appends `data`.
    pub fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }

    /// The hash of all that was appended.
    pub fn finish(self) -> [u8; 32] {
        fixed(&self.0.finish())
    }
}

impl Default for Sha256 {
    fn default() -> Self {
        Self::new()
    }
}

fn fixed(digest: &digest::Digest) -> [u8; 32] {
    crate::certain(digest.as_ref().try_into().map_err(|_| aws_lc_rs::error::Unspecified))
}

/// A hash that a format or a caller chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HashAlgorithm {
    /// SHA-256
    Sha256,
    /// SHA-384
    Sha384,
    /// SHA-512
    Sha512,
}

impl HashAlgorithm {
    pub(crate) fn digest(self) -> &'static digest::Algorithm {
        match self {
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        }
    }

    /// Bytes of a hash.
    pub fn bytes(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

/// The hash of the parts, one after another. Where the parts lie is not hashed.
pub fn hash(algorithm: HashAlgorithm, parts: &[&[u8]]) -> Vec<u8> {
    let mut hasher = Hasher::new(algorithm);
    parts.iter().for_each(|part| hasher.update(part));
    hasher.finish()
}

/// A hash of any of the algorithms in the making.
#[derive(Clone)]
pub struct Hasher(digest::Context);

impl Hasher {
    /// The hash of nothing so far.
    pub fn new(algorithm: HashAlgorithm) -> Self {
        Self(digest::Context::new(algorithm.digest()))
    }

    /// Appends `data`.
    pub fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }

    /// The hash of all that was appended.
    pub fn finish(self) -> Vec<u8> {
        self.0.finish().as_ref().to_vec()
    }
}
