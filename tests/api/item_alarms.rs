//! Items in use that seem to have changed: listed for staff, and put away with a reason, once and on record.

use item_bank::ItemId;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use waymark::store::item_records::{
    BankRecord, Block, Direction, ItemRecord, ItemRecordRow, RunningSum, StandingAlarm, Watch,
    write_bank_record, write_item_records,
};

use crate::support::app::{TestApp, spawn_apps};
use crate::support::clock::MORNING;
use crate::support::school::TestSchool;

const ITEM: &str = "interim-030";

/// An item whose alarm stands.
async fn with_alarm(app: &TestApp) -> TestSchool {
    let school = TestSchool::open_with_assessments(app).await;
    let since_ms = MORNING.0 - 10 * 86_400_000;
    let alarm =
        StandingAlarm { direction: Direction::Easier, at_residual: 400, raised_at_ms: MORNING.0, since_ms };
    let sum = |value| RunningSum { value, since_ms };
    let watch = Watch {
        model: serde_json::from_value(json!({ "model": "2PL", "a": 1.4, "b": 0.05 })).unwrap(),
        bank_version: 1,
        since_ms,
        residuals: 425,
        sum: 85.0,
        easier: sum(33.0),
        harder: sum(0.0),
        alarm: Some(alarm),
        blocks: vec![Block { residuals: 25, sum: 5.0, until_ms: MORNING.0 }; 17],
        settled: None,
    };
    let record = ItemRecord {
        shown: 430,
        answers: 425,
        unanswered: 5,
        elapsed_ms: 8_500_000,
        watch: Some(watch),
        ..ItemRecord::default()
    };
    let mut transaction = app.store().begin_write().await.unwrap();
    let bank = BankRecord { attempts: 900, residuals: 19_000, abilities: None };
    assert!(write_bank_record(&mut transaction, "small", &bank, 0).await.unwrap());
    assert!(!write_bank_record(&mut transaction, "small", &bank, 0).await.unwrap(), "that pass was made");
    write_item_records(
        &mut transaction,
        "small",
        &[ItemRecordRow::from((&ItemId::new(ITEM).unwrap(), &record))],
    )
    .await
    .unwrap();
    transaction.commit().await.unwrap();
    school
}

async fn ask(app: &TestApp, token: &str, method: Method, path: &str, body: &Value) -> (StatusCode, Value) {
    let request = app.ask(method, path, token);
    let request = if body.is_null() { request } else { request.json(body) };
    let response = request.send().await.unwrap();
    (response.status(), response.json().await.unwrap_or_default())
}

#[tokio::test]
async fn an_alarm_is_put_away_once_with_a_reason_on_record() {
    for app in spawn_apps().await {
        let school = with_alarm(&app).await;
        let token = school.token(&app, &school.staff).await;
        let alarms = "/api/v1/banks/small/alarms";
        let (_, found) = ask(&app, &token, Method::GET, alarms, &Value::Null).await;
        assert_eq!((found["alarms_by_chance"].as_f64(), found["attempts"].as_u64()), (Some(1.0), Some(900)));
        let item = &found["items"][0];
        assert_eq!((item["item_id"].as_str(), item["mean_seconds"].as_f64()), (Some(ITEM), Some(20.0)));
        assert_eq!(item["watch"]["alarm"]["direction"], "easier");
        assert_eq!(item["watch"]["mean"].as_f64(), Some(0.2));

        let record = format!("/api/v1/banks/small/items/{ITEM}/record");
        let (status, one) = ask(&app, &token, Method::GET, &record, &Value::Null).await;
        assert_eq!((status, &one), (StatusCode::OK, item));
        let unknown = record.replace(ITEM, "interim-001");
        assert_eq!(ask(&app, &token, Method::GET, &unknown, &Value::Null).await.0, StatusCode::NOT_FOUND);

        let alarm = format!("/api/v1/banks/small/items/{ITEM}/alarm");
        let (status, _) = ask(&app, &token, Method::PUT, &alarm, &json!({ "reason": " " })).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        let because = json!({ "reason": "taught in week 9" });
        for _ in 0..2 {
            let (status, settled) = ask(&app, &token, Method::PUT, &alarm, &because).await;
            assert_eq!((status, &settled["watch"]["alarm"]), (StatusCode::OK, &Value::Null));
            assert_eq!(settled["watch"]["easier"].as_f64(), Some(0.0), "watched anew");
        }
        let (status, _) =
            ask(&app, &token, Method::PUT, &alarm, &json!({ "reason": "something else" })).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "no alarm stands");
        let (_, none) = ask(&app, &token, Method::GET, alarms, &Value::Null).await;
        assert_eq!(none["items"], json!([]));
        let administrator = school.token(&app, &school.administrator).await;
        let audit = "/api/v1/audit?action=item_alarm.";
        let (_, audit) = ask(&app, &administrator, Method::GET, audit, &Value::Null).await;
        assert_eq!(audit["rows"].as_array().map(Vec::len), Some(1), "{audit}");
        assert_eq!(audit["rows"][0]["detail"]["reason"], "taught in week 9");
        app.stop().await;
    }
}

#[tokio::test]
async fn the_pages_of_bank_and_item_tell_of_an_alarm_and_put_it_away() {
    for app in spawn_apps().await {
        let school = with_alarm(&app).await;
        let cookie = format!("waymark_session={}", school.token(&app, &school.staff).await);
        let read = async |path: &str| {
            let request = app.client().get(app.url(path)).header("cookie", &cookie);
            request.send().await.unwrap().text().await.unwrap()
        };
        let bank = read("/staff/banks/small/1").await;
        assert!(bank.contains(&format!("items/{ITEM}#watch")) && bank.contains("about 1.0 alarms"), "{bank}");
        let path = format!("/staff/banks/small/1/items/{ITEM}");
        let item = read(&path).await;
        assert!(
            item.contains("It is a signal and no proof") && item.contains("shown in 430 of 900"),
            "{item}"
        );
        assert!(item.contains("5 of 430 attempts that showed it"), "{item}");

        let session: Value = serde_json::from_str(&read("/api/v1/session").await).unwrap();
        let body = format!("csrf={}&reason=taught+in+week+9", session["csrf_token"].as_str().unwrap());
        let request = app.client().post(app.url(&format!("{path}/alarm"))).header("cookie", &cookie);
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
        let done = request.send().await.unwrap();
        assert_eq!(
            (done.status(), done.headers()["location"].to_str().unwrap()),
            (StatusCode::SEE_OTHER, path.as_str())
        );
        let item = read(&path).await;
        assert!(item.contains("taught in week 9") && !item.contains("no proof"), "{item}");
        assert!(read("/staff/banks/small/1").await.contains("None stands out"));
        app.stop().await;
    }
}
