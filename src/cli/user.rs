//! `waymark user`: accounts, by an operator.

use std::io::Read;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use item_bank::Accommodations;
use serde::Serialize;

use super::operation::{Operation, people_error};
use super::{CommandError, Output};
use crate::delivery::people::accounts::{self, AccountChange, NewAccount};
use crate::delivery::people::secret_reset::{self, NewSecret};
use crate::delivery::people::{Change, PeopleError, schools};
use crate::store::accounts::{Account, AccountFilter, AccountStatus, Role, SecretKind};
use crate::store::schools::School;
use crate::store::{AccountId, PAGE_ROWS_MAX, PageRequest};

/// Longest secret read from standard input, in bytes.
const SECRET_BYTES_MAX: u64 = 4_096;

/// Arguments of `waymark user`.
#[derive(Debug, Args)]
#[command(after_help = "\
A secret is never an argument, where other people of the machine could read it: it comes from standard input
(--secret-stdin), or one is made and printed once.

Examples:
  waymark user add --role administrator --username ada --name \"Ada Lovelace\" --new-school \"Trail School\" --time-zone America/Los_Angeles
  waymark user add --role student --name \"Ben Banneker\" --grade 4 --secret-kind picture
  waymark user list --role teacher --format json
  waymark user reset-password ada
  waymark user disable ada")]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// A TOML file of settings.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The school; not needed when there is one.
    #[arg(long, global = true, value_name = "NAME")]
    school: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Adds an account and prints its first secret.
    Add(Add),
    /// Lists the accounts of a school.
    List(List),
    /// Gives somebody a new secret and signs them out everywhere.
    ResetPassword(ResetPassword),
    /// Keeps somebody from signing in, and signs them out everywhere.
    Disable(Who),
    /// Lets somebody sign in again.
    Enable(Who),
}

#[derive(Debug, Args)]
#[command(after_help = "\
The first secret is printed once.

Examples:
  waymark user add --role teacher --username m.curie --name 'Marie Curie'
  waymark user add --role student --name 'Ada L.' --grade 4 --format json")]
struct Add {
    /// What the person comes for.
    #[arg(long, value_enum)]
    role: RoleName,
    /// The person's name.
    #[arg(long)]
    name: String,
    /// What an adult signs in with.
    #[arg(long)]
    username: Option<String>,
    /// A student's grade, 0 (kindergarten) to 12.
    #[arg(long)]
    grade: Option<u8>,
    /// The student may be assessed above the grade, where the policy lets accelerated students.
    #[arg(long)]
    accelerated: bool,
    /// What the student needs items to support, separated by commas, such as braille.
    #[arg(long, value_name = "NAMES", default_value_t)]
    accommodations: Accommodations,
    /// How a student signs in.
    #[arg(long, value_enum)]
    secret_kind: Option<StudentSecret>,
    /// Reads the first secret from standard input.
    #[arg(long)]
    secret_stdin: bool,
    /// Adds this school first.
    #[arg(long, value_name = "NAME", requires = "time_zone", conflicts_with = "school")]
    new_school: Option<String>,
    /// Time zone of the new school, such as America/Los_Angeles.
    #[arg(long, value_name = "ZONE", requires = "new_school")]
    time_zone: Option<String>,
}

#[derive(Debug, Args)]
struct List {
    /// Only this role.
    #[arg(long, value_enum)]
    role: Option<RoleName>,
}

#[derive(Debug, Args)]
struct ResetPassword {
    #[command(flatten)]
    who: Who,
    /// Reads the new secret from standard input.
    #[arg(long)]
    secret_stdin: bool,
}

#[derive(Debug, Args)]
struct Who {
    /// User name of an adult, or identifier of an account.
    account: String,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum RoleName {
    Student,
    Teacher,
    Staff,
    Administrator,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum StudentSecret {
    Pin,
    Picture,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Student => Self::Student,
            RoleName::Teacher => Self::Teacher,
            RoleName::Staff => Self::Staff,
            RoleName::Administrator => Self::Administrator,
        }
    }
}

/// An account, for machines.
#[derive(Debug, Serialize)]
struct AccountLine {
    id: String,
    role: &'static str,
    username: Option<String>,
    name: String,
    grade: Option<u8>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

impl AccountLine {
    fn of(account: Account, secret: Option<String>) -> Self {
        Self {
            id: account.id.0,
            role: account.role.as_str(),
            username: account.username,
            name: account.display_name,
            grade: account.grade,
            status: account.status.as_str(),
            secret,
        }
    }

    fn text(&self) -> String {
        let sign_in = self.username.as_deref().unwrap_or("-");
        let grade = self.grade.map_or(String::new(), |grade| format!(", grade {grade}"));
        let secret = self.secret.as_ref().map_or(String::new(), |secret| format!("\nsecret: {secret}"));
        let Self { id, role, name, status, .. } = self;
        format!("{id}  {role}  {sign_in}  {name}{grade}  {status}{secret}")
    }
}

/// Runs the command.
pub fn run(arguments: &Arguments, output: &Output) -> Result<(), CommandError> {
    let school = arguments.school.as_deref();
    Operation::run(arguments.config.as_deref(), async |operation| match &arguments.command {
        Command::Add(wanted) => add(operation, school, wanted, output).await,
        Command::List(wanted) => list(operation, school, wanted, output).await,
        Command::ResetPassword(wanted) => reset(operation, school, wanted, output).await,
        Command::Disable(who) => set_status(operation, (school, who), AccountStatus::Disabled, output).await,
        Command::Enable(who) => set_status(operation, (school, who), AccountStatus::Active, output).await,
    })
}

async fn add(
    operation: &Operation,
    school: Option<&str>,
    wanted: &Add,
    output: &Output,
) -> Result<(), CommandError> {
    let secret = if wanted.secret_stdin { Some(secret_from_stdin()?) } else { None };
    let school = match (&wanted.new_school, &wanted.time_zone) {
        (Some(name), Some(time_zone)) => {
            schools::add(&operation.store, operation.now, name, time_zone).await.map_err(people_error)?
        }
        _ => operation.school(school).await?,
    };
    let role = Role::from(wanted.role);
    let secret_kind = match (role, wanted.secret_kind) {
        (Role::Student, Some(StudentSecret::Picture)) => SecretKind::Picture,
        (Role::Student, _) => SecretKind::Pin,
        (Role::Teacher | Role::Staff | Role::Administrator, _) => SecretKind::Password,
    };
    let new = NewAccount {
        role,
        display_name: wanted.name.clone(),
        username: wanted.username.clone(),
        grade: wanted.grade,
        accelerated: wanted.accelerated,
        accommodations: wanted.accommodations.clone(),
        external_id: None,
        secret_kind,
        secret,
    };
    let change = Change::by_operator(&operation.store, operation.now, &school.id);
    let added = accounts::add(change, &operation.hasher()?, new).await.map_err(people_error)?;
    let line = AccountLine::of(added.account, Some(added.secret));
    output.result(&line.text(), &line)
}

async fn list(
    operation: &Operation,
    school: Option<&str>,
    wanted: &List,
    output: &Output,
) -> Result<(), CommandError> {
    let school = operation.school(school).await?;
    let filter = AccountFilter { role: wanted.role.map(Role::from), text: None };
    let mut lines = Vec::new();
    loop {
        let offset = u32::try_from(lines.len()).map_err(CommandError::failed)?;
        let page = PageRequest::new(PAGE_ROWS_MAX, offset).expect("the largest page is a page");
        let accounts = accounts::list(&operation.store, &school.id, &filter, page).await;
        let rows = accounts.map_err(CommandError::failed)?.rows;
        if rows.is_empty() {
            break;
        }
        lines.extend(rows.into_iter().map(|account| AccountLine::of(account, None)));
    }
    let text: Vec<String> = lines.iter().map(AccountLine::text).collect();
    output.result(&text.join("\n"), &lines)
}

async fn reset(
    operation: &Operation,
    school: Option<&str>,
    wanted: &ResetPassword,
    output: &Output,
) -> Result<(), CommandError> {
    let secret = if wanted.secret_stdin { Some(secret_from_stdin()?) } else { None };
    let (school, account) = find(operation, school, &wanted.who).await?;
    let change = Change::by_operator(&operation.store, operation.now, &school.id);
    let new = NewSecret { kind: None, secret };
    let issued =
        secret_reset::reset(change, &operation.hasher()?, &account, new).await.map_err(people_error)?;
    let line = AccountLine::of(account, Some(issued.secret));
    output.result(&line.text(), &line)
}

async fn set_status(
    operation: &Operation,
    (school, who): (Option<&str>, &Who),
    status: AccountStatus,
    output: &Output,
) -> Result<(), CommandError> {
    let (school, account) = find(operation, school, who).await?;
    let change = Change::by_operator(&operation.store, operation.now, &school.id);
    let wanted = AccountChange { status: Some(status), ..AccountChange::default() };
    let account = accounts::change(change, &account.id, &wanted).await.map_err(people_error)?;
    let line = AccountLine::of(account, None);
    output.result(&line.text(), &line)
}

async fn find(
    operation: &Operation,
    school: Option<&str>,
    who: &Who,
) -> Result<(School, Account), CommandError> {
    let school = operation.school(school).await?;
    let store = &operation.store;
    let found = match accounts::find_by_username(store, &school.id, &who.account).await {
        Err(PeopleError::NotFound(_)) => {
            accounts::find(store, &school.id, &AccountId::from(who.account.as_str())).await
        }
        other => other,
    };
    Ok((school, found.map_err(people_error)?))
}

fn secret_from_stdin() -> Result<String, CommandError> {
    let mut text = String::new();
    let mut bounded = std::io::stdin().lock().take(SECRET_BYTES_MAX);
    bounded.read_to_string(&mut text).map_err(CommandError::refused)?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
