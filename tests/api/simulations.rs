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
        assert!(
            text.contains(id) && text.contains("plan levelling, version 1, on bank small, version 1"),
            "{text}"
        );
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

/// The form of the page, sent as a browser does.
async fn ask_by_form(app: &TestApp, school: &TestSchool, fields: &str) -> reqwest::Response {
    let cookie = format!("waymark_session={}", school.token(app, &school.staff).await);
    let session = app.client().get(app.url("/api/v1/session")).header("cookie", &cookie);
    let session: Value = session.send().await.unwrap().json().await.unwrap();
    let body = format!("csrf={}&{fields}", session["csrf_token"].as_str().unwrap());
    let request = app.client().post(app.url("/staff/simulations")).header("cookie", &cookie).body(body);
    request.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap()
}

#[tokio::test]
async fn the_form_asks_for_everything_that_the_command_can() {
    for app in spawn_apps().await {
        let school = TestSchool::open_with_assessments(&app).await;
        let staff = person(&app, &school, &school.staff).await;
        let fields = "assessment=levelling&plan=levelling+1&bank=&examinees=1&spread=given&middle=0&width=1\
                      &list=-1.5%0A0%2C+0.25%3B2&grade=4&attempts=3&growth=0.2&rapid=0.1&slip=0.05&guess=0.02\
                      &strand_deviation=0.4&validation=validation&seed=9";
        let asked = ask_by_form(&app, &school, fields).await;
        assert_eq!(asked.status(), StatusCode::SEE_OTHER, "{}", asked.text().await.unwrap());
        let place = asked.headers()["location"].to_str().unwrap().to_owned();
        let (_, shown) = staff.get(&place.replace("/staff/", "/api/v1/")).await;
        let request = &shown["request"];
        assert_eq!(request["abilities"], json!({ "kind": "given", "abilities": [-1.5, 0.0, 0.25, 2.0] }));
        assert_eq!((&request["examinees"], &request["attempts"]), (&json!(4), &json!(3)), "{request}");
        assert_eq!((&request["growth"], &request["rapid"]), (&json!(0.2), &json!(0.1)));
        assert_eq!((&request["strand_deviation"], &request["grade"]), (&json!(0.4), &json!(4)));
        assert_eq!(request["validation"]["plan_id"], "validation");
        let (_, text) = page(&app, &staff, &place).await;
        assert!(
            text.contains("3 attempts each") && text.contains("Everybody then takes validation 1"),
            "{text}"
        );

        let wrong = fields.replace("0.25", "plenty").replace("seed=9", "seed=8");
        let refused = ask_by_form(&app, &school, &wrong).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let text = refused.text().await.unwrap();
        assert!(text.contains("An ability must be a number") && text.contains("plenty"), "{text}");
        assert!(text.contains("value=\"0.05\""), "what was typed stays: {text}");
        let refused = ask_by_form(&app, &school, &format!("{fields}&exposure_rounds=7")).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let text = refused.text().await.unwrap();
        assert!(text.contains("Exposure rounds must be left out: plan levelling has no cap"), "{text}");
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
