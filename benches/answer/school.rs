//! Students with sessions, and an assessment over the bundled bank of 539 items that takes a fixed number of answers.

use std::ops::Range;
use std::sync::Arc;

#[path = "../../tests/support/database.rs"]
mod database;

use item_bank::{Accommodations, Bank, banks};
use serde_json::{Value, json};
use waymark::assessment::Purpose;
use waymark::clock::{Clock, SystemClock};
use waymark::delivery::{
    self, ImportBank, PublishAssessment, PublishDocument, Service, Show, StartAttempt, session,
};
use waymark::store::accounts::{self, Account, AccountStatus, Role, SecretKind};
use waymark::store::schools::{self, School as SchoolRow};
use waymark::store::{AccountId, AssessmentId, Pins, SchoolId};

pub use database::{TestDatabase, databases};

const PLAN: &str = include_str!("../../plans/find-your-level.json");

/// The school of the bench.
pub struct School {
    /// What use cases are handed.
    pub service: Service,
    /// The bank.
    pub bank: Arc<Bank>,
    students: Vec<(AccountId, String)>,
    answers: usize,
}

/// A student in front of the first item.
pub struct Sitting {
    /// Which student.
    pub number: usize,
    /// The token of the session.
    pub token: String,
    /// The attempt.
    pub attempt: String,
    /// The item that is shown.
    pub item: String,
}

impl School {
    /// A school of so many students whose attempts take so many answers.
    pub async fn on(database: &TestDatabase, students: usize, answers: usize) -> Self {
        let service = Service::new(database.store.clone());
        let now = SystemClock.now();
        let mut transaction = service.store.begin_write().await.expect("the database writes");
        let row =
            SchoolRow { id: SchoolId::from("school"), name: "Bench".to_owned(), time_zone: "UTC".to_owned() };
        schools::insert(&mut transaction, &row).await.expect("a school");
        let mut people = vec![account("staff", Role::Staff)];
        people.extend((0..students).map(|number| account(&format!("student-{number}"), Role::Student)));
        for person in &people {
            accounts::insert(&mut transaction, person, None).await.expect("a person");
        }
        transaction.commit().await.expect("the database writes");
        let mut signed_in = Vec::new();
        let mut transaction = service.store.begin_write().await.expect("the database writes");
        for person in people.iter().filter(|person| person.role == Role::Student) {
            let opened = session::open(&mut transaction, now, person).await.expect("a session");
            signed_in.push((person.id.clone(), opened.token));
        }
        transaction.commit().await.expect("the database writes");
        let school =
            Self { service, bank: Arc::new(banks::number_and_fractions()), students: signed_in, answers };
        school.publish().await.expect("the bundled bank serves the bundled plan");
        school
    }

    /// The tokens of these students.
    pub fn tokens(&self, numbers: Range<usize>) -> impl Iterator<Item = &str> {
        self.students[numbers].iter().map(|(_, token)| token.as_str())
    }

    /// A new attempt for each of these students.
    pub async fn start(&self, numbers: Range<usize>) -> Vec<Sitting> {
        let mut sittings = Vec::new();
        for number in numbers {
            let (student, token) = &self.students[number];
            let assessment = AssessmentId::from("bench");
            let request = StartAttempt { student: student.clone(), assessment, seed: number as u64 };
            let now = SystemClock.now();
            // What the bare handler left open ends here.
            let step = loop {
                let (step, started) =
                    delivery::start_or_continue(&self.service, now, &request).await.expect("an attempt");
                if started {
                    break step;
                }
                delivery::finish(&self.service, now, &step.attempt.id).await.expect("an open attempt");
            };
            let Show::Item { item, .. } = &step.show else { panic!("an item is shown") };
            sittings.push(Sitting {
                number,
                token: token.clone(),
                attempt: step.attempt.id.to_string(),
                item: item.to_string(),
            });
        }
        sittings
    }

    async fn publish(&self) -> Result<(), delivery::DeliveryError> {
        let (service, now, by) = (&self.service, SystemClock.now(), &AccountId::from("staff"));
        let import = ImportBank {
            text: banks::NUMBER_AND_FRACTIONS_JSON,
            source_name: "number-and-fractions.json",
            note: "",
            by,
        };
        let bank = delivery::import_bank(service, now, &import).await?;
        delivery::publish_bank(service, now, (&bank.bank_id, 1), by).await?;
        let mut plan: Value = serde_json::from_str(PLAN).expect("the bundled plan is JSON");
        plan["stopping"] = json!({ "minimum_items": self.answers, "maximum_items": self.answers });
        let plan = plan.to_string();
        let publish = PublishDocument { id: "find-your-level", document: &plan, by, reason: "bench" };
        delivery::publish_plan(service, now, &publish).await?;
        let publish = PublishDocument { id: "unlimited", document: "{}", by, reason: "bench" };
        delivery::publish_policy(service, now, &publish).await?;
        let pins = Pins {
            bank_id: bank.bank_id,
            bank_version: 1,
            plan_id: "find-your-level".to_owned(),
            plan_version: 1,
            policy_id: "unlimited".to_owned(),
            policy_version: 1,
        };
        let assessment = PublishAssessment {
            id: AssessmentId::from("bench"),
            name: "Bench".to_owned(),
            purpose: Purpose::SelfLevelling,
            pins,
            target_level: None,
            evidence_from: None,
            grades: Vec::new(),
        };
        delivery::publish_assessment(service, now, &assessment, by).await?;
        Ok(())
    }
}

fn account(name: &str, role: Role) -> Account {
    let now = SystemClock.now();
    Account {
        id: AccountId::from(name),
        school_id: SchoolId::from("school"),
        role,
        username: None,
        display_name: name.to_owned(),
        grade: (role == Role::Student).then_some(5),
        accelerated: false,
        accommodations: Accommodations::none(),
        secret_kind: SecretKind::Pin,
        status: AccountStatus::Active,
        external_id: None,
        created_at: now,
        updated_at: now,
    }
}
