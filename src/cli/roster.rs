//! `waymark roster import`: people and classes from a CSV file.

use std::path::PathBuf;

use anyhow::anyhow;
use clap::{Args, Subcommand};
use serde::Serialize;

use super::bank_input::read_text;
use super::operation::{Operation, people_error};
use super::{CommandError, Output};
use crate::delivery::people::Change;
use crate::delivery::people::roster::{self, RosterError, RosterExtent, RosterOutcome};

/// Largest roster file, in bytes.
const FILE_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Arguments of `waymark roster`.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Brings people and classes in: all of the file, or nothing.
    Import(Import),
}

#[derive(Debug, Args)]
#[command(after_help = "\
The first row names the columns, in any order: role (student or teacher), person_id and name are needed; grade, username,
secret_kind, secret, class_id, class_name, class_code and class_grade are not. One row a person and class.
People and classes that are there already are changed to what the file says. The same file again changes nothing.
Without --whole nobody leaves a class: a teacher who left the school keeps access until taken out of the class by hand.

Examples:
  waymark roster import people.csv --dry-run
  waymark roster import september.csv --whole --dry-run
  waymark roster import people.csv --format json > secrets.json")]
struct Import {
    /// The file.
    file: PathBuf,
    /// Says what would change, and changes nothing.
    #[arg(long)]
    dry_run: bool,
    /// The file is the whole roster: memberships it does not list end, where person and class came by roster.
    #[arg(long)]
    whole: bool,
    /// The school; not needed when there is one.
    #[arg(long, value_name = "NAME")]
    school: Option<String>,
    /// A TOML file of settings.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// What was done, for machines.
#[derive(Debug, Serialize)]
struct Report {
    people_added: usize,
    people_changed: usize,
    people_unchanged: usize,
    classes_added: usize,
    classes_changed: usize,
    memberships_added: usize,
    memberships_ended: usize,
    issued: Vec<Issued>,
}

#[derive(Debug, Serialize)]
struct Issued {
    person_id: String,
    name: String,
    kind: &'static str,
    secret: String,
}

/// Runs the command.
pub fn run(arguments: &Arguments, output: &Output) -> Result<(), CommandError> {
    let Command::Import(wanted) = &arguments.command;
    let text = read_text(&wanted.file, FILE_BYTES_MAX)?;
    let outcome = Operation::run(wanted.config.as_deref(), async |operation| {
        let school = operation.school(wanted.school.as_deref()).await?;
        let change = Change::by_operator(&operation.store, operation.now, &school.id);
        let extent = if wanted.whole { RosterExtent::Whole } else { RosterExtent::Additions };
        let done = if wanted.dry_run {
            roster::preview(change, &text, extent).await
        } else {
            roster::import(change, &operation.hasher()?, &text, extent).await
        };
        done.map_err(|error| refusal(wanted, error))
    })?;
    let report = Report::from(outcome);
    let heading = if wanted.dry_run { "would change:" } else { "changed:" };
    output.result(&report.text(heading), &report)
}

fn refusal(wanted: &Import, error: RosterError) -> CommandError {
    match error {
        RosterError::Problems(problems) => {
            let shown = wanted.file.display();
            let lines: Vec<String> = problems.iter().map(|problem| format!("{shown}: {problem}")).collect();
            CommandError::Refused(anyhow!("nothing was brought in\n{}", lines.join("\n")))
        }
        RosterError::Contended => CommandError::refused(error),
        RosterError::People(error) => people_error(error),
    }
}

impl From<RosterOutcome> for Report {
    fn from(outcome: RosterOutcome) -> Self {
        let issued = outcome.issued.into_iter().map(|issued| Issued {
            person_id: issued.person_id,
            name: issued.name,
            kind: issued.kind.as_str(),
            secret: issued.secret,
        });
        Self {
            people_added: outcome.people_added,
            people_changed: outcome.people_changed,
            people_unchanged: outcome.people_unchanged,
            classes_added: outcome.classes_added,
            classes_changed: outcome.classes_changed,
            memberships_added: outcome.memberships_added,
            memberships_ended: outcome.memberships_ended,
            issued: issued.collect(),
        }
    }
}

impl Report {
    fn text(&self, heading: &str) -> String {
        let mut lines = vec![
            heading.to_owned(),
            format!(
                "people: {} added, {} changed, {} unchanged",
                self.people_added, self.people_changed, self.people_unchanged
            ),
            format!("classes: {} added, {} changed", self.classes_added, self.classes_changed),
            format!("memberships: {} added, {} ended", self.memberships_added, self.memberships_ended),
        ];
        if !self.issued.is_empty() {
            lines.push("secrets made, told only now: person_id, kind, secret, name".to_owned());
        }
        lines.extend(
            self.issued
                .iter()
                .map(|one| format!("{}, {}, {}, {}", one.person_id, one.kind, one.secret, one.name)),
        );
        lines.join("\n")
    }
}
