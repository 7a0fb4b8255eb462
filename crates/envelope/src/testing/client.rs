//! The operations of the KMS for tests, as one Region's client calls them.

use super::{ACCOUNT, Call, FakeKms, Key, Lie, Material, Operation, State, arn, service_error};
use crate::EncryptionContext;
use ::client::{
    Ciphertext, DataKey, EncryptionContextPairs, Error, KeyDescription, Kms, Plaintext, PublicKey, SealedDataKey,
};
use base::{Rng, Secret};
use primitives::{Curve, NONCE_LENGTH, OaepHash, RsaSize, SystemRng};

/// Longest plaintext of Encrypt: KMS API Reference, "Encrypt".
const PLAINTEXT_LIMIT: usize = 4096;

/// Longest data key: KMS API Reference, "GenerateDataKey".
const DATA_KEY_LIMIT: usize = 1024;

/// A client of one Region.
pub(super) struct Region {
    pub(super) kms: FakeKms,
    pub(super) region: String,
}

/// What a call found: the key that it reaches, and what the answer shall lie about.
struct Found {
    arn: String,
    key: Key,
    lie: Option<Lie>,
}

impl Found {
    fn key_id(&self) -> String {
        match &self.lie {
            Some(Lie::KeyId(key_id)) => key_id.clone(),
            _ => self.arn.clone(),
        }
    }

    fn plaintext(&self, mut plaintext: Secret<Vec<u8>>) -> Secret<Vec<u8>> {
        if let Some(Lie::PlaintextLength(length)) = &self.lie {
            plaintext.expose_mut().resize(*length, 0);
        }
        plaintext
    }

    /// Key id behind its length, nonce, sealed text.
    fn seal(&self, plaintext: &[u8], context: &EncryptionContextPairs) -> Result<Vec<u8>, Error> {
        let Material::Symmetric(key) = &self.key.material else { return Err(wrong_usage(&self.arn)) };
        let mut nonce = [0; NONCE_LENGTH];
        SystemRng.fill(&mut nonce);
        let mut out = vec![u8::try_from(self.key.id.len()).expect("ids are short")];
        out.extend(self.key.id.as_bytes());
        out.extend(nonce);
        key.seal_into(&nonce, &aad(context), plaintext, &mut out);
        Ok(out)
    }

    fn open(&self, blob: &[u8], context: &EncryptionContextPairs) -> Result<Secret<Vec<u8>>, Error> {
        let Material::Symmetric(key) = &self.key.material else { return Err(wrong_usage(&self.arn)) };
        let invalid = || service_error("InvalidCiphertextException", "");
        let (length, rest) = blob.split_first().ok_or_else(invalid)?;
        let (id, rest) = rest.split_at_checked(usize::from(*length)).ok_or_else(invalid)?;
        if id != self.key.id.as_bytes() {
            return Err(service_error(
                "IncorrectKeyException",
                "The key ID in the request does not identify a CMK that can perform this operation.",
            ));
        }
        let (nonce, sealed) = rest.split_at_checked(NONCE_LENGTH).ok_or_else(invalid)?;
        let nonce = nonce.try_into().map_err(|_| invalid())?;
        key.open(nonce, &aad(context), sealed).map_err(|_| invalid())
    }
}

impl Region {
    /// Logs a call and finds its key.
    fn call(
        &self,
        operation: Operation,
        key_id: &str,
        context: &EncryptionContextPairs,
        grant_tokens: &[String],
    ) -> Result<Found, Error> {
        let happens = {
            let mut state = self.kms.state();
            let at = state.during.iter().position(|(only, _)| *only == operation);
            at.map(|at| state.during.remove(at).1)
        };
        if let Some(happens) = happens {
            happens();
        }
        let mut state = self.kms.state();
        state.calls.push(Call {
            operation,
            region: self.region.clone(),
            key_id: key_id.into(),
            context: context.clone(),
            grant_tokens: grant_tokens.to_vec(),
        });
        if let Some(at) = state.failures.iter().position(|(only, _)| only.is_none_or(|only| only == operation)) {
            return Err(state.failures.remove(at).1);
        }
        let (arn, key) = self.resolve(&state, key_id)?;
        if state.disabled.contains(&arn) && operation != Operation::DescribeKey {
            return Err(service_error("DisabledException", &format!("{arn} is disabled.")));
        }
        let lie = state.lies.iter().position(|(only, _)| *only == operation).map(|at| state.lies.remove(at).1);
        Ok(Found { arn, key, lie })
    }

    fn resolve(&self, state: &State, key_id: &str) -> Result<(String, Key), Error> {
        let not_found = |what: String| service_error("NotFoundException", &what);
        let named = match key_id.split(':').collect::<Vec<_>>()[..] {
            ["arn", "aws", "kms", region, _, _] if region != self.region => {
                return Err(not_found(format!("Invalid arn {region}")));
            }
            ["arn", "aws", "kms", _, _, _] => key_id.to_owned(),
            [name] if name.starts_with("alias/") => arn(&self.region, name),
            [id] => arn(&self.region, &format!("key/{id}")),
            _ => return Err(service_error("ValidationException", &format!("Invalid keyId {key_id}"))),
        };
        let arn = match named.contains(":alias/") {
            true => state.aliases.get(&named).ok_or_else(|| not_found(format!("Alias {named} is not found.")))?,
            false => &named,
        };
        match state.keys.get(arn) {
            Some(key) => Ok((arn.clone(), key.clone())),
            None => Err(not_found(format!("Key '{arn}' does not exist"))),
        }
    }
}

impl Kms for Region {
    fn region(&self) -> &str {
        &self.region
    }

    fn generate_data_key(
        &self,
        key_id: &str,
        bytes: usize,
        context: &EncryptionContextPairs,
        grant_tokens: &[String],
    ) -> Result<DataKey, Error> {
        let found = self.call(Operation::GenerateDataKey, key_id, context, grant_tokens)?;
        let key = random(bytes)?;
        let ciphertext = found.seal(key.expose(), context)?;
        Ok(DataKey { ciphertext, key_id: found.key_id(), plaintext: found.plaintext(key) })
    }

    fn generate_data_key_without_plaintext(
        &self,
        key_id: &str,
        bytes: usize,
        context: &EncryptionContextPairs,
        grant_tokens: &[String],
    ) -> Result<SealedDataKey, Error> {
        let found = self.call(Operation::GenerateDataKeyWithoutPlaintext, key_id, context, grant_tokens)?;
        let ciphertext = found.seal(random(bytes)?.expose(), context)?;
        Ok(SealedDataKey { ciphertext, key_id: found.key_id() })
    }

    fn encrypt(
        &self,
        key_id: &str,
        plaintext: &[u8],
        context: &EncryptionContextPairs,
        grant_tokens: &[String],
    ) -> Result<Ciphertext, Error> {
        let found = self.call(Operation::Encrypt, key_id, context, grant_tokens)?;
        if plaintext.is_empty() || plaintext.len() > PLAINTEXT_LIMIT {
            return Err(service_error("ValidationException", "a plaintext has 1 to 4096 bytes"));
        }
        Ok(Ciphertext { ciphertext: found.seal(plaintext, context)?, key_id: found.key_id() })
    }

    fn decrypt(
        &self,
        key_id: &str,
        ciphertext: &[u8],
        algorithm: Option<&str>,
        context: &EncryptionContextPairs,
        grant_tokens: &[String],
    ) -> Result<Plaintext, Error> {
        let nothing = EncryptionContextPairs::new();
        let sent = if algorithm.is_none() { context } else { &nothing };
        let found = self.call(Operation::Decrypt, key_id, sent, grant_tokens)?;
        let plaintext = match (algorithm, &found.key.material) {
            (None, _) => found.open(ciphertext, context)?,
            (Some(algorithm), Material::Rsa(key)) => {
                let hash = match algorithm {
                    "RSAES_OAEP_SHA_1" => OaepHash::Sha1,
                    "RSAES_OAEP_SHA_256" => OaepHash::Sha256,
                    other => return Err(service_error("InvalidKeyUsageException", other)),
                };
                key.decrypt(hash, ciphertext).ok_or_else(|| service_error("InvalidCiphertextException", ""))?
            }
            _ => return Err(wrong_usage(&found.arn)),
        };
        Ok(Plaintext { key_id: found.key_id(), plaintext: found.plaintext(plaintext) })
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
        let to = self.call(Operation::ReEncrypt, destination_key_id, destination_context, grant_tokens)?;
        let (arn, key) = self.resolve(&self.kms.state(), source_key_id)?;
        let plaintext = Found { arn, key, lie: None }.open(ciphertext, source_context)?;
        Ok(Ciphertext { ciphertext: to.seal(plaintext.expose(), destination_context)?, key_id: to.key_id() })
    }

    fn get_public_key(&self, key_id: &str, grant_tokens: &[String]) -> Result<PublicKey, Error> {
        let found = self.call(Operation::GetPublicKey, key_id, &EncryptionContextPairs::new(), grant_tokens)?;
        let der = match (&found.lie, &found.key.material) {
            (Some(Lie::PublicKey(der)), _) => der.clone(),
            (_, Material::Rsa(key)) => key.public().info().to_vec(),
            (_, Material::Ec(key)) => key.public().info().to_vec(),
            (_, Material::Symmetric(_)) => return Err(service_error("UnsupportedOperationException", "")),
        };
        let (key_spec, key_usage) = found.key.kind();
        Ok(PublicKey { der, key_id: found.key_id(), key_spec: key_spec.into(), key_usage: key_usage.into() })
    }

    fn derive_shared_secret(
        &self,
        key_id: &str,
        public_key: &[u8],
        grant_tokens: &[String],
    ) -> Result<Secret<Vec<u8>>, Error> {
        let found = self.call(Operation::DeriveSharedSecret, key_id, &EncryptionContextPairs::new(), grant_tokens)?;
        let Material::Ec(key) = &found.key.material else { return Err(wrong_usage(&found.arn)) };
        let secret = key.agree(public_key).ok_or_else(|| service_error("ValidationException", "Invalid public key"))?;
        Ok(found.plaintext(secret))
    }

    fn describe_key(&self, key_id: &str, grant_tokens: &[String]) -> Result<KeyDescription, Error> {
        let found = self.call(Operation::DescribeKey, key_id, &EncryptionContextPairs::new(), grant_tokens)?;
        let (key_spec, key_usage) = found.key.kind();
        Ok(KeyDescription { arn: found.key_id(), key_spec: key_spec.into(), key_usage: key_usage.into() })
    }
}

impl Key {
    /// KMS's names of key spec and key usage.
    fn kind(&self) -> (&'static str, &'static str) {
        match &self.material {
            Material::Symmetric(_) => ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT"),
            Material::Rsa(key) => match key.public().size() {
                RsaSize::Rsa2048 => ("RSA_2048", "ENCRYPT_DECRYPT"),
                RsaSize::Rsa3072 => ("RSA_3072", "ENCRYPT_DECRYPT"),
                RsaSize::Rsa4096 => ("RSA_4096", "ENCRYPT_DECRYPT"),
            },
            Material::Ec(key) => match key.public().curve() {
                Curve::P256 => ("ECC_NIST_P256", "KEY_AGREEMENT"),
                Curve::P384 => ("ECC_NIST_P384", "KEY_AGREEMENT"),
                Curve::P521 => ("ECC_NIST_P521", "KEY_AGREEMENT"),
                Curve::Secp256k1 => ("ECC_SECG_P256K1", "SIGN_VERIFY"),
            },
        }
    }
}

fn random(bytes: usize) -> Result<Secret<Vec<u8>>, Error> {
    if bytes == 0 || bytes > DATA_KEY_LIMIT {
        return Err(service_error("ValidationException", "a data key has 1 to 1024 bytes"));
    }
    let mut key = Secret::new(vec![0; bytes]);
    SystemRng.fill_secret(key.expose_mut());
    Ok(key)
}

fn aad(context: &EncryptionContextPairs) -> Vec<u8> {
    let mut pairs = EncryptionContext::default();
    for (key, value) in context {
        pairs.insert(key, value).expect("KMS takes no longer context than a message does");
    }
    [ACCOUNT.as_bytes(), &pairs.serialize()].concat()
}

fn wrong_usage(arn: &str) -> Error {
    service_error("InvalidKeyUsageException", &format!("{arn} is not made for this."))
}

#[cfg(test)]
mod tests {
    use crate::testing::{FakeKms, Operation, service_error};
    use ::client::EncryptionContextPairs;

    fn code<T>(result: Result<T, ::client::Error>) -> String {
        result.err().and_then(|error| error.code().map(str::to_owned)).unwrap_or_default()
    }

    #[test]
    fn ciphertexts_open_under_their_key_and_context_alone() {
        let kms = FakeKms::new();
        let (arn, other) = (kms.symmetric_key("us-east-1"), kms.symmetric_key("us-east-1"));
        let alias = kms.alias("alias/app", &arn);
        let client = kms.client("us-east-1");
        let context = EncryptionContextPairs::from([("a".into(), "b".into())]);
        let key = client.generate_data_key(&alias, 32, &context, &[]).unwrap();
        assert_eq!(key.key_id, arn);
        let opened = client.decrypt("alias/app", &key.ciphertext, None, &context, &[]).unwrap();
        assert_eq!((opened.plaintext.expose(), &opened.key_id), (key.plaintext.expose(), &arn));
        let open = |key_id: &str, context: &_| code(client.decrypt(key_id, &key.ciphertext, None, context, &[]));
        assert_eq!(open(&arn, &EncryptionContextPairs::new()), "InvalidCiphertextException");
        assert_eq!(open(&other, &context), "IncorrectKeyException");
        assert_eq!(open(&arn.replace("us-east-1", "eu-west-1"), &context), "NotFoundException");
        kms.disable(&arn);
        assert_eq!(open(&arn, &context), "DisabledException");
    }

    #[test]
    fn replicas_open_what_another_region_sealed_and_calls_fail_when_told() {
        let kms = FakeKms::new();
        let arns = kms.multi_region_key(&["us-east-1", "eu-west-1"]);
        let context = EncryptionContextPairs::new();
        let sealed = kms.client("us-east-1").encrypt(&arns[0], b"data", &context, &[]).unwrap();
        let opened = kms.client("eu-west-1").decrypt(&arns[1], &sealed.ciphertext, None, &context, &[]).unwrap();
        assert_eq!((opened.plaintext.expose().as_slice(), &opened.key_id), (&b"data"[..], &arns[1]));
        kms.fail_next(Some(Operation::DescribeKey), service_error("ThrottlingException", "Rate exceeded"));
        assert!(kms.client("us-east-1").encrypt(&arns[0], b"data", &context, &[]).is_ok());
        assert_eq!(code(kms.client("us-east-1").describe_key(&arns[0], &[])), "ThrottlingException");
        assert!(kms.client("us-east-1").describe_key(&arns[0], &[]).is_ok());
        assert_eq!(kms.count(Operation::DescribeKey), 2);
    }
}
