//! `waymark demo`: a complete school on an embedded database, with people to sign in as.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use serde::Serialize;

use super::serve::{address, listen, open_store, serve};
use super::{CommandError, Output, logs};
use crate::clock::{Clock, SystemClock};
use crate::delivery::Service;
use crate::delivery::demo::{self, DemoError, DemoLogin};
use crate::delivery::secrets::SecretHasher;
use crate::settings::Settings;
use crate::store::{Durability, Store};

/// Where the demo keeps its database unless it is told otherwise.
const FOLDER: &str = "data/demo";

/// Arguments of `waymark demo`.
#[derive(Debug, Args)]
#[command(after_help = "\
The first start makes the school, which takes a few seconds; later starts go on where the last one stopped. The settings of
`waymark serve` hold here too: WAYMARK_LISTEN, WAYMARK_DATABASE_URL and the others.

Examples:
  waymark demo
  waymark demo --fresh
  WAYMARK_LISTEN=127.0.0.1:9000 waymark demo --data /tmp/school")]
pub struct Arguments {
    /// The folder of the embedded database.
    #[arg(long, value_name = "FOLDER", default_value = FOLDER)]
    data: PathBuf,
    /// Forgets an earlier demo in that folder and begins again.
    #[arg(long)]
    fresh: bool,
    /// A TOML file of settings.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// What a machine is told.
#[derive(Debug, Serialize)]
struct Greeting {
    address: String,
    people: Vec<DemoLogin>,
}

/// Makes the school when there is none, prints the address and the people, and serves.
pub fn run(arguments: &Arguments, output: &Output) -> Result<(), CommandError> {
    let mut settings =
        Settings::load(arguments.config.as_deref(), std::env::vars()).map_err(CommandError::refused)?;
    // Somebody looks at this terminal for the table of people.
    let log = if std::env::var_os("WAYMARK_LOG").is_some() { settings.log.as_str() } else { "warn" };
    logs::start(log, settings.log_format);
    let runtime = tokio::runtime::Runtime::new().map_err(CommandError::failed)?;
    runtime.block_on(async {
        if std::env::var_os("WAYMARK_DATABASE_URL").is_none() {
            settings.database_url =
                embedded(arguments, &settings, output).await.map_err(CommandError::Failed)?;
        } else {
            seed_elsewhere(&settings, output).await?;
        }
        let store = open_store(&settings).await.map_err(CommandError::Failed)?;
        let listener = listen(&settings).map_err(CommandError::Failed)?;
        greet(address(&listener), output)?;
        let served = serve(&settings, store.clone(), listener).await;
        store.close().await;
        served.map_err(CommandError::Failed)
    })
}

/// The address of the embedded database, made when it is not there. A half-made one is never used.
async fn embedded(arguments: &Arguments, settings: &Settings, output: &Output) -> anyhow::Result<String> {
    let folder = &arguments.data;
    fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let finished = folder.join("waymark.sqlite");
    if arguments.fresh {
        for suffix in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(folder.join(format!("waymark.sqlite{suffix}")));
        }
    }
    if !finished.exists() {
        let half = half_made_in(folder);
        let store = Store::connect_with(&format!("sqlite:{}", half.display()), Durability::Later).await?;
        store.migrate().await?;
        seed(settings, store, output).await?;
        fs::File::open(&half)?.sync_all()?;
        fs::rename(&half, &finished)?;
    }
    Ok(format!("sqlite:{}", finished.display()))
}

fn half_made_in(folder: &std::path::Path) -> PathBuf {
    let half = folder.join("waymark.sqlite.being-made");
    for suffix in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(folder.join(format!("waymark.sqlite.being-made{suffix}")));
    }
    half
}

/// The school in a database that the operator named.
async fn seed_elsewhere(settings: &Settings, output: &Output) -> Result<(), CommandError> {
    let store =
        Store::connect_with(&settings.database_url, Durability::Later).await.map_err(CommandError::failed)?;
    store.migrate().await.map_err(CommandError::failed)?;
    let service = Service::new(store.clone());
    if demo::is_seeded(&service).await.map_err(CommandError::failed)? {
        store.close().await;
        return Ok(());
    }
    seed(settings, store, output).await.map_err(|error| match error.downcast_ref() {
        Some(DemoError::NotEmpty) => CommandError::Refused(error),
        _ => CommandError::Failed(error),
    })
}

/// Makes the school and closes the database.
async fn seed(settings: &Settings, store: Store, output: &Output) -> anyhow::Result<()> {
    output.note("Making the school: 70 students and twelve weeks of history …");
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let hasher = SecretHasher::new(settings.hash_cost, cores)?;
    let service = Service::new(store.clone());
    demo::seed(&service, SystemClock.now(), &hasher).await?;
    store.close().await;
    Ok(())
}

fn greet(address: String, output: &Output) -> Result<(), CommandError> {
    let people = demo::logins();
    let width = |length: fn(&DemoLogin) -> usize| people.iter().map(length).max().unwrap_or(0);
    let (roles, names, secrets) = (
        width(|login| login.role.len()),
        width(|login| login.sign_in.chars().count()),
        width(|login| login.secret.len()),
    );
    let mut lines = vec![format!("Waymark is at {address}"), String::new()];
    for DemoLogin { role, sign_in, secret, story } in &people {
        lines.push(format!("  {role:roles$}  {sign_in:names$}  {secret:secrets$}  {story}"));
    }
    lines.push(String::new());
    lines.push(
        "Adults sign in by name and password; students by class code, their name, and a PIN or pictures."
            .to_owned(),
    );
    lines.push("Stop with Ctrl-C.".to_owned());
    output.result(&lines.join("\n"), &Greeting { address, people })
}
