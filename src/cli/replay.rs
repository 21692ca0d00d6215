//! `waymark replay`: proves attempts from their logs, and recounts their tests by code that the engine does not share.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::anyhow;
use clap::Args;
use item_bank::{Accommodations, Bank, ItemId, NormalPrior};
use serde::Serialize;

use super::{CommandError, Output};
use crate::adaptive::{Draws, ExposureUse, LoggedResponse, TestPlan};
use crate::assessment::{AttemptEvent, CompletionReason};
use crate::delivery::{self, DeliveryError, Replay, Service};
use crate::settings::Settings;
use crate::simulation::{ScoredTest, Violation, seen_violations, violations_for};
use crate::store::attempts::list_attempt_ids;
use crate::store::{AttemptId, Store};

/// Attempts read at a time.
const PAGE: u32 = 200;

/// Arguments of `waymark replay`.
#[derive(Debug, Args)]
#[command(after_help = "\
The test of every attempt that the engine ended is recounted from its bank and plan alone, requirement by requirement.

Exit code 0: every decision follows from the log, every test met its plan. 1: one does not, or there is no such attempt.
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
#[derive(Debug, Default, Serialize)]
struct Report {
    attempts: u32,
    decisions: u64,
    differences: Vec<Difference>,
    /// Tests that the engine ended.
    whole_tests: u32,
    /// Items that were given over the cap on exposure of their plan, as the logs say.
    over_cap: u64,
    violations: Vec<BrokenTest>,
    unreadable: Vec<Unreadable>,
}

/// A test that did not meet its plan.
#[derive(Debug, Serialize)]
struct BrokenTest {
    attempt: String,
    requirements: Vec<String>,
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
    let (differing, broken) = (report.differences.len(), report.violations.len());
    if differing + broken == 0 {
        return Ok(());
    }
    let attempts = report.attempts;
    Err(CommandError::Refused(anyhow!(
        "of {attempts} attempts {differing} differ and {broken} broke their plan"
    )))
}

async fn replay_every(service: &Service) -> Result<Report, CommandError> {
    let mut report = Report::default();
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
        report.whole_tests += page.whole_tests;
        report.over_cap += page.over_cap;
        report.violations.extend(page.violations);
        report.unreadable.extend(page.unreadable);
    }
}

async fn replay_these(service: &Service, ids: &[AttemptId]) -> Result<Report, CommandError> {
    let mut report = Report::default();
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
        report.over_cap += replay.log.iter().filter(|logged| is_over_cap(&logged.event)).count() as u64;
        if is_whole(&replay) {
            report.whole_tests += 1;
            let found = recount(service, &replay).await.map_err(CommandError::failed)?;
            if !found.is_empty() {
                let requirements = found.iter().map(ToString::to_string).collect();
                report.violations.push(BrokenTest { attempt: id.to_string(), requirements });
            }
        }
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

fn is_over_cap(event: &AttemptEvent) -> bool {
    matches!(event, AttemptEvent::Administered { exposure: Some(ExposureUse::OverCap), .. })
}

/// Whether the engine ended the test: one that was handed in or expired need not meet its plan.
fn is_whole(replay: &Replay) -> bool {
    let by_engine = |event: &AttemptEvent| {
        matches!(event, AttemptEvent::Completed { reason: CompletionReason::Engine(_) })
    };
    replay.log.iter().any(|logged| by_engine(&logged.event))
}

/// Every requirement of the pinned plan that the delivered test does not meet.
async fn recount(service: &Service, replay: &Replay) -> Result<Vec<Violation>, DeliveryError> {
    let pins = &replay.attempt.pins;
    let bank = service.library.bank(&pins.bank_id, pins.bank_version).await?;
    let plan = service.library.plan(&pins.plan_id, pins.plan_version).await?;
    let mut seen: BTreeSet<ItemId> = BTreeSet::new();
    let mut needed = Accommodations::none();
    let mut delivered: Vec<ItemId> = Vec::new();
    for logged in &replay.log {
        match &logged.event {
            AttemptEvent::Started(started) => {
                seen.extend(started.seen.iter().cloned());
                needed = started.accommodations.clone();
            }
            AttemptEvent::Administered { item, .. } => delivered.push(item.clone()),
            _ => {}
        }
    }
    let mut found = violations_for(&bank, &plan, &needed, &delivered);
    found.extend(seen_violations(&bank, &plan, &needed, &delivered, &seen));
    found.extend(answer_violations(service, replay, (&bank, &plan)).await?);
    Ok(found)
}

/// What the answers show: items of other grades that came too early, items whose record of the cap is wrong.
async fn answer_violations(
    service: &Service,
    replay: &Replay,
    (bank, plan): (&Bank, &TestPlan),
) -> Result<Vec<Violation>, DeliveryError> {
    let Some(AttemptEvent::Started(started)) = replay.log.first().map(|logged| &logged.event) else {
        return Ok(Vec::new());
    };
    let Ok(start) = NormalPrior::new(started.prior_mean, started.prior_standard_deviation) else {
        return Ok(Vec::new());
    };
    let mut answers: Vec<LoggedResponse> = Vec::new();
    let mut recorded: BTreeMap<&ItemId, ExposureUse> = BTreeMap::new();
    for logged in &replay.log {
        match &logged.event {
            AttemptEvent::Answered { item, score, .. } => {
                answers.push(LoggedResponse { item: item.clone(), score: *score });
            }
            AttemptEvent::Administered { item, exposure: Some(exposure), .. } => {
                recorded.insert(item, *exposure);
            }
            _ => {}
        }
    }
    let test = ScoredTest { bank, plan, start, answers: &answers };
    let mut found = test.off_grade_violations();
    let rates = match started.exposure_version {
        Some(version) => service.library.exposure(&replay.attempt.pins, version).await?,
        None => Arc::default(),
    };
    let draws = Draws::Pinned { seed: started.seed };
    let place = |id: &ItemId| test.place(id, &started.accommodations, started.item_order);
    let number = |id: &ItemId| place(id).map_or(0.0, |place| draws.of_eligibility(place));
    let over = test.uses_over_cap(&|id, band| rates.counts(id, band), &number);
    let scored = answers.iter().map(|answer| &answer.item).filter(|id| test.is_scored(id));
    for (id, over) in scored.zip(over) {
        let recorded = recorded.get(id).map(|exposure| *exposure == ExposureUse::OverCap);
        if let (Some(recorded), Some(over)) = (recorded, over)
            && recorded != over
        {
            found.push(Violation::Room(id.clone()));
        }
    }
    Ok(found)
}

fn text(report: &Report) -> String {
    let mut lines = vec![
        format!("{} attempts, {} decisions derived again", report.attempts, report.decisions),
        format!("{} whole tests recounted", report.whole_tests),
    ];
    if report.over_cap > 0 {
        let over = report.over_cap;
        lines.push(format!("{over} items given over the cap on exposure: no test was possible without them"));
    }
    for difference in &report.differences {
        let at = difference.position.map_or("its row".to_owned(), |position| format!("position {position}"));
        let Difference { attempt, recorded, derived, .. } = difference;
        lines.push(format!("attempt {attempt}, {at}: recorded {recorded}, derived {derived}"));
    }
    for BrokenTest { attempt, requirements } in &report.violations {
        lines.push(format!("attempt {attempt} broke its plan: {}", requirements.join(", ")));
    }
    for Unreadable { attempt, reason } in &report.unreadable {
        lines.push(format!("attempt {attempt} cannot be read: {reason}"));
    }
    if report.differences.is_empty() && report.violations.is_empty() && report.unreadable.is_empty() {
        lines.push("every one follows from its log and met its plan".to_owned());
    }
    lines.join("\n")
}
