//! Rosters over HTTP: previewed, brought in whole or not at all, and again without effect.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use waymark::http::settings::HttpSettings;

use crate::support::app::{TestApp, spawn_apps, spawn_on};
use crate::support::database;
use crate::support::school::TestSchool;

const ROSTER: &str = "\
role,person_id,name,grade,username,secret_kind,secret,class_id,class_name,class_code,class_grade
teacher,t1,Grace Hopper,,grace,,a long trail,c1,Room 7,ROOM7,7
student,s1,Katherine Johnson,7,,,2580,c1,,,
student,s2,Dorothy Vaughan,7,,picture,,c1,,,
student,s2,Dorothy Vaughan,7,,picture,,c2,Club,,
";

async fn send(app: &TestApp, token: &str, path: &str, text: &str) -> (StatusCode, Value) {
    let request = app.ask(Method::POST, path, token).header("content-type", "text/csv");
    let response = request.body(text.to_owned()).send().await.unwrap();
    (response.status(), response.json().await.unwrap())
}

async fn accounts(app: &TestApp, token: &str) -> u64 {
    let response = app.ask(Method::GET, "/api/v1/accounts", token).send().await.unwrap();
    response.json::<Value>().await.unwrap()["total"].as_u64().unwrap()
}

#[tokio::test]
async fn a_roster_is_previewed_brought_in_and_again_changes_nothing() {
    for app in spawn_apps().await {
        let school = TestSchool::open(&app).await;
        let token = school.token(&app, &school.administrator).await;
        let (status, preview) = send(&app, &token, "/api/v1/roster/preview", ROSTER).await;
        assert_eq!(status, StatusCode::OK, "{preview}");
        assert_eq!(accounts(&app, &token).await, 7);

        let (status, done) = send(&app, &token, "/api/v1/roster", ROSTER).await;
        assert_eq!(status, StatusCode::OK, "{done}");
        insta::assert_json_snapshot!("roster_outcome", done, { ".issued[].secret" => "[secret]" });
        for count in ["people_added", "classes_added", "memberships_added"] {
            assert_eq!(preview[count], done[count], "{count}");
        }
        assert_eq!(accounts(&app, &token).await, 10);

        let (_, again) = send(&app, &token, "/api/v1/roster", ROSTER).await;
        assert_eq!(
            (again["people_added"].as_u64(), again["people_unchanged"].as_u64()),
            (Some(0), Some(3)),
            "{again}"
        );
        assert_eq!(again["memberships_added"], 0);
        app.stop().await;
    }
}

#[tokio::test]
async fn a_whole_roster_ends_the_memberships_it_does_not_list() {
    for app in spawn_apps().await {
        let school = TestSchool::open(&app).await;
        let token = school.token(&app, &school.administrator).await;
        send(&app, &token, "/api/v1/roster", ROSTER).await;
        // Grace has left and somebody else looks after Room 7; Dorothy has left the club.
        let next = "\
role,person_id,name,grade,username,class_id
teacher,t1,Grace Hopper,,grace,
teacher,t2,Annie Easley,,annie,c1
student,s1,Katherine Johnson,7,,c1
student,s2,Dorothy Vaughan,7,,c1
";
        let (_, additions) = send(&app, &token, "/api/v1/roster/preview", next).await;
        assert_eq!(
            (&additions["memberships_added"], &additions["memberships_ended"]),
            (&json!(1), &json!(0))
        );
        let whole = "/api/v1/roster?extent=whole";
        let (status, done) = send(&app, &token, whole, next).await;
        assert_eq!(status, StatusCode::OK, "{done}");
        assert_eq!((&done["memberships_added"], &done["memberships_ended"]), (&json!(1), &json!(2)));
        let (_, again) = send(&app, &token, whole, next).await;
        assert_eq!((&again["memberships_added"], &again["memberships_ended"]), (&json!(0), &json!(0)));
        let body = json!({ "kind": "password", "username": "grace", "password": "a long trail" });
        let grace = app.client().post(app.url("/api/v1/sessions")).json(&body).send().await.unwrap();
        let grace: Value = grace.json().await.unwrap();
        let classes = app.ask(Method::GET, "/api/v1/classes", grace["token"].as_str().unwrap());
        assert_eq!(classes.send().await.unwrap().json::<Value>().await.unwrap()["total"], 0, "she sees none");
        // Classes and people made by hand are no roster's business.
        let teacher = school.token(&app, &school.teacher).await;
        let classes = app.ask(Method::GET, "/api/v1/classes", &teacher).send().await.unwrap();
        assert_eq!(classes.json::<Value>().await.unwrap()["total"], 1);
        let (status, _) =
            send(&app, &token, whole, "role,person_id,name,username\nteacher,t1,Grace,grace\n").await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "it would empty every class");
        app.stop().await;
    }
}

#[tokio::test]
async fn people_of_a_roster_sign_in() {
    for app in spawn_apps().await {
        let school = TestSchool::open(&app).await;
        let token = school.token(&app, &school.administrator).await;
        let (_, done) = send(&app, &token, "/api/v1/roster", ROSTER).await;
        let list = app.client().get(app.url("/api/v1/class-codes/room7")).send().await.unwrap();
        let list: Value = list.json().await.unwrap();
        let dorothy = &list["students"][0];
        assert_eq!(dorothy["display_name"], "Dorothy Vaughan");
        let secret = done["issued"][0]["secret"].as_str().unwrap();
        let pictures: Vec<&str> = secret.split('-').collect();
        let body = json!({ "kind": "pictures", "class_code": "ROOM7", "student_id": dorothy["id"], "pictures": pictures });
        let response = app.client().post(app.url("/api/v1/sessions")).json(&body).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::CREATED);
        let body = json!({ "kind": "password", "username": "grace", "password": "a long trail" });
        let response = app.client().post(app.url("/api/v1/sessions")).json(&body).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::CREATED);
        app.stop().await;
    }
}

#[tokio::test]
async fn a_roster_with_one_wrong_value_brings_nothing_in_and_says_where_it_stands() {
    for app in spawn_apps().await {
        let school = TestSchool::open(&app).await;
        let token = school.token(&app, &school.administrator).await;
        let wrong =
            format!("{ROSTER}student,s3,Mary Jackson,77,,,,c1,,,\nteacher,t2,T,,teacher,,,,,TRAIL4,\n");
        let (status, problem) = send(&app, &token, "/api/v1/roster", &wrong).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        insta::assert_json_snapshot!("refused_roster", problem);
        let taken =
            format!("{ROSTER}teacher,t2,T,,teacher,,,c3,Room 8,TRAIL4,\nstudent,t1,Grace Hopper,7,,,,,,,\n");
        let (status, problem) = send(&app, &token, "/api/v1/roster", &taken).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        insta::assert_json_snapshot!("roster_against_the_database", problem);
        assert_eq!(accounts(&app, &token).await, 7);
        app.stop().await;
    }
}

#[tokio::test]
async fn a_roster_changes_what_it_says_and_leaves_the_rest() {
    for app in spawn_apps().await {
        let school = TestSchool::open(&app).await;
        let token = school.token(&app, &school.administrator).await;
        send(&app, &token, "/api/v1/roster", ROSTER).await;
        let next =
            "person_id,role,name,grade,class_id,class_name\ns1,student,Katherine Johnson,8,c9,Room 8\n";
        let (status, done) = send(&app, &token, "/api/v1/roster", next).await;
        assert_eq!(status, StatusCode::OK, "{done}");
        assert_eq!(
            json!([done["people_changed"], done["classes_added"], done["memberships_added"], done["issued"]]),
            json!([1, 1, 1, []])
        );
        assert_eq!(accounts(&app, &token).await, 10);
        app.stop().await;
    }
}

#[tokio::test]
async fn a_file_that_is_too_large_or_no_text_is_refused() {
    let settings = HttpSettings { file_bytes_max: 1_000, ..HttpSettings::default() };
    let app = spawn_on(database::sqlite().await, settings);
    let school = TestSchool::open(&app).await;
    let token = school.token(&app, &school.administrator).await;
    let (status, problem) = send(&app, &token, "/api/v1/roster", &"x".repeat(1_001)).await;
    assert_eq!(
        (status, problem["detail"].as_str()),
        (StatusCode::PAYLOAD_TOO_LARGE, Some("the body has more than 1000 bytes"))
    );
    let request = app.ask(Method::POST, "/api/v1/roster", &token).body(vec![b'a', 0xff, 0xfe]);
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    let problem: Value = response.json().await.unwrap();
    assert!(problem["detail"].as_str().unwrap().ends_with("not UTF-8 text from byte 1 on"), "{problem}");
    app.stop().await;
}
