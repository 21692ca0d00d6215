//! Simulations: asking for one, following it, stopping it, and what came of it.

use actix_web::http::header::ContentType;
use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::jobs::{self, JobView};
use super::page::{PageQuery, PageView};
use crate::delivery::Viewer;
use crate::delivery::simulations::{FoundExposure, SimulationRequest, simulation};
use crate::delivery::staff_jobs::StaffJob;
use crate::http::error::ApiError;
use crate::http::problem::Problem;
use crate::http::state::AppState;
use crate::jobs::simulate;
use crate::store::JobId;

/// A simulation: what was asked, how far it is, and once it is done its figures.
#[derive(Serialize, ToSchema)]
pub struct SimulationView {
    /// The job.
    pub job: JobView,
    /// What was asked.
    pub request: SimulationRequest,
    /// The figures, as `waymark simulate` writes them to summary.json; none before it is done.
    #[schema(value_type = Option<Object>)]
    pub summary: Option<serde_json::Value>,
    /// The exposure parameters that were found first, where they were asked for.
    pub exposure: Option<FoundExposure>,
}

/// Simulations, newest first.
#[utoipa::path(get, path = "/api/v1/simulations", tag = "staff", params(PageQuery), responses(
    (status = 200, body = PageView<JobView>),
))]
pub async fn list(
    state: web::Data<AppState>,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    jobs::list(&state, StaffJob::Simulation, query.into_inner()).await
}

/// Asks for a simulation. The same request again returns the job that is there.
#[utoipa::path(post, path = "/api/v1/simulations", tag = "staff", request_body = SimulationRequest, responses(
    (status = 202, body = JobView),
    (status = 404, body = Problem),
    (status = 422, body = Problem),
))]
pub async fn ask(
    state: web::Data<AppState>,
    viewer: Viewer,
    body: web::Json<SimulationRequest>,
) -> Result<HttpResponse, ApiError> {
    let job = simulate::request(&state.service, state.now(), &body, &viewer.account_id).await?;
    Ok(HttpResponse::Accepted().json(JobView::from(job)))
}

/// One simulation.
#[utoipa::path(get, path = "/api/v1/simulations/{simulation_id}", tag = "staff",
    params(("simulation_id" = String, Path)),
    responses((status = 200, body = SimulationView), (status = 404, body = Problem)))]
pub async fn show(state: web::Data<AppState>, path: web::Path<String>) -> Result<HttpResponse, ApiError> {
    let (job, request, report) = simulation(&state.service, &JobId(path.into_inner())).await?;
    let (summary, exposure) =
        report.map(|report| (Some(report.summary), report.exposure)).unwrap_or_default();
    Ok(HttpResponse::Ok().json(SimulationView { job: JobView::from(job), request, summary, exposure }))
}

/// Stops a simulation.
#[utoipa::path(delete, path = "/api/v1/simulations/{simulation_id}", tag = "staff",
    params(("simulation_id" = String, Path)),
    responses((status = 200, body = JobView), (status = 404, body = Problem)))]
pub async fn cancel(
    state: web::Data<AppState>,
    viewer: Viewer,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    jobs::cancel(&state, &viewer, StaffJob::Simulation, path.into_inner()).await
}

/// The report of a simulation as a self-contained page to keep.
#[utoipa::path(get, path = "/api/v1/simulations/{simulation_id}/report", tag = "staff",
    params(("simulation_id" = String, Path)),
    responses((status = 200, body = String, content_type = "text/html"), (status = 404, body = Problem)))]
pub async fn report(state: web::Data<AppState>, path: web::Path<String>) -> Result<HttpResponse, ApiError> {
    let (_, _, report) = simulation(&state.service, &JobId(path.into_inner())).await?;
    let report = report.ok_or(ApiError::NotFound("finished simulation"))?;
    Ok(HttpResponse::Ok()
        .content_type(ContentType::html())
        // The page brings its own styles, which ours would not let in: it is kept, not shown.
        .insert_header(("content-disposition", "attachment; filename=\"simulation.html\""))
        .body(report.page))
}
