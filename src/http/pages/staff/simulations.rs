//! Staff's pages of simulations: asking for one, following it, reading what came of it.

use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::simulation_form::AskForm;
use crate::delivery::people::schools;
use crate::delivery::simulations::{
    Abilities, EXAMINEES_MAX, EXPOSURE_ROUNDS_MAX, SimulationRequest, simulation,
};
use crate::delivery::staff_jobs::{StaffJob, list_staff_jobs};
use crate::delivery::{DeliveryError, Viewer};
use crate::http::error::ApiError;
use crate::http::flash::{Flash, see};
use crate::http::pages::job::{self, JobPages, JobView, ListQuery, older, rows_after};
use crate::http::pages::view::{FactView, MarkView};
use crate::http::pages::{Frame, show, show_again, words};
use crate::http::state::AppState;
use crate::jobs::simulate;
use crate::store::JobId;
use crate::store::assessments::{Assessment, list_assessments};
use crate::store::banks::list_bank_versions;
use crate::store::documents::{DocumentKind, list_documents};
use crate::store::jobs::Job;

/// Where these pages are.
const FOLDER: &str = "/staff/simulations";

/// These pages.
pub struct Simulations;

impl JobPages for Simulations {
    const WHAT: StaffJob = StaffJob::Simulation;
    const FOLDER: &'static str = FOLDER;
}

struct Row {
    id: String,
    asked: String,
    what: String,
    examinees: u32,
    state: MarkView,
}

#[derive(Template)]
#[template(path = "staff/simulations.html")]
struct ListPage {
    frame: Frame,
    rows: Vec<Row>,
    older: Option<u32>,
    assessments: Vec<Choice>,
    plans: Vec<Choice>,
    banks: Vec<Choice>,
    validations: Vec<Choice>,
    examinees_max: u32,
    rounds_max: u32,
    form: AskForm,
    problem: Option<String>,
}

/// An option of a list: its value, its words, and whether it is chosen.
type Choice = (String, String, bool);

struct BandRow {
    abilities: String,
    tests: String,
    bias: String,
    rmse: String,
    coverage: String,
    length: String,
}

#[derive(Template)]
#[template(path = "staff/simulation.html")]
struct OnePage {
    frame: Frame,
    id: String,
    what: String,
    sentence: String,
    job: JobView,
    is_done: bool,
    facts: Vec<FactView>,
    violations: Option<(usize, Vec<String>)>,
    bands: Vec<BandRow>,
    exposure: Option<ExposureView>,
}

/// Exposure parameters that were found: how, and the plan with them, to be published from its page.
struct ExposureView {
    words: String,
    plan_id: String,
    document: String,
}

/// The list and the form.
pub async fn list(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    query: web::Query<ListQuery>,
) -> Result<HttpResponse, ApiError> {
    let form = AskForm::default();
    show(&page(&state, &viewer, frame, (query.offset, form, None)).await?)
}

/// Asks for a simulation; a form that cannot be read is shown again.
pub async fn ask(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    form: web::Form<AskForm>,
) -> Result<HttpResponse, ApiError> {
    let form = form.into_inner();
    let listed = list_assessments(&mut *state.store().read().await?).await?;
    let problem = match form.read(&listed) {
        Ok(request) => {
            match simulate::request(&state.service, state.now(), &request, &viewer.account_id).await {
                Ok(job) => return Ok(see(&format!("{FOLDER}/{}", job.id))),
                Err(
                    refused @ (DeliveryError::Invalid { .. }
                    | DeliveryError::NotFound { .. }
                    | DeliveryError::Plan(_)),
                ) => words::refusal(&refused),
                Err(other) => return Err(other.into()),
            }
        }
        Err(problem) => problem,
    };
    show_again(&page(&state, &viewer, frame, (0, form, Some(problem))).await?)
}

/// One simulation.
pub async fn show_one(
    state: web::Data<AppState>,
    frame: Frame,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let (job, request, report) = simulation(&state.service, &JobId(path.into_inner())).await?;
    let (summary, exposure) =
        report.map(|report| (Some(report.summary), report.exposure)).unwrap_or_default();
    let exposure = exposure.map(|found| ExposureView {
        words: words::sentence(&found.words),
        plan_id: request.plan_id.clone(),
        document: serde_json::to_string_pretty(&found.plan).unwrap_or_default(),
    });
    show(&OnePage {
        frame,
        id: job.id.to_string(),
        what: what(&request),
        sentence: sentence(&request),
        job: JobView::new::<Simulations>(&job),
        is_done: summary.is_some(),
        facts: summary.as_ref().map(facts).unwrap_or_default(),
        violations: summary.as_ref().map(violations),
        bands: summary.as_ref().map(bands).unwrap_or_default(),
        exposure,
    })
}

async fn page(
    state: &AppState,
    viewer: &Viewer,
    frame: Frame,
    (offset, form, problem): (u32, AskForm, Option<String>),
) -> Result<ListPage, ApiError> {
    let zone = schools::time_zone(state.store(), &viewer.school_id).await?;
    let listed = list_staff_jobs(&state.service, StaffJob::Simulation, rows_after(offset)).await?;
    let mut connection = state.store().read().await?;
    let assessments = list_assessments(&mut connection).await?;
    let plans = list_documents(&mut connection, DocumentKind::Plan).await?;
    let banks = list_bank_versions(&mut connection).await?;
    drop(connection);
    let of = |(id, version): (&str, u32), chosen: &str| {
        let value = format!("{id} {version}");
        let is_chosen = value == chosen;
        (value.clone(), value, is_chosen)
    };
    let named = |found: &Assessment, chosen: &str| {
        (found.id.to_string(), found.name.clone(), found.id.as_str() == chosen)
    };
    let validations = assessments.iter().filter(|found| found.target_level.is_some());
    Ok(ListPage {
        frame,
        older: older(offset, &listed),
        rows: listed.rows.iter().map(|job| row(job, &zone)).collect(),
        validations: validations.map(|found| named(found, &form.validation)).collect(),
        assessments: assessments.iter().map(|found| named(found, &form.assessment)).collect(),
        plans: plans.iter().map(|plan| of((&plan.id, plan.version), &form.plan)).collect(),
        banks: banks.iter().map(|bank| of((&bank.bank_id, bank.version), &form.bank)).collect(),
        examinees_max: EXAMINEES_MAX,
        rounds_max: EXPOSURE_ROUNDS_MAX,
        form,
        problem,
    })
}

fn row(job: &Job, zone: &TimeZone) -> Row {
    let request: Option<SimulationRequest> = serde_json::from_value(job.request.clone()).ok();
    Row {
        id: job.id.to_string(),
        asked: words::date_time(job.created_at, zone),
        what: request.as_ref().map(what).unwrap_or_default(),
        examinees: request.map_or(0, |request| request.examinees),
        state: job::state(job),
    }
}

fn what(request: &SimulationRequest) -> String {
    let SimulationRequest { plan_id, plan_version, bank_id, bank_version, .. } = request;
    format!("plan {plan_id}, version {plan_version}, on bank {bank_id}, version {bank_version}")
}

fn sentence(request: &SimulationRequest) -> String {
    let spread = match &request.abilities {
        Abilities::Normal { mean, standard_deviation } => format!(
            "normally distributed around {} with a standard deviation of {} logits",
            words::decimal(*mean),
            words::decimal(*standard_deviation)
        ),
        Abilities::Uniform { lowest, highest } => {
            format!("spread evenly from {} to {} logits", words::decimal(*lowest), words::decimal(*highest))
        }
        Abilities::Empirical { observed } => {
            format!("drawn as {} observed abilities lie", observed.len())
        }
        Abilities::Given { .. } => "of given abilities".to_owned(),
    };
    let mut sentence = format!("{} simulated examinees, {spread}; seed {}.", request.examinees, request.seed);
    if request.attempts > 1 {
        let growth = words::decimal(request.growth);
        sentence += &format!(" {} attempts each, growing by {growth} logits in between.", request.attempts);
    }
    let careless = [(request.rapid, "without reading"), (request.slip, "spoiled"), (request.guess, "lucky")];
    for (share, name) in careless.into_iter().filter(|(share, _)| *share > 0.0) {
        sentence += &format!(" {} of answers {name}.", words::percent(share));
    }
    if request.strand_deviation > 0.0 {
        let deviation = words::decimal(request.strand_deviation);
        sentence += &format!(" Abilities in strands differ by a standard deviation of {deviation} logits.");
    }
    if let Some(rounds) = request.exposure_rounds {
        sentence += &format!(" Exposure parameters are found first, in at most {rounds} rounds.");
    }
    if let Some(validation) = &request.validation {
        sentence += &format!(
            " Everybody then takes {} {} for {}.",
            validation.plan_id, validation.plan_version, validation.level
        );
    }
    sentence
}

fn figure(summary: &Value, place: &str) -> Option<f64> {
    summary.pointer(place).and_then(Value::as_f64)
}

fn decimal_at(summary: &Value, place: &str) -> String {
    figure(summary, place).map_or_else(|| "–".to_owned(), words::decimal)
}

fn percent_at(summary: &Value, place: &str) -> String {
    figure(summary, place).map_or_else(|| "–".to_owned(), words::percent)
}

fn facts(summary: &Value) -> Vec<FactView> {
    let decimal = |place| decimal_at(summary, place);
    let percent = |place| percent_at(summary, place);
    let mut facts = vec![
        FactView::with_note("Bias", decimal("/metrics/bias"), "mean of estimate less ability, logits"),
        FactView::with_note("RMSE", decimal("/metrics/rmse"), "root mean squared error, logits"),
        FactView::with_note(
            "Coverage",
            percent("/metrics/coverage_95"),
            "abilities within 1.96 standard errors; 95\u{a0}% is right",
        ),
        FactView::with_note(
            "Length",
            decimal("/metrics/mean_length"),
            format!(
                "items on average; 95\u{a0}% of tests have at most {:.0}",
                figure(summary, "/metrics/p95_length").unwrap_or_default()
            ),
        ),
        FactView::with_note(
            "Highest exposure",
            percent("/exposure/max_exposure"),
            format!("of tests had one item; {} of the pool used", percent("/exposure/share_used")),
        ),
        FactView::with_note(
            "Overlap",
            percent("/exposure/overlap"),
            "of its items a test shares with another, on average",
        ),
    ];
    if figure(summary, "/level_accuracy").is_some() {
        let words = "of tests placed in the level of the ability";
        facts.push(FactView::with_note("Right level", percent("/level_accuracy"), words));
    }
    facts
}

fn violations(summary: &Value) -> (usize, Vec<String>) {
    let count = summary["violations"].as_u64().unwrap_or_default();
    let examples = summary["violation_examples"].as_array().cloned().unwrap_or_default();
    let examples = examples.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    (usize::try_from(count).unwrap_or(usize::MAX), examples)
}

fn bands(summary: &Value) -> Vec<BandRow> {
    let bands = summary["by_ability"].as_array().cloned().unwrap_or_default();
    let row = |band: &Value| BandRow {
        abilities: format!("{} to {}", decimal_at(band, "/lowest"), decimal_at(band, "/highest")),
        tests: figure(band, "/recovery/n").map_or_else(String::new, |count| format!("{count:.0}")),
        bias: decimal_at(band, "/recovery/bias"),
        rmse: decimal_at(band, "/recovery/rmse"),
        coverage: percent_at(band, "/recovery/coverage_95"),
        length: decimal_at(band, "/recovery/mean_length"),
    };
    bands.iter().map(row).collect()
}
