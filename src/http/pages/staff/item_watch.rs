//! Whether an item in use still answers as its parameters say: the rolling residual, an alarm, and what was decided.

use actix_web::{HttpResponse, web};
use item_bank::ItemId;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::item_words::address_part;
use crate::clock::Millis;
use crate::delivery::watch_items::{SettleAlarm, alarmed_items, settle_alarm};
use crate::delivery::{DeliveryError, Viewer};
use crate::http::error::ApiError;
use crate::http::flash::{Flash, see_with};
use crate::http::pages::drawing::{CoursePoint, ResidualCourse, residual_chart};
use crate::http::pages::view::MarkView;
use crate::http::pages::{Html, words};
use crate::http::state::AppState;
use crate::jobs::item_records::{ANSWERS_TO_A_FALSE_ALARM, BLOCK, WINDOW_BLOCKS};
use crate::store::item_records::{Block, Direction, ItemRecord, StandingAlarm, Watch};

/// What the page of an item says about its residuals.
pub(super) struct WatchView {
    /// None before there are enough answers for a mean.
    pub(super) chart: Option<Html>,
    pub(super) sentence: String,
    pub(super) alarm: Option<String>,
    pub(super) advice: &'static str,
    pub(super) settled: Option<String>,
}

/// An item whose alarm stands.
pub(super) struct AlarmRow {
    pub(super) id: String,
    pub(super) address: String,
    pub(super) mark: MarkView,
    pub(super) since: String,
    pub(super) raised: String,
    pub(super) recent: String,
    pub(super) answers: String,
}

/// The items of a bank that seem to have changed.
#[derive(Default)]
pub(super) struct Alarms {
    pub(super) rows: Vec<AlarmRow>,
    pub(super) words: String,
}

/// What the page of an item says.
pub(super) fn watch_view(watch: &Watch, zone: &TimeZone) -> WatchView {
    let (answers, recent) = recent(&watch.blocks);
    let sentence = format!(
        "{} since {}. Mean residual of the last {answers}: {} standard deviations; 0 is expected.",
        words::counted(usize::try_from(watch.residuals).unwrap_or(usize::MAX), "answer"),
        words::date(Millis(watch.since_ms), zone),
        words::decimal(recent)
    );
    let course = ResidualCourse {
        points: course(watch),
        alarm: watch.alarm.map(|alarm| alarm.at_residual as f64),
        sentence: sentence.clone(),
    };
    let advice = watch.alarm.map_or("", |alarm| advice(alarm.direction));
    let settled = watch.settled.as_ref().map(|settled| {
        let at = words::date(Millis(settled.at_ms), zone);
        format!("An alarm ({}) was put away on {at}: {}", side(settled.alarm.direction), settled.reason)
    });
    let alarm = watch.alarm.map(|alarm| alarm_words(alarm, zone));
    let chart = (!course.points.is_empty()).then(|| Html::drawing(residual_chart(&course)));
    WatchView { chart, sentence, alarm, advice, settled }
}

/// The items of a bank whose alarm stands, with what that is worth.
pub(super) async fn alarms(state: &AppState, bank_id: &str, zone: &TimeZone) -> Result<Alarms, ApiError> {
    let (record, items) = alarmed_items(&state.service, bank_id).await?;
    let rows: Vec<AlarmRow> =
        items.iter().filter_map(|(item, record)| alarm_row(item, record, zone)).collect();
    let by_chance = record.residuals as f64 / ANSWERS_TO_A_FALSE_ALARM as f64;
    let words = match record.residuals {
        0 => "No answer of an ended attempt was followed yet.".to_owned(),
        residuals => format!(
            "{residuals} answers were followed; if no item had changed, about {by_chance:.1} alarms would have been raised by \
             chance."
        ),
    };
    Ok(Alarms { rows, words })
}

fn alarm_row(item: &ItemId, record: &ItemRecord, zone: &TimeZone) -> Option<AlarmRow> {
    let watch = record.watch.as_ref()?;
    let alarm = watch.alarm?;
    let (answers, recent) = recent(&watch.blocks);
    Some(AlarmRow {
        id: item.to_string(),
        address: address_part(item.as_str()),
        mark: MarkView::new("wait", "warning", side(alarm.direction)),
        since: words::date(Millis(alarm.since_ms), zone),
        raised: words::date(Millis(alarm.raised_at_ms), zone),
        recent: words::decimal(recent),
        answers: answers.to_string(),
    })
}

fn side(direction: Direction) -> &'static str {
    match direction {
        Direction::Easier => "easier",
        Direction::Harder => "harder",
    }
}

fn alarm_words(alarm: StandingAlarm, zone: &TimeZone) -> String {
    let than = match alarm.direction {
        Direction::Easier => "higher",
        Direction::Harder => "lower",
    };
    format!(
        "From {} on, or a later day, students seem to score {than} on it than its parameters say. The alarm was raised on {}, \
         after {} answers. It is a signal and no proof: an item that has not changed raises one about once in {} answers.",
        words::date(Millis(alarm.since_ms), zone),
        words::date(Millis(alarm.raised_at_ms), zone),
        alarm.at_residual,
        ANSWERS_TO_A_FALSE_ALARM
    )
}

fn advice(direction: Direction) -> &'static str {
    match direction {
        Direction::Easier => {
            "See how often it was shown: it may be known among students, or have been taught. Calibrate every item again and \
             compare; retire it in the next version if it is known."
        }
        Direction::Harder => {
            "Look at items with earlier alarms first: one that became known makes its students look abler, so that others \
             look harder. Then calibrate every item again and compare, or retire it in the next version."
        }
    }
}

/// Residuals in the window, and their mean.
fn recent(blocks: &[Block]) -> (u32, f64) {
    let window = &blocks[blocks.len().saturating_sub(WINDOW_BLOCKS)..];
    let answers: u32 = window.iter().map(|block| block.residuals).sum();
    let sum: f64 = window.iter().map(|block| block.sum).sum();
    (answers, if answers == 0 { 0.0 } else { sum / f64::from(answers) })
}

/// The rolling mean after every full block. Chance alone keeps a mean of n residuals within three standard errors, 3/√n, in
/// 369 cases of 370.
fn course(watch: &Watch) -> Vec<CoursePoint> {
    let kept: u64 = watch.blocks.iter().map(|block| u64::from(block.residuals)).sum();
    let mut answers = watch.residuals.saturating_sub(kept);
    let mut points = Vec::with_capacity(watch.blocks.len());
    for (index, block) in watch.blocks.iter().enumerate() {
        answers += u64::from(block.residuals);
        let (count, mean) = recent(&watch.blocks[..=index]);
        if block.residuals == BLOCK {
            points.push(CoursePoint { answers: answers as f64, mean, limit: 3.0 / f64::from(count).sqrt() });
        }
    }
    points
}

/// A decision about an alarm.
#[derive(Debug, Deserialize)]
pub struct SettleForm {
    reason: String,
}

/// Puts an alarm away.
pub async fn settle(
    state: web::Data<AppState>,
    viewer: Viewer,
    path: web::Path<(String, u32, String)>,
    form: web::Form<SettleForm>,
) -> Result<HttpResponse, ApiError> {
    let (bank_id, version, id) = path.into_inner();
    let item = ItemId::new(id).map_err(|_| ApiError::NotFound("item"))?;
    let back = format!("/staff/banks/{bank_id}/{version}/items/{}", address_part(item.as_str()));
    let settle = SettleAlarm { bank_id, item, reason: form.into_inner().reason };
    let flash = match settle_alarm(&state.service, state.now(), &settle, &viewer.account_id).await {
        Ok(_) => Flash::Done("The alarm is put away; the item is watched anew.".to_owned()),
        Err(refused @ (DeliveryError::Invalid { .. } | DeliveryError::Contended { .. })) => {
            Flash::Refused(words::refusal(&refused))
        }
        Err(other) => return Err(other.into()),
    };
    Ok(see_with(&back, &flash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rolling_mean_is_over_twenty_blocks_and_its_limit_over_their_answers() {
        let block = |sum| Block { residuals: BLOCK, sum, until_ms: 0 };
        let mut blocks = vec![block(25.0)];
        blocks.extend(vec![block(0.0); 20]);
        assert_eq!(recent(&blocks[..1]), (25, 1.0));
        assert_eq!(recent(&blocks[..20]), (500, 0.05));
        assert_eq!(recent(&blocks), (500, 0.0), "the first block left the window");
        assert_eq!(recent(&[]), (0, 0.0));
    }
}
