//! Finding sessions: everybody their own, at once, and never one that has ended.

use futures_util::future::join_all;
use waymark::delivery::session::{self, STUDENT_IDLE_MS};
use waymark::store::sessions::of_account;

use super::MINUTE;
use crate::support::assessed_school::{AssessedSchool, schools};
use crate::support::clock::MORNING;

/// More than are looked up in one statement.
const MANY: usize = 70;

/// A token for each of so many students, in their order.
async fn signed_in(school: &AssessedSchool, students: usize) -> Vec<(String, String)> {
    let mut tokens = Vec::new();
    for student in school.more_students(students).await {
        let mut transaction = school.service.store.begin_write().await.unwrap();
        let account = waymark::store::accounts::by_id(&mut transaction, &student).await.unwrap().unwrap();
        let opened = session::open(&mut transaction, MORNING, &account).await.unwrap();
        transaction.commit().await.unwrap();
        tokens.push((student.to_string(), opened.token));
    }
    tokens
}

#[tokio::test]
async fn at_once_everybody_is_found_as_who_they_are() {
    for school in schools().await {
        let tokens = signed_in(&school, MANY).await;
        // Everybody asks twice, and somebody nobody knows asks in between.
        let asked = tokens
            .iter()
            .flat_map(|(name, token)| [(name, token.as_str()), (name, "unknown"), (name, token)]);
        let asked: Vec<(&String, &str)> = asked.collect();
        let sessions = &school.service.sessions;
        let found = join_all(asked.iter().map(|(_, token)| sessions.find(MORNING, token))).await;
        for ((name, token), found) in asked.iter().zip(found) {
            let account = found.unwrap().map(|current| current.viewer.account_id.to_string());
            assert_eq!(account.as_ref(), (*token != "unknown").then_some(*name));
        }
    }
}

#[tokio::test]
async fn a_session_that_was_ended_is_refused_at_once_and_the_others_are_not() {
    for school in schools().await {
        let tokens = signed_in(&school, 3).await;
        let service = &school.service;
        let ask = || join_all(tokens.iter().map(|(_, token)| service.sessions.find(MORNING, token)));
        let before: Vec<_> = ask().await.into_iter().map(|found| found.unwrap().unwrap()).collect();
        session::close(&service.store, MORNING, &before[1]).await.unwrap();
        let after: Vec<bool> = ask().await.into_iter().map(|found| found.unwrap().is_some()).collect();
        assert_eq!(after, [true, false, true]);
    }
}

#[tokio::test]
async fn a_session_in_use_goes_on_and_an_idle_one_ends() {
    for school in schools().await {
        let tokens = signed_in(&school, 2).await;
        let sessions = &school.service.sessions;
        let later = MORNING.plus(STUDENT_IDLE_MS - MINUTE);
        let used = sessions.find(later, &tokens[0].1).await.unwrap().unwrap();
        let mut connection = school.service.store.read().await.unwrap();
        let stored = of_account(&mut connection, &used.viewer.account_id, later).await.unwrap();
        drop(connection);
        assert_eq!(stored[0].last_seen, later);
        let evening = later.plus(STUDENT_IDLE_MS - MINUTE);
        assert!(sessions.find(evening, &tokens[0].1).await.unwrap().is_some());
        assert!(sessions.find(evening, &tokens[1].1).await.unwrap().is_none());
    }
}
