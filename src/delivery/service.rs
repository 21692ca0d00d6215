//! What every use case is handed first.

use std::sync::Arc;

use super::library::Library;
use crate::store::Store;

/// The database, and the published documents kept ready in memory. Cheap to clone; every clone shares both.
#[derive(Debug, Clone)]
pub struct Service {
    /// The database.
    pub store: Store,
    /// Published banks, plans and policies.
    pub library: Arc<Library>,
}

impl Service {
    /// A service over a store.
    #[must_use]
    pub fn new(store: Store) -> Self {
        let library = Arc::new(Library::new(store.clone()));
        Self { store, library }
    }
}
