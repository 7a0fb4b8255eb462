//! The rules that cases exercise, each with the page of AWS's documentation that it comes from.

/// A secret of the account `111122223333`: a resource with the usual rules, on which policies of every type can speak.
pub(crate) const SECRET: &str = "arn:aws:secretsmanager:us-east-1:111122223333:secret:app-AbCdEf";
/// The policy that serves as a boundary.
pub(crate) const BOUNDARY: &str = "arn:aws:iam::111122223333:policy/Boundary";
/// The management account of the organization.
pub(crate) const MANAGEMENT: &str = "777788889999";
/// The organization.
pub(crate) const ORGANIZATION: &str = "o-exampleorgid";

/// A rule.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) id: &'static str,
    /// What it says.
    pub(crate) says: &'static str,
    /// Below `https://docs.aws.amazon.com/`.
    pub(crate) page: &'static str,
}

/// The rule of this name.
pub(crate) fn find(id: &str) -> &'static Rule {
    RULES.iter().find(|rule| rule.id == id).unwrap_or_else(|| panic!("no rule is called {id}"))
}

macro_rules! rules {
    ($($page:literal { $($id:literal: $says:literal,)* })*) => {
        &[$($(Rule { id: $id, says: $says, page: $page },)*)*]
    };
}

/// All of them.
pub(crate) const RULES: &[Rule] = rules! {
    "IAM/latest/UserGuide/reference_policies_elements_condition_operators.html" {
        "condition-operators":
            "An operator compares the request's value with the policy's; one that matches is enough, and for a negated operator none may",
        "missing-key":
            "A key that the request does not have does not match: a negated operator holds, any other does not",
        "if-exists": "With IfExists a missing key holds; a present one is compared as without",
        "null": "Null asks whether the key is missing or without a value",
        "string-operators":
            "Strings are compared exactly, without regard to case, or as patterns; only the Like operators know wildcards",
        "numeric-operators": "Numbers are compared as integers or decimals",
        "date-operators": "Dates are compared as points in time, written in ISO 8601 or as seconds since 1970",
        "boolean-operators": "Bool compares with true or false",
        "binary-operators": "BinaryEquals compares bytes, written in base64",
        "address-operators":
            "Addresses are compared with addresses and ranges of either version of IP; an address alone is a range of one",
        "arn-operators": "ARNs are compared component by component; Equals and Like are the same",
    }
    "IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html" {
        "for-all-values":
            "ForAllValues holds if every value of the request satisfies the operator, and if there is none",
        "for-any-value":
            "ForAnyValue holds if some value of the request satisfies the operator, and not if there is none",
        "set-if-exists": "IfExists behind a set operator makes a missing key hold",
    }
    "IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html" {
        "condition-logic": "Operators and keys are joined by AND, values by OR, values of a negated operator by NOR",
        "several-conditions": "The page's examples of several operators, keys and values",
    }
    "IAM/latest/UserGuide/reference_policies_elements_condition.html" {
        "key-names": "Names of condition keys are compared without regard to case",
    }
    "IAM/latest/UserGuide/reference_policies_elements_action.html" {
        "action": "Service and action are compared without regard to case; * and ? are wildcards",
    }
    "IAM/latest/UserGuide/reference_policies_elements_notaction.html" {
        "not-action": "NotAction is about every action but those listed",
    }
    "IAM/latest/UserGuide/reference_policies_elements_resource.html" {
        "resource": "A resource is compared with ARNs, with regard to case",
        "resource-wildcards":
            "Wildcards stand within the segments of an ARN, across slashes; a * at a segment's end also across colons",
    }
    "IAM/latest/UserGuide/reference_policies_elements_notresource.html" {
        "not-resource": "NotResource is about every resource but those listed",
    }
    "IAM/latest/UserGuide/reference-arns.html" {
        "incomplete-arn": "An ARN with fewer than six fields in an identity-based policy is completed with wildcards",
    }
    "IAM/latest/UserGuide/reference_policies_grammar.html" {
        "grammar": "Elements may be one value or a list, in any order; one statement of many is enough",
    }
    "IAM/latest/UserGuide/reference_policies_variables.html" {
        "variables-in-resources": "A variable in the last part of an ARN stands for the key's value",
        "variables-in-conditions": "A variable in a value of a string or ARN operator stands for the key's value",
        "variable-without-value": "Nothing is equal to or like a variable without a value; a negated operator holds",
        "variable-defaults": "A default stands for a variable without a value",
        "special-characters": "${*}, ${?} and ${$} stand for the characters themselves",
        "variables-everywhere": "Variables work in every type of policy",
        "principal-keys": "The keys that follow from who asks",
    }
    "IAM/latest/UserGuide/reference_policies_elements_version.html" {
        "variables-version": "Before version 2012-10-17, and without a version, a variable is literal text",
    }
    "IAM/latest/UserGuide/reference_policies_elements_principal.html" {
        "account-principals": "An account's id or root ARN means the account, which may delegate to its own",
        "user-principals": "A user's ARN means the user, with regard to case",
        "role-principals": "A role's ARN means every session of the role",
        "role-session-principals": "A session's ARN means that session",
        "federated-user-principals": "A federated user's ARN means sessions of that name",
        "service-principals": "A service's name means the service",
        "all-principals": "* means everyone",
        "several-principals": "Several principals are joined by OR",
        "unique-ids":
            "A user's or role's ARN means whoever had it when the policy was saved, whose unique id stays when it is gone; conditions compare the ARN itself",
        "service-roles": "A role may trust services",
        "oidc-principals": "A role may trust an OpenID Connect provider, for AssumeRoleWithWebIdentity",
        "saml-principals": "A role may trust a SAML provider, for AssumeRoleWithSAML",
        "service-callers": "A service that calls in its own name may do what the resource's policy gives it",
        "anonymous-callers": "An anonymous caller may do what the resource's policy gives everyone",
    }
    "IAM/latest/UserGuide/reference_policies_elements_notprincipal.html" {
        "not-principal":
            "NotPrincipal with Deny spares only who is listed with its account and role, and nobody who has a permissions boundary",
    }
    "IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html" {
        "default-deny": "What nothing allows is denied",
        "root-user": "The root user may do everything in its account that nothing denies",
        "explicit-deny": "A Deny in any policy is final",
        "same-account-user":
            "In one account, for a user: identity-based, resource-based and boundary policies in every combination",
        "same-account-role":
            "In one account, for a role session: identity-based, resource-based, boundary and session policies in every combination",
        "same-account-federated":
            "In one account, for a federated user: identity-based, resource-based, boundary and session policies in every combination",
        "user-granted-directly": "What a resource's policy gives a user, no implicit deny elsewhere takes away",
        "account-granted": "What a resource's policy gives the account, the user's own policies must give too",
        "role-granted": "What a resource's policy gives a role, boundary and session policies limit",
        "role-session-granted": "What a resource's policy gives a session, no implicit deny elsewhere takes away",
        "everyone-with-principal-arn":
            "What a resource's policy gives everyone of an ARN, no implicit deny elsewhere takes away",
        "federated-granted":
            "What a resource's policy gives a federated session, no implicit deny elsewhere takes away",
        "federating-user-granted":
            "What a resource's policy gives the user who federated, boundary and session policies limit",
        "trust-policies": "A role trusts whom its policy names; who is named by account only needs a policy of its own",
        "role-session": "A role session has what its role has, within its session policies if it has any",
    }
    "IAM/latest/UserGuide/id_credentials_temp_control-access_getfederationtoken.html" {
        "federated-session":
            "A federated user has what both the user and the session policies give, and nothing without session policies",
    }
    "IAM/latest/UserGuide/reference_policies_evaluation-logic.html" {
        "union": "In one account, an Allow in the identity's or in the resource's policy is enough",
    }
    "IAM/latest/UserGuide/access_policies_boundaries.html" {
        "boundary": "A permissions boundary limits what identity-based policies give, and gives nothing",
    }
    "IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html" {
        "cross-account": "Between accounts, both the caller's policies and the resource's must allow",
    }
    "IAM/latest/UserGuide/access_policies-cross-account-resource-access.html" {
        "cross-account-root": "The root user has all that another account's resource gives its account",
    }
    "organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html" {
        "scp-levels": "Every level from the root to the account must allow; a Deny at any level denies",
    }
    "organizations/latest/userguide/orgs_manage_policies_scps.html" {
        "scp-people":
            "Service control policies bind users, role sessions and the root of member accounts, grant nothing, and bind nobody else",
        "scp-service-linked": "Service control policies do not bind service-linked roles",
        "scp-management": "Service control policies do not bind the management account",
        "scp-and-rcp": "What is allowed must be allowed by both kinds and by the permissions policies",
    }
    "organizations/latest/userguide/orgs_manage_policies_scps_syntax.html" {
        "scp-language": "Service control policies have NotAction, resources and conditions",
    }
    "organizations/latest/userguide/orgs_manage_policies_rcps_evaluation.html" {
        "rcp-levels": "A Deny at any level denies",
    }
    "organizations/latest/userguide/orgs_manage_policies_rcps.html" {
        "rcp-people": "Resource control policies bind whoever asks, of whatever account",
        "rcp-service-linked": "Resource control policies do not bind service-linked roles",
        "rcp-reach": "Resource control policies are about resources of member accounts, of the services listed",
    }
    "vpc/latest/privatelink/vpc-endpoints-access.html" {
        "endpoint-policies": "An endpoint's policy limits what comes through it, and gives nothing",
    }
    "kms/latest/developerguide/key-policy-default.html" {
        "key-policies":
            "Nobody has access to a key that its policy does not give, or delegates to the account's own policies",
    }
    "kms/latest/developerguide/policy-conditions.html" {
        "key-conditions": "Conditions on keys of KMS",
    }
    "kms/latest/developerguide/policy-evaluation.html" {
        "key-policies-elsewhere": "Another account's principals need the key's policy and their own",
    }
    "kms/latest/developerguide/grants.html" {
        "grants": "What a grant gives its grantee, the key's policy and the caller's own need not give; an explicit Deny is final",
        "grants-elsewhere": "A grant lets principals of another account use the key",
        "grant-operations": "A grant gives its operations on its key to its grantee, and nothing else",
    }
    "kms/latest/APIReference/API_GrantConstraints.html" {
        "grant-constraints": "A grant gives what its constraints are satisfied by; keys of an encryption context are compared without regard to case, values with",
    }
    "kms/latest/developerguide/grant-delete.html" {
        "retiring-grants": "Permission to retire a grant comes of the grant; a key policy does not give it, a Deny takes it away",
    }
    "IAM/latest/UserGuide/id_roles_update-role-trust-policy.html" {
        "trust-conditions": "Conditions on who may assume a role, and how",
    }
    "IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html" {
        "external-id": "A role may ask for an external id",
    }
    "STS/latest/APIReference/API_GetCallerIdentity.html" {
        "caller-identity": "GetCallerIdentity needs no permission, and none can be taken away",
    }
    "IAM/latest/UserGuide/troubleshoot_access-denied.html" {
        "denial-messages": "What the caller is told",
    }
};
