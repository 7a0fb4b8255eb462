//! SSH public keys.

use crate::fixtures::{SSH_KEY, SSH_RSA_KEY};
use crate::{Iam, error, house, text};
use serde_json::{Value, json};

fn of(user: &str, body: &str) -> Value {
    json!({ "UserName": user, "SSHPublicKeyBody": body })
}

#[test]
fn a_key_comes_back_in_either_encoding() {
    let house = house();
    house.user("bob");
    for (body, fingerprint) in [
        (SSH_KEY, "85:59:e3:ee:6c:96:96:a1:43:da:7d:1e:c8:03:8d:58"),
        (SSH_RSA_KEY, "91:4c:27:10:46:a0:19:0d:1d:14:c8:4e:c7:d5:92:53"),
    ] {
        let made = house.ok("UploadSSHPublicKey", &of("bob", body))["SSHPublicKey"].clone();
        assert_eq!((&made["SSHPublicKeyBody"], &made["Status"]), (&json!(body), &json!("Active")));
        assert_eq!(made["Fingerprint"], fingerprint);
        let get = |encoding: &str| {
            let input = json!({ "UserName": "bob", "SSHPublicKeyId": made["SSHPublicKeyId"], "Encoding": encoding });
            text(&house.ok("GetSSHPublicKey", &input)["SSHPublicKey"]["SSHPublicKeyBody"])
        };
        assert!(body.starts_with(&get("SSH")));
        let pem = get("PEM");
        assert!(pem.starts_with("-----BEGIN PUBLIC KEY-----\n"));
        house.user(&format!("bob-{}", body.len()));
        let again = house.ok("UploadSSHPublicKey", &of(&format!("bob-{}", body.len()), &pem));
        assert_eq!(again["SSHPublicKey"]["Fingerprint"], fingerprint, "the encoding changed the key");
        assert_eq!(house.refused("UploadSSHPublicKey", &of("bob", &pem)).1, "DuplicateSSHPublicKey");
    }
}

#[test]
fn what_is_no_key_is_refused_by_what_is_wrong_with_it() {
    let house = house();
    house.user("bob");
    assert_eq!(house.refused("UploadSSHPublicKey", &of("bob", "none")).1, "UnrecognizedPublicKeyEncoding");
    assert_eq!(house.refused("UploadSSHPublicKey", &of("bob", "ssh-rsa AAAA")).1, "InvalidPublicKey");
    assert_eq!(house.refused("UploadSSHPublicKey", &of("nobody", SSH_KEY)).1, "NoSuchEntity");
}

#[test]
fn a_key_is_switched_off_listed_and_removed_before_its_user_is() {
    let house = house();
    house.user("bob");
    let id = house.ok("UploadSSHPublicKey", &of("bob", SSH_KEY))["SSHPublicKey"]["SSHPublicKeyId"].clone();
    let named = json!({ "UserName": "bob", "SSHPublicKeyId": id });
    let mut off = named.clone();
    off["Status"] = json!("Inactive");
    house.ok("UpdateSSHPublicKey", &off);
    let list = house.ok("ListSSHPublicKeys", &json!({ "UserName": "bob" }))["SSHPublicKeys"].clone();
    assert_eq!((&list[0]["Status"], list.as_array().unwrap().len()), (&json!("Inactive"), 1));
    off["Status"] = json!("Expired");
    assert_eq!(house.refused("UpdateSSHPublicKey", &off).1, "InvalidInput");
    assert_eq!(
        house.refused("DeleteUser", &json!({ "UserName": "bob" })),
        error(409, "DeleteConflict", "Cannot delete entity, must delete SSH public keys first.")
    );
    house.ok("DeleteSSHPublicKey", &named);
    assert_eq!(house.refused("DeleteSSHPublicKey", &named).1, "NoSuchEntity");
    house.ok("DeleteUser", &json!({ "UserName": "bob" }));
}
