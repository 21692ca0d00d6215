//! The rules: policies, attempts and what counts, readiness, unlocks, validation, feedback.
//!
//! Pure. Never reads a clock, a file or a database; the time and the school's time zone are handed in.

pub mod attempt;
pub mod belief;
pub mod bundled;
pub mod civil;
pub mod counting;
pub mod effort;
pub mod feedback;
pub mod measurement;
pub mod policy;
pub mod policy_error;
pub mod readiness;
pub mod sentence;
pub mod start;
pub mod summary;
pub mod transition;
pub mod unlock;
pub mod validation;
pub mod window;

pub use attempt::{
    Actor, AttemptEvent, AttemptState, CompletionReason, EventKind, ExpiryReason, PauseReason, Pin, Started,
};
pub use bundled::bundled;
pub use counting::{CountingAttempt, CountingResult, LeftOut, combine, counting, expected_gain_of_best};
pub use effort::Effort;
pub use feedback::{Feedback, Finding, StrandAnswers, StrandFeedback, feedback, strand_of};
pub use measurement::{SummativeMeasurement, TestLength};
pub use policy::{Policy, PolicyTerms, ValidationRule, WhichCounts};
pub use policy_error::PolicyError;
pub use readiness::{
    InterimAttempt, Judgement, Readiness, ReadinessEstimate, ReadinessRequest, Shortage, readiness,
};
pub use sentence::{describe, grade_ranges, sentence};
pub use start::{
    Acceleration, Needs, Purpose, StartPermit, StartRefusal, StartRequest, Wait, attempts_left, may_start,
};
pub use summary::{AttemptScore, AttemptSummary, NotCounted};
pub use transition::{TransitionError, begin, state_after, transition};
pub use unlock::{
    Recommendation, RevokeRefusal, Unlock, UnlockGrant, UnlockRefusal, UnlockRequest, UnlockStatus,
    live_unlock, may_unlock, unlock_expiry,
};
pub use validation::{ValidationOutcome, Verdict, last_not_yet, validate};

#[cfg(test)]
mod tests;
