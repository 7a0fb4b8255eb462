//! Custom key stores: an external key manager and a token that the test plays.

pub(crate) mod player;

use crate::{HELLO, Kms, house, text};
use base::Scope;
use fastness_kms::testing::{Planted, plant};
use kernel::testing::{ACCOUNT, House, REGION};
use kernel::{Question, TokenError, TokenQuestion, TokenTask, Unanswered};
use player::{ACCESS_KEY_ID, ANCHOR, PASSWORD, SECRET, Stores, cluster, external, played};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use xks::{Call, RefusalName};

#[test]
fn a_key_in_an_external_key_store_encrypts_only_with_its_proxy() {
    let house = house();
    let outside = played(&house);
    let store = house.connected(&external("mine"));
    assert_eq!(house.told(&store)["ConnectionState"], "CONNECTED");
    let key = house.external_key(&store, "external-1");
    let told = house.ok("DescribeKey", &json!({ "KeyId": key }))["KeyMetadata"].clone();
    assert_eq!(told["Origin"], "EXTERNAL_KEY_STORE");
    assert_eq!(told["CustomKeyStoreId"], json!(store));
    assert_eq!(told["XksKeyConfiguration"], json!({ "Id": "external-1" }));
    assert_eq!((&told["KeyState"], &told["Enabled"]), (&json!("Enabled"), &json!(true)));
    assert!(told.get("CurrentKeyMaterialId").is_none());

    let context = json!({ "tenant": "a" });
    let sealed = json!({ "KeyId": key, "Plaintext": HELLO, "EncryptionContext": context });
    let blob = house.ok("Encrypt", &sealed)["CiphertextBlob"].clone();
    let opened = house.ok("Decrypt", &json!({ "CiphertextBlob": blob, "EncryptionContext": context }));
    assert_eq!(opened["Plaintext"], HELLO);
    let heard = std::mem::take(&mut outside.lock().unwrap().heard);
    let calls: Vec<(Call, &str)> = heard.iter().map(|(call, key, _)| (*call, key.as_str())).collect();
    let expected = [
        (Call::Health, ""),
        (Call::Health, ""),
        (Call::Metadata, "external-1"),
        (Call::Encrypt, "external-1"),
        (Call::Decrypt, "external-1"),
    ];
    assert_eq!(calls, expected, "each is asked once");
    let asked = &heard[3].2["requestMetadata"];
    assert_eq!(asked["awsPrincipalArn"], "arn:aws:iam::111122223333:root");
    assert_eq!((&asked["kmsOperation"], &asked["kmsKeyArn"]), (&json!("Encrypt"), &told["Arn"]));
    assert!(!heard[3].2["plaintext"].as_str().unwrap().contains(HELLO), "the proxy sees ciphertext only");
    let records = house.records();
    let encrypt = records.iter().find(|record| record["eventName"] == "Encrypt").unwrap();
    assert_eq!(encrypt["requestID"], asked["kmsRequestId"]);
    let used = |name: &str| records.iter().filter(|record| record["eventName"] == name).count();
    assert_eq!((used("Encrypt"), used("Decrypt")), (1, 1), "a call that runs twice is on record once");
}

#[test]
fn data_keys_and_re_encryption_take_a_store_on_either_side() {
    let house = house();
    let outside = played(&house);
    let store = house.connected(&external("mine"));
    let (key, own) = (house.external_key(&store, "external-1"), house.key());
    let other = house.external_key(&store, "external-2");
    for operation in ["GenerateDataKey", "GenerateDataKeyWithoutPlaintext"] {
        let made = house.ok(operation, &json!({ "KeyId": key, "KeySpec": "AES_256" }));
        let opened = house.ok("Decrypt", &json!({ "CiphertextBlob": made["CiphertextBlob"] }));
        if operation == "GenerateDataKey" {
            assert_eq!(opened["Plaintext"], made["Plaintext"], "what was given out is what was sealed");
        }
        assert_eq!(text(&opened["Plaintext"]).len(), 44);
    }
    let mut blob = house.ok("Encrypt", &json!({ "KeyId": own, "Plaintext": HELLO }))["CiphertextBlob"].clone();
    for to in [&key, &other, &key, &own] {
        outside.lock().unwrap().heard.clear();
        blob =
            house.ok("ReEncrypt", &json!({ "CiphertextBlob": blob, "DestinationKeyId": to }))["CiphertextBlob"].clone();
        let calls: Vec<_> = outside.lock().unwrap().heard.iter().map(|(call, ..)| *call).collect();
        assert!(calls.len() <= 2 && !calls.is_empty(), "{calls:?}");
    }
    assert_eq!(house.ok("Decrypt", &json!({ "CiphertextBlob": blob }))["Plaintext"], HELLO);
}

#[test]
fn what_a_proxy_says_ends_in_the_documented_errors() {
    let house = house();
    let outside = played(&house);
    let store = house.connected(&external("mine"));
    let key = house.external_key(&store, "external-1");
    let encrypt = json!({ "KeyId": key, "Plaintext": HELLO });
    let more = json!({ "Origin": "EXTERNAL_KEY_STORE", "CustomKeyStoreId": store, "XksKeyId": "external-2" });
    for (name, at_store, at_key, begins) in [
        (
            RefusalName::Validation,
            "XksProxyInvalidResponseException",
            "CustomKeyStoreInvalidStateException",
            "AWS KMS cannot interpret",
        ),
        (
            RefusalName::AuthenticationFailed,
            "XksProxyIncorrectAuthenticationCredentialException",
            "CustomKeyStoreInvalidStateException",
            "The external key store proxy rejected the request because it could not authenticate AWS KMS.",
        ),
        (
            RefusalName::AccessDenied,
            "XksProxyInvalidResponseException",
            "KMSInvalidStateException",
            "The external key store proxy denied access to the operation.",
        ),
        (
            RefusalName::KeyNotFound,
            "XksProxyInvalidResponseException",
            "XksKeyNotFoundException",
            "The external key associated with this KMS key in an external key store was not found",
        ),
        (
            RefusalName::InvalidUriPath,
            "XksProxyInvalidConfigurationException",
            "CustomKeyStoreInvalidStateException",
            "The external key store proxy rejected the request because of an invalid URI path.",
        ),
        (
            RefusalName::Throttling,
            "XksProxyUriUnreachableException",
            "CustomKeyStoreInvalidStateException",
            "The external key store proxy rejected the request due to a very high request rate.",
        ),
        (
            RefusalName::DependencyTimeout,
            "XksProxyUriUnreachableException",
            "CustomKeyStoreInvalidStateException",
            "The external key store proxy did not respond to the request in the time allotted.",
        ),
        (
            RefusalName::InvalidState,
            "XksProxyInvalidResponseException",
            "XksKeyInvalidConfigurationException",
            "The external key associated with this KMS key in an external key store is not enabled",
        ),
    ] {
        outside.lock().unwrap().refuses = Some(name);
        let (code, words) = house.refused("Encrypt", &encrypt);
        assert_eq!(code, "KMSInvalidStateException", "{name:?}");
        assert!(words.starts_with(begins), "{words}");
        assert!(!words.contains("words of the proxy"));
        assert_eq!(house.refused("CreateKey", &more).0, at_key, "{name:?}");
        let mut another = external("another");
        another["XksProxyUriEndpoint"] = json!("https://proxy.example.com");
        let update = json!({ "CustomKeyStoreId": store, "XksProxyUriPath": "/mine/kms/xks/v1" });
        assert_eq!(house.refused("UpdateCustomKeyStore", &update).0, at_store, "{name:?}");
    }
    outside.lock().unwrap().refuses = None;
    for (why, begins) in [
        (Unanswered::NoConnection, "AWS KMS cannot communicate with the external key store proxy."),
        (Unanswered::NoTls, "AWS KMS cannot establish a TLS connection"),
        (
            Unanswered::TimedOut,
            "AWS KMS rejected the request because the external key store proxy did not respond in time.",
        ),
        (Unanswered::Broken, "AWS KMS cannot interpret"),
    ] {
        outside.lock().unwrap().silent = Some(why);
        assert!(house.refused("Encrypt", &encrypt).1.starts_with(begins), "{why:?}");
    }
    outside.lock().unwrap().silent = None;
    let missing = json!({ "Origin": "EXTERNAL_KEY_STORE", "CustomKeyStoreId": store, "XksKeyId": "missing" });
    assert_eq!(house.refused("CreateKey", &missing).0, "XksKeyNotFoundException");
    let disabled = json!({ "Origin": "EXTERNAL_KEY_STORE", "CustomKeyStoreId": store, "XksKeyId": "disabled" });
    assert_eq!(house.refused("CreateKey", &disabled).0, "XksKeyInvalidConfigurationException");
}

#[test]
fn an_answer_that_is_not_whole_and_a_wrong_context_open_nothing() {
    let house = house();
    let outside = played(&house);
    let store = house.connected(&external("mine"));
    let key = house.external_key(&store, "external-1");
    let blob = house.hello(&key);
    let unintelligible = "AWS KMS cannot interpret the response from the external key store proxy.";
    for meddle in [
        (|mut answer: Value| {
            answer["ciphertextDataIntegrityValue"] = json!("AAAA");
            answer
        }) as fn(Value) -> Value,
        |mut answer| {
            answer["initializationVector"] = json!("AgEBAQEBAQEBAQEB");
            answer
        },
        |_| json!({}),
    ] {
        outside.lock().unwrap().meddles = Some(meddle);
        let (code, words) = house.refused("Encrypt", &json!({ "KeyId": key, "Plaintext": HELLO }));
        assert_eq!(code, "KMSInvalidStateException");
        assert!(words.starts_with(unintelligible), "{words}");
    }
    outside.lock().unwrap().meddles = Some(|mut answer| {
        // As long as it should be, but not what was encrypted.
        let plaintext = text(&answer["plaintext"]);
        answer["plaintext"] = json!(format!("AAAA{}", plaintext.get(4..).unwrap()));
        answer
    });
    let (code, words) = house.refused("Decrypt", &json!({ "CiphertextBlob": blob }));
    assert_eq!(code, "KMSInvalidStateException");
    assert!(words.starts_with("The ciphertext that the external key store proxy submitted for decryption"), "{words}");
    outside.lock().unwrap().meddles = None;
    let wrong = json!({ "CiphertextBlob": blob, "EncryptionContext": { "a": "b" } });
    let (code, words) = house.refused("Decrypt", &wrong);
    assert_eq!(code, "KMSInvalidStateException");
    assert!(words.starts_with("The external key store proxy rejected the request because the specified ciphertext"));
    let own = house.key();
    let named = json!({ "CiphertextBlob": blob, "KeyId": own });
    assert_eq!(house.refused("Decrypt", &named).0, "InvalidCiphertextException");
}

#[test]
fn keys_are_unavailable_for_as_long_as_their_store_is_not_connected() {
    let house = house();
    let outside = played(&house);
    let input = external("mine");
    let store = text(&house.ok("CreateCustomKeyStore", &input)["CustomKeyStoreId"]);
    assert!(store.starts_with("cks-") && store.len() == 21);
    let on_store = json!({ "CustomKeyStoreId": store });
    let new = json!({ "Origin": "EXTERNAL_KEY_STORE", "CustomKeyStoreId": store, "XksKeyId": "external-1" });
    let not_connected = "This KMS key is in a custom key store that is not connected to its external key store proxy. \
                         Connect the external key store and try the request again.";
    assert_eq!(house.refused("CreateKey", &new), ("CustomKeyStoreInvalidStateException".into(), not_connected.into()));
    assert_eq!(house.refused("DisconnectCustomKeyStore", &on_store).0, "CustomKeyStoreInvalidStateException");
    house.connect(&store);
    house.ok("ConnectCustomKeyStore", &on_store);
    let key = text(&house.ok("CreateKey", &new)["KeyMetadata"]["KeyId"]);
    assert_eq!(house.refused("CreateKey", &new).0, "XksKeyAlreadyInUseException");
    assert_eq!(house.refused("DeleteCustomKeyStore", &on_store).0, "CustomKeyStoreHasCMKsException");

    house.ok("DisconnectCustomKeyStore", &on_store);
    outside.lock().unwrap().heard.clear();
    assert_eq!(house.state(&key), "Unavailable");
    let encrypt = json!({ "KeyId": key, "Plaintext": HELLO });
    assert_eq!(house.refused("Encrypt", &encrypt), ("KMSInvalidStateException".into(), not_connected.into()));
    assert!(outside.lock().unwrap().heard.is_empty(), "nobody is asked");
    house.ok_empty("DisableKey", &json!({ "KeyId": key }));
    assert_eq!(house.state(&key), "Unavailable");
    house.connect(&store);
    assert_eq!(house.state(&key), "Disabled");
    house.ok_empty("EnableKey", &json!({ "KeyId": key }));
    house.hello(&key);

    house.ok("ScheduleKeyDeletion", &json!({ "KeyId": key, "PendingWindowInDays": 7 }));
    house.ok("DisconnectCustomKeyStore", &on_store);
    assert_eq!(house.state(&key), "PendingDeletion");
    house.advance(Duration::from_secs(7 * 86_400));
    house.ok("DeleteCustomKeyStore", &on_store);
    assert_eq!(house.refused("ConnectCustomKeyStore", &on_store).0, "CustomKeyStoreNotFoundException");
}

#[test]
fn a_connection_that_fails_says_why_and_is_disconnected_before_it_is_tried_again() {
    let house = house();
    let outside = played(&house);
    let store = text(&house.ok("CreateCustomKeyStore", &external("mine"))["CustomKeyStoreId"]);
    let on_store = json!({ "CustomKeyStoreId": store });
    for (refuses, silent, code) in [
        (Some(RefusalName::AuthenticationFailed), None, "XKS_PROXY_ACCESS_DENIED"),
        (Some(RefusalName::InvalidUriPath), None, "XKS_PROXY_INVALID_CONFIGURATION"),
        (Some(RefusalName::Internal), None, "XKS_PROXY_INVALID_RESPONSE"),
        (None, Some(Unanswered::NoConnection), "XKS_PROXY_NOT_REACHABLE"),
        (None, Some(Unanswered::NoTls), "XKS_PROXY_INVALID_TLS_CONFIGURATION"),
        (None, Some(Unanswered::TimedOut), "XKS_PROXY_TIMED_OUT"),
    ] {
        (outside.lock().unwrap().refuses, outside.lock().unwrap().silent) = (refuses, silent);
        house.connect(&store);
        let told = house.told(&store);
        assert_eq!((&told["ConnectionState"], &told["ConnectionErrorCode"]), (&json!("FAILED"), &json!(code)));
        assert_eq!(house.refused("ConnectCustomKeyStore", &on_store).0, "CustomKeyStoreInvalidStateException");
        house.ok("DisconnectCustomKeyStore", &on_store);
        assert!(house.told(&store).get("ConnectionErrorCode").is_none());
    }
    // Who disconnects while it is being tried has the last word.
    house.ok("ConnectCustomKeyStore", &on_store);
    house.ok("DisconnectCustomKeyStore", &on_store);
    house.advance(Duration::ZERO);
    assert_eq!(house.told(&store)["ConnectionState"], "DISCONNECTED");
}

#[test]
fn stores_have_names_and_proxies_of_their_own_and_there_are_ten() {
    let house = house();
    played(&house);
    house.ok("CreateCustomKeyStore", &external("mine"));
    let mut same = external("mine");
    assert_eq!(house.refused("CreateCustomKeyStore", &same).0, "CustomKeyStoreNameInUseException");
    same["CustomKeyStoreName"] = json!("other");
    assert_eq!(house.refused("CreateCustomKeyStore", &same).0, "XksProxyUriInUseException");
    let first = text(&house.ok("CreateCustomKeyStore", &cluster("token"))["CustomKeyStoreId"]);
    assert_eq!(house.refused("CreateCustomKeyStore", &cluster("token 2")).0, "CloudHsmClusterInUseException");
    let told = house.told(&first);
    assert_eq!(
        (&told["CustomKeyStoreType"], &told["TrustAnchorCertificate"]),
        (&json!("AWS_CLOUDHSM"), &json!(ANCHOR))
    );
    let all = house.ok("DescribeCustomKeyStores", &json!({}))["CustomKeyStores"].clone();
    assert_eq!(all.as_array().unwrap().len(), 2);
    let by_name = house.ok("DescribeCustomKeyStores", &json!({ "CustomKeyStoreName": "token" }));
    assert_eq!(by_name["CustomKeyStores"][0]["CustomKeyStoreId"], json!(first));
    let page = house.ok("DescribeCustomKeyStores", &json!({ "Limit": 1 }));
    assert_eq!(page["Truncated"], true);
    let rest = house.ok("DescribeCustomKeyStores", &json!({ "Limit": 1, "Marker": page["NextMarker"] }));
    assert_ne!(rest["CustomKeyStores"], page["CustomKeyStores"]);
    assert_eq!(
        house.refused("DescribeCustomKeyStores", &json!({ "CustomKeyStoreName": "none" })).0,
        "CustomKeyStoreNotFoundException"
    );
}

#[test]
fn members_that_do_not_go_together_are_refused() {
    let house = house();
    played(&house);
    let without = |mut input: Value, member: &str| {
        input.as_object_mut().unwrap().remove(member);
        input
    };
    for (input, member) in [
        (external("a"), "XksProxyUriPath"),
        (external("a"), "XksProxyUriEndpoint"),
        (external("a"), "XksProxyConnectivity"),
        (external("a"), "XksProxyAuthenticationCredential"),
        (cluster("a"), "CloudHsmClusterId"),
        (cluster("a"), "TrustAnchorCertificate"),
        (cluster("a"), "KeyStorePassword"),
    ] {
        assert_eq!(house.refused("CreateCustomKeyStore", &without(input, member)).0, "ValidationException", "{member}");
    }
    let with = |mut input: Value, member: &str, value: &str| {
        input[member] = json!(value);
        input
    };
    let mixed = with(external("a"), "CloudHsmClusterId", "cluster-2a23b4cdefg");
    assert_eq!(house.refused("CreateCustomKeyStore", &mixed).0, "ValidationException");
    let anchor = with(cluster("a"), "TrustAnchorCertificate", "no certificate");
    assert_eq!(house.refused("CreateCustomKeyStore", &anchor).0, "IncorrectTrustAnchorException");
    let private = with(external("a"), "XksProxyConnectivity", "VPC_ENDPOINT_SERVICE");
    assert_eq!(house.kms("CreateCustomKeyStore", &private).status, 501);

    let store = house.connected(&external("mine"));
    let key = |more: Value| {
        let mut input = json!({ "Origin": "EXTERNAL_KEY_STORE", "CustomKeyStoreId": store, "XksKeyId": "k" });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        house.refused("CreateKey", &input).0
    };
    assert_eq!(key(json!({ "Origin": "AWS_CLOUDHSM" })), "ValidationException");
    assert_eq!(key(json!({ "Origin": "AWS_KMS" })), "ValidationException");
    for stray in [json!({ "CustomKeyStoreId": "cks-1" }), json!({ "XksKeyId": "outside" })] {
        assert_eq!(house.refused("CreateKey", &stray).0, "ValidationException");
    }
    assert_eq!(key(json!({ "CustomKeyStoreId": "cks-none" })), "CustomKeyStoreNotFoundException");
}

#[test]
fn an_update_is_tried_before_it_is_kept() {
    let house = house();
    let outside = played(&house);
    let store = house.connected(&external("mine"));
    let update = |more: Value| {
        let mut input = json!({ "CustomKeyStoreId": store });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        house.kms("UpdateCustomKeyStore", &input)
    };
    assert_eq!(update(json!({})).code(), "ValidationException");
    assert_eq!(update(json!({ "NewCustomKeyStoreName": "renamed" })).status, 200);
    assert_eq!(house.told(&store)["CustomKeyStoreName"], "renamed");
    let endpoint = json!({ "XksProxyUriEndpoint": "https://proxy.example.com" });
    assert_eq!(update(endpoint.clone()).code(), "CustomKeyStoreInvalidStateException", "it is connected");
    outside.lock().unwrap().refuses = Some(RefusalName::InvalidUriPath);
    let answer = update(json!({ "XksProxyUriPath": "/mine/kms/xks/v1" }));
    assert_eq!(answer.code(), "XksProxyInvalidConfigurationException");
    outside.lock().unwrap().refuses = None;
    house.ok("DisconnectCustomKeyStore", &json!({ "CustomKeyStoreId": store }));
    assert_eq!(update(endpoint).status, 200);
    assert_eq!(update(json!({ "KeyStorePassword": PASSWORD })).code(), "ValidationException");
}

#[test]
fn a_key_in_a_token_is_made_there_and_used_there() {
    let house = house();
    let outside = played(&house);
    let store = house.connected(&cluster("token"));
    let made =
        house.ok("CreateKey", &json!({ "Origin": "AWS_CLOUDHSM", "CustomKeyStoreId": store }))["KeyMetadata"].clone();
    let key = text(&made["KeyId"]);
    assert_eq!(outside.lock().unwrap().made.iter().collect::<Vec<_>>(), [&key], "made once, under the key's id");
    assert_eq!((&made["CloudHsmClusterId"], &made["Origin"]), (&json!("cluster-2a23b4cdefg"), &json!("AWS_CLOUDHSM")));
    let blob = house.hello(&key);
    assert_eq!(house.ok("Decrypt", &json!({ "CiphertextBlob": blob }))["Plaintext"], HELLO);
    let wrong = json!({ "CiphertextBlob": blob, "EncryptionContext": { "a": "b" } });
    assert_eq!(house.refused("Decrypt", &wrong).0, "InvalidCiphertextException");
    let random = house.ok("GenerateRandom", &json!({ "NumberOfBytes": 3, "CustomKeyStoreId": store }));
    assert_eq!(random["Plaintext"], "BAQE");
    outside.lock().unwrap().token_fails = Some(TokenError::Failed);
    assert_eq!(house.refused("Encrypt", &json!({ "KeyId": key, "Plaintext": HELLO })).0, "KMSInvalidStateException");
    outside.lock().unwrap().token_fails = None;
    house.ok("DisconnectCustomKeyStore", &json!({ "CustomKeyStoreId": store }));
    let (code, words) = house.refused("Encrypt", &json!({ "KeyId": key, "Plaintext": HELLO }));
    assert_eq!(code, "KMSInvalidStateException");
    assert!(words.ends_with("is unavailable."), "{words}");
    outside.lock().unwrap().token_fails = Some(TokenError::WrongPin);
    house.connect(&store);
    assert_eq!(house.told(&store)["ConnectionErrorCode"], "INVALID_CREDENTIALS");
    let external = house.connected_elsewhere();
    let random = json!({ "NumberOfBytes": 3, "CustomKeyStoreId": external });
    assert_eq!(house.refused("GenerateRandom", &random).0, "UnsupportedOperationException");
}

trait Elsewhere {
    fn connected_elsewhere(&self) -> String;
}

impl Elsewhere for House {
    fn connected_elsewhere(&self) -> String {
        text(&self.ok("CreateCustomKeyStore", &external("elsewhere"))["CustomKeyStoreId"])
    }
}

#[test]
fn no_credential_of_a_store_is_ever_told() {
    let house = house();
    played(&house);
    let stores = [house.connected(&external("mine")), house.connected(&cluster("token"))];
    for store in &stores {
        let credential = json!({ "AccessKeyId": ACCESS_KEY_ID, "RawSecretAccessKey": SECRET });
        let update = json!({ "CustomKeyStoreId": store, "XksProxyAuthenticationCredential": credential });
        house.kms("UpdateCustomKeyStore", &update);
    }
    let told = house.ok("DescribeCustomKeyStores", &json!({})).to_string();
    assert!(told.contains(ACCESS_KEY_ID), "the id is told, as by AWS");
    let records = house.records().iter().map(Value::to_string).collect::<String>();
    for secret in [SECRET, PASSWORD] {
        assert!(!told.contains(secret) && !records.contains(secret));
    }
    assert!(!records.contains(ACCESS_KEY_ID), "the model marks it as sensitive");
    let everything = store::KeyRange { start: Vec::new(), end: vec![u8::MAX; store::MAX_KEY_BYTES] };
    for entry in house.engine.snapshot().unwrap().range(&everything, 100_000).unwrap() {
        for secret in [SECRET, PASSWORD] {
            let found = entry.value.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "a secret lies in the store in the clear");
        }
    }
}

#[test]
fn an_alias_that_moves_while_its_store_is_asked_gives_no_ciphertext_that_nothing_opens() {
    let house = Arc::new(house());
    let outside = played(&house);
    let store = house.connected(&cluster("mine"));
    let input = json!({ "Origin": "AWS_CLOUDHSM", "CustomKeyStoreId": store });
    let [first, second] = [(); 2].map(|()| text(&house.ok("CreateKey", &input)["KeyMetadata"]["KeyId"]));
    house.ok_empty("CreateAlias", &json!({ "AliasName": "alias/app", "TargetKeyId": first }));
    let (server, to) = (Arc::downgrade(&house), second.clone());
    house.outside.replies(move |question| {
        if let (Some(house), Question::Token(TokenQuestion { task: TokenTask::Encrypt { .. }, .. })) =
            (server.upgrade(), question)
        {
            let scope = Scope { account: ACCOUNT.parse().unwrap(), region: REGION.parse().unwrap() };
            house.change(|transaction| plant(transaction, scope, &to, &Planted::Alias("alias/app")));
        }
        outside.lock().unwrap().answer(question)
    });
    let input = json!({ "KeyId": "alias/app", "Plaintext": HELLO });
    let answer = house.kms("Encrypt", &input);
    assert_eq!((answer.status, answer.code().as_str()), (500, "KMSInternalException"), "{}", answer.body);
    let again = house.ok("Encrypt", &input);
    assert!(text(&again["KeyId"]).ends_with(&second));
    assert_eq!(house.ok("Decrypt", &json!({ "CiphertextBlob": again["CiphertextBlob"] }))["Plaintext"], HELLO);
}
