//! Reading the audit log: part by part, by person and by period, alike on both engines.

use waymark::clock::Millis;
use waymark::store::accounts::{self, Account, Role};
use waymark::store::audit::{AuditEntry, AuditFilter, AuditPart, AuditPlace, append_audit, list_audit};
use waymark::store::{AccountId, Store};

use crate::support::assessed_school::{account, schools};
use crate::support::clock::MORNING;
use crate::support::database::sqlite;

async fn part(store: &Store, filter: &AuditFilter, place: AuditPlace, limit: u32) -> AuditPart {
    list_audit(&mut store.read().await.unwrap(), filter, &place, limit).await.unwrap()
}

fn seconds(part: &AuditPart) -> Vec<i64> {
    part.entries.iter().map(|entry| entry.at.since(MORNING) / 1_000).collect()
}

#[tokio::test]
async fn the_log_is_read_part_by_part_there_and_back() {
    for school in schools().await {
        let store = &school.service.store;
        let mut transaction = store.begin_write().await.unwrap();
        for second in 0..12 {
            let at = MORNING.plus(second * 1_000);
            let entry = AuditEntry::new(at, Some(&school.staff), "test.entry", ("bank", "b"));
            append_audit(&mut transaction, &entry).await.unwrap();
        }
        transaction.commit().await.unwrap();
        let filter = AuditFilter { action: "test.".to_owned(), ..AuditFilter::default() };

        let latest = part(store, &filter, AuditPlace::Latest, 5).await;
        assert_eq!((seconds(&latest), &latest.later), (vec![11, 10, 9, 8, 7], &None));
        let middle = part(store, &filter, AuditPlace::Before(latest.earlier.clone().unwrap()), 5).await;
        assert_eq!(seconds(&middle), [6, 5, 4, 3, 2]);
        let last = part(store, &filter, AuditPlace::Before(middle.earlier.clone().unwrap()), 5).await;
        assert_eq!((seconds(&last), &last.earlier), (vec![1, 0], &None));
        let back = part(store, &filter, AuditPlace::After(last.later.clone().unwrap()), 5).await;
        assert_eq!(back, middle);
        let end = part(store, &filter, AuditPlace::After(back.later.clone().unwrap()), 5).await;
        assert_eq!((seconds(&end), end.later), (vec![11, 10, 9, 8, 7], None));

        let period =
            AuditFilter { from: Some(MORNING.plus(3_000)), to: Some(MORNING.plus(6_000)), ..filter.clone() };
        assert_eq!(seconds(&part(store, &period, AuditPlace::Latest, 9).await), [5, 4, 3]);
        let first_half = AuditPlace::Before(middle.entries[1].id.clone());
        assert_eq!(seconds(&part(store, &period, first_half, 9).await), [4, 3]);
    }
}

#[tokio::test]
async fn people_are_searched_for_letters_in_any_case_and_not_for_patterns() {
    for school in schools().await {
        let store = &school.service.store;
        let mut transaction = store.begin_write().await.unwrap();
        let named = Account {
            id: AccountId::from("e"),
            display_name: "\u{c9}lodie".to_owned(),
            ..account("e", Role::Student)
        };
        accounts::insert(&mut transaction, &named, None).await.unwrap();
        let about = AuditEntry::new(MORNING, Some(&school.teacher), "test.entry", ("account", "e"));
        append_audit(&mut transaction, &about).await.unwrap();
        transaction.commit().await.unwrap();
        // The staff published everything there is.
        for (person, found) in
            [("STAF", true), ("\u{e9}LODIE", true), ("s_aff", false), ("%", false), ("nobody", false)]
        {
            let filter = AuditFilter { person: person.to_owned(), ..AuditFilter::default() };
            let listed = part(store, &filter, AuditPlace::Latest, 50).await;
            assert_eq!(!listed.entries.is_empty(), found, "{person}");
        }
    }
}

#[tokio::test]
async fn what_no_index_leads_to_is_looked_for_in_a_bounded_part_of_a_long_log() {
    let database = sqlite().await;
    let mut transaction = database.store.begin_write().await.unwrap();
    sqlx::raw_sql(
        "with recursive numbers (number) as (select 1 union all select number + 1 from numbers where number < 150000) \
         insert into audit_log (id, at_ms, actor_id, action, subject_kind, subject_id, detail) \
         select '00000000-0001-7000-8000-' || printf('%012x', number), 1, null, 'test.entry', 'bank', 'b', '{}' \
         from numbers",
    )
    .execute(&mut *transaction)
    .await
    .unwrap();
    transaction.commit().await.unwrap();
    let none = AuditFilter::default();
    for filter in [
        AuditFilter { person: "nobody".to_owned(), ..none.clone() },
        AuditFilter { action: "never.".to_owned(), ..none },
    ] {
        let first = part(&database.store, &filter, AuditPlace::Latest, 50).await;
        assert!(first.entries.is_empty());
        let earlier = first.earlier.expect("not all of it was looked through");
        assert!(earlier.ends_with(&format!("{:012x}", 50_001)), "100,000 of 150,000 were: {earlier}");
        let rest = part(&database.store, &filter, AuditPlace::Before(earlier), 50).await;
        assert_eq!((rest.entries.len(), rest.earlier), (0, None));
        let upwards = part(&database.store, &filter, AuditPlace::After(String::new()), 50).await;
        assert!(upwards.later.is_some_and(|later| later.ends_with(&format!("{:012x}", 100_000))));
    }
    let all = AuditFilter { to: Some(Millis(2)), ..AuditFilter::default() };
    assert_eq!(part(&database.store, &all, AuditPlace::Latest, 200).await.entries.len(), 200);
}
