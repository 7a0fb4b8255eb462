//! Service Quotas on the real road, over a toy KMS whose quotas it lists.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests fail by panicking"
)]

mod changes;
mod coverage;
mod listing;
mod operator;
mod tags;

use kernel::testing::{Answer, House, REGION, ROOT};
use kernel::{Ctx, Limit, Lookup, Measure, Pool, Quota, Result, Service, Target, op};
use model::{Fault, Op};
use serde_json::{Value, json};

static RATE: Pool =
    Pool { name: "kms.ListKeys", rate: |region| if region.as_str() == "us-east-1" { 2.0 } else { 1.0 } };
static KEYS: Limit = Limit { name: "kms.Keys", default: 10, most: 50 };
static FIXED: Limit = Limit { name: "kms.Fixed", default: 25, most: 25 };
static QUOTAS: &[Quota] = &[
    Quota { code: "L-0E66C9C0", name: "On-demand rotations", adjustable: false, of: Measure::Count(&FIXED) },
    Quota { code: "L-8A08DAEA", name: "ListKeys request rate", adjustable: true, of: Measure::Rate(&RATE) },
    Quota { code: "L-C2F1777E", name: "Customer Master Keys (CMKs)", adjustable: true, of: Measure::Count(&KEYS) },
];
static ACCOUNTS: Limit = Limit { name: "organizations.Accounts", default: 10, most: 1_000 };
static OF_ALL_REGIONS: &[Quota] = &[Quota {
    code: "L-E619E033",
    name: "Maximum number of accounts",
    adjustable: true,
    of: Measure::Count(&ACCOUNTS),
}];

/// Service Quotas beside a service that has quotas, and one for all Regions.
fn services() -> Vec<Service> {
    const LIST_KEYS: Op<(), ()> = Op::new("kms", "ListKeys");
    fn throttled() -> Fault {
        Fault::client("ThrottlingException", "slow down")
    }
    fn nothing(_: &mut Ctx<'_>, (): ()) -> Result<()> {
        Ok(())
    }
    fn anything(_: &mut Lookup<'_, '_>, (): &()) -> Result<Vec<Target>> {
        Ok(vec![Target::any("kms:ListKeys")])
    }
    let kms = Service::new("kms", throttled).with(op(LIST_KEYS, nothing).on(anything).quota(&RATE));
    vec![
        kms.listed("kms", "AWS Key Management Service (AWS KMS)", QUOTAS),
        Service::new("organizations", throttled).global().listed("organizations", "AWS Organizations", OF_ALL_REGIONS),
        fastness_service_quotas::service(),
    ]
}

fn house() -> House {
    House::new(services())
}

/// What most tests do.
trait Asks {
    fn ask(&self, operation: &str, input: &Value) -> Answer;

    /// Calls an operation that succeeds.
    fn ok(&self, operation: &str, input: &Value) -> Value {
        let answer = self.ask(operation, input);
        assert_eq!(answer.status, 200, "{operation} {input}: {}", answer.body);
        answer.json()
    }

    /// Calls an operation that fails; its code and text.
    fn refused(&self, operation: &str, input: &Value) -> (String, String) {
        let answer = self.ask(operation, input);
        assert_eq!(answer.status, 400, "{operation} {input}: {}", answer.body);
        (answer.code(), answer.message())
    }

    /// Asks for a value of a quota of KMS; the request's id.
    fn request(&self, quota: &str, value: u32) -> String {
        let input = json!({ "ServiceCode": "kms", "QuotaCode": quota, "DesiredValue": value });
        self.ok("RequestServiceQuotaIncrease", &input)["RequestedQuota"]["Id"].as_str().unwrap().to_owned()
    }

    /// The value of a quota of KMS.
    fn value(&self, quota: &str) -> f64 {
        let input = json!({ "ServiceCode": "kms", "QuotaCode": quota });
        self.ok("GetServiceQuota", &input)["Quota"]["Value"].as_f64().unwrap()
    }
}

impl Asks for House {
    fn ask(&self, operation: &str, input: &Value) -> Answer {
        self.call_as(ROOT, REGION, "service-quotas", operation, input)
    }
}
