//! Handlers of running attempts in an adult's hands: the live board, pause, resume, invalidate, reset.

use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::class_doors::head;
use super::evidence_words::state_mark;
use super::live_page::{LivePage, LiveRow, LiveRows};
use super::manage_page::{ActionView, ManagePage};
use crate::assessment::{Actor, AttemptState};
use crate::clock::Millis;
use crate::delivery::people::{schools, visibility};
use crate::delivery::read_models::{self, LiveBoard, LiveFlag};
use crate::delivery::{self, CurrentStep, DeliveryError, Viewer};
use crate::http::error::ApiError;
use crate::http::flash::{Flash, see_with};
use crate::http::pages::attempt_words::event_views;
use crate::http::pages::display::own_path;
use crate::http::pages::view::FactView;
use crate::http::pages::{Frame, show, words};
use crate::http::state::AppState;
use crate::store::{AttemptId, ClassId};

/// Where to go back to, and why.
#[derive(Debug, Deserialize)]
pub struct ControlForm {
    #[serde(default)]
    back: String,
    #[serde(default)]
    reason: String,
}

/// Shows who is testing.
pub async fn live(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = ClassId(path.into_inner());
    let class = head(&state, &viewer, &id, "live").await?;
    let board = read_models::live_board(&state.service, state.now(), &id).await?;
    let back = format!("/classes/{id}/live");
    show(&LivePage { frame, class, back, summary: summary(&board), rows: rows(&board) })
}

/// The rows alone, for the page's script.
pub async fn live_rows(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = ClassId(path.into_inner());
    head(&state, &viewer, &id, "live").await?;
    let board = read_models::live_board(&state.service, state.now(), &id).await?;
    let back = format!("/classes/{id}/live");
    show(&LiveRows { frame, back, summary: summary(&board), rows: rows(&board) })
}

/// Shows one attempt and what can be done to it.
pub async fn manage(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = AttemptId(path.into_inner());
    visibility::attempt_for(&mut *state.store().read().await?, &viewer, &id).await?;
    let zone = schools::time_zone(state.store(), &viewer.school_id).await?;
    let result = read_models::attempt_result(&state.service, state.now(), &id).await?;
    let record = delivery::attempt_record(&state.service, &id).await?;
    let mut facts = vec![
        FactView::new("State", state_mark(result.state).words),
        FactView::new("Started", words::date_time(Millis(result.started_at_ms), &zone)),
        FactView::new("Answers", result.answered.to_string()),
    ];
    if let Some(place) = &result.place {
        let estimate = format!("{} ± {}", words::decimal(place.theta), words::decimal(place.standard_error));
        facts.push(FactView::with_note("Estimate", estimate, format!("logits, level {}", place.level + 1)));
    }
    show(&ManagePage {
        frame,
        title: format!("{}, attempt {}", result.assessment_name, result.number),
        attempt: id.to_string(),
        student: result.student_id,
        name: result.student_name,
        facts,
        actions: actions(result.state),
        events: event_views(&record, &zone),
    })
}

/// Pauses an attempt; its student cannot resume it.
pub async fn hold(
    state: web::Data<AppState>,
    viewer: Viewer,
    path: web::Path<String>,
    form: web::Form<ControlForm>,
) -> Result<HttpResponse, ApiError> {
    let id = visible(&state, &viewer, path.into_inner()).await?;
    let by = Actor::Account(viewer.account_id.to_string());
    let outcome = delivery::pause(&state.service, state.now(), &id, &by).await;
    told(outcome, &form, "Paused. The student goes on when you say so.")
}

/// Lets a paused attempt go on.
pub async fn release(
    state: web::Data<AppState>,
    viewer: Viewer,
    path: web::Path<String>,
    form: web::Form<ControlForm>,
) -> Result<HttpResponse, ApiError> {
    let id = visible(&state, &viewer, path.into_inner()).await?;
    let by = Actor::Account(viewer.account_id.to_string());
    let outcome = delivery::resume(&state.service, state.now(), &id, &by).await;
    told(outcome, &form, "The student can go on.")
}

/// Rules that an attempt never counts.
pub async fn invalidate(
    state: web::Data<AppState>,
    viewer: Viewer,
    path: web::Path<String>,
    form: web::Form<ControlForm>,
) -> Result<HttpResponse, ApiError> {
    let id = visible(&state, &viewer, path.into_inner()).await?;
    let outcome =
        delivery::invalidate(&state.service, state.now(), &id, &viewer.account_id, &form.reason).await;
    told(outcome, &form, "Invalidated. It never counts, and it stays on record.")
}

/// Gives an attempt back.
pub async fn reset(
    state: web::Data<AppState>,
    viewer: Viewer,
    path: web::Path<String>,
    form: web::Form<ControlForm>,
) -> Result<HttpResponse, ApiError> {
    let id = visible(&state, &viewer, path.into_inner()).await?;
    let outcome = delivery::reset(&state.service, state.now(), &id, &viewer.account_id, &form.reason).await;
    told(outcome, &form, "Given back. The student has this attempt again.")
}

async fn visible(state: &AppState, viewer: &Viewer, id: String) -> Result<AttemptId, ApiError> {
    let mut connection = state.store().read().await?;
    Ok(visibility::attempt_for(&mut connection, viewer, &AttemptId(id)).await?.id)
}

fn told(
    outcome: Result<CurrentStep, DeliveryError>,
    form: &ControlForm,
    done: &str,
) -> Result<HttpResponse, ApiError> {
    let flash = match outcome {
        Ok(_) => Flash::Done(done.to_owned()),
        Err(refusal @ (DeliveryError::Transition(_) | DeliveryError::Invalid { .. })) => {
            Flash::Refused(format!("Nothing was done: {refusal}."))
        }
        Err(other) => return Err(other.into()),
    };
    Ok(see_with(&own_path(Some(&form.back)), &flash))
}

fn actions(state: AttemptState) -> Vec<ActionView> {
    let pause = ActionView {
        verb: "hold",
        name: "Pause",
        words: "The student cannot answer until you let them go on.",
        needs_reason: false,
        tone: "",
    };
    let resume = ActionView {
        verb: "release",
        name: "Let go on",
        words: "The student goes on at the very question where it stopped.",
        needs_reason: false,
        tone: "primary",
    };
    let invalidate = ActionView {
        verb: "invalidate",
        name: "Invalidate",
        words: "It never counts. It still uses up one attempt. This cannot be undone.",
        needs_reason: true,
        tone: "danger",
    };
    let give_back = ActionView {
        verb: "reset",
        name: "Give back",
        words: "It never counts and the student has the attempt again. This cannot be undone.",
        needs_reason: true,
        tone: "danger",
    };
    match state {
        AttemptState::InProgress => vec![pause, invalidate, give_back],
        AttemptState::Paused => vec![resume, invalidate, give_back],
        AttemptState::Completed | AttemptState::Expired => vec![invalidate, give_back],
        AttemptState::Invalidated => vec![give_back],
        AttemptState::Reset => Vec::new(),
    }
}

fn summary(board: &LiveBoard) -> String {
    let count = |state| board.rows.iter().filter(|row| row.state == state).count();
    format!("{} testing, {} paused.", count(AttemptState::InProgress), count(AttemptState::Paused))
}

fn rows(board: &LiveBoard) -> Vec<LiveRow> {
    let now = Millis(board.read_at_ms);
    let row = |row: &read_models::LiveRow| LiveRow {
        attempt: row.attempt_id.clone(),
        student: row.student_id.clone(),
        name: row.name.clone(),
        assessment: row.assessment_name.clone(),
        state: state_mark(row.state),
        progress: format!("{} answered, of {} to {}", row.answered, row.least_answers, row.most_answers),
        last: words::ago(Millis(row.last_activity_ms), now),
        flags: row.flags.iter().map(|flag| flag_words(*flag).to_owned()).collect(),
        can_pause: row.state == AttemptState::InProgress,
        can_resume: row.state == AttemptState::Paused,
    };
    board.rows.iter().map(row).collect()
}

fn flag_words(flag: LiveFlag) -> &'static str {
    match flag {
        LiveFlag::PausedByInactivity => "Quiet for too long",
        LiveFlag::PausedByAdult => "Waits for an adult",
        LiveFlag::Silent => "Away",
        LiveFlag::RapidGuessing => "Answers very fast",
    }
}
