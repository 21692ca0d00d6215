//! What every request may use.

use std::sync::Arc;

use super::limits::Limits;
use super::settings::HttpSettings;
use crate::clock::{Clock, Millis};
use crate::delivery::Service;
use crate::delivery::secrets::SecretHasher;
use crate::store::Store;

/// What every request may use; one a process, shared by its threads.
pub struct AppState {
    /// The database, and the published documents kept ready in memory.
    pub service: Service,
    /// The clock; tests turn its hands.
    pub clock: Arc<dyn Clock>,
    /// Hashes and checks secrets.
    pub secrets: SecretHasher,
    /// Rate limits of this node.
    pub limits: Limits,
    /// What the operator decided.
    pub settings: HttpSettings,
}

impl AppState {
    /// State over `store`, with every rate limit at rest.
    #[must_use]
    pub fn new(store: Store, clock: Arc<dyn Clock>, secrets: SecretHasher, settings: HttpSettings) -> Self {
        let limits = Limits::new(&clock);
        Self { service: Service::new(store), clock, secrets, limits, settings }
    }

    /// The database.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.service.store
    }

    /// The present time.
    #[must_use]
    pub fn now(&self) -> Millis {
        self.clock.now()
    }
}
