//! Reads the validation that the examinees of a simulation work towards.

use std::path::PathBuf;

use anyhow::{Context, anyhow};
use clap::Args;
use item_bank::{Accommodations, Bank};

use super::CommandError;
use super::bank_input::read_text;
use super::simulate::{PLAN_FILE_BYTES_MAX, at_plan, plan_of};
use crate::adaptive::{ItemPool, PlanError, TestPlan, check_rows};
use crate::assessment::{Policy, bundled};
use crate::simulation::{Test, Validation};

/// Name of the bundled policy of validations.
const BUNDLED_POLICY: &str = "validation";

/// A validation after the tests, to see how often the readiness rule is right.
#[derive(Debug, Args)]
pub(super) struct ReadinessArguments {
    /// The plan of a validation from the same bank that every examinee takes after the tests.
    #[arg(long, requires = "level")]
    validation: Option<PathBuf>,
    /// The level that the validation decides about.
    #[arg(long, requires = "validation")]
    level: Option<String>,
    /// The policy of the validation; the bundled one when absent.
    #[arg(long, requires = "validation")]
    policy: Option<PathBuf>,
}

/// A validation, ready to be taken.
pub(super) struct ReadyValidation {
    plan: TestPlan,
    pool: ItemPool,
    policy: Policy,
    cut: f64,
    grade: Option<u8>,
}

impl ReadyValidation {
    pub(super) fn validation(&self) -> Validation<'_> {
        let test = Test { plan: &self.plan, pool: &self.pool };
        Validation { test, policy: &self.policy, cut: self.cut, grade: self.grade }
    }
}

impl ReadinessArguments {
    /// The validation, if one is named.
    pub(super) fn read(
        &self,
        bank: &Bank,
        grade: Option<u8>,
        needed: &Accommodations,
    ) -> Result<Option<ReadyValidation>, CommandError> {
        let (Some(path), Some(level)) = (&self.validation, &self.level) else { return Ok(None) };
        let plan = plan_of(path)?;
        let at_plan = || at_plan(path, needed);
        check_rows(bank, &plan)
            .map_err(PlanError::Unfit)
            .with_context(at_plan)
            .map_err(CommandError::Refused)?;
        let pool = ItemPool::prepare_for(bank, &plan, needed);
        let pool = pool.with_context(at_plan).map_err(CommandError::Refused)?;
        let levels = bank.progression().map(item_bank::Progression::levels).unwrap_or_default();
        let cut = levels.iter().find(|known| known.id == *level).and_then(|known| known.cut);
        let cut =
            cut.ok_or_else(|| CommandError::Refused(anyhow!("the bank has no level {level:?} with a cut")))?;
        Ok(Some(ReadyValidation { plan, pool, policy: self.policy()?, cut, grade }))
    }

    fn policy(&self) -> Result<Policy, CommandError> {
        let Some(path) = &self.policy else {
            let named = bundled().into_iter().find(|(name, _)| *name == BUNDLED_POLICY);
            return Ok(named.expect("a bundled policy").1);
        };
        let at_policy = || format!("{}", path.display());
        Policy::read_json(&read_text(path, PLAN_FILE_BYTES_MAX)?)
            .with_context(at_policy)
            .map_err(CommandError::Refused)
    }
}
