//! An attempt over HTTP: started, answered, paused, resumed, handed in, ruled out; and what a student never receives.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::app::{TestApp, spawn_apps};
use crate::support::school::TestSchool;

pub(super) const LEVELLING: &str = "/api/v1/assessments/levelling/attempts";
pub(super) const VALIDATION: &str = "/api/v1/assessments/validation/attempts";

/// One person's requests.
pub(super) struct Person<'a> {
    pub app: &'a TestApp,
    pub token: String,
}

impl Person<'_> {
    pub async fn get(&self, path: &str) -> (StatusCode, Value) {
        self.ask(Method::GET, path, &Value::Null).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        self.ask(Method::POST, path, body).await
    }

    pub async fn ask(&self, method: Method, path: &str, body: &Value) -> (StatusCode, Value) {
        let mut request = self.app.ask(method, path, &self.token);
        if !body.is_null() {
            request = request.json(body);
        }
        let response = request.send().await.unwrap();
        (response.status(), response.json().await.unwrap_or_default())
    }

    /// Answers what `step` shows.
    pub async fn answer(&self, step: &Value, choice: &str) -> (StatusCode, Value) {
        let body =
            json!({ "item_id": step["show"]["item_id"], "answer": { "type": "choice", "choice": choice } });
        self.post(&path(step, "answers"), &body).await
    }

    /// Answers everything to the end of the attempt.
    pub async fn answer_all(&self, step: Value, choice: &str) -> Value {
        let mut step = step;
        while step["show"]["kind"] == "item" {
            self.app.clock.advance_ms(20_000);
            let (status, next) = self.answer(&step, choice).await;
            assert_eq!(status, StatusCode::OK, "{next}");
            step = next;
        }
        step
    }
}

pub(super) fn path(step: &Value, verb: &str) -> String {
    format!("/api/v1/attempts/{}/{verb}", step["attempt_id"].as_str().unwrap())
}

pub(super) async fn person<'a>(
    app: &'a TestApp,
    school: &TestSchool,
    account: &waymark::store::accounts::Account,
) -> Person<'a> {
    Person { app, token: school.token(app, account).await }
}

#[tokio::test]
async fn an_attempt_goes_from_start_to_end_and_asking_twice_starts_one() {
    for app in spawn_apps().await {
        let school = TestSchool::open_with_assessments(&app).await;
        let ada = person(&app, &school, &school.ada).await;
        let (status, first) = ada.post(LEVELLING, &Value::Null).await;
        assert_eq!(status, StatusCode::CREATED, "{first}");
        insta::assert_json_snapshot!("first_step", first, {
            ".attempt_id" => "[id]", ".show.item_id" => "[item]", ".show.stem" => "[stem]",
        });
        let (status, again) = ada.post(LEVELLING, &Value::Null).await;
        assert_eq!((status, &again), (StatusCode::OK, &first));
        assert_eq!(ada.get(&path(&first, "step")).await, (StatusCode::OK, first.clone()));

        let last = ada.answer_all(first.clone(), "right").await;
        assert_eq!(
            (last["state"].as_str(), last["show"]["kind"].as_str()),
            (Some("completed"), Some("ended"))
        );
        let (status, problem) = ada.answer(&first, "wrong").await;
        assert_eq!(status, StatusCode::CONFLICT, "{problem}");
        let (status, _) = ada.post(LEVELLING, &Value::Null).await;
        assert_eq!(status, StatusCode::CREATED);
        let figures = app.client().get(app.url("/metrics")).send().await.unwrap().text().await.unwrap();
        for figure in [
            "waymark_answers_total{outcome=\"recorded\"}",
            "waymark_selection_duration_seconds_bucket",
            "waymark_sign_ins_total{outcome=\"accepted\"}",
        ] {
            assert!(figures.contains(figure), "{figure}");
        }
        app.stop().await;
    }
}

#[tokio::test]
async fn an_answer_is_taken_once_in_order_and_only_if_it_fits() {
    for app in spawn_apps().await {
        let school = TestSchool::open_with_assessments(&app).await;
        let ada = person(&app, &school, &school.ada).await;
        let (_, first) = ada.post(LEVELLING, &Value::Null).await;
        let (status, problem) = ada.answer(&first, "no such option").await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
        let (_, second) = ada.answer(&first, "right").await;
        assert_eq!(ada.answer(&first, "right").await, (StatusCode::OK, second.clone()));
        let (status, problem) = ada.answer(&first, "wrong").await;
        assert_eq!(status, StatusCode::CONFLICT);
        insta::assert_json_snapshot!("answered_differently", problem, { ".detail" => "[detail]" });
        for body in [json!({}), json!({ "item_id": "x", "answer": { "type": "song" } }), json!([1])] {
            let (status, _) = ada.post(&path(&first, "answers"), &body).await;
            assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
        }
        let other = json!({ "item_id": "interim-999", "answer": { "type": "choice", "choice": "right" } });
        assert_eq!(ada.post(&path(&first, "answers"), &other).await.0, StatusCode::CONFLICT);
        assert_eq!(ada.get(&path(&first, "step")).await, (StatusCode::OK, second));
        app.stop().await;
    }
}

#[tokio::test]
async fn nobody_touches_the_attempt_of_another() {
    for app in spawn_apps().await {
        let school = TestSchool::open_with_assessments(&app).await;
        let ada = person(&app, &school, &school.ada).await;
        let ben = person(&app, &school, &school.ben).await;
        let stranger = person(&app, &school, &school.other_teacher).await;
        let (_, step) = ada.post(LEVELLING, &Value::Null).await;
        assert_eq!(ben.get(&path(&step, "step")).await.0, StatusCode::NOT_FOUND);
        assert_eq!(ben.answer(&step, "right").await.0, StatusCode::NOT_FOUND);
        for verb in ["pause", "resume", "finish"] {
            assert_eq!(ben.post(&path(&step, verb), &Value::Null).await.0, StatusCode::NOT_FOUND, "{verb}");
        }
        let reason = json!({ "reason": "somebody helped" });
        for verb in ["pause", "resume", "invalidate", "reset"] {
            assert_eq!(stranger.post(&path(&step, verb), &reason).await.0, StatusCode::NOT_FOUND, "{verb}");
        }
        app.stop().await;
    }
}

#[tokio::test]
async fn what_an_adult_pauses_an_adult_resumes() {
    for app in spawn_apps().await {
        let school = TestSchool::open_with_assessments(&app).await;
        let ada = person(&app, &school, &school.ada).await;
        let teacher = person(&app, &school, &school.teacher).await;
        let (_, first) = ada.post(LEVELLING, &Value::Null).await;
        for _ in 0..2 {
            assert_eq!(ada.post(&path(&first, "pause"), &Value::Null).await.0, StatusCode::NO_CONTENT);
        }
        let (_, paused) = ada.get(&path(&first, "step")).await;
        assert_eq!(paused["show"], json!({ "kind": "paused", "by": "student", "reason": "requested" }));
        assert_eq!(ada.answer(&first, "right").await.0, StatusCode::CONFLICT);
        for _ in 0..2 {
            assert_eq!(ada.post(&path(&first, "resume"), &Value::Null).await.0, StatusCode::NO_CONTENT);
        }
        assert_eq!(ada.get(&path(&first, "step")).await.1["show"], first["show"]);

        assert_eq!(teacher.post(&path(&first, "pause"), &Value::Null).await.0, StatusCode::NO_CONTENT);
        assert_eq!(ada.post(&path(&first, "resume"), &Value::Null).await.0, StatusCode::CONFLICT);
        assert_eq!(teacher.post(&path(&first, "resume"), &Value::Null).await.0, StatusCode::NO_CONTENT);
        assert_eq!(ada.answer(&first, "right").await.0, StatusCode::OK);
        app.stop().await;
    }
}

#[tokio::test]
async fn an_attempt_is_handed_in_ruled_out_or_given_back() {
    for app in spawn_apps().await {
        let school = TestSchool::open_with_assessments(&app).await;
        let ada = person(&app, &school, &school.ada).await;
        let teacher = person(&app, &school, &school.teacher).await;
        let (_, first) = ada.post(LEVELLING, &Value::Null).await;
        let (status, ended) = ada.post(&path(&first, "finish"), &Value::Null).await;
        assert_eq!((status, ended["state"].as_str()), (StatusCode::OK, Some("completed")));
        let nothing = teacher.post(&path(&first, "invalidate"), &json!({ "reason": "  " })).await;
        assert_eq!(nothing.0, StatusCode::UNPROCESSABLE_ENTITY);
        let reason = json!({ "reason": "somebody helped" });
        assert_eq!(teacher.post(&path(&first, "invalidate"), &reason).await.0, StatusCode::NO_CONTENT);
        assert_eq!(ada.get(&path(&first, "step")).await.1["state"], "invalidated");
        let (_, second) = ada.post(LEVELLING, &Value::Null).await;
        assert_eq!(teacher.post(&path(&second, "reset"), &reason).await.0, StatusCode::NO_CONTENT);
        assert_eq!(ada.get(&path(&second, "step")).await.1["state"], "reset");
        app.stop().await;
    }
}

#[tokio::test]
async fn a_validation_starts_only_with_a_live_unlock_and_uses_it_up() {
    for app in spawn_apps().await {
        let school = TestSchool::open_with_assessments(&app).await;
        let ada = person(&app, &school, &school.ada).await;
        let teacher = person(&app, &school, &school.teacher).await;
        let (status, problem) = ada.post(VALIDATION, &Value::Null).await;
        assert_eq!(status, StatusCode::CONFLICT);
        insta::assert_json_snapshot!("unlock_needed", problem);

        let unlocks = format!("/api/v1/students/{}/unlocks", school.ada.id);
        let body = json!({ "assessment_id": "validation" });
        let (status, problem) = teacher.post(&unlocks, &body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
        insta::assert_json_snapshot!("reason_needed", problem);
        let body = json!({ "assessment_id": "validation", "reason": "I saw it in class" });
        let (status, unlock) = teacher.post(&unlocks, &body).await;
        assert_eq!(status, StatusCode::CREATED, "{unlock}");
        insta::assert_json_snapshot!("unlock", unlock, {
            ".id" => "[id]", ".student_id" => "[id]", ".granted_by" => "[id]",
        });
        assert_eq!(teacher.post(&unlocks, &body).await.0, StatusCode::CONFLICT);

        let path_of_unlock = format!("/api/v1/unlocks/{}", unlock["id"].as_str().unwrap());
        let stranger = person(&app, &school, &school.other_teacher).await;
        assert_eq!(
            stranger.ask(Method::DELETE, &path_of_unlock, &Value::Null).await.0,
            StatusCode::NOT_FOUND
        );
        assert_eq!(teacher.ask(Method::DELETE, &path_of_unlock, &Value::Null).await.0, StatusCode::OK);
        assert_eq!(teacher.ask(Method::DELETE, &path_of_unlock, &Value::Null).await.0, StatusCode::CONFLICT);
        assert_eq!(ada.post(VALIDATION, &Value::Null).await.0, StatusCode::CONFLICT);

        let (_, unlock) = teacher.post(&unlocks, &body).await;
        let (status, step) = ada.post(VALIDATION, &Value::Null).await;
        assert_eq!(status, StatusCode::CREATED, "{step}");
        let path_of_unlock = format!("/api/v1/unlocks/{}", unlock["id"].as_str().unwrap());
        assert_eq!(teacher.ask(Method::DELETE, &path_of_unlock, &Value::Null).await.0, StatusCode::CONFLICT);
        ada.answer_all(step, "right").await;
        assert_eq!(ada.post(VALIDATION, &Value::Null).await.0, StatusCode::CONFLICT);
        app.stop().await;
    }
}

#[tokio::test]
async fn a_class_is_unlocked_at_once_each_student_on_the_own_evidence() {
    for app in spawn_apps().await {
        let school = TestSchool::open_with_assessments(&app).await;
        let teacher = person(&app, &school, &school.teacher).await;
        let ada = person(&app, &school, &school.ada).await;
        let single = format!("/api/v1/students/{}/unlocks", school.ada.id);
        teacher.post(&single, &json!({ "assessment_id": "validation", "reason": "seen" })).await;
        let bulk = format!("/api/v1/classes/{}/unlocks", school.class.id);
        let body = |students: &[&str]| json!({ "assessment_id": "validation", "student_ids": students, "reason": "seen" });
        let both = body(&[school.ada.id.as_str(), school.ben.id.as_str()]);
        let (status, outcome) = teacher.post(&bulk, &both).await;
        assert_eq!(status, StatusCode::OK, "{outcome}");
        assert_eq!(outcome["outcomes"][0]["problem"]["type"], "/problems/unlock-refused");
        assert_eq!(outcome["outcomes"][1]["unlock"]["recommended"], false);
        let stranger = teacher.post(&bulk, &body(&[school.cyd.id.as_str()])).await;
        assert_eq!(stranger.0, StatusCode::NOT_FOUND);
        let late = json!({ "assessment_id": "validation", "reason": "seen", "open_through": "2030-01-01" });
        let bens = outcome["outcomes"][1]["unlock"]["id"].as_str().unwrap();
        teacher.ask(Method::DELETE, &format!("/api/v1/unlocks/{bens}"), &Value::Null).await;
        let (status, refused) =
            teacher.post(&format!("/api/v1/students/{}/unlocks", school.ben.id), &late).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{refused}");
        assert_eq!(refused["errors"][0]["field"], "open_through");
        let many: Vec<&str> = vec!["x"; 201];
        assert_eq!(teacher.post(&bulk, &body(&many)).await.0, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(ada.post(VALIDATION, &Value::Null).await.0, StatusCode::CREATED);
        app.stop().await;
    }
}

#[tokio::test]
async fn consent_is_recorded_with_its_note() {
    for app in spawn_apps().await {
        let school = TestSchool::open_with_assessments(&app).await;
        let teacher = person(&app, &school, &school.teacher).await;
        let path = format!("/api/v1/students/{}/consents", school.ada.id);
        let body = json!({ "assessment_id": "levelling", "note": "father, by phone" });
        let (status, consent) = teacher.post(&path, &body).await;
        assert_eq!(status, StatusCode::CREATED, "{consent}");
        insta::assert_json_snapshot!("consent", consent, { ".student_id" => "[id]", ".recorded_by" => "[id]" });
        let empty = json!({ "assessment_id": "levelling", "note": "" });
        assert_eq!(teacher.post(&path, &empty).await.0, StatusCode::UNPROCESSABLE_ENTITY);
        let stranger = format!("/api/v1/students/{}/consents", school.cyd.id);
        assert_eq!(teacher.post(&stranger, &body).await.0, StatusCode::NOT_FOUND);
        app.stop().await;
    }
}
