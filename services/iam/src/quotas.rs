//! Quotas: how often IAM may be called, and how many entities there may be.
//!
//! Guarantees: every number stands once, here. Source: IAM User Guide, "IAM and AWS STS quotas". How often IAM may be
//! called AWS does not tell; the rates here let ten parallel workers of a deployment tool pass.

use kernel::Pool;

/// Operations that only read.
pub(crate) static READS: Pool = Pool { name: "iam.Reads", rate: |_| 200.0 };

/// Operations that change something.
pub(crate) static CHANGES: Pool = Pool { name: "iam.Changes", rate: |_| 50.0 };
