//! A bank is calibrated from live answers: asked for once, estimated by a worker, decided item by item, published.

use std::sync::Arc;

use rand::{Rng, RngExt, SeedableRng};
use rand_pcg::Pcg64;
use waymark::clock::{Clock, Millis};
use waymark::delivery::recalibration::{
    AnswerSource, CalibrationRequest, DecideItem, Hold, ItemsToEstimate, Proposal, PublishCalibration,
    RapidGuesses, calibration, decide_item, impact, publish_calibration, revised_bank, standing,
};
use waymark::delivery::{DeliveryError, Service};
use waymark::jobs::{self, calibrate};
use waymark::store::audit::{AuditFilter, AuditPlace, list_audit};
use waymark::store::banks::list_bank_versions;
use waymark::store::jobs::{Job, JobState};
use waymark::store::recalibration::ItemDecision;
use waymark::store::{AccountId, JobId, accounts};

use crate::support::assessed_school::{AssessedSchool, account, difficulty, schools};
use crate::support::clock::{FixedClock, MORNING};

const STUDENTS: usize = 90;
/// The slope of every item of the small bank.
const SLOPE: f64 = 1.4;

/// Students of normally distributed ability answer as the bank's parameters say.
async fn answer_everything(school: &AssessedSchool) {
    let mut random = Pcg64::seed_from_u64(20_261_123);
    let mut transaction = school.service.store.begin_write().await.unwrap();
    let names: Vec<AccountId> = (0..STUDENTS).map(|number| AccountId(format!("student {number}"))).collect();
    for name in &names {
        let student = account(name.as_str(), accounts::Role::Student);
        accounts::insert(&mut transaction, &student, None).await.unwrap();
    }
    transaction.commit().await.unwrap();
    for name in &names {
        let ability = standard_normal(&mut random);
        let step = school.start(name, &school.levelling, MORNING).await.unwrap();
        let draws: Vec<f64> = (0..20).map(|_| random.random::<f64>()).collect();
        school
            .answer_all(step, MORNING, |step| {
                let probability = 1.0 / (1.0 + (-SLOPE * (ability - difficulty(step))).exp());
                draws[step.given as usize] < probability
            })
            .await
            .unwrap();
    }
}

/// The sum of twelve uniform draws less six: near enough to normal for abilities.
pub(super) fn standard_normal(random: &mut impl Rng) -> f64 {
    (0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0
}

fn request() -> CalibrationRequest {
    CalibrationRequest {
        bank_id: "small".to_owned(),
        bank_version: 1,
        answers: AnswerSource::Live { from_ms: MORNING.0, to_ms: MORNING.0 + 86_400_000 },
        items: ItemsToEstimate::All,
        minimum_answers: 10,
        rapid_guesses: RapidGuesses::LeftOut,
    }
}

pub(super) async fn run_worker_until_idle(service: &Service) {
    let clock: Arc<dyn Clock> = FixedClock::at(MORNING.plus(86_400_000));
    let (stop, stopping) = tokio::sync::watch::channel(false);
    let worker = tokio::spawn(jobs::work(Arc::new(service.clone()), clock, stopping));
    let is_open = |job: &Job| matches!(job.state, JobState::Queued | JobState::Running);
    loop {
        let mut connection = service.store.read().await.unwrap();
        let jobs = waymark::store::jobs::list_jobs(&mut connection, calibrate::KIND, 20, 0).await.unwrap();
        drop(connection);
        if !jobs.iter().any(is_open) {
            break;
        }
        tokio::task::yield_now().await;
    }
    stop.send_replace(true);
    worker.await.unwrap();
}

pub(super) async fn proposal(service: &Service, id: &JobId) -> Proposal {
    let (job, _, proposal, _) = calibration(service, id).await.unwrap();
    assert_eq!(job.state, JobState::Done, "{}", job.message);
    proposal.unwrap()
}

#[tokio::test]
async fn from_live_answers_to_a_new_version() {
    for school in schools().await {
        answer_everything(&school).await;
        let now = MORNING.plus(86_400_000);
        let job = calibrate::request(&school.service, now, &request(), &school.staff).await.unwrap();
        let again = calibrate::request(&school.service, now, &request(), &school.staff).await.unwrap();
        assert_eq!(job.id, again.id, "the same request is one job");
        run_worker_until_idle(&school.service).await;

        let proposal = proposal(&school.service, &job.id).await;
        estimates_recover_what_the_answers_came_from(&proposal);
        decisions_hold_and_are_on_record(&school, &job.id, &proposal, now).await;

        let publish = PublishCalibration { job: job.id.clone(), reason: "a year of answers".to_owned() };
        let published = publish_calibration(&school.service, now, &publish, &school.staff).await.unwrap();
        assert_eq!((published.version, published.published_at), (2, Some(now)));
        let twice = publish_calibration(&school.service, now, &publish, &school.staff).await.unwrap();
        assert_eq!(twice.version, 2, "the same decisions publish nothing new");
        an_older_calibration_takes_nothing_back(&school, now, &publish).await;
        let bank = school.service.library.bank("small", 2).await.unwrap();
        let changed = bank.items().iter().filter(|item| item.standard_errors.is_some()).count();
        let (_, _, _, decisions) = calibration(&school.service, &job.id).await.unwrap();
        let accepted = standing(&proposal, &decisions)
            .iter()
            .filter(|item| item.outcome() == ItemDecision::Accept)
            .count();
        assert_eq!(changed, accepted);
    }
}

/// A second calibration of version 1, asked for with other wishes, is refused once version 2 is there; the first again
/// publishes nothing and leaves no trace.
async fn an_older_calibration_takes_nothing_back(
    school: &AssessedSchool,
    now: Millis,
    first: &PublishCalibration,
) {
    let service = &school.service;
    let other = CalibrationRequest { minimum_answers: 20, ..request() };
    let job = calibrate::request(service, now, &other, &school.staff).await.unwrap();
    run_worker_until_idle(service).await;
    let publish = PublishCalibration { job: job.id, reason: "the same year again".to_owned() };
    let refused = publish_calibration(service, now, &publish, &school.staff).await.unwrap_err();
    assert!(matches!(refused, DeliveryError::Superseded { base: 1, newest: 2, .. }), "{refused}");
    let entries = audited(school).await;
    assert_eq!(publish_calibration(service, now, first, &school.staff).await.unwrap().version, 2);
    assert_eq!(audited(school).await, entries);
    let mut connection = service.store.read().await.unwrap();
    assert_eq!(list_bank_versions(&mut connection).await.unwrap().len(), 2, "no draft is left behind");
}

async fn audited(school: &AssessedSchool) -> usize {
    let mut connection = school.service.store.read().await.unwrap();
    let all = AuditFilter::default();
    list_audit(&mut connection, &all, &AuditPlace::Latest, 200).await.unwrap().entries.len()
}

/// Standardised errors of the difficulties have a mean square near 1: within four of its standard errors, √(2/n).
fn estimates_recover_what_the_answers_came_from(proposal: &Proposal) {
    assert!(proposal.converged);
    assert_eq!(proposal.attempts as usize, STUDENTS);
    let squares: Vec<f64> = proposal
        .items
        .iter()
        .filter(|item| item.answers >= 15 && item.holds.is_empty())
        .filter_map(|item| {
            let before = serde_json::to_value(item.before.as_ref()?).ok()?["b"].as_f64()?;
            let after = serde_json::to_value(item.after.as_ref()?).ok()?["b"].as_f64()?;
            let error = (*item.standard_errors.as_ref()?.b.first()?)?;
            Some(((after - before) / error).powi(2))
        })
        .collect();
    assert!(squares.len() >= 15, "{} items carry the check", squares.len());
    let mean_square = squares.iter().sum::<f64>() / squares.len() as f64;
    let allowed = 4.0 * (2.0 / squares.len() as f64).sqrt();
    assert!((mean_square - 1.0).abs() < allowed, "mean square {mean_square}, allowed ±{allowed}");
}

async fn decisions_hold_and_are_on_record(
    school: &AssessedSchool,
    job: &JobId,
    proposal: &Proposal,
    now: Millis,
) {
    let few = proposal.items.iter().find(|item| matches!(item.holds[..], [Hold::FewAnswers { .. }])).unwrap();
    let good = proposal.items.iter().find(|item| item.holds.is_empty()).unwrap();
    let decide = |item: &item_bank::ItemId, decision, reason: &str| DecideItem {
        job: job.clone(),
        item: item.clone(),
        decision,
        reason: reason.to_owned(),
    };
    let service = &school.service;
    decide_item(service, now, &decide(&few.id, ItemDecision::Accept, "agrees with last year"), &school.staff)
        .await
        .unwrap();
    decide_item(service, now, &decide(&good.id, ItemDecision::Hold, "the picture changed"), &school.staff)
        .await
        .unwrap();
    let without_reason = decide(&good.id, ItemDecision::Accept, "  ");
    let refused = decide_item(service, now, &without_reason, &school.staff).await.unwrap_err();
    assert!(matches!(refused, DeliveryError::Invalid { .. }), "{refused}");

    let (_, _, _, decisions) = calibration(service, job).await.unwrap();
    let outcome = |id: &item_bank::ItemId| {
        let standing = standing(proposal, &decisions);
        standing.iter().find(|stands| stands.item.id == *id).unwrap().outcome()
    };
    assert_eq!((outcome(&few.id), outcome(&good.id)), (ItemDecision::Accept, ItemDecision::Hold));

    let base = service.library.bank("small", 1).await.unwrap();
    let revised = revised_bank(&base, proposal, &decisions).unwrap();
    assert_eq!(revised.item(good.id.as_str()).unwrap().model, base.item(good.id.as_str()).unwrap().model);
    assert_ne!(revised.item(few.id.as_str()).unwrap().model, base.item(few.id.as_str()).unwrap().model);
    let change = impact(service, now, &revised).await.unwrap();
    let again = impact(service, now, &revised).await.unwrap();
    assert!(Arc::ptr_eq(&change, &again), "what is known is not worked out again");
    let [ready] = &change.readiness[..] else { panic!("one validation: {:?}", change.readiness) };
    assert_eq!((ready.assessment_id.as_str(), ready.students as usize), ("validation", STUDENTS));
    assert!(
        ready.recommended_before > 0 && ready.largest_change > 0.0 && ready.largest_change < 1.0,
        "{ready:?}"
    );
    assert_eq!(ready.recommended_after, ready.recommended_before + ready.gained - ready.lost);
    assert_eq!(change.attempts as usize, STUDENTS);
    assert!(change.largest_change > 0.0 && change.largest_change < 2.0, "{change:?}");
    let nothing = impact(service, now, &base).await.unwrap();
    let same = &nothing.readiness[0];
    assert_eq!(
        (same.gained, same.lost, same.largest_change),
        (0, 0, 0.0),
        "nobody is readier by the same version"
    );
    assert_eq!(
        (nothing.largest_change, nothing.level_changes.len()),
        (0.0, 0),
        "the same version changes nobody"
    );
}

#[tokio::test]
async fn a_period_without_answers_is_refused_with_the_reason() {
    for school in schools().await {
        let job = calibrate::request(&school.service, MORNING, &request(), &school.staff).await.unwrap();
        run_worker_until_idle(&school.service).await;
        let (job, _, proposal, _) = calibration(&school.service, &job.id).await.unwrap();
        assert_eq!((job.state, proposal), (JobState::Failed, None));
        assert_eq!(job.message, "no answers to items of this bank in this period");
    }
}

#[tokio::test]
async fn a_bank_that_is_not_there_and_a_period_that_ends_before_it_begins_are_refused_at_once() {
    for school in schools().await {
        let unknown = CalibrationRequest { bank_version: 9, ..request() };
        let refused =
            calibrate::request(&school.service, MORNING, &unknown, &school.staff).await.unwrap_err();
        assert!(matches!(refused, DeliveryError::NotFound { .. }), "{refused}");
        let backwards = CalibrationRequest {
            answers: AnswerSource::Live { from_ms: MORNING.0, to_ms: MORNING.0 - 1 },
            ..request()
        };
        let refused =
            calibrate::request(&school.service, MORNING, &backwards, &school.staff).await.unwrap_err();
        assert!(matches!(refused, DeliveryError::Invalid { .. }), "{refused}");
    }
}
