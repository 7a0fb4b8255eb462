//! The condition keys that do not belong to one service.
//!
//! Source: IAM User Guide, "AWS global condition context keys". Which of them a request has values for is the server's
//! to say; here are their names and types.

use crate::service::ConditionKey;
use crate::service::ValueType::{self, Arn, Bool, Date, Ip, Numeric, String};

/// Every global condition key, in the groups of AWS's page.
pub static GLOBAL_KEYS: [ConditionKey; 59] = [
    // The caller.
    one("aws:PrincipalArn", Arn),
    one("aws:PrincipalAccount", String),
    one("aws:PrincipalOrgID", String),
    several("aws:PrincipalOrgPaths", String),
    one("aws:PrincipalTag/${TagKey}", String),
    one("aws:PrincipalIsAWSService", Bool),
    one("aws:PrincipalServiceName", String),
    several("aws:PrincipalServiceNamesList", String),
    one("aws:PrincipalType", String),
    one("aws:userid", String),
    one("aws:username", String),
    // The caller's session.
    one("aws:AssumedRoot", Bool),
    one("aws:FederatedProvider", String),
    one("aws:TokenIssueTime", Date),
    one("aws:MultiFactorAuthAge", Numeric),
    one("aws:MultiFactorAuthPresent", Bool),
    one("aws:ChatbotSourceArn", Arn),
    one("aws:Ec2InstanceSourceVpc", String),
    one("aws:Ec2InstanceSourcePrivateIPv4", Ip),
    one("aws:SourceIdentity", String),
    one("ec2:RoleDelivery", Numeric),
    one("ec2:SourceInstanceArn", Arn),
    one("glue:RoleAssumedBy", String),
    one("glue:CredentialIssuingService", String),
    one("lambda:SourceFunctionArn", Arn),
    one("ssm:SourceInstanceArn", Arn),
    one("identitystore:UserId", String),
    // The network.
    one("aws:SourceIp", Ip),
    one("aws:SourceVpc", String),
    one("aws:SourceVpcArn", Arn),
    one("aws:SourceVpce", String),
    one("aws:VpcSourceIp", Ip),
    one("aws:VpceAccount", String),
    one("aws:VpceOrgID", String),
    several("aws:VpceOrgPaths", String),
    // The resource.
    one("aws:ResourceAccount", String),
    one("aws:ResourceOrgID", String),
    several("aws:ResourceOrgPaths", String),
    one("aws:ResourceTag/${TagKey}", String),
    // The request.
    one("aws:CurrentTime", Date),
    one("aws:EpochTime", Date),
    one("aws:SecureTransport", Bool),
    one("aws:RequestedRegion", String),
    one("aws:RequestTag/${TagKey}", String),
    several("aws:TagKeys", String),
    one("aws:referer", String),
    one("aws:UserAgent", String),
    one("aws:SourceArn", Arn),
    one("aws:SourceAccount", String),
    one("aws:SourceOwner", String),
    one("aws:SourceOrgID", String),
    several("aws:SourceOrgPaths", String),
    several("aws:CalledVia", String),
    one("aws:CalledViaFirst", String),
    one("aws:CalledViaLast", String),
    one("aws:ViaAWSService", Bool),
    one("aws:CalledViaAWSMCP", String),
    one("aws:ViaAWSMCPService", Bool),
    one("aws:IsMcpServiceAction", Bool),
];

const fn one(name: &'static str, kind: ValueType) -> ConditionKey {
    ConditionKey { name, kind, multivalued: false }
}

const fn several(name: &'static str, kind: ValueType) -> ConditionKey {
    ConditionKey { name, kind, multivalued: true }
}
