//! `waymark bank`: checks, brings in, writes out and publishes banks.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use clap::{Args, Subcommand};
use item_bank::banks::{fraction_subtraction, number_and_fractions};
use item_bank::formats::{BANK_FILE_BYTES_MAX, write_bank_json, write_parameters_csv};
use item_bank::{Bank, ItemStatus, Pool};
use serde::Serialize;

use super::bank_input::{read_bank, read_bank_alone, read_text};
use super::serve::open_store;
use super::{CommandError, Output};
use crate::clock::{Clock, SystemClock};
use crate::delivery::{DeliveryError, ImportBank, Service, import_bank, publish_bank};
use crate::settings::Settings;
use crate::store::banks::BankVersion;
use crate::store::{AccountId, accounts};

/// Arguments of `waymark bank`.
#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Checks a bank file or a parameter table and tells what is in it.
    Validate(Validate),
    /// Brings a bank file into the database as a draft version: all of it or nothing.
    Import(Import),
    /// Writes a bank as a bank file, or its parameters as a table.
    Export(Export),
    /// Publishes a draft version; it never changes afterwards.
    Publish(Publish),
}

/// Arguments of `waymark bank validate`.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit code 0: valid. 1: refused; every error names file, path or line, and value.

Examples:
  waymark bank validate bank.json
  waymark bank validate parameters.csv --format json")]
struct Validate {
    /// A JSON bank file, or a table of parameters (.csv).
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Arguments of `waymark bank import`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  waymark bank import bank.json --by staff --note 'first version'
  WAYMARK_DATABASE_URL=sqlite:waymark.sqlite waymark bank import bank.json --by staff")]
struct Import {
    /// A JSON bank file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Username of the person who brings it in.
    #[arg(long, value_name = "USERNAME")]
    by: String,
    /// What changed, in words.
    #[arg(long, default_value = "imported from the command line")]
    note: String,
    /// A TOML file of settings.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Arguments of `waymark bank export`.
#[derive(Debug, Args)]
#[command(after_help = "\
A name of an output file that ends in .csv asks for the table of parameters.

Examples:
  waymark bank export fractions 3 --out fractions-3.json
  waymark bank export --bundled number-and-fractions --out bank.json
  waymark bank export --file bank.json --out parameters.csv")]
struct Export {
    /// The bank's id in the database.
    #[arg(value_name = "BANK", required_unless_present_any = ["bundled", "file"], requires = "number")]
    bank: Option<String>,
    /// Its version.
    #[arg(value_name = "VERSION")]
    number: Option<u32>,
    /// A bank that comes with Waymark: fraction-subtraction or number-and-fractions.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["bank", "file"])]
    bundled: Option<String>,
    /// A bank file or parameter table to convert, without a database.
    #[arg(long, value_name = "FILE", conflicts_with = "bank")]
    file: Option<PathBuf>,
    /// Where the bank goes.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// A TOML file of settings.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Arguments of `waymark bank publish`.
#[derive(Debug, Args)]
#[command(after_help = "\
Refused when a published assessment's plan does not fit the version.

Example:
  waymark bank publish fractions 3 --by staff")]
struct Publish {
    /// The bank's id.
    #[arg(value_name = "BANK")]
    bank: String,
    /// The draft version.
    #[arg(value_name = "VERSION")]
    number: u32,
    /// Username of the person who publishes it.
    #[arg(long, value_name = "USERNAME")]
    by: String,
    /// A TOML file of settings.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Runs the subcommand.
///
/// # Errors
/// Refused: a file, bank, version or person that will not do. Failed: the database or the disk.
pub fn run(arguments: &Arguments, output: &Output) -> Result<(), CommandError> {
    match &arguments.command {
        Command::Validate(arguments) => validate(arguments, output),
        Command::Import(arguments) => import(arguments, output),
        Command::Export(arguments) => export(arguments, output),
        Command::Publish(arguments) => publish(arguments, output),
    }
}

/// What is in a bank, for machines.
#[derive(Debug, Serialize)]
struct Contents {
    id: String,
    items: usize,
    with_parameters: usize,
    with_content: usize,
    operational: usize,
    interim: usize,
    summative: usize,
    stimuli: usize,
    levels: usize,
    provisional: usize,
    warnings: Vec<String>,
}

impl Contents {
    fn of(bank: &Bank) -> Self {
        let count =
            |keep: &dyn Fn(&item_bank::Item) -> bool| bank.items().iter().filter(|item| keep(item)).count();
        Self {
            id: bank.id().to_owned(),
            items: bank.items().len(),
            with_parameters: count(&|item| item.model.is_some()),
            with_content: count(&|item| item.content.is_some()),
            operational: count(&|item| item.status == ItemStatus::Operational),
            interim: count(&|item| item.pool == Pool::Interim),
            summative: count(&|item| item.pool == Pool::Summative),
            stimuli: bank.stimuli().len(),
            levels: bank.progression().map_or(0, |progression| progression.levels().len()),
            provisional: count(&|item| item.provisional),
            warnings: Vec::new(),
        }
    }

    fn words(&self) -> String {
        format!(
            "bank {}: {} items ({} with parameters, {} provisional, {} with content), {} operational, \
             {} interim, {} summative, {} stimuli, {} levels",
            self.id,
            self.items,
            self.with_parameters,
            self.provisional,
            self.with_content,
            self.operational,
            self.interim,
            self.summative,
            self.stimuli,
            self.levels
        )
    }
}

fn validate(arguments: &Validate, output: &Output) -> Result<(), CommandError> {
    let reading = read_bank(&arguments.file)?;
    let name = arguments.file.display();
    let warnings = reading.warnings.iter().map(|warning| format!("{name}: {warning}"));
    let contents = Contents { warnings: warnings.collect(), ..Contents::of(&reading.bank) };
    for warning in &contents.warnings {
        output.note(&format!("warning: {warning}"));
    }
    output.result(&contents.words(), &contents)
}

fn export(arguments: &Export, output: &Output) -> Result<(), CommandError> {
    let bank = match (&arguments.bundled, &arguments.file, &arguments.bank) {
        (Some(name), _, _) => bundled(name)?,
        (_, Some(file), _) => read_bank_alone(file, output)?,
        (_, _, bank) => {
            let id = bank.as_deref().unwrap_or_default();
            let version = arguments.number.unwrap_or_default();
            let stored = with_service(arguments.config.as_deref(), async |service| {
                service.library.bank(id, version).await.map_err(refusal)
            })?;
            stored.as_ref().clone()
        }
    };
    let table = arguments.out.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
    let text = if table { write_parameters_csv(&bank) } else { write_bank_json(&bank) };
    fs::write(&arguments.out, text)
        .with_context(|| arguments.out.display().to_string())
        .map_err(CommandError::Failed)?;
    let contents = Contents::of(&bank);
    output.result(&format!("{}: {}", arguments.out.display(), contents.words()), &contents)
}

fn bundled(name: &str) -> Result<Bank, CommandError> {
    match name {
        "fraction-subtraction" => Ok(fraction_subtraction()),
        "number-and-fractions" => Ok(number_and_fractions()),
        other => {
            let known = "fraction-subtraction or number-and-fractions";
            Err(CommandError::Refused(anyhow!("--bundled: there is no bank {other:?}; expected {known}")))
        }
    }
}

fn import(arguments: &Import, output: &Output) -> Result<(), CommandError> {
    let text = read_text(&arguments.file, BANK_FILE_BYTES_MAX)?;
    let name = arguments.file.display().to_string();
    let version = with_service(arguments.config.as_deref(), async |service| {
        let by = person(service, &arguments.by).await?;
        let import = ImportBank { text: &text, source_name: &name, note: &arguments.note, by: &by };
        import_bank(service, SystemClock.now(), &import).await.map_err(refusal)
    })?;
    report("draft", &version, output)
}

fn publish(arguments: &Publish, output: &Output) -> Result<(), CommandError> {
    let version = with_service(arguments.config.as_deref(), async |service| {
        let by = person(service, &arguments.by).await?;
        let bank = (arguments.bank.as_str(), arguments.number);
        publish_bank(service, SystemClock.now(), bank, &by).await.map_err(refusal)
    })?;
    report("published", &version, output)
}

/// A version of a bank, for machines.
#[derive(Debug, Serialize)]
struct Version<'a> {
    bank: &'a str,
    version: u32,
    items: u32,
    digest: &'a str,
}

fn report(what: &str, version: &BankVersion, output: &Output) -> Result<(), CommandError> {
    let shown = Version {
        bank: &version.bank_id,
        version: version.version,
        items: version.item_count,
        digest: &version.digest,
    };
    let text = format!("bank {} version {}, {} items: {what}", shown.bank, shown.version, shown.items);
    output.result(&text, &shown)
}

async fn person(service: &Service, username: &str) -> Result<AccountId, CommandError> {
    let mut connection = service.store.read().await.map_err(CommandError::failed)?;
    let account = accounts::by_username(&mut connection, username).await.map_err(CommandError::failed)?;
    let account =
        account.ok_or_else(|| CommandError::Refused(anyhow!("--by: there is nobody called {username:?}")))?;
    Ok(account.id)
}

fn refusal(error: DeliveryError) -> CommandError {
    match error {
        DeliveryError::Store(_) => CommandError::failed(error),
        other => CommandError::refused(other),
    }
}

/// Does something with the service that the settings describe.
fn with_service<T>(
    config: Option<&Path>,
    work: impl AsyncFnOnce(&Service) -> Result<T, CommandError>,
) -> Result<T, CommandError> {
    let settings = Settings::load(config, std::env::vars()).map_err(CommandError::refused)?;
    let runtime = tokio::runtime::Runtime::new().map_err(CommandError::failed)?;
    runtime.block_on(async {
        let store = open_store(&settings).await.map_err(CommandError::Failed)?;
        work(&Service::new(store)).await
    })
}
