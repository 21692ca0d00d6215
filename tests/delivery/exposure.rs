//! Exposure control in live attempts: counts shared by all nodes, pinned by each attempt, counted once.

use std::collections::BTreeMap;

use item_bank::ItemId;
use serde_json::json;
use waymark::assessment::AttemptEvent;
use waymark::delivery::{self, CurrentStep, PublishAssessment, PublishDocument, Service, StartAttempt};
use waymark::store::exposure::{ExposureKey, StoredExposure, find_exposure, newest_exposure_version};
use waymark::store::{AccountId, Pins, Store};

use super::{DAY, MINUTE};
use crate::support::assessed_school::{
    AssessedSchool, chosen, difficulty, levelling, schools, shown, with_field,
};
use crate::support::clock::MORNING;
use crate::support::small_bank;

/// A quarter of the attempts may use an item.
async fn publish_cap(school: &AssessedSchool) {
    let rule = json!({ "maximum_rate": 0.25, "control": "eligibility" });
    let plan = with_field(&small_bank::plan_text("levelling", "interim", 6, 12), "exposure", rule);
    let publish = PublishDocument { id: "levelling", document: &plan, by: &school.staff, reason: "a cap" };
    delivery::publish_plan(&school.service, MORNING, &publish).await.unwrap();
    let pins = Pins { plan_version: 2, ..levelling().pins };
    let capped = PublishAssessment { pins, ..levelling() };
    delivery::publish_assessment(&school.service, MORNING, &capped, &school.staff).await.unwrap();
}

async fn start(service: &Service, student: &AccountId, seed: u64) -> CurrentStep {
    let assessment = levelling().id;
    let request = StartAttempt { student: student.clone(), assessment, seed };
    delivery::start_attempt(service, MORNING, &request).await.unwrap()
}

/// A whole attempt at one node by a student of average ability.
async fn take(service: &Service, student: &AccountId, seed: u64) -> CurrentStep {
    let mut step = start(service, student, seed).await;
    let mut now = MORNING;
    while matches!(step.show, delivery::Show::Item { .. }) {
        now = now.plus(MINUTE);
        let choice = if difficulty(&step) <= 0.0 { "right" } else { "wrong" };
        let given = delivery::GivenAnswer { item: shown(&step), answer: chosen(choice) };
        step = delivery::answer(service, now, &step.attempt.id, &given).await.unwrap();
    }
    step
}

fn count(uses: &mut BTreeMap<ItemId, u32>, items: Vec<ItemId>) {
    for item in items {
        *uses.entry(item).or_default() += 1;
    }
}

/// The version of the counts that an attempt pinned, and the items it gave.
async fn given(service: &Service, step: &CurrentStep) -> (Option<u32>, Vec<ItemId>) {
    let record = delivery::attempt_record(service, &step.attempt.id).await.unwrap();
    let mut version = None;
    let mut items = Vec::new();
    for logged in record.log {
        match logged.event {
            AttemptEvent::Started(started) => version = started.exposure_version,
            AttemptEvent::Administered { item, exposure, .. } => {
                assert_eq!(
                    exposure.is_some(),
                    record.attempt.pins.plan_version == 2,
                    "only that plan has a cap"
                );
                items.push(item);
            }
            _ => {}
        }
    }
    (version, items)
}

async fn newest(service: &Service) -> StoredExposure {
    let key = ExposureKey::from(&Pins { plan_version: 2, ..levelling().pins });
    let mut connection = service.store.read().await.unwrap();
    let version = newest_exposure_version(&mut connection, &key).await.unwrap().unwrap();
    find_exposure(&mut connection, &key, version).await.unwrap().unwrap()
}

#[tokio::test]
async fn two_nodes_share_counts_and_keep_a_cap_and_every_step_replays_on_both() {
    for school in schools().await {
        let students = school.more_students(2 * 24).await;
        let (free, capped) = students.split_at(24);
        let mut free_uses = BTreeMap::new();
        for (seed, student) in (0..).zip(free) {
            let ended = take(&school.service, student, seed).await;
            count(&mut free_uses, given(&school.service, &ended).await.1);
        }

        publish_cap(&school).await;
        let store = Store::connect(&school.database.address).await.unwrap();
        let other_node = Service::new(store.clone());
        let nodes = [&school.service, &other_node];
        let mut capped_uses = BTreeMap::new();
        for (number, student) in (0_u32..).zip(capped) {
            let [here, there] = if number % 2 == 0 { nodes } else { [nodes[1], nodes[0]] };
            let ended = take(here, student, u64::from(number)).await;
            let (version, items) = given(there, &ended).await;
            assert_eq!(version, (number > 0).then_some(number), "the counts of all attempts before");
            count(&mut capped_uses, items);
            for node in nodes {
                let replay = delivery::replay(node, &ended.attempt.id).await.unwrap();
                assert_eq!(replay.difference, None);
            }
            assert_eq!(delivery::count_exposure(there, MORNING).await.unwrap(), 1);
            assert_eq!(delivery::count_exposure(here, MORNING).await.unwrap(), 0, "it is counted once");
        }
        let most = |uses: &BTreeMap<ItemId, u32>| uses.values().copied().max().unwrap();
        let (free, capped) = (most(&free_uses), most(&capped_uses));
        // Under the cap an item is drawn eligible for 6 of 24 on average, with a standard deviation of 2.1: of the dozen
        // popular items none comes three deviations above.
        assert!(free > 12 && capped <= 12, "of 24 attempts {free} and under the cap {capped}");
        store.close().await;
    }
}

#[tokio::test]
async fn each_ended_attempt_is_counted_once_though_two_nodes_count_at_once() {
    for school in schools().await {
        publish_cap(&school).await;
        let students = school.more_students(6).await;
        let mut answers = 0;
        for (seed, student) in (0..5).zip(&students) {
            let ended = take(&school.service, student, seed).await;
            answers += u64::from(ended.attempt.answered);
        }
        start(&school.service, &students[5], 5).await;
        let store = Store::connect(&school.database.address).await.unwrap();
        let other_node = Service::new(store.clone());
        let mut counted = 0;
        for _ in 0..3 {
            let (here, there) = tokio::join!(
                delivery::count_exposure(&school.service, MORNING.plus(DAY)),
                delivery::count_exposure(&other_node, MORNING.plus(DAY))
            );
            counted += here.unwrap() + there.unwrap();
        }
        assert_eq!(counted, 5);
        let newest = newest(&other_node).await;
        assert_eq!((newest.version, newest.attempts), (1, 5));
        let bank = school.service.library.bank("small", 1).await.unwrap();
        let items = bank.items().iter();
        let administered: u64 = items.map(|item| newest.rates.total(&item.id).administered).sum();
        assert_eq!(administered, answers);
        // What staff see beside the item that everybody began with: the same on every node.
        let first = bank.items().iter().max_by_key(|item| newest.rates.total(&item.id).administered).unwrap();
        let used = delivery::catalogue::item_use(&other_node, "small", &first.id).await.unwrap();
        let [capped] = &used.capped[..] else { panic!("one plan has a cap: {:?}", used.capped) };
        assert_eq!((capped.plan_version, capped.cap, capped.attempts), (2, 0.25, 5));
        assert_eq!(capped.administered, newest.rates.total(&first.id).administered);
        assert_eq!(capped.forced, 0, "nothing counted held an item back");
        store.close().await;
    }
}
