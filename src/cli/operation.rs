//! What commands on a live database share: settings, an open database, and how refusals and failures are told apart.

use std::path::Path;

use anyhow::anyhow;

use super::CommandError;
use super::serve::open_store;
use crate::clock::{Clock, Millis, SystemClock};
use crate::delivery::people::{PeopleError, schools};
use crate::delivery::secrets::{SecretError, SecretHasher};
use crate::settings::Settings;
use crate::store::schools::School;
use crate::store::{Store, StoreError};

/// An open database and what commands need beside it.
pub(super) struct Operation {
    /// The database.
    pub store: Store,
    /// What the operator decided.
    pub settings: Settings,
    /// The present time.
    pub now: Millis,
}

impl Operation {
    /// Runs `work` on the database that the settings name.
    pub fn run<T>(
        config: Option<&Path>,
        work: impl AsyncFnOnce(&Self) -> Result<T, CommandError>,
    ) -> Result<T, CommandError> {
        let settings = Settings::load(config, std::env::vars()).map_err(CommandError::refused)?;
        let runtime = tokio::runtime::Runtime::new().map_err(CommandError::failed)?;
        runtime.block_on(async {
            let store = open_store(&settings).await.map_err(CommandError::Failed)?;
            let operation = Self { store, settings, now: SystemClock.now() };
            let done = work(&operation).await;
            operation.store.close().await;
            done
        })
    }

    /// Hashes secrets at the cost of the settings.
    pub fn hasher(&self) -> Result<SecretHasher, CommandError> {
        let Settings { hash_cost, hashes_at_once, .. } = self.settings;
        SecretHasher::new(hash_cost, hashes_at_once).map_err(CommandError::refused)
    }

    /// The school of this name; without a name, the only one there is.
    pub async fn school(&self, name: Option<&str>) -> Result<School, CommandError> {
        let schools = schools::all(&self.store).await.map_err(people_error)?;
        let known: Vec<String> = schools.iter().map(|school| format!("{:?}", school.name)).collect();
        match name {
            Some(name) => schools.into_iter().find(|school| school.name == name).ok_or_else(|| {
                CommandError::Refused(anyhow!("there is no school {name:?}; known: {}", known.join(", ")))
            }),
            None if schools.len() == 1 => Ok(schools.into_iter().next().expect("there is one")),
            None if schools.is_empty() => Err(CommandError::Refused(anyhow!(
                "there is no school yet: add its first administrator with --new-school"
            ))),
            None => Err(CommandError::Refused(anyhow!("say which school: --school {}", known.join(" or ")))),
        }
    }
}

/// A refusal of the input, or a failure it has no part in.
pub(super) fn people_error(error: PeopleError) -> CommandError {
    match error {
        PeopleError::Store(StoreError::Duplicate(_) | StoreError::MissingReference(_))
        | PeopleError::NotFound(_)
        | PeopleError::Refused(_)
        | PeopleError::Taken { .. }
        | PeopleError::LastAdministrator => CommandError::refused(error),
        PeopleError::Secret(SecretError::Hash(_)) | PeopleError::Store(_) => CommandError::failed(error),
        PeopleError::Secret(_) => CommandError::refused(error),
    }
}
