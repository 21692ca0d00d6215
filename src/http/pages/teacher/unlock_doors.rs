//! Handlers of unlocking, revoking and consent.

use actix_web::{HttpResponse, web};
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::class_doors::{head, whole_page};
use super::evidence_words::{recommendation_words, shortage_words};
use super::unlock_page::{BulkRow, BulkUnlockPage, OpenDays, UnlockPage};
use crate::assessment::{Recommendation, UnlockRefusal, Verdict};
use crate::clock::Millis;
use crate::delivery::people::{schools, visibility};
use crate::delivery::read_models::{self, ClassOverview, ClassRow, StudentEvidence, ValidationState};
use crate::delivery::readiness::recommended_at;
use crate::delivery::{self, DeliveryError, GrantUnlock, Viewer};
use crate::http::error::ApiError;
use crate::http::flash::{Flash, see_with};
use crate::http::pages::drawing;
use crate::http::pages::student::question::Fields;
use crate::http::pages::view::MarkView;
use crate::http::pages::{Frame, Html, show, show_again, words};
use crate::http::state::AppState;
use crate::store::{AccountId, AssessmentId, ClassId, UnlockId};

/// Why and with what note.
#[derive(Debug, Default, Deserialize)]
pub struct UnlockForm {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    open_through: String,
}

/// Which student the page comes back to.
#[derive(Debug, Deserialize)]
pub struct StudentField {
    student: String,
}

/// A consent in words.
#[derive(Debug, Deserialize)]
pub struct ConsentForm {
    note: String,
}

/// Which validation is shown.
#[derive(Debug, Deserialize)]
pub struct BulkQuery {
    assessment: Option<String>,
}

/// Shows what an unlock rests on, and asks for the decision.
pub async fn ask_unlock(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    let basis = basis(&state, &viewer, path.into_inner()).await?;
    show(&unlock_page(frame, &basis, UnlockForm::default(), None))
}

/// Unlocks one attempt.
pub async fn unlock(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    path: web::Path<(String, String)>,
    form: web::Form<UnlockForm>,
) -> Result<HttpResponse, ApiError> {
    let basis = basis(&state, &viewer, path.into_inner()).await?;
    let evidence = &basis.evidence;
    let (student, assessment) =
        (AccountId(evidence.student_id.clone()), AssessmentId(evidence.assessment_id.clone()));
    let grant = GrantUnlock {
        by: &viewer.account_id,
        student: &student,
        assessment: &assessment,
        reason: given(&form.reason),
        note: given(&form.note),
        open_through: given(&form.open_through),
    };
    match delivery::grant_unlock(&state.service, state.now(), &grant).await {
        Ok(unlock) => {
            let Basis { evidence, zone, .. } = &basis;
            let through = words::last_day(unlock.expires_at, zone);
            let words =
                format!("{} is unlocked for {} through {through}.", evidence.assessment_name, evidence.name);
            Ok(see_with(&format!("/students/{student}"), &Flash::Done(words)))
        }
        Err(DeliveryError::UnlockRefused(refusal)) => {
            let problem = Some(refusal_words(&refusal));
            show_again(&unlock_page(frame, &basis, form.into_inner(), problem))
        }
        Err(DeliveryError::Invalid { field, must }) => {
            let problem = Some(invalid_words(field, &must));
            show_again(&unlock_page(frame, &basis, form.into_inner(), problem))
        }
        Err(other) => Err(other.into()),
    }
}

/// Takes an unlock back.
pub async fn revoke(
    state: web::Data<AppState>,
    viewer: Viewer,
    path: web::Path<String>,
    form: web::Form<StudentField>,
) -> Result<HttpResponse, ApiError> {
    let id = UnlockId(path.into_inner());
    let unlock = visibility::unlock_for(state.store(), &viewer, &id).await?;
    if unlock.student_id.as_str() != form.student {
        return Err(ApiError::NotFound("unlock"));
    }
    let flash = match delivery::revoke_unlock(&state.service, state.now(), &id, &viewer.account_id).await {
        Ok(_) => Flash::Done("The unlock is revoked. Nothing can be started with it.".to_owned()),
        Err(DeliveryError::RevokeRefused(refusal)) => Flash::Refused(format!("Not revoked: {refusal}.")),
        Err(other) => return Err(other.into()),
    };
    Ok(see_with(&format!("/students/{}", unlock.student_id), &flash))
}

/// Records a consent to be tested again.
pub async fn consent(
    state: web::Data<AppState>,
    viewer: Viewer,
    path: web::Path<(String, String)>,
    form: web::Form<ConsentForm>,
) -> Result<HttpResponse, ApiError> {
    let (student, assessment) = path.into_inner();
    let (student, assessment) = (AccountId(student), AssessmentId(assessment));
    visibility::student_for(&mut *state.store().read().await?, &viewer, &student).await?;
    let about = (&student, &assessment);
    delivery::record_consent(&state.service, state.now(), about, &viewer.account_id, &form.note).await?;
    Ok(see_with(&format!("/students/{student}"), &Flash::Done("The consent is on record.".to_owned())))
}

/// Shows a class with each student's recommendation for one validation.
pub async fn ask_bulk(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    path: web::Path<String>,
    query: web::Query<BulkQuery>,
) -> Result<HttpResponse, ApiError> {
    let id = ClassId(path.into_inner());
    show(&bulk_page(&state, &viewer, frame, &id, query.into_inner().assessment).await?)
}

/// Unlocks for those chosen, each on their own evidence.
pub async fn unlock_many(
    state: web::Data<AppState>,
    viewer: Viewer,
    path: web::Path<String>,
    form: web::Form<Fields>,
) -> Result<HttpResponse, ApiError> {
    let id = ClassId(path.into_inner());
    let class = head(&state, &viewer, &id, "unlock").await?;
    let values =
        |wanted: &'static str| form.iter().filter(move |(name, _)| name == wanted).map(|(_, value)| value);
    let assessment = AssessmentId(values("assessment").next().cloned().unwrap_or_default());
    let students: Vec<AccountId> = values("student").map(|id| AccountId(id.clone())).collect();
    visibility::students_of_class(state.store(), &viewer, &id, &students).await?;
    let reason = values("reason").next().cloned().unwrap_or_default();
    let open_through = values("open_through").next().cloned().unwrap_or_default();
    let grant = GrantUnlock {
        by: &viewer.account_id,
        student: &viewer.account_id,
        assessment: &assessment,
        reason: given(&reason),
        note: None,
        open_through: given(&open_through),
    };
    let outcomes = delivery::grant_unlocks(&state.service, state.now(), &grant, &students).await;
    let mut refused = Vec::new();
    for (student, outcome) in &outcomes {
        match outcome {
            Ok(_) => {}
            Err(DeliveryError::UnlockRefused(refusal @ UnlockRefusal::OutsideLifetime { .. })) => {
                refused.push(refusal_words(refusal));
            }
            Err(DeliveryError::UnlockRefused(refusal)) => {
                let account =
                    visibility::student_for(&mut *state.store().read().await?, &viewer, student).await?;
                refused.push(format!("{}: {}", account.display_name, refusal_words(refusal)));
            }
            Err(DeliveryError::Invalid { field, must }) => refused.push(invalid_words(field, must)),
            Err(other) => {
                tracing::error!(error = ?other, "unlock failed");
                refused.push("one could not be recorded; try again".to_owned());
            }
        }
    }
    refused.dedup();
    let unlocked = outcomes.iter().filter(|(_, outcome)| outcome.is_ok()).count();
    let done = words::counted(unlocked, "student");
    let flash = match (outcomes.is_empty(), refused.is_empty()) {
        (true, _) => Flash::Refused("Nobody was chosen. Nothing was done.".to_owned()),
        (_, true) => Flash::Done(format!("Unlocked for {done}.")),
        (_, false) => Flash::Refused(format!("Unlocked for {done}. Not unlocked: {}", refused.join(" "))),
    };
    Ok(see_with(&format!("/classes/{}/unlock?assessment={assessment}", class.id), &flash))
}

/// What an unlock rests on: the evidence, from when it is recommended, and the days it can stay open through.
struct Basis {
    evidence: StudentEvidence,
    threshold: f64,
    days: OpenDays,
    zone: TimeZone,
}

async fn basis(
    state: &AppState,
    viewer: &Viewer,
    (student, assessment): (String, String),
) -> Result<Basis, ApiError> {
    let (student, assessment) = (AccountId(student), AssessmentId(assessment));
    visibility::student_for(&mut *state.store().read().await?, viewer, &student).await?;
    let evidence = read_models::student_evidence(&state.service, state.now(), &student, &assessment).await?;
    let zone = schools::time_zone(state.store(), &viewer.school_id).await?;
    Ok(Basis {
        days: OpenDays::of(state.now(), Millis(evidence.unlock_would_expire_at_ms), &zone),
        threshold: recommended_at(&state.service, &assessment).await?,
        evidence,
        zone,
    })
}

fn given(text: &str) -> Option<&str> {
    let text = text.trim();
    (!text.is_empty()).then_some(text)
}

fn unlock_page(frame: Frame, basis: &Basis, typed: UnlockForm, problem: Option<String>) -> UnlockPage {
    let Basis { evidence, threshold, days, .. } = basis;
    let readiness = &evidence.readiness;
    let probability = readiness.probability();
    let recommended = !evidence.reason_needed;
    let meter = probability.map(|known| drawing::probability_meter(known, *threshold));
    UnlockPage {
        frame,
        student: evidence.student_id.clone(),
        name: evidence.name.clone(),
        assessment: evidence.assessment_id.clone(),
        assessment_name: evidence.assessment_name.clone(),
        probability: probability.map(words::percent),
        probability_words: evidence.readiness_words.clone(),
        meter: meter.map(Html::drawing).unwrap_or_default(),
        recommended,
        tone: if recommended { "good" } else { "wait" },
        icon: if recommended { "check" } else { "warning" },
        recommendation: recommendation_words(readiness.recommendation).to_owned(),
        shortages: shortage_words(readiness),
        open_through: given(&typed.open_through).unwrap_or(&days.last).to_owned(),
        days: days.clone(),
        reason: typed.reason,
        note: typed.note,
        problem,
    }
}

fn invalid_words(field: &str, must: &str) -> String {
    let name = if field == "open_through" { "The day" } else { "The text" };
    format!("{name} {must}.")
}

fn refusal_words(refusal: &UnlockRefusal) -> String {
    words::sentence(&refusal.to_string())
}

async fn bulk_page(
    state: &AppState,
    viewer: &Viewer,
    frame: Frame,
    id: &ClassId,
    wanted: Option<String>,
) -> Result<BulkUnlockPage, ApiError> {
    let class = head(state, viewer, id, "unlock").await?;
    let overview = read_models::class_overview(&state.service, state.now(), id, whole_page()).await?;
    let assessments = validations(&overview);
    let chosen = wanted.filter(|wanted| assessments.iter().any(|(id, _)| id == wanted));
    let chosen = chosen.or_else(|| assessments.first().map(|(id, _)| id.clone())).unwrap_or_default();
    let mut rows: Vec<BulkRow> = overview.rows.iter().filter_map(|row| bulk_row(row, &chosen)).collect();
    rows.sort_by_key(|row| !row.chosen);
    let zone = schools::time_zone(state.store(), &viewer.school_id).await?;
    let days = if chosen.is_empty() {
        OpenDays::default()
    } else {
        let validation = AssessmentId(chosen.clone());
        let latest = delivery::latest_expiry(&state.service, state.now(), &validation, &zone).await?;
        OpenDays::of(state.now(), latest, &zone)
    };
    Ok(BulkUnlockPage { frame, class, assessments, chosen, rows, days })
}

fn validations(overview: &ClassOverview) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for state in overview.rows.iter().flat_map(|row| &row.cells).flat_map(|cell| &cell.validations) {
        if !found.iter().any(|(id, _)| *id == state.assessment_id) {
            found.push((state.assessment_id.clone(), state.name.clone()));
        }
    }
    found
}

fn bulk_row(row: &ClassRow, assessment: &str) -> Option<BulkRow> {
    let (cell, state) = row.cells.iter().find_map(|cell| {
        cell.validations.iter().find(|state| state.assessment_id == assessment).map(|state| (cell, state))
    })?;
    let settled = state.verdict == Some(Verdict::Validated) || state.unlock_id.is_some();
    let blocked = settled || state.attempts_left == Some(0);
    let mark = match state.recommendation {
        Recommendation::Unlock => MarkView::new("good", "check", "Recommended"),
        Recommendation::Wait => MarkView::new("wait", "clock", "Not yet"),
        Recommendation::NotEnoughEvidence => MarkView::new("", "info", "Too little evidence"),
    };
    let evidence = match cell.place {
        Some(place) => format!("Level {}, {}", place.level + 1, words::counted(cell.dots.len(), "attempt")),
        None => "No attempt yet".to_owned(),
    };
    Some(BulkRow {
        id: row.student_id.clone(),
        name: row.name.clone(),
        chosen: state.recommendation == Recommendation::Unlock && !blocked,
        blocked,
        mark,
        probability: state.probability.map_or_else(|| "–".to_owned(), words::percent),
        evidence,
        state: bulk_state(state).to_owned(),
    })
}

fn bulk_state(state: &ValidationState) -> &'static str {
    match (state.verdict, &state.unlock_id, state.attempts_left) {
        (Some(Verdict::Validated), _, _) => "Validated",
        (_, Some(_), _) => "Unlocked already",
        (_, None, Some(0)) => "No attempts left",
        (Some(Verdict::NotYet), None, _) => "Not yet",
        (None, None, _) => "",
    }
}
