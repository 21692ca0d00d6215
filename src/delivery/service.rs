//! What every use case is handed first.

use std::sync::Arc;

use super::cache::VersionCache;
use super::group_commit::GroupCommit;
use super::library::Library;
use super::log_cache::LogCache;
use super::recalibration::Impact;
use super::session_lookup::SessionLookup;
use crate::store::Store;

/// Impacts of versions kept.
const IMPACTS_MAX: usize = 8;

/// The database, what is kept in memory of it (published documents, running attempts), and where requests meet to use it
/// together. Cheap to clone; every clone shares all of them.
#[derive(Debug, Clone)]
pub struct Service {
    /// The database.
    pub store: Store,
    /// Published banks, plans and policies.
    pub library: Arc<Library>,
    /// Attempts that are being taken.
    pub logs: Arc<LogCache>,
    /// Writes what is answered.
    pub commits: Arc<GroupCommit>,
    /// Finds who is signed in.
    pub sessions: Arc<SessionLookup>,
    /// What versions that are not published would do to students.
    pub(super) impacts: Arc<VersionCache<String, Impact>>,
}

impl Service {
    /// A service over a store.
    #[must_use]
    pub fn new(store: Store) -> Self {
        let library = Arc::new(Library::new(store.clone()));
        let commits = Arc::new(GroupCommit::new(store.clone()));
        let sessions = Arc::new(SessionLookup::new(store.clone()));
        let impacts = Arc::new(VersionCache::new(IMPACTS_MAX));
        Self { store, library, logs: Arc::default(), commits, sessions, impacts }
    }
}
