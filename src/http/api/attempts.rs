//! Attempts: taken by students, looked after by adults.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::steps::{AnswerRequest, StepView};
use crate::assessment::Actor;
use crate::delivery::people::visibility;
use crate::delivery::{self, StartAttempt, Viewer};
use crate::http::error::ApiError;
use crate::http::problem::Problem;
use crate::http::state::AppState;
use crate::store::accounts::Role;
use crate::store::{AssessmentId, AttemptId};

/// Why an adult does this.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonRequest {
    /// In words; it stays on record.
    pub reason: String,
}

/// Starts an attempt. While one is open, gives that one: asking twice starts one attempt.
#[utoipa::path(post, path = "/api/v1/assessments/{assessment_id}/attempts", tag = "attempts",
    params(("assessment_id" = String, Path)),
    responses(
        (status = 201, body = StepView, description = "it started"),
        (status = 200, body = StepView, description = "it was open already"),
        (status = 404, body = Problem),
        (status = 409, body = Problem, description = "the policy does not allow an attempt now"),
    ))]
pub async fn start(
    state: web::Data<AppState>,
    viewer: Viewer,
    assessment_id: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let assessment = AssessmentId(assessment_id.into_inner());
    let request = StartAttempt { student: viewer.account_id, assessment, seed: delivery::fresh_seed() };
    let (step, started) = delivery::start_or_continue(&state.service, state.now(), &request).await?;
    let mut response = if started { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(response.json(StepView::try_from(step)?))
}

/// What to show now: the very question that waits, whatever happened in between.
#[utoipa::path(get, path = "/api/v1/attempts/{attempt_id}/step", tag = "attempts",
    params(("attempt_id" = String, Path)),
    responses((status = 200, body = StepView), (status = 404, body = Problem)))]
pub async fn step(
    state: web::Data<AppState>,
    viewer: Viewer,
    attempt_id: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = seen(&state, &viewer, attempt_id).await?;
    let step = delivery::current_step(&state.service, state.now(), &id).await?;
    Ok(HttpResponse::Ok().json(StepView::try_from(step)?))
}

/// Answers the question that waits. The same answer again gives the same next step; acknowledged means on disk.
#[utoipa::path(post, path = "/api/v1/attempts/{attempt_id}/answers", tag = "attempts",
    params(("attempt_id" = String, Path)), request_body = AnswerRequest,
    responses(
        (status = 200, body = StepView),
        (status = 404, body = Problem),
        (status = 409, body = Problem, description = "another question waits, or this one was answered differently"),
        (status = 422, body = Problem, description = "the answer does not fit the question"),
    ))]
pub async fn answer(
    state: web::Data<AppState>,
    viewer: Viewer,
    attempt_id: web::Path<String>,
    body: web::Json<AnswerRequest>,
) -> Result<HttpResponse, ApiError> {
    let id = seen(&state, &viewer, attempt_id).await?;
    let given = body.into_inner().given()?;
    let step = delivery::answer(&state.service, state.now(), &id, &given).await?;
    Ok(HttpResponse::Ok().json(StepView::try_from(step)?))
}

/// Pauses: the student's own attempt, or that of a student an adult looks after.
#[utoipa::path(post, path = "/api/v1/attempts/{attempt_id}/pause", tag = "attempts",
    params(("attempt_id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn pause(
    state: web::Data<AppState>,
    viewer: Viewer,
    attempt_id: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = seen(&state, &viewer, attempt_id).await?;
    delivery::pause(&state.service, state.now(), &id, &actor(&viewer)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Resumes. What an adult paused, an adult resumes.
#[utoipa::path(post, path = "/api/v1/attempts/{attempt_id}/resume", tag = "attempts",
    params(("attempt_id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn resume(
    state: web::Data<AppState>,
    viewer: Viewer,
    attempt_id: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = seen(&state, &viewer, attempt_id).await?;
    delivery::resume(&state.service, state.now(), &id, &actor(&viewer)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Hands an attempt in before its end.
#[utoipa::path(post, path = "/api/v1/attempts/{attempt_id}/finish", tag = "attempts",
    params(("attempt_id" = String, Path)),
    responses((status = 200, body = StepView), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn finish(
    state: web::Data<AppState>,
    viewer: Viewer,
    attempt_id: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = seen(&state, &viewer, attempt_id).await?;
    let step = delivery::finish(&state.service, state.now(), &id).await?;
    Ok(HttpResponse::Ok().json(StepView::try_from(step)?))
}

/// Rules that an attempt never counts; it still uses up one of those allowed.
#[utoipa::path(post, path = "/api/v1/attempts/{attempt_id}/invalidate", tag = "attempts",
    params(("attempt_id" = String, Path)), request_body = ReasonRequest,
    responses(
        (status = 204),
        (status = 404, body = Problem),
        (status = 409, body = Problem),
        (status = 422, body = Problem),
    ))]
pub async fn invalidate(
    state: web::Data<AppState>,
    viewer: Viewer,
    attempt_id: web::Path<String>,
    body: web::Json<ReasonRequest>,
) -> Result<HttpResponse, ApiError> {
    let id = seen(&state, &viewer, attempt_id).await?;
    delivery::invalidate(&state.service, state.now(), &id, &viewer.account_id, &body.reason).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Rules that an attempt never counts and gives its place back.
#[utoipa::path(post, path = "/api/v1/attempts/{attempt_id}/reset", tag = "attempts",
    params(("attempt_id" = String, Path)), request_body = ReasonRequest,
    responses(
        (status = 204),
        (status = 404, body = Problem),
        (status = 409, body = Problem),
        (status = 422, body = Problem),
    ))]
pub async fn reset(
    state: web::Data<AppState>,
    viewer: Viewer,
    attempt_id: web::Path<String>,
    body: web::Json<ReasonRequest>,
) -> Result<HttpResponse, ApiError> {
    let id = seen(&state, &viewer, attempt_id).await?;
    delivery::reset(&state.service, state.now(), &id, &viewer.account_id, &body.reason).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The attempt of a request, when this person may see it.
pub(super) async fn seen(
    state: &AppState,
    viewer: &Viewer,
    attempt_id: web::Path<String>,
) -> Result<AttemptId, ApiError> {
    let id = AttemptId(attempt_id.into_inner());
    // A student who is taking the attempt: this node knows whose it is.
    if viewer.role == Role::Student && state.service.logs.student(&id).as_ref() == Some(&viewer.account_id) {
        return Ok(id);
    }
    Ok(visibility::attempt(state.store(), viewer, &id).await?.id)
}

/// As whom this person acts on an attempt.
fn actor(viewer: &Viewer) -> Actor {
    match viewer.role {
        Role::Student => Actor::Student,
        Role::Teacher | Role::Staff | Role::Administrator => Actor::Account(viewer.account_id.to_string()),
    }
}
