//! KMS over the wire, and a client of it for each Region.
//!
//! Guarantees: plaintext is in memory that is wiped, apart from what TLS and HTTP hold on its way; the clients that are
//! kept are limited in number, since the Regions may be a stranger's words.
//! Source: AWS KMS API Reference.

use crate::Error;
use crate::credentials::{self, Provider};
use crate::endpoint::{Endpoint, Variant};
use crate::kms::{
    Ciphertext, DataKey, EncryptionContextPairs, KeyDescription, Kms, KmsSupplier, Plaintext, PublicKey, SealedDataKey,
};
use crate::protocol::{self, Members, base64};
use crate::retry::Quota;
use crate::service::Service;
use crate::settings::{Options, Settings, named_region};
use crate::world::World;
use base::{Region, Secret};
use http::header::{CONTENT_TYPE, HeaderName};
use http::{HeaderMap, HeaderValue};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex, PoisonError};

/// Clients that are kept.
const MAX_CLIENTS: usize = 64;

const TARGET: HeaderName = HeaderName::from_static("x-amz-target");

/// Clients of KMS, one for each Region, with the same settings and credentials.
pub struct Clients {
    settings: Arc<Settings>,
    provider: Arc<Provider>,
    kept: Mutex<BTreeMap<Region, Arc<Client>>>,
}

impl Clients {
    /// Takes the settings that `options` leaves open from environment and profile. Credentials are looked for at the
    /// first call.
    pub fn new(options: Options) -> Result<Self, Error> {
        Self::in_world(options, World::real())
    }

    /// The same in another world.
    pub fn in_world(options: Options, world: World) -> Result<Self, Error> {
        let settings = Arc::new(Settings::load(options, world)?);
        settings.attempts()?;
        let provider = credentials::chain(&settings);
        Ok(Self { settings, provider: Arc::new(provider), kept: Mutex::default() })
    }

    /// Whether credentials may come from a program that a profile names, which some processes cannot start.
    pub fn runs_a_program(&self) -> bool {
        credentials::may_run_a_program(&self.settings)
    }

    fn client(&self, region: Region) -> Result<Client, Error> {
        let settings = &self.settings;
        let variant = Variant::of(settings)?;
        Ok(Client(Service {
            name: "kms",
            region,
            endpoint: Endpoint::of("kms", region, settings.endpoint("kms")?.as_deref(), variant)?,
            transport: settings.transport(),
            provider: Some(self.provider.clone()),
            attempts: settings.attempts()?,
            quota: Quota::default(),
            skew: AtomicI64::default(),
            world: settings.world.clone(),
        }))
    }
}

impl KmsSupplier for Clients {
    fn kms(&self, region: &str) -> Result<Arc<dyn Kms>, Error> {
        let region = named_region(region)?;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = kept.get(&region) {
            return Ok(client.clone());
        }
        let client = Arc::new(self.client(region)?);
        if kept.len() >= MAX_CLIENTS {
            // What is kept can be made anew.
            kept.clear();
        }
        kept.insert(region, client.clone());
        Ok(client)
    }

    fn default_region(&self) -> Result<String, Error> {
        self.settings.region().map(|region| region.as_str().to_owned())
    }
}

/// KMS in one Region.
struct Client(Service);

impl Client {
    fn call(&self, operation: &str, members: Map<String, Value>) -> Result<Members, Error> {
        let body = protocol::request(members, "Plaintext");
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.1"));
        let target = HeaderValue::from_str(&format!("TrentService.{operation}"));
        headers.insert(TARGET, target.map_err(|_| Error::Configuration(format!("{operation:?} is no operation")))?);
        Members::read(self.0.call(&headers, body.expose())?.body.expose())
    }
}

impl Kms for Client {
    fn region(&self) -> &str {
        self.0.region.as_str()
    }

    fn generate_data_key(
        &self,
        key_id: &str,
        bytes: usize,
        context: &EncryptionContextPairs,
        grant_tokens: &[String],
    ) -> Result<DataKey, Error> {
        let mut answer = self.call(
            "GenerateDataKey",
            Request::on(key_id)
                .number("NumberOfBytes", bytes)
                .context("EncryptionContext", context)
                .tokens(grant_tokens),
        )?;
        Ok(DataKey {
            plaintext: answer.secret_bytes("Plaintext")?,
            ciphertext: answer.bytes("CiphertextBlob")?,
            key_id: answer.text("KeyId")?,
        })
    }

    fn generate_data_key_without_plaintext(
        &self,
        key_id: &str,
        bytes: usize,
        context: &EncryptionContextPairs,
        grant_tokens: &[String],
    ) -> Result<SealedDataKey, Error> {
        let mut answer = self.call(
            "GenerateDataKeyWithoutPlaintext",
            Request::on(key_id)
                .number("NumberOfBytes", bytes)
                .context("EncryptionContext", context)
                .tokens(grant_tokens),
        )?;
        Ok(SealedDataKey { ciphertext: answer.bytes("CiphertextBlob")?, key_id: answer.text("KeyId")? })
    }

    fn encrypt(
        &self,
        key_id: &str,
        plaintext: &[u8],
        context: &EncryptionContextPairs,
        grant_tokens: &[String],
    ) -> Result<Ciphertext, Error> {
        let request = Request::on(key_id).bytes("Plaintext", plaintext).context("EncryptionContext", context);
        let mut answer = self.call("Encrypt", request.tokens(grant_tokens))?;
        Ok(Ciphertext { ciphertext: answer.bytes("CiphertextBlob")?, key_id: answer.text("KeyId")? })
    }

    fn decrypt(
        &self,
        key_id: &str,
        ciphertext: &[u8],
        algorithm: Option<&str>,
        context: &EncryptionContextPairs,
        grant_tokens: &[String],
    ) -> Result<Plaintext, Error> {
        let request = Request::on(key_id).bytes("CiphertextBlob", ciphertext);
        let request = match algorithm {
            Some(algorithm) => request.text("EncryptionAlgorithm", algorithm),
            None => request.context("EncryptionContext", context),
        };
        let mut answer = self.call("Decrypt", request.tokens(grant_tokens))?;
        Ok(Plaintext { plaintext: answer.secret_bytes("Plaintext")?, key_id: answer.text("KeyId")? })
    }

    fn re_encrypt(
        &self,
        source_key_id: &str,
        ciphertext: &[u8],
        source_context: &EncryptionContextPairs,
        destination_key_id: &str,
        destination_context: &EncryptionContextPairs,
        grant_tokens: &[String],
    ) -> Result<Ciphertext, Error> {
        let request = Request(Map::new())
            .text("SourceKeyId", source_key_id)
            .bytes("CiphertextBlob", ciphertext)
            .context("SourceEncryptionContext", source_context)
            .text("DestinationKeyId", destination_key_id)
            .context("DestinationEncryptionContext", destination_context);
        let mut answer = self.call("ReEncrypt", request.tokens(grant_tokens))?;
        Ok(Ciphertext { ciphertext: answer.bytes("CiphertextBlob")?, key_id: answer.text("KeyId")? })
    }

    fn get_public_key(&self, key_id: &str, grant_tokens: &[String]) -> Result<PublicKey, Error> {
        let mut answer = self.call("GetPublicKey", Request::on(key_id).tokens(grant_tokens))?;
        Ok(PublicKey {
            der: answer.bytes("PublicKey")?,
            key_id: answer.text("KeyId")?,
            key_spec: answer.text("KeySpec")?,
            key_usage: answer.text("KeyUsage")?,
        })
    }

    fn derive_shared_secret(
        &self,
        key_id: &str,
        public_key: &[u8],
        grant_tokens: &[String],
    ) -> Result<Secret<Vec<u8>>, Error> {
        let request = Request::on(key_id).text("KeyAgreementAlgorithm", "ECDH").bytes("PublicKey", public_key);
        self.call("DeriveSharedSecret", request.tokens(grant_tokens))?.secret_bytes("SharedSecret")
    }

    fn describe_key(&self, key_id: &str, grant_tokens: &[String]) -> Result<KeyDescription, Error> {
        let mut answer = self.call("DescribeKey", Request::on(key_id).tokens(grant_tokens))?.object("KeyMetadata")?;
        Ok(KeyDescription {
            arn: answer.text("Arn")?,
            key_spec: answer.text("KeySpec")?,
            key_usage: answer.text("KeyUsage")?,
        })
    }
}

/// The members of a request. Those that have nothing to say are left out.
struct Request(Map<String, Value>);

impl Request {
    fn on(key_id: &str) -> Self {
        Self(Map::new()).text("KeyId", key_id)
    }

    fn with(mut self, name: &str, value: Value) -> Self {
        self.0.insert(name.to_owned(), value);
        self
    }

    fn text(self, name: &str, text: &str) -> Self {
        self.with(name, Value::String(text.to_owned()))
    }

    fn number(self, name: &str, number: usize) -> Self {
        self.with(name, Value::from(number))
    }

    fn bytes(self, name: &str, bytes: &[u8]) -> Self {
        self.with(name, Value::String(base64(bytes)))
    }

    fn context(self, name: &str, context: &EncryptionContextPairs) -> Self {
        if context.is_empty() {
            return self;
        }
        let pairs = context.iter().map(|(key, value)| (key.clone(), Value::String(value.clone())));
        self.with(name, Value::Object(pairs.collect()))
    }

    /// The last member, since every operation takes it.
    fn tokens(self, tokens: &[String]) -> Map<String, Value> {
        if tokens.is_empty() {
            return self.0;
        }
        self.with("GrantTokens", Value::Array(tokens.iter().cloned().map(Value::String).collect())).0
    }
}
