//! `waymark backup` and `waymark restore`: the whole database as one file.

use std::fs::{self, File, OpenOptions};
use std::io::{BufReader, BufWriter};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use clap::Args;

use super::operation::Operation;
use super::{CommandError, Output};
use crate::delivery::backup::{self, BackupError, BackupSummary};

/// Arguments of `waymark backup` and `waymark restore`.
#[derive(Debug, Args)]
#[command(after_help = "\
A backup is one text file that either engine restores: SQLite into PostgreSQL and back. It holds people's names and hashes
of their secrets, so only its owner may read it. Sessions are left out: people sign in again.

Examples:
  waymark backup /var/backups/waymark-2026-01-14.jsonl
  WAYMARK_DATABASE_URL=postgres://waymark@db/new waymark restore /var/backups/waymark-2026-01-14.jsonl")]
pub struct Arguments {
    /// The file.
    file: PathBuf,
    /// A TOML file of settings.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Makes a backup while people go on working. A file that exists is never overwritten.
pub fn backup(arguments: &Arguments, output: &Output) -> Result<(), CommandError> {
    let file = &arguments.file;
    if file.exists() {
        let error = anyhow!("{} exists; a backup never overwrites a file", file.display());
        return Err(CommandError::Refused(error));
    }
    let unfinished = unfinished_name(file);
    let summary = Operation::run(arguments.config.as_deref(), async |operation| {
        let created =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished);
        let created =
            created.with_context(|| unfinished.display().to_string()).map_err(CommandError::Refused)?;
        let mut out = BufWriter::new(created);
        let summary = backup::backup(&operation.store, operation.now, &mut out).await.map_err(failure)?;
        let written = out.into_inner().map_err(|error| CommandError::failed(error.into_error()))?;
        written.sync_all().map_err(CommandError::failed)?;
        Ok(summary)
    });
    let summary = summary.inspect_err(|_| {
        // What is left of it is no backup; if it cannot be removed either, the first error says enough.
        let _ = fs::remove_file(&unfinished);
    })?;
    fs::rename(&unfinished, file).map_err(CommandError::failed)?;
    told(output, "backed up", file, &summary)
}

/// Restores a backup into an empty database: all of it, or nothing.
pub fn restore(arguments: &Arguments, output: &Output) -> Result<(), CommandError> {
    let file = &arguments.file;
    let input =
        File::open(file).with_context(|| file.display().to_string()).map_err(CommandError::Refused)?;
    let summary = Operation::run(arguments.config.as_deref(), async |operation| {
        backup::restore(&operation.store, BufReader::new(input)).await.map_err(failure)
    })?;
    told(output, "restored", file, &summary)
}

fn unfinished_name(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".unfinished");
    PathBuf::from(name)
}

fn told(output: &Output, done: &str, file: &Path, summary: &BackupSummary) -> Result<(), CommandError> {
    let BackupSummary { made_at, rows, digest } = summary;
    let text = format!("{done} {rows} rows as of {made_at}, {}, sha-256 {digest}", file.display());
    output.result(&text, summary)
}

fn failure(error: BackupError) -> CommandError {
    match error {
        BackupError::Line { .. } | BackupError::NotEmpty(_) => CommandError::refused(error),
        BackupError::File(_) | BackupError::Store(_) => CommandError::failed(error),
    }
}
