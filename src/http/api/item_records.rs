//! What ended attempts say about items: use, times, residuals, and which items seem to have changed.

use actix_web::{HttpResponse, web};
use item_bank::ItemId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::delivery::Viewer;
use crate::delivery::watch_items::{SettleAlarm, alarmed_items, item_record, settle_alarm};
use crate::http::error::ApiError;
use crate::http::problem::Problem;
use crate::http::state::AppState;
use crate::jobs::item_records::ANSWERS_TO_A_FALSE_ALARM;
use crate::store::item_records::{Direction, ItemRecord, Watch};

/// The items of a bank whose alarm stands.
#[derive(Serialize, ToSchema)]
pub struct AlarmsView {
    /// Ended attempts that were counted.
    pub attempts: u64,
    /// Answers whose residuals were followed.
    pub residuals: u64,
    /// Alarms that chance alone would have raised by now, if no item had changed.
    pub alarms_by_chance: f64,
    /// The items, the earliest alarm first; 100 at most.
    pub items: Vec<ItemRecordView>,
}

/// What ended attempts say about an item.
#[derive(Serialize, ToSchema)]
pub struct ItemRecordView {
    /// The item.
    pub item_id: String,
    /// Attempts in which it was shown.
    pub shown: u64,
    /// Answers in attempts that may count.
    pub answers: u64,
    /// Attempts that may count, showed it and got no answer.
    pub unanswered: u64,
    /// Answers that came too fast to have been thought about.
    pub rapid_guesses: u64,
    /// Mean time from showing to answering, seconds; none before the first answer.
    pub mean_seconds: Option<f64>,
    /// Residuals under its parameters; none for an item that is not operational.
    pub watch: Option<WatchView>,
}

/// Standardised residuals of an item under the parameters it has.
#[derive(Serialize, ToSchema)]
pub struct WatchView {
    /// When the first of them was given (UTC milliseconds).
    pub since_ms: i64,
    /// How many.
    pub residuals: u64,
    /// Their mean: positive where students score higher than the parameters say.
    pub mean: f64,
    /// The cumulative sum of what is easier; an alarm is raised at 32.
    pub easier: f64,
    /// The cumulative sum of what is harder.
    pub harder: f64,
    /// The alarm that stands.
    pub alarm: Option<AlarmView>,
    /// Residuals in blocks of 25, the newest last, 120 at most.
    pub blocks: Vec<BlockView>,
}

/// A sign that an item has changed: no proof.
#[derive(Serialize, ToSchema)]
pub struct AlarmView {
    /// Which way.
    pub direction: Direction,
    /// Residuals when it was raised.
    pub at_residual: u64,
    /// When it was raised (UTC milliseconds).
    pub raised_at_ms: i64,
    /// Since when the change is thought to last (UTC milliseconds).
    pub since_ms: i64,
}

/// Some residuals in a row.
#[derive(Serialize, ToSchema)]
pub struct BlockView {
    /// How many.
    pub residuals: u32,
    /// Their mean.
    pub mean: f64,
    /// When the last of them was given (UTC milliseconds).
    pub until_ms: i64,
}

impl ItemRecordView {
    fn new(item: &ItemId, record: ItemRecord) -> Self {
        let answers = record.answers;
        Self {
            item_id: item.to_string(),
            shown: record.shown,
            answers,
            unanswered: record.unanswered,
            rapid_guesses: record.rapid_guesses,
            mean_seconds: (answers > 0).then(|| record.elapsed_ms as f64 / (1_000.0 * answers as f64)),
            watch: record.watch.map(WatchView::from),
        }
    }
}

impl From<Watch> for WatchView {
    fn from(watch: Watch) -> Self {
        Self {
            since_ms: watch.since_ms,
            residuals: watch.residuals,
            mean: watch.sum / watch.residuals.max(1) as f64,
            easier: watch.easier.value,
            harder: watch.harder.value,
            alarm: watch.alarm.map(|alarm| AlarmView {
                direction: alarm.direction,
                at_residual: alarm.at_residual,
                raised_at_ms: alarm.raised_at_ms,
                since_ms: alarm.since_ms,
            }),
            blocks: watch
                .blocks
                .into_iter()
                .map(|block| BlockView {
                    residuals: block.residuals,
                    mean: block.sum / f64::from(block.residuals.max(1)),
                    until_ms: block.until_ms,
                })
                .collect(),
        }
    }
}

/// A decision about an alarm.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettleAlarmRequest {
    /// What was found or done.
    pub reason: String,
}

/// The items of a bank that seem to have changed while in use, whatever the version.
#[utoipa::path(get, path = "/api/v1/banks/{bank_id}/alarms", tag = "staff", params(("bank_id" = String, Path)),
    responses((status = 200, body = AlarmsView)))]
pub async fn alarms(state: web::Data<AppState>, bank: web::Path<String>) -> Result<HttpResponse, ApiError> {
    let (record, items) = alarmed_items(&state.service, &bank).await?;
    Ok(HttpResponse::Ok().json(AlarmsView {
        attempts: record.attempts,
        residuals: record.residuals,
        alarms_by_chance: record.residuals as f64 / ANSWERS_TO_A_FALSE_ALARM as f64,
        items: items.into_iter().map(|(item, record)| ItemRecordView::new(&item, record)).collect(),
    }))
}

/// What ended attempts say about an item of a bank, whatever the version.
#[utoipa::path(get, path = "/api/v1/banks/{bank_id}/items/{item_id}/record", tag = "staff",
    params(("bank_id" = String, Path), ("item_id" = String, Path)),
    responses((status = 200, body = ItemRecordView), (status = 404, body = Problem)))]
pub async fn record(
    state: web::Data<AppState>,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    let (bank, item) = path.into_inner();
    let item = ItemId::new(item).map_err(|_| ApiError::NotFound("item"))?;
    let (_, record) = item_record(&state.service, &bank, &item).await?;
    if record.shown == 0 {
        return Err(ApiError::NotFound("item that an ended attempt showed"));
    }
    Ok(HttpResponse::Ok().json(ItemRecordView::new(&item, record)))
}

/// Puts an alarm away with a reason, on record; the item is watched anew. The same decision again changes nothing.
#[utoipa::path(put, path = "/api/v1/banks/{bank_id}/items/{item_id}/alarm", tag = "staff",
    params(("bank_id" = String, Path), ("item_id" = String, Path)), request_body = SettleAlarmRequest,
    responses((status = 200, body = ItemRecordView), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn settle(
    state: web::Data<AppState>,
    viewer: Viewer,
    path: web::Path<(String, String)>,
    body: web::Json<SettleAlarmRequest>,
) -> Result<HttpResponse, ApiError> {
    let (bank_id, item) = path.into_inner();
    let item = ItemId::new(item).map_err(|_| ApiError::NotFound("item"))?;
    let settle = SettleAlarm { bank_id, item: item.clone(), reason: body.into_inner().reason };
    let record = settle_alarm(&state.service, state.now(), &settle, &viewer.account_id).await?;
    Ok(HttpResponse::Ok().json(ItemRecordView::new(&item, record)))
}
