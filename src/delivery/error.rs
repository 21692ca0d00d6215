//! Why a use case was not done. Every variant changes nothing.

use item_bank::formats::BankFileErrors;
use item_bank::{AnswerError, ItemId};
use thiserror::Error;

use crate::adaptive::{PlanError, PlanProblem, StopReason};
use crate::assessment::{
    AttemptState, PolicyError, RevokeRefusal, StartRefusal, TransitionError, UnlockRefusal,
};
use crate::store::StoreError;

/// Why a use case was not done.
#[derive(Debug, Error)]
pub enum DeliveryError {
    /// There is no such thing, or not for this person.
    #[error("there is no {what} {id}")]
    NotFound {
        /// What was looked for.
        what: &'static str,
        /// Its name.
        id: String,
    },
    /// A field of a request is not what it must be.
    #[error("{field} {must}")]
    Invalid {
        /// The field.
        field: &'static str,
        /// What it must be, and what it was.
        must: String,
    },
    /// The policy does not allow an attempt now.
    #[error(transparent)]
    StartRefused(#[from] StartRefusal),
    /// The policy does not allow an unlock now.
    #[error(transparent)]
    UnlockRefused(#[from] UnlockRefusal),
    /// The unlock cannot be taken back.
    #[error(transparent)]
    RevokeRefused(#[from] RevokeRefusal),
    /// The attempt is in no state for this.
    #[error(transparent)]
    Transition(#[from] TransitionError),
    /// The answer is not taken.
    #[error(transparent)]
    AnswerRefused(#[from] AnswerRefusal),
    /// The bank file has errors.
    #[error(transparent)]
    BankFile(#[from] BankFileErrors),
    /// The response file cannot be read as answers to items of the bank.
    #[error("the response file is refused: {reason}")]
    ResponseFile {
        /// Line, column and value.
        reason: String,
    },
    /// The plan is wrong by itself or for its bank.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The policy is wrong by itself.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// A bank cannot serve a plan.
    #[error("bank {bank} cannot serve plan {plan}: {}", .problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Unfit {
        /// Bank and version.
        bank: String,
        /// Plan and version.
        plan: String,
        /// Every row that fails.
        problems: Vec<PlanProblem>,
    },
    /// Attempts were taken: what they say must not come to mean something else.
    #[error("assessment {id} has attempts, so its {field} stays {was}; offer a new assessment instead")]
    HasAttempts {
        /// The assessment.
        id: String,
        /// What would change.
        field: &'static str,
        /// What it is.
        was: String,
    },
    /// Something made from a version of a bank after which another was published.
    #[error(
        "version {newest} of {bank} was published after version {base}, from which this was made: calibrate again from version {newest}"
    )]
    Superseded {
        /// The bank.
        bank: String,
        /// The version it was made from.
        base: u32,
        /// The newest.
        newest: u32,
    },
    /// The engine has nothing for this student: the bank was published without a plan it can serve.
    #[error("assessment {id} has nothing to administer: {reason:?}")]
    NothingToAdminister {
        /// The assessment.
        id: String,
        /// What the engine says.
        reason: StopReason,
    },
    /// A student asks to go on with an attempt that an adult paused.
    #[error("attempt {id} was paused by an adult, who resumes it")]
    HeldByAdult {
        /// The attempt.
        id: String,
    },
    /// Others kept changing the same thing; asking again may do.
    #[error("{what} {id} was changed by somebody else at the same moment; try again")]
    Contended {
        /// What it is.
        what: &'static str,
        /// Its name.
        id: String,
    },
    /// The log of an attempt does not fit what it pins.
    #[error("the log of attempt {id} does not fit: {reason}")]
    BrokenLog {
        /// The attempt.
        id: String,
        /// What does not fit.
        reason: String,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl DeliveryError {
    /// There is no such thing.
    #[must_use]
    pub fn not_found(what: &'static str, id: impl ToString) -> Self {
        Self::NotFound { what, id: id.to_string() }
    }
}

/// Why an answer is not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AnswerRefusal {
    /// The attempt is paused or over.
    #[error("the attempt is {state}, so nothing can be answered")]
    NotInProgress {
        /// Where it stands.
        state: AttemptState,
    },
    /// Another item is being shown.
    #[error("item {given} is not the one to answer now, {expected} is")]
    OutOfOrder {
        /// The item that was answered.
        given: ItemId,
        /// The item that is shown.
        expected: ItemId,
    },
    /// The item was answered before, differently.
    #[error("item {item} was answered already and an answer cannot be changed")]
    AlreadyAnswered {
        /// The item.
        item: ItemId,
    },
    /// The answer does not fit the question.
    #[error("the answer does not fit the question: {0}")]
    Unscorable(#[from] AnswerError),
}
