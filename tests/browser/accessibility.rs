//! axe-core on every page that can be reached, in every theme, and no page that scrolls sideways on a narrow screen.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::{Value, json};
use waymark::http::routes;

use super::demo::Demo;
use super::driver::Browser;

const THEMES: [&str; 4] = ["light", "dark", "contrast", "cream"];
/// Pages looked at for one person at most.
const PAGES_MAX: usize = 60;

/// The script of axe-core, which scripts/test fetches.
fn axe() -> String {
    let path = std::env::var("WAYMARK_AXE").expect("WAYMARK_AXE names axe.min.js: scripts/test sets it");
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The route that a path belongs to.
fn route_of(path: &str) -> Option<&'static str> {
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let fits = |template: &str| {
        let (mut parts, mut wanted) = (path.split('/'), template.split('/'));
        loop {
            match (parts.next(), wanted.next()) {
                (None, None) => return true,
                (Some(part), Some(want)) if want.starts_with('{') || part == want => {}
                _ => return false,
            }
        }
    };
    routes::all().iter().map(|route| route.path).find(|template| fits(template))
}

/// Violations of the page that is open, in words; and whether it scrolls sideways at 320 pixels.
async fn violations(browser: &Browser, axe: &str) -> Vec<String> {
    let mut found = Vec::new();
    browser.client.execute(axe, vec![]).await.expect("axe-core loads");
    for theme in THEMES {
        browser.run(&format!("document.documentElement.dataset.theme = '{theme}'")).await;
        let result = browser
            .client
            .execute_async(
                "const done = arguments[arguments.length - 1];
                 axe.run(document, { resultTypes: ['violations'] }).then((result) => done(result.violations.map(
                     (one) => `${one.id}: ${one.nodes.slice(0, 2).map((node) => node.html.slice(0, 160)).join(' | ')}`
                 )), (error) => done([String(error)]));",
                vec![],
            )
            .await
            .expect("axe-core runs");
        for violation in result.as_array().into_iter().flatten().filter_map(Value::as_str) {
            found.push(format!("{theme}: {violation}"));
        }
    }
    browser.client.set_window_size(500, 900).await.expect("the window can be made small");
    let widths = browser.run("return [document.documentElement.scrollWidth, window.innerWidth]").await;
    if widths[0].as_f64() > widths[1].as_f64() {
        found.push(format!("scrolls sideways: {} of {} pixels", widths[0], widths[1]));
    }
    browser.client.set_window_size(1280, 900).await.expect("the window can be made wide");
    found
}

/// Every page that links lead to from where the browser stands, one of each route.
async fn look_around(
    browser: &Browser,
    axe: &str,
    wrong: &mut BTreeMap<String, Vec<String>>,
) -> BTreeSet<&'static str> {
    let mut seen = BTreeSet::new();
    let mut waiting: VecDeque<String> = VecDeque::from([browser.path().await]);
    while let Some(path) = waiting.pop_front() {
        let route = route_of(&path);
        let Some(route) = route.filter(|route| seen.len() < PAGES_MAX && !seen.contains(route)) else {
            continue;
        };
        browser.open(&path).await;
        // A page may lead on to another, such as the start to the home: that one is in line by itself.
        if route_of(&browser.path().await) != Some(route) {
            waiting.push_back(browser.path().await);
            continue;
        }
        seen.insert(route);
        let found = violations(browser, axe).await;
        if !found.is_empty() {
            wrong.insert(path.clone(), found);
        }
        let links = browser
            .run("return [...document.querySelectorAll('a[href^=\"/\"]')].map((link) => link.getAttribute('href'))")
            .await;
        let links = links.as_array().cloned().unwrap_or_default();
        waiting.extend(
            links.iter().filter_map(Value::as_str).filter(|path| route_of(path).is_some()).map(str::to_owned),
        );
    }
    seen
}

fn assert_nothing_wrong(wrong: &BTreeMap<String, Vec<String>>) {
    let list: Vec<String> =
        wrong.iter().map(|(page, found)| format!("{page}\n  {}", found.join("\n  "))).collect();
    assert!(wrong.is_empty(), "{}", list.join("\n"));
}

#[tokio::test]
async fn browser_axe_finds_nothing_on_any_page_of_a_student() {
    let (demo, axe) = (Demo::start().await, axe());
    let browser = Browser::start(&demo.address).await;
    let mut wrong = BTreeMap::new();
    browser.open("/sign-in").await;
    let mut seen = look_around(&browser, &axe, &mut wrong).await;
    for student in ["Noah Dubois", "Kai Flores", "Leo Baker"] {
        browser.sign_student_in(student).await;
        seen.extend(look_around(&browser, &axe, &mut wrong).await);
    }
    browser
        .press("form[action*='/attempts/'] button, form[action*='/start'] button, a[href^='/attempts/']")
        .await;
    browser.until("return location.pathname.startsWith('/attempts/')").await;
    seen.extend(look_around(&browser, &axe, &mut wrong).await);
    for page in
        ["/home", "/attempts/{attempt_id}", "/attempts/{attempt_id}/result", "/attempts/{attempt_id}/pause"]
    {
        assert!(seen.contains(page), "{page} was not reached: {seen:?}");
    }
    assert_nothing_wrong(&wrong);
    browser.close().await;
}

#[tokio::test]
async fn browser_axe_finds_nothing_on_any_page_of_an_adult() {
    let (demo, axe) = (Demo::start().await, axe());
    let browser = Browser::start(&demo.address).await;
    let mut wrong = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for adult in ["teacher", "staff", "admin"] {
        browser.sign_adult_in(adult).await;
        seen.extend(look_around(&browser, &axe, &mut wrong).await);
    }
    for page in
        ["/classes/{class_id}", "/students/{student_id}", "/classes/{class_id}/live", "/staff/calibrations"]
    {
        assert!(seen.contains(page), "{page} was not reached: {seen:?}");
    }
    assert_nothing_wrong(&wrong);
    browser.close().await;
}

#[tokio::test]
async fn browser_a_question_can_be_answered_without_scripts() {
    let demo = Demo::start().await;
    let client = reqwest::Client::builder().cookie_store(true).build().unwrap();
    let names = client
        .get(format!("{}/sign-in/class/TRAIL4", demo.address))
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let maya = names
        .split("href=\"")
        .find(|part| part.contains("Leo Baker"))
        .and_then(|part| part.split('"').next());
    let form = [("secret", waymark::delivery::demo::STUDENT_PIN)];
    let signed = client.post(format!("{}{}", demo.address, maya.unwrap())).form(&form).send().await.unwrap();
    let home = signed.text().await.unwrap();
    let attempt = home.split('"').find(|word| word.starts_with("/attempts/")).expect("his test is open");
    let attempt = attempt.trim_end_matches("/resume").to_owned();
    let page = client.get(format!("{}{attempt}", demo.address)).send().await.unwrap();
    assert_eq!(page.status(), 200);
    let page = page.text().await.unwrap();
    let value = |name: &str| {
        let rest = page.split(&format!("name=\"{name}\" value=\"")).nth(1)?;
        rest.split('"').next().map(str::to_owned)
    };
    let (csrf, item) = (value("csrf").unwrap(), value("item").unwrap());
    let empty = [("csrf", csrf.as_str()), ("item", item.as_str())];
    let again = client.post(format!("{}{attempt}/answer", demo.address)).form(&empty).send().await.unwrap();
    assert_eq!(again.status(), 422, "an empty answer is asked for again");
    let again = again.text().await.unwrap();
    assert!(again.contains(&format!("value=\"{item}\"")), "the same question is shown");
    assert_eq!(json!(again.contains("role=\"alert\"")), json!(true), "and says what is missing");
}
