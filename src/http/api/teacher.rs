//! What teachers see of their classes and students.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use utoipa::IntoParams;

use super::attempts::seen;
use super::page::PageQuery;
use crate::delivery::Viewer;
use crate::delivery::people::visibility;
use crate::delivery::read_models::{
    AttemptResult, ClassOverview, Groups, LiveBoard, StudentEvidence, attempt_result, class_overview, groups,
    live_board, student_evidence,
};
use crate::http::error::ApiError;
use crate::http::problem::Problem;
use crate::http::state::AppState;
use crate::store::{AccountId, AssessmentId, ClassId};

/// About which assessment.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AssessmentQuery {
    /// The assessment.
    pub assessment_id: String,
}

/// The class on its continua: a page of students by progressions, and the three lists.
#[utoipa::path(get, path = "/api/v1/classes/{class_id}/overview", tag = "teachers",
    params(("class_id" = String, Path), PageQuery),
    responses((status = 200, body = ClassOverview), (status = 404, body = Problem)))]
pub async fn overview(
    state: web::Data<AppState>,
    viewer: Viewer,
    class_id: web::Path<String>,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    let page = query.checked()?;
    let class = visibility::class(state.store(), &viewer, &ClassId(class_id.into_inner())).await?;
    let overview = class_overview(&state.service, state.now(), &class.id, page).await?;
    Ok(HttpResponse::Ok().json(overview))
}

/// Students of a class who need the same next step on one progression.
#[utoipa::path(get, path = "/api/v1/classes/{class_id}/groups", tag = "teachers",
    params(("class_id" = String, Path), AssessmentQuery),
    responses((status = 200, body = Groups), (status = 404, body = Problem)))]
pub async fn class_groups(
    state: web::Data<AppState>,
    viewer: Viewer,
    class_id: web::Path<String>,
    query: web::Query<AssessmentQuery>,
) -> Result<HttpResponse, ApiError> {
    let class = visibility::class(state.store(), &viewer, &ClassId(class_id.into_inner())).await?;
    let assessment = AssessmentId::from(query.assessment_id.as_str());
    let groups = groups(&state.service, state.now(), &class.id, &assessment).await?;
    Ok(HttpResponse::Ok().json(groups))
}

/// Who of a class is testing right now.
#[utoipa::path(get, path = "/api/v1/classes/{class_id}/live", tag = "teachers",
    params(("class_id" = String, Path)),
    responses((status = 200, body = LiveBoard), (status = 404, body = Problem)))]
pub async fn live(
    state: web::Data<AppState>,
    viewer: Viewer,
    class_id: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let class = visibility::class(state.store(), &viewer, &ClassId(class_id.into_inner())).await?;
    let board = live_board(&state.service, state.now(), &class.id).await?;
    Ok(HttpResponse::Ok().json(board))
}

/// The evidence on one student for one validation.
#[utoipa::path(get, path = "/api/v1/students/{student_id}/evidence", tag = "teachers",
    params(("student_id" = String, Path), AssessmentQuery),
    responses((status = 200, body = StudentEvidence), (status = 404, body = Problem)))]
pub async fn evidence(
    state: web::Data<AppState>,
    viewer: Viewer,
    student_id: web::Path<String>,
    query: web::Query<AssessmentQuery>,
) -> Result<HttpResponse, ApiError> {
    let student = visibility::student(state.store(), &viewer, &AccountId(student_id.into_inner())).await?;
    let validation = AssessmentId::from(query.assessment_id.as_str());
    let evidence = student_evidence(&state.service, state.now(), &student.id, &validation).await?;
    Ok(HttpResponse::Ok().json(evidence))
}

/// The result of a student's attempt, with its numbers.
#[utoipa::path(get, path = "/api/v1/attempts/{attempt_id}/report", tag = "teachers",
    params(("attempt_id" = String, Path)),
    responses((status = 200, body = AttemptResult), (status = 404, body = Problem)))]
pub async fn report(
    state: web::Data<AppState>,
    viewer: Viewer,
    attempt_id: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = seen(&state, &viewer, attempt_id).await?;
    let result = attempt_result(&state.service, state.now(), &id).await?;
    Ok(HttpResponse::Ok().json(result))
}
