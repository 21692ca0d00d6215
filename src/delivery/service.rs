//! What every use case is handed first.

use std::sync::Arc;

use super::library::Library;
use super::log_cache::LogCache;
use crate::store::Store;

/// The database, and what is kept in memory of it: published documents and the logs of running attempts. Cheap to clone; every clone shares both.
#[derive(Debug, Clone)]
pub struct Service {
    /// The database.
    pub store: Store,
    /// Published banks, plans and policies.
    pub library: Arc<Library>,
    /// Logs of attempts that are being taken.
    pub logs: Arc<LogCache>,
}

impl Service {
    /// A service over a store.
    #[must_use]
    pub fn new(store: Store) -> Self {
        let library = Arc::new(Library::new(store.clone()));
        Self { store, library, logs: Arc::default() }
    }
}
