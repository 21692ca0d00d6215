//! `waymark replay`: proves attempts from their logs.

use std::path::PathBuf;

use anyhow::anyhow;
use clap::Args;
use serde::Serialize;

use super::{CommandError, Output};
use crate::delivery::{self, DeliveryError, Service};
use crate::settings::Settings;
use crate::store::attempts::list_attempt_ids;
use crate::store::{AttemptId, Store};

/// Attempts read at a time.
const PAGE: u32 = 200;

/// Arguments of `waymark replay`.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit code 0: every decision follows from the log. 1: one does not, or there is no such attempt.
2: an attempt cannot be read; with --all the others are replayed all the same.

Examples:
  waymark replay 019ad3c2-7f60-7a41-9d4e-0f5b1c2d3e4f
  waymark replay --all --format json")]
pub struct Arguments {
    /// The attempt.
    #[arg(required_unless_present = "all")]
    attempt: Option<String>,
    /// Every attempt in the database.
    #[arg(long, conflicts_with = "attempt")]
    all: bool,
    /// A TOML file of settings.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// What was found, for machines.
#[derive(Debug, Serialize)]
struct Report {
    attempts: u32,
    decisions: u64,
    differences: Vec<Difference>,
    unreadable: Vec<Unreadable>,
}

/// An attempt whose log, or what it pins, cannot be read.
#[derive(Debug, Serialize)]
struct Unreadable {
    attempt: String,
    reason: String,
}

#[derive(Debug, Serialize)]
struct Difference {
    attempt: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<u32>,
    recorded: String,
    derived: String,
}

/// Replays and reports.
pub fn run(arguments: &Arguments, output: &Output) -> Result<(), CommandError> {
    let settings =
        Settings::load(arguments.config.as_deref(), std::env::vars()).map_err(CommandError::refused)?;
    let runtime = tokio::runtime::Runtime::new().map_err(CommandError::failed)?;
    let report = runtime.block_on(async {
        let store = Store::connect_existing(&settings.database_url).await.map_err(CommandError::failed)?;
        let service = Service::new(store);
        match &arguments.attempt {
            Some(id) => replay_these(&service, &[AttemptId::from(id.as_str())]).await,
            None => replay_every(&service).await,
        }
    })?;
    let text = text(&report);
    output.result(&text, &report)?;
    if !report.unreadable.is_empty() {
        let (unreadable, attempts) = (report.unreadable.len(), report.attempts);
        return Err(CommandError::failed(anyhow!("{unreadable} of {attempts} attempts cannot be read")));
    }
    if report.differences.is_empty() {
        Ok(())
    } else {
        Err(CommandError::Refused(anyhow!(
            "{} of {} attempts differ",
            report.differences.len(),
            report.attempts
        )))
    }
}

async fn replay_every(service: &Service) -> Result<Report, CommandError> {
    let mut report = Report { attempts: 0, decisions: 0, differences: Vec::new(), unreadable: Vec::new() };
    let mut after: Option<AttemptId> = None;
    loop {
        let mut connection = service.store.read().await.map_err(CommandError::failed)?;
        let ids =
            list_attempt_ids(&mut connection, after.as_ref(), PAGE).await.map_err(CommandError::failed)?;
        drop(connection);
        let Some(last) = ids.last() else {
            return Ok(report);
        };
        after = Some(last.clone());
        let page = replay_these(service, &ids).await?;
        report.attempts += page.attempts;
        report.decisions += page.decisions;
        report.differences.extend(page.differences);
        report.unreadable.extend(page.unreadable);
    }
}

async fn replay_these(service: &Service, ids: &[AttemptId]) -> Result<Report, CommandError> {
    let mut report = Report { attempts: 0, decisions: 0, differences: Vec::new(), unreadable: Vec::new() };
    for id in ids {
        report.attempts += 1;
        let replay = match delivery::replay(service, id).await {
            Ok(replay) => replay,
            Err(error @ DeliveryError::NotFound { what: "attempt", .. }) => {
                return Err(CommandError::refused(error));
            }
            Err(DeliveryError::Store(error)) if error.may_pass() => return Err(CommandError::failed(error)),
            Err(error) => {
                report.unreadable.push(Unreadable { attempt: id.to_string(), reason: error.to_string() });
                continue;
            }
        };
        report.decisions += u64::from(replay.decisions);
        if let Some(difference) = replay.difference {
            report.differences.push(Difference {
                attempt: id.to_string(),
                position: difference.position,
                recorded: difference.recorded,
                derived: difference.derived,
            });
        }
    }
    Ok(report)
}

fn text(report: &Report) -> String {
    let mut lines =
        vec![format!("{} attempts, {} decisions derived again", report.attempts, report.decisions)];
    for difference in &report.differences {
        let at = difference.position.map_or("its row".to_owned(), |position| format!("position {position}"));
        let Difference { attempt, recorded, derived, .. } = difference;
        lines.push(format!("attempt {attempt}, {at}: recorded {recorded}, derived {derived}"));
    }
    for Unreadable { attempt, reason } in &report.unreadable {
        lines.push(format!("attempt {attempt} cannot be read: {reason}"));
    }
    if report.differences.is_empty() && report.unreadable.is_empty() {
        lines.push("every one follows from its log".to_owned());
    }
    lines.join("\n")
}
