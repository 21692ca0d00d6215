//! The handler of the student's home, and the read model as the page tells it.

use actix_web::{HttpResponse, web};
use jiff::tz::TimeZone;

use super::home::{AttemptMarks, HomeAction, HomePage, InvitationView, PastView, TrailView, ValidationLine};
use crate::assessment::{AttemptState, NotCounted, Purpose};
use crate::clock::Millis;
use crate::delivery::Viewer;
use crate::delivery::people::schools;
use crate::delivery::read_models::{self, Door, HomeAssessment, PastAttempt, StudentHome, TrailScale};
use crate::http::error::ApiError;
use crate::http::pages::drawing::{Trail, TrailDot, TrailSize};
use crate::http::pages::trails::{levels_of, place_of};
use crate::http::pages::{Frame, Html, show, words};
use crate::http::state::AppState;

/// More markers than this say nothing: the words alone do.
const MARKS_MAX: u32 = 10;

/// Shows a student's home.
pub async fn home(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
) -> Result<HttpResponse, ApiError> {
    let home = read_models::student_home(&state.service, state.now(), &viewer.account_id).await?;
    let zone = schools::time_zone(state.store(), &viewer.school_id).await?;
    show(&home_page(frame, &home, &zone))
}

fn home_page(frame: Frame, home: &StudentHome, zone: &TimeZone) -> HomePage {
    let (trails, validations): (Vec<_>, Vec<_>) =
        home.assessments.iter().partition(|assessment| assessment.purpose == Purpose::SelfLevelling);
    let (open, closed): (Vec<_>, Vec<_>) = validations
        .iter()
        .copied()
        .partition(|validation| matches!(validation.door, Door::Start | Door::Continue { .. }));
    HomePage {
        name: first_name(&home.name).to_owned(),
        invitations: open.into_iter().map(|validation| invitation(validation, zone)).collect(),
        trails: trails.iter().map(|trail| trail_view(trail, &validations, zone)).collect(),
        validations: closed.into_iter().map(|validation| validation_line(validation, zone)).collect(),
        frame,
    }
}

/// "Maya" of "Maya Okafor".
#[must_use]
pub fn first_name(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or(name)
}

fn invitation(validation: &HomeAssessment, zone: &TimeZone) -> InvitationView {
    let level = validation.trail.as_ref().zip(validation.target_level);
    let words = match level.and_then(|(trail, target)| trail.levels.get(target).map(|level| (target, level)))
    {
        Some((target, level)) => {
            format!("You can show now that you reached level {}: {}.", target + 1, level.name)
        }
        None => "You can show now what you have learned.".to_owned(),
    };
    let until = validation.unlocked_until_ms;
    InvitationView {
        heading: format!("You are invited: {}", validation.name),
        words,
        until: until.map(|at| format!("Open through {}", words::last_day(Millis(at), zone))),
        action: action(validation, "Show what I can do", zone),
    }
}

fn trail_view(assessment: &HomeAssessment, validations: &[&HomeAssessment], zone: &TimeZone) -> TrailView {
    let trail = trail(assessment, validations);
    let level = trail.here.map(|place| trail.level_of(place.theta));
    let level = level.and_then(|index| assessment.trail.as_ref().and_then(|scale| scale.levels.get(index)));
    let label = if assessment.attempts.is_empty() { "Start" } else { "Start a new try" };
    TrailView {
        name: assessment.name.clone(),
        picture: Html::drawing(trail.draw(TrailSize::Home)),
        place: words::place_words(&trail),
        attempts: marks(assessment),
        action: action(assessment, label, zone),
        can_do: level.map(|level| level.can_do.clone()).unwrap_or_default(),
        next_steps: level.map(|level| level.next_steps.clone()).unwrap_or_default(),
        past: assessment.attempts.iter().rev().filter_map(|past| past_view(past, assessment, zone)).collect(),
        why: assessment.attempts.iter().any(|past| past.counts).then(|| words::as_try(&assessment.why)),
    }
}

/// The flag stands at the lowest level that a validation on the same progression is about and that lies ahead.
fn trail(assessment: &HomeAssessment, validations: &[&HomeAssessment]) -> Trail {
    let Some(scale) = &assessment.trail else {
        return Trail::default();
    };
    let same = |other: &TrailScale| other.progression_id == scale.progression_id;
    let targets = validations
        .iter()
        .filter(|validation| validation.trail.as_ref().is_some_and(same))
        .filter_map(|validation| validation.target_level);
    let here = assessment.place.as_ref().map_or(0, |place| place.level);
    let ahead = targets.clone().filter(|target| *target > here).min();
    let dots = assessment.attempts.iter().filter(|past| past.left_out.is_none()).filter_map(|past| {
        let place = past.place.as_ref()?;
        Some(TrailDot { label: past.number.to_string(), theta: place.theta, counts: past.counts })
    });
    Trail {
        levels: levels_of(scale),
        here: assessment.place.as_ref().map(place_of),
        attempts: dots.collect(),
        target: ahead.or_else(|| targets.max()),
    }
}

fn marks(assessment: &HomeAssessment) -> Option<AttemptMarks> {
    let (allowed, left) = assessment.attempts_allowed.zip(assessment.attempts_left)?;
    let words = match left {
        0 => "No tries left".to_owned(),
        1 => format!("1 of {allowed} tries left"),
        _ => format!("{left} of {allowed} tries left"),
    };
    let used = allowed.saturating_sub(left);
    let mark = |number| if number < used { "used" } else { "free" };
    let marks = if allowed > MARKS_MAX { Vec::new() } else { (0..allowed).map(mark).collect() };
    Some(AttemptMarks { words, marks })
}

fn action(assessment: &HomeAssessment, label: &'static str, zone: &TimeZone) -> HomeAction {
    match &assessment.door {
        Door::Start => HomeAction::Start { assessment: assessment.assessment_id.clone(), label },
        Door::Continue { attempt_id, paused: true } => HomeAction::Paused { attempt: attempt_id.clone() },
        Door::Continue { attempt_id, paused: false } => HomeAction::Continue { attempt: attempt_id.clone() },
        Door::Wait { opens_at_ms, why, .. } => HomeAction::Wait {
            words: why.clone(),
            until: Some(format!("Your next try opens on {}.", words::date_time(Millis(*opens_at_ms), zone))),
        },
        Door::Closed { why, .. } => HomeAction::Wait { words: why.clone(), until: None },
    }
}

fn past_view(past: &PastAttempt, assessment: &HomeAssessment, zone: &TimeZone) -> Option<PastView> {
    if past.state.is_open() {
        return None;
    }
    let level = past.place.as_ref().zip(assessment.trail.as_ref()).and_then(|(place, scale)| {
        scale.levels.get(place.level).map(|level| format!("Level {}: {}", place.level + 1, level.name))
    });
    let words = match past.left_out {
        Some(reason) => left_out_words(reason).to_owned(),
        None => level.unwrap_or_else(|| "Done".to_owned()),
    };
    let scored = matches!(past.state, AttemptState::Completed | AttemptState::Expired);
    Some(PastView {
        number: past.number,
        words,
        date: words::date(Millis(past.finished_at_ms.unwrap_or(past.started_at_ms)), zone),
        counts: past.counts,
        address: scored.then(|| format!("/attempts/{}/result", past.attempt_id)),
    })
}

fn validation_line(validation: &HomeAssessment, zone: &TimeZone) -> ValidationLine {
    let words = match &validation.door {
        Door::Wait { opens_at_ms, why, .. } => {
            format!("{why} It opens on {}.", words::date(Millis(*opens_at_ms), zone))
        }
        Door::Closed { why, .. } => why.clone(),
        Door::Start | Door::Continue { .. } => String::new(),
    };
    let past = validation.attempts.iter().filter(|past| {
        matches!(past.state, AttemptState::Completed | AttemptState::Expired) && past.place.is_some()
    });
    ValidationLine {
        name: validation.name.clone(),
        words,
        past: past.map(|past| (past.number, format!("/attempts/{}/result", past.attempt_id))).collect(),
    }
}

/// Why an attempt does not count, for its student.
#[must_use]
pub fn left_out_words(reason: NotCounted) -> &'static str {
    match reason {
        NotCounted::Open => "Not finished yet",
        NotCounted::Invalidated => "This one does not count. Ask your teacher about it.",
        NotCounted::GivenBack => "You got this one back",
        NotCounted::Unfinished => "Not finished in time",
        NotCounted::Incomplete => "Stopped early. Your teacher can open another try.",
        NotCounted::TooFewAnswers => "Too few answers to count",
        NotCounted::NoEstimate => "No answers",
    }
}
