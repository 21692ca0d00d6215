//! Requests another site makes in a person's name: refused, whatever they carry.

use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::Value;
use waymark::http::settings::{HttpSettings, Transport};

use crate::support::app::{TestApp, spawn_apps, spawn_on};
use crate::support::database;
use crate::support::school::TestSchool;

fn sign_out(app: &TestApp, cookie: &str) -> RequestBuilder {
    app.client().request(Method::DELETE, app.url("/api/v1/session")).header("cookie", cookie)
}

async fn kind(request: RequestBuilder) -> (StatusCode, String) {
    let response = request.send().await.unwrap();
    let status = response.status();
    let problem: Value = response.json().await.unwrap_or_default();
    (status, problem["type"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_change_that_rides_on_the_cookie_shows_the_token_of_the_session() {
    for app in spawn_apps().await {
        let school = TestSchool::open(&app).await;
        let cookie = format!("waymark_session={}", school.token(&app, &school.teacher).await);
        let session = app.client().get(app.url("/api/v1/session")).header("cookie", &cookie);
        let session: Value = session.send().await.unwrap().json().await.unwrap();
        let token = session["csrf_token"].as_str().unwrap();

        let missing = kind(sign_out(&app, &cookie)).await;
        assert_eq!(missing, (StatusCode::FORBIDDEN, "/problems/csrf-token-missing-or-wrong".to_owned()));
        let wrong = kind(sign_out(&app, &cookie).header("x-csrf-token", "guess")).await;
        assert_eq!(wrong.0, StatusCode::FORBIDDEN);
        let right = kind(sign_out(&app, &cookie).header("x-csrf-token", token)).await;
        assert_eq!(right.0, StatusCode::NO_CONTENT);
        app.stop().await;
    }
}

#[tokio::test]
async fn a_change_from_another_origin_is_refused_even_with_the_token() {
    for app in spawn_apps().await {
        let school = TestSchool::open(&app).await;
        let cookie = format!("waymark_session={}", school.token(&app, &school.teacher).await);
        let session = app.client().get(app.url("/api/v1/session")).header("cookie", &cookie);
        let session: Value = session.send().await.unwrap().json().await.unwrap();
        let token = session["csrf_token"].as_str().unwrap();
        for (name, value) in
            [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")]
        {
            let request = sign_out(&app, &cookie).header("x-csrf-token", token).header(name, value);
            let refused = kind(request).await;
            assert_eq!(
                refused,
                (StatusCode::FORBIDDEN, "/problems/cross-site-request".to_owned()),
                "{value}"
            );
        }
        let own = sign_out(&app, &cookie).header("x-csrf-token", token).header("origin", &app.address);
        assert_eq!(kind(own).await.0, StatusCode::NO_CONTENT);
        app.stop().await;
    }
}

#[tokio::test]
async fn another_site_cannot_sign_somebody_in() {
    for app in spawn_apps().await {
        TestSchool::open(&app).await;
        let body =
            serde_json::json!({ "kind": "password", "username": "teacher", "password": "a long trail" });
        let request = app.client().post(app.url("/api/v1/sessions")).json(&body);
        let refused = kind(request.header("origin", "https://evil.example")).await;
        assert_eq!(refused.0, StatusCode::FORBIDDEN);
        app.stop().await;
    }
}

#[tokio::test]
async fn a_bearer_token_needs_no_csrf_token() {
    for app in spawn_apps().await {
        let school = TestSchool::open(&app).await;
        let token = school.token(&app, &school.teacher).await;
        let request = app.ask(Method::DELETE, "/api/v1/session", &token);
        assert_eq!(kind(request).await.0, StatusCode::NO_CONTENT);
        app.stop().await;
    }
}

#[tokio::test]
async fn behind_https_the_cookie_has_a_name_of_its_own_and_transport_is_strict() {
    let settings = HttpSettings { transport: Transport::Https, ..HttpSettings::default() };
    let app = spawn_on(database::sqlite().await, settings);
    let school = TestSchool::open(&app).await;
    let token = school.token(&app, &school.teacher).await;
    for (name, expected) in
        [("waymark_session", StatusCode::UNAUTHORIZED), ("__Host-waymark_session", StatusCode::OK)]
    {
        let request =
            app.client().get(app.url("/api/v1/session")).header("cookie", format!("{name}={token}"));
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), expected);
        assert!(response.headers()["strict-transport-security"].to_str().unwrap().contains("max-age"));
    }
    app.stop().await;
}
