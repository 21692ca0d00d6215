//! Every status of every refusal, and the one place that logs its cause.
//!
//! Each variant is matched by name, so a new refusal does not compile before it has a status and words.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use thiserror::Error;

use super::error_details;
use super::limits::TooMany;
use super::problem::{FieldProblem, MEDIA_TYPE, Problem};
use crate::assessment::{StartRefusal, UnlockRefusal};
use crate::delivery::people::PeopleError;
use crate::delivery::people::roster::RosterError;
use crate::delivery::people::sign_in::SignInError;
use crate::delivery::secrets::SecretError;
use crate::delivery::{AnswerRefusal, DeliveryError};
use crate::store::StoreError;

/// Why a request was refused.
#[derive(Debug, Error)]
pub enum ApiError {
    /// Nobody is signed in, or no longer.
    #[error("sign in first")]
    SignInRequired,
    /// Somebody is, but may not do this.
    #[error("this is not for people with your role")]
    Forbidden,
    /// The request comes from another site.
    #[error("the request comes from another site")]
    CrossSite,
    /// The request rides on a cookie and does not show the session's token.
    #[error("the form is not one of ours, or too old: reload the page")]
    CsrfToken,
    /// There is no such route.
    #[error("there is nothing here")]
    NoSuchRoute,
    /// There is no such thing, or it is not for this person to know.
    #[error("there is no {0} with this identifier")]
    NotFound(&'static str),
    /// The route does not answer to this method.
    #[error("this address does not answer to this method")]
    MethodNotAllowed,
    /// The body cannot be read as what it should be.
    #[error("the request cannot be read: {0}")]
    Malformed(String),
    /// The body is of another kind.
    #[error("the body must be {0}")]
    MediaType(&'static str),
    /// The body is too large.
    #[error("the body has more than {limit} bytes")]
    BodyTooLarge {
        /// Largest body, in bytes.
        limit: usize,
    },
    /// One or more values are not acceptable.
    #[error("some values were refused")]
    Refused(Vec<FieldProblem>),
    /// Too many requests.
    #[error("too many requests")]
    TooManyRequests(TooMany),
    /// Nobody was signed in.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// A change to people was not made.
    #[error(transparent)]
    People(#[from] PeopleError),
    /// A roster was not brought in.
    #[error(transparent)]
    Roster(#[from] RosterError),
    /// A use case was not done.
    #[error(transparent)]
    Delivery(#[from] DeliveryError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The server was put together without its state.
    #[error("the server has no state")]
    NoState,
    /// An error of a library that no handler foresaw.
    #[error("{0}")]
    Unexpected(String, StatusCode),
}

impl ApiError {
    /// An error of the HTTP library itself, with the status the library gives it.
    #[must_use]
    pub fn unexpected(error: &actix_web::Error) -> Self {
        Self::Unexpected(error.to_string(), error.as_response_error().status_code())
    }

    /// The status of this refusal, and the title of its kind.
    fn kind(&self) -> (StatusCode, &'static str) {
        match self {
            Self::SignInRequired => (StatusCode::UNAUTHORIZED, "sign-in required"),
            Self::Forbidden => (StatusCode::FORBIDDEN, "not permitted"),
            Self::CrossSite => (StatusCode::FORBIDDEN, "cross-site request"),
            Self::CsrfToken => (StatusCode::FORBIDDEN, "csrf token missing or wrong"),
            Self::NoSuchRoute | Self::NotFound(_) => (StatusCode::NOT_FOUND, "not found"),
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "method not allowed"),
            Self::Malformed(_) => (StatusCode::BAD_REQUEST, "malformed request"),
            Self::MediaType(_) => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported media type"),
            Self::BodyTooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "body too large"),
            Self::Refused(_) => (StatusCode::UNPROCESSABLE_ENTITY, "refused values"),
            Self::TooManyRequests(_) => (StatusCode::TOO_MANY_REQUESTS, "too many requests"),
            Self::SignIn(error) => sign_in_kind(error),
            Self::People(error) => people_kind(error),
            Self::Roster(error) => roster_kind(error),
            Self::Delivery(error) => delivery_kind(error),
            Self::Store(error) => store_kind(error),
            Self::NoState => (StatusCode::INTERNAL_SERVER_ERROR, "internal error"),
            Self::Unexpected(_, status) => (*status, status.canonical_reason().unwrap_or("error")),
        }
    }

    /// What the client is told. A failure of ours says nothing about its cause.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let (status, title) = self.kind();
        let detail = if status.is_server_error() { None } else { Some(self.to_string()) };
        Problem {
            kind: format!("/problems/{}", title.to_ascii_lowercase().replace(' ', "-")),
            title: title.to_owned(),
            status: status.as_u16(),
            detail,
            errors: error_details::fields(self),
            retry_after_seconds: error_details::retry_after_seconds(self),
            opens_at_ms: error_details::opens_at_ms(self),
        }
    }
}

fn roster_kind(error: &RosterError) -> (StatusCode, &'static str) {
    match error {
        RosterError::Problems(_) => (StatusCode::UNPROCESSABLE_ENTITY, "refused file"),
        RosterError::Contended => (StatusCode::CONFLICT, "changed by somebody else"),
        RosterError::People(error) => people_kind(error),
    }
}

fn delivery_kind(error: &DeliveryError) -> (StatusCode, &'static str) {
    match error {
        DeliveryError::NotFound { .. } => (StatusCode::NOT_FOUND, "not found"),
        DeliveryError::Invalid { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "refused values"),
        DeliveryError::StartRefused(refusal) => (StatusCode::CONFLICT, start_title(refusal)),
        DeliveryError::UnlockRefused(UnlockRefusal::ReasonNeeded { .. }) => {
            (StatusCode::UNPROCESSABLE_ENTITY, "reason needed")
        }
        DeliveryError::UnlockRefused(UnlockRefusal::OutsideLifetime { .. }) => {
            (StatusCode::UNPROCESSABLE_ENTITY, "refused values")
        }
        DeliveryError::UnlockRefused(
            UnlockRefusal::AlreadyUnlocked { .. }
            | UnlockRefusal::AttemptOpen { .. }
            | UnlockRefusal::NoAttemptsLeft
            | UnlockRefusal::NeedsUnmet
            | UnlockRefusal::NewEvidenceNeeded { .. },
        ) => (StatusCode::CONFLICT, "unlock refused"),
        DeliveryError::RevokeRefused(_) => (StatusCode::CONFLICT, "revoke refused"),
        DeliveryError::Transition(_) | DeliveryError::HeldByAdult { .. } => {
            (StatusCode::CONFLICT, "not in this state")
        }
        DeliveryError::AnswerRefused(AnswerRefusal::Unscorable(_)) => {
            (StatusCode::UNPROCESSABLE_ENTITY, "answer does not fit")
        }
        DeliveryError::AnswerRefused(
            AnswerRefusal::NotInProgress { .. }
            | AnswerRefusal::OutOfOrder { .. }
            | AnswerRefusal::AlreadyAnswered { .. },
        ) => (StatusCode::CONFLICT, "answer refused"),
        DeliveryError::BankFile(_) | DeliveryError::ResponseFile { .. } => {
            (StatusCode::UNPROCESSABLE_ENTITY, "refused file")
        }
        DeliveryError::Plan(_) => (StatusCode::UNPROCESSABLE_ENTITY, "refused plan"),
        DeliveryError::Policy(_) => (StatusCode::UNPROCESSABLE_ENTITY, "refused policy"),
        DeliveryError::Unfit { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "plan and bank do not fit"),
        DeliveryError::HasAttempts { .. } => (StatusCode::CONFLICT, "attempts taken"),
        DeliveryError::Contended { .. } => (StatusCode::CONFLICT, "changed by somebody else"),
        DeliveryError::Superseded { .. } => (StatusCode::CONFLICT, "superseded"),
        DeliveryError::NothingToAdminister { .. } | DeliveryError::BrokenLog { .. } => {
            (StatusCode::INTERNAL_SERVER_ERROR, "internal error")
        }
        DeliveryError::Store(error) => store_kind(error),
    }
}

fn start_title(refusal: &StartRefusal) -> &'static str {
    match refusal {
        StartRefusal::AttemptOpen { .. } => "attempt open",
        StartRefusal::OtherGrade { .. } | StartRefusal::AboveGrade { .. } => "not for this grade",
        StartRefusal::NeedsUnmet => "accommodations not supported",
        StartRefusal::NoAttemptsLeft { .. } => "no attempts left",
        StartRefusal::WindowNotOpen { .. } => "window not open",
        StartRefusal::WindowsOver => "windows over",
        StartRefusal::TooSoon { .. } => "too soon",
        StartRefusal::ConsentNeeded => "consent needed",
        StartRefusal::UnlockNeeded => "unlock needed",
    }
}

fn sign_in_kind(error: &SignInError) -> (StatusCode, &'static str) {
    match error {
        SignInError::Wrong => (StatusCode::UNAUTHORIZED, "sign-in refused"),
        SignInError::SlowedDown { .. } => (StatusCode::TOO_MANY_REQUESTS, "too many wrong tries"),
        SignInError::Secret(error) => secret_kind(error),
        SignInError::Store(error) => store_kind(error),
    }
}

fn people_kind(error: &PeopleError) -> (StatusCode, &'static str) {
    match error {
        PeopleError::NotFound(_) => (StatusCode::NOT_FOUND, "not found"),
        PeopleError::Refused(_) => (StatusCode::UNPROCESSABLE_ENTITY, "refused values"),
        PeopleError::Taken { .. } => (StatusCode::CONFLICT, "duplicate"),
        PeopleError::LastAdministrator => (StatusCode::CONFLICT, "last administrator"),
        PeopleError::Secret(error) => secret_kind(error),
        PeopleError::Store(error) => store_kind(error),
    }
}

fn secret_kind(error: &SecretError) -> (StatusCode, &'static str) {
    match error {
        SecretError::PasswordTooShort(_)
        | SecretError::PasswordTooLong(_)
        | SecretError::NotAPin
        | SecretError::EasyPin
        | SecretError::PictureCount(_)
        | SecretError::UnknownPicture(_)
        | SecretError::EasyPictures => (StatusCode::UNPROCESSABLE_ENTITY, "refused values"),
        SecretError::Hash(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal error"),
    }
}

fn store_kind(error: &StoreError) -> (StatusCode, &'static str) {
    match error {
        StoreError::Duplicate(_) => (StatusCode::CONFLICT, "duplicate"),
        StoreError::MissingReference(_) => (StatusCode::UNPROCESSABLE_ENTITY, "refused values"),
        StoreError::Shared(error) => store_kind(error),
        StoreError::Busy(_) | StoreError::Unserved(_) => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
        StoreError::Database(_)
        | StoreError::Migration(_)
        | StoreError::Address(_)
        | StoreError::UnfitRow { .. }
        | StoreError::CorruptRow { .. } => (StatusCode::INTERNAL_SERVER_ERROR, "internal error"),
    }
}

impl From<TooMany> for ApiError {
    fn from(refusal: TooMany) -> Self {
        Self::TooManyRequests(refusal)
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.kind().0
    }

    fn error_response(&self) -> HttpResponse {
        let problem = self.problem();
        let status = self.status_code();
        if status.is_server_error() {
            tracing::error!(http.status_code = problem.status, error = %self, "request failed");
        } else {
            tracing::debug!(http.status_code = problem.status, problem = problem.kind, "request refused");
        }
        let mut response = HttpResponse::build(status);
        response.insert_header((header::CONTENT_TYPE, MEDIA_TYPE));
        if let Some(seconds) = problem.retry_after_seconds {
            response.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        if status == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        response.body(serde_json::to_string(&problem).expect("a problem is plain data"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_database_asks_to_come_back_through_every_layer() {
        let busy = || StoreError::Unserved("too many wait");
        for refusal in [
            ApiError::Store(busy()),
            ApiError::Delivery(DeliveryError::Store(busy())),
            ApiError::People(PeopleError::Store(busy())),
            ApiError::SignIn(SignInError::Store(busy())),
            ApiError::Roster(RosterError::People(PeopleError::Store(busy()))),
        ] {
            let response = refusal.error_response();
            assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE, "{refusal:?}");
            assert_eq!(response.headers().get(header::RETRY_AFTER).unwrap(), "1", "{refusal:?}");
        }
    }
}
