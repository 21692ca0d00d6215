//! The list of calibrations and the form that asks for one.

use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::least::{minimum_words, most_tried, usual_minimum};
use super::{FOLDER, item_words};
use crate::assessment::civil::{civil_date, end_of_day, start_of_day};
use crate::clock::Millis;
use crate::delivery::people::schools;
use crate::delivery::recalibration::{AnswerSource, CalibrationRequest, ItemsToEstimate, RapidGuesses};
use crate::delivery::staff_jobs::{StaffJob, list_staff_jobs};
use crate::delivery::{DeliveryError, Viewer};
use crate::http::error::ApiError;
use crate::http::file_form::FileForm;
use crate::http::flash::{Flash, see};
use crate::http::pages::job::{ListQuery, older, rows_after};
use crate::http::pages::view::MarkView;
use crate::http::pages::{Frame, job, show, show_again, words};
use crate::http::state::AppState;
use crate::jobs::calibrate::{self, FileCalibration};
use crate::store::banks::{BankStatus, BankVersion, list_bank_versions};
use crate::store::calibration_files::StoredFile;
use crate::store::jobs::Job;

const DAY_MS: i64 = 86_400_000;

/// What the form holds.
#[derive(Debug, Clone, Deserialize)]
pub struct AskForm {
    bank: String,
    from: String,
    to: String,
    items: String,
    minimum: String,
    #[serde(default)]
    keep_rapid: String,
    #[serde(default)]
    group: String,
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
    least: Option<String>,
    largest_file: usize,
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
        minimum: String::new(),
        keep_rapid: String::new(),
        group: String::new(),
    };
    show(&page(&state, frame, &zone, (query.offset, form, None)).await?)
}

/// Asks for a calibration; a form that cannot be read is shown again.
pub async fn ask(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    form: FileForm<AskForm>,
) -> Result<HttpResponse, ApiError> {
    let zone = schools::time_zone(state.store(), &viewer.school_id).await?;
    let FileForm { fields: form, file } = form;
    let asked = match read(&form, &zone) {
        Ok(request) if file.text.is_empty() => {
            calibrate::request(&state.service, state.now(), &request, &viewer.account_id).await
        }
        Ok(request) => {
            let asked = FileCalibration {
                bank: (request.bank_id, request.bank_version),
                items: request.items,
                minimum_answers: request.minimum_answers,
                group: Some(form.group.trim().to_owned()).filter(|group| !group.is_empty()),
                file: StoredFile { name: file.name, content: file.text },
            };
            calibrate::request_from_file(&state.service, state.now(), asked, &viewer.account_id).await
        }
        Err(problem) => {
            return show_again(&page(&state, frame, &zone, (0, form, Some(problem))).await?);
        }
    };
    match asked {
        Ok(job) => Ok(see(&format!("{FOLDER}/{}", job.id))),
        Err(
            refused @ (DeliveryError::Invalid { .. }
            | DeliveryError::NotFound { .. }
            | DeliveryError::ResponseFile { .. }),
        ) => show_again(&page(&state, frame, &zone, (0, form, Some(words::refusal(&refused)))).await?),
        Err(other) => Err(other.into()),
    }
}

fn read(form: &AskForm, zone: &TimeZone) -> Result<CalibrationRequest, String> {
    let (bank_id, version) = form.bank.rsplit_once(' ').ok_or("Choose a bank version.")?;
    let bank_version = version.parse().map_err(|_| "Choose a bank version.")?;
    let first = day(&form.from).ok_or("The first day must be a date such as 2026-09-01.")?;
    let last = day(&form.to).ok_or("The last day must be a date such as 2026-11-30.")?;
    let minimum_answers =
        form.minimum.trim().parse().map_err(|_| "The number of answers must be a whole number.")?;
    Ok(CalibrationRequest {
        bank_id: bank_id.to_owned(),
        bank_version,
        answers: AnswerSource::Live { from_ms: start_of_day(first, zone).0, to_ms: end_of_day(last, zone).0 },
        items: if form.items == "all" { ItemsToEstimate::All } else { ItemsToEstimate::FieldTest },
        minimum_answers,
        rapid_guesses: if form.keep_rapid.is_empty() { RapidGuesses::LeftOut } else { RapidGuesses::Kept },
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
    (offset, mut form, problem): (u32, AskForm, Option<String>),
) -> Result<ListPage, ApiError> {
    let listed = list_staff_jobs(&state.service, StaffJob::Calibration, rows_after(offset)).await?;
    let mut connection = state.store().read().await?;
    let versions = list_bank_versions(&mut connection).await?;
    drop(connection);
    let published: Vec<BankVersion> =
        versions.into_iter().filter(|version| version.status == BankStatus::Published).collect();
    let mut least = None;
    if form.minimum.is_empty() {
        let tried = most_tried(state, &published).await?;
        let counts = tried.as_ref().map_or(&[][..], |tried| &tried.answers);
        let minimum = usual_minimum(counts);
        form.minimum = minimum.to_string();
        if let Some(tried) = &tried {
            form.bank = format!("{} {}", tried.bank.bank_id, tried.bank.version);
            least = Some(minimum_words(tried, minimum));
        }
    }
    Ok(ListPage {
        frame,
        older: older(offset, &listed),
        rows: listed.rows.iter().map(|job| row(job, zone)).collect(),
        banks: published
            .into_iter()
            .map(|version| {
                let label = format!("{}, version {}", version.name, version.version);
                (format!("{} {}", version.bank_id, version.version), label)
            })
            .collect(),
        form,
        least,
        largest_file: state.settings.file_bytes_max / (1024 * 1024),
        problem,
    })
}

fn row(job: &Job, zone: &TimeZone) -> Row {
    let request: Option<CalibrationRequest> = serde_json::from_value(job.request.clone()).ok();
    let period = request.as_ref().map(|request| match request.answers {
        AnswerSource::Live { from_ms, to_ms } => {
            let (from, to) = (Millis(from_ms), Millis(to_ms - 1));
            format!("{} to {}", words::short_date(from, zone), words::short_date(to, zone))
        }
        AnswerSource::File { .. } => item_words::file_name(request).unwrap_or_default(),
    });
    Row {
        id: job.id.to_string(),
        asked: words::date_time(job.created_at, zone),
        bank: request
            .map(|request| format!("{}, version {}", request.bank_id, request.bank_version))
            .unwrap_or_default(),
        period: period.unwrap_or_default(),
        state: job::state(job),
    }
}
