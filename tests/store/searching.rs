//! Searching for people finds the same on both engines.

use waymark::store::accounts::{self, Account, AccountFilter, Role};
use waymark::store::{AccountId, PageRequest, SchoolId};

use crate::support::assessed_school::{account, schools};

#[tokio::test]
async fn a_search_takes_letters_as_they_are_and_in_any_case() {
    for school in schools().await {
        let mut transaction = school.service.store.begin_write().await.unwrap();
        for (id, name) in [("e", "\u{c9}lodie"), ("p", "A 100% name"), ("u", "Under_score")] {
            let named = Account {
                id: AccountId::from(id),
                display_name: name.to_owned(),
                ..account(id, Role::Student)
            };
            accounts::insert(&mut transaction, &named, None).await.unwrap();
        }
        transaction.commit().await.unwrap();
        let mut connection = school.service.store.read().await.unwrap();
        for (text, expected) in [
            ("\u{e9}LODIE", vec!["e"]),
            ("%", vec!["p"]),
            ("_", vec!["u"]),
            ("a 1", vec!["p"]),
            ("\\", vec![]),
        ] {
            let filter = AccountFilter { role: None, text: Some(text.to_owned()) };
            let school_id = SchoolId::from("school");
            let page =
                accounts::list(&mut connection, &school_id, &filter, PageRequest::first()).await.unwrap();
            let ids: Vec<&str> = page.rows.iter().map(|account| account.id.as_str()).collect();
            assert_eq!((ids, page.total), (expected.clone(), expected.len() as u64), "{text}");
        }
    }
}
