//! The handler of the result page, and the read model as the page tells it.

use actix_web::{HttpResponse, web};
use jiff::tz::TimeZone;

use super::home_door::first_name;
use super::result::{ResultPage, ValidationView};
use crate::assessment::{AttemptState, NotCounted, Verdict};
use crate::clock::Millis;
use crate::delivery::Viewer;
use crate::delivery::people::schools;
use crate::delivery::people::visibility::attempt_for;
use crate::delivery::read_models::{self, AttemptResult, Door};
use crate::http::error::ApiError;
use crate::http::flash::see;
use crate::http::pages::drawing::{Trail, TrailSize};
use crate::http::pages::trails::trail_of;
use crate::http::pages::{Frame, Html, show, words};
use crate::http::state::AppState;
use crate::store::AttemptId;

/// Shows the result of an attempt that is over.
pub async fn result(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = AttemptId(path.into_inner());
    attempt_for(&mut *state.store().read().await?, &viewer, &id).await?;
    let result = read_models::attempt_result(&state.service, state.now(), &id).await?;
    if result.state.is_open() {
        return Ok(see(&format!("/attempts/{id}")));
    }
    let zone = schools::time_zone(state.store(), &viewer.school_id).await?;
    show(&result_page(frame, &result, &zone))
}

fn result_page(frame: Frame, result: &AttemptResult, zone: &TimeZone) -> ResultPage {
    let trail = result.trail.as_ref().map_or_else(Trail::default, |scale| {
        trail_of(scale, result.place.as_ref(), &result.dots, result.target_level)
    });
    let next_try = match &result.door {
        Door::Start => Some("You can try again when you feel ready.".to_owned()),
        Door::Wait { opens_at_ms, why, .. } => {
            Some(format!("{why} Your next try opens on {}.", words::date_time(Millis(*opens_at_ms), zone)))
        }
        Door::Closed { why, .. } => Some(why.clone()),
        Door::Continue { .. } => None,
    };
    ResultPage {
        frame,
        heading: heading(result),
        validation: validation(result),
        picture: Html::drawing(trail.draw(TrailSize::Home)),
        place: words::place_words(&trail),
        place_label: "This try",
        why: (!result.why.is_empty()).then(|| words::as_try(&result.why)),
        strengths: result.strengths.clone(),
        needs: result.needs.clone(),
        can_do: result.can_do.clone(),
        next_steps: result.next_steps.clone(),
        next_try,
    }
}

fn heading(result: &AttemptResult) -> String {
    let name = first_name(&result.student_name);
    match result.state {
        AttemptState::Invalidated => "This try does not count".to_owned(),
        AttemptState::Reset => "You got this try back".to_owned(),
        AttemptState::Expired => format!("Time is over, {name}"),
        _ if result.left_out == Some(NotCounted::Incomplete) => format!("Thank you, {name}"),
        _ => format!("You made it, {name}"),
    }
}

fn validation(result: &AttemptResult) -> Option<ValidationView> {
    if result.left_out == Some(NotCounted::Incomplete) {
        return Some(ValidationView {
            tone: "wait",
            icon: "flag",
            heading: "Not finished".to_owned(),
            words: "This test stopped before it could show what you know, so it does not count. That is all right: \
                    your teacher can open another try for you."
                .to_owned(),
        });
    }
    let outcome = result.validation.as_ref()?;
    Some(match outcome.verdict {
        Verdict::Validated => ValidationView {
            tone: "good",
            icon: "check",
            heading: "Validated".to_owned(),
            words: format!("You showed that you reached {}. Well done!", outcome.level_name),
        },
        Verdict::NotYet => ValidationView {
            tone: "wait",
            icon: "flag",
            heading: "Not yet".to_owned(),
            words: format!(
                "{} is still ahead of you. Below you see what to work on. Your teacher can invite you again.",
                outcome.level_name
            ),
        },
    })
}
