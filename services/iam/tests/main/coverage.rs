//! What the kernel's walk checks of every operation: its denial, its limits, its records. One list for each noun.

use crate::fixtures::{self, CHAIN, ED_CERTIFICATE, LEAF, LEAF_KEY, SSH_KEY};
use crate::{ALLOW, Iam, TRUST, house, policy, text};
use kernel::testing::House;
use kernel::testing::coverage::{Sample, walk_scenes};
use serde_json::{Value, json};

#[test]
fn every_operation_denies_refuses_broken_input_and_is_on_record() {
    let house = house();
    let nouns = [
        access_keys,
        aliases,
        attachments,
        boundaries,
        groups,
        inline,
        instance_profiles,
        last_accessed,
        login_profiles,
        mfa_devices,
        oidc_providers,
        policies,
        roles,
        saml_providers,
        server_certificates,
        service_credentials,
        service_linked_roles,
        signing_certificates,
        simulation,
        ssh_keys,
        tags,
        users,
    ];
    let mut samples: Vec<Sample> = nouns.into_iter().flat_map(|noun| noun(&house)).collect();
    samples.sort_by_key(|sample| sample.operation);
    let other = crate::house();
    let only_ones: Vec<Sample> = [password_policy, reports].into_iter().flat_map(|noun| noun(&other)).collect();
    // The root has no password to change; of security keys, of which GetMFADevice tells, there are none.
    walk_scenes("iam", &[(house, samples), (other, only_ones)], &["ChangePassword", "GetMFADevice"]);
}

fn sample(operation: &'static str, input: Value) -> Sample {
    Sample { operation, input }
}

fn access_keys(house: &House) -> Vec<Sample> {
    house.user("key-holder");
    let held = json!({ "UserName": "key-holder" });
    let id = house.access_key("key-holder").0;
    let doomed = house.access_key("key-holder").0;
    house.user("new-key-holder");
    vec![
        sample("CreateAccessKey", json!({ "UserName": "new-key-holder" })),
        sample("DeleteAccessKey", json!({ "UserName": "key-holder", "AccessKeyId": doomed })),
        sample("GetAccessKeyLastUsed", json!({ "AccessKeyId": id })),
        sample("ListAccessKeys", held),
        sample("UpdateAccessKey", json!({ "UserName": "key-holder", "AccessKeyId": id, "Status": "Inactive" })),
    ]
}

fn aliases(_: &House) -> Vec<Sample> {
    vec![
        sample("CreateAccountAlias", json!({ "AccountAlias": "walked" })),
        sample("DeleteAccountAlias", json!({ "AccountAlias": "walked" })),
        sample("ListAccountAliases", json!({ "MaxItems": 1 })),
    ]
}

fn attachments(house: &House) -> Vec<Sample> {
    house.user("attached");
    house.group("attached");
    house.role("attached");
    let (arn, old) = (house.policy("to-attach"), house.policy("to-detach"));
    let (user, group, role) = (("UserName", "attached"), ("GroupName", "attached"), ("RoleName", "attached"));
    let with = |(member, name): (&str, &str), arn: &str| json!({ member: name, "PolicyArn": arn });
    house.ok("AttachUserPolicy", &with(user, &old));
    house.ok("AttachGroupPolicy", &with(group, &old));
    house.ok("AttachRolePolicy", &with(role, &old));
    vec![
        sample("AttachGroupPolicy", with(group, &arn)),
        sample("AttachRolePolicy", with(role, &arn)),
        sample("AttachUserPolicy", with(user, &arn)),
        sample("DetachGroupPolicy", with(group, &old)),
        sample("DetachRolePolicy", with(role, &old)),
        sample("DetachUserPolicy", with(user, &old)),
        sample("ListAttachedGroupPolicies", json!({ "GroupName": "attached", "PathPrefix": "/" })),
        sample("ListAttachedRolePolicies", json!({ "RoleName": "attached", "MaxItems": 1 })),
        sample("ListAttachedUserPolicies", json!({ "UserName": "attached" })),
        sample("ListEntitiesForPolicy", json!({ "PolicyArn": arn })),
    ]
}

fn boundaries(house: &House) -> Vec<Sample> {
    let arn = house.policy("boundary");
    for name in ["bounded", "unbounded"] {
        house.user(name);
        house.role(name);
    }
    house.ok("PutUserPermissionsBoundary", &json!({ "UserName": "bounded", "PermissionsBoundary": arn }));
    house.ok("PutRolePermissionsBoundary", &json!({ "RoleName": "bounded", "PermissionsBoundary": arn }));
    vec![
        sample("DeleteRolePermissionsBoundary", json!({ "RoleName": "bounded" })),
        sample("DeleteUserPermissionsBoundary", json!({ "UserName": "bounded" })),
        sample("PutRolePermissionsBoundary", json!({ "RoleName": "unbounded", "PermissionsBoundary": arn })),
        sample("PutUserPermissionsBoundary", json!({ "UserName": "unbounded", "PermissionsBoundary": arn })),
    ]
}

fn groups(house: &House) -> Vec<Sample> {
    for name in ["crew", "empty", "renamed"] {
        house.group(name);
    }
    house.user("member");
    house.user("leaver");
    house.ok("AddUserToGroup", &json!({ "GroupName": "crew", "UserName": "leaver" }));
    vec![
        sample("AddUserToGroup", json!({ "GroupName": "crew", "UserName": "member" })),
        sample("CreateGroup", json!({ "GroupName": "new-crew", "Path": "/ships/" })),
        sample("DeleteGroup", json!({ "GroupName": "empty" })),
        sample("GetGroup", json!({ "GroupName": "crew" })),
        sample("ListGroups", json!({ "PathPrefix": "/" })),
        sample("ListGroupsForUser", json!({ "UserName": "member" })),
        sample("RemoveUserFromGroup", json!({ "GroupName": "crew", "UserName": "leaver" })),
        sample("UpdateGroup", json!({ "GroupName": "renamed", "NewGroupName": "renamed-crew" })),
    ]
}

fn inline(house: &House) -> Vec<Sample> {
    house.user("author");
    house.group("authors");
    house.role("author");
    let put =
        |member: &str, name: &str, policy: &str| json!({ member: name, "PolicyName": policy, "PolicyDocument": ALLOW });
    for policy in ["kept", "doomed"] {
        house.ok("PutUserPolicy", &put("UserName", "author", policy));
        house.ok("PutGroupPolicy", &put("GroupName", "authors", policy));
        house.ok("PutRolePolicy", &put("RoleName", "author", policy));
    }
    let named = |member: &str, name: &str, policy: &str| json!({ member: name, "PolicyName": policy });
    vec![
        sample("DeleteGroupPolicy", named("GroupName", "authors", "doomed")),
        sample("DeleteRolePolicy", named("RoleName", "author", "doomed")),
        sample("DeleteUserPolicy", named("UserName", "author", "doomed")),
        sample("GetGroupPolicy", named("GroupName", "authors", "kept")),
        sample("GetRolePolicy", named("RoleName", "author", "kept")),
        sample("GetUserPolicy", named("UserName", "author", "kept")),
        sample("ListGroupPolicies", json!({ "GroupName": "authors" })),
        sample("ListRolePolicies", json!({ "RoleName": "author" })),
        sample("ListUserPolicies", json!({ "UserName": "author" })),
        sample("PutGroupPolicy", put("GroupName", "authors", "new")),
        sample("PutRolePolicy", put("RoleName", "author", "new")),
        sample("PutUserPolicy", put("UserName", "author", "new")),
    ]
}

fn instance_profiles(house: &House) -> Vec<Sample> {
    house.role("machine");
    for name in ["web", "db", "unused"] {
        house.ok("CreateInstanceProfile", &json!({ "InstanceProfileName": name }));
    }
    let both = |name: &str| json!({ "InstanceProfileName": name, "RoleName": "machine" });
    house.ok("AddRoleToInstanceProfile", &both("db"));
    vec![
        sample("AddRoleToInstanceProfile", both("web")),
        sample("CreateInstanceProfile", json!({ "InstanceProfileName": "new", "Path": "/fleet/" })),
        sample("DeleteInstanceProfile", json!({ "InstanceProfileName": "unused" })),
        sample("GetInstanceProfile", json!({ "InstanceProfileName": "web" })),
        sample("ListInstanceProfiles", json!({ "PathPrefix": "/" })),
        sample("ListInstanceProfilesForRole", json!({ "RoleName": "machine" })),
        sample("RemoveRoleFromInstanceProfile", both("db")),
    ]
}

fn login_profiles(house: &House) -> Vec<Sample> {
    let with = |name: &str| json!({ "UserName": name, "Password": "Walked-1-password" });
    for name in ["with-password", "without-password", "losing-password"] {
        house.user(name);
    }
    house.ok("CreateLoginProfile", &with("with-password"));
    house.ok("CreateLoginProfile", &with("losing-password"));
    vec![
        sample("CreateLoginProfile", with("without-password")),
        sample("DeleteLoginProfile", json!({ "UserName": "losing-password" })),
        sample("GetLoginProfile", json!({ "UserName": "with-password" })),
        sample("UpdateLoginProfile", json!({ "UserName": "with-password", "Password": "Other-2-password" })),
    ]
}

fn mfa_devices(house: &House) -> Vec<Sample> {
    for name in ["phone-holder", "phone-loser", "phone-buyer", "phone-drifter"] {
        house.user(name);
    }
    let loser = fixtures::enabled(house, "phone-loser", "lost");
    let drifter = fixtures::enabled(house, "phone-drifter", "drifting");
    let new = fixtures::Device::new(house, "bought");
    let doomed = fixtures::Device::new(house, "doomed");
    let serial = json!({ "SerialNumber": drifter.serial });
    let with = |more: Value| {
        let mut input = serial.clone();
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    vec![
        sample("CreateVirtualMFADevice", json!({ "VirtualMFADeviceName": "new", "Path": "/walk/" })),
        sample("DeactivateMFADevice", json!({ "UserName": "phone-loser", "SerialNumber": loser.serial })),
        sample("DeleteVirtualMFADevice", json!({ "SerialNumber": doomed.serial })),
        sample("EnableMFADevice", new.codes(house, "phone-buyer", 0)),
        sample("ListMFADeviceTags", with(json!({ "MaxItems": 1 }))),
        sample("ListMFADevices", json!({ "UserName": "phone-drifter", "MaxItems": 1 })),
        sample("ListVirtualMFADevices", json!({ "AssignmentStatus": "Any", "MaxItems": 1 })),
        sample("ResyncMFADevice", drifter.codes(house, "phone-drifter", 2)),
        sample("TagMFADevice", with(json!({ "Tags": [{ "Key": "team", "Value": "blue" }] }))),
        sample("UntagMFADevice", with(json!({ "TagKeys": ["team"] }))),
    ]
}

fn oidc_providers(house: &House) -> Vec<Sample> {
    let arn = fixtures::oidc_provider(house, "https://kept.example.com");
    let doomed = fixtures::oidc_provider(house, "https://doomed.example.com");
    let with = |more: Value| {
        let mut input = json!({ "OpenIDConnectProviderArn": arn });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    vec![
        sample("AddClientIDToOpenIDConnectProvider", with(json!({ "ClientID": "other" }))),
        sample("CreateOpenIDConnectProvider", json!({ "Url": "https://new.example.com", "ClientIDList": ["app"] })),
        sample("DeleteOpenIDConnectProvider", json!({ "OpenIDConnectProviderArn": doomed })),
        sample("GetOpenIDConnectProvider", with(json!({}))),
        sample("ListOpenIDConnectProviderTags", with(json!({ "MaxItems": 1 }))),
        sample("ListOpenIDConnectProviders", json!({})),
        sample("RemoveClientIDFromOpenIDConnectProvider", with(json!({ "ClientID": "app" }))),
        sample("TagOpenIDConnectProvider", with(json!({ "Tags": [{ "Key": "team", "Value": "blue" }] }))),
        sample("UntagOpenIDConnectProvider", with(json!({ "TagKeys": ["team"] }))),
        sample("UpdateOpenIDConnectProviderThumbprint", with(json!({ "ThumbprintList": ["a".repeat(40)] }))),
    ]
}

/// An account has one policy: it must be told about before it is deleted.
fn password_policy(_: &House) -> Vec<Sample> {
    vec![
        sample("UpdateAccountPasswordPolicy", json!({ "MinimumPasswordLength": 8, "MaxPasswordAge": 90 })),
        sample("GetAccountPasswordPolicy", json!({})),
        sample("DeleteAccountPasswordPolicy", json!({})),
    ]
}

fn policies(house: &House) -> Vec<Sample> {
    let (kept, doomed) = (house.policy("kept"), house.policy("doomed"));
    let version = json!({ "PolicyArn": kept, "PolicyDocument": ALLOW });
    for _ in 0..2 {
        house.ok("CreatePolicyVersion", &version);
    }
    vec![
        sample("CreatePolicy", json!({ "PolicyName": "new", "PolicyDocument": ALLOW, "Description": "walked" })),
        sample("CreatePolicyVersion", version),
        sample("DeletePolicy", json!({ "PolicyArn": doomed })),
        sample("DeletePolicyVersion", json!({ "PolicyArn": kept, "VersionId": "v2" })),
        sample("GetPolicy", json!({ "PolicyArn": kept })),
        sample("GetPolicyVersion", json!({ "PolicyArn": kept, "VersionId": "v1" })),
        sample("ListPolicies", json!({ "Scope": "Local", "OnlyAttached": false, "PathPrefix": "/" })),
        sample("ListPolicyVersions", json!({ "PolicyArn": kept })),
        sample("SetDefaultPolicyVersion", json!({ "PolicyArn": kept, "VersionId": "v3" })),
    ]
}

/// The report must be there before it is told.
fn reports(house: &House) -> Vec<Sample> {
    house.ok("GenerateCredentialReport", &json!({}));
    house.advance(std::time::Duration::ZERO);
    vec![
        sample("GenerateCredentialReport", json!({})),
        sample("GetCredentialReport", json!({})),
        sample("GetAccountSummary", json!({})),
        sample("GetAccountAuthorizationDetails", json!({ "Filter": ["User", "Role"], "MaxItems": 1 })),
    ]
}

fn roles(house: &House) -> Vec<Sample> {
    house.role("kept");
    house.role("doomed");
    vec![
        sample("CreateRole", json!({ "RoleName": "new", "AssumeRolePolicyDocument": TRUST, "Description": "walked" })),
        sample("DeleteRole", json!({ "RoleName": "doomed" })),
        sample("GetRole", json!({ "RoleName": "kept" })),
        sample("ListRoles", json!({ "PathPrefix": "/" })),
        sample("UpdateAssumeRolePolicy", json!({ "RoleName": "kept", "PolicyDocument": TRUST })),
        sample("UpdateRole", json!({ "RoleName": "kept", "MaxSessionDuration": 7200 })),
        sample("UpdateRoleDescription", json!({ "RoleName": "kept", "Description": "described" })),
    ]
}

fn saml_providers(house: &House) -> Vec<Sample> {
    let document = fixtures::saml_metadata("https://idp.example.com");
    let new = |name: &str| json!({ "Name": name, "SAMLMetadataDocument": document });
    let arn = text(&house.ok("CreateSAMLProvider", &new("kept"))["SAMLProviderArn"]);
    let doomed = text(&house.ok("CreateSAMLProvider", &new("doomed"))["SAMLProviderArn"]);
    let with = |more: Value| {
        let mut input = json!({ "SAMLProviderArn": arn });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    vec![
        sample("CreateSAMLProvider", new("new")),
        sample("DeleteSAMLProvider", json!({ "SAMLProviderArn": doomed })),
        sample("GetSAMLProvider", with(json!({}))),
        sample("ListSAMLProviderTags", with(json!({ "MaxItems": 1 }))),
        sample("ListSAMLProviders", json!({})),
        sample("TagSAMLProvider", with(json!({ "Tags": [{ "Key": "team", "Value": "blue" }] }))),
        sample("UntagSAMLProvider", with(json!({ "TagKeys": ["team"] }))),
        sample("UpdateSAMLProvider", with(json!({ "AddPrivateKey": LEAF_KEY }))),
    ]
}

fn server_certificates(house: &House) -> Vec<Sample> {
    let new = |name: &str| {
        let (body, key) = (LEAF, LEAF_KEY);
        json!({ "ServerCertificateName": name, "CertificateBody": body, "PrivateKey": key, "CertificateChain": CHAIN })
    };
    for name in ["kept", "doomed", "renamed"] {
        house.ok("UploadServerCertificate", &new(name));
    }
    let with = |more: Value| {
        let mut input = json!({ "ServerCertificateName": "kept" });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    vec![
        sample("DeleteServerCertificate", json!({ "ServerCertificateName": "doomed" })),
        sample("GetServerCertificate", with(json!({}))),
        sample("ListServerCertificateTags", with(json!({ "MaxItems": 1 }))),
        sample("ListServerCertificates", json!({ "PathPrefix": "/", "MaxItems": 1 })),
        sample("TagServerCertificate", with(json!({ "Tags": [{ "Key": "team", "Value": "blue" }] }))),
        sample("UntagServerCertificate", with(json!({ "TagKeys": ["team"] }))),
        sample("UpdateServerCertificate", json!({ "ServerCertificateName": "renamed", "NewPath": "/cloudfront/" })),
        sample("UploadServerCertificate", new("new")),
    ]
}

fn service_credentials(house: &House) -> Vec<Sample> {
    house.user("committer");
    let new = json!({ "UserName": "committer", "ServiceName": "codecommit.amazonaws.com" });
    let id = |answer: Value| text(&answer["ServiceSpecificCredential"]["ServiceSpecificCredentialId"]);
    let kept = id(house.ok("CreateServiceSpecificCredential", &new));
    let other = json!({ "UserName": "committer", "ServiceName": "cassandra.amazonaws.com" });
    let doomed = id(house.ok("CreateServiceSpecificCredential", &other));
    let named = |id: &str| json!({ "UserName": "committer", "ServiceSpecificCredentialId": id });
    let mut off = named(&kept);
    off["Status"] = json!("Inactive");
    vec![
        sample("CreateServiceSpecificCredential", new),
        sample("DeleteServiceSpecificCredential", named(&doomed)),
        sample("ListServiceSpecificCredentials", json!({ "UserName": "committer", "MaxItems": 1 })),
        sample("ResetServiceSpecificCredential", named(&kept)),
        sample("UpdateServiceSpecificCredential", off),
    ]
}

fn service_linked_roles(house: &House) -> Vec<Sample> {
    let of = |service: &str| json!({ "AWSServiceName": service });
    let name = |answer: Value| text(&answer["Role"]["RoleName"]);
    let doomed = name(house.ok("CreateServiceLinkedRole", &of("rds.amazonaws.com")));
    let dying = name(house.ok("CreateServiceLinkedRole", &of("ecs.amazonaws.com")));
    let task = house.ok("DeleteServiceLinkedRole", &json!({ "RoleName": dying }))["DeletionTaskId"].clone();
    vec![
        sample(
            "CreateServiceLinkedRole",
            json!({ "AWSServiceName": "autoscaling.amazonaws.com", "CustomSuffix": "w" }),
        ),
        sample("DeleteServiceLinkedRole", json!({ "RoleName": doomed })),
        sample("GetServiceLinkedRoleDeletionStatus", json!({ "DeletionTaskId": task })),
    ]
}

fn signing_certificates(house: &House) -> Vec<Sample> {
    house.user("signer");
    let new = |body: &str| json!({ "UserName": "signer", "CertificateBody": body });
    let id = |answer: Value| text(&answer["Certificate"]["CertificateId"]);
    let doomed = id(house.ok("UploadSigningCertificate", &new(LEAF)));
    let named = json!({ "UserName": "signer", "CertificateId": doomed });
    let mut off = named.clone();
    off["Status"] = json!("Inactive");
    // The samples are visited by name: the update must find what the deletion took.
    let kept = id(house.ok("UploadSigningCertificate", &new(ED_CERTIFICATE)));
    off["CertificateId"] = json!(kept);
    vec![
        sample("DeleteSigningCertificate", named),
        sample("ListSigningCertificates", json!({ "UserName": "signer", "MaxItems": 1 })),
        sample("UpdateSigningCertificate", off),
        sample("UploadSigningCertificate", new(LEAF)),
    ]
}

fn ssh_keys(house: &House) -> Vec<Sample> {
    house.user("shell-user");
    house.user("shell-leaver");
    let new = |name: &str| json!({ "UserName": name, "SSHPublicKeyBody": SSH_KEY });
    let id = |answer: Value| text(&answer["SSHPublicKey"]["SSHPublicKeyId"]);
    let kept = id(house.ok("UploadSSHPublicKey", &new("shell-user")));
    let doomed = id(house.ok("UploadSSHPublicKey", &new("shell-leaver")));
    house.user("shell-newcomer");
    let named = |more: Value| {
        let mut input = json!({ "UserName": "shell-user", "SSHPublicKeyId": kept });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    vec![
        sample("DeleteSSHPublicKey", json!({ "UserName": "shell-leaver", "SSHPublicKeyId": doomed })),
        sample("GetSSHPublicKey", named(json!({ "Encoding": "PEM" }))),
        sample("ListSSHPublicKeys", json!({ "UserName": "shell-user", "MaxItems": 1 })),
        sample("UpdateSSHPublicKey", named(json!({ "Status": "Inactive" }))),
        sample("UploadSSHPublicKey", new("shell-newcomer")),
    ]
}

fn tags(house: &House) -> Vec<Sample> {
    house.user("tagged");
    house.role("tagged");
    let arn = house.policy("tagged");
    house.ok("CreateInstanceProfile", &json!({ "InstanceProfileName": "tagged" }));
    let mut samples = Vec::new();
    let kinds = [
        ("UserName", "tagged", ["TagUser", "UntagUser", "ListUserTags"]),
        ("RoleName", "tagged", ["TagRole", "UntagRole", "ListRoleTags"]),
        ("PolicyArn", &arn, ["TagPolicy", "UntagPolicy", "ListPolicyTags"]),
        ("InstanceProfileName", "tagged", ["TagInstanceProfile", "UntagInstanceProfile", "ListInstanceProfileTags"]),
    ];
    for (member, name, [tag, untag, list]) in kinds {
        samples.push(sample(tag, json!({ member: name, "Tags": [{ "Key": "team", "Value": "blue" }] })));
        samples.push(sample(untag, json!({ member: name, "TagKeys": ["team"] })));
        samples.push(sample(list, json!({ member: name, "MaxItems": 1 })));
    }
    samples
}

fn users(house: &House) -> Vec<Sample> {
    for name in ["kept", "doomed", "renamed"] {
        house.user(name);
    }
    let boundary = policy("boundary");
    vec![
        sample("CreateUser", json!({ "UserName": "new", "Path": "/walk/", "PermissionsBoundary": boundary })),
        sample("DeleteUser", json!({ "UserName": "doomed" })),
        sample("GetUser", json!({ "UserName": "kept" })),
        sample("ListUsers", json!({ "PathPrefix": "/", "MaxItems": 2 })),
        sample("UpdateUser", json!({ "UserName": "renamed", "NewUserName": "renamed-user" })),
    ]
}

fn simulation(house: &House) -> Vec<Sample> {
    house.user("simulated");
    let source = "arn:aws:iam::111122223333:user/simulated";
    vec![
        sample("GetContextKeysForCustomPolicy", json!({ "PolicyInputList": [ALLOW] })),
        sample("GetContextKeysForPrincipalPolicy", json!({ "PolicySourceArn": source })),
        sample("SimulateCustomPolicy", json!({ "PolicyInputList": [ALLOW], "ActionNames": ["s3:GetObject"] })),
        sample("SimulatePrincipalPolicy", json!({ "PolicySourceArn": source, "ActionNames": ["s3:GetObject"] })),
    ]
}

fn last_accessed(house: &House) -> Vec<Sample> {
    house.user("called");
    let arn = "arn:aws:iam::111122223333:user/called";
    let job = text(&house.ok("GenerateServiceLastAccessedDetails", &json!({ "Arn": arn }))["JobId"]);
    let of_service = json!({ "JobId": job, "ServiceNamespace": "iam" });
    vec![
        sample("GenerateServiceLastAccessedDetails", json!({ "Arn": arn })),
        sample("GetServiceLastAccessedDetails", json!({ "JobId": job })),
        sample("GetServiceLastAccessedDetailsWithEntities", of_service),
        sample("ListPoliciesGrantingServiceAccess", json!({ "Arn": arn, "ServiceNamespaces": ["iam"] })),
    ]
}
