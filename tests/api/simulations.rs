//! Simulations over HTTP and on the pages of staff: asked for once, listed, stopped; what makes no sense is refused.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::attempts::{Person, person};
use crate::support::app::{TestApp, spawn_apps};
use crate::support::school::TestSchool;

fn request(examinees: u32) -> Value {
    json!({ "bank_id": "small", "bank_version": 1, "plan_id": "levelling", "plan_version": 1,
            "examinees": examinees, "abilities": { "kind": "normal", "mean": 0.0, "standard_deviation": 1.0 },
            "grade": 4, "seed": 1 })
}

async fn page(app: &TestApp, staff: &Person<'_>, path: &str) -> (StatusCode, String) {
    let request =
        app.client().get(app.url(path)).header("cookie", format!("waymark_session={}", staff.token));
    let response = request.send().await.unwrap();
    (response.status(), response.text().await.unwrap())
}

#[tokio::test]
async fn a_simulation_is_asked_for_once_listed_shown_and_stopped() {
    for app in spawn_apps().await {
        let school = TestSchool::open_with_assessments(&app).await;
        let staff = person(&app, &school, &school.staff).await;
        let (status, job) = staff.post("/api/v1/simulations", &request(40)).await;
        assert_eq!((status, job["state"].as_str()), (StatusCode::ACCEPTED, Some("queued")), "{job}");
        let (_, again) = staff.post("/api/v1/simulations", &request(40)).await;
        assert_eq!(again["id"], job["id"], "the same request is one job");
        let (_, list) = staff.get("/api/v1/simulations").await;
        assert_eq!((list["total"].as_u64(), &list["rows"][0]["id"]), (Some(1), &job["id"]));
        let id = job["id"].as_str().unwrap();
        let path = format!("/api/v1/simulations/{id}");
        let (_, shown) = staff.get(&path).await;
        assert_eq!((&shown["request"]["attempts"], &shown["summary"]), (&json!(1), &Value::Null), "{shown}");
        let unfinished = staff.get(&format!("{path}/report")).await.0;
        assert_eq!(unfinished, StatusCode::NOT_FOUND, "there is nothing to look at yet");
        let (status, text) = page(&app, &staff, &format!("/staff/simulations/{id}")).await;
        assert!(status == StatusCode::OK && text.contains("40 simulated examinees"), "{text}");
        let (_, text) = page(&app, &staff, "/staff/simulations").await;
        assert!(text.contains(id) && text.contains("levelling 1 from small 1"), "{text}");
        for _ in 0..2 {
            let (status, stopped) = staff.ask(Method::DELETE, &path, &Value::Null).await;
            assert_eq!((status, stopped["state"].as_str()), (StatusCode::OK, Some("cancelled")));
        }
        let admin = person(&app, &school, &school.administrator).await;
        let (_, record) = admin.get("/api/v1/audit?action=simulation.").await;
        let rows = record["rows"].as_array().unwrap();
        let mut actions: Vec<&str> = rows.iter().map(|row| row["action"].as_str().unwrap()).collect();
        actions.sort_unstable();
        assert_eq!(actions, ["simulation.asked", "simulation.cancelled"], "each once: {record}");
        app.stop().await;
    }
}

#[tokio::test]
async fn what_cannot_be_simulated_is_refused_with_the_reason() {
    for app in spawn_apps().await {
        let school = TestSchool::open_with_assessments(&app).await;
        let staff = person(&app, &school, &school.staff).await;
        let (status, problem) = staff.post("/api/v1/simulations", &request(10_001)).await;
        assert_eq!(
            (status, &problem["errors"][0]["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!("examinees"))
        );
        let mut missing = request(10);
        missing["plan_version"] = json!(7);
        assert_eq!(staff.post("/api/v1/simulations", &missing).await.0, StatusCode::NOT_FOUND);
        assert_eq!(staff.get("/api/v1/simulations/nothing").await.0, StatusCode::NOT_FOUND);
        app.stop().await;
    }
}
