//! Answering the item that is shown. Acknowledged only when it is on disk; sending it again changes nothing.

use std::time::Instant;

use item_bank::{Answer, ItemId};

use super::current_step::CurrentStep;
use super::error::AnswerRefusal;
use super::sitting::{Sitting, TRIES_MAX, contended, note_shadow_test};
use super::{DeliveryError, Service};
use crate::adaptive::{ChoiceReport, Step};
use crate::assessment::{AttemptEvent, AttemptState, CompletionReason};
use crate::clock::Millis;
use crate::store::AttemptId;

/// What a student sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenAnswer {
    /// The item it answers.
    pub item: ItemId,
    /// The answer.
    pub answer: Answer,
}

/// Scores and records an answer and chooses what comes next.
///
/// The same answer again gives the same next step. A different answer to an answered item, an answer to an item that is
/// not shown, and one that the question cannot have are refused and change nothing.
pub async fn answer(
    service: &Service,
    now: Millis,
    id: &AttemptId,
    given: &GivenAnswer,
) -> Result<CurrentStep, DeliveryError> {
    if let Some(step) = answer_from_memory(service, now, id, given).await? {
        return Ok(step);
    }
    for _ in 0..TRIES_MAX {
        let mut sitting = Sitting::open_at(service, id, now).await?;
        if let Some(earlier) = earlier_answer(&sitting, &given.item) {
            if *earlier == given.answer {
                metrics::counter!("waymark_answers_total", "outcome" => "repeated").increment(1);
                return CurrentStep::of(&sitting);
            }
            return Err(AnswerRefusal::AlreadyAnswered { item: given.item.clone() }.into());
        }
        record_answer(&mut sitting, now, given)?;
        record_next(&mut sitting, now).await?;
        if sitting.save_with_others(service).await? {
            return acknowledge(service, sitting);
        }
    }
    Err(contended(id))
}

/// Answers without reading, when the attempt is kept and seems to wait for this very item: the write proves that it does.
/// Nothing, with nothing written, when it does not or cannot be told; then what is on disk decides.
async fn answer_from_memory(
    service: &Service,
    now: Millis,
    id: &AttemptId,
    given: &GivenAnswer,
) -> Result<Option<CurrentStep>, DeliveryError> {
    let Some(mut sitting) = Sitting::open_from_memory(service, id).await? else {
        return Ok(None);
    };
    if sitting.is_overdue(now) || sitting.awaiting() != Some(&given.item) {
        sitting.keep(service);
        return Ok(None);
    }
    if record_answer(&mut sitting, now, given).is_err() {
        return Ok(None);
    }
    record_next(&mut sitting, now).await?;
    if sitting.save_with_others(service).await? {
        return acknowledge(service, sitting).map(Some);
    }
    Ok(None)
}

/// The step that follows an answer which is on disk.
fn acknowledge(service: &Service, sitting: Sitting) -> Result<CurrentStep, DeliveryError> {
    metrics::counter!("waymark_answers_total", "outcome" => "recorded").increment(1);
    let step = CurrentStep::of(&sitting)?;
    sitting.keep(service);
    Ok(step)
}

fn earlier_answer<'a>(sitting: &'a Sitting, given: &ItemId) -> Option<&'a Answer> {
    sitting.log.iter().find_map(|logged| match &logged.event {
        AttemptEvent::Answered { item, answer, .. } if item == given => Some(answer),
        _ => None,
    })
}

fn record_answer(sitting: &mut Sitting, now: Millis, given: &GivenAnswer) -> Result<(), DeliveryError> {
    let state = sitting.attempt.state;
    if state != AttemptState::InProgress {
        return Err(AnswerRefusal::NotInProgress { state }.into());
    }
    let expected = sitting.awaiting().filter(|&expected| *expected != given.item);
    if let Some(expected) = expected.cloned() {
        return Err(AnswerRefusal::OutOfOrder { given: given.item.clone(), expected }.into());
    }
    let content = sitting.pinned.bank.item(given.item.as_str()).and_then(|item| item.content.as_ref());
    let content = content.ok_or_else(|| DeliveryError::not_found("question", &given.item))?;
    let score = content.score(&given.answer).map_err(AnswerRefusal::from)?;
    let elapsed_ms = sitting.shown_at().map_or(0, |shown_at| now.since(shown_at).max(0));
    let (item, answer) = (given.item.clone(), given.answer.clone());
    sitting.record(AttemptEvent::Answered { item, answer, score, elapsed_ms }, now)?;
    Ok(())
}

/// Records what the engine says comes next: an item, or the end.
pub(super) async fn record_next(sitting: &mut Sitting, now: Millis) -> Result<(), DeliveryError> {
    let started = Instant::now();
    let (step, ChoiceReport { shadow_test, exposure }) = sitting.next_step_aside().await?;
    metrics::histogram!("waymark_selection_duration_seconds").record(started.elapsed().as_secs_f64());
    if let Some(report) = shadow_test {
        note_shadow_test(report, &sitting.pinned.plan.id);
    }
    let event = match step {
        Step::Administer(item) => AttemptEvent::Administered { item, shadow_test, exposure },
        Step::Stop(reason) => AttemptEvent::Completed { reason: CompletionReason::Engine(reason) },
    };
    sitting.record(event, now)?;
    Ok(())
}
