//! Calibrations: asking for one, following it, deciding item by item, and publishing the version they make.

use actix_web::http::header::ContentDisposition;
use actix_web::{HttpResponse, web};
use item_bank::ItemId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::jobs::{self, JobView};
use super::page::{PageQuery, PageView};
use crate::delivery::Viewer;
use crate::delivery::recalibration::{
    AnswerSource, AnswerTimes, CalibrationRequest, DecideItem, FitTest, GroupDifference, Hold, Impact,
    ItemsToEstimate, Proposal, PublishCalibration, RapidGuesses, StandingItem, calibration, calibration_file,
    decide_item, impact, publish_calibration, revised_bank, standing,
};
use crate::delivery::staff_jobs::StaffJob;
use crate::http::error::ApiError;
use crate::http::problem::Problem;
use crate::http::state::AppState;
use crate::http::text_file::TextFile;
use crate::jobs::calibrate::{self, FileCalibration};
use crate::store::JobId;
use crate::store::calibration_files::StoredFile;
use crate::store::recalibration::ItemDecision;

/// A calibration: what was asked, how far it is, and once it is done what it proposes.
#[derive(Serialize, ToSchema)]
pub struct CalibrationView {
    /// The job.
    pub job: JobView,
    /// What was asked.
    pub request: CalibrationRequest,
    /// What it proposes; none before it is done.
    pub proposal: Option<ProposalView>,
}

/// What a calibration proposes.
#[derive(Serialize, ToSchema)]
pub struct ProposalView {
    /// Attempts, or examinees of a file, whose answers were used.
    pub attempts: u32,
    /// Answers used.
    pub answers: u64,
    /// Answers that came too fast to have been thought about; none where nobody knows how long they took.
    pub rapid_guesses: Option<u64>,
    /// Whether the iteration converged.
    pub converged: bool,
    /// Marginal log-likelihood.
    pub log_likelihood: f64,
    /// Largest component of the gradient of the log-posterior.
    pub largest_gradient: f64,
    /// How the quadrature grid falls short of the examinees, in words; empty when it serves.
    pub grid_warnings: Vec<String>,
    /// Mean ability of the examinees, logits.
    pub mean: f64,
    /// Standard deviation of their abilities, logits.
    pub standard_deviation: f64,
    /// Priors on the parameters, in words.
    pub priors: String,
    /// The items, in the order of the bank.
    pub items: Vec<ProposedItemView>,
}

/// One item: parameters side by side and what stands about it.
#[derive(Serialize, ToSchema)]
pub struct ProposedItemView {
    /// The item.
    pub item_id: String,
    /// `operational` or `field_test`: what it is now.
    #[schema(value_type = String)]
    pub status: item_bank::ItemStatus,
    /// Answers it was estimated from.
    pub answers: u32,
    /// Mean score as a share of the highest.
    pub proportion_correct: f64,
    /// Parameters now, as in a bank file.
    #[schema(value_type = Option<Object>)]
    pub before: Option<serde_json::Value>,
    /// Parameters proposed, as in a bank file.
    #[schema(value_type = Option<Object>)]
    pub after: Option<serde_json::Value>,
    /// Their standard errors.
    #[schema(value_type = Option<Object>)]
    pub standard_errors: Option<serde_json::Value>,
    /// Weighted mean square of the residuals.
    pub infit: Option<f64>,
    /// Mean square of the residuals.
    pub outfit: Option<f64>,
    /// Fit over groups of examinees whose other answers say they are of like ability.
    pub by_ability: Option<FitTest>,
    /// S-X² over total scores; only where examinees answered every item.
    pub summed_score: Option<FitTest>,
    /// The largest difference between two groups of equal ability, lower and higher grades or the groups of a file; none
    /// with fewer than 100 examinees in either.
    pub difference: Option<GroupDifference>,
    /// How long answers took; none where nobody knows.
    pub times: Option<AnswerTimes>,
    /// Why it is held by default.
    pub holds: Vec<Hold>,
    /// What will happen when the version is published.
    pub outcome: ItemDecision,
    /// Why, where somebody decided.
    pub reason: Option<String>,
}

impl From<&StandingItem<'_>> for ProposedItemView {
    fn from(stands: &StandingItem<'_>) -> Self {
        let item = stands.item;
        let json = |model: &Option<item_bank::ResponseModel>| {
            model.as_ref().and_then(|model| serde_json::to_value(model).ok())
        };
        Self {
            item_id: item.id.to_string(),
            status: item.status,
            answers: item.answers,
            proportion_correct: item.proportion_correct,
            before: json(&item.before),
            after: json(&item.after),
            standard_errors: item
                .standard_errors
                .as_ref()
                .and_then(|errors| serde_json::to_value(errors).ok()),
            infit: item.infit,
            outfit: item.outfit,
            by_ability: item.by_ability,
            summed_score: item.summed_score,
            difference: item.difference.clone(),
            times: item.times.clone(),
            holds: item.holds.clone(),
            outcome: stands.outcome(),
            reason: stands.decision.map(|decision| decision.reason.clone()),
        }
    }
}

impl ProposalView {
    fn new(proposal: &Proposal, items: &[StandingItem<'_>]) -> Self {
        Self {
            attempts: proposal.attempts,
            answers: proposal.answers,
            rapid_guesses: proposal.rapid_guesses,
            converged: proposal.converged,
            log_likelihood: proposal.log_likelihood,
            largest_gradient: proposal.largest_gradient,
            grid_warnings: proposal.grid_warnings.clone(),
            mean: proposal.mean,
            standard_deviation: proposal.standard_deviation,
            priors: proposal.priors.clone(),
            items: items.iter().map(ProposedItemView::from).collect(),
        }
    }
}

/// What to calibrate from live answers.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LiveCalibrationRequest {
    /// The bank.
    bank_id: String,
    /// The version whose scale is kept.
    bank_version: u32,
    /// Answers from this moment on, milliseconds since 1970.
    from_ms: i64,
    /// Answers before this moment.
    to_ms: i64,
    /// Which items are estimated; the others are held at their parameters.
    items: ItemsToEstimate,
    /// Items with fewer answers are held by default.
    minimum_answers: u32,
    /// What becomes of answers that came too fast to have been thought about.
    rapid_guesses: RapidGuesses,
}

/// What to calibrate from a response file.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FileCalibrationQuery {
    /// The bank.
    bank_id: String,
    /// The version whose scale is kept.
    bank_version: u32,
    /// Which items are estimated; the others are held at their parameters.
    items: ItemsToEstimate,
    /// Items with fewer answers are held by default.
    minimum_answers: u32,
    /// What the file is called.
    #[serde(default)]
    name: String,
    /// The column that names the groups to compare.
    group: Option<String>,
}

/// A decision on one item.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionRequest {
    /// Accept or hold.
    pub decision: ItemDecision,
    /// Why.
    pub reason: String,
}

/// Publishing what the decisions make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishCalibrationRequest {
    /// Why now.
    pub reason: String,
}

/// The version that was published.
#[derive(Serialize, ToSchema)]
pub struct PublishedVersionView {
    /// The bank.
    pub bank_id: String,
    /// Its version.
    pub version: u32,
    /// When it was published (UTC milliseconds).
    pub published_at_ms: Option<i64>,
}

/// Calibrations, newest first.
#[utoipa::path(get, path = "/api/v1/calibrations", tag = "staff", params(PageQuery),
    responses((status = 200, body = PageView<JobView>)))]
pub async fn list(
    state: web::Data<AppState>,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    jobs::list(&state, StaffJob::Calibration, query.into_inner()).await
}

/// Asks for a calibration from live answers. The same request again gives the same job.
#[utoipa::path(post, path = "/api/v1/calibrations", tag = "staff", request_body = LiveCalibrationRequest,
    responses((status = 202, body = JobView), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn ask(
    state: web::Data<AppState>,
    viewer: Viewer,
    body: web::Json<LiveCalibrationRequest>,
) -> Result<HttpResponse, ApiError> {
    let body = body.into_inner();
    let request = CalibrationRequest {
        bank_id: body.bank_id,
        bank_version: body.bank_version,
        answers: AnswerSource::Live { from_ms: body.from_ms, to_ms: body.to_ms },
        items: body.items,
        minimum_answers: body.minimum_answers,
        rapid_guesses: body.rapid_guesses,
    };
    let job = calibrate::request(&state.service, state.now(), &request, &viewer.account_id).await?;
    Ok(HttpResponse::Accepted().json(JobView::from(job)))
}

/// Asks for a calibration from a response file (CSV, wide or long). The same file with the same wishes gives the same job.
#[utoipa::path(post, path = "/api/v1/calibrations/file", tag = "staff", params(FileCalibrationQuery),
    request_body(content = String, content_type = "text/csv"),
    responses((status = 202, body = JobView), (status = 404, body = Problem), (status = 413, body = Problem),
        (status = 422, body = Problem)))]
pub async fn ask_with_file(
    state: web::Data<AppState>,
    viewer: Viewer,
    query: web::Query<FileCalibrationQuery>,
    file: TextFile,
) -> Result<HttpResponse, ApiError> {
    let query = query.into_inner();
    let request = FileCalibration {
        bank: (query.bank_id, query.bank_version),
        items: query.items,
        minimum_answers: query.minimum_answers,
        group: query.group,
        file: StoredFile { name: query.name, content: file.0 },
    };
    let job = calibrate::request_from_file(&state.service, state.now(), request, &viewer.account_id).await?;
    Ok(HttpResponse::Accepted().json(JobView::from(job)))
}

/// The response file that a calibration was given, as it came.
#[utoipa::path(get, path = "/api/v1/calibrations/{calibration_id}/file", tag = "staff",
    params(("calibration_id" = String, Path)),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 404, body = Problem)))]
pub async fn file(state: web::Data<AppState>, id: web::Path<String>) -> Result<HttpResponse, ApiError> {
    let file = calibration_file(&state.service, &JobId(id.into_inner())).await?;
    let download = ContentDisposition::attachment(file.download_name());
    Ok(HttpResponse::Ok().content_type("text/csv; charset=utf-8").insert_header(download).body(file.content))
}

/// One calibration.
#[utoipa::path(get, path = "/api/v1/calibrations/{calibration_id}", tag = "staff",
    params(("calibration_id" = String, Path)),
    responses((status = 200, body = CalibrationView), (status = 404, body = Problem)))]
pub async fn show(state: web::Data<AppState>, id: web::Path<String>) -> Result<HttpResponse, ApiError> {
    let (job, request, proposal, decisions) = calibration(&state.service, &JobId(id.into_inner())).await?;
    let proposal = proposal.map(|proposal| ProposalView::new(&proposal, &standing(&proposal, &decisions)));
    Ok(HttpResponse::Ok().json(CalibrationView { job: job.into(), request, proposal }))
}

/// Stops a calibration.
#[utoipa::path(delete, path = "/api/v1/calibrations/{calibration_id}", tag = "staff",
    params(("calibration_id" = String, Path)),
    responses((status = 200, body = JobView), (status = 404, body = Problem)))]
pub async fn cancel(
    state: web::Data<AppState>,
    viewer: Viewer,
    id: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    jobs::cancel(&state, &viewer, StaffJob::Calibration, id.into_inner()).await
}

/// Accepts or holds one item.
#[utoipa::path(put, path = "/api/v1/calibrations/{calibration_id}/items/{item_id}", tag = "staff",
    params(("calibration_id" = String, Path), ("item_id" = String, Path)), request_body = DecisionRequest,
    responses((status = 204), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn decide(
    state: web::Data<AppState>,
    viewer: Viewer,
    path: web::Path<(String, String)>,
    body: web::Json<DecisionRequest>,
) -> Result<HttpResponse, ApiError> {
    let (job, item) = path.into_inner();
    let item = ItemId::new(item).map_err(|_| ApiError::NotFound("item"))?;
    let body = body.into_inner();
    let decide = DecideItem { job: JobId(job), item, decision: body.decision, reason: body.reason };
    decide_item(&state.service, state.now(), &decide, &viewer.account_id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// What publishing would do to past attempts.
#[utoipa::path(get, path = "/api/v1/calibrations/{calibration_id}/impact", tag = "staff",
    params(("calibration_id" = String, Path)),
    responses((status = 200, body = Impact), (status = 404, body = Problem)))]
pub async fn show_impact(
    state: web::Data<AppState>,
    id: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let (_, request, proposal, decisions) = calibration(&state.service, &JobId(id.into_inner())).await?;
    let proposal = proposal.ok_or(ApiError::NotFound("finished calibration"))?;
    let bank = state.service.library.bank(&request.bank_id, request.bank_version).await?;
    let revised = revised_bank(&bank, &proposal, &decisions)?;
    Ok(HttpResponse::Ok().json(&*impact(&state.service, state.now(), &revised).await?))
}

/// Publishes the version that the decisions make. The same decisions again publish nothing new.
#[utoipa::path(post, path = "/api/v1/calibrations/{calibration_id}/publish", tag = "staff",
    params(("calibration_id" = String, Path)), request_body = PublishCalibrationRequest,
    responses((status = 200, body = PublishedVersionView), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn publish(
    state: web::Data<AppState>,
    viewer: Viewer,
    id: web::Path<String>,
    body: web::Json<PublishCalibrationRequest>,
) -> Result<HttpResponse, ApiError> {
    let publish = PublishCalibration { job: JobId(id.into_inner()), reason: body.into_inner().reason };
    let version = publish_calibration(&state.service, state.now(), &publish, &viewer.account_id).await?;
    Ok(HttpResponse::Ok().json(PublishedVersionView {
        bank_id: version.bank_id,
        version: version.version,
        published_at_ms: version.published_at.map(|at| at.0),
    }))
}
