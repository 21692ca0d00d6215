//! Does what a roster plan says, in one transaction, or shows what it would do.

use std::collections::BTreeMap;

use futures_util::future::try_join_all;
use serde_json::json;
use thiserror::Error;

use super::file::{RosterClass, RosterProblem, RosterRow, read_roster};
use super::plan::{RosterExtent, RosterPlan, changes_class, changes_person, member_role, plan};
use crate::delivery::people::{Change, PeopleError, accounts, classes, members, names};
use crate::delivery::secrets::{self, SecretError, SecretHasher};
use crate::store::accounts::{Account, AccountStatus, SecretKind};
use crate::store::audit::append_audit;
use crate::store::classes::{Class, ClassStatus};
use crate::store::{AccountId, ClassId, Connection, StoreError};

/// What a roster changed, or would change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RosterOutcome {
    /// People who are new.
    pub people_added: usize,
    /// People about whom the file says something new.
    pub people_changed: usize,
    /// People who stay as they are.
    pub people_unchanged: usize,
    /// Classes that are new.
    pub classes_added: usize,
    /// Classes about which the file says something new.
    pub classes_changed: usize,
    /// People newly in a class.
    pub memberships_added: usize,
    /// People who are in a class no longer.
    pub memberships_ended: usize,
    /// Secrets that were made, to be handed out; none in a preview.
    pub issued: Vec<IssuedFirstSecret>,
}

/// A secret made for a new person: the only moment it can be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedFirstSecret {
    /// Identifier of the person outside.
    pub person_id: String,
    /// The person's name.
    pub name: String,
    /// What it is.
    pub kind: SecretKind,
    /// The secret.
    pub secret: String,
}

/// Why a roster was not brought in.
#[derive(Debug, Error)]
pub enum RosterError {
    /// The file is wrong, or does not fit what is here.
    #[error("{} of the roster cannot be, the first: {}", count(.0), .0.first().map(ToString::to_string).unwrap_or_default())]
    Problems(Vec<RosterProblem>),
    /// The people changed while the file was being brought in.
    #[error("the people of the school were changed by somebody else at the same moment; try again")]
    Contended,
    /// A change was refused.
    #[error(transparent)]
    People(#[from] PeopleError),
}

impl From<StoreError> for RosterError {
    fn from(error: StoreError) -> Self {
        Self::People(PeopleError::Store(error))
    }
}

impl From<SecretError> for RosterError {
    fn from(error: SecretError) -> Self {
        Self::People(PeopleError::Secret(error))
    }
}

fn count(problems: &[RosterProblem]) -> String {
    match problems.len() {
        1 => "1 value".to_owned(),
        several => format!("{several} values"),
    }
}

/// What this roster would change. Changes nothing.
pub async fn preview(
    change: Change<'_>,
    text: &str,
    extent: RosterExtent,
) -> Result<RosterOutcome, RosterError> {
    let rows = read_roster(text).map_err(RosterError::Problems)?;
    let plan = plan(&mut *change.store.read().await?, change.school_id, &rows, extent).await?;
    if plan.problems.is_empty() { Ok(outcome(&plan)) } else { Err(RosterError::Problems(plan.problems)) }
}

/// Brings this roster in: all of it, or nothing.
pub async fn import(
    change: Change<'_>,
    hasher: &SecretHasher,
    text: &str,
    extent: RosterExtent,
) -> Result<RosterOutcome, RosterError> {
    let rows = read_roster(text).map_err(RosterError::Problems)?;
    let first = plan(&mut *change.store.read().await?, change.school_id, &rows, extent).await?;
    if !first.problems.is_empty() {
        return Err(RosterError::Problems(first.problems));
    }
    // Hashing takes long, so it is done before the transaction begins.
    let new_people = first.people.values().filter(|(_, account)| account.is_none());
    let hashed = try_join_all(new_people.map(|(row, _)| first_secret(hasher, row))).await?;
    let first_secrets: BTreeMap<String, FirstSecret> = hashed.into_iter().collect();

    let mut transaction = change.store.begin_write().await?;
    let mut plan = plan(&mut transaction, change.school_id, &rows, extent).await?;
    if !plan.problems.is_empty() {
        return Err(RosterError::Problems(plan.problems));
    }
    let mut outcome = outcome(&plan);
    apply_people(&mut transaction, &change, &mut plan, &first_secrets).await?;
    apply_classes(&mut transaction, &change, &mut plan).await?;
    apply_memberships(&mut transaction, &change, &plan).await?;
    let entry = change.entry("roster.imported", ("school", change.school_id.as_str())).with_detail(json!({
        "people_added": outcome.people_added,
        "people_changed": outcome.people_changed,
        "classes_added": outcome.classes_added,
        "classes_changed": outcome.classes_changed,
        "memberships_added": outcome.memberships_added,
        "memberships_ended": outcome.memberships_ended,
    }));
    append_audit(&mut transaction, &entry).await?;
    transaction.commit().await?;
    outcome.issued = first_secrets.into_values().filter_map(|secret| secret.issued).collect();
    Ok(outcome)
}

struct FirstSecret {
    hash: String,
    issued: Option<IssuedFirstSecret>,
}

async fn first_secret(hasher: &SecretHasher, row: &RosterRow) -> Result<(String, FirstSecret), SecretError> {
    let made = row.secret.is_none();
    let secret = row.secret.clone().unwrap_or_else(|| secrets::random(row.secret_kind));
    let hash = hasher.hash(secret.clone()).await?;
    let issued = made.then(|| IssuedFirstSecret {
        person_id: row.person_id.clone(),
        name: row.name.clone(),
        kind: row.secret_kind,
        secret,
    });
    Ok((row.person_id.clone(), FirstSecret { hash, issued }))
}

fn outcome(plan: &RosterPlan) -> RosterOutcome {
    let mut outcome = RosterOutcome::default();
    for (row, account) in plan.people.values() {
        match account {
            None => outcome.people_added += 1,
            Some(account) if changes_person(row, account) => outcome.people_changed += 1,
            Some(_) => outcome.people_unchanged += 1,
        }
    }
    for (wanted, class) in plan.classes.values() {
        match class {
            None => outcome.classes_added += 1,
            Some(class) if changes_class(wanted, class) => outcome.classes_changed += 1,
            Some(_) => {}
        }
    }
    outcome.memberships_added = plan.memberships.len() - plan.standing.len();
    outcome.memberships_ended = plan.ended.len();
    outcome
}

async fn apply_people(
    connection: &mut Connection,
    change: &Change<'_>,
    plan: &mut RosterPlan,
    first_secrets: &BTreeMap<String, FirstSecret>,
) -> Result<(), RosterError> {
    for (person_id, (row, account)) in &mut plan.people {
        match account {
            None => {
                let secret = first_secrets.get(person_id).ok_or(RosterError::Contended)?;
                let new = new_account(change, row);
                accounts::insert(connection, change, &new, &secret.hash).await?;
                *account = Some(new);
            }
            Some(known) if changes_person(row, known) => {
                let after = Account {
                    display_name: row.name.clone(),
                    grade: row.grade.or(known.grade),
                    accelerated: row.accelerated.unwrap_or(known.accelerated),
                    accommodations: row
                        .accommodations
                        .clone()
                        .unwrap_or_else(|| known.accommodations.clone()),
                    username: row.username.clone().or_else(|| known.username.clone()),
                    updated_at: change.now,
                    ..known.clone()
                };
                accounts::write(connection, change, known, &after).await?;
                *known = after;
            }
            Some(_) => {}
        }
    }
    Ok(())
}

fn new_account(change: &Change<'_>, row: &RosterRow) -> Account {
    Account {
        id: AccountId::new(change.now),
        school_id: change.school_id.clone(),
        role: row.role,
        username: row.username.clone(),
        display_name: row.name.clone(),
        grade: row.grade,
        accelerated: row.accelerated.unwrap_or(false),
        accommodations: row.accommodations.clone().unwrap_or_default(),
        secret_kind: row.secret_kind,
        status: AccountStatus::Active,
        external_id: Some(row.person_id.clone()),
        created_at: change.now,
        updated_at: change.now,
    }
}

async fn apply_classes(
    connection: &mut Connection,
    change: &Change<'_>,
    plan: &mut RosterPlan,
) -> Result<(), RosterError> {
    for (wanted, class) in plan.classes.values_mut() {
        match class {
            None => {
                let new = new_class(change, wanted);
                classes::insert(connection, change, &new).await?;
                *class = Some(new);
            }
            Some(known) if changes_class(wanted, known) => {
                let after = Class {
                    name: wanted.name.clone().unwrap_or_else(|| known.name.clone()),
                    code: wanted.code.clone().unwrap_or_else(|| known.code.clone()),
                    grade: wanted.grade.or(known.grade),
                    ..known.clone()
                };
                classes::write(connection, change, known, &after).await?;
                *known = after;
            }
            Some(_) => {}
        }
    }
    Ok(())
}

fn new_class(change: &Change<'_>, wanted: &RosterClass) -> Class {
    Class {
        id: ClassId::new(change.now),
        school_id: change.school_id.clone(),
        name: wanted.name.clone().unwrap_or_default(),
        code: wanted.code.clone().unwrap_or_else(names::random_code),
        grade: wanted.grade,
        external_id: Some(wanted.class_id.clone()),
        status: ClassStatus::Active,
        created_at: change.now,
    }
}

async fn apply_memberships(
    connection: &mut Connection,
    change: &Change<'_>,
    plan: &RosterPlan,
) -> Result<(), RosterError> {
    for (person_id, class_id) in plan.memberships.difference(&plan.standing) {
        let account = plan.people.get(person_id).and_then(|(_, account)| account.as_ref());
        let class = plan.classes.get(class_id).and_then(|(_, class)| class.as_ref());
        let (Some(account), Some(class)) = (account, class) else {
            return Err(RosterError::Contended);
        };
        members::enrol(connection, change, (&class.id, &account.id), member_role(account.role)).await?;
    }
    for (class_id, account_id) in &plan.ended {
        members::end(connection, change, (class_id, account_id)).await?;
    }
    Ok(())
}
