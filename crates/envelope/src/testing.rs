//! A KMS for tests, in memory: keys in several Regions of one account, whose ciphertexts are real.
//!
//! Guarantees: what it encrypts is AES-256-GCM bound to key and encryption context, RSA and ECDH are the real algorithms,
//! names resolve as in KMS (key id, key ARN, alias, alias ARN; a client reaches the keys of its own Region alone), and
//! errors carry KMS's codes. Every call is in the log; any operation can be made to fail, or to answer what a KMS must
//! not. It authorises nobody: grant tokens are logged, not checked.

mod client;

use self::client::Region;
use crate::Error;
use ::client as client_api;
use ::client::{Kms, KmsSupplier};
use base::{Rng, Uuid};
use primitives::{AeadKey, Curve, EcPrivateKey, RsaPrivateKey, RsaSize, SystemRng};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

/// The account of every key.
pub const ACCOUNT: &str = "111122223333";

/// The Region that is asked where none is named.
pub const DEFAULT_REGION: &str = "us-east-1";

/// A KMS with all its Regions. Clones are the same KMS.
#[derive(Clone, Default)]
pub struct FakeKms(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    keys: BTreeMap<String, Key>,
    /// Alias ARN to key ARN.
    aliases: BTreeMap<String, String>,
    disabled: BTreeSet<String>,
    calls: Vec<Call>,
    failures: Vec<(Option<Operation>, client_api::Error)>,
    lies: Vec<(Operation, Lie)>,
    during: Vec<(Operation, Box<dyn FnOnce() + Send>)>,
}

/// One key in one Region; a multi-Region key has one of these in each of its Regions, with the same material.
#[derive(Clone)]
struct Key {
    /// What its ciphertexts name it by: the key id, which multi-Region keys share.
    id: String,
    material: Material,
}

#[derive(Clone)]
enum Material {
    Symmetric(Arc<AeadKey>),
    Rsa(Arc<RsaPrivateKey>),
    Ec(Arc<EcPrivateKey>),
}

/// The operations of KMS that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "they are KMS's names")]
pub enum Operation {
    GenerateDataKey,
    GenerateDataKeyWithoutPlaintext,
    Encrypt,
    Decrypt,
    ReEncrypt,
    GetPublicKey,
    DeriveSharedSecret,
    DescribeKey,
}

/// A call that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// What was called.
    pub operation: Operation,
    /// The Region of the client.
    pub region: String,
    /// The key as the caller named it; for ReEncrypt the destination.
    pub key_id: String,
    /// The encryption context that was sent; for ReEncrypt the destination's.
    pub context: client_api::EncryptionContextPairs,
    /// The grant tokens that were sent.
    pub grant_tokens: Vec<String>,
}

/// What a KMS must never answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lie {
    /// The answer names this key.
    KeyId(String),
    /// The plaintext has this length.
    PlaintextLength(usize),
    /// The public key is this.
    PublicKey(Vec<u8>),
}

impl FakeKms {
    /// A KMS without keys.
    pub fn new() -> Self {
        Self::default()
    }

    /// A client of a Region.
    pub fn client(&self, region: &str) -> Arc<dyn Kms> {
        Arc::new(Region { kms: self.clone(), region: region.into() })
    }

    /// Makes a symmetric key; its ARN.
    pub fn symmetric_key(&self, region: &str) -> String {
        self.add(&[region], Uuid::random(&SystemRng).to_string(), Self::aes()).remove(0)
    }

    /// Makes a symmetric multi-Region key; its ARNs, in the order of the Regions.
    pub fn multi_region_key(&self, regions: &[&str]) -> Vec<String> {
        let id = Uuid::random(&SystemRng).to_string().replace('-', "");
        self.add(regions, format!("mrk-{id}"), Self::aes())
    }

    /// Makes an RSA key for encryption; its ARN.
    pub fn rsa_key(&self, region: &str, size: RsaSize) -> String {
        let material = Material::Rsa(Arc::new(RsaPrivateKey::generate(size)));
        self.add(&[region], Uuid::random(&SystemRng).to_string(), material).remove(0)
    }

    /// Makes a key for key agreement; its ARN.
    pub fn key_agreement_key(&self, region: &str, curve: Curve) -> String {
        let material = Material::Ec(Arc::new(EcPrivateKey::generate(curve)));
        self.add(&[region], Uuid::random(&SystemRng).to_string(), material).remove(0)
    }

    /// Points an alias such as `alias/app`, in the key's Region, to a key; the alias's ARN.
    pub fn alias(&self, name: &str, key_arn: &str) -> String {
        let region = key_arn.split(':').nth(3).expect("an ARN has a Region");
        let alias = arn(region, name);
        self.state().aliases.insert(alias.clone(), key_arn.into());
        alias
    }

    /// Disables a key.
    pub fn disable(&self, key_arn: &str) {
        self.state().disabled.insert(key_arn.into());
    }

    /// Enables a key again.
    pub fn enable(&self, key_arn: &str) {
        self.state().disabled.remove(key_arn);
    }

    /// Lets the next call of an operation, or the next call whatever it is, fail.
    pub fn fail_next(&self, operation: Option<Operation>, error: client_api::Error) {
        self.state().failures.push((operation, error));
    }

    /// Lets the next call of an operation answer something false.
    pub fn lie_next(&self, operation: Operation, lie: Lie) {
        self.state().lies.push((operation, lie));
    }

    /// Lets this happen while the next call of an operation is on its way.
    pub fn during_next(&self, operation: Operation, happens: impl FnOnce() + Send + 'static) {
        self.state().during.push((operation, Box::new(happens)));
    }

    /// The calls so far, in order.
    pub fn calls(&self) -> Vec<Call> {
        self.state().calls.clone()
    }

    /// What was called so far, in order.
    pub fn operations(&self) -> Vec<Operation> {
        self.state().calls.iter().map(|call| call.operation).collect()
    }

    /// How many calls of an operation there were.
    pub fn count(&self, operation: Operation) -> usize {
        self.state().calls.iter().filter(|call| call.operation == operation).count()
    }

    /// Empties the log of calls.
    pub fn forget_calls(&self) {
        self.state().calls.clear();
    }

    fn aes() -> Material {
        let mut key = [0; 32];
        SystemRng.fill_secret(&mut key);
        Material::Symmetric(Arc::new(AeadKey::new(&key)))
    }

    fn add(&self, regions: &[&str], id: String, material: Material) -> Vec<String> {
        let arns: Vec<_> = regions.iter().map(|region| arn(region, &format!("key/{id}"))).collect();
        let key = Key { id, material };
        self.state().keys.extend(arns.iter().map(|arn| (arn.clone(), key.clone())));
        arns
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no test panics while it holds the state")
    }
}

impl KmsSupplier for FakeKms {
    fn kms(&self, region: &str) -> Result<Arc<dyn Kms>, client_api::Error> {
        Ok(self.client(region))
    }

    fn default_region(&self) -> Result<String, client_api::Error> {
        Ok(DEFAULT_REGION.into())
    }
}

/// An error of the service.
pub fn service_error(code: &str, message: &str) -> client_api::Error {
    client_api::Error::Service { code: code.into(), message: message.into(), status: 400, request_id: None }
}

/// The reasons of an [`Error::NoDataKey`], one after another.
pub fn reasons(error: &Error) -> Vec<String> {
    match error {
        Error::NoDataKey(refusals) => refusals.iter().map(|refusal| refusal.reason.clone()).collect(),
        other => panic!("{other:?} gives no reasons"),
    }
}

fn arn(region: &str, resource: &str) -> String {
    format!("arn:aws:kms:{region}:{ACCOUNT}:{resource}")
}
