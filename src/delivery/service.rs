//! What every use case is handed first.

use super::library::Library;
use crate::store::Store;

/// The database, and the published documents kept ready in memory.
#[derive(Debug)]
pub struct Service {
    /// The database.
    pub store: Store,
    /// Published banks, plans and policies.
    pub library: Library,
}

impl Service {
    /// A service over a store.
    #[must_use]
    pub fn new(store: Store) -> Self {
        let library = Library::new(store.clone());
        Self { store, library }
    }
}
