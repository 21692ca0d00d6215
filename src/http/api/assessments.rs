//! Assessments: what students are offered, and what new attempts pin.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::page::{PageQuery, PageView, part};
use crate::assessment::Purpose;
use crate::delivery::{self, PublishAssessment, Shortfall, Viewer, catalogue};
use crate::http::error::ApiError;
use crate::http::problem::Problem;
use crate::http::state::AppState;
use crate::store::assessments::Assessment;
use crate::store::{AssessmentId, Pins};

/// What new attempts pin.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PinsView {
    /// The bank.
    pub bank_id: String,
    /// Its version; published.
    pub bank_version: u32,
    /// The plan.
    pub plan_id: String,
    /// Its version.
    pub plan_version: u32,
    /// The policy.
    pub policy_id: String,
    /// Its version.
    pub policy_version: u32,
}

/// An assessment.
#[derive(Serialize, ToSchema)]
pub struct AssessmentView {
    /// Its identifier.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub purpose: Purpose,
    /// What new attempts pin.
    pub pins: PinsView,
    /// Validation: the level whose cut is validated.
    pub target_level: Option<String>,
    /// Validation: the self-levelling assessment that gives its evidence.
    pub evidence_from: Option<String>,
    /// Grades it is offered to; empty: every grade.
    pub grades: Vec<u8>,
    /// `published` or `retired`.
    pub status: &'static str,
    /// When it was first published (UTC milliseconds).
    pub created_at_ms: i64,
    /// When it last changed (UTC milliseconds).
    pub updated_at_ms: i64,
}

/// A set of accommodations for which the bank cannot fill every test of the plan.
#[derive(Serialize, ToSchema)]
pub struct ShortfallView {
    /// What is needed.
    pub accommodations: Vec<String>,
    /// Active students of the assessment's grades with exactly these needs.
    pub students: u64,
    /// Their grades.
    pub grades: Vec<u8>,
    /// What fails, in words; a smallest set of requirements where only together they fail.
    pub problems: Vec<String>,
}

impl From<Shortfall> for ShortfallView {
    fn from(shortfall: Shortfall) -> Self {
        Self {
            accommodations: shortfall.accommodations.iter().map(|one| one.as_str().to_owned()).collect(),
            students: shortfall.students.values().sum(),
            grades: shortfall.students.into_keys().collect(),
            problems: shortfall.problems.iter().map(ToString::to_string).collect(),
        }
    }
}

/// An assessment to offer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishAssessmentRequest {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub purpose: Purpose,
    /// What new attempts pin.
    pub pins: PinsView,
    /// Validation: the level whose cut is validated.
    pub target_level: Option<String>,
    /// Validation: the self-levelling assessment that gives its evidence.
    pub evidence_from: Option<String>,
    /// Grades it is offered to; empty: every grade.
    pub grades: Vec<u8>,
}

impl From<Pins> for PinsView {
    fn from(pins: Pins) -> Self {
        let Pins { bank_id, bank_version, plan_id, plan_version, policy_id, policy_version } = pins;
        Self { bank_id, bank_version, plan_id, plan_version, policy_id, policy_version }
    }
}

impl From<PinsView> for Pins {
    fn from(pins: PinsView) -> Self {
        let PinsView { bank_id, bank_version, plan_id, plan_version, policy_id, policy_version } = pins;
        Self { bank_id, bank_version, plan_id, plan_version, policy_id, policy_version }
    }
}

impl From<Assessment> for AssessmentView {
    fn from(assessment: Assessment) -> Self {
        Self {
            id: assessment.id.0,
            name: assessment.name,
            purpose: assessment.purpose,
            pins: PinsView::from(assessment.pins),
            target_level: assessment.target_level,
            evidence_from: assessment.evidence_from.map(|id| id.0),
            grades: assessment.grades,
            status: assessment.status.as_str(),
            created_at_ms: assessment.created_at.0,
            updated_at_ms: assessment.updated_at.0,
        }
    }
}

/// Every assessment, retired ones too: by name.
#[utoipa::path(get, path = "/api/v1/assessments", tag = "staff", params(PageQuery), responses(
    (status = 200, body = PageView<AssessmentView>),
))]
pub async fn list(
    state: web::Data<AppState>,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    let page = query.checked()?;
    let assessments = catalogue::assessments(&state.service).await?;
    Ok(HttpResponse::Ok().json(part(assessments.into_iter().map(AssessmentView::from).collect(), page)))
}

/// One assessment.
#[utoipa::path(get, path = "/api/v1/assessments/{assessment_id}", tag = "staff",
    params(("assessment_id" = String, Path)),
    responses((status = 200, body = AssessmentView), (status = 404, body = Problem)))]
pub async fn show(state: web::Data<AppState>, id: web::Path<String>) -> Result<HttpResponse, ApiError> {
    let assessment = catalogue::assessment(&state.service, &AssessmentId(id.into_inner())).await?;
    Ok(HttpResponse::Ok().json(AssessmentView::from(assessment)))
}

/// The accommodations that what is offered now cannot serve: those that students have on record, and each that the bank
/// names. A student who needs one of these sets is refused before the first item.
#[utoipa::path(get, path = "/api/v1/assessments/{assessment_id}/shortfalls", tag = "staff",
    params(("assessment_id" = String, Path), PageQuery),
    responses((status = 200, body = PageView<ShortfallView>), (status = 404, body = Problem)))]
pub async fn shortfalls(
    state: web::Data<AppState>,
    id: web::Path<String>,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    let page = query.checked()?;
    let assessment = catalogue::assessment(&state.service, &AssessmentId(id.into_inner())).await?;
    let found = delivery::shortfalls(&state.service, &assessment.pins, &assessment.grades).await?;
    Ok(HttpResponse::Ok().json(part(found.into_iter().map(ShortfallView::from).collect(), page)))
}

/// Offers an assessment, or changes what new attempts of it pin. Attempts that have started keep their pins.
#[utoipa::path(put, path = "/api/v1/assessments/{assessment_id}", tag = "staff",
    params(("assessment_id" = String, Path)), request_body = PublishAssessmentRequest,
    responses((status = 200, body = AssessmentView), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn publish(
    state: web::Data<AppState>,
    viewer: Viewer,
    id: web::Path<String>,
    body: web::Json<PublishAssessmentRequest>,
) -> Result<HttpResponse, ApiError> {
    let body = body.into_inner();
    let publish = PublishAssessment {
        id: AssessmentId(id.into_inner()),
        name: body.name,
        purpose: body.purpose,
        pins: Pins::from(body.pins),
        target_level: body.target_level,
        evidence_from: body.evidence_from.map(AssessmentId),
        grades: body.grades,
    };
    let by = &viewer.account_id;
    let assessment = delivery::publish_assessment(&state.service, state.now(), &publish, by).await?;
    Ok(HttpResponse::Ok().json(AssessmentView::from(assessment)))
}

/// No longer offers an assessment. Attempts that have started go on.
#[utoipa::path(delete, path = "/api/v1/assessments/{assessment_id}", tag = "staff",
    params(("assessment_id" = String, Path)),
    responses((status = 200, body = AssessmentView), (status = 404, body = Problem)))]
pub async fn retire(
    state: web::Data<AppState>,
    viewer: Viewer,
    id: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = AssessmentId(id.into_inner());
    let assessment =
        delivery::retire_assessment(&state.service, state.now(), &id, &viewer.account_id).await?;
    Ok(HttpResponse::Ok().json(AssessmentView::from(assessment)))
}
