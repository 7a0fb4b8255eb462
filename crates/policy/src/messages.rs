//! What AWS says of a document that it refuses.
//!
//! One table: a reason, and the words of the service that keeps documents of that kind. Sources: what the services answer,
//! as users report it, and the IAM User Guide, "Troubleshoot IAM policies". Where no wording is known, the service's most
//! general one stands.

use crate::Kind;

/// Why a document is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// It is no JSON, or not of the shape of a policy.
    Syntax,
    /// It begins with white space.
    LeadingSpace,
    /// The version is none.
    Version,
    /// The version is missing or too old for the kind.
    OldVersion,
    /// A statement has no action.
    NoActions,
    /// A statement has no resource.
    NoResources,
    /// A statement lacks an element.
    Missing(&'static str),
    /// A statement has an element that the kind does not know.
    Prohibited(&'static str),
    /// An element that no policy has.
    Unknown(String),
    /// An identity's policy names a principal.
    HasPrincipal,
    /// `NotPrincipal` in a statement that allows.
    AllowNotPrincipal,
    /// A principal is none; with the list that it stands in.
    Principal(&'static str, String),
    /// The characters of a `Sid`.
    Sid,
    /// A `Sid` that another statement has.
    SidTaken,
    /// `Effect` is neither `Allow` nor `Deny`.
    Effect(String),
    /// A condition operator is none.
    Operator(String),
    /// An action or condition key has no service before a colon.
    NotPrefaced,
    /// An action has two colons.
    TwoColons,
    /// The service of an action has a wildcard.
    VendorWildcard,
    /// The service of an action cannot be one.
    Vendor(String),
    /// The name of an action cannot be one.
    Action,
    /// A trust policy is about something else than assuming the role.
    NotAssumeRole,
    /// A resource is no ARN.
    Resource(String),
    /// A resource's service is missing or has a wildcard.
    ResourceVendor,
    /// A resource's partition is none.
    Partition(String, String),
    /// A resource of IAM has a Region.
    IamRegion(String),
    /// A resource of IAM is of no kind that IAM has.
    IamPath,
}

impl Wrong {
    pub(crate) fn message(&self, kind: Kind) -> String {
        match kind {
            Kind::Identity | Kind::Managed | Kind::Session | Kind::Trust => self.iam(kind),
            Kind::Resource | Kind::Endpoint => self.bucket(),
            Kind::Key => match self {
                Self::Principal(..) => "Policy contains a statement with one or more invalid principals.".to_owned(),
                other => other.bucket(),
            },
            Kind::ServiceControl | Kind::ResourceControl => {
                "The provided policy document does not meet the requirements of the specified policy type.".to_owned()
            }
        }
    }

    /// IAM and STS, `MalformedPolicyDocument`.
    fn iam(&self, kind: Kind) -> String {
        let text = match self {
            // Said of roles alone.
            Self::Missing(element) if kind == Kind::Trust => return format!("Missing required field {element}"),
            Self::Prohibited(element) => return format!("Has prohibited field {element}"),
            Self::Principal(list, value) => {
                return format!("Invalid principal in policy: \"{}\":\"{value}\"", list.to_ascii_uppercase());
            }
            Self::Operator(name) => return format!("Invalid Condition type : {name}"),
            Self::Vendor(vendor) => return format!("Vendor {vendor} is not valid"),
            Self::Resource(resource) => return format!("Resource {resource} must be in ARN format or \"*\"."),
            Self::Partition(partition, resource) => {
                return format!("Partition \"{partition}\" is not valid for resource \"{resource}\".");
            }
            Self::IamRegion(resource) => return format!("IAM resource {resource} cannot contain region information."),
            Self::Syntax | Self::Unknown(_) | Self::Action | Self::Missing(_) => "Syntax errors in policy.",
            // The console and roles say the first, policies the second.
            Self::LeadingSpace if kind == Kind::Trust => "JSON strings must not have leading spaces",
            Self::LeadingSpace | Self::Effect(_) => "The policy failed legacy parsing",
            Self::Version => "The policy must contain a valid version string",
            Self::OldVersion => "Policy document must be version 2012-10-17 or greater.",
            Self::NoActions => "Policy statement must contain actions.",
            Self::NoResources => "Policy statement must contain resources.",
            Self::HasPrincipal => "Policy document should not specify a principal.",
            Self::AllowNotPrincipal => "Allow with NotPrincipal is not allowed.",
            Self::Sid => {
                "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression \
                 [0-9A-Za-z]*"
            }
            Self::SidTaken => "Statement IDs (SID) in a single policy must be unique.",
            Self::NotPrefaced => "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
            Self::TwoColons => "Actions/Condition can contain only one colon.",
            Self::VendorWildcard => "Action vendors (e.g., aws, ec2, etc.) must not contain wildcards",
            Self::NotAssumeRole => "AssumeRole policy may only specify STS AssumeRole actions.",
            Self::ResourceVendor => "Resource vendor must be fully qualified and cannot contain regexes.",
            Self::IamPath => {
                "IAM resource path must either be \"*\" or start with user/, federated-user/, role/, group/, \
                 instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, \
                 report/, access-report/."
            }
        };
        text.to_owned()
    }

    /// S3's `MalformedPolicy`, which stands for the policies of resources.
    fn bucket(&self) -> String {
        let text = match self {
            Self::Unknown(element) => return format!("Unknown field {element}"),
            Self::Effect(value) => return format!("Invalid effect: {value}"),
            Self::Operator(name) => return format!("Invalid Condition type : {name}"),
            Self::Missing("Principal") => "Missing required field Principal",
            Self::Missing(_) | Self::NoActions | Self::NoResources => "Statement is missing required element",
            Self::Prohibited(element) => return format!("Has prohibited field {element}"),
            Self::LeadingSpace => "Policies must be valid JSON and the first byte must be '{'",
            Self::Version | Self::OldVersion => "The policy must contain a valid version string",
            Self::AllowNotPrincipal => "Allow with NotPrincipal is not allowed.",
            Self::Principal(..) | Self::HasPrincipal => "Invalid principal in policy",
            Self::NotPrefaced | Self::TwoColons | Self::VendorWildcard | Self::Vendor(_) | Self::Action => {
                "Policy has invalid action"
            }
            Self::Resource(_) | Self::ResourceVendor | Self::Partition(..) | Self::IamRegion(_) | Self::IamPath => {
                "Policy has invalid resource"
            }
            Self::Syntax | Self::Sid | Self::SidTaken | Self::NotAssumeRole => "Invalid policy syntax.",
        };
        text.to_owned()
    }
}
