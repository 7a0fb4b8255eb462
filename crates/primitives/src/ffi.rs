//! The few calls of AWS-LC that aws-lc-rs has no safe form of: Ed25519ph, ML-DSA over an external mu, ML-KEM keys from
//! their seeds, and points of elliptic curves out of their compressed form. The only file of the house with `unsafe` code; it goes away as aws-lc-rs learns them.
//!
//! Guarantees: every pointer given out comes from a slice or array that lives through the call, with that slice's own
//! length; what a call writes fits, since it is told how much room there is or always writes the same; a key is freed
//! once, by its only owner, and shared between threads for reading only.

#![allow(unsafe_code, reason = "calls into AWS-LC; each says why it is sound")]

#[cfg(feature = "fips")]
use aws_lc_fips_sys as lc;
#[cfg(not(feature = "fips"))]
use aws_lc_sys as lc;
use base::Secret;
use std::ptr::{NonNull, null, null_mut};

/// Length of an Ed25519 signature in bytes.
const ED25519_SIGNATURE: usize = 64;

/// An Ed25519ph signature (RFC 8032 §5.1) with an empty context; `private` is the seed followed by the public key.
pub(crate) fn ed25519ph_sign(message: &[u8], private: &[u8; 64]) -> Option<[u8; ED25519_SIGNATURE]> {
    let mut signature = [0; ED25519_SIGNATURE];
    // SAFETY: the function writes 64 bytes, the size of `signature`, and reads `message` with its length and 64 bytes of
    // `private`; an empty context is never read, so its pointer may be null.
    let signed = unsafe {
        lc::ED25519ph_sign(signature.as_mut_ptr(), message.as_ptr(), message.len(), private.as_ptr(), null(), 0)
    };
    (signed == 1).then_some(signature)
}

/// Whether `signature` is an Ed25519ph signature of `message` with an empty context.
pub(crate) fn ed25519ph_verifies(message: &[u8], signature: &[u8; ED25519_SIGNATURE], public: &[u8; 32]) -> bool {
    // SAFETY: the function reads `message` with its length, 64 bytes of `signature` and 32 of `public`, which have these
    // sizes; an empty context is never read.
    unsafe {
        lc::ED25519ph_verify(message.as_ptr(), message.len(), signature.as_ptr(), public.as_ptr(), null(), 0) == 1
    }
}

/// A parameter set of ML-DSA, as AWS-LC numbers it.
#[derive(Clone, Copy)]
pub(crate) struct MlDsaId(i32);

impl MlDsaId {
    pub(crate) const MLDSA_44: Self = Self(lc::NID_MLDSA44);
    pub(crate) const MLDSA_65: Self = Self(lc::NID_MLDSA65);
    pub(crate) const MLDSA_87: Self = Self(lc::NID_MLDSA87);
}

/// A parameter set of ML-KEM, as AWS-LC numbers it.
#[cfg(feature = "fips")]
#[derive(Clone, Copy)]
pub(crate) struct MlKemId(i32);

#[cfg(feature = "fips")]
impl MlKemId {
    pub(crate) const MLKEM_512: Self = Self(lc::NID_MLKEM512);
    pub(crate) const MLKEM_768: Self = Self(lc::NID_MLKEM768);
    pub(crate) const MLKEM_1024: Self = Self(lc::NID_MLKEM1024);
}

/// A key of AWS-LC's, owned.
pub(crate) struct Key(NonNull<lc::EVP_PKEY>);

// SAFETY: an EVP_PKEY is not bound to the thread that made it.
unsafe impl Send for Key {}

// SAFETY: AWS-LC lets several threads use one EVP_PKEY as long as none changes it (openssl/evp.h). All that this module
// does with a shared key is to read it and to count references to it, which is atomic.
unsafe impl Sync for Key {}

impl Drop for Key {
    fn drop(&mut self) {
        // SAFETY: the pointer came from AWS-LC and this is its only owner.
        unsafe { lc::EVP_PKEY_free(self.0.as_ptr()) }
    }
}

impl Key {
    /// The ML-DSA key pair of a seed.
    pub(crate) fn ml_dsa_private(id: MlDsaId, seed: &[u8; 32]) -> Option<Self> {
        // SAFETY: the function reads `seed` with its length and returns a new key or null.
        let key = unsafe { lc::EVP_PKEY_pqdsa_new_raw_private_key(id.0, seed.as_ptr(), seed.len()) };
        NonNull::new(key).map(Self)
    }

    /// An ML-DSA public key.
    pub(crate) fn ml_dsa_public(id: MlDsaId, public: &[u8]) -> Option<Self> {
        // SAFETY: the function reads `public` with its length and returns a new key or null.
        let key = unsafe { lc::EVP_PKEY_pqdsa_new_raw_public_key(id.0, public.as_ptr(), public.len()) };
        NonNull::new(key).map(Self)
    }

    /// A private key in PKCS#8.
    #[cfg(not(feature = "fips"))]
    pub(crate) fn from_pkcs8(der: &[u8]) -> Option<Self> {
        let mut input = lc::CBS { data: der.as_ptr(), len: der.len() };
        // SAFETY: `input` spans `der`, which outlives the call; the function returns a new key or null.
        let key = unsafe { lc::EVP_parse_private_key(&mut input) };
        NonNull::new(key).map(Self)
    }

    /// The ML-KEM key pair of a seed: d, then z. The FIPS module reads no PKCS#8 of such keys, and the other has no binding
    /// of this function.
    #[cfg(feature = "fips")]
    pub(crate) fn ml_kem_private(id: MlKemId, seed: &[u8; 64]) -> Option<Self> {
        // SAFETY: without an engine the second argument is null; the function returns a new context or null.
        let context = Context(NonNull::new(unsafe { lc::EVP_PKEY_CTX_new_id(lc::EVP_PKEY_KEM, null_mut()) })?);
        let (mut key, mut length) = (null_mut(), seed.len());
        // SAFETY: the context is alive; `seed` is read with its length, which the last call checks to be that of a seed; `key`
        // is null, so it is set to a new key or left.
        let made = unsafe {
            lc::EVP_PKEY_CTX_kem_set_params(context.0.as_ptr(), id.0) == 1
                && lc::EVP_PKEY_keygen_init(context.0.as_ptr()) == 1
                && lc::EVP_PKEY_keygen_deterministic(context.0.as_ptr(), &mut key, seed.as_ptr(), &mut length) == 1
        };
        // Owned before anything else, so that it is freed whatever was said.
        let key = NonNull::new(key).map(Self);
        key.filter(|_| made)
    }

    /// Signs a digest (for ML-DSA: mu) without hashing it again; the signature has `length` bytes at most.
    pub(crate) fn sign_digest(&self, digest: &[u8], length: usize) -> Option<Vec<u8>> {
        let context = Context::new(self)?;
        let mut signature = vec![0; length];
        let mut written = length;
        // SAFETY: the context is alive; the function writes no more than the `written` bytes that `signature` has, and
        // reads `digest` with its length.
        let signed = unsafe {
            lc::EVP_PKEY_sign_init(context.0.as_ptr()) == 1
                && lc::EVP_PKEY_sign(
                    context.0.as_ptr(),
                    signature.as_mut_ptr(),
                    &mut written,
                    digest.as_ptr(),
                    digest.len(),
                ) == 1
        };
        signature.truncate(written);
        signed.then_some(signature)
    }

    /// Whether `signature` is one of this digest (for ML-DSA: mu).
    pub(crate) fn verifies_digest(&self, digest: &[u8], signature: &[u8]) -> bool {
        let Some(context) = Context::new(self) else { return false };
        // SAFETY: the context is alive; both slices are read with their lengths.
        unsafe {
            lc::EVP_PKEY_verify_init(context.0.as_ptr()) == 1
                && lc::EVP_PKEY_verify(
                    context.0.as_ptr(),
                    signature.as_ptr(),
                    signature.len(),
                    digest.as_ptr(),
                    digest.len(),
                ) == 1
        }
    }

    /// The raw form of the private key, of `length` bytes.
    pub(crate) fn raw_private(&self, length: usize) -> Option<Secret<Vec<u8>>> {
        let mut bytes = Secret::new(vec![0; length]);
        let mut written = length;
        // SAFETY: the key is alive; the function writes no more than the `written` bytes that there are.
        let got =
            unsafe { lc::EVP_PKEY_get_raw_private_key(self.0.as_ptr(), bytes.expose_mut().as_mut_ptr(), &mut written) };
        (got == 1 && written == length).then_some(bytes)
    }

    /// The raw form of the public key, of `length` bytes.
    pub(crate) fn raw_public(&self, length: usize) -> Option<Vec<u8>> {
        let mut bytes = vec![0; length];
        let mut written = length;
        // SAFETY: the key is alive; the function writes no more than the `written` bytes that there are.
        let got = unsafe { lc::EVP_PKEY_get_raw_public_key(self.0.as_ptr(), bytes.as_mut_ptr(), &mut written) };
        (got == 1 && written == length).then_some(bytes)
    }
}

/// One operation with a key.
struct Context(NonNull<lc::EVP_PKEY_CTX>);

impl Context {
    fn new(key: &Key) -> Option<Self> {
        // SAFETY: the key is alive. The context takes a reference of its own to it and changes nothing else; without an
        // engine the second argument is null.
        NonNull::new(unsafe { lc::EVP_PKEY_CTX_new(key.0.as_ptr(), null_mut()) }).map(Self)
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: the pointer came from AWS-LC and this is its only owner.
        unsafe { lc::EVP_PKEY_CTX_free(self.0.as_ptr()) }
    }
}

/// The group of an elliptic curve, as AWS-LC numbers it.
#[derive(Clone, Copy)]
pub(crate) struct Group(i32);

impl Group {
    pub(crate) const P256: Self = Self(lc::NID_X9_62_prime256v1);
    pub(crate) const P384: Self = Self(lc::NID_secp384r1);
    pub(crate) const P521: Self = Self(lc::NID_secp521r1);
    pub(crate) const SECP256K1: Self = Self(lc::NID_secp256k1);
}

/// A point in SEC 1's uncompressed form, of `length` bytes; `None` if it is not on the curve, or at infinity.
pub(crate) fn uncompressed_point(group: Group, encoded: &[u8], length: usize) -> Option<Vec<u8>> {
    struct Point(NonNull<lc::EC_POINT>);
    impl Drop for Point {
        fn drop(&mut self) {
            // SAFETY: the pointer came from AWS-LC and this is its only owner.
            unsafe { lc::EC_POINT_free(self.0.as_ptr()) }
        }
    }
    // SAFETY: gives a group that lives as long as the process, or null for a number that is none.
    let group = NonNull::new(unsafe { lc::EC_GROUP_new_by_curve_name(group.0) })?;
    // SAFETY: the group is alive; the function returns a new point or null.
    let point = Point(NonNull::new(unsafe { lc::EC_POINT_new(group.as_ptr()) })?);
    let mut out = vec![0; length];
    // SAFETY: group and point are alive and belong together; `encoded` is read with its length, no more than the length of
    // `out` is written; without a BN_CTX (null) the functions make their own.
    let written = unsafe {
        if lc::EC_POINT_oct2point(group.as_ptr(), point.0.as_ptr(), encoded.as_ptr(), encoded.len(), null_mut()) != 1 {
            return None;
        }
        let form = lc::point_conversion_form_t::POINT_CONVERSION_UNCOMPRESSED;
        lc::EC_POINT_point2oct(group.as_ptr(), point.0.as_ptr(), form, out.as_mut_ptr(), out.len(), null_mut())
    };
    (written == length).then_some(out)
}
