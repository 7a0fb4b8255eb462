//! A few operations of AWS as serde would have them, with the same members and names as the models, and their texts.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// KMS's Encrypt.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Encrypt {
    key_id: String,
    plaintext: String,
    encryption_context: Option<BTreeMap<String, String>>,
    grant_tokens: Option<Vec<String>>,
    encryption_algorithm: Option<String>,
    dry_run: Option<bool>,
}

impl Encrypt {
    /// In base64.
    pub(crate) fn plaintext(&self) -> &str {
        &self.plaintext
    }
}

/// Its answer.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Encrypted {
    ciphertext_blob: String,
    key_id: String,
    encryption_algorithm: String,
}

/// CloudWatch's PutMetricData, without the members that nothing here sends.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PutMetricData {
    namespace: String,
    metric_data: Vec<MetricDatum>,
    strict_entity_validation: Option<bool>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct MetricDatum {
    metric_name: String,
    dimensions: Option<Vec<Dimension>>,
    timestamp: Option<f64>,
    value: Option<f64>,
    values: Option<Vec<f64>>,
    counts: Option<Vec<f64>>,
    unit: Option<String>,
    storage_resolution: Option<i32>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Dimension {
    name: String,
    value: String,
}

/// The answer of CloudWatch's GetMetricStatistics.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Statistics {
    label: String,
    datapoints: Vec<Datapoint>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Datapoint {
    timestamp: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    sample_count: Option<f64>,
    average: f64,
    sum: f64,
    unit: String,
}

const KEY: &str = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

/// An Encrypt of 256 bytes in a context of two entries.
pub(crate) fn encrypt() -> String {
    let plaintext = "QUJD".repeat(86);
    let plaintext = plaintext.get(..344).unwrap_or_default();
    format!(
        r#"{{"KeyId":"{KEY}","Plaintext":"{plaintext}","EncryptionContext":{{"tenant":"4711","purpose":"invoices"}}}}"#
    )
}

/// Its answer.
pub(crate) fn encrypted() -> String {
    let blob = "QUJD".repeat(110);
    format!(r#"{{"CiphertextBlob":"{blob}","KeyId":"{KEY}","EncryptionAlgorithm":"SYMMETRIC_DEFAULT"}}"#)
}

/// Twenty data with a dimension each.
pub(crate) fn put_metric_data() -> String {
    let data = (0..20).map(|number| {
        format!(
            r#"{{"MetricName":"requests-{number}","Dimensions":[{{"Name":"host","Value":"web-{number}.example"}}],"Timestamp":1790000000.5,"Value":{number}.25,"Unit":"Count/Second","StorageResolution":60}}"#
        )
    });
    format!(r#"{{"Namespace":"Shop/Web","MetricData":[{}]}}"#, data.collect::<Vec<_>>().join(","))
}

/// An hour, minute by minute.
pub(crate) fn statistics() -> String {
    let points = (0..60).map(|minute| {
        let time = 1_790_000_000 + minute * 60;
        format!(r#"{{"Timestamp":{time},"Average":{minute}.125,"Sum":{minute}.0625,"Unit":"Milliseconds"}}"#)
    });
    format!(r#"{{"Label":"latency","Datapoints":[{}]}}"#, points.collect::<Vec<_>>().join(","))
}

/// EC2's RunInstances with two disks and tags.
pub(crate) const RUN_INSTANCES: &str = r#"{"ImageId":"ami-0abcdef1234567890","InstanceType":"m5.large","MinCount":1,"MaxCount":2,
    "SecurityGroupIds":["sg-0123456789abcdef0","sg-0123456789abcdef1"],"SubnetId":"subnet-0123456789abcdef0",
    "BlockDeviceMappings":[{"DeviceName":"/dev/sda1","Ebs":{"VolumeSize":100,"VolumeType":"gp3","Encrypted":true}},
    {"DeviceName":"/dev/sdb","Ebs":{"VolumeSize":500,"VolumeType":"gp3","Encrypted":true,"DeleteOnTermination":false}}],
    "TagSpecifications":[{"ResourceType":"instance","Tags":[{"Key":"Name","Value":"web"},{"Key":"team","Value":"shop"}]}]}"#;

/// EC2's DescribeInstances, its answer for twenty instances.
pub(crate) fn instances() -> String {
    let instance = |number: usize| {
        format!(
            r#"{{"InstanceId":"i-0123456789abcde{number:02}","ImageId":"ami-0abcdef1234567890","InstanceType":"m5.large",
            "State":{{"Code":16,"Name":"running"}},"LaunchTime":1790000000,"PrivateIpAddress":"10.0.0.{number}",
            "Tags":[{{"Key":"Name","Value":"web-{number}"}}]}}"#
        )
    };
    let instances = (0..20).map(instance).collect::<Vec<_>>().join(",");
    format!(r#"{{"Reservations":[{{"ReservationId":"r-0","OwnerId":"111122223333","Instances":[{instances}]}}]}}"#)
}

/// GuardDuty's CreateFilter; its GetFilter answers much the same.
pub(crate) const CREATE_FILTER: &str = r#"{"DetectorId":"12abc34d567e8fa901bc2d34e56789f0","Name":"quiet","Description":"What the scanners cause",
    "Action":"ARCHIVE","Rank":1,"FindingCriteria":{"Criterion":{"type":{"Equals":["Recon:EC2/Portscan"]},
    "severity":{"GreaterThanOrEqual":4,"LessThan":7},"region":{"NotEquals":["us-east-1","eu-west-1"]}}},"Tags":{"team":"security"}}"#;

/// The answer of GuardDuty's GetFilter.
pub(crate) const FILTER: &str = r#"{"Name":"quiet","Description":"What the scanners cause","Action":"ARCHIVE","Rank":1,
    "FindingCriteria":{"Criterion":{"type":{"Equals":["Recon:EC2/Portscan"]},
    "severity":{"GreaterThanOrEqual":4,"LessThan":7},"region":{"NotEquals":["us-east-1","eu-west-1"]}}},"Tags":{"team":"security"}}"#;

/// Route 53's ChangeResourceRecordSets of ten records.
pub(crate) fn change_records() -> String {
    let changes = (0..10).map(|number| {
        format!(
            r#"{{"Action":"UPSERT","ResourceRecordSet":{{"Name":"host-{number}.example.com","Type":"A","TTL":300,"ResourceRecords":[{{"Value":"192.0.2.{number}"}}]}}}}"#
        )
    });
    let changes = changes.collect::<Vec<_>>().join(",");
    format!(r#"{{"HostedZoneId":"Z0123456789ABCDEFGHIJ","ChangeBatch":{{"Comment":"bench","Changes":[{changes}]}}}}"#)
}

/// The answer of Route 53's ListResourceRecordSets with fifty records.
pub(crate) fn records() -> String {
    let records = (0..50).map(|number| {
        format!(
            r#"{{"Name":"host-{number}.example.com","Type":"A","TTL":300,"ResourceRecords":[{{"Value":"192.0.2.{number}"}}]}}"#
        )
    });
    let records = records.collect::<Vec<_>>().join(",");
    format!(r#"{{"ResourceRecordSets":[{records}],"IsTruncated":false,"MaxItems":"100"}}"#)
}
