//! What an operator decides: from a file and the environment, unchecked first, then checked.
//!
//! Reads no file but the one it is handed and no environment but the one it is handed.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use config::{Config, Environment, File, FileFormat};
use serde::Deserialize;
use thiserror::Error;

use crate::delivery::secrets::HashCost;
use crate::http::settings::{ClientAddress, HttpSettings, Transport};

/// Settings that hold together.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the server listens.
    pub listen: SocketAddr,
    /// The database.
    pub database_url: String,
    /// Whether starting brings the database up to date.
    pub migration: Migration,
    /// The HTTP side.
    pub http: HttpSettings,
    /// What one hash of a secret costs.
    pub hash_cost: HashCost,
    /// Hashes computed at the same time; each takes its memory.
    pub hashes_at_once: usize,
    /// What is logged, such as `info,waymark=debug`.
    pub log: String,
    /// How it is logged.
    pub log_format: LogFormat,
}

/// Whether starting brings the database up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Migration {
    /// Yes.
    OnStart,
    /// No: somebody does it by hand.
    ByHand,
}

/// How the program logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// A line for people.
    Text,
    /// A JSON object a line.
    Json,
}

/// Settings that cannot be used.
#[derive(Debug, Error)]
pub enum SettingsError {
    /// A file or variable that cannot be read as the setting it names.
    #[error("settings: {0}")]
    Unreadable(#[from] config::ConfigError),
    /// A value outside its range.
    #[error("setting {name} {must}, got {got:?}")]
    Value {
        /// The setting.
        name: &'static str,
        /// What it must be.
        must: &'static str,
        /// What it is.
        got: String,
    },
}

/// Settings as they are written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct UncheckedSettings {
    listen: String,
    database_url: String,
    migrate: bool,
    transport: String,
    client_address: String,
    public_origin: Option<String>,
    workers: Option<usize>,
    shutdown_timeout_seconds: u64,
    hash_memory_kib: u32,
    hash_passes: u32,
    hashes_at_once: usize,
    log: String,
    log_format: LogFormat,
}

/// Every name of a setting; others in the environment are somebody else's.
const NAMES: &[&str] = &[
    "listen",
    "database_url",
    "migrate",
    "transport",
    "client_address",
    "public_origin",
    "workers",
    "shutdown_timeout_seconds",
    "hash_memory_kib",
    "hash_passes",
    "hashes_at_once",
    "log",
    "log_format",
];

impl Default for UncheckedSettings {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".to_owned(),
            database_url: "sqlite:waymark.sqlite".to_owned(),
            migrate: true,
            transport: "http".to_owned(),
            client_address: "peer".to_owned(),
            public_origin: None,
            workers: None,
            shutdown_timeout_seconds: 10,
            hash_memory_kib: HashCost::RECOMMENDED.memory_kib,
            hash_passes: HashCost::RECOMMENDED.passes,
            hashes_at_once: 2,
            log: "info".to_owned(),
            log_format: LogFormat::Text,
        }
    }
}

impl Settings {
    /// From a TOML file and the variables of an environment, which win.
    pub fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, SettingsError> {
        let mut builder = Config::builder();
        if let Some(file) = file {
            builder = builder.add_source(File::from(file).format(FileFormat::Toml));
        }
        let ours: HashMap<String, String> =
            environment.into_iter().filter(|(name, _)| is_setting(name)).collect();
        let variables = Environment::with_prefix("WAYMARK").prefix_separator("_").try_parsing(true);
        let variables = variables.ignore_empty(true).source(Some(ours.into_iter().collect()));
        let unchecked: UncheckedSettings = builder.add_source(variables).build()?.try_deserialize()?;
        Self::try_from(unchecked)
    }
}

fn is_setting(variable: &str) -> bool {
    let name = variable.strip_prefix("WAYMARK_").map(str::to_ascii_lowercase);
    name.is_some_and(|name| NAMES.contains(&name.as_str()))
}

impl TryFrom<UncheckedSettings> for Settings {
    type Error = SettingsError;

    fn try_from(unchecked: UncheckedSettings) -> Result<Self, SettingsError> {
        let listen = unchecked.listen.parse().map_err(|_| SettingsError::Value {
            name: "listen",
            must: "must be an address and a port such as 127.0.0.1:8080",
            got: unchecked.listen.clone(),
        })?;
        let transport =
            word("transport", &unchecked.transport, "must be http or https", |word| match word {
                "http" => Some(Transport::Http),
                "https" => Some(Transport::Https),
                _ => None,
            })?;
        let must = "must be peer or forwarded";
        let client_address = word("client_address", &unchecked.client_address, must, |word| match word {
            "peer" => Some(ClientAddress::Peer),
            "forwarded" => Some(ClientAddress::LastForwardedFor),
            _ => None,
        })?;
        in_range("workers", unchecked.workers.unwrap_or(1), 1, 1_024)?;
        in_range("hashes_at_once", unchecked.hashes_at_once, 1, 256)?;
        Ok(Self {
            listen,
            database_url: unchecked.database_url,
            migration: if unchecked.migrate { Migration::OnStart } else { Migration::ByHand },
            http: HttpSettings {
                transport,
                client_address,
                public_origin: unchecked.public_origin,
                workers: unchecked.workers,
                shutdown_timeout: Duration::from_secs(unchecked.shutdown_timeout_seconds),
                ..HttpSettings::default()
            },
            hash_cost: HashCost {
                memory_kib: unchecked.hash_memory_kib,
                passes: unchecked.hash_passes,
                lanes: 1,
            },
            hashes_at_once: unchecked.hashes_at_once,
            log: unchecked.log,
            log_format: unchecked.log_format,
        })
    }
}

fn word<T>(
    name: &'static str,
    got: &str,
    must: &'static str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<T, SettingsError> {
    parse(got).ok_or_else(|| SettingsError::Value { name, must, got: got.to_owned() })
}

fn in_range(name: &'static str, got: usize, least: usize, most: usize) -> Result<(), SettingsError> {
    if (least..=most).contains(&got) {
        return Ok(());
    }
    Err(SettingsError::Value {
        name,
        must: "must be at least 1 and no more than a machine has",
        got: got.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(variables: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        Settings::load(None, variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn without_file_and_environment_the_defaults_hold() {
        let settings = from(&[]).unwrap();
        assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(settings.database_url, "sqlite:waymark.sqlite");
        assert_eq!(settings.migration, Migration::OnStart);
        assert_eq!(settings.hash_cost, HashCost::RECOMMENDED);
    }

    #[test]
    fn the_environment_wins_over_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("waymark.toml");
        std::fs::write(&file, "listen = \"0.0.0.0:80\"\nmigrate = false\n").unwrap();
        let variables = [("WAYMARK_LISTEN".to_owned(), "127.0.0.1:9000".to_owned())];
        let settings = Settings::load(Some(&file), variables).unwrap();
        assert_eq!(settings.listen.to_string(), "127.0.0.1:9000");
        assert_eq!(settings.migration, Migration::ByHand);
    }

    #[test]
    fn variables_of_others_are_left_alone() {
        from(&[("WAYMARK_REFERENCE", "/somewhere"), ("WAYMARK_TEST_POSTGRES_URL", "postgres://x")]).unwrap();
    }

    #[test]
    fn a_value_that_cannot_be_used_is_named() {
        let error = from(&[("WAYMARK_LISTEN", "here")]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "setting listen must be an address and a port such as 127.0.0.1:8080, got \"here\""
        );
        let error = from(&[("WAYMARK_TRANSPORT", "carrier pigeon")]).unwrap_err();
        assert_eq!(error.to_string(), "setting transport must be http or https, got \"carrier pigeon\"");
        assert!(from(&[("WAYMARK_WORKERS", "0")]).is_err());
        assert!(from(&[("WAYMARK_MIGRATE", "perhaps")]).is_err());
    }

    #[test]
    fn a_setting_nobody_knows_in_the_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("waymark.toml");
        std::fs::write(&file, "lisen = \"0.0.0.0:80\"\n").unwrap();
        let error = Settings::load(Some(&file), []).unwrap_err();
        assert!(error.to_string().contains("lisen"), "{error}");
    }
}
