//! Logs of attempts that are being taken, kept so that an answer does not read them again.
//!
//! Never the truth: the position in the attempt's row says whether a kept log is whole, and below that position a log never
//! changes. Any node may write; a log that another node wrote to is read again.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::store::events::LoggedEvent;
use crate::store::{AccountId, AttemptId};

/// Logs in one generation; two are kept.
const GENERATION: usize = 4_096;

/// The logs written last by this node.
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
    student: AccountId,
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
        self.look(id, |kept| kept.student.clone())
    }

    /// Keeps a log that is on disk.
    pub(super) fn keep(&self, id: &AttemptId, student: &AccountId, log: &[LoggedEvent]) {
        let kept = Kept { student: student.clone(), log: log.to_vec() };
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        if generations.young.len() >= GENERATION {
            generations.old = std::mem::take(&mut generations.young);
        }
        generations.young.insert(id.clone(), kept);
    }

    fn look<T>(&self, id: &AttemptId, read: impl FnOnce(&Kept) -> T) -> Option<T> {
        let generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        generations.young.get(id).or_else(|| generations.old.get(id)).map(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assessment::AttemptEvent;
    use crate::clock::Millis;

    fn log(events: u32) -> Vec<LoggedEvent> {
        let item = item_bank::ItemId::new("item").unwrap();
        let event = |position| LoggedEvent {
            position,
            at: Millis(0),
            event: AttemptEvent::Administered { item: item.clone() },
        };
        (0..events).map(event).collect()
    }

    #[test]
    fn a_log_that_grew_elsewhere_is_not_used() {
        let cache = LogCache::default();
        let (id, student) = (AttemptId::from("a"), AccountId::from("s"));
        cache.keep(&id, &student, &log(3));
        assert_eq!(cache.log(&id, 3), Some(log(3)));
        assert_eq!(cache.log(&id, 5), None);
        assert_eq!(cache.student(&id), Some(student));
    }

    #[test]
    fn what_was_written_last_is_kept_and_the_rest_is_bounded() {
        let cache = LogCache::default();
        let student = AccountId::from("s");
        for number in 0..3 * GENERATION {
            cache.keep(&AttemptId(number.to_string()), &student, &log(1));
        }
        assert_eq!(cache.student(&AttemptId::from("0")), None);
        let last = AttemptId((3 * GENERATION - 1).to_string());
        assert!(cache.student(&last).is_some());
        let generations = cache.generations.lock().unwrap();
        assert!(generations.young.len() + generations.old.len() <= 2 * GENERATION);
    }
}
