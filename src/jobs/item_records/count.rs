//! One pass over ended attempts that nobody counted yet.

use std::collections::{BTreeMap, BTreeSet};

use calibration::rapid_guess_threshold_of_mean_ms;
use item_bank::{Bank, ItemId, ItemStatus, NormalPrior, ResponseModel, Theta};

use super::follow::{begin, follow};
use super::predictions::predictions;
use crate::adaptive::ability_cell;
use crate::assessment::{AttemptEvent, AttemptState};
use crate::clock::Millis;
use crate::delivery::{AttemptRecord, DeliveryError, Service, attempt_record};
use crate::store::AttemptId;
use crate::store::attempts::Attempt;
use crate::store::item_records::{
    Abilities, BankRecord, ItemRecord, ItemRecordRow, find_bank_record, find_item_record,
    list_attempts_to_count, mark_items_counted, write_bank_record, write_item_records,
};

/// Attempts counted in one pass at most. A pass writes the record of every item that it met, however often: of a long
/// history, fewer and longer passes write less.
pub const ATTEMPTS_MAX: u32 = 2_048;
/// Weight of the first attempt's start prior in the distribution of ability, in attempts.
const PRIOR_ATTEMPTS: u64 = 30;
/// Attempts that the distribution of ability remembers: of those before, each weighs less.
const REMEMBERED: u64 = 500;
/// The least standard deviation of ability, logits.
const DEVIATION_MIN: f64 = 0.5;

/// Counts attempts that have ended; how many. Any number of nodes may do so at once: each attempt is counted once, and a
/// pass that was cut off leaves nothing behind.
pub async fn count_items(service: &Service, now: Millis) -> Result<u64, DeliveryError> {
    let ended = list_attempts_to_count(&mut *service.store.read().await?, now, ATTEMPTS_MAX).await?;
    let mut by_bank: BTreeMap<String, Vec<AttemptId>> = BTreeMap::new();
    for (attempt, bank) in ended {
        by_bank.entry(bank).or_default().push(attempt);
    }
    let mut counted = 0;
    for (bank, attempts) in by_bank {
        counted += count_bank(service, &bank, &attempts).await?;
    }
    Ok(counted)
}

/// Counts these attempts on a bank; none when another node did something with the bank at the same moment.
async fn count_bank(service: &Service, bank_id: &str, attempts: &[AttemptId]) -> Result<u64, DeliveryError> {
    let (mut bank_record, passes) = find_bank_record(&mut *service.store.read().await?, bank_id).await?;
    let mut records: BTreeMap<ItemId, ItemRecord> = BTreeMap::new();
    for id in attempts {
        match attempt_record(service, id).await {
            Ok(attempt) => {
                load(service, bank_id, &attempt, &mut records).await?;
                let bank = service.library.bank(bank_id, attempt.attempt.pins.bank_version).await?;
                count_attempt(&bank, &attempt, &mut bank_record, &mut records);
            }
            Err(DeliveryError::Store(error)) => return Err(error.into()),
            Err(error) => {
                // Passed over for good: it must not keep the others from being counted.
                tracing::error!(attempt.id = %id, error = %error, "the items of attempt {id} are not counted: {error}");
            }
        }
    }
    // As text before the transaction begins: students' answers wait for the one writer of an embedded database.
    let rows: Vec<ItemRecordRow> = records.iter().map(ItemRecordRow::from).collect();
    let mut transaction = service.store.begin_write().await?;
    let is_first = write_bank_record(&mut transaction, bank_id, &bank_record, passes).await?;
    if !is_first || mark_items_counted(&mut transaction, attempts).await? != attempts.len() as u64 {
        transaction.rollback().await?;
        return Ok(0);
    }
    write_item_records(&mut transaction, bank_id, &rows).await?;
    transaction.commit().await?;
    Ok(attempts.len() as u64)
}

/// Reads the records of the attempt's items that were not read yet.
async fn load(
    service: &Service,
    bank_id: &str,
    attempt: &AttemptRecord,
    records: &mut BTreeMap<ItemId, ItemRecord>,
) -> Result<(), DeliveryError> {
    let mut connection = service.store.read().await?;
    for logged in &attempt.log {
        let AttemptEvent::Administered { item, .. } = &logged.event else { continue };
        if !records.contains_key(item) {
            let found = find_item_record(&mut connection, bank_id, item).await?;
            records.insert(item.clone(), found.unwrap_or_default());
        }
    }
    Ok(())
}

/// An answer of an attempt.
struct Given<'a> {
    item: &'a ItemId,
    score: u32,
    elapsed_ms: i64,
    at: Millis,
}

fn count_attempt(
    bank: &Bank,
    record: &AttemptRecord,
    bank_record: &mut BankRecord,
    records: &mut BTreeMap<ItemId, ItemRecord>,
) {
    let attempt = &record.attempt;
    if attempt.state == AttemptState::Reset {
        return;
    }
    bank_record.attempts += 1;
    let mut shown: BTreeSet<&ItemId> = BTreeSet::new();
    let mut given: Vec<Given<'_>> = Vec::new();
    for logged in &record.log {
        match &logged.event {
            AttemptEvent::Administered { item, .. } => {
                shown.insert(item);
            }
            AttemptEvent::Answered { item, score, elapsed_ms, .. } => {
                given.push(Given { item, score: *score, elapsed_ms: *elapsed_ms, at: logged.at });
            }
            _ => {}
        }
    }
    for item in &shown {
        records.entry((*item).clone()).or_default().shown += 1;
    }
    if !matches!(attempt.state, AttemptState::Completed | AttemptState::Expired) {
        return;
    }
    for answer in &given {
        shown.remove(answer.item);
    }
    for item in shown {
        records.entry(item.clone()).or_default().unanswered += 1;
    }
    let rapid: Vec<bool> = given
        .iter()
        .map(|answer| use_of(answer, attempt, records.entry(answer.item.clone()).or_default()))
        .collect();
    let thoughtful = given.into_iter().zip(rapid).filter(|(_, rapid)| !rapid).map(|(answer, _)| answer);
    let followed: Vec<(Given<'_>, &ResponseModel)> = thoughtful
        .filter(|answer| !record.field_test.contains(answer.item))
        .filter_map(|answer| {
            let item = bank.item(answer.item.as_str())?;
            let model = item.model.as_ref().filter(|_| item.status == ItemStatus::Operational)?;
            Some((answer, model))
        })
        .collect();
    follow_answers(attempt, &followed, bank_record, records);
}

/// Counts an answer for the use of its item; whether it came too fast to have been thought about.
fn use_of(answer: &Given<'_>, attempt: &Attempt, record: &mut ItemRecord) -> bool {
    let elapsed_ms = answer.elapsed_ms.max(0);
    // By the answers before: what is too fast must not move with what comes after.
    let mean = record.elapsed_ms as f64 / record.answers.max(1) as f64;
    let times = usize::try_from(record.answers).unwrap_or(usize::MAX);
    let below = rapid_guess_threshold_of_mean_ms(mean, times);
    record.answers += 1;
    record.elapsed_ms += elapsed_ms.unsigned_abs();
    let is_rapid = below.is_some_and(|below| (elapsed_ms as f64) < below);
    record.rapid_guesses += u64::from(is_rapid);
    if let Some(placement) = attempt.placement {
        let cell = record.by_ability.entry(ability_cell(Theta(placement.theta))).or_default();
        cell.answers += 1;
        cell.score += u64::from(answer.score);
    }
    is_rapid
}

/// Follows the residuals of an attempt's answers.
fn follow_answers(
    attempt: &Attempt,
    followed: &[(Given<'_>, &ResponseModel)],
    bank_record: &mut BankRecord,
    records: &mut BTreeMap<ItemId, ItemRecord>,
) {
    let abilities = bank_record.abilities.unwrap_or(Abilities {
        mean: attempt.prior.mean,
        mean_square: attempt.prior.mean.powi(2) + attempt.prior.standard_deviation.powi(2),
    });
    let answers: Vec<(&ResponseModel, u32)> =
        followed.iter().map(|(answer, model)| (*model, answer.score)).collect();
    for ((answer, model), expected) in followed.iter().zip(predictions(prior(abilities), &answers)) {
        let version = attempt.pins.bank_version;
        let record = records.entry(answer.item.clone()).or_default();
        let watch = record.watch.get_or_insert_with(|| begin(model, version, answer.at.0));
        if watch.model != **model {
            if version < watch.bank_version {
                continue; // an attempt that pinned parameters the item no longer has
            }
            *watch = begin(model, version, answer.at.0);
        }
        follow(watch, answer.score, expected, answer.at.0);
        bank_record.residuals += 1;
    }
    bank_record.abilities = Some(match attempt.placement {
        Some(placement) => {
            let attempts = (bank_record.attempts + PRIOR_ATTEMPTS).min(REMEMBERED);
            let weight = 1.0 / attempts as f64;
            let square = placement.theta.powi(2) + placement.standard_error.powi(2);
            Abilities {
                mean: abilities.mean + weight * (placement.theta - abilities.mean),
                mean_square: abilities.mean_square + weight * (square - abilities.mean_square),
            }
        }
        None => abilities,
    });
}

/// The distribution of ability of a bank's students. An attempt's own start prior would do where it is right; one that lags
/// behind a student's learning would make every item look easier.
fn prior(abilities: Abilities) -> NormalPrior {
    let Abilities { mean, mean_square } = abilities;
    let deviation = (mean_square - mean * mean).max(0.0).sqrt().clamp(DEVIATION_MIN, 100.0);
    NormalPrior::new(mean.clamp(-100.0, 100.0), deviation).unwrap_or(NormalPrior::STANDARD)
}

#[cfg(test)]
mod tests {
    use item_bank::Answer;
    use item_bank::formats::read_bank_json;
    use rand::{RngExt, SeedableRng};
    use rand_pcg::Pcg64;

    use super::*;
    use crate::store::attempts::{StoredPlacement, StoredPrior};
    use crate::store::events::LoggedEvent;
    use crate::store::item_records::Direction;
    use crate::store::{AccountId, AssessmentId, Pins};

    const ITEMS: usize = 20;
    const DAY: i64 = 86_400_000;
    /// Becomes known among students with this attempt.
    const LEAKED: (usize, u32) = (12, 400);

    fn bank() -> Bank {
        let items: Vec<serde_json::Value> = (0..ITEMS)
            .map(|item| {
                let difficulty = -2.0 + 4.0 * item as f64 / (ITEMS - 1) as f64;
                serde_json::json!({ "id": format!("i{item:02}"), "model": "2PL", "a": 1.2, "b": difficulty,
                                    "pool": "interim", "status": "operational" })
            })
            .collect();
        let bank = serde_json::json!({ "id": "b", "name": "B", "D": 1, "origin": "made for tests",
                                       "licence": "CC0-1.0", "items": items });
        read_bank_json(&bank.to_string(), "bank").unwrap()
    }

    fn attempt(number: u32, state: AttemptState) -> Attempt {
        let at = Millis(i64::from(number) * DAY);
        let pin = || "p".to_owned();
        Attempt {
            id: AttemptId(format!("{number}")),
            student_id: AccountId::from("s"),
            assessment_id: AssessmentId::from("a"),
            number: 1,
            state,
            pins: Pins {
                bank_id: "b".to_owned(),
                bank_version: 1,
                plan_id: pin(),
                plan_version: 1,
                policy_id: pin(),
                policy_version: 1,
            },
            grade: 4,
            started_at: at,
            last_activity: at,
            expires_at: None,
            sweep_at: None,
            finished_at: Some(at),
            next_position: 0,
            answered: 10,
            prior: StoredPrior { mean: -0.5, standard_deviation: 0.8 },
            placement: None,
            plan_met: true,
            unlock_id: None,
        }
    }

    fn record(attempt: Attempt, answers: &[(ItemId, Option<u32>)]) -> AttemptRecord {
        let at = attempt.started_at;
        let mut log = Vec::new();
        let mut push = |event| log.push(LoggedEvent { position: 0, at, event });
        for (item, score) in answers {
            push(AttemptEvent::Administered { item: item.clone(), shadow_test: None, exposure: None });
            if let Some(score) = *score {
                let answer = Answer::Choice { choice: "a".to_owned() };
                push(AttemptEvent::Answered { item: item.clone(), answer, score, elapsed_ms: 20_000 });
            }
        }
        AttemptRecord { attempt, log, field_test: BTreeSet::new() }
    }

    /// Every other item, answered as the parameters say, but for the one that leaked.
    fn answers(bank: &Bank, number: u32, random: &mut Pcg64) -> (f64, Vec<(ItemId, Option<u32>)>) {
        let theta = (0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0;
        let items = bank
            .items()
            .iter()
            .enumerate()
            .filter(|(place, _)| place % 2 == number as usize % 2 || *place == LEAKED.0);
        let given = items.map(|(place, item)| {
            let shift = if place == LEAKED.0 && number >= LEAKED.1 { 1.5 } else { 0.0 };
            let probability = item.model.as_ref().unwrap().probability(Theta(theta + shift), 1);
            (item.id.clone(), Some(u32::from(random.random::<f64>() < probability)))
        });
        (theta, given.collect())
    }

    #[test]
    fn the_item_that_leaked_raises_the_first_alarm_and_says_since_when() {
        let bank = bank();
        let mut random = Pcg64::seed_from_u64(5);
        let (mut of_bank, mut of_items) = (BankRecord::default(), BTreeMap::new());
        for number in 0..800 {
            let (theta, given) = answers(&bank, number, &mut random);
            let mut attempt = attempt(number, AttemptState::Completed);
            attempt.placement = Some(StoredPlacement { theta, standard_error: 0.4, level: None });
            count_attempt(&bank, &record(attempt, &given), &mut of_bank, &mut of_items);
        }
        let alarms: BTreeMap<&str, _> = of_items
            .iter()
            .filter_map(|(item, record)| Some((item.as_str(), record.watch.as_ref()?.alarm?)))
            .collect();
        let leaked = alarms["i12"];
        assert_eq!(leaked.direction, Direction::Easier);
        // An item of difficulty 0.53 that is 1.5 easier: residuals of about 0.6, so some 60 answers to the alarm.
        let day = |at_ms: i64| at_ms / DAY;
        // Small excursions come before the change, so it is dated too early rather than too late.
        assert!((200..440).contains(&day(leaked.since_ms)), "since day {}", day(leaked.since_ms));
        assert!((440..540).contains(&day(leaked.raised_at_ms)), "raised on day {}", day(leaked.raised_at_ms));
        assert!(alarms.values().all(|alarm| alarm.raised_at_ms >= leaked.raised_at_ms), "{alarms:?}");
        assert_eq!(of_bank.attempts, 800);
        let abilities = of_bank.abilities.unwrap();
        let mean_error = (1.0_f64 / 400.0).sqrt();
        assert!(
            abilities.mean.abs() < 5.0 * mean_error,
            "the prior that was off is forgotten: {abilities:?}"
        );
        let used = &of_items[&ItemId::new("i00").unwrap()];
        let answered: u64 = used.by_ability.values().map(|cell| cell.answers).sum();
        assert_eq!((used.shown, used.answers, answered, used.unanswered), (400, 400, 400, 0));
    }

    #[test]
    fn what_does_not_count_is_shown_but_not_answered_and_new_parameters_begin_anew() {
        let bank = bank();
        let (mut of_bank, mut of_items) = (BankRecord::default(), BTreeMap::new());
        let one = ItemId::new("i00").unwrap();
        let given = [(one.clone(), Some(1)), (ItemId::new("i01").unwrap(), None)];
        for state in [AttemptState::Reset, AttemptState::Invalidated, AttemptState::Expired] {
            count_attempt(&bank, &record(attempt(1, state), &given), &mut of_bank, &mut of_items);
        }
        assert_eq!(of_bank.attempts, 2, "one that was reset is none");
        let used = &of_items[&one];
        assert_eq!((used.shown, used.answers, used.watch.as_ref().unwrap().residuals), (2, 1, 1));
        let left = &of_items[&given[1].0];
        assert_eq!((left.shown, left.answers, left.unanswered), (2, 0, 1));

        let mut parts = bank.clone().into_parts();
        parts.items[0].model =
            Some(serde_json::from_str(r#"{ "model": "1PL", "a": 1.0, "b": 0.5 }"#).unwrap());
        let newer = Bank::new(parts).unwrap();
        let mut later = attempt(2, AttemptState::Completed);
        later.pins.bank_version = 2;
        count_attempt(&newer, &record(later, &given), &mut of_bank, &mut of_items);
        count_attempt(
            &bank,
            &record(attempt(3, AttemptState::Completed), &given),
            &mut of_bank,
            &mut of_items,
        );
        let watch = of_items[&one].watch.as_ref().unwrap();
        assert_eq!(
            (watch.bank_version, watch.residuals),
            (2, 1),
            "old parameters say nothing about new ones"
        );
    }
}
