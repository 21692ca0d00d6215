//! What assessment staff do over HTTP: banks, plans, policies, assessments, and the proof of an attempt.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::attempts::{LEVELLING, Person, path, person};
use crate::support::app::{TestApp, spawn_apps};
use crate::support::school::TestSchool;
use crate::support::small_bank;

async fn send_file(app: &TestApp, staff: &Person<'_>, path: &str, text: &str) -> (StatusCode, Value) {
    let request = app.ask(Method::POST, path, &staff.token).header("content-type", "application/json");
    let response = request.body(text.to_owned()).send().await.unwrap();
    (response.status(), response.json().await.unwrap())
}

#[tokio::test]
async fn a_bank_is_checked_brought_in_published_and_read_back() {
    for app in spawn_apps().await {
        let school = TestSchool::open(&app).await;
        let staff = person(&app, &school, &school.staff).await;
        let text = small_bank::bank_text();
        let (status, checked) = send_file(&app, &staff, "/api/v1/banks/check", &text).await;
        assert_eq!((status, checked["item_count"].as_u64()), (StatusCode::OK, Some(100)), "{checked}");
        assert_eq!(staff.get("/api/v1/banks").await.1["total"], 0);

        let (status, draft) = send_file(&app, &staff, "/api/v1/banks?note=first", &text).await;
        assert_eq!(status, StatusCode::CREATED, "{draft}");
        insta::assert_json_snapshot!("bank_draft", draft, { ".created_by" => "[id]" });
        let (_, again) = send_file(&app, &staff, "/api/v1/banks", &text).await;
        assert_eq!(again["version"], 1);
        let version = "/api/v1/banks/small/versions/1";
        for _ in 0..2 {
            let (status, published) = staff.post(&format!("{version}/publish"), &Value::Null).await;
            assert_eq!((status, published["status"].as_str()), (StatusCode::OK, Some("published")));
        }
        let (_, items) = staff.get(&format!("{version}/items?limit=2&offset=1")).await;
        assert_eq!((items["total"].as_u64(), items["rows"].as_array().unwrap().len()), (Some(100), 2));
        let (status, item) = staff.get(&format!("{version}/items/interim-001")).await;
        assert_eq!(status, StatusCode::OK);
        insta::assert_json_snapshot!("item_for_staff", item);
        let (_, file) = staff.get(&format!("{version}/file")).await;
        assert_eq!(send_file(&app, &staff, "/api/v1/banks/check", &file.to_string()).await.1, checked);
        let beside = staff.get(&format!("{version}/comparison?with=1&all=true&limit=1")).await.1;
        assert_eq!((&beside["same"], &beside["items"]["total"]), (&json!(100), &json!(100)), "{beside}");
        assert_eq!(staff.get(&format!("{version}/comparison?with=1")).await.1["items"]["total"], 0);
        assert_eq!(staff.get(&format!("{version}/comparison?with=7")).await.0, StatusCode::NOT_FOUND);
        let (status, map) = staff.get(&format!("{version}/wright")).await;
        assert_eq!(status, StatusCode::OK, "{map}");
        for missing in ["/api/v1/banks/small/versions/2", "/api/v1/banks/small/versions/1/items/x"] {
            assert_eq!(staff.get(missing).await.0, StatusCode::NOT_FOUND, "{missing}");
        }
        assert_eq!(staff.get("/api/v1/banks/small/versions/one").await.0, StatusCode::BAD_REQUEST);
        app.stop().await;
    }
}

#[tokio::test]
async fn a_bank_with_errors_names_each_place_and_is_not_brought_in() {
    for app in spawn_apps().await {
        let school = TestSchool::open(&app).await;
        let staff = person(&app, &school, &school.staff).await;
        let mut bank: Value = serde_json::from_str(&small_bank::bank_text()).unwrap();
        bank["items"][3]["a"] = json!(-1.0);
        bank["items"][4]["id"] = bank["items"][5]["id"].clone();
        for path in ["/api/v1/banks/check", "/api/v1/banks"] {
            let (status, problem) = send_file(&app, &staff, path, &bank.to_string()).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
            let fields: Vec<&str> = problem["errors"]
                .as_array()
                .unwrap()
                .iter()
                .map(|error| error["field"].as_str().unwrap())
                .collect();
            assert!(fields.iter().any(|field| field.starts_with("items[3]")), "{problem}");
        }
        assert_eq!(staff.get("/api/v1/banks").await.1["total"], 0);
        app.stop().await;
    }
}

#[tokio::test]
async fn plans_and_policies_have_versions_with_author_and_reason() {
    for app in spawn_apps().await {
        let school = TestSchool::open_with_assessments(&app).await;
        let staff = person(&app, &school, &school.staff).await;
        let policy: Value = serde_json::from_str(&small_bank::policy_text()).unwrap();
        let (status, meaning) = staff.post("/api/v1/policies/meaning", &policy).await;
        assert_eq!(status, StatusCode::OK, "{meaning}");
        insta::assert_json_snapshot!("policy_meaning", meaning);
        let (status, problem) = staff.post("/api/v1/policies/meaning", &json!({ "attempts": 3 })).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");

        let mut four = policy.clone();
        four["attempts"]["default"] = json!(4);
        let body = json!({ "reason": "the board decided", "document": four });
        let (status, second) = staff.post("/api/v1/policies/levelling/versions", &body).await;
        assert_eq!((status, second["version"].as_u64()), (StatusCode::CREATED, Some(2)), "{second}");
        let nameless = json!({ "reason": " ", "document": four });
        let refused = staff.post("/api/v1/policies/levelling/versions", &nameless).await;
        assert_eq!(refused.0, StatusCode::UNPROCESSABLE_ENTITY);
        let (_, first) = staff.get("/api/v1/policies/levelling/versions/1").await;
        assert_eq!(first["document"]["attempts"]["default"], 3);
        assert_eq!(staff.get("/api/v1/policies").await.1["total"], 3);

        let plan = |minimum| -> Value {
            serde_json::from_str(&small_bank::plan_text("levelling", "interim", minimum, 90)).unwrap()
        };
        let body = json!({ "reason": "longer", "document": plan(70) });
        let (status, problem) = staff.post("/api/v1/plans/levelling/versions", &body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        insta::assert_json_snapshot!("plan_the_bank_cannot_fill", problem);
        let body = json!({ "reason": "longer", "document": plan(10) });
        assert_eq!(staff.post("/api/v1/plans/levelling/versions", &body).await.0, StatusCode::CREATED);
        assert_eq!(staff.get("/api/v1/plans").await.1["total"], 3);
        assert_eq!(staff.get("/api/v1/plans/levelling/versions/2").await.1["reason"], "longer");
        assert_eq!(staff.get("/api/v1/plans/levelling/versions/9").await.0, StatusCode::NOT_FOUND);
        app.stop().await;
    }
}

#[tokio::test]
async fn an_assessment_is_offered_changed_and_retired() {
    for app in spawn_apps().await {
        let school = TestSchool::open_with_assessments(&app).await;
        let staff = person(&app, &school, &school.staff).await;
        let (_, shown) = staff.get("/api/v1/assessments/levelling").await;
        insta::assert_json_snapshot!("assessment", shown);
        let mut body = json!({ "name": "Find your place", "purpose": "self_levelling", "pins": shown["pins"], "grades": [5] });
        for _ in 0..2 {
            let (status, changed) = staff.ask(Method::PUT, "/api/v1/assessments/levelling", &body).await;
            assert_eq!(
                (status, changed["name"].as_str()),
                (StatusCode::OK, Some("Find your place")),
                "{changed}"
            );
        }
        let (status, served) = staff.get("/api/v1/assessments/levelling/shortfalls").await;
        assert_eq!((status, served["total"].as_u64()), (StatusCode::OK, Some(0)), "{served}");
        let (_, lacking) = staff.get("/api/v1/assessments/validation/shortfalls").await;
        insta::assert_json_snapshot!("shortfalls", lacking);
        let unknown = staff.get("/api/v1/assessments/nothing/shortfalls").await;
        assert_eq!(unknown.0, StatusCode::NOT_FOUND);
        let ada = person(&app, &school, &school.ada).await;
        let (status, problem) = ada.post(LEVELLING, &Value::Null).await;
        assert_eq!((status, problem["title"].as_str()), (StatusCode::CONFLICT, Some("not for this grade")));
        body["pins"]["bank_version"] = json!(7);
        let refused = staff.ask(Method::PUT, "/api/v1/assessments/levelling", &body).await;
        assert_eq!(refused.0, StatusCode::NOT_FOUND, "{}", refused.1);
        for _ in 0..2 {
            let (status, retired) =
                staff.ask(Method::DELETE, "/api/v1/assessments/levelling", &Value::Null).await;
            assert_eq!((status, retired["status"].as_str()), (StatusCode::OK, Some("retired")));
        }
        assert_eq!(staff.get("/api/v1/assessments").await.1["total"], 2);
        app.stop().await;
    }
}

#[tokio::test]
async fn the_log_of_an_attempt_is_read_and_proven_without_a_name() {
    for app in spawn_apps().await {
        let school = TestSchool::open_with_assessments(&app).await;
        let ada = person(&app, &school, &school.ada).await;
        let (_, first) = ada.post(LEVELLING, &Value::Null).await;
        let last = ada.answer_all(first, "wrong").await;
        let staff = person(&app, &school, &school.staff).await;
        let (status, log) = staff.get(&path(&last, "log?limit=3")).await;
        assert_eq!(status, StatusCode::OK);
        let kinds: Vec<&str> = log["rows"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["event"]["kind"].as_str().unwrap())
            .collect();
        assert_eq!(kinds, ["started", "administered", "answered"]);
        assert!(!log.to_string().contains("Lovelace"));
        let (status, replay) = staff.get(&path(&last, "replay")).await;
        assert_eq!((status, &replay["difference"]), (StatusCode::OK, &Value::Null), "{replay}");
        assert!(replay["decisions"].as_u64().unwrap() > 10, "{replay}");
        assert_eq!(staff.get("/api/v1/attempts/nothing/replay").await.0, StatusCode::NOT_FOUND);
        app.stop().await;
    }
}
