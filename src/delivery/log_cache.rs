//! Attempts that are being taken, row and log, kept so that an answer does not read them again.
//!
//! Never the truth: any node may have written since. Every change of a row moves its position, and below that position a
//! log never changes; so a write guarded by the position proves what was kept, and a position read from the row says
//! whether a kept log is whole.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::store::attempts::Attempt;
use crate::store::events::LoggedEvent;
use crate::store::{AccountId, AttemptId};

/// Attempts in one generation; two are kept.
const GENERATION: usize = 4_096;

/// The attempts written last by this node.
#[derive(Debug, Default)]
pub struct LogCache {
    generations: Mutex<Generations>,
}

#[derive(Debug, Default)]
struct Generations {
    young: HashMap<AttemptId, Kept>,
    old: HashMap<AttemptId, Kept>,
}

#[derive(Debug)]
struct Kept {
    attempt: Attempt,
    log: Vec<LoggedEvent>,
}

impl LogCache {
    /// The whole log below a position, when it is kept.
    pub(super) fn log(&self, id: &AttemptId, below: u32) -> Option<Vec<LoggedEvent>> {
        self.look(id, |kept| (kept.log.len() == below as usize).then(|| kept.log.clone())).flatten()
    }

    /// Whose attempt it is, when it is kept. An attempt never changes hands.
    #[must_use]
    pub fn student(&self, id: &AttemptId) -> Option<AccountId> {
        self.look(id, |kept| kept.attempt.student_id.clone())
    }

    /// Row and log as they were kept, which are not kept any longer: whoever takes them writes and keeps them again.
    pub(super) fn take(&self, id: &AttemptId) -> Option<(Attempt, Vec<LoggedEvent>)> {
        let mut generations = self.generations();
        let kept = generations.young.remove(id);
        let old = generations.old.remove(id);
        kept.or(old).map(|Kept { attempt, log }| (attempt, log))
    }

    /// Keeps a row and its whole log as they are on disk, unless more of them is kept already.
    pub(super) fn keep(&self, attempt: Attempt, log: Vec<LoggedEvent>) {
        assert_eq!(log.len(), attempt.next_position as usize, "a log is kept whole");
        let mut generations = self.generations();
        let known = generations.young.get(&attempt.id).or_else(|| generations.old.get(&attempt.id));
        if known.is_some_and(|known| known.log.len() > log.len()) {
            return;
        }
        if generations.young.len() >= GENERATION {
            generations.old = std::mem::take(&mut generations.young);
        }
        generations.young.insert(attempt.id.clone(), Kept { attempt, log });
    }

    fn look<T>(&self, id: &AttemptId, read: impl FnOnce(&Kept) -> T) -> Option<T> {
        let generations = self.generations();
        generations.young.get(id).or_else(|| generations.old.get(id)).map(read)
    }

    fn generations(&self) -> MutexGuard<'_, Generations> {
        self.generations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assessment::{AttemptEvent, AttemptState};
    use crate::clock::Millis;
    use crate::store::attempts::StoredPrior;
    use crate::store::{AssessmentId, Pins};

    fn log(events: u32) -> Vec<LoggedEvent> {
        let item = item_bank::ItemId::new("item").unwrap();
        let event = |position| LoggedEvent {
            position,
            at: Millis(0),
            event: AttemptEvent::Administered { item: item.clone(), shadow_test: None, exposure: None },
        };
        (0..events).map(event).collect()
    }

    fn attempt(id: &str, next_position: u32) -> Attempt {
        let document = || "document".to_owned();
        Attempt {
            id: AttemptId::from(id),
            student_id: AccountId::from("s"),
            assessment_id: AssessmentId::from("assessment"),
            number: 1,
            state: AttemptState::InProgress,
            pins: Pins {
                bank_id: document(),
                bank_version: 1,
                plan_id: document(),
                plan_version: 1,
                policy_id: document(),
                policy_version: 1,
            },
            grade: 4,
            started_at: Millis(0),
            last_activity: Millis(0),
            expires_at: None,
            sweep_at: None,
            finished_at: None,
            next_position,
            answered: 0,
            plan_met: false,
            prior: StoredPrior { mean: 0.0, standard_deviation: 1.0 },
            placement: None,
            unlock_id: None,
        }
    }

    #[test]
    fn a_log_that_grew_elsewhere_is_not_used() {
        let cache = LogCache::default();
        let id = AttemptId::from("a");
        cache.keep(attempt("a", 3), log(3));
        assert_eq!(cache.log(&id, 3), Some(log(3)));
        assert_eq!(cache.log(&id, 5), None);
        assert_eq!(cache.student(&id), Some(AccountId::from("s")));
    }

    #[test]
    fn what_is_taken_is_kept_no_longer() {
        let cache = LogCache::default();
        let id = AttemptId::from("a");
        cache.keep(attempt("a", 3), log(3));
        assert_eq!(cache.take(&id), Some((attempt("a", 3), log(3))));
        assert_eq!(cache.take(&id), None);
        assert_eq!(cache.student(&id), None);
    }

    #[test]
    fn less_of_a_log_does_not_replace_more() {
        let cache = LogCache::default();
        cache.keep(attempt("a", 5), log(5));
        cache.keep(attempt("a", 3), log(3));
        assert_eq!(cache.log(&AttemptId::from("a"), 5), Some(log(5)));
    }

    #[test]
    fn what_was_written_last_is_kept_and_the_rest_is_bounded() {
        let cache = LogCache::default();
        for number in 0..3 * GENERATION {
            cache.keep(attempt(&number.to_string(), 1), log(1));
        }
        assert_eq!(cache.student(&AttemptId::from("0")), None);
        let last = AttemptId((3 * GENERATION - 1).to_string());
        assert!(cache.student(&last).is_some());
        let generations = cache.generations.lock().unwrap();
        assert!(generations.young.len() + generations.old.len() <= 2 * GENERATION);
    }
}
