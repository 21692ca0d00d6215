//! The administrator's pages of classes and sessions in a browser's way: with the cookie and the token of the session in each form.

use reqwest::{Method, Response, StatusCode};
use serde_json::Value;

use crate::support::app::{TestApp, spawn_app};
use crate::support::school::TestSchool;

struct Browser<'a> {
    app: &'a TestApp,
    cookie: String,
    csrf: String,
}

impl<'a> Browser<'a> {
    async fn of_administrator(app: &'a TestApp, school: &TestSchool) -> Self {
        let token = school.token(app, school.one(waymark::store::accounts::Role::Administrator)).await;
        let cookie = format!("waymark_session={token}");
        let session = app.client().get(app.url("/api/v1/session")).header("cookie", &cookie);
        let session: Value = session.send().await.unwrap().json().await.unwrap();
        Self { app, cookie, csrf: session["csrf_token"].as_str().unwrap().to_owned() }
    }

    async fn read(&self, path: &str) -> String {
        let request = self.app.client().get(self.app.url(path)).header("cookie", &self.cookie);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.text().await.unwrap()
    }

    async fn send(&self, path: &str, fields: &str) -> Response {
        let body = format!("csrf={}&{fields}", self.csrf);
        let request = self.app.client().request(Method::POST, self.app.url(path));
        let request = request.header("cookie", &self.cookie).body(body);
        request.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap()
    }
}

fn place(response: &Response) -> String {
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    response.headers()["location"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_class_is_added_and_gets_its_people() {
    let app = spawn_app().await;
    let school = TestSchool::open(&app).await;
    let browser = Browser::of_administrator(&app, &school).await;
    let page = place(&browser.send("/admin/classes", "name=Room+9&code=&grade=4").await);
    assert!(browser.read(&page).await.contains("Nobody yet."));
    let refused = browser.send("/admin/classes", "name=Room+9&grade=four").await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let offered = browser.read(&format!("{page}?find=ada")).await;
    assert!(offered.contains(&format!("name=\"account_id\" value=\"{}\"", school.ada.id)), "{offered}");
    let teacher = school.one(waymark::store::accounts::Role::Teacher);
    let added = browser.send(&format!("{page}/members"), &format!("account_id={}", teacher.id)).await;
    assert_eq!(place(&added), page);
    let remove = format!("{page}/members/{}/remove", teacher.id);
    assert!(browser.read(&page).await.contains(&remove));
    assert_eq!(place(&browser.send(&remove, "").await), page);
    assert!(!browser.read(&page).await.contains(&remove));
    assert_eq!(place(&browser.send(&page, "name=Room+10&code=ROOMTEN&grade=5").await), page);
    let renamed = browser.read(&page).await;
    assert!(renamed.contains("Room 10") && renamed.contains("ROOMTEN"), "{renamed}");
    browser.send(&format!("{page}/status"), "status=archived").await;
    assert!(browser.read(&page).await.contains("Take it into use again"));
    let code = app.client().get(app.url("/api/v1/class-codes/ROOMTEN")).send().await.unwrap();
    assert_eq!(code.status(), StatusCode::NOT_FOUND);
    browser.send(&format!("{page}/status"), "status=active").await;
    assert!(browser.read(&page).await.contains("Archive this class"));
    app.stop().await;
}

#[tokio::test]
async fn an_administrator_ends_another_session_of_their_own() {
    let app = spawn_app().await;
    let school = TestSchool::open(&app).await;
    let here = Browser::of_administrator(&app, &school).await;
    let there = Browser::of_administrator(&app, &school).await;
    let page = here.read("/admin/sessions").await;
    let end = page.split_once("action=\"/admin/sessions/").unwrap().1.split('"').next().unwrap();
    assert_eq!(place(&here.send(&format!("/admin/sessions/{end}"), "").await), "/admin/sessions");
    let request = app.client().get(app.url("/admin/sessions")).header("cookie", &there.cookie);
    assert_eq!(request.send().await.unwrap().status(), StatusCode::SEE_OTHER);
    here.read("/admin/sessions").await;
    app.stop().await;
}

#[tokio::test]
async fn somebody_who_cannot_be_added_is_asked_for_again_with_what_was_typed() {
    let app = spawn_app().await;
    let school = TestSchool::open(&app).await;
    let browser = Browser::of_administrator(&app, &school).await;
    let refused = browser.send("/admin/accounts", "name=Ann+Lee&role=student&grade=&accelerated=yes").await;
    assert_eq!(refused.status(), 422);
    let page = refused.text().await.unwrap();
    assert!(page.contains("a student needs a grade") && page.contains("value=\"Ann Lee\""), "{page}");
    assert!(page.contains("value=\"yes\" checked"), "{page}");
    app.stop().await;
}

#[tokio::test]
async fn a_roster_of_a_whole_district_is_previewed_and_its_problems_name_the_line() {
    let app = spawn_app().await;
    let school = TestSchool::open(&app).await;
    let browser = Browser::of_administrator(&app, &school).await;
    let header = "role,person_id,name,grade\r\n";
    let wrong = encoded(&format!("{header}student,S-1,Ada,four\r\n"));
    let refused = browser.send("/admin/roster", &format!("text={wrong}&do=preview")).await;
    assert_eq!(refused.status(), 422);
    let refused = refused.text().await.unwrap();
    assert!(refused.contains("line 2") && refused.contains("four"), "{refused}");

    let mut rows = header.to_owned();
    for number in 0..4_000 {
        rows.push_str(&format!("student,S-{number},Student number {number},4\r\n"));
    }
    let preview = browser.send("/admin/roster", &format!("text={}&do=preview", encoded(&rows))).await;
    assert_eq!(preview.status(), 200);
    assert!(preview.text().await.unwrap().contains("4000 new"));

    let whole = format!("text={}&extent=whole&do=preview", encoded(&rows));
    let refused = browser.send("/admin/roster", &whole).await;
    assert_eq!(refused.status(), 422, "nobody is in a class by this file");
    let refused = refused.text().await.unwrap();
    assert!(refused.contains("would empty every class"), "{refused}");
    assert!(refused.contains("value=\"whole\" checked"), "{refused}");
    app.stop().await;
}

#[tokio::test]
async fn what_is_known_about_a_person_is_changed_on_the_page_of_the_account() {
    let app = spawn_app().await;
    let school = TestSchool::open(&app).await;
    let browser = Browser::of_administrator(&app, &school).await;
    let page = format!("/admin/accounts/{}", school.ada.id);
    let details = format!("{page}/details");
    assert_eq!(place(&browser.send(&details, "name=Ada+King&grade=6&accelerated=yes").await), page);
    let shown = browser.read(&page).await;
    assert!(shown.contains("Ada King") && shown.contains("value=\"yes\" checked"), "{shown}");
    browser.send(&details, "name=Ada+King&grade=six").await;
    browser.send(&details, "name=Ada+King&grade=6").await;
    assert!(!browser.read(&page).await.contains("value=\"yes\" checked"));
    app.stop().await;
}

/// A text as a form sends it.
fn encoded(text: &str) -> String {
    text.replace(',', "%2C").replace('\r', "%0D").replace('\n', "%0A").replace(' ', "+")
}
