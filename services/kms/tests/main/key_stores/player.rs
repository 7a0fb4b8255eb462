//! Who the custom key stores of the tests ask: a proxy with keys, and a token.

use crate::{Kms, text};
use base::Secret;
use kernel::testing::House;
use kernel::{Answer, Question, Reply, TokenError, TokenQuestion, TokenTask, Unanswered, WebQuestion};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use xks::{Call, Decrypt, Encrypt, RefusalName, Sealed, integrity_value};

pub(crate) const ACCESS_KEY_ID: &str = "PLANTEDACCESSKEYIDPLANTED";
pub(crate) const SECRET: &str = "planted+secret/of+the+proxy+AAAAAAAAAAAAAAAAAAAA";
pub(crate) const PASSWORD: &str = "planted-password";
pub(crate) const ANCHOR: &str = "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQ0dGQ0dGQ0dGQ0dGQ0dGQ0dGQ0cwCgYIKoZIzj0EAwIw\nDTELMAkGA1UEAwwCY2EwHhcNMjYwMTAxMDAwMDAw\n-----END CERTIFICATE-----\n";

/// The world outside: a proxy with keys, and a token.
#[derive(Default)]
pub(crate) struct Outside {
    pub(crate) refuses: Option<RefusalName>,
    pub(crate) silent: Option<Unanswered>,
    pub(crate) token_fails: Option<TokenError>,
    /// Changes answers before they leave.
    pub(crate) meddles: Option<fn(Value) -> Value>,
    pub(crate) heard: Vec<(Call, String, Value)>,
    pub(crate) made: BTreeSet<String>,
}

impl Outside {
    pub(crate) fn answer(&mut self, question: &Question) -> Answer {
        match question {
            Question::Web(question) => Answer::Web(self.by_proxy(question)),
            Question::Token(question) => Answer::Token(self.by_token(question)),
        }
    }

    fn by_proxy(&mut self, question: &WebQuestion) -> Result<Reply, Unanswered> {
        assert_eq!((question.service, question.within), ("kms-xks-proxy", Duration::from_millis(250)));
        assert_eq!((question.access_key_id.as_str(), question.secret.expose().as_str()), (ACCESS_KEY_ID, SECRET));
        let path = question.url.strip_prefix("https://proxy.example.com").expect("the endpoint of the store");
        // Stores of other versions are told apart by that only.
        let path = path.replace("/v2/", "/v1/").replace("/v3/", "/v1/").replace("/v4/", "/v1/");
        let (prefix, call, key) = Call::of(&path).expect("a path of the API");
        assert_eq!(prefix, "/mine");
        let body = question.body.expose();
        self.heard.push((call, key.to_owned(), serde_json::from_slice(body).unwrap()));
        if let Some(why) = self.silent {
            return Err(why);
        }
        if let Some(name) = self.refuses {
            let body = xks::Refusal::new(name, "words of the proxy").body();
            return Ok(Reply { status: name.status(), body });
        }
        if key == "missing" {
            let body = xks::Refusal::new(RefusalName::KeyNotFound, "no such key").body();
            return Ok(Reply { status: 404, body });
        }
        let answer = match call {
            Call::Health => xks::health("test", "model", &["one"]),
            Call::Metadata => xks::metadata(key != "disabled"),
            Call::Encrypt => {
                let request = Encrypt::read(body).expect("a request to encrypt");
                let sealed = toy(request.plaintext.expose(), &request.bound);
                xks::encrypted(&sealed, Some(&integrity_value(&request.bound, &sealed)))
            }
            Call::Decrypt => {
                let request = Decrypt::read(body).expect("a request to decrypt");
                let plaintext: Vec<u8> = request.sealed.ciphertext.iter().map(|byte| byte ^ 0x5a).collect();
                if toy(&plaintext, &request.bound) != request.sealed {
                    let body = xks::Refusal::new(RefusalName::InvalidCiphertext, "").body();
                    return Ok(Reply { status: 400, body });
                }
                xks::decrypted(&plaintext)
            }
        };
        let body = match self.meddles {
            Some(meddle) => {
                let meddled = meddle(serde_json::from_slice(answer.expose()).unwrap());
                Secret::new(meddled.to_string().into_bytes())
            }
            None => answer,
        };
        Ok(Reply { status: 200, body })
    }

    fn by_token(&mut self, question: &TokenQuestion) -> Result<Secret<Vec<u8>>, TokenError> {
        assert_eq!((question.token.as_str(), question.pin.expose().as_str()), ("cluster-2a23b4cdefg", PASSWORD));
        if let Some(error) = self.token_fails {
            return Err(error);
        }
        let known = |key: &String| if self.made.contains(key) { Ok(()) } else { Err(TokenError::NoKey) };
        Ok(Secret::new(match &question.task {
            TokenTask::Find | TokenTask::Open => Vec::new(),
            TokenTask::Generate { key } => {
                self.made.insert(key.clone());
                Vec::new()
            }
            TokenTask::Encrypt { key, bound, plaintext } => {
                known(key)?;
                toy(plaintext.expose(), bound).to_bytes()
            }
            TokenTask::Decrypt { key, bound, sealed } => {
                known(key)?;
                let sealed = Sealed::from_bytes(sealed).ok_or(TokenError::Invalid)?;
                let plaintext: Vec<u8> = sealed.ciphertext.iter().map(|byte| byte ^ 0x5a).collect();
                if toy(&plaintext, bound) != sealed {
                    return Err(TokenError::Invalid);
                }
                plaintext
            }
            TokenTask::Random { length } => vec![4; *length],
        }))
    }
}

/// No encryption, but as long as the plaintext and bound to what it has to be.
fn toy(plaintext: &[u8], bound: &[u8]) -> Sealed {
    let ciphertext = plaintext.iter().map(|byte| byte ^ 0x5a).collect();
    let untagged = Sealed { ciphertext, iv: [1; 12], tag: [0; 16], metadata: b"v=1".to_vec() };
    let value = integrity_value(bound, &untagged);
    Sealed { tag: value.as_bytes()[..16].try_into().unwrap(), ..untagged }
}

pub(crate) fn played(house: &House) -> Arc<Mutex<Outside>> {
    let outside = Arc::new(Mutex::new(Outside::default()));
    let played = outside.clone();
    house.outside.replies(move |question| played.lock().unwrap().answer(question));
    outside
}

pub(crate) fn external(name: &str) -> Value {
    json!({
        "CustomKeyStoreName": name,
        "CustomKeyStoreType": "EXTERNAL_KEY_STORE",
        "XksProxyUriEndpoint": "https://proxy.example.com",
        "XksProxyUriPath": "/mine/kms/xks/v1",
        "XksProxyConnectivity": "PUBLIC_ENDPOINT",
        "XksProxyAuthenticationCredential": { "AccessKeyId": ACCESS_KEY_ID, "RawSecretAccessKey": SECRET },
    })
}

pub(crate) fn cluster(name: &str) -> Value {
    json!({
        "CustomKeyStoreName": name,
        "CloudHsmClusterId": "cluster-2a23b4cdefg",
        "TrustAnchorCertificate": ANCHOR,
        "KeyStorePassword": PASSWORD,
    })
}

pub(crate) trait Stores {
    /// Makes and connects a store; its id.
    fn connected(&self, input: &Value) -> String;
    fn connect(&self, store: &str);
    fn told(&self, store: &str) -> Value;
    fn external_key(&self, store: &str, key: &str) -> String;
}

impl Stores for House {
    fn connected(&self, input: &Value) -> String {
        let store = text(&self.ok("CreateCustomKeyStore", input)["CustomKeyStoreId"]);
        self.connect(&store);
        store
    }

    fn connect(&self, store: &str) {
        self.ok("ConnectCustomKeyStore", &json!({ "CustomKeyStoreId": store }));
        assert_eq!(self.told(store)["ConnectionState"], "CONNECTING");
        self.advance(Duration::ZERO);
    }

    fn told(&self, store: &str) -> Value {
        self.ok("DescribeCustomKeyStores", &json!({ "CustomKeyStoreId": store }))["CustomKeyStores"][0].clone()
    }

    fn external_key(&self, store: &str, key: &str) -> String {
        let input = json!({ "Origin": "EXTERNAL_KEY_STORE", "CustomKeyStoreId": store, "XksKeyId": key });
        text(&self.ok("CreateKey", &input)["KeyMetadata"]["KeyId"])
    }
}
