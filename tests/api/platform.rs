//! What every request meets: health, headers, refusals.

use reqwest::StatusCode;
use serde_json::Value;

use crate::support::app::{spawn_app, spawn_apps};

#[tokio::test]
async fn a_server_says_that_it_lives_and_that_its_database_answers() {
    for app in spawn_apps().await {
        for path in ["/healthz", "/readyz"] {
            let response = app.client().get(app.url(path)).send().await.unwrap();
            assert_eq!(response.status(), StatusCode::OK, "{path}");
        }
        app.database.store.close().await;
        let response = app.client().get(app.url("/readyz")).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        let response = app.client().get(app.url("/healthz")).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        app.stop().await;
    }
}

#[tokio::test]
async fn requests_are_counted_under_the_template_of_their_route() {
    for app in spawn_apps().await {
        app.client().get(app.url("/healthz")).send().await.unwrap();
        app.client().get(app.url("/no/such/person")).send().await.unwrap();
        let figures = app.client().get(app.url("/metrics")).send().await.unwrap().text().await.unwrap();
        assert!(figures.contains("http_request_duration_seconds_bucket"), "{figures}");
        assert!(figures.contains("route=\"/healthz\""), "{figures}");
        assert!(!figures.contains("person"), "{figures}");
        app.stop().await;
    }
}

#[tokio::test]
async fn every_response_forbids_what_a_page_of_ours_never_needs() {
    for app in spawn_apps().await {
        for path in ["/healthz", "/api/v1/nothing", "/sign-in"] {
            let response = app.client().get(app.url(path)).send().await.unwrap();
            let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
            assert!(
                policy.contains("script-src 'self'") && policy.contains("frame-ancestors 'none'"),
                "{policy}"
            );
            assert!(!policy.contains("unsafe"), "{policy}");
            assert_eq!(response.headers()["x-content-type-options"], "nosniff");
        }
        app.stop().await;
    }
}

#[tokio::test]
async fn a_refusal_is_a_problem_with_a_media_type_of_its_own() {
    for app in spawn_apps().await {
        let response = app.client().get(app.url("/api/v1/nothing")).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        assert_eq!(response.headers()["content-type"], "application/problem+json");
        let problem: Value = response.json().await.unwrap();
        insta::assert_json_snapshot!("nothing_here", problem);

        let response = app.client().delete(app.url("/healthz")).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
        let problem: Value = response.json().await.unwrap();
        insta::assert_json_snapshot!("method_not_allowed", problem);
        app.stop().await;
    }
}

#[tokio::test]
async fn unknown_tokens_are_counted_by_the_address_they_come_from() {
    // Counted in memory: no database has a part in it.
    let app = spawn_app().await;
    let client = app.client();
    let guess = |number: u32| {
        let request = client.get(app.url("/api/v1/session")).bearer_auth(format!("guess-{number}"));
        async { request.send().await.unwrap().status() }
    };
    for number in 0..600 {
        assert_eq!(guess(number).await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(guess(600).await, StatusCode::TOO_MANY_REQUESTS);
    app.stop().await;
}
