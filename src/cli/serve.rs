//! `waymark serve`: the pages and the API, until a signal ends it.

use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use clap::Args;

use super::{CommandError, Output, logs};
use crate::clock::SystemClock;
use crate::delivery::secrets::SecretHasher;
use crate::http::server;
use crate::http::state::AppState;
use crate::jobs::{keep_sweeping, work};
use crate::settings::{Migration, Settings};
use crate::store::Store;

/// Arguments of `waymark serve`.
#[derive(Debug, Args)]
#[command(after_help = "\
Settings come from the file, and from the environment where it says otherwise:

  WAYMARK_LISTEN          address and port (127.0.0.1:8080)
  WAYMARK_DATABASE_URL    sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE (sqlite:waymark.sqlite)
  WAYMARK_MIGRATE         true: brings the database up to date when starting (true)
  WAYMARK_TRANSPORT       http, or https when a proxy in front speaks HTTPS (http)
  WAYMARK_CLIENT_ADDRESS  peer, or forwarded when exactly one proxy stands in front (peer)
  WAYMARK_PUBLIC_ORIGIN   what people see, such as https://waymark.example.org
  WAYMARK_WORKERS         threads that serve requests (one a core)
  WAYMARK_LOG             what is logged, such as info,waymark=debug (info)
  WAYMARK_LOG_FORMAT      text or json (text)

Examples:
  waymark serve
  WAYMARK_DATABASE_URL=postgres://waymark@db/waymark waymark serve --config /etc/waymark.toml")]
pub struct Arguments {
    /// A TOML file of settings: the names above in lower case, without WAYMARK_.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Serves until a signal ends it; requests that are running are finished first.
pub fn run(arguments: &Arguments, output: &Output) -> Result<(), CommandError> {
    let settings =
        Settings::load(arguments.config.as_deref(), std::env::vars()).map_err(CommandError::refused)?;
    logs::start(&settings.log, settings.log_format);
    let runtime = tokio::runtime::Runtime::new().map_err(CommandError::failed)?;
    runtime.block_on(async {
        let store = open_store(&settings).await.map_err(CommandError::Failed)?;
        let listener = listen(&settings).map_err(CommandError::Failed)?;
        output.note(&format!("Waymark listens on {}", address(&listener)));
        let served = serve(&settings, store.clone(), listener).await;
        store.close().await;
        served.map_err(CommandError::Failed)
    })
}

/// How long a running job may take to stop.
const JOB_STOP_TIMEOUT: Duration = Duration::from_secs(10);

/// The database, brought up to date unless the settings say otherwise.
pub(super) async fn open_store(settings: &Settings) -> anyhow::Result<Store> {
    let store = Store::connect(&settings.database_url).await?;
    if settings.migration == Migration::OnStart {
        store.migrate().await?;
    }
    Ok(store)
}

/// The port that the settings name; port 0 is any that is free.
pub(super) fn listen(settings: &Settings) -> anyhow::Result<TcpListener> {
    TcpListener::bind(settings.listen).with_context(|| format!("cannot listen on {}", settings.listen))
}

/// What a browser on this machine is pointed at.
pub(super) fn address(listener: &TcpListener) -> String {
    listener
        .local_addr()
        .map_or_else(|_| "an unknown address".to_owned(), |address| format!("http://{address}"))
}

/// Serves from a store that is open, until a signal ends it.
pub(super) async fn serve(settings: &Settings, store: Store, listener: TcpListener) -> anyhow::Result<()> {
    let secrets = SecretHasher::new(settings.hash_cost, settings.hashes_at_once)?;
    let state = AppState::new(store, Arc::new(SystemClock), secrets, settings.http.clone());
    let sweeps = tokio::spawn(keep_sweeping(state.service.clone(), Arc::clone(&state.clock)));
    let (stop, stopping) = tokio::sync::watch::channel(false);
    let worker = tokio::spawn(work(Arc::new(state.service.clone()), Arc::clone(&state.clock), stopping));
    let served = server::serve(state, listener).await;
    sweeps.abort();
    // A job that runs is put back for another node, or for the next start.
    stop.send_replace(true);
    if tokio::time::timeout(JOB_STOP_TIMEOUT, worker).await.is_err() {
        tracing::warn!("a job did not stop in time; its lease runs out and it is taken again");
    }
    Ok(served?)
}
