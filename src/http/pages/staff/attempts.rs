//! The record of an attempt and its replay. Staff see numbers, never names.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::delivery::people::{schools, visibility};
use crate::delivery::{self, Viewer};
use crate::http::error::ApiError;
use crate::http::flash::{Flash, see};
use crate::http::pages::attempt_words::{EventView, event_views};
use crate::http::pages::view::MarkView;
use crate::http::pages::{Frame, show, words};
use crate::http::state::AppState;
use crate::store::AttemptId;

/// Which attempt is looked for.
#[derive(Debug, Deserialize)]
pub struct AttemptQuery {
    #[serde(default)]
    id: String,
}

#[derive(Template)]
#[template(path = "staff/attempts.html")]
struct AttemptsPage {
    frame: Frame,
    id: String,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "staff/attempt.html")]
struct AttemptPage {
    frame: Frame,
    id: String,
    verdict: MarkView,
    facts: Vec<(&'static str, String)>,
    events: Vec<EventView>,
}

/// Asks for an attempt's number, or goes to it.
pub async fn find(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    query: web::Query<AttemptQuery>,
) -> Result<HttpResponse, ApiError> {
    let id = query.into_inner().id.trim().to_owned();
    if id.is_empty() {
        return show(&AttemptsPage { frame, id, problem: None });
    }
    match visibility::attempt(state.store(), &viewer, &AttemptId(id.clone())).await {
        Ok(attempt) => Ok(see(&format!("/staff/attempts/{}", attempt.id))),
        Err(crate::delivery::people::PeopleError::NotFound(_)) => {
            let problem = Some("There is no attempt with this number.".to_owned());
            show(&AttemptsPage { frame, id, problem })
        }
        Err(other) => Err(other.into()),
    }
}

/// Shows the log of an attempt and whether it can be derived again.
pub async fn attempt(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = visibility::attempt(state.store(), &viewer, &AttemptId(path.into_inner())).await?.id;
    let zone = schools::time_zone(state.store(), &viewer.school_id).await?;
    let record = delivery::attempt_record(&state.service, &id).await?;
    let replay = delivery::replay(&state.service, &id).await?;
    let verdict = match &replay.difference {
        None => MarkView::new(
            "good",
            "check",
            format!("Replayed: all {} decisions follow from the log.", replay.decisions),
        ),
        Some(difference) => MarkView::new("stop", "warning", format!("The replay differs {difference}.")),
    };
    let attempt = &record.attempt;
    let pins = &attempt.pins;
    let estimate = attempt.placement.map_or_else(
        || "none".to_owned(),
        |place| format!("{} ± {} logits", words::decimal(place.theta), words::decimal(place.standard_error)),
    );
    let facts = vec![
        ("Assessment", attempt.assessment_id.to_string()),
        ("Number", attempt.number.to_string()),
        ("State", attempt.state.to_string()),
        ("Bank", format!("{} version {}", pins.bank_id, pins.bank_version)),
        ("Plan", format!("{} version {}", pins.plan_id, pins.plan_version)),
        ("Policy", format!("{} version {}", pins.policy_id, pins.policy_version)),
        ("Started", words::date_time(attempt.started_at, &zone)),
        ("Estimate", estimate),
    ];
    show(&AttemptPage { frame, id: id.to_string(), verdict, facts, events: event_views(&record, &zone) })
}
