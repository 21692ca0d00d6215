//! Accounts and classes: added, changed, helped, seen only by those who may, all of it on record.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::app::{TestApp, spawn_apps};
use crate::support::school::TestSchool;

async fn ask(app: &TestApp, token: &str, method: Method, path: &str, body: &Value) -> (StatusCode, Value) {
    let mut request = app.ask(method, path, token);
    if !body.is_null() {
        request = request.json(body);
    }
    let response = request.send().await.unwrap();
    (response.status(), response.json().await.unwrap_or_default())
}

#[tokio::test]
async fn an_administrator_adds_an_account_and_its_secret_is_told_once() {
    for app in spawn_apps().await {
        let school = TestSchool::open(&app).await;
        let token = school.token(&app, &school.administrator).await;
        let body =
            json!({ "role": "student", "display_name": " Dora ", "grade": 3, "secret_kind": "picture" });
        let (status, added) = ask(&app, &token, Method::POST, "/api/v1/accounts", &body).await;
        assert_eq!(status, StatusCode::CREATED, "{added}");
        assert_eq!(added["secret"].as_str().unwrap().split('-').count(), 4);
        insta::assert_json_snapshot!("added_account", added, { ".secret" => "[secret]", ".account.id" => "[id]" });
        let path = format!("/api/v1/accounts/{}", added["account"]["id"].as_str().unwrap());
        let (_, shown) = ask(&app, &token, Method::GET, &path, &Value::Null).await;
        assert_eq!(shown, added["account"]);
        app.stop().await;
    }
}

#[tokio::test]
async fn an_account_with_several_wrong_values_names_each_and_is_not_added() {
    for app in spawn_apps().await {
        let school = TestSchool::open(&app).await;
        let token = school.token(&app, &school.administrator).await;
        let body = json!({ "role": "student", "display_name": " ", "grade": 13, "username": "x y",
            "secret_kind": "password" });
        let (status, problem) = ask(&app, &token, Method::POST, "/api/v1/accounts", &body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        insta::assert_json_snapshot!("refused_account", problem);

        let taken = json!({ "role": "teacher", "display_name": "T", "username": "TEACHER",
            "secret_kind": "password", "secret": "long enough for us" });
        let (status, problem) = ask(&app, &token, Method::POST, "/api/v1/accounts", &taken).await;
        assert_eq!(
            (status, problem["detail"].as_str()),
            (StatusCode::CONFLICT, Some("user name \"teacher\" is taken"))
        );
        let (_, listed) = ask(&app, &token, Method::GET, "/api/v1/accounts", &Value::Null).await;
        assert_eq!(listed["total"], 7);
        app.stop().await;
    }
}

#[tokio::test]
async fn lists_are_paged_filtered_and_bounded() {
    for app in spawn_apps().await {
        let school = TestSchool::open(&app).await;
        let token = school.token(&app, &school.administrator).await;
        let get = async |query: &str| {
            ask(&app, &token, Method::GET, &format!("/api/v1/accounts{query}"), &Value::Null).await
        };
        let (_, first) = get("?limit=3").await;
        let (_, second) = get("?limit=3&offset=3").await;
        let names = |page: &Value| -> Vec<String> {
            let rows = page["rows"].as_array().unwrap();
            rows.iter().map(|row| row["display_name"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(names(&first), ["Ada Lovelace", "Ben Banneker", "Cyd Charisse"]);
        assert_eq!(names(&second), ["The admin", "The staff", "The teacher"]);
        assert_eq!(first["total"], 7);
        assert_eq!(names(&get("?role=student&text=BAN").await.1), ["Ben Banneker"]);
        for query in ["?limit=201", "?limit=0"] {
            assert_eq!(get(query).await.0, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        }
        assert_eq!(get("?limit=many").await.0, StatusCode::BAD_REQUEST);
        assert_eq!(get("?role=king").await.0, StatusCode::UNPROCESSABLE_ENTITY);
        app.stop().await;
    }
}

#[tokio::test]
async fn disabling_an_account_ends_its_sessions_and_the_last_administrator_stays() {
    for app in spawn_apps().await {
        let school = TestSchool::open(&app).await;
        let token = school.token(&app, &school.administrator).await;
        let theirs = school.token(&app, &school.ada).await;
        let path = format!("/api/v1/accounts/{}", school.ada.id);
        let disable = json!({ "status": "disabled" });
        for _ in 0..2 {
            let (status, account) = ask(&app, &token, Method::PATCH, &path, &disable).await;
            assert_eq!((status, account["status"].as_str()), (StatusCode::OK, Some("disabled")));
        }
        assert_eq!(
            ask(&app, &theirs, Method::GET, "/api/v1/session", &Value::Null).await.0,
            StatusCode::UNAUTHORIZED
        );
        let path = format!("/api/v1/accounts/{}", school.administrator.id);
        let (status, problem) = ask(&app, &token, Method::PATCH, &path, &disable).await;
        assert_eq!(status, StatusCode::CONFLICT, "{problem}");
        assert_eq!(ask(&app, &token, Method::GET, "/api/v1/session", &Value::Null).await.0, StatusCode::OK);
        app.stop().await;
    }
}

#[tokio::test]
async fn a_teacher_sees_and_helps_the_own_students_and_nobody_else() {
    for app in spawn_apps().await {
        let school = TestSchool::open(&app).await;
        let token = school.token(&app, &school.teacher).await;
        let (_, classes) = ask(&app, &token, Method::GET, "/api/v1/classes", &Value::Null).await;
        assert_eq!(
            (classes["total"].as_u64(), classes["rows"][0]["code"].as_str()),
            (Some(1), Some("TRAIL4"))
        );
        let class = format!("/api/v1/classes/{}", school.class.id);
        let (status, shown) = ask(&app, &token, Method::GET, &class, &Value::Null).await;
        assert_eq!((status, shown["students"].as_array().unwrap().len()), (StatusCode::OK, 2));
        let class = format!("/api/v1/classes/{}", school.other_class.id);
        assert_eq!(ask(&app, &token, Method::GET, &class, &Value::Null).await.0, StatusCode::NOT_FOUND);

        let old = school.token(&app, &school.ada).await;
        let own = format!("/api/v1/accounts/{}/secret", school.ada.id);
        let (status, issued) = ask(&app, &token, Method::PUT, &own, &json!({})).await;
        assert_eq!((status, issued["kind"].as_str()), (StatusCode::OK, Some("pin")));
        assert_eq!(
            ask(&app, &old, Method::GET, "/api/v1/session", &Value::Null).await.0,
            StatusCode::UNAUTHORIZED
        );
        let sign_in = json!({ "kind": "pin", "class_code": "TRAIL4", "student_id": school.ada.id, "pin": issued["secret"] });
        assert_eq!(ask(&app, "", Method::POST, "/api/v1/sessions", &sign_in).await.0, StatusCode::CREATED);
        for stranger in [&school.cyd, &school.other_teacher, &school.administrator] {
            let path = format!("/api/v1/accounts/{}/secret", stranger.id);
            assert_eq!(ask(&app, &token, Method::PUT, &path, &json!({})).await.0, StatusCode::NOT_FOUND);
            let path = format!("/api/v1/accounts/{}/sessions", stranger.id);
            assert_eq!(ask(&app, &token, Method::DELETE, &path, &Value::Null).await.0, StatusCode::NOT_FOUND);
        }
        app.stop().await;
    }
}

#[tokio::test]
async fn a_reset_ends_the_wait_after_wrong_pins() {
    for app in spawn_apps().await {
        let school = TestSchool::open(&app).await;
        let wrong =
            json!({ "kind": "pin", "class_code": "TRAIL4", "student_id": school.ada.id, "pin": "0852" });
        for _ in 0..6 {
            ask(&app, "", Method::POST, "/api/v1/sessions", &wrong).await;
        }
        let token = school.token(&app, &school.teacher).await;
        let path = format!("/api/v1/accounts/{}/secret", school.ada.id);
        let (status, _) = ask(&app, &token, Method::PUT, &path, &json!({ "secret": "7391" })).await;
        assert_eq!(status, StatusCode::OK);
        let right =
            json!({ "kind": "pin", "class_code": "TRAIL4", "student_id": school.ada.id, "pin": "7391" });
        assert_eq!(ask(&app, "", Method::POST, "/api/v1/sessions", &right).await.0, StatusCode::CREATED);
        app.stop().await;
    }
}

#[tokio::test]
async fn classes_are_added_changed_filled_and_archived() {
    for app in spawn_apps().await {
        let school = TestSchool::open(&app).await;
        let token = school.token(&app, &school.administrator).await;
        let (status, class) =
            ask(&app, &token, Method::POST, "/api/v1/classes", &json!({ "name": "Room 6", "grade": 6 }))
                .await;
        assert_eq!(status, StatusCode::CREATED);
        insta::assert_json_snapshot!("added_class", class, { ".id" => "[id]", ".code" => "[code]" });
        let path = format!("/api/v1/classes/{}", class["id"].as_str().unwrap());
        let taken = ask(&app, &token, Method::PATCH, &path, &json!({ "code": "trail4" })).await;
        assert_eq!(taken.0, StatusCode::CONFLICT);
        let member = format!("{path}/members/{}", school.cyd.id);
        for _ in 0..2 {
            assert_eq!(ask(&app, &token, Method::PUT, &member, &Value::Null).await.0, StatusCode::NO_CONTENT);
        }
        let (_, shown) = ask(&app, &token, Method::GET, &path, &Value::Null).await;
        assert_eq!(shown["students"].as_array().unwrap().len(), 1);
        let staff = format!("{path}/members/{}", school.staff.id);
        assert_eq!(
            ask(&app, &token, Method::PUT, &staff, &Value::Null).await.0,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        for _ in 0..2 {
            assert_eq!(
                ask(&app, &token, Method::DELETE, &member, &Value::Null).await.0,
                StatusCode::NO_CONTENT
            );
        }
        let (status, archived) =
            ask(&app, &token, Method::PATCH, &path, &json!({ "status": "archived" })).await;
        assert_eq!((status, archived["status"].as_str()), (StatusCode::OK, Some("archived")));
        let code = format!("/api/v1/class-codes/{}", class["code"].as_str().unwrap());
        assert_eq!(ask(&app, "", Method::GET, &code, &Value::Null).await.0, StatusCode::NOT_FOUND);
        app.stop().await;
    }
}

#[tokio::test]
async fn every_change_is_on_record_without_names_or_secrets() {
    for app in spawn_apps().await {
        let school = TestSchool::open(&app).await;
        let token = school.token(&app, &school.administrator).await;
        let path = format!("/api/v1/accounts/{}", school.ada.id);
        ask(&app, &token, Method::PATCH, &path, &json!({ "display_name": "Ada Byron", "grade": 5 })).await;
        let (_, entries) =
            ask(&app, &token, Method::GET, "/api/v1/audit?action=account.changed&limit=1", &Value::Null)
                .await;
        let entry = &entries["rows"][0];
        assert_eq!(entry["actor_id"].as_str(), Some(school.administrator.id.as_str()));
        assert_eq!(entry["subject_id"].as_str(), Some(school.ada.id.as_str()));
        insta::assert_json_snapshot!("audit_entry", entry, {
            ".id" => "[id]", ".actor_id" => "[id]", ".subject_id" => "[id]",
        });
        let (_, all) = ask(&app, &token, Method::GET, "/api/v1/audit?limit=200", &Value::Null).await;
        let text = all.to_string();
        assert!(!text.contains("Byron") && !text.contains("Lovelace") && !text.contains("$argon2"), "{text}");
        let path = format!("/api/v1/audit?subject_kind=account&subject_id={}", school.ada.id);
        let (_, ada) = ask(&app, &token, Method::GET, &path, &Value::Null).await;
        assert_eq!(ada["rows"].as_array().unwrap().len(), 2);
        app.stop().await;
    }
}

#[tokio::test]
async fn a_student_is_marked_as_accelerated_on_record_and_an_adult_is_not() {
    for app in spawn_apps().await {
        let school = TestSchool::open(&app).await;
        let token = school.token(&app, &school.administrator).await;
        let path = |id: &waymark::store::AccountId| format!("/api/v1/accounts/{id}");
        let body = json!({ "accelerated": true });
        let (status, ada) = ask(&app, &token, Method::PATCH, &path(&school.ada.id), &body).await;
        assert_eq!((status, &ada["accelerated"]), (StatusCode::OK, &json!(true)), "{ada}");
        let (_, shown) = ask(&app, &token, Method::GET, &path(&school.ada.id), &Value::Null).await;
        assert_eq!(shown["accelerated"], true);
        let record = format!("/api/v1/audit?action=account.changed&subject_id={}", school.ada.id);
        let (_, entries) = ask(&app, &token, Method::GET, &record, &Value::Null).await;
        assert_eq!(entries["rows"][0]["detail"], json!({ "accelerated": [false, true] }));
        let (status, refused) = ask(&app, &token, Method::PATCH, &path(&school.teacher.id), &body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused["errors"][0]["field"], "accelerated");
        app.stop().await;
    }
}

#[tokio::test]
async fn accommodations_are_set_on_record_for_students_alone() {
    for app in spawn_apps().await {
        let school = TestSchool::open(&app).await;
        let token = school.token(&app, &school.administrator).await;
        let path = |id: &waymark::store::AccountId| format!("/api/v1/accounts/{id}");
        let body = json!({ "accommodations": ["spanish", "braille"] });
        for _ in 0..2 {
            let (status, ada) = ask(&app, &token, Method::PATCH, &path(&school.ada.id), &body).await;
            let both = json!(["braille", "spanish"]);
            assert_eq!((status, &ada["accommodations"]), (StatusCode::OK, &both), "{ada}");
        }
        let record = format!("/api/v1/audit?action=account.changed&subject_id={}", school.ada.id);
        let (_, entries) = ask(&app, &token, Method::GET, &record, &Value::Null).await;
        let rows = entries["rows"].as_array().unwrap();
        let change = json!({ "accommodations": [[], ["braille", "spanish"]] });
        assert!(rows.iter().any(|row| row["detail"] == change), "{entries}");
        let (status, refused) = ask(&app, &token, Method::PATCH, &path(&school.teacher.id), &body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused["errors"][0]["field"], "accommodations");
        let wrong = json!({ "accommodations": ["Sign Language"] });
        let (status, _) = ask(&app, &token, Method::PATCH, &path(&school.ada.id), &wrong).await;
        assert!(status.is_client_error());
        app.stop().await;
    }
}

#[tokio::test]
async fn a_student_can_be_added_as_accelerated_and_an_adult_cannot() {
    for app in spawn_apps().await {
        let school = TestSchool::open(&app).await;
        let token = school.token(&app, &school.administrator).await;
        let mut body = json!({ "role": "student", "display_name": "Mary Cartwright", "grade": 4,
            "secret_kind": "pin", "accelerated": true });
        let (status, added) = ask(&app, &token, Method::POST, "/api/v1/accounts", &body).await;
        assert_eq!(
            (status, &added["account"]["accelerated"]),
            (StatusCode::CREATED, &json!(true)),
            "{added}"
        );
        body = json!({ "role": "teacher", "display_name": "Emmy Noether", "username": "emmy",
            "secret_kind": "password", "accelerated": true });
        let (status, refused) = ask(&app, &token, Method::POST, "/api/v1/accounts", &body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused["errors"][0]["field"], "accelerated");
        app.stop().await;
    }
}

#[tokio::test]
async fn the_record_is_filtered_by_person_and_period() {
    for app in spawn_apps().await {
        let school = TestSchool::open(&app).await;
        let token = school.token(&app, &school.administrator).await;
        let ada = format!("/api/v1/accounts/{}", school.ada.id);
        ask(&app, &token, Method::PATCH, &ada, &json!({ "grade": 5 })).await;
        let count = async |filter: &str| {
            let path = format!("/api/v1/audit?action=account.changed&{filter}");
            ask(&app, &token, Method::GET, &path, &Value::Null).await.1["rows"].as_array().unwrap().len()
        };
        let (_, entries) =
            ask(&app, &token, Method::GET, "/api/v1/audit?action=account.changed", &Value::Null).await;
        let at = entries["rows"][0]["at_ms"].as_i64().unwrap();
        assert_eq!(count("person=LOVELACE").await, 1, "about her, whatever the case");
        assert_eq!(count(&format!("person={}", school.administrator.username.as_deref().unwrap())).await, 1);
        assert_eq!(count("person=nobody").await, 0);
        assert_eq!(count(&format!("from_ms={at}&to_ms={}", at + 1)).await, 1);
        assert_eq!(count(&format!("from_ms={}", at + 1)).await, 0);
        assert_eq!(count(&format!("to_ms={at}")).await, 0, "the end is not included");
        app.stop().await;
    }
}

#[tokio::test]
async fn the_record_of_another_school_is_not_shown() {
    use waymark::store::audit::{AuditEntry, append_audit};
    use waymark::store::schools::{self, School};
    use waymark::store::{AccountId, SchoolId, accounts};

    use crate::support::clock::MORNING;

    for app in spawn_apps().await {
        let school = TestSchool::open(&app).await;
        let mut transaction = app.store().begin_write().await.unwrap();
        let other = School {
            id: SchoolId::from("elsewhere"),
            name: "Elsewhere".to_owned(),
            time_zone: "America/Los_Angeles".to_owned(),
        };
        schools::insert(&mut transaction, &other).await.unwrap();
        let stranger = accounts::Account {
            id: AccountId::from("stranger"),
            school_id: other.id.clone(),
            ..crate::support::assessed_school::account("stranger", accounts::Role::Student)
        };
        accounts::insert(&mut transaction, &stranger, None).await.unwrap();
        let entry = |actor, subject| AuditEntry::new(MORNING, actor, "test.entry", subject);
        let ours = school.ada.id.as_str();
        for (actor, subject) in [
            (Some(&stranger.id), ("bank", "theirs")),
            (None, ("account", "stranger")),
            (None, ("school", "elsewhere")),
            (None, ("account", ours)),
            (Some(&school.administrator.id), ("bank", "ours")),
            (None, ("bank", "nobody's")),
        ] {
            append_audit(&mut transaction, &entry(actor, subject)).await.unwrap();
        }
        transaction.commit().await.unwrap();
        let token = school.token(&app, &school.administrator).await;
        let (_, found) = ask(&app, &token, Method::GET, "/api/v1/audit?action=test.", &Value::Null).await;
        let mut seen: Vec<&str> =
            found["rows"].as_array().unwrap().iter().map(|row| row["subject_id"].as_str().unwrap()).collect();
        seen.sort_unstable();
        let mut expected = [ours, "nobody's", "ours"];
        expected.sort_unstable();
        assert_eq!(seen, expected);
        let (_, one) =
            ask(&app, &token, Method::GET, "/api/v1/audit?action=test.&limit=1", &Value::Null).await;
        assert_eq!((&one["rows"][0], &one["later"]), (&found["rows"][0], &Value::Null));
        let earlier = one["earlier"].as_str().unwrap();
        let path = format!("/api/v1/audit?action=test.&before={earlier}");
        let (_, rest) = ask(&app, &token, Method::GET, &path, &Value::Null).await;
        assert_eq!((rest["rows"].as_array().unwrap().len(), &rest["earlier"]), (2, &Value::Null));
        let path = format!("{path}&after={earlier}");
        let (status, refused) = ask(&app, &token, Method::GET, &path, &Value::Null).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused["errors"][0]["field"], "after");
        app.stop().await;
    }
}
