//! Signing in and out: right and wrong secrets, slow-downs, rate limits, and how sessions end.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use waymark::delivery::session::{ADULT_IDLE_MS, LIFETIME_MS, STUDENT_IDLE_MS};

use crate::support::app::{TestApp, second_node, spawn_apps};
use crate::support::school::{PASSWORD, PIN, TestSchool};

async fn sign_in(app: &TestApp, body: &Value) -> (StatusCode, Value) {
    let response = app.client().post(app.url("/api/v1/sessions")).json(body).send().await.unwrap();
    (response.status(), response.json().await.unwrap())
}

fn adult(username: &str, password: &str) -> Value {
    json!({ "kind": "password", "username": username, "password": password })
}

fn student(code: &str, id: &str, pin: &str) -> Value {
    json!({ "kind": "pin", "class_code": code, "student_id": id, "pin": pin })
}

async fn status_of_session(app: &TestApp, token: &str) -> StatusCode {
    app.ask(Method::GET, "/api/v1/session", token).send().await.unwrap().status()
}

#[tokio::test]
async fn an_adult_signs_in_with_a_password_and_a_student_from_the_list_of_the_class() {
    for app in spawn_apps().await {
        let school = TestSchool::open(&app).await;
        let (status, opened) = sign_in(&app, &adult(" Teacher", PASSWORD)).await;
        assert_eq!(status, StatusCode::CREATED);
        insta::assert_json_snapshot!("opened_session", opened, { ".token" => "[token]", ".account.id" => "[id]" });

        let list = app.client().get(app.url("/api/v1/class-codes/trail-4")).send().await.unwrap();
        let list: Value = list.json().await.unwrap();
        insta::assert_json_snapshot!("class_list", list, { ".students[].id" => "[id]" });

        let (status, opened) = sign_in(&app, &student("trail 4", school.ada.id.as_str(), PIN)).await;
        assert_eq!(status, StatusCode::CREATED);
        assert_eq!(status_of_session(&app, opened["token"].as_str().unwrap()).await, StatusCode::OK);

        let pictures = json!({ "kind": "pictures", "class_code": "TRAIL4", "student_id": school.ben.id,
            "pictures": ["cat", "owl", "sun", "cat"] });
        assert_eq!(sign_in(&app, &pictures).await.0, StatusCode::CREATED);
        app.stop().await;
    }
}

#[tokio::test]
async fn every_wrong_name_code_or_secret_gets_the_same_answer() {
    for app in spawn_apps().await {
        let school = TestSchool::open(&app).await;
        let ada = school.ada.id.as_str();
        let mut answers = Vec::new();
        for body in [
            adult("teacher", "not the password"),
            adult("nobody", PASSWORD),
            student("TRAIL4", ada, "0852"),
            student("TRAIL5", ada, PIN),
            student("NOWHERE", ada, PIN),
            student("TRAIL4", "nobody", PIN),
            student("TRAIL4", school.teacher.id.as_str(), PASSWORD),
        ] {
            let (status, problem) = sign_in(&app, &body).await;
            assert_eq!(status, StatusCode::UNAUTHORIZED, "{body}");
            answers.push(problem);
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
        insta::assert_json_snapshot!("wrong_secret", answers[0]);
        app.stop().await;
    }
}

#[tokio::test]
async fn wrong_pins_slow_down_even_the_right_one_until_the_wait_is_over() {
    for app in spawn_apps().await {
        let school = TestSchool::open(&app).await;
        let ada = school.ada.id.as_str();
        for _ in 0..5 {
            assert_eq!(sign_in(&app, &student("TRAIL4", ada, "0852")).await.0, StatusCode::UNAUTHORIZED);
        }
        let (status, problem) = sign_in(&app, &student("TRAIL4", ada, PIN)).await;
        assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(problem["retry_after_seconds"], 30);
        // A second node, or the same after a restart, knows as well.
        let other_node = format!("{}/api/v1/sessions", second_node(&app));
        let answer = app.client().post(other_node).json(&student("TRAIL4", ada, PIN)).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
        app.clock.advance_ms(30_000);
        assert_eq!(sign_in(&app, &student("TRAIL4", ada, PIN)).await.0, StatusCode::CREATED);
        // The count begins anew.
        assert_eq!(sign_in(&app, &student("TRAIL4", ada, "0852")).await.0, StatusCode::UNAUTHORIZED);
        assert_eq!(sign_in(&app, &student("TRAIL4", ada, PIN)).await.0, StatusCode::CREATED);
        app.stop().await;
    }
}

#[tokio::test]
async fn guesses_made_side_by_side_are_all_counted() {
    for app in spawn_apps().await {
        TestSchool::open(&app).await;
        let body = adult("teacher", "not the password");
        let guesses = (0..8).map(|_| sign_in(&app, &body));
        let answers = futures_util::future::join_all(guesses).await;
        let checked = answers.iter().filter(|(status, _)| *status == StatusCode::UNAUTHORIZED).count();
        assert_eq!(checked, 5, "{answers:?}");
        app.stop().await;
    }
}

#[tokio::test]
async fn too_many_tries_at_one_account_wait_whatever_they_are() {
    for app in spawn_apps().await {
        TestSchool::open(&app).await;
        for _ in 0..10 {
            assert_eq!(sign_in(&app, &adult("teacher", PASSWORD)).await.0, StatusCode::CREATED);
        }
        let (status, problem) = sign_in(&app, &adult("teacher", PASSWORD)).await;
        assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
        insta::assert_json_snapshot!("too_many_requests", problem);
        assert_eq!(sign_in(&app, &adult("staff", PASSWORD)).await.0, StatusCode::CREATED);
        app.clock.advance_ms(6_000);
        assert_eq!(sign_in(&app, &adult("teacher", PASSWORD)).await.0, StatusCode::CREATED);
        app.stop().await;
    }
}

#[tokio::test]
async fn a_session_ends_when_idle_and_at_the_end_of_its_life() {
    for app in spawn_apps().await {
        let school = TestSchool::open(&app).await;
        for (account, idle_ms) in [(&school.teacher, ADULT_IDLE_MS), (&school.ada, STUDENT_IDLE_MS)] {
            let token = school.token(&app, account).await;
            app.clock.advance_ms(idle_ms - 1);
            assert_eq!(status_of_session(&app, &token).await, StatusCode::OK);
            app.clock.advance_ms(idle_ms - 1);
            assert_eq!(status_of_session(&app, &token).await, StatusCode::OK);
            app.clock.advance_ms(idle_ms);
            assert_eq!(status_of_session(&app, &token).await, StatusCode::UNAUTHORIZED);
        }
        let token = school.token(&app, &school.ada).await;
        let mut lived_ms = 0;
        while lived_ms + ADULT_IDLE_MS < LIFETIME_MS {
            app.clock.advance_ms(ADULT_IDLE_MS);
            lived_ms += ADULT_IDLE_MS;
            assert_eq!(status_of_session(&app, &token).await, StatusCode::OK);
        }
        app.clock.advance_ms(LIFETIME_MS - lived_ms);
        assert_eq!(status_of_session(&app, &token).await, StatusCode::UNAUTHORIZED);
        app.stop().await;
    }
}

#[tokio::test]
async fn signing_out_ends_this_session_and_signing_out_everywhere_ends_all() {
    for app in spawn_apps().await {
        let school = TestSchool::open(&app).await;
        let (first, second) = (school.token(&app, &school.ada).await, school.token(&app, &school.ada).await);
        let other = school.token(&app, &school.ben).await;
        let gone = app.ask(Method::DELETE, "/api/v1/session", &first).send().await.unwrap();
        assert_eq!(gone.status(), StatusCode::NO_CONTENT);
        assert_eq!(status_of_session(&app, &first).await, StatusCode::UNAUTHORIZED);
        assert_eq!(status_of_session(&app, &second).await, StatusCode::OK);
        let third = school.token(&app, &school.ada).await;
        let listed = app.ask(Method::GET, "/api/v1/sessions", &third).send().await.unwrap();
        assert_eq!(listed.json::<Value>().await.unwrap()["total"], 2);
        let ended = app.ask(Method::DELETE, "/api/v1/sessions", &third).send().await.unwrap();
        assert_eq!(ended.json::<Value>().await.unwrap(), json!({ "ended": 2 }));
        for token in [&second, &third] {
            assert_eq!(status_of_session(&app, token).await, StatusCode::UNAUTHORIZED);
        }
        assert_eq!(status_of_session(&app, &other).await, StatusCode::OK);
        app.stop().await;
    }
}

#[tokio::test]
async fn the_database_never_holds_a_token() {
    for app in spawn_apps().await {
        let school = TestSchool::open(&app).await;
        let token = school.token(&app, &school.teacher).await;
        let mut connection = app.store().read().await.unwrap();
        let stored: Vec<String> = sqlx::query_scalar("select token_digest from sessions")
            .fetch_all(&mut *connection)
            .await
            .unwrap();
        assert_eq!(stored.len(), 1);
        assert!(stored.iter().all(|digest| digest.len() == 64 && !digest.contains(&token)));
        drop(connection);
        app.stop().await;
    }
}
