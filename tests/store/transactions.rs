//! Transactions mean the same on both engines.

use sqlx::{Executor, Row};
use waymark::store::{Store, StoreError};

use crate::support::database::{databases, postgres, sqlite};

const INSERT: &str = "insert into schools (id, name, time_zone) values ('s', 'School', 'UTC')";

async fn count(store: &Store) -> i64 {
    let mut connection = store.read().await.unwrap();
    sqlx::query_scalar("select count(*) from schools").fetch_one(&mut *connection).await.unwrap()
}

#[tokio::test]
async fn what_is_committed_stands_and_what_is_dropped_does_not() {
    for database in databases().await {
        let store = &database.store;
        let mut transaction = store.begin_write().await.unwrap();
        transaction.execute(INSERT).await.unwrap();
        drop(transaction);
        assert_eq!(count(store).await, 0, "{:?}", database.engine());

        let mut transaction = store.begin_write().await.unwrap();
        transaction.execute(INSERT).await.unwrap();
        transaction.commit().await.unwrap();
        assert_eq!(count(store).await, 1, "{:?}", database.engine());
    }
}

#[tokio::test]
async fn a_second_row_with_the_same_key_is_a_duplicate() {
    for database in databases().await {
        let mut transaction = database.store.begin_write().await.unwrap();
        transaction.execute(INSERT).await.unwrap();
        let error: StoreError = transaction.execute(INSERT).await.unwrap_err().into();
        assert!(matches!(error, StoreError::Duplicate(_)), "{error}");
    }
}

#[tokio::test]
async fn a_row_that_points_nowhere_is_refused() {
    for database in databases().await {
        let mut transaction = database.store.begin_write().await.unwrap();
        let statement = "insert into class_members (class_id, account_id, member_role) values ('none', 'none', 'student')";
        let error: StoreError = transaction.execute(statement).await.unwrap_err().into();
        assert!(matches!(error, StoreError::MissingReference(_)), "{error}");
    }
}

#[tokio::test]
async fn migrating_twice_changes_nothing() {
    for database in databases().await {
        let second_node = Store::connect(&database.address).await.unwrap();
        second_node.migrate().await.unwrap();
        second_node.close().await;
    }
}

#[tokio::test]
async fn many_writers_at_once_all_finish() {
    for database in databases().await {
        let tasks: Vec<_> = (0..40)
            .map(|number| {
                let store = database.store.clone();
                tokio::spawn(async move {
                    let mut transaction = store.begin_write().await?;
                    sqlx::query("insert into schools (id, name, time_zone) values ($1, 'S', 'UTC')")
                        .bind(format!("school {number}"))
                        .execute(&mut *transaction)
                        .await?;
                    transaction.commit().await
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        assert_eq!(count(&database.store).await, 40);
    }
}

#[tokio::test]
async fn an_absent_number_and_then_a_present_one_are_bound_to_the_same_statement() {
    for database in databases().await {
        let mut transaction = database.store.begin_write().await.unwrap();
        let statement = "select case when $2 = 1 then $1 else null end as number";
        for number in [None, Some(0.1), None, Some(-2.5)] {
            let read: Option<f64> = sqlx::query_scalar(statement)
                .bind(number.unwrap_or(0.0))
                .bind(i64::from(number.is_some()))
                .fetch_one(&mut *transaction)
                .await
                .unwrap();
            assert_eq!(read, number, "{:?}", database.engine());
        }
    }
}

#[tokio::test]
async fn a_second_writer_that_does_not_wait_finds_the_database_busy() {
    let database = sqlite().await;
    let mut writing = database.store.begin_write().await.unwrap();
    writing.execute(INSERT).await.unwrap();
    let other = Store::connect(&database.address).await.unwrap();
    let mut connection = other.read().await.unwrap();
    connection.execute("pragma busy_timeout = 0").await.unwrap();
    let error: StoreError = connection.execute("begin immediate").await.unwrap_err().into();
    assert!(matches!(error, StoreError::Busy(_)) && error.may_pass() && !error.is_undone(), "{error}");
}

#[tokio::test]
async fn of_two_transactions_that_wait_for_each_other_one_may_be_tried_again() {
    let Some(database) = postgres().await else { return };
    let mut setting_up = database.store.begin_write().await.unwrap();
    setting_up.execute(INSERT).await.unwrap();
    setting_up
        .execute("insert into schools (id, name, time_zone) values ('t', 'Other', 'UTC')")
        .await
        .unwrap();
    setting_up.commit().await.unwrap();
    let mut one = database.store.begin_write().await.unwrap();
    let mut other = database.store.begin_write().await.unwrap();
    one.execute("update schools set name = 'one' where id = 's'").await.unwrap();
    other.execute("update schools set name = 'other' where id = 't'").await.unwrap();
    let (first, second) = tokio::join!(
        one.execute("update schools set name = 'one' where id = 't'"),
        other.execute("update schools set name = 'other' where id = 's'"),
    );
    let undone = [first.err(), second.err()].into_iter().flatten().map(StoreError::from);
    let undone: Vec<StoreError> = undone.collect();
    assert_eq!(undone.len(), 1, "{undone:?}");
    assert!(undone[0].is_undone() && undone[0].may_pass(), "{undone:?}");
}

#[tokio::test]
async fn what_a_calibration_reads_is_found_by_bank() {
    let database = sqlite().await;
    let mut connection = database.store.read().await.unwrap();
    let ended = "select id from attempts where bank_id = 'b' and state in ('completed', 'expired') \
                 and answered > 0 order by started_at_ms desc, id desc limit 10";
    let answers = "select e.payload from attempt_events e join attempts a on a.id = e.attempt_id \
                   where a.bank_id = 'b' and e.kind = 'answered' and e.at_ms >= 1 and e.at_ms < 2 \
                   and a.started_at_ms < 2 and a.last_activity_ms >= 1 order by e.attempt_id, e.position";
    for statement in [ended, answers] {
        let plan = sqlx::query(sqlx::AssertSqlSafe(format!("explain query plan {statement}")))
            .fetch_all(&mut *connection)
            .await
            .unwrap();
        let plan: Vec<String> = plan.iter().map(|row| row.get("detail")).collect();
        assert!(plan.iter().any(|step| step.contains("attempts_bank")), "{plan:?}");
        assert!(plan.iter().all(|step| !step.starts_with("SCAN")), "{plan:?}");
    }
}
