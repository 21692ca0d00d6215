//! The list of calibrations and the form that asks for one.

use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::FOLDER;
use crate::assessment::civil::{civil_date, end_of_day, start_of_day};
use crate::clock::Millis;
use crate::delivery::people::schools;
use crate::delivery::recalibration::{CalibrationRequest, ItemsToEstimate, RapidGuesses, list_calibrations};
use crate::delivery::{DeliveryError, Viewer};
use crate::http::error::ApiError;
use crate::http::flash::{Flash, see};
use crate::http::pages::view::MarkView;
use crate::http::pages::{Frame, job, show, show_again, words};
use crate::http::state::AppState;
use crate::jobs::calibrate;
use crate::store::banks::{BankStatus, list_bank_versions};
use crate::store::jobs::Job;
use crate::store::{PAGE_ROWS, PageRequest};

const DAY_MS: i64 = 86_400_000;

/// What the form holds.
#[derive(Debug, Clone, Deserialize)]
pub struct AskForm {
    bank: String,
    from: String,
    to: String,
    items: String,
    minimum: String,
    keep_rapid: Option<String>,
}

/// Which part of the list.
#[derive(Debug, Deserialize)]
pub struct ListQuery {
    offset: Option<u32>,
}

struct Row {
    id: String,
    asked: String,
    bank: String,
    period: String,
    state: MarkView,
}

#[derive(Template)]
#[template(path = "calibration/list.html")]
struct ListPage {
    frame: Frame,
    rows: Vec<Row>,
    older: Option<u32>,
    banks: Vec<(String, String)>,
    form: AskForm,
    problem: Option<String>,
}

/// The list and the form.
pub async fn list(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    query: web::Query<ListQuery>,
) -> Result<HttpResponse, ApiError> {
    let zone = schools::time_zone(state.store(), &viewer.school_id).await?;
    let today = state.now();
    let form = AskForm {
        bank: String::new(),
        from: iso_date(today.plus(-180 * DAY_MS), &zone),
        to: iso_date(today, &zone),
        items: "field_test".to_owned(),
        minimum: "200".to_owned(),
        keep_rapid: None,
    };
    show(&page(&state, frame, &zone, (query.offset.unwrap_or(0), form, None)).await?)
}

/// Asks for a calibration; a form that cannot be read is shown again.
pub async fn ask(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    form: web::Form<AskForm>,
) -> Result<HttpResponse, ApiError> {
    let zone = schools::time_zone(state.store(), &viewer.school_id).await?;
    let form = form.into_inner();
    let problem = match read(&form, &zone) {
        Ok(request) => {
            match calibrate::request(&state.service, state.now(), &request, &viewer.account_id).await {
                Ok(job) => return Ok(see(&format!("{FOLDER}/{}", job.id))),
                Err(refused @ (DeliveryError::Invalid { .. } | DeliveryError::NotFound { .. })) => {
                    refused.to_string()
                }
                Err(other) => return Err(other.into()),
            }
        }
        Err(problem) => problem,
    };
    show_again(&page(&state, frame, &zone, (0, form, Some(problem))).await?)
}

fn read(form: &AskForm, zone: &TimeZone) -> Result<CalibrationRequest, String> {
    let (bank_id, version) = form.bank.rsplit_once(' ').ok_or("Choose a bank version.")?;
    let bank_version = version.parse().map_err(|_| "Choose a bank version.")?;
    let first = day(&form.from).ok_or("The first day must be a date such as 2026-09-01.")?;
    let last = day(&form.to).ok_or("The last day must be a date such as 2026-11-30.")?;
    let minimum_answers =
        form.minimum.parse().map_err(|_| "The number of answers must be a whole number.")?;
    Ok(CalibrationRequest {
        bank_id: bank_id.to_owned(),
        bank_version,
        from_ms: start_of_day(first, zone).0,
        to_ms: end_of_day(last, zone).0,
        items: if form.items == "all" { ItemsToEstimate::All } else { ItemsToEstimate::FieldTest },
        minimum_answers,
        rapid_guesses: if form.keep_rapid.is_some() { RapidGuesses::Kept } else { RapidGuesses::LeftOut },
    })
}

fn day(date: &str) -> Option<Date> {
    date.trim().parse().ok()
}

fn iso_date(at: Millis, zone: &TimeZone) -> String {
    civil_date(at, zone).to_string()
}

async fn page(
    state: &AppState,
    frame: Frame,
    zone: &TimeZone,
    (offset, form, problem): (u32, AskForm, Option<String>),
) -> Result<ListPage, ApiError> {
    let request = PageRequest::new(PAGE_ROWS, offset).unwrap_or_else(PageRequest::first);
    let listed = list_calibrations(&state.service, request).await?;
    let mut connection = state.store().read().await?;
    let versions = list_bank_versions(&mut connection).await?;
    drop(connection);
    let shown = u64::from(offset) + listed.rows.len() as u64;
    Ok(ListPage {
        frame,
        older: (shown < listed.total).then_some(offset + PAGE_ROWS),
        rows: listed.rows.iter().map(|job| row(job, zone)).collect(),
        banks: versions
            .into_iter()
            .filter(|version| version.status == BankStatus::Published)
            .map(|version| {
                let label = format!("{}, version {}", version.name, version.version);
                (format!("{} {}", version.bank_id, version.version), label)
            })
            .collect(),
        form,
        problem,
    })
}

fn row(job: &Job, zone: &TimeZone) -> Row {
    let request: Option<CalibrationRequest> = serde_json::from_value(job.request.clone()).ok();
    let period = request.as_ref().map(|request| {
        let (from, to) = (Millis(request.from_ms), Millis(request.to_ms - 1));
        format!("{} to {}", words::short_date(from, zone), words::short_date(to, zone))
    });
    Row {
        id: job.id.to_string(),
        asked: words::date_time(job.created_at, zone),
        bank: request
            .map(|request| format!("{} {}", request.bank_id, request.bank_version))
            .unwrap_or_default(),
        period: period.unwrap_or_default(),
        state: job::state(job),
    }
}
