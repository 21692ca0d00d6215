//! A backup holds everything and restores into either engine, whole or not at all.

use std::collections::BTreeSet;

use waymark::delivery::backup::{BackupError, backup, restore};
use waymark::store::dump::{LEFT_OUT, TABLES};
use waymark::store::{Engine, Store};

use crate::support::assessed_school::{AssessedSchool, schools};
use crate::support::clock::MORNING;
use crate::support::database::{databases, sqlite};

async fn text_of(store: &Store) -> String {
    let mut out = Vec::new();
    backup(store, MORNING, &mut out).await.unwrap();
    String::from_utf8(out).unwrap()
}

async fn busy_school(school: &AssessedSchool) {
    school.take(school.ana(), &school.levelling, MORNING, 0.5).await.unwrap();
    let step = school.start(&school.students[1], &school.levelling, MORNING).await.unwrap();
    school.answer(&step, "right", MORNING.plus(60_000)).await.unwrap();
}

#[tokio::test]
async fn a_backup_restores_into_every_engine_to_the_last_row() {
    for school in schools().await {
        busy_school(&school).await;
        let text = text_of(&school.service.store).await;
        for target in databases().await {
            let summary = restore(&target.store, text.as_bytes()).await.unwrap();
            assert!(summary.rows > 50, "{summary:?}");
            assert_eq!(text_of(&target.store).await, text, "into {:?}", target.engine());
        }
    }
}

#[tokio::test]
async fn a_restored_school_goes_on_where_it_was() {
    for school in schools().await {
        let step = school.start(school.ana(), &school.levelling, MORNING).await.unwrap();
        let target = sqlite().await;
        restore(&target.store, text_of(&school.service.store).await.as_bytes()).await.unwrap();
        let service = waymark::delivery::Service::new(target.store.clone());
        let there = waymark::delivery::current_step(&service, MORNING, &step.attempt.id).await.unwrap();
        assert_eq!(there.show, step.show);
        assert!(waymark::delivery::replay(&service, &step.attempt.id).await.unwrap().difference.is_none());
    }
}

#[tokio::test]
async fn every_table_is_backed_up_or_left_out_on_purpose() {
    let database = sqlite().await;
    assert_eq!(database.engine(), Engine::Sqlite);
    let mut connection = database.store.read().await.unwrap();
    let names: Vec<String> = sqlx::query_scalar(
        "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'",
    )
    .fetch_all(&mut *connection)
    .await
    .unwrap();
    let known: BTreeSet<&str> =
        TABLES.iter().map(|(table, _)| *table).chain(LEFT_OUT.iter().copied()).collect();
    assert_eq!(names.iter().map(String::as_str).collect::<BTreeSet<_>>(), known);
}

#[tokio::test]
async fn a_damaged_backup_is_refused_and_leaves_nothing() {
    let schools = schools().await;
    let text = text_of(&schools[0].service.store).await;
    let lines: Vec<&str> = text.lines().collect();
    let without_footer = lines[..lines.len() - 1].join("\n");
    let changed = text.replacen("Small School", "Other School", 1);
    let twice = text.replacen(lines[1], &format!("{}\n{}", lines[1], lines[1]), 1);
    let hostile = text.replacen("\"time_zone\":", "\"name) values ('x'); --\":", 1);
    let newer = text.replacen("\"schema_version\":", "\"schema_version\":9", 1);
    for (damaged, expected) in [
        (without_footer.as_str(), "ends before its footer"),
        (changed.as_str(), "was changed since it was made"),
        (twice.as_str(), "same key already"),
        (hostile.as_str(), "is no column"),
        (newer.as_str(), "this program knows"),
        ("", "the file is empty"),
        ("{\"waymark_backup\":7}", "missing field"),
    ] {
        for target in databases().await {
            let error = restore(&target.store, damaged.as_bytes()).await.unwrap_err();
            assert!(matches!(error, BackupError::Line { .. }), "{error}");
            assert!(error.to_string().contains(expected), "{error}");
            restore(&target.store, text.as_bytes()).await.expect("nothing of the damaged file stayed");
        }
    }
}

#[tokio::test]
async fn a_backup_never_mixes_with_what_is_there() {
    for school in schools().await {
        let text = text_of(&school.service.store).await;
        let error = restore(&school.service.store, text.as_bytes()).await.unwrap_err();
        assert!(matches!(error, BackupError::NotEmpty("schools")), "{error}");
    }
}
