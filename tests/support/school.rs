//! A small school: one of each role, a class with a teacher and two students, and a second class of another teacher.

use item_bank::Accommodations;
use waymark::clock::{Clock, Millis};
use waymark::delivery::people::accounts::{self, NewAccount};
use waymark::delivery::people::classes::{self, NewClass};
use waymark::delivery::people::sign_in::{self, Credentials};
use waymark::delivery::people::{Change, members, schools};
use waymark::delivery::secrets::SecretHasher;
use waymark::delivery::{self, DeliveryError, ImportBank, PublishDocument, Service};
use waymark::store::accounts::{Account, Role, SecretKind};
use waymark::store::classes::Class;
use waymark::store::{AccountId, SchoolId, Store};

use super::app::{CHEAP, TestApp};
use super::assessed_school::{levelling, validation};
use super::small_bank;

/// Every adult's password.
pub const PASSWORD: &str = "a long trail";
/// Ada's PIN.
pub const PIN: &str = "2580";
/// Ben's pictures.
pub const PICTURES: &str = "cat-owl-sun-cat";

/// The people of the school.
pub struct TestSchool {
    pub administrator: Account,
    pub staff: Account,
    /// Looks after `class`.
    pub teacher: Account,
    /// Looks after `other_class`.
    pub other_teacher: Account,
    /// In `class`, with a PIN.
    pub ada: Account,
    /// In `class`, with pictures.
    pub ben: Account,
    /// In `other_class`, with a PIN.
    pub cyd: Account,
    pub class: Class,
    pub other_class: Class,
}

impl TestSchool {
    /// The school on the database of `app`.
    pub async fn open(app: &TestApp) -> Self {
        Self::open_in(app.store(), app.clock.now()).await
    }

    /// The same, with a self-levelling assessment and a validation published.
    pub async fn open_with_assessments(app: &TestApp) -> Self {
        let school = Self::open(app).await;
        publish(&app.state.service, app.clock.now(), &school.staff.id).await.unwrap();
        school
    }

    /// The school in `store`.
    pub async fn open_in(store: &Store, now: Millis) -> Self {
        let school = schools::add(store, now, "Trail School", "America/Los_Angeles").await.unwrap();
        let desk = Desk { store, now, school_id: &school.id };
        let administrator = desk.adult(Role::Administrator, "admin").await;
        let staff = desk.adult(Role::Staff, "staff").await;
        let teacher = desk.adult(Role::Teacher, "teacher").await;
        let other_teacher = desk.adult(Role::Teacher, "teacher2").await;
        let ada = desk.student("Ada Lovelace", 4, (SecretKind::Pin, PIN)).await;
        let ben = desk.student("Ben Banneker", 4, (SecretKind::Picture, PICTURES)).await;
        let cyd = desk.student("Cyd Charisse", 5, (SecretKind::Pin, PIN)).await;
        let class = desk.class("Room 4", "TRAIL4", &[&teacher, &ada, &ben]).await;
        let other_class = desk.class("Room 5", "TRAIL5", &[&other_teacher, &cyd]).await;
        Self { administrator, staff, teacher, other_teacher, ada, ben, cyd, class, other_class }
    }

    /// Somebody of this role.
    pub fn one(&self, role: Role) -> &Account {
        match role {
            Role::Student => &self.ada,
            Role::Teacher => &self.teacher,
            Role::Staff => &self.staff,
            Role::Administrator => &self.administrator,
        }
    }

    /// The token of a new session of this person.
    pub async fn token(&self, app: &TestApp, account: &Account) -> String {
        let credentials = match (&account.username, account.secret_kind) {
            (Some(username), _) => {
                Credentials::Adult { username: username.clone(), password: PASSWORD.to_owned() }
            }
            (None, kind) => Credentials::Student {
                class_code: if account.id == self.cyd.id { "TRAIL5" } else { "TRAIL4" }.to_owned(),
                student_id: account.id.clone(),
                secret: if kind == SecretKind::Picture { PICTURES } else { PIN }.to_owned(),
            },
        };
        let secrets = &app.state.secrets;
        sign_in::sign_in(app.store(), secrets, app.clock.now(), &credentials).await.unwrap().token
    }
}

struct Desk<'a> {
    store: &'a Store,
    now: Millis,
    school_id: &'a SchoolId,
}

impl Desk<'_> {
    fn change(&self) -> Change<'_> {
        Change::by_operator(self.store, self.now, self.school_id)
    }

    async fn add(&self, new: NewAccount) -> Account {
        let hasher = SecretHasher::new(CHEAP, 1).unwrap();
        accounts::add(self.change(), &hasher, new).await.unwrap().account
    }

    async fn adult(&self, role: Role, username: &str) -> Account {
        self.add(NewAccount {
            role,
            display_name: format!("The {username}"),
            username: Some(username.to_owned()),
            grade: None,
            accelerated: false,
            accommodations: Accommodations::none(),
            external_id: None,
            secret_kind: SecretKind::Password,
            secret: Some(PASSWORD.to_owned()),
        })
        .await
    }

    async fn student(&self, name: &str, grade: u8, (kind, secret): (SecretKind, &str)) -> Account {
        self.add(NewAccount {
            role: Role::Student,
            display_name: name.to_owned(),
            username: None,
            grade: Some(grade),
            accelerated: false,
            accommodations: Accommodations::none(),
            external_id: None,
            secret_kind: kind,
            secret: Some(secret.to_owned()),
        })
        .await
    }

    async fn class(&self, name: &str, code: &str, people: &[&Account]) -> Class {
        let new =
            NewClass { name: name.to_owned(), code: Some(code.to_owned()), grade: None, external_id: None };
        let class = classes::add(self.change(), &new).await.unwrap();
        for person in people {
            let id: &AccountId = &person.id;
            members::put(self.change(), &class.id, id).await.unwrap();
        }
        class
    }
}

async fn publish(service: &Service, now: Millis, by: &AccountId) -> Result<(), DeliveryError> {
    let text = small_bank::bank_text();
    let import = ImportBank { text: &text, source_name: "small.json", note: "first", by };
    let bank = delivery::import_bank(service, now, &import).await?;
    delivery::publish_bank(service, now, (&bank.bank_id, bank.version), by).await?;
    let levelling_plan = small_bank::plan_text("levelling", "interim", 6, 12);
    let validation_plan = small_bank::plan_text("validation", "summative", 8, 14);
    for (id, plan, policy) in [
        ("levelling", levelling_plan, small_bank::policy_text()),
        ("validation", validation_plan, small_bank::validation_policy_text()),
    ] {
        let publish = |document| PublishDocument { id, document, by, reason: "first version" };
        delivery::publish_plan(service, now, &publish(&plan)).await?;
        delivery::publish_policy(service, now, &publish(&policy)).await?;
    }
    delivery::publish_assessment(service, now, &levelling(), by).await?;
    delivery::publish_assessment(service, now, &validation(), by).await?;
    Ok(())
}
