//! The whole way of a field-test item: tried in live tests, calibrated, accepted, published, given as one that counts.

use item_bank::{ItemId, ItemStatus};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;
use waymark::assessment::AttemptEvent;
use waymark::delivery::people::sign_in::{self, Credentials};
use waymark::delivery::recalibration::{
    AnswerSource, CalibrationRequest, ItemsToEstimate, Proposal, PublishCalibration, RapidGuesses,
    calibration, impact, publish_calibration, revised_bank, standing,
};
use waymark::delivery::secrets::SecretHasher;
use waymark::delivery::{
    self, DeliveryError, PublishAssessment, PublishDocument, Service, StartAttempt, attempt_record, demo,
};
use waymark::jobs::calibrate;
use waymark::store::assessments::find_assessment;
use waymark::store::recalibration::ItemDecision;
use waymark::store::{AccountId, AssessmentId, Pins, accounts};

use super::calibrating::{proposal, run_worker_until_idle, standard_normal};
use crate::support::app::CHEAP;
use crate::support::assessed_school::{AssessedSchool, account, difficulty, schools, with_field};
use crate::support::clock::MORNING;
use crate::support::database::databases;
use crate::support::field_test::{TRIED, rule};
use crate::support::small_bank;
use crate::support::students::list_students;

const STUDENTS: usize = 60;
const DAY: i64 = 86_400_000;

/// Students of normally distributed ability take the self-levelling test; field-test items are as hard as their names
/// say.
async fn students_answer(school: &AssessedSchool) {
    let mut random = Pcg64::seed_from_u64(4_711);
    let names: Vec<AccountId> = (0..STUDENTS).map(|number| AccountId(format!("student {number}"))).collect();
    let mut transaction = school.service.store.begin_write().await.unwrap();
    for name in &names {
        let student = account(name.as_str(), accounts::Role::Student);
        accounts::insert(&mut transaction, &student, None).await.unwrap();
    }
    transaction.commit().await.unwrap();
    for name in &names {
        let ability = standard_normal(&mut random);
        let draws: Vec<f64> = (0..20).map(|_| random.random::<f64>()).collect();
        let step = school.start(name, &school.levelling, MORNING).await.unwrap();
        let is_right = |step: &delivery::CurrentStep| {
            let probability = 1.0 / (1.0 + (-1.4 * (ability - difficulty(step))).exp());
            draws[step.given as usize] < probability
        };
        school.answer_all(step, MORNING, is_right).await.unwrap();
    }
}

fn request() -> CalibrationRequest {
    CalibrationRequest {
        bank_id: "small".to_owned(),
        bank_version: 2,
        answers: AnswerSource::Live { from_ms: MORNING.0, to_ms: MORNING.0 + DAY },
        items: ItemsToEstimate::FieldTest,
        minimum_answers: 30,
        rapid_guesses: RapidGuesses::LeftOut,
    }
}

/// A plan that needs both items: it can be offered only when they count.
fn plan_that_needs_them() -> String {
    let plan = small_bank::plan_text("levelling", "interim", 6, 12);
    let row = serde_json::json!([{ "attribute": "trial", "value": "yes", "minimum": 2 }]);
    with_field(&with_field(&plan, "field_test", rule()), "blueprint", row)
}

#[tokio::test]
async fn from_field_test_to_operational() {
    for school in schools().await {
        school.try_items().await;
        too_early_for_a_plan_that_needs_them(&school).await;
        students_answer(&school).await;
        let now = MORNING.plus(DAY);
        let job = calibrate::request(&school.service, now, &request(), &school.staff).await.unwrap();
        run_worker_until_idle(&school.service).await;
        let proposal = proposal(&school.service, &job.id).await;
        they_are_estimated_onto_the_scale(&proposal);

        let base = school.service.library.bank("small", 2).await.unwrap();
        let (_, _, _, decisions) = calibration(&school.service, &job.id).await.unwrap();
        let change =
            impact(&school.service, now, &revised_bank(&base, &proposal, &decisions).unwrap()).await.unwrap();
        assert_eq!(change.attempts as usize, STUDENTS);
        assert_eq!(change.largest_change, 0.0, "an item in field test counts for nothing, then and later");

        let publish = PublishCalibration { job: job.id.clone(), reason: "enough answers".to_owned() };
        let published = publish_calibration(&school.service, now, &publish, &school.staff).await.unwrap();
        assert_eq!(published.version, 3);
        let bank = school.service.library.bank("small", 3).await.unwrap();
        for name in TRIED {
            let item = bank.item(name).unwrap();
            assert_eq!((item.status, item.provisional), (ItemStatus::Operational, false));
            assert!(item.model.is_some() && item.standard_errors.is_some());
        }
        the_next_student_gets_them_scored(&school).await;
    }
}

async fn too_early_for_a_plan_that_needs_them(school: &AssessedSchool) {
    let plan = plan_that_needs_them();
    let document =
        PublishDocument { id: "levelling", document: &plan, by: &school.staff, reason: "in a hurry" };
    let refused = delivery::publish_plan(&school.service, MORNING, &document).await.unwrap_err();
    assert!(matches!(refused, DeliveryError::Unfit { .. }), "{refused}");
    assert!(
        refused.to_string().contains("trial = yes needs at least 2 items, the interim pool has 0"),
        "{refused}"
    );
}

fn they_are_estimated_onto_the_scale(proposal: &Proposal) {
    let names: Vec<&str> = proposal.items.iter().map(|item| item.id.as_str()).collect();
    assert_eq!(names, TRIED, "the other items are held");
    for item in &proposal.items {
        assert_eq!((item.status, item.answers as usize), (ItemStatus::FieldTest, STUDENTS));
        assert_eq!(item.before, None);
        assert!(item.holds.is_empty(), "{:?}", item.holds);
        let number: f64 = item.id.as_str().rsplit_once('-').unwrap().1.parse().unwrap();
        let truth = -3.0 + 6.0 * number / f64::from(small_bank::INTERIM_ITEMS - 1);
        let found = serde_json::to_value(item.after.as_ref().unwrap()).unwrap()["b"].as_f64().unwrap();
        let error = item.standard_errors.as_ref().unwrap().b[0].unwrap();
        assert!(
            (found - truth).abs() < 4.0 * error && error < 0.6,
            "{}: {found} ± {error}, is {truth}",
            item.id
        );
    }
}

async fn the_next_student_gets_them_scored(school: &AssessedSchool) {
    // Offered by the new version, the plan that needs them is fit.
    let plan = small_bank::plan_text("levelling", "interim", 6, 12);
    school.offer_levelling(&with_field(&plan, "field_test", rule()), 3).await;
    school.offer_levelling(&plan_that_needs_them(), 3).await;
    let ended = school.take(school.ana(), &school.levelling, MORNING.plus(2 * DAY), 0.3).await.unwrap();
    let record = attempt_record(&school.service, &ended.attempt.id).await.unwrap();
    assert_eq!(record.field_test.len(), 0, "none is in field test any more");
    let answered: Vec<&ItemId> = record
        .log
        .iter()
        .filter_map(|logged| match &logged.event {
            AttemptEvent::Answered { item, .. } => Some(item),
            _ => None,
        })
        .collect();
    assert!(TRIED.iter().all(|name| answered.iter().any(|item| item.as_str() == *name)), "{answered:?}");
    assert_eq!(answered.len() as u32, ended.attempt.answered);
    assert!(school.replays(&ended.attempt.id).await);
    // Those who met them in field test are not given them again, and their attempts prove themselves as before.
    let early = AccountId::from("student 0");
    let mut connection = school.service.store.read().await.unwrap();
    let attempts = waymark::store::attempts::list_student_attempts(&mut connection, &early).await.unwrap();
    drop(connection);
    assert!(school.replays(&attempts[0].id).await);
}

/// Enough students of the demo for every story.
const DEMO_STUDENTS: usize = 11;

#[tokio::test]
async fn the_history_of_the_demo_calibrates_what_it_tried() {
    for database in databases().await {
        let service = Service::new(database.store.clone());
        let hasher = SecretHasher::new(CHEAP, 2).unwrap();
        demo::seed_classes_of(&service, MORNING, &hasher, DEMO_STUDENTS).await.unwrap();
        let credentials =
            Credentials::Adult { username: "staff".to_owned(), password: demo::ADULT_PASSWORD.to_owned() };
        let staff = sign_in::sign_in(&service.store, &hasher, MORNING, &credentials).await.unwrap();
        let staff = staff.viewer.account_id;

        let request = CalibrationRequest {
            bank_id: "number-and-fractions".to_owned(),
            bank_version: 1,
            answers: AnswerSource::Live { from_ms: MORNING.0 - 100 * DAY, to_ms: MORNING.0 },
            minimum_answers: 12,
            ..request()
        };
        let job = calibrate::request(&service, MORNING, &request, &staff).await.unwrap();
        run_worker_until_idle(&service).await;
        let proposal = proposal(&service, &job.id).await;
        assert_eq!(proposal.items.len(), 6, "six are tried at once");
        assert!(proposal.items.iter().all(|item| item.status == ItemStatus::FieldTest));
        let answers: Vec<u32> = proposal.items.iter().map(|item| item.answers).collect();
        assert!(answers.iter().min() >= Some(&12), "{answers:?}");
        assert!(proposal.items.iter().all(|item| item.infit.is_some() && item.outfit.is_some()));
        let accepted: Vec<&ItemId> = standing(&proposal, &[])
            .iter()
            .filter(|item| item.outcome() == ItemDecision::Accept)
            .map(|item| &item.item.id)
            .collect();
        assert!(!accepted.is_empty(), "{:?}", proposal.items);

        let publish = PublishCalibration { job: job.id.clone(), reason: "enough answers".to_owned() };
        let version = publish_calibration(&service, MORNING, &publish, &staff).await.unwrap().version;
        offer(&service, version, &staff).await;
        somebody_may_be_given_them(&service, &accepted).await;
    }
}

async fn offer(service: &Service, bank_version: u32, staff: &AccountId) {
    let id = AssessmentId::from("find-your-level");
    let mut connection = service.store.read().await.unwrap();
    let offered = find_assessment(&mut connection, &id).await.unwrap().unwrap();
    drop(connection);
    let publish = PublishAssessment {
        id,
        name: offered.name,
        purpose: offered.purpose,
        pins: Pins { bank_version, ..offered.pins },
        target_level: None,
        evidence_from: None,
        grades: offered.grades,
    };
    delivery::publish_assessment(service, MORNING, &publish, staff).await.unwrap();
}

/// The next attempt selects from them as from any other item that counts.
async fn somebody_may_be_given_them(service: &Service, accepted: &[&ItemId]) {
    let mut connection = service.store.read().await.unwrap();
    let students = list_students(&mut connection).await;
    drop(connection);
    for student in students {
        let request =
            StartAttempt { student: student.id, assessment: AssessmentId::from("find-your-level"), seed: 5 };
        if let Ok(step) = delivery::start_attempt(service, MORNING, &request).await {
            let pool = &step.pinned.pool;
            assert!(accepted.iter().all(|item| pool.position(item).is_some() && !pool.is_field_test(item)));
            return;
        }
    }
    panic!("nobody may start an attempt");
}
