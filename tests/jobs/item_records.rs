//! What ended attempts say about their items: counted once by any number of nodes, and never again.

use std::collections::BTreeMap;

use item_bank::ItemId;
use waymark::assessment::AttemptEvent;
use waymark::delivery::catalogue::item_use;
use waymark::delivery::watch_items::item_record;
use waymark::delivery::{Service, attempt_record};
use waymark::jobs::item_records::count_items;
use waymark::store::Store;

use crate::support::assessed_school::schools;
use crate::support::clock::MORNING;

const DAY: i64 = 86_400_000;

#[tokio::test]
async fn each_ended_attempt_is_counted_once_though_two_nodes_count_at_once() {
    for school in schools().await {
        let service = &school.service;
        let students = school.more_students(4).await;
        let mut shown: BTreeMap<ItemId, u64> = BTreeMap::new();
        for student in &students[..3] {
            let step = school.start(student, &school.levelling, MORNING).await.unwrap();
            let id = step.attempt.id.clone();
            school.answer_all(step, MORNING, |step| step.given % 3 != 0).await.unwrap();
            for logged in attempt_record(service, &id).await.unwrap().log {
                if let AttemptEvent::Administered { item, .. } = logged.event {
                    *shown.entry(item).or_default() += 1;
                }
            }
        }
        school.start(&students[3], &school.levelling, MORNING).await.unwrap();
        let store = Store::connect(&school.database.address).await.unwrap();
        let other_node = Service::new(store.clone());
        let now = MORNING.plus(DAY);
        let mut counted = 0;
        for _ in 0..3 {
            let (here, there) = tokio::join!(count_items(service, now), count_items(&other_node, now));
            counted += here.unwrap() + there.unwrap();
        }
        assert_eq!(counted, 3, "one attempt is still under way");
        let mut residuals = 0;
        for (item, times) in &shown {
            let (bank, record) = item_record(&other_node, "small", item).await.unwrap();
            assert_eq!((bank.attempts, record.shown, record.answers), (3, *times, *times), "{item}");
            residuals += record.watch.unwrap().residuals;
            let used = item_use(service, "small", item).await.unwrap();
            assert_eq!((used.attempts, used.record.shown), (3, *times));
        }
        let (bank, _) = item_record(service, "small", shown.keys().next().unwrap()).await.unwrap();
        assert_eq!(bank.residuals, residuals);
        assert_eq!(residuals, shown.values().sum::<u64>(), "every answer was followed");
        store.close().await;
    }
}
