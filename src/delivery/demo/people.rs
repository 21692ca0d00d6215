//! The people of the demo school, and how they sign in.

use item_bank::Accommodations;
use serde::Serialize;

use super::DemoError;
use super::school_day::TIME_ZONE;
use crate::clock::Millis;
use crate::delivery::Service;
use crate::delivery::people::accounts::{self, NewAccount};
use crate::delivery::people::classes::{self, NewClass};
use crate::delivery::people::{Change, members, schools};
use crate::delivery::secrets::SecretHasher;
use crate::store::accounts::{Role, SecretKind};
use crate::store::{AccountId, ClassId};

/// The password of every adult of the demo.
pub const ADULT_PASSWORD: &str = "walk-the-trail";
/// The PIN of every student of the demo who has one.
pub const STUDENT_PIN: &str = "2580";
/// The picture password of every student of the demo who has one.
pub const STUDENT_PICTURES: &str = "sun-owl-boat-sun";
/// What the students of the two classes type.
pub const CLASS_CODES: [&str; 2] = ["TRAIL4", "TRAIL5"];
/// Students of a class.
pub(super) const CLASS_SIZE: usize = 35;
/// Every so many students one has a picture password.
const PICTURES_EVERY: usize = 5;

const SCHOOL_NAME: &str = "Cedar Creek School";
const ADULTS: [(&str, &str, Role); 4] = [
    ("admin", "Robin Castellanos", Role::Administrator),
    ("staff", "Dr. Imani Whitfield", Role::Staff),
    ("teacher", "Ms. Okafor", Role::Teacher),
    ("teacher2", "Mr. Lindqvist", Role::Teacher),
];
const FIRST_NAMES: [&str; 35] = [
    "Maya", "Leo", "Aisha", "Noah", "Sofia", "Kai", "Emma", "Mateo", "Zoe", "Omar", "Lily", "Diego", "Hana",
    "Lucas", "Nia", "Ethan", "Priya", "Samuel", "Ava", "Jamal", "Isla", "Ravi", "Chloe", "Andre", "Mei",
    "Oscar", "Fatima", "Theo", "Rosa", "Caleb", "Yuki", "Grace", "Tomas", "Elena", "Malik",
];
const LAST_NAMES: [&str; 37] = [
    "Alvarez", "Baker", "Chen", "Dubois", "Ellis", "Flores", "Garcia", "Hassan", "Ito", "Jackson", "Kim",
    "Lopez", "Moreno", "Nguyen", "Ortiz", "Patel", "Quinn", "Rossi", "Singh", "Tran", "Usman", "Vega",
    "Walker", "Xu", "Young", "Zamora", "Brooks", "Castillo", "Diaz", "Evans", "Ford", "Gray", "Hill",
    "Ibarra", "Jones", "Khan", "Lee",
];

/// The people of the school, as the history needs them.
#[derive(Debug, Clone)]
pub(super) struct People {
    pub(super) staff: AccountId,
    pub(super) classes: Vec<DemoClass>,
}

/// A class and its people.
#[derive(Debug, Clone)]
pub(super) struct DemoClass {
    pub(super) grade: u8,
    pub(super) teacher: AccountId,
    pub(super) students: Vec<AccountId>,
}

/// Somebody to sign in as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DemoLogin {
    /// What the person comes for.
    pub role: &'static str,
    /// User name, or class code and name.
    pub sign_in: String,
    /// Password, PIN or pictures.
    pub secret: &'static str,
    /// What there is to see.
    pub story: &'static str,
}

/// The name of a student by class and number; two students of one class share neither name.
pub(super) fn student_name(class: usize, number: usize) -> String {
    let first = FIRST_NAMES[(number + 13 * class) % FIRST_NAMES.len()];
    let last = LAST_NAMES[(number + 17 * class) % LAST_NAMES.len()];
    format!("{first} {last}")
}

fn student_secret(number: usize) -> (SecretKind, &'static str) {
    if number % PICTURES_EVERY == PICTURES_EVERY - 1 {
        (SecretKind::Picture, STUDENT_PICTURES)
    } else {
        (SecretKind::Pin, STUDENT_PIN)
    }
}

/// Adds the school, its adults, its classes and their students.
pub(super) async fn add_people(
    service: &Service,
    now: Millis,
    hasher: &SecretHasher,
    class_size: usize,
) -> Result<People, DemoError> {
    let store = &service.store;
    let school = schools::add(store, now, SCHOOL_NAME, TIME_ZONE).await?;
    let desk = Desk { change: Change::by_operator(store, now, &school.id), hasher };
    let mut adults = Vec::new();
    for (username, name, role) in ADULTS {
        adults.push(desk.adult(username, name, role).await?);
    }
    let mut added = Vec::new();
    for (class, (code, grade)) in CLASS_CODES.into_iter().zip([4, 5]).enumerate() {
        let teacher = adults[2 + class].clone();
        let class_id = desk.class(code, grade, &teacher).await?;
        let numbers = 0..class_size;
        let adding = numbers.map(|number| desk.student(class, number, grade, &class_id));
        // Side by side: hashing secrets takes longest, and as many run at once as the hasher allows.
        let students = futures_util::future::try_join_all(adding).await?;
        added.push(DemoClass { grade, teacher, students });
    }
    Ok(People { staff: adults[1].clone(), classes: added })
}

struct Desk<'a> {
    change: Change<'a>,
    hasher: &'a SecretHasher,
}

impl Desk<'_> {
    async fn adult(&self, username: &str, name: &str, role: Role) -> Result<AccountId, DemoError> {
        let new = NewAccount {
            role,
            display_name: name.to_owned(),
            username: Some(username.to_owned()),
            grade: None,
            accelerated: false,
            accommodations: Accommodations::none(),
            external_id: None,
            secret_kind: SecretKind::Password,
            secret: Some(ADULT_PASSWORD.to_owned()),
        };
        Ok(accounts::add(self.change, self.hasher, new).await?.account.id)
    }

    async fn class(&self, code: &str, grade: u8, teacher: &AccountId) -> Result<ClassId, DemoError> {
        let new = NewClass {
            name: format!("Mathematics, grade {grade}"),
            code: Some(code.to_owned()),
            grade: Some(grade),
            external_id: None,
        };
        let class = classes::add(self.change, &new).await?;
        members::put(self.change, &class.id, teacher).await?;
        Ok(class.id)
    }

    async fn student(
        &self,
        class: usize,
        number: usize,
        grade: u8,
        to: &ClassId,
    ) -> Result<AccountId, DemoError> {
        let (secret_kind, secret) = student_secret(number);
        let new = NewAccount {
            role: Role::Student,
            display_name: student_name(class, number),
            username: None,
            grade: Some(grade),
            accelerated: false,
            accommodations: Accommodations::none(),
            external_id: Some(format!("S{grade}{number:03}")),
            secret_kind,
            secret: Some(secret.to_owned()),
        };
        let id = accounts::add(self.change, self.hasher, new).await?.account.id;
        members::put(self.change, to, &id).await?;
        Ok(id)
    }
}

/// The student of a class who stands for a story; see `history`.
pub(super) mod number {
    /// Has never taken a test.
    pub(crate) const NEW: usize = 0;
    /// Is in the middle of a test.
    pub(crate) const UNDERWAY: usize = 1;
    /// The evidence says ready; nobody has unlocked anything.
    pub(crate) const READY: usize = 2;
    /// Has a live unlock.
    pub(crate) const UNLOCKED: usize = 3;
    /// Was validated.
    pub(crate) const VALIDATED: usize = 4;
    /// Was unlocked against the recommendation and is not there yet.
    pub(crate) const NOT_YET: usize = 5;
    /// Does not get further.
    pub(crate) const STALLED: usize = 6;
    /// Has one attempt left.
    pub(crate) const LAST_ATTEMPT: usize = 7;
}

/// Who to sign in as, best first.
#[must_use]
pub fn logins() -> Vec<DemoLogin> {
    let adult = |(username, _, role): (&str, &str, Role), story| DemoLogin {
        role: role.as_str(),
        sign_in: username.to_owned(),
        secret: ADULT_PASSWORD,
        story,
    };
    let student = |number, story| DemoLogin {
        role: Role::Student.as_str(),
        sign_in: format!("{}, {}", CLASS_CODES[0], student_name(0, number)),
        secret: student_secret(number).1,
        story,
    };
    vec![
        adult(ADULTS[2], "class TRAIL4: who is ready, unlock, live board"),
        adult(ADULTS[3], "class TRAIL5"),
        adult(ADULTS[1], "items, banks, plans, policies"),
        adult(ADULTS[0], "accounts, classes, audit log"),
        student(number::NEW, "has never taken a test"),
        student(number::UNDERWAY, "in the middle of a test"),
        student(number::READY, "ready to be validated, not unlocked"),
        student(number::UNLOCKED, "may take a validation now"),
        student(number::VALIDATED, "was validated; signs in with pictures"),
        student(number::NOT_YET, "not yet validated, with feedback"),
        student(number::LAST_ATTEMPT, "one attempt left"),
    ]
}

/// Whether the database holds no school yet.
pub(super) async fn is_empty(service: &Service) -> Result<bool, DemoError> {
    Ok(schools::all(&service.store).await?.is_empty())
}

/// Whether the database holds the demo's school.
pub(super) async fn is_demo(service: &Service) -> Result<bool, DemoError> {
    let schools = schools::all(&service.store).await?;
    Ok(schools.iter().any(|school| school.name == SCHOOL_NAME))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_students_have_one_name() {
        let students =
            (0..2).flat_map(|class| (0..CLASS_SIZE).map(move |number| student_name(class, number)));
        let names: Vec<String> = students.collect();
        let distinct: BTreeSet<&String> = names.iter().collect();
        assert_eq!(distinct.len(), names.len());
    }

    #[test]
    fn the_student_who_was_validated_signs_in_with_pictures() {
        assert_eq!(student_secret(number::VALIDATED), (SecretKind::Picture, STUDENT_PICTURES));
    }
}
