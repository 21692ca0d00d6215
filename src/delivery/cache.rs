//! A bounded cache of what never changes: documents of a published version, ready for use.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

/// At most `capacity` values; the one that was not used for longest makes room.
#[derive(Debug)]
pub(super) struct VersionCache<K, V> {
    capacity: usize,
    entries: Mutex<Entries<K, V>>,
}

#[derive(Debug)]
struct Entries<K, V> {
    values: HashMap<K, (u64, Arc<V>)>,
    uses: u64,
}

impl<K: Clone + Eq + Hash, V> VersionCache<K, V> {
    /// An empty cache.
    pub(super) fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "a cache holds at least one value");
        let entries = Mutex::new(Entries { values: HashMap::new(), uses: 0 });
        Self { capacity, entries }
    }

    /// The value of a key.
    pub(super) fn get(&self, key: &K) -> Option<Arc<V>> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.uses += 1;
        let uses = entries.uses;
        let (last_use, value) = entries.values.get_mut(key)?;
        *last_use = uses;
        Some(Arc::clone(value))
    }

    /// Keeps a value, and gives it back; of two for the same key the first stays.
    pub(super) fn keep(&self, key: K, value: V) -> Arc<V> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.uses += 1;
        let uses = entries.uses;
        let kept = &mut entries.values.entry(key).or_insert_with(|| (uses, Arc::new(value))).1;
        let kept = Arc::clone(kept);
        if entries.values.len() > self.capacity {
            let oldest = entries.values.iter().min_by_key(|(_, (last_use, _))| *last_use);
            if let Some(key) = oldest.map(|(key, _)| key.clone()) {
                entries.values.remove(&key);
            }
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_not_used_for_longest_makes_room() {
        let cache = VersionCache::new(2);
        cache.keep("a", 1);
        cache.keep("b", 2);
        assert_eq!(cache.get(&"a").as_deref(), Some(&1));
        cache.keep("c", 3);
        assert_eq!(cache.get(&"b"), None);
        assert_eq!(cache.get(&"a").as_deref(), Some(&1));
        assert_eq!(cache.get(&"c").as_deref(), Some(&3));
    }

    #[test]
    fn the_first_value_of_a_key_stays() {
        let cache = VersionCache::new(2);
        cache.keep("a", 1);
        assert_eq!(*cache.keep("a", 2), 1);
    }
}
