//! Unlocks and consents: a teacher's recorded decisions about a validation.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::delivery::people::visibility;
use crate::delivery::{self, GrantUnlock, Viewer};
use crate::http::error::ApiError;
use crate::http::problem::{FieldProblem, Problem};
use crate::http::state::AppState;
use crate::store::unlocks::Unlock;
use crate::store::{AccountId, AssessmentId, ClassId, UnlockId};

/// Students unlocked at once, at most.
pub const BULK_STUDENTS_MAX: usize = 200;

/// A decision to unlock.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnlockRequest {
    /// The validation.
    pub assessment_id: String,
    /// Why, where it goes against the recommendation.
    pub reason: Option<String>,
    /// Anything to write down.
    pub note: Option<String>,
    /// The last day on which it opens the test, in the school's time zone, such as 2026-12-07. From today to the last
    /// day that the policy allows, which it is when left out.
    pub open_through: Option<String>,
}

/// The same decision for several students of a class.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkUnlockRequest {
    /// The validation.
    pub assessment_id: String,
    /// The students: 200 at most.
    pub student_ids: Vec<String>,
    /// Why, where it goes against the recommendation.
    pub reason: Option<String>,
    /// Anything to write down.
    pub note: Option<String>,
    /// The last day on which it opens the test, in the school's time zone, such as 2026-12-07. From today to the last
    /// day that the policy allows, which it is when left out.
    pub open_through: Option<String>,
}

/// An unlock.
#[derive(Serialize, ToSchema)]
pub struct UnlockView {
    /// Its identifier.
    pub id: String,
    /// For whom.
    pub student_id: String,
    /// The validation.
    pub assessment_id: String,
    /// Who decided.
    pub granted_by: String,
    /// When (UTC milliseconds).
    pub granted_at_ms: i64,
    /// When it ends unless used (UTC milliseconds).
    pub expires_at_ms: i64,
    /// P(validated now) as it was when deciding.
    pub readiness_probability: Option<f64>,
    /// Whether the evidence recommended it.
    pub recommended: bool,
    /// Why it was granted against the recommendation.
    pub reason: Option<String>,
    /// What was written down.
    pub note: Option<String>,
    /// When it was taken back (UTC milliseconds).
    pub revoked_at_ms: Option<i64>,
    /// The attempt that used it.
    pub used_by_attempt: Option<String>,
}

impl From<Unlock> for UnlockView {
    fn from(unlock: Unlock) -> Self {
        Self {
            id: unlock.id.0,
            student_id: unlock.student_id.0,
            assessment_id: unlock.assessment_id.0,
            granted_by: unlock.granted_by.0,
            granted_at_ms: unlock.granted_at.0,
            expires_at_ms: unlock.expires_at.0,
            readiness_probability: unlock.readiness_probability,
            recommended: unlock.recommended,
            reason: unlock.reason,
            note: unlock.note,
            revoked_at_ms: unlock.revoked_at.map(|at| at.0),
            used_by_attempt: unlock.used_by_attempt.map(|id| id.0),
        }
    }
}

/// What became of one student of a bulk unlock: an unlock or a refusal.
#[derive(Serialize, ToSchema)]
pub struct BulkOutcomeView {
    /// The student.
    pub student_id: String,
    /// The unlock.
    pub unlock: Option<UnlockView>,
    /// Why there is none.
    pub problem: Option<Problem>,
}

/// What became of every student, in the order asked.
#[derive(Serialize, ToSchema)]
pub struct BulkUnlockView {
    /// One a student.
    pub outcomes: Vec<BulkOutcomeView>,
}

/// Consent to be retested.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentRequest {
    /// The assessment.
    pub assessment_id: String,
    /// From whom it came and how.
    pub note: String,
}

/// A recorded consent.
#[derive(Serialize, ToSchema)]
pub struct ConsentView {
    /// The student.
    pub student_id: String,
    /// The assessment.
    pub assessment_id: String,
    /// Who recorded it.
    pub recorded_by: String,
    /// When (UTC milliseconds).
    pub recorded_at_ms: i64,
    /// From whom it came and how.
    pub note: String,
}

/// Unlocks a validation for a student.
#[utoipa::path(post, path = "/api/v1/students/{student_id}/unlocks", tag = "teachers",
    params(("student_id" = String, Path)), request_body = UnlockRequest,
    responses(
        (status = 201, body = UnlockView),
        (status = 404, body = Problem),
        (status = 409, body = Problem, description = "unlocked already, no attempts left, new evidence is needed, or no test supports the student's accommodations"),
        (status = 422, body = Problem, description = "against the recommendation it needs a reason"),
    ))]
pub async fn grant(
    state: web::Data<AppState>,
    viewer: Viewer,
    student_id: web::Path<String>,
    body: web::Json<UnlockRequest>,
) -> Result<HttpResponse, ApiError> {
    let student = visibility::student(state.store(), &viewer, &AccountId(student_id.into_inner())).await?;
    let assessment = AssessmentId::from(body.assessment_id.as_str());
    let grant = GrantUnlock {
        by: &viewer.account_id,
        student: &student.id,
        assessment: &assessment,
        reason: body.reason.as_deref(),
        note: body.note.as_deref(),
        open_through: body.open_through.as_deref(),
    };
    let unlock = delivery::grant_unlock(&state.service, state.now(), &grant).await?;
    Ok(HttpResponse::Created().json(UnlockView::from(unlock)))
}

/// Unlocks a validation for several students of a class, each on their own evidence.
#[utoipa::path(post, path = "/api/v1/classes/{class_id}/unlocks", tag = "teachers",
    params(("class_id" = String, Path)), request_body = BulkUnlockRequest,
    responses((status = 200, body = BulkUnlockView), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn grant_many(
    state: web::Data<AppState>,
    viewer: Viewer,
    class_id: web::Path<String>,
    body: web::Json<BulkUnlockRequest>,
) -> Result<HttpResponse, ApiError> {
    let body = body.into_inner();
    if body.student_ids.len() > BULK_STUDENTS_MAX {
        let message = format!("at most {BULK_STUDENTS_MAX} students, got {}", body.student_ids.len());
        return Err(ApiError::Refused(vec![FieldProblem::new("student_ids", message)]));
    }
    let students: Vec<AccountId> = body.student_ids.into_iter().map(AccountId).collect();
    let class_id = ClassId(class_id.into_inner());
    visibility::students_of_class(state.store(), &viewer, &class_id, &students).await?;
    let (by, assessment) = (&viewer.account_id, AssessmentId(body.assessment_id));
    let (reason, note) = (body.reason.as_deref(), body.note.as_deref());
    let open_through = body.open_through.as_deref();
    let grant = GrantUnlock { by, student: by, assessment: &assessment, reason, note, open_through };
    let outcomes = delivery::grant_unlocks(&state.service, state.now(), &grant, &students).await;
    let outcomes = outcomes.into_iter().map(|(student, outcome)| match outcome {
        Ok(unlock) => {
            BulkOutcomeView { student_id: student.0, unlock: Some(UnlockView::from(unlock)), problem: None }
        }
        Err(error) => {
            let problem = Some(ApiError::from(error).problem());
            BulkOutcomeView { student_id: student.0, unlock: None, problem }
        }
    });
    Ok(HttpResponse::Ok().json(BulkUnlockView { outcomes: outcomes.collect() }))
}

/// Takes an unlock back, as long as no attempt used it.
#[utoipa::path(delete, path = "/api/v1/unlocks/{unlock_id}", tag = "teachers",
    params(("unlock_id" = String, Path)),
    responses((status = 200, body = UnlockView), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn revoke(
    state: web::Data<AppState>,
    viewer: Viewer,
    unlock_id: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = UnlockId(unlock_id.into_inner());
    visibility::unlock_for(state.store(), &viewer, &id).await?;
    let unlock = delivery::revoke_unlock(&state.service, state.now(), &id, &viewer.account_id).await?;
    Ok(HttpResponse::Ok().json(UnlockView::from(unlock)))
}

/// Records consent to retest a student who met the standard.
#[utoipa::path(post, path = "/api/v1/students/{student_id}/consents", tag = "teachers",
    params(("student_id" = String, Path)), request_body = ConsentRequest,
    responses((status = 201, body = ConsentView), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn record_consent(
    state: web::Data<AppState>,
    viewer: Viewer,
    student_id: web::Path<String>,
    body: web::Json<ConsentRequest>,
) -> Result<HttpResponse, ApiError> {
    let student = visibility::student(state.store(), &viewer, &AccountId(student_id.into_inner())).await?;
    let assessment = AssessmentId::from(body.assessment_id.as_str());
    let (about, by) = ((&student.id, &assessment), &viewer.account_id);
    let consent = delivery::record_consent(&state.service, state.now(), about, by, &body.note).await?;
    Ok(HttpResponse::Created().json(ConsentView {
        student_id: consent.student_id.0,
        assessment_id: consent.assessment_id.0,
        recorded_by: consent.recorded_by.0,
        recorded_at_ms: consent.recorded_at.0,
        note: consent.note,
    }))
}
