//! Calibrations over HTTP: asked for once, listed, stopped; what is not there or not reasonable is refused.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use waymark::delivery::{ImportBank, import_bank};

use crate::support::app::{TestApp, spawn_apps};
use crate::support::clock::MORNING;
use crate::support::school::TestSchool;
use crate::support::small_bank;

async fn ask(app: &TestApp, token: &str, method: Method, path: &str, body: &Value) -> (StatusCode, Value) {
    let request = app.ask(method, path, token);
    let request = if body.is_null() { request } else { request.json(body) };
    let response = request.send().await.unwrap();
    (response.status(), response.json().await.unwrap_or_default())
}

fn request(version: u32) -> Value {
    json!({ "bank_id": "small", "bank_version": version, "from_ms": MORNING.0, "to_ms": MORNING.0 + 1,
            "items": "all", "minimum_answers": 100, "rapid_guesses": "left_out" })
}

#[tokio::test]
async fn a_calibration_is_asked_for_once_listed_and_stopped() {
    for app in spawn_apps().await {
        let school = TestSchool::open(&app).await;
        let token = school.token(&app, &school.staff).await;
        let text = small_bank::bank_text();
        let import =
            ImportBank { text: &text, source_name: "small.json", note: "first", by: &school.staff.id };
        import_bank(&app.state.service, MORNING, &import).await.unwrap();

        let (status, job) = ask(&app, &token, Method::POST, "/api/v1/calibrations", &request(1)).await;
        assert_eq!((status, job["state"].as_str()), (StatusCode::ACCEPTED, Some("queued")), "{job}");
        let (_, again) = ask(&app, &token, Method::POST, "/api/v1/calibrations", &request(1)).await;
        assert_eq!(again["id"], job["id"], "the same request is one job");
        let (_, list) = ask(&app, &token, Method::GET, "/api/v1/calibrations", &Value::Null).await;
        assert_eq!((list["total"].as_u64(), &list["rows"][0]["id"]), (Some(1), &job["id"]));

        let path = format!("/api/v1/calibrations/{}", job["id"].as_str().unwrap());
        let (_, shown) = ask(&app, &token, Method::GET, &path, &Value::Null).await;
        assert_eq!((&shown["request"], &shown["proposal"]), (&request(1), &Value::Null));
        let (status, _) = ask(&app, &token, Method::GET, &format!("{path}/impact"), &Value::Null).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "there is nothing to look at yet");
        for _ in 0..2 {
            let (status, stopped) = ask(&app, &token, Method::DELETE, &path, &Value::Null).await;
            assert_eq!((status, stopped["state"].as_str()), (StatusCode::OK, Some("cancelled")));
        }
        app.stop().await;
    }
}

#[tokio::test]
async fn what_cannot_be_calibrated_is_refused_with_the_reason() {
    for app in spawn_apps().await {
        let school = TestSchool::open(&app).await;
        let token = school.token(&app, &school.staff).await;
        let (status, problem) = ask(&app, &token, Method::POST, "/api/v1/calibrations", &request(9)).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{problem}");
        let mut backwards = request(1);
        backwards["to_ms"] = json!(0);
        let (status, problem) = ask(&app, &token, Method::POST, "/api/v1/calibrations", &backwards).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
        let unknown = "/api/v1/calibrations/nobody";
        let decision = json!({ "decision": "accept", "reason": "because" });
        for (method, path, body) in [
            (Method::GET, unknown.to_owned(), Value::Null),
            (Method::PUT, format!("{unknown}/items/one"), decision),
            (Method::POST, format!("{unknown}/publish"), json!({ "reason": "because" })),
        ] {
            let (status, problem) = ask(&app, &token, method, &path, &body).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{path}: {problem}");
        }
        app.stop().await;
    }
}
