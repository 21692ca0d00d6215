//! What the log never holds: answers, and whatever else a person sends.

use std::io;
use std::sync::{Arc, LazyLock, Mutex};

use reqwest::StatusCode;
use serde_json::{Value, json};
use tracing_subscriber::EnvFilter;

use super::attempts::{LEVELLING, path, person};
use crate::support::app::spawn_apps;
use crate::support::school::TestSchool;

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl io::Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The log of this process from the first call on: of every test in it.
fn log() -> Captured {
    static LOG: LazyLock<Captured> = LazyLock::new(|| {
        let log = Captured::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt().with_env_filter(EnvFilter::new("info,waymark=debug"));
        subscriber.with_ansi(false).with_writer(move || writer.clone()).init();
        log
    });
    LOG.clone()
}

#[tokio::test]
async fn an_answer_that_is_refused_leaves_its_words_out_of_the_log() {
    let log = log();
    for app in spawn_apps().await {
        let school = TestSchool::open_with_assessments(&app).await;
        let ada = person(&app, &school, &school.ada).await;
        let (_, first) = ada.post(LEVELLING, &Value::Null).await;
        let (status, problem) = ada.answer(&first, "zebra-4711").await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(problem.to_string().contains("zebra-4711"), "the student is told: {problem}");
        let body = json!({ "item_id": "zebra-4712", "answer": { "type": "zebra-4713" } });
        assert_eq!(ada.post(&path(&first, "answers"), &body).await.0, StatusCode::BAD_REQUEST);
        app.stop().await;
    }
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(text.contains("request refused"), "{text}");
    let line = text.lines().find(|line| line.contains("zebra"));
    assert_eq!(line, None);
}
