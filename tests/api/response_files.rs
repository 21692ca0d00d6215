//! Response files for a calibration: as a program sends them and as a browser without scripts does. A bad file makes no job.

use reqwest::multipart::{Form, Part};
use reqwest::{Method, Response, StatusCode};
use serde_json::Value;
use waymark::delivery::{ImportBank, import_bank, publish_bank};
use waymark::http::settings::HttpSettings;

use crate::support::app::{TestApp, spawn_apps, spawn_on};
use crate::support::clock::MORNING;
use crate::support::database;
use crate::support::school::TestSchool;
use crate::support::small_bank;

const ASK: &str =
    "/api/v1/calibrations/file?bank_id=small&bank_version=1&items=all&minimum_answers=100&name=spring.csv";
const WIDE: &str = "examinee,interim-001,interim-002,class\nada,1,0,north\nben,0,NA,south\n";

async fn with_bank(app: &TestApp) -> TestSchool {
    let school = TestSchool::open(app).await;
    let text = small_bank::bank_text();
    let by = &school.staff.id;
    let import = ImportBank { text: &text, source_name: "small.json", note: "first", by };
    import_bank(&app.state.service, MORNING, &import).await.unwrap();
    publish_bank(&app.state.service, MORNING, ("small", 1), by).await.unwrap();
    school
}

async fn send(app: &TestApp, token: &str, path: &str, text: &str) -> (StatusCode, Value) {
    let request = app.ask(Method::POST, path, token).header("content-type", "text/csv").body(text.to_owned());
    let response = request.send().await.unwrap();
    (response.status(), response.json().await.unwrap_or_default())
}

async fn jobs(app: &TestApp, token: &str) -> u64 {
    let listed = app.ask(Method::GET, "/api/v1/calibrations", token).send().await.unwrap();
    listed.json::<Value>().await.unwrap()["total"].as_u64().unwrap()
}

#[tokio::test]
async fn a_file_makes_one_job_and_is_kept_as_it_came() {
    for app in spawn_apps().await {
        let school = with_bank(&app).await;
        let token = school.token(&app, &school.staff).await;
        let path = format!("{ASK}&group=class");
        let (status, job) = send(&app, &token, &path, WIDE).await;
        assert_eq!((status, job["state"].as_str()), (StatusCode::ACCEPTED, Some("queued")), "{job}");
        let (_, again) = send(&app, &token, &path, WIDE).await;
        assert_eq!(again["id"], job["id"], "the same file with the same wishes is one job");
        let (_, other) = send(
            &app,
            &token,
            ASK,
            &WIDE.replace(",class", ",interim-003").replace("north", "1").replace("south", "0"),
        )
        .await;
        assert_ne!(other["id"], job["id"]);

        let id = job["id"].as_str().unwrap();
        let shown = app.ask(Method::GET, &format!("/api/v1/calibrations/{id}"), &token).send().await.unwrap();
        let shown: Value = shown.json().await.unwrap();
        let file = &shown["request"]["file"];
        assert_eq!(
            (file["name"].as_str(), file["group"].as_str()),
            (Some("spring.csv"), Some("class")),
            "{shown}"
        );
        assert_eq!(shown["request"].get("from_ms"), None);
        let kept =
            app.ask(Method::GET, &format!("/api/v1/calibrations/{id}/file"), &token).send().await.unwrap();
        assert_eq!(kept.headers()["content-disposition"], "attachment; filename=\"spring.csv\"");
        assert_eq!(kept.text().await.unwrap(), WIDE);
        let teacher = school.token(&app, &school.teacher).await;
        let refused =
            app.ask(Method::GET, &format!("/api/v1/calibrations/{id}/file"), &teacher).send().await.unwrap();
        assert_eq!(refused.status(), StatusCode::FORBIDDEN);
        app.stop().await;
    }
}

#[tokio::test]
async fn a_bad_file_is_refused_with_its_place_and_makes_no_job() {
    for app in spawn_apps().await {
        let school = with_bank(&app).await;
        let token = school.token(&app, &school.staff).await;
        for (text, reason) in [
            ("interim-001,nowhere\n1,0\n", "line 1, column 2: there is no item \"nowhere\" in the bank"),
            (
                "examinee,item,score\nada,interim-001,1\nada,interim-009x,1\n",
                "line 3, column 2: there is no item \"interim-009x\" in the bank",
            ),
            (
                "interim-001\n2\n",
                "line 2, column 1 (interim-001): the highest score of this item is 1, got 2",
            ),
            (
                "interim-001\nyes\n",
                "line 2, column 1 (interim-001): a score must be an integer from 0 to 31, blank or NA, got \"yes\"",
            ),
            ("examinee,interim-001\nad\0a,1\n", "line 2: the file holds a zero byte"),
            ("", "line 1: the file is empty, expected a header line of item ids"),
        ] {
            let (status, problem) = send(&app, &token, ASK, text).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
            assert_eq!(problem["errors"][0]["field"], "file");
            assert_eq!(problem["errors"][0]["message"], reason);
        }
        let (status, problem) = send(&app, &token, &format!("{ASK}&group=county"), WIDE).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(problem["errors"][0]["message"], "line 1: there is no column \"county\"");
        let (status, _) = send(&app, &token, &ASK.replace("small", "large"), WIDE).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert_eq!(jobs(&app, &token).await, 0);
        app.stop().await;
    }
}

#[tokio::test]
async fn a_file_beyond_the_limit_is_refused_as_too_large() {
    let settings = HttpSettings { file_bytes_max: 20_000, ..HttpSettings::default() };
    let app = spawn_on(database::sqlite().await, settings);
    let school = TestSchool::open(&app).await;
    let token = school.token(&app, &school.staff).await;
    let large = "1\n".repeat(10_001);
    let (status, problem) = send(&app, &token, ASK, &large).await;
    assert_eq!(
        (status, problem["type"].as_str()),
        (StatusCode::PAYLOAD_TOO_LARGE, Some("/problems/body-too-large"))
    );
    let browser = Browser::of_staff(&app, &school).await;
    let refused = browser.send("/staff/calibrations", browser.form(&large)).await;
    assert_eq!(refused.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert!(refused.text().await.unwrap().contains("That is too large"));
    app.stop().await;
}

/// A browser without scripts: the cookie, the token of the session in the form, and the file as part of it.
struct Browser<'a> {
    app: &'a TestApp,
    cookie: String,
    csrf: String,
}

impl<'a> Browser<'a> {
    async fn of_staff(app: &'a TestApp, school: &TestSchool) -> Self {
        let cookie = format!("waymark_session={}", school.token(app, &school.staff).await);
        let session = app.client().get(app.url("/api/v1/session")).header("cookie", &cookie);
        let session: Value = session.send().await.unwrap().json().await.unwrap();
        Self { app, cookie, csrf: session["csrf_token"].as_str().unwrap().to_owned() }
    }

    fn form(&self, text: &str) -> Form {
        let fields = [
            ("csrf", self.csrf.as_str()),
            ("bank", "small 1"),
            ("from", "2026-09-01"),
            ("to", "2026-09-30"),
            ("items", "all"),
            ("minimum", "30"),
            ("group", ""),
        ];
        let form =
            fields.iter().fold(Form::new(), |form, (name, value)| form.text(*name, (*value).to_owned()));
        form.part("file", Part::text(text.to_owned()).file_name("spring.csv"))
    }

    async fn send(&self, path: &str, form: Form) -> Response {
        let request = self.app.client().post(self.app.url(path)).header("cookie", &self.cookie);
        request.multipart(form).send().await.unwrap()
    }

    async fn read(&self, path: &str) -> String {
        let request = self.app.client().get(self.app.url(path)).header("cookie", &self.cookie);
        request.send().await.unwrap().text().await.unwrap()
    }
}

#[tokio::test]
async fn a_file_goes_with_the_form_and_a_refused_one_shows_it_again() {
    for app in spawn_apps().await {
        let school = with_bank(&app).await;
        let browser = Browser::of_staff(&app, &school).await;
        let token = school.token(&app, &school.staff).await;
        let refused = browser.send("/staff/calibrations", browser.form("interim-001,nowhere\n1,0\n")).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let page = refused.text().await.unwrap();
        assert!(
            page.contains("line 1, column 2: there is no item") && page.contains("value=\"30\""),
            "{page}"
        );

        let forged = Browser { csrf: "guess".to_owned(), cookie: browser.cookie.clone(), app: &app };
        let refused = forged.send("/staff/calibrations", forged.form(WIDE)).await;
        assert_eq!(refused.status(), StatusCode::FORBIDDEN, "a form with a file shows the token, too");
        assert_eq!(jobs(&app, &token).await, 0);

        let text = "interim-001,interim-002\n1,0\n0,1\n";
        let asked = browser.send("/staff/calibrations", browser.form(text)).await;
        assert_eq!(asked.status(), StatusCode::SEE_OTHER);
        let place = asked.headers()["location"].to_str().unwrap().to_owned();
        let page = browser.read(&place).await;
        assert!(page.contains("spring.csv") && page.contains("kept as evidence"), "{page}");
        assert_eq!(browser.read(&format!("{place}/file")).await, text);
        assert!(browser.read("/staff/calibrations").await.contains("spring.csv"));
        app.stop().await;
    }
}

#[tokio::test]
async fn a_bank_file_goes_with_its_form() {
    for app in spawn_apps().await {
        let school = TestSchool::open(&app).await;
        let browser = Browser::of_staff(&app, &school).await;
        let form = |text: String| {
            let form = Form::new().text("csrf", browser.csrf.clone()).text("note", "first");
            form.part("file", Part::text(text).file_name("small.json"))
        };
        let text = small_bank::bank_text_with(400, 100);
        assert!(
            text.len() > HttpSettings::default().body_bytes_max,
            "larger than a form without a file may be"
        );
        let refused = browser.send("/staff/banks", form(text.replace("2PL", "9PL"))).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().await.unwrap().contains("small.json"), "the refusal names the file");
        for _ in 0..2 {
            let brought = browser.send("/staff/banks", form(text.clone())).await;
            assert_eq!(brought.headers()["location"], "/staff/banks/small/1", "the same file adds nothing");
        }
        app.stop().await;
    }
}
