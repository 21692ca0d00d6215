//! `waymark audit`: the record of every change.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::operation::Operation;
use super::{CommandError, Output};
use crate::assessment::civil::{end_of_day, start_of_day};
use crate::delivery::people::record;
use crate::store::StoreError;
use crate::store::audit::{AuditEntry, AuditFilter, AuditPlace};

/// Arguments of `waymark audit`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  waymark audit list --action unlock. --limit 20
  waymark audit list --person alvarez --from 2026-11-01 --to 2026-11-30 --time-zone America/Los_Angeles
  waymark audit export --out audit.jsonl")]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// A TOML file of settings.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Only actions that begin with this, such as `unlock.`.
    #[arg(long, global = true, default_value = "")]
    action: String,
    /// Only what was done to this kind of thing, such as `attempt`.
    #[arg(long, global = true, default_value = "")]
    subject_kind: String,
    /// Only what was done to this one.
    #[arg(long, global = true, default_value = "")]
    subject_id: String,
    /// Only what this account did.
    #[arg(long, global = true, default_value = "")]
    actor_id: String,
    /// Only what somebody did, or what was done to somebody, whose name or user name holds this text.
    #[arg(long, global = true, default_value = "")]
    person: String,
    /// Only what concerns this school, by its identifier.
    #[arg(long, global = true, default_value = "")]
    school: String,
    /// Only from this day on, as in 2026-11-03, in the time zone.
    #[arg(long, global = true, value_name = "DAY")]
    from: Option<Date>,
    /// Only to this day, which is included.
    #[arg(long, global = true, value_name = "DAY")]
    to: Option<Date>,
    /// The time zone in which days begin.
    #[arg(long, global = true, default_value = "UTC", value_parser = TimeZone::get)]
    time_zone: TimeZone,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Lists entries, latest first.
    List {
        /// How many, 200 at most.
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=200))]
        limit: u32,
    },
    /// Writes every entry, oldest first, one JSON document a line.
    #[command(after_help = "\
One JSON document a line, oldest first.

Examples:
  waymark audit export --out audit.jsonl
  waymark audit export --action unlock. --out unlocks.jsonl")]
    Export {
        /// The file.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

#[derive(Debug, Serialize)]
struct Line {
    id: String,
    at_ms: i64,
    at: String,
    actor_id: Option<String>,
    action: String,
    subject_kind: String,
    subject_id: String,
    detail: serde_json::Value,
}

impl From<AuditEntry> for Line {
    fn from(entry: AuditEntry) -> Self {
        Self {
            id: entry.id,
            at_ms: entry.at.0,
            at: entry.at.to_string(),
            actor_id: entry.actor_id.map(|id| id.0),
            action: entry.action,
            subject_kind: entry.subject_kind,
            subject_id: entry.subject_id,
            detail: entry.detail,
        }
    }
}

/// Runs the command.
pub fn run(arguments: &Arguments, output: &Output) -> Result<(), CommandError> {
    let filter = AuditFilter {
        action: arguments.action.clone(),
        subject_kind: arguments.subject_kind.clone(),
        subject_id: arguments.subject_id.clone(),
        actor_id: arguments.actor_id.clone(),
        person: arguments.person.clone(),
        from: arguments.from.map(|day| start_of_day(day, &arguments.time_zone)),
        to: arguments.to.map(|day| end_of_day(day, &arguments.time_zone)),
        school_id: arguments.school.clone(),
    };
    Operation::run(arguments.config.as_deref(), async |operation| match &arguments.command {
        Command::List { limit } => list(operation, &filter, *limit, output).await,
        Command::Export { out } => export(operation, &filter, out, output).await,
    })
}

async fn list(
    operation: &Operation,
    filter: &AuditFilter,
    limit: u32,
    output: &Output,
) -> Result<(), CommandError> {
    let part = record::list(&operation.store, filter, &AuditPlace::Latest, limit).await;
    let entries = part.map_err(CommandError::failed)?.entries;
    let lines: Vec<Line> = entries.into_iter().map(Line::from).collect();
    let text: Vec<String> = lines.iter().map(text).collect();
    output.result(&text.join("\n"), &lines)
}

fn text(line: &Line) -> String {
    let actor = line.actor_id.as_deref().unwrap_or("system");
    let Line { at, action, subject_kind, subject_id, detail, .. } = line;
    format!("{at}  {actor}  {action}  {subject_kind} {subject_id}  {detail}")
}

/// Why an export ended early.
enum ExportError {
    Store(StoreError),
    File(std::io::Error),
}

impl From<StoreError> for ExportError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

async fn export(
    operation: &Operation,
    filter: &AuditFilter,
    out: &Path,
    output: &Output,
) -> Result<(), CommandError> {
    let shown = out.display().to_string();
    let file = std::fs::File::create(out).with_context(|| shown.clone()).map_err(CommandError::Refused)?;
    let mut file = std::io::BufWriter::new(file);
    let written = record::export(&operation.store, filter, |entry| {
        let line =
            serde_json::to_string(&Line::from(entry)).map_err(|error| ExportError::File(error.into()))?;
        writeln!(file, "{line}").map_err(ExportError::File)
    });
    let written = written.await.map_err(|error| match error {
        ExportError::Store(error) => CommandError::failed(error),
        ExportError::File(error) => CommandError::failed(error),
    })?;
    file.flush().map_err(CommandError::failed)?;
    let value = serde_json::json!({ "entries": written, "file": shown });
    output.result(&format!("{written} entries in {shown}"), &value)
}
