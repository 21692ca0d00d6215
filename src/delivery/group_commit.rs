//! Group commit: changes of attempts that wait while the disk is busy with others share the next transaction.
//!
//! Each change is acknowledged after the commit that holds it and never before; none waits for others to come. A change
//! that cannot be written fails alone. What changes more than an attempt and its log has a transaction of its own.

use std::collections::HashSet;
use std::sync::Arc;

use super::gathering::{Gathering, Limits};
use super::sitting::TRIES_MAX;
use crate::store::attempt_changes::{AttemptChange, write_changes};
use crate::store::{BATCH_ROWS_MAX, Engine, Store, StoreError};

/// True: it is on disk. False: nothing was written, because somebody else wrote to the log first.
type Written = Result<bool, StoreError>;

/// Writes changes of attempts, together where they meet.
#[derive(Debug)]
pub struct GroupCommit {
    store: Store,
    changes: Arc<Gathering<AttemptChange, Written>>,
}

impl GroupCommit {
    /// Group commits to a store.
    #[must_use]
    pub fn new(store: Store) -> Self {
        let groups = match store.engine() {
            // One writer at a time anyway.
            Engine::Sqlite => 1,
            // The server makes several commits durable with one write to its log.
            Engine::Postgres => 2,
        };
        Self { store, changes: Gathering::new(Limits { group: BATCH_ROWS_MAX, groups }) }
    }

    /// Writes a change. True: it is on disk. False: nothing was written, because somebody else wrote to the log since it
    /// was read.
    pub async fn write(&self, change: AttemptChange) -> Result<bool, StoreError> {
        let store = self.store.clone();
        let written = self.changes.serve(change, move |group| {
            let store = store.clone();
            async move { write_all(&store, group).await }
        });
        written.await?
    }
}

async fn write_all(store: &Store, changes: Vec<AttemptChange>) -> Vec<Written> {
    metrics::histogram!("waymark_group_commit_answers").record(changes.len() as f64);
    let error = match write_undisturbed(store, &changes).await {
        Ok(written) => return written.into_iter().map(Ok).collect(),
        Err(error) if changes.len() == 1 => return vec![Err(error)],
        Err(error) => error,
    };
    if !error.is_about_a_row() {
        let error = Arc::new(error);
        return changes.iter().map(|_| Err(StoreError::Shared(Arc::clone(&error)))).collect();
    }
    tracing::warn!(error = %error, "{} changes could not be written together: {error}", changes.len());
    let mut written = Vec::with_capacity(changes.len());
    for change in &changes {
        let alone = write_undisturbed(store, std::slice::from_ref(change)).await;
        written.push(alone.map(|written| written[0]));
    }
    written
}

/// Writes changes in one transaction, again where the database undid it in favour of another.
async fn write_undisturbed(store: &Store, changes: &[AttemptChange]) -> Result<Vec<bool>, StoreError> {
    for _ in 1..TRIES_MAX {
        match write_group(store, changes).await {
            Err(error) if error.is_undone() => {}
            outcome => return outcome,
        }
    }
    write_group(store, changes).await
}

/// Writes changes in one transaction; which of them were current and are on disk.
async fn write_group(store: &Store, changes: &[AttemptChange]) -> Result<Vec<bool>, StoreError> {
    // Two changes of one attempt were both made from the same position: the second comes too late, as in any race.
    let mut attempts = HashSet::with_capacity(changes.len());
    let is_first: Vec<bool> = changes.iter().map(|change| attempts.insert(&change.attempt.id)).collect();
    let mut firsts: Vec<&AttemptChange> =
        changes.iter().zip(&is_first).filter_map(|(change, &first)| first.then_some(change)).collect();
    // One order for every group: two groups do not wait for each other's rows.
    firsts.sort_by(|one, other| one.attempt.id.cmp(&other.attempt.id));

    let mut transaction = store.begin_write().await?;
    let written = write_changes(&mut transaction, &firsts).await?;
    transaction.commit().await?;
    let is_written = |(change, first): (&AttemptChange, bool)| first && written.contains(&change.attempt.id);
    Ok(changes.iter().zip(is_first).map(is_written).collect())
}
