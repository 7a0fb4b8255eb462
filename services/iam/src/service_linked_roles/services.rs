//! The services whose roles can be made here: what AWS's pages on service-linked roles say of each.
//!
//! Guarantees: every policy is one of AWS's below `aws-service-role/`; principals are ordered, so that one is found by
//! halving. Source: each service's page "Using service-linked roles"; AWS Managed Policy Reference.

/// A service with a role of its own.
#[derive(Debug)]
pub(super) struct Linked {
    /// Its principal without `.amazonaws.com`.
    principal: &'static str,
    /// The role's name after `AWSServiceRoleFor`.
    role: &'static str,
    /// The name of the role's policy.
    policy: &'static str,
    /// Whether there may be more roles of it, told apart by a suffix.
    pub takes_suffix: bool,
}

impl Linked {
    /// The role's name, perhaps with a suffix.
    pub(super) fn role_name(&self, suffix: Option<&str>) -> String {
        match suffix {
            Some(suffix) => format!("AWSServiceRoleFor{}_{suffix}", self.role),
            None => format!("AWSServiceRoleFor{}", self.role),
        }
    }

    /// The ARN of the role's policy.
    pub(super) fn policy_arn(&self, partition: base::Partition) -> String {
        format!("arn:{partition}:iam::aws:policy/aws-service-role/{}", self.policy)
    }
}

/// The service of this principal.
pub(super) fn find(principal: &str) -> Option<&'static Linked> {
    let name = principal.strip_suffix(".amazonaws.com")?;
    SERVICES.binary_search_by(|linked| linked.principal.cmp(name)).ok().and_then(|index| SERVICES.get(index))
}

const fn one(principal: &'static str, role: &'static str, policy: &'static str) -> Linked {
    Linked { principal, role, policy, takes_suffix: false }
}

const fn many(principal: &'static str, role: &'static str, policy: &'static str) -> Linked {
    Linked { principal, role, policy, takes_suffix: true }
}

const SERVICES: &[Linked] = &[
    one("access-analyzer", "AccessAnalyzer", "AccessAnalyzerServiceRolePolicy"),
    one("acm", "CertificateManager", "CertificateManagerServiceRolePolicy"),
    one("agentless.inspector2", "AmazonInspector2Agentless", "AmazonInspector2AgentlessServiceRolePolicy"),
    one(
        "apidestinations.events",
        "AmazonEventBridgeApiDestinations",
        "AmazonEventBridgeApiDestinationsServiceRolePolicy",
    ),
    one("appsync", "AppSync", "AWSAppSyncServiceRolePolicy"),
    one("auditmanager", "AuditManager", "AWSAuditManagerServiceRolePolicy"),
    many("autoscaling", "AutoScaling", "AutoScalingServiceRolePolicy"),
    one("autoscaling-plans", "AutoScalingPlans_EC2AutoScaling", "AWSAutoScalingPlansEC2AutoScalingPolicy"),
    one("backup", "Backup", "AWSBackupServiceLinkedRolePolicyForBackup"),
    one("batch", "Batch", "BatchServiceRolePolicy"),
    one("cks.kms", "KeyManagementServiceCustomKeyStores", "AWSKeyManagementServiceCustomKeyStoresServiceRolePolicy"),
    one("cloud9", "AWSCloud9", "AWSCloud9ServiceRolePolicy"),
    one("cloudhsm", "CloudHSM", "CloudHSMServiceRolePolicy"),
    one("cloudtrail", "CloudTrail", "CloudTrailServiceRolePolicy"),
    one("codestar-notifications", "CodeStarNotifications", "AWSCodeStarNotificationsServiceRolePolicy"),
    one("cognito-idp", "AmazonCognitoIdp", "AmazonCognitoIdpServiceRolePolicy"),
    one("compute-optimizer", "ComputeOptimizer", "ComputeOptimizerServiceRolePolicy"),
    one("config", "Config", "AWSConfigServiceRolePolicy"),
    one("config-conforms", "ConfigConforms", "ConfigConformsServiceRolePolicy"),
    one("config-multiaccountsetup", "ConfigMultiAccountSetup", "AWSConfigMultiAccountSetupPolicy"),
    many("connect", "AmazonConnect", "AmazonConnectServiceLinkedRolePolicy"),
    one(
        "custom-resource.application-autoscaling",
        "ApplicationAutoScaling_CustomResource",
        "AWSApplicationAutoScalingCustomResourcePolicy",
    ),
    one("dax", "DAX", "DAXServiceRolePolicy"),
    one("delivery.logs", "LogDelivery", "AWSServiceRoleForLogDeliveryPolicy"),
    one("detective", "Detective", "AmazonDetectiveServiceLinkedRolePolicy"),
    one(
        "dynamodb.application-autoscaling",
        "ApplicationAutoScaling_DynamoDBTable",
        "AWSApplicationAutoscalingDynamoDBTablePolicy",
    ),
    one("ec2fleet", "EC2Fleet", "AWSEC2FleetServiceRolePolicy"),
    one("ecs", "ECS", "AmazonECSServiceRolePolicy"),
    one(
        "ecs.application-autoscaling",
        "ApplicationAutoScaling_ECSService",
        "AWSApplicationAutoscalingECSServicePolicy",
    ),
    one("eks", "AmazonEKS", "AmazonEKSServiceRolePolicy"),
    one("eks-fargate", "AmazonEKSForFargate", "AmazonEKSForFargateServiceRolePolicy"),
    one("eks-nodegroup", "AmazonEKSNodegroup", "AWSServiceRoleForAmazonEKSNodegroup"),
    one("elasticache", "ElastiCache", "ElastiCacheServiceRolePolicy"),
    one("elasticbeanstalk", "ElasticBeanstalk", "AWSElasticBeanstalkServiceRolePolicy"),
    one("elasticfilesystem", "AmazonElasticFileSystem", "AmazonElasticFileSystemServiceRolePolicy"),
    one("elasticloadbalancing", "ElasticLoadBalancing", "AWSElasticLoadBalancingServiceRolePolicy"),
    one("elasticmapreduce", "EMRCleanup", "AmazonEMRCleanupPolicy"),
    one("email.cognito-idp", "AmazonCognitoIdpEmailService", "AmazonCognitoIdpEmailServiceRolePolicy"),
    one("es", "AmazonElasticsearchService", "AmazonElasticsearchServiceRolePolicy"),
    one("events", "CloudWatchEvents", "CloudWatchEventsServiceRolePolicy"),
    one("fms", "FMS", "FMSServiceRolePolicy"),
    one("globalaccelerator", "GlobalAccelerator", "AWSGlobalAcceleratorSLRPolicy"),
    one("guardduty", "AmazonGuardDuty", "AmazonGuardDutyServiceRolePolicy"),
    one("health", "Health_Organizations", "Health_OrganizationsServiceRolePolicy"),
    one("inspector", "AmazonInspector", "AmazonInspectorServiceRolePolicy"),
    one("inspector2", "AmazonInspector2", "AmazonInspector2ServiceRolePolicy"),
    one("kafka", "Kafka", "KafkaServiceRolePolicy"),
    one("lakeformation", "LakeFormationDataAccess", "LakeFormationDataAccessServiceRolePolicy"),
    one(
        "lambda.application-autoscaling",
        "ApplicationAutoScaling_LambdaConcurrency",
        "AWSApplicationAutoscalingLambdaConcurrencyPolicy",
    ),
    many("lexv2", "LexV2Bots", "AmazonLexV2BotPolicy"),
    one("logger.cloudfront", "CloudFrontLogger", "AWSCloudFrontLogger"),
    one("macie", "AmazonMacie", "AmazonMacieServiceRolePolicy"),
    one(
        "malware-protection.guardduty",
        "AmazonGuardDutyMalwareProtection",
        "AmazonGuardDutyMalwareProtectionServiceRolePolicy",
    ),
    one(
        "member.org.stacksets.cloudformation",
        "CloudFormationStackSetsOrgMember",
        "CloudFormationStackSetsOrgMemberServiceRolePolicy",
    ),
    one("memorydb", "MemoryDB", "MemoryDBServiceRolePolicy"),
    one("mrk.kms", "KeyManagementServiceMultiRegionKeys", "AWSKeyManagementServiceMultiRegionKeysServiceRolePolicy"),
    one("network-firewall", "NetworkFirewall", "AWSNetworkFirewallServiceRolePolicy"),
    one("opensearchservice", "AmazonOpenSearchService", "AmazonOpenSearchServiceRolePolicy"),
    one("ops.apigateway", "APIGateway", "APIGatewayServiceRolePolicy"),
    one("organizations", "Organizations", "AWSOrganizationsServiceTrustPolicy"),
    one("pullthroughcache.ecr", "ECRPullThroughCache", "AWSECRPullThroughCache_ServiceRolePolicy"),
    one("ram", "ResourceAccessManager", "AWSResourceAccessManagerServiceRolePolicy"),
    one("rds", "RDS", "AmazonRDSServiceRolePolicy"),
    one(
        "rds.application-autoscaling",
        "ApplicationAutoScaling_RDSCluster",
        "AWSApplicationAutoscalingRDSClusterPolicy",
    ),
    one("redshift", "Redshift", "AmazonRedshiftServiceLinkedRolePolicy"),
    one("remediation.config", "ConfigRemediation", "AWSConfigRemediationServiceRolePolicy"),
    one("replication.dynamodb", "DynamoDBReplication", "DynamoDBReplicationServiceRolePolicy"),
    one("replication.ecr", "ECRReplication", "ECRReplicationServiceRolePolicy"),
    one("replicator.lambda", "LambdaReplicator", "AWSLambdaReplicator"),
    one("resource-explorer-2", "ResourceExplorer", "AWSResourceExplorerServiceRolePolicy"),
    one("route53resolver", "Route53Resolver", "Route53ResolverServiceRolePolicy"),
    one("securityhub", "SecurityHub", "AWSSecurityHubServiceRolePolicy"),
    one("servicequotas", "ServiceQuotas", "ServiceQuotasServiceRolePolicy"),
    one("shield", "AWSShield", "AWSShieldServiceRolePolicy"),
    one("spot", "EC2Spot", "AWSEC2SpotServiceRolePolicy"),
    one("spotfleet", "EC2SpotFleet", "AWSEC2SpotFleetServiceRolePolicy"),
    one("ssm", "AmazonSSM", "AmazonSSMServiceRolePolicy"),
    one("sso", "SSO", "AWSSSOServiceRolePolicy"),
    one(
        "stacksets.cloudformation",
        "CloudFormationStackSetsOrgAdmin",
        "CloudFormationStackSetsOrgAdminServiceRolePolicy",
    ),
    one("storage-lens.s3", "S3StorageLens", "S3StorageLensServiceRolePolicy"),
    one("support", "Support", "AWSSupportServiceRolePolicy"),
    one("transitgateway", "VPCTransitGateway", "AWSVPCTransitGatewayServiceRolePolicy"),
    one("trustedadvisor", "TrustedAdvisor", "AWSTrustedAdvisorServiceRolePolicy"),
    one("vpc-lattice", "VpcLattice", "AWSVpcLatticeServiceRolePolicy"),
    one("waf", "WAFLogging", "WAFLoggingServiceRolePolicy"),
    one("waf-regional", "WAFRegionalLogging", "WAFRegionalLoggingServiceRolePolicy"),
    one("wafv2", "WAFV2Logging", "WAFV2LoggingServiceRolePolicy"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_service_is_found_and_its_policy_is_awss() {
        for linked in SERVICES {
            let principal = format!("{}.amazonaws.com", linked.principal);
            assert_eq!(find(&principal).map(|found| found.role), Some(linked.role), "the table is out of order");
            let arn = linked.policy_arn(base::Partition::Aws);
            assert!(authorization_data::managed_policy(&arn).is_some(), "{arn}");
            assert!(linked.role_name(None).len() <= 64);
        }
        for unknown in ["ec2.amazonaws.com", "rds", "amazonaws.com", ""] {
            assert!(find(unknown).is_none(), "{unknown}");
        }
    }
}
