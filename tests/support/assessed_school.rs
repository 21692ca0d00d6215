//! A small school with one bank, one self-levelling assessment and one validation.

use item_bank::{Accommodations, Answer, ItemId};
use serde_json::Value;
use waymark::assessment::Purpose;
use waymark::clock::Millis;
use waymark::delivery::{
    self, CurrentStep, DeliveryError, GivenAnswer, ImportBank, PublishAssessment, PublishDocument, Service,
    Show, StartAttempt,
};
use waymark::store::accounts::{self, Account, AccountStatus, Role, SecretKind};
use waymark::store::schools::{self, School};
use waymark::store::{AccountId, AssessmentId, AttemptId, Pins, SchoolId};

use super::clock::MORNING;
use super::database::{TestDatabase, databases};
use super::small_bank;

/// A school on a database of its own.
pub struct AssessedSchool {
    /// What use cases are handed.
    pub service: Service,
    /// A teacher.
    pub teacher: AccountId,
    /// Assessment staff.
    pub staff: AccountId,
    /// Students of grade 5.
    pub students: Vec<AccountId>,
    /// Self-levelling: three attempts.
    pub levelling: AssessmentId,
    /// Validation of level three: two attempts.
    pub validation: AssessmentId,
    /// The database, taken away with the school.
    pub database: TestDatabase,
}

/// A school on each engine at hand.
pub async fn schools() -> Vec<AssessedSchool> {
    let mut schools = Vec::new();
    for database in databases().await {
        schools.push(AssessedSchool::on(database).await);
    }
    schools
}

impl AssessedSchool {
    /// A school on this database.
    pub async fn on(database: TestDatabase) -> Self {
        let service = Service::new(database.store.clone());
        let mut transaction = database.store.begin_write().await.unwrap();
        let school = School {
            id: SchoolId::from("school"),
            name: "Small School".to_owned(),
            time_zone: "America/Los_Angeles".to_owned(),
        };
        schools::insert(&mut transaction, &school).await.unwrap();
        let people = [
            ("teacher", Role::Teacher),
            ("staff", Role::Staff),
            ("ana", Role::Student),
            ("ben", Role::Student),
        ];
        for (name, role) in people {
            accounts::insert(&mut transaction, &account(name, role), None).await.unwrap();
        }
        transaction.commit().await.unwrap();
        let school = Self {
            service,
            teacher: AccountId::from("teacher"),
            staff: AccountId::from("staff"),
            students: vec![AccountId::from("ana"), AccountId::from("ben")],
            levelling: AssessmentId::from("levelling"),
            validation: AssessmentId::from("validation"),
            database,
        };
        school.publish_everything().await.unwrap();
        school
    }

    /// The first student.
    pub fn ana(&self) -> &AccountId {
        &self.students[0]
    }

    /// So many students more, of grade 5.
    pub async fn more_students(&self, students: usize) -> Vec<AccountId> {
        let mut transaction = self.service.store.begin_write().await.unwrap();
        let mut names = Vec::new();
        for number in 0..students {
            let person = account(&format!("student-{number}"), Role::Student);
            accounts::insert(&mut transaction, &person, None).await.unwrap();
            names.push(person.id);
        }
        transaction.commit().await.unwrap();
        names
    }

    async fn publish_everything(&self) -> Result<(), DeliveryError> {
        let Self { service, staff, .. } = self;
        let text = small_bank::bank_text();
        let import = ImportBank { text: &text, source_name: "small.json", note: "first", by: staff };
        let bank = delivery::import_bank(service, MORNING, &import).await?;
        delivery::publish_bank(service, MORNING, (&bank.bank_id, bank.version), staff).await?;
        let documents = [
            ("levelling", small_bank::plan_text("levelling", "interim", 6, 12), small_bank::policy_text()),
            (
                "validation",
                small_bank::plan_text("validation", "summative", 8, 14),
                small_bank::validation_policy_text(),
            ),
        ];
        for (id, plan, policy) in &documents {
            let publish = |document| PublishDocument { id, document, by: staff, reason: "first version" };
            delivery::publish_plan(service, MORNING, &publish(plan)).await?;
            delivery::publish_policy(service, MORNING, &publish(policy)).await?;
        }
        delivery::publish_assessment(service, MORNING, &levelling(), staff).await?;
        delivery::publish_assessment(service, MORNING, &validation(), staff).await?;
        Ok(())
    }

    /// Starts an attempt.
    pub async fn start(
        &self,
        student: &AccountId,
        assessment: &AssessmentId,
        now: Millis,
    ) -> Result<CurrentStep, DeliveryError> {
        let request = StartAttempt { student: student.clone(), assessment: assessment.clone(), seed: 7 };
        delivery::start_attempt(&self.service, now, &request).await
    }

    /// Answers the item shown.
    pub async fn answer(
        &self,
        step: &CurrentStep,
        choice: &str,
        now: Millis,
    ) -> Result<CurrentStep, DeliveryError> {
        let given = GivenAnswer { item: shown(step), answer: chosen(choice) };
        delivery::answer(&self.service, now, &step.attempt.id, &given).await
    }

    /// Answers until the attempt ends; right where `is_right` says so. The time passes a minute an item.
    pub async fn answer_all(
        &self,
        step: CurrentStep,
        now: Millis,
        is_right: impl Fn(&CurrentStep) -> bool,
    ) -> Result<CurrentStep, DeliveryError> {
        let mut step = step;
        let mut now = now;
        while matches!(step.show, Show::Item { .. }) {
            now = now.plus(60_000);
            let choice = if is_right(&step) { "right" } else { "wrong" };
            step = self.answer(&step, choice, now).await?;
        }
        Ok(step)
    }

    /// A whole attempt by a student who knows everything up to a difficulty.
    pub async fn take(
        &self,
        student: &AccountId,
        assessment: &AssessmentId,
        now: Millis,
        knows_up_to: f64,
    ) -> Result<CurrentStep, DeliveryError> {
        let step = self.start(student, assessment, now).await?;
        self.answer_all(step, now, |step| difficulty(step) <= knows_up_to).await
    }

    /// Says whether every decision of an attempt follows from its log.
    pub async fn replays(&self, attempt: &AttemptId) -> bool {
        delivery::replay(&self.service, attempt).await.unwrap().difference.is_none()
    }
}

/// The self-levelling assessment as it is published first.
pub fn levelling() -> PublishAssessment {
    PublishAssessment {
        id: AssessmentId::from("levelling"),
        name: "Find your level".to_owned(),
        purpose: Purpose::SelfLevelling,
        pins: pins("levelling"),
        target_level: None,
        evidence_from: None,
        grades: vec![4, 5],
    }
}

/// The validation as it is published first.
pub fn validation() -> PublishAssessment {
    PublishAssessment {
        id: AssessmentId::from("validation"),
        name: "Level three".to_owned(),
        purpose: Purpose::Validation,
        pins: pins("validation"),
        target_level: Some("three".to_owned()),
        evidence_from: Some(AssessmentId::from("levelling")),
        grades: vec![],
    }
}

fn pins(name: &str) -> Pins {
    Pins {
        bank_id: "small".to_owned(),
        bank_version: 1,
        plan_id: name.to_owned(),
        plan_version: 1,
        policy_id: name.to_owned(),
        policy_version: 1,
    }
}

/// An account without a secret.
pub fn account(name: &str, role: Role) -> Account {
    Account {
        id: AccountId::from(name),
        school_id: SchoolId::from("school"),
        role,
        username: None,
        display_name: name.to_owned(),
        grade: (role == Role::Student).then_some(5),
        accelerated: false,
        accommodations: Accommodations::none(),
        secret_kind: SecretKind::Password,
        status: AccountStatus::Active,
        external_id: None,
        created_at: MORNING,
        updated_at: MORNING,
    }
}

/// The item that is shown.
pub fn shown(step: &CurrentStep) -> ItemId {
    match &step.show {
        Show::Item { item, .. } => item.clone(),
        other => panic!("an item is shown, not {other:?}"),
    }
}

/// The answer that picks an option.
pub fn chosen(choice: &str) -> Answer {
    Answer::Choice { choice: choice.to_owned() }
}

/// The difficulty of the item that is shown, from its place among the items of its pool.
pub fn difficulty(step: &CurrentStep) -> f64 {
    let item = shown(step);
    let (pool, number) = item.as_str().rsplit_once('-').expect("an item of the small bank");
    let of = if pool == "interim" { small_bank::INTERIM_ITEMS } else { small_bank::SUMMATIVE_ITEMS };
    -3.0 + 6.0 * number.parse::<f64>().expect("an item of the small bank") / f64::from(of - 1)
}

/// A JSON text with one field replaced.
pub fn with_field(text: &str, field: &str, value: Value) -> String {
    let mut document: Value = serde_json::from_str(text).expect("a document of the small bank");
    document[field] = value;
    document.to_string()
}
