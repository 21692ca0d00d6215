//! The versions an assessment offers and an attempt keeps.

use serde::{Deserialize, Serialize};

use super::{RowReader, StoreError};

/// Which version of bank, plan and policy: fixed for an attempt when it starts.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Pins {
    /// The bank.
    pub bank_id: String,
    /// Its published version.
    pub bank_version: u32,
    /// The test plan.
    pub plan_id: String,
    /// Its version.
    pub plan_version: u32,
    /// The policy.
    pub policy_id: String,
    /// Its version.
    pub policy_version: u32,
}

impl Pins {
    /// From the six columns that assessments and attempts share.
    pub(super) fn read(reader: &RowReader<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            bank_id: reader.get("bank_id")?,
            bank_version: reader.number("bank_version")?,
            plan_id: reader.get("plan_id")?,
            plan_version: reader.number("plan_version")?,
            policy_id: reader.get("policy_id")?,
            policy_version: reader.number("policy_version")?,
        })
    }
}
