//! What students and teachers read, and that nobody reads more than that.

use std::collections::BTreeSet;

use proptest::prelude::*;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::attempts::{LEVELLING, Person, VALIDATION, path, person};
use crate::support::app::{TestApp, spawn_app, spawn_apps};
use crate::support::school::TestSchool;

/// Names of fields that tell what is right, how an item behaves, or a number meant for adults.
const NEVER_TOLD: &[&str] = &[
    "key",
    "keys",
    "rationale",
    "misconceptions",
    "model",
    "parameters",
    "a",
    "b",
    "c",
    "d",
    "difficulty",
    "discrimination",
    "guessing",
    "information",
    "se",
    "standard_errors",
    "theta",
    "theta_low",
    "theta_high",
    "standard_error",
    "cut",
    "probability",
    "probability_at_or_above",
    "readiness_probability",
    "seed",
    "prior_mean",
    "prior_standard_deviation",
    "seen",
    "feedback",
    "combined",
    "expected_gain_of_best",
    "enemies",
    "exposure",
    "secret",
    "secret_hash",
    "username",
    "external_id",
];

fn field_names(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                names.insert(name.clone());
                field_names(value, names);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| field_names(value, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn tells_too_much(school: &TestSchool, response: &Value) -> Vec<String> {
    let mut names = BTreeSet::new();
    field_names(response, &mut names);
    let mut told: Vec<String> =
        NEVER_TOLD.iter().filter(|name| names.contains(**name)).map(|name| (*name).to_owned()).collect();
    let text = response.to_string();
    for other in [&school.ben, &school.cyd] {
        if text.contains(other.display_name.as_str()) || text.contains(other.id.as_str()) {
            told.push(other.display_name.clone());
        }
    }
    told
}

/// Everything Ada's browser receives while she answers as `choices` say, and afterwards.
async fn everything_ada_receives(app: &TestApp, school: &TestSchool, choices: &[usize]) -> Vec<Value> {
    let ada = person(app, school, &school.ada).await;
    let mut received = vec![ada.get("/api/v1/home").await.1];
    let (_, mut step) = ada.post(LEVELLING, &Value::Null).await;
    let first = step.clone();
    for turn in 0.. {
        received.push(step.clone());
        if step["show"]["kind"] != "item" {
            break;
        }
        let option = choices[turn % choices.len()];
        let choice = step["show"]["interaction"]["options"][option]["id"].as_str().unwrap().to_owned();
        let (status, next) = ada.answer(&step, &choice).await;
        assert_eq!(status, StatusCode::OK, "{next}");
        step = next;
    }
    received.push(ada.answer(&first, "no such option").await.1);
    received.push(ada.get(&path(&first, "result")).await.1);
    received.push(ada.get("/api/v1/home").await.1);
    received.push(ada.post(VALIDATION, &Value::Null).await.1);
    received.push(ada.get("/api/v1/session").await.1);
    received
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]
    #[test]
    fn whatever_a_student_answers_no_key_parameter_or_other_person_is_told(
        choices in prop::collection::vec(0_usize..3, 1..12)
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let app = spawn_app().await;
            let school = TestSchool::open_with_assessments(&app).await;
            for response in everything_ada_receives(&app, &school, &choices).await {
                let told = tells_too_much(&school, &response);
                assert!(told.is_empty(), "{told:?} in {response}");
            }
            app.stop().await;
        });
    }
}

#[tokio::test]
async fn the_scan_would_see_a_key() {
    let app = spawn_app().await;
    let school = TestSchool::open_with_assessments(&app).await;
    let staff = person(&app, &school, &school.staff).await;
    let (status, item) = staff.get("/api/v1/banks/small/versions/1/items/interim-000").await;
    assert_eq!(status, StatusCode::OK, "{item}");
    let told = tells_too_much(&school, &item);
    assert!(told.contains(&"key".to_owned()) && told.contains(&"model".to_owned()), "{told:?}");
    app.stop().await;
}

#[tokio::test]
async fn a_student_reads_the_own_home_and_result_in_levels_and_words() {
    for app in spawn_apps().await {
        let school = TestSchool::open_with_assessments(&app).await;
        let ada = person(&app, &school, &school.ada).await;
        let (_, first) = ada.post(LEVELLING, &Value::Null).await;
        let last = ada.answer_all(first, "right").await;
        let (status, result) = ada.get(&path(&last, "result")).await;
        assert_eq!(status, StatusCode::OK, "{result}");
        insta::assert_json_snapshot!("student_result", result, { ".attempt_id" => "[id]", ".strengths" => "[strands]", ".needs" => "[strands]" });
        let (status, home) = ada.get("/api/v1/home").await;
        assert_eq!(status, StatusCode::OK);
        insta::assert_json_snapshot!("student_home", home, { ".assessments[].attempts[].attempt_id" => "[id]" });
        let ben = person(&app, &school, &school.ben).await;
        assert_eq!(ben.get(&path(&last, "result")).await.0, StatusCode::NOT_FOUND);
        app.stop().await;
    }
}

async fn one_attempt(app: &TestApp, school: &TestSchool) -> Value {
    let ada = person(app, school, &school.ada).await;
    let (_, first) = ada.post(LEVELLING, &Value::Null).await;
    ada.answer_all(first, "right").await
}

async fn names_of(teacher: &Person<'_>, path: &str) -> Vec<String> {
    let (status, page) = teacher.get(path).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    let rows = page["rows"].as_array().unwrap();
    rows.iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_teacher_reads_the_own_class_in_all_its_views() {
    for app in spawn_apps().await {
        let school = TestSchool::open_with_assessments(&app).await;
        let attempt = one_attempt(&app, &school).await;
        let teacher = person(&app, &school, &school.teacher).await;
        let class = format!("/api/v1/classes/{}", school.class.id);
        assert_eq!(names_of(&teacher, &format!("{class}/overview")).await, ["Ada Lovelace", "Ben Banneker"]);
        assert_eq!(names_of(&teacher, &format!("{class}/overview?limit=1&offset=1")).await, ["Ben Banneker"]);
        assert_eq!(names_of(&teacher, &format!("{class}/live")).await, ["Ada Lovelace"]);
        let (status, groups) = teacher.get(&format!("{class}/groups?assessment_id=levelling")).await;
        assert_eq!(status, StatusCode::OK, "{groups}");
        assert_eq!(
            groups["not_placed"],
            json!([{ "student_id": school.ben.id, "name": "Ben Banneker", "place": null }])
        );
        let evidence = format!("/api/v1/students/{}/evidence?assessment_id=validation", school.ada.id);
        let (status, evidence) = teacher.get(&evidence).await;
        assert_eq!((status, evidence["name"].as_str()), (StatusCode::OK, Some("Ada Lovelace")), "{evidence}");
        let (status, report) = teacher.get(&path(&attempt, "report")).await;
        assert_eq!(status, StatusCode::OK);
        assert!(report["place"]["theta"].is_f64(), "{report}");
        app.stop().await;
    }
}

#[tokio::test]
async fn a_class_of_somebody_else_does_not_exist_and_queries_are_checked() {
    for app in spawn_apps().await {
        let school = TestSchool::open_with_assessments(&app).await;
        let attempt = one_attempt(&app, &school).await;
        let stranger = person(&app, &school, &school.other_teacher).await;
        let class = format!("/api/v1/classes/{}", school.class.id);
        let evidence = format!("/api/v1/students/{}/evidence?assessment_id=validation", school.ada.id);
        for path in [
            format!("{class}/overview"),
            format!("{class}/live"),
            format!("{class}/groups?assessment_id=levelling"),
            evidence,
            path(&attempt, "report"),
        ] {
            assert_eq!(stranger.get(&path).await.0, StatusCode::NOT_FOUND, "{path}");
        }
        let teacher = person(&app, &school, &school.teacher).await;
        assert_eq!(teacher.get(&format!("{class}/groups")).await.0, StatusCode::BAD_REQUEST);
        assert_eq!(
            teacher.get(&format!("{class}/overview?limit=0")).await.0,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        let unknown = format!("{class}/groups?assessment_id=nothing");
        assert_eq!(teacher.get(&unknown).await.0, StatusCode::NOT_FOUND);
        app.stop().await;
    }
}
