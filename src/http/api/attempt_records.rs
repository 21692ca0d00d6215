//! The truth of an attempt, for staff: its log, and the proof that every decision follows from it. No names.

use std::collections::BTreeSet;

use actix_web::{HttpResponse, web};
use item_bank::ItemId;
use serde::Serialize;
use utoipa::ToSchema;

use super::page::{PageQuery, PageView, part};
use crate::assessment::AttemptEvent;
use crate::delivery::attempt_record::attempt_record;
use crate::delivery::people::visibility;
use crate::delivery::{self, Replay, Viewer};
use crate::http::error::ApiError;
use crate::http::problem::Problem;
use crate::http::state::AppState;
use crate::store::AttemptId;
use crate::store::events::LoggedEvent;

/// One event of an attempt.
#[derive(Serialize, ToSchema)]
pub struct LoggedEventView {
    /// Its place in the log, from 0.
    pub position: u32,
    /// When (UTC milliseconds).
    pub at_ms: i64,
    /// What happened: an object with `kind` and what belongs to it.
    #[schema(value_type = Object)]
    pub event: serde_json::Value,
    /// Whether it is about a field-test item, which counts for nothing.
    pub field_test: bool,
}

impl LoggedEventView {
    fn of(logged: &LoggedEvent, field_test: &BTreeSet<ItemId>) -> Self {
        let item = match &logged.event {
            AttemptEvent::Administered { item, .. } | AttemptEvent::Answered { item, .. } => Some(item),
            _ => None,
        };
        Self {
            position: logged.position,
            at_ms: logged.at.0,
            field_test: item.is_some_and(|item| field_test.contains(item)),
            event: serde_json::to_value(&logged.event).expect("an event is plain data"),
        }
    }
}

/// What a replay found.
#[derive(Serialize, ToSchema)]
pub struct ReplayView {
    /// The attempt.
    pub attempt_id: String,
    /// Decisions derived again.
    pub decisions: u32,
    /// The first that does not follow from what came before it; none: all do.
    pub difference: Option<DifferenceView>,
}

/// A decision that does not follow from what came before it.
#[derive(Serialize, ToSchema)]
pub struct DifferenceView {
    /// Its place in the log.
    pub position: Option<u32>,
    /// What was recorded.
    pub recorded: String,
    /// What follows.
    pub derived: String,
}

impl From<Replay> for ReplayView {
    fn from(replay: Replay) -> Self {
        Self {
            attempt_id: replay.attempt.id.0,
            decisions: replay.decisions,
            difference: replay.difference.map(|difference| DifferenceView {
                position: difference.position,
                recorded: difference.recorded,
                derived: difference.derived,
            }),
        }
    }
}

/// The log of an attempt, oldest first.
#[utoipa::path(get, path = "/api/v1/attempts/{attempt_id}/log", tag = "staff",
    params(("attempt_id" = String, Path), PageQuery),
    responses((status = 200, body = PageView<LoggedEventView>), (status = 404, body = Problem)))]
pub async fn log(
    state: web::Data<AppState>,
    viewer: Viewer,
    attempt_id: web::Path<String>,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    let page = query.checked()?;
    let id = AttemptId(attempt_id.into_inner());
    let attempt = visibility::attempt(state.store(), &viewer, &id).await?;
    let record = attempt_record(&state.service, &attempt.id).await?;
    let events = record.log.iter().map(|logged| LoggedEventView::of(logged, &record.field_test));
    Ok(HttpResponse::Ok().json(part(events.collect(), page)))
}

/// Derives every decision of an attempt again and tells the first difference.
#[utoipa::path(get, path = "/api/v1/attempts/{attempt_id}/replay", tag = "staff",
    params(("attempt_id" = String, Path)),
    responses((status = 200, body = ReplayView), (status = 404, body = Problem)))]
pub async fn replay(
    state: web::Data<AppState>,
    viewer: Viewer,
    attempt_id: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = AttemptId(attempt_id.into_inner());
    let attempt = visibility::attempt(state.store(), &viewer, &id).await?;
    let replay = delivery::replay(&state.service, &attempt.id).await?;
    Ok(HttpResponse::Ok().json(ReplayView::from(replay)))
}
