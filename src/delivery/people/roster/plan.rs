//! What a roster would change: every person and class of it set against the database. Writes nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::file::{PROBLEMS_MAX, RosterClass, RosterProblem, RosterRow};
use crate::store::accounts::{self, Account, Role};
use crate::store::classes::{self, Class, MemberRole};
use crate::store::{AccountId, ClassId, Connection, SchoolId, StoreError};

/// What it means that a roster does not list a membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RosterExtent {
    /// Nothing: the file adds and changes.
    #[default]
    Additions,
    /// It has ended: the file holds every membership there is.
    Whole,
}

/// What a roster would change.
#[derive(Debug, Default)]
pub(super) struct RosterPlan {
    /// Everybody the file names, by the identifier outside, with the account there is.
    pub people: BTreeMap<String, (RosterRow, Option<Account>)>,
    /// Every class the file names, by the identifier outside, with the class there is.
    pub classes: BTreeMap<String, (RosterClass, Option<Class>)>,
    /// Who is in which class by the file: person and class.
    pub memberships: BTreeSet<(String, String)>,
    /// Memberships that are there already.
    pub standing: BTreeSet<(String, String)>,
    /// Memberships that have ended by the file.
    pub ended: Vec<(ClassId, AccountId)>,
    /// What stands in the way.
    pub problems: Vec<RosterProblem>,
}

/// Sets the rows against the database.
pub(super) async fn plan(
    connection: &mut Connection,
    school_id: &SchoolId,
    rows: &[RosterRow],
    extent: RosterExtent,
) -> Result<RosterPlan, StoreError> {
    let mut plan = RosterPlan::default();
    for row in rows {
        plan.take_person(row);
        if let Some(class) = &row.class {
            plan.take_class(row, class);
            plan.memberships.insert((row.person_id.clone(), class.class_id.clone()));
        }
    }
    plan.find_people(connection, school_id).await?;
    plan.find_classes(connection, school_id, rows).await?;
    plan.find_memberships(connection).await?;
    if extent == RosterExtent::Whole {
        plan.find_ended(connection, school_id).await?;
    }
    plan.problems.sort_by_key(|problem| problem.line);
    plan.problems.truncate(PROBLEMS_MAX);
    Ok(plan)
}

impl RosterPlan {
    fn take_person(&mut self, row: &RosterRow) {
        let Some((first, _)) = self.people.get(&row.person_id) else {
            self.people.insert(row.person_id.clone(), (row.clone(), None));
            return;
        };
        let said = |column: &str, value: &str| {
            let message = format!("line {} says something else about the same person", first.line);
            problem(row.line, column, value, message)
        };
        let problems = [
            (first.role != row.role).then(|| said("role", row.role.as_str())),
            (first.name != row.name).then(|| said("name", &row.name)),
            (first.grade != row.grade).then(|| said("grade", "")),
            (first.accelerated != row.accelerated).then(|| said("accelerated", "")),
            (first.accommodations != row.accommodations).then(|| said("accommodations", "")),
            (first.username != row.username)
                .then(|| said("username", row.username.as_deref().unwrap_or_default())),
        ];
        self.problems.extend(problems.into_iter().flatten());
    }

    fn take_class(&mut self, row: &RosterRow, class: &RosterClass) {
        let Some((known, _)) = self.classes.get_mut(&class.class_id) else {
            self.classes.insert(class.class_id.clone(), (class.clone(), None));
            return;
        };
        // A later row may leave empty what an earlier one said, or say what it left empty; not something else.
        let differs = |column: &str, value: &str| {
            let message = "an earlier line says something else about the same class".to_owned();
            problem(row.line, column, value, message)
        };
        if let (Some(name), Some(other)) = (&known.name, &class.name)
            && name != other
        {
            self.problems.push(differs("class_name", other));
        }
        if let (Some(code), Some(other)) = (&known.code, &class.code)
            && code != other
        {
            self.problems.push(differs("class_code", other));
        }
        if let (Some(grade), Some(other)) = (known.grade, class.grade)
            && grade != other
        {
            self.problems.push(differs("class_grade", &other.to_string()));
        }
        known.name = known.name.take().or_else(|| class.name.clone());
        known.code = known.code.take().or_else(|| class.code.clone());
        known.grade = known.grade.or(class.grade);
    }

    async fn find_people(
        &mut self,
        connection: &mut Connection,
        school_id: &SchoolId,
    ) -> Result<(), StoreError> {
        let mut usernames: BTreeMap<String, u64> = BTreeMap::new();
        for (person_id, (row, existing)) in &mut self.people {
            *existing = accounts::by_external_id(connection, school_id, person_id).await?;
            if let Some(account) = existing.as_ref().filter(|account| account.role != row.role) {
                let message = format!("this person is here already, as {}", account.role.as_str());
                self.problems.push(problem(row.line, "role", row.role.as_str(), message));
            }
            let Some(username) = &row.username else {
                continue;
            };
            let holder = accounts::by_username(connection, username).await?;
            let taken = holder.is_some_and(|holder| Some(&holder.id) != existing.as_ref().map(|own| &own.id));
            if taken || usernames.insert(username.clone(), row.line).is_some() {
                let message = "somebody else has this user name".to_owned();
                self.problems.push(problem(row.line, "username", username, message));
            }
        }
        Ok(())
    }

    async fn find_classes(
        &mut self,
        connection: &mut Connection,
        school_id: &SchoolId,
        rows: &[RosterRow],
    ) -> Result<(), StoreError> {
        let mut codes: BTreeSet<String> = BTreeSet::new();
        for (class_id, (class, existing)) in &mut self.classes {
            let names_it =
                |row: &&RosterRow| row.class.as_ref().is_some_and(|class| class.class_id == *class_id);
            let line = rows.iter().find(names_it).map_or(0, |row| row.line);
            *existing = classes::by_external_id(connection, school_id, class_id).await?;
            if existing.is_none() && class.name.is_none() {
                let message = "a new class needs a name".to_owned();
                self.problems.push(problem(line, "class_name", "", message));
            }
            let Some(code) = &class.code else {
                continue;
            };
            let holder = classes::by_code(connection, code).await?;
            let taken = holder.is_some_and(|holder| Some(&holder.id) != existing.as_ref().map(|own| &own.id));
            if taken || !codes.insert(code.clone()) {
                let message = "another class has this code".to_owned();
                self.problems.push(problem(line, "class_code", code, message));
            }
        }
        Ok(())
    }

    async fn find_memberships(&mut self, connection: &mut Connection) -> Result<(), StoreError> {
        for pair in &self.memberships {
            let account = self.people.get(&pair.0).and_then(|(_, account)| account.as_ref());
            let class = self.classes.get(&pair.1).and_then(|(_, class)| class.as_ref());
            let (Some(account), Some(class)) = (account, class) else {
                continue;
            };
            if classes::member_role(connection, &class.id, &account.id).await?
                == Some(member_role(account.role))
            {
                self.standing.insert(pair.clone());
            }
        }
        Ok(())
    }

    async fn find_ended(
        &mut self,
        connection: &mut Connection,
        school_id: &SchoolId,
    ) -> Result<(), StoreError> {
        if self.memberships.is_empty() {
            let message =
                "a whole roster puts somebody into a class: this one would empty every class".to_owned();
            self.problems.push(problem(1, "class_id", "", message));
            return Ok(());
        }
        let known = classes::roster_memberships(connection, school_id).await?;
        let ended = known.into_iter().filter(|known| {
            !self.memberships.contains(&(known.person_external_id.clone(), known.class_external_id.clone()))
        });
        self.ended = ended.map(|known| (known.class_id, known.account_id)).collect();
        Ok(())
    }
}

/// What a person of this role is in a class.
pub(super) fn member_role(role: Role) -> MemberRole {
    match role {
        Role::Student => MemberRole::Student,
        Role::Teacher | Role::Staff | Role::Administrator => MemberRole::Teacher,
    }
}

/// Whether the file says something new about somebody.
pub(super) fn changes_person(row: &RosterRow, account: &Account) -> bool {
    account.display_name != row.name
        || (row.grade.is_some() && account.grade != row.grade)
        || row.accelerated.is_some_and(|accelerated| accelerated != account.accelerated)
        || row.accommodations.as_ref().is_some_and(|needed| *needed != account.accommodations)
        || (row.username.is_some() && account.username != row.username)
}

/// Whether the file says something new about a class.
pub(super) fn changes_class(wanted: &RosterClass, class: &Class) -> bool {
    wanted.name.as_ref().is_some_and(|name| *name != class.name)
        || wanted.code.as_ref().is_some_and(|code| *code != class.code)
        || (wanted.grade.is_some() && wanted.grade != class.grade)
}

fn problem(line: u64, column: &str, value: &str, message: String) -> RosterProblem {
    RosterProblem { line, column: column.to_owned(), value: value.to_owned(), message }
}
