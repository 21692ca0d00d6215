//! Finding the session of a request: read from the database for every request, so that a session that is ended is refused
//! at once; requests that come while others are looked up are looked up together. Nothing is remembered.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::Viewer;
use super::gathering::{Gathering, Limits};
use super::session::{CurrentSession, digest, idle_limit_ms};
use crate::clock::Millis;
use crate::store::accounts::{Account, AccountStatus};
use crate::store::sessions::{self, Session};
use crate::store::{BATCH_ROWS_MAX, Store, StoreError};

/// How often the time of the last request is written at most.
const TOUCH_EVERY_MS: i64 = 60_000;

type Found = Option<(Session, Account)>;

/// Finds sessions, together where requests meet.
#[derive(Debug)]
pub struct SessionLookup {
    store: Store,
    lookups: Arc<Gathering<String, Result<Found, StoreError>>>,
    uses: Arc<Gathering<(String, Millis), Result<(), StoreError>>>,
}

impl SessionLookup {
    /// Lookups in a store.
    #[must_use]
    pub fn new(store: Store) -> Self {
        let lookups = Gathering::new(Limits { group: BATCH_ROWS_MAX, groups: 2 });
        let uses = Gathering::new(Limits { group: BATCH_ROWS_MAX, groups: 1 });
        Self { store, lookups, uses }
    }

    /// The session a token stands for; nothing when it is unknown, ended, idle for too long, or its account disabled.
    pub async fn find(&self, now: Millis, token: &str) -> Result<Option<CurrentSession>, StoreError> {
        let store = self.store.clone();
        let found = self.lookups.serve(digest(token), move |digests| {
            let store = store.clone();
            async move { look_up(&store, digests).await }
        });
        let Some((session, account)) = found.await?? else {
            return Ok(None);
        };
        if !is_live(&session, &account, now) {
            return Ok(None);
        }
        if now.since(session.last_seen) >= TOUCH_EVERY_MS {
            let store = self.store.clone();
            let written = self.uses.serve((session.token_digest.clone(), now), move |used| {
                let store = store.clone();
                async move { write_uses(&store, used).await }
            });
            written.await??;
        }
        Ok(Some(CurrentSession { session, viewer: Viewer::from(&account) }))
    }
}

async fn look_up(store: &Store, digests: Vec<String>) -> Vec<Result<Found, StoreError>> {
    let read = async { sessions::with_accounts(&mut *store.read().await?, &digests).await };
    match read.await {
        Ok(found) => {
            let found: HashMap<String, (Session, Account)> =
                found.into_iter().map(|found| (found.0.token_digest.clone(), found)).collect();
            // One session may have several requests under way.
            digests.iter().map(|digest| Ok(found.get(digest).cloned())).collect()
        }
        Err(error) => fail(error, digests.len()),
    }
}

async fn write_uses(store: &Store, used: Vec<(String, Millis)>) -> Vec<Result<(), StoreError>> {
    let requests = used.len();
    let mut latest = BTreeMap::new();
    for (digest, at) in used {
        let known = latest.entry(digest).or_insert(at);
        *known = at.max(*known);
    }
    let written = async {
        let mut transaction = store.begin_write().await?;
        sessions::touch(&mut transaction, &latest).await?;
        transaction.commit().await
    };
    match written.await {
        Ok(()) => (0..requests).map(|_| Ok(())).collect(),
        Err(error) => fail(error, requests),
    }
}

fn fail<T>(error: StoreError, requests: usize) -> Vec<Result<T, StoreError>> {
    let error = Arc::new(error);
    (0..requests).map(|_| Err(StoreError::Shared(Arc::clone(&error)))).collect()
}

fn is_live(session: &Session, account: &Account, now: Millis) -> bool {
    session.revoked_at.is_none()
        && now < session.expires_at
        && now.since(session.last_seen) < idle_limit_ms(account.role)
        && account.status == AccountStatus::Active
}
