//! What a refusal says beside its status: the refused values, and when to ask again.

use super::error::ApiError;
use super::limits::TooMany;
use super::problem::FieldProblem;
use crate::assessment::UnlockRefusal;
use crate::delivery::DeliveryError;
use crate::delivery::people::PeopleError;
use crate::delivery::people::roster::{RosterError, RosterProblem};
use crate::delivery::people::sign_in::SignInError;
use crate::store::StoreError;

/// Every refused value by its field.
pub(super) fn fields(error: &ApiError) -> Vec<FieldProblem> {
    match error {
        ApiError::Refused(fields) => fields.clone(),
        ApiError::People(error) => people_fields(error),
        ApiError::Roster(RosterError::Problems(problems)) => problems.iter().map(roster_field).collect(),
        ApiError::Roster(RosterError::People(error)) => people_fields(error),
        ApiError::Delivery(error) => delivery_fields(error),
        ApiError::SignInRequired
        | ApiError::Forbidden
        | ApiError::CrossSite
        | ApiError::CsrfToken
        | ApiError::NoSuchRoute
        | ApiError::NotFound(_)
        | ApiError::MethodNotAllowed
        | ApiError::Malformed(_)
        | ApiError::MediaType(_)
        | ApiError::BodyTooLarge { .. }
        | ApiError::TooManyRequests(_)
        | ApiError::SignIn(_)
        | ApiError::Roster(RosterError::Contended)
        | ApiError::Store(_)
        | ApiError::NoState
        | ApiError::Unexpected(..) => Vec::new(),
    }
}

fn people_fields(error: &PeopleError) -> Vec<FieldProblem> {
    match error {
        PeopleError::Refused(errors) => {
            errors.iter().map(|error| FieldProblem::new(error.field, &*error.message)).collect()
        }
        PeopleError::Secret(error) => vec![FieldProblem::new("secret", error.to_string())],
        PeopleError::NotFound(_)
        | PeopleError::Taken { .. }
        | PeopleError::LastAdministrator
        | PeopleError::Store(_) => Vec::new(),
    }
}

fn roster_field(problem: &RosterProblem) -> FieldProblem {
    let field = match problem.column.as_str() {
        "" => format!("line {}", problem.line),
        column => format!("line {}, column {column}", problem.line),
    };
    FieldProblem::new(field, problem.to_string())
}

fn delivery_fields(error: &DeliveryError) -> Vec<FieldProblem> {
    match error {
        DeliveryError::Invalid { field, must } => vec![FieldProblem::new(*field, format!("{field} {must}"))],
        DeliveryError::UnlockRefused(refusal @ UnlockRefusal::OutsideLifetime { .. }) => {
            vec![FieldProblem::new("open_through", refusal.to_string())]
        }
        DeliveryError::BankFile(errors) => {
            let issues = errors.issues().iter();
            issues.map(|issue| FieldProblem::new(&*issue.place, issue.to_string())).collect()
        }
        DeliveryError::ResponseFile { reason } => vec![FieldProblem::new("file", &**reason)],
        DeliveryError::Unfit { problems, .. } => {
            problems.iter().map(|problem| FieldProblem::new("plan", problem.to_string())).collect()
        }
        DeliveryError::UnlockRefused(
            UnlockRefusal::ReasonNeeded { .. }
            | UnlockRefusal::AlreadyUnlocked { .. }
            | UnlockRefusal::AttemptOpen { .. }
            | UnlockRefusal::NoAttemptsLeft
            | UnlockRefusal::NeedsUnmet
            | UnlockRefusal::NewEvidenceNeeded { .. },
        )
        | DeliveryError::NotFound { .. }
        | DeliveryError::StartRefused(_)
        | DeliveryError::RevokeRefused(_)
        | DeliveryError::Transition(_)
        | DeliveryError::AnswerRefused(_)
        | DeliveryError::Plan(_)
        | DeliveryError::Policy(_)
        | DeliveryError::HasAttempts { .. }
        | DeliveryError::NothingToAdminister { .. }
        | DeliveryError::HeldByAdult { .. }
        | DeliveryError::Contended { .. }
        | DeliveryError::Superseded { .. }
        | DeliveryError::BrokenLog { .. }
        | DeliveryError::Store(_) => Vec::new(),
    }
}

/// After how many seconds the same request may succeed; none: it will not by waiting, or it is not known when.
pub(super) fn retry_after_seconds(error: &ApiError) -> Option<u64> {
    match error {
        ApiError::TooManyRequests(TooMany { wait }) => Some(wait.as_millis().div_ceil(1_000) as u64),
        ApiError::SignIn(SignInError::SlowedDown { wait_ms }) => Some(wait_ms.unsigned_abs().div_ceil(1_000)),
        ApiError::Delivery(DeliveryError::Contended { .. }) => Some(1),
        other => store_error(other).filter(|error| error.may_pass()).map(|_| 1),
    }
}

/// The failure of the database behind a refusal, whichever layer tells it.
fn store_error(error: &ApiError) -> Option<&StoreError> {
    match error {
        ApiError::Store(error)
        | ApiError::Delivery(DeliveryError::Store(error))
        | ApiError::People(PeopleError::Store(error))
        | ApiError::SignIn(SignInError::Store(error))
        | ApiError::Roster(RosterError::People(PeopleError::Store(error))) => Some(error),
        _ => None,
    }
}

/// When an attempt can start, where a date stands in the way.
pub(super) fn opens_at_ms(error: &ApiError) -> Option<i64> {
    match error {
        ApiError::Delivery(DeliveryError::StartRefused(refusal)) => refusal.opens_at().map(|at| at.0),
        _ => None,
    }
}
