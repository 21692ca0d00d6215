//! axe-core on every page of every role, in every theme, and no page that scrolls sideways on a narrow screen.
//!
//! What there is to see comes from the table of routes: a new page that nobody reaches here fails the test.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use actix_web::http::Method;
use serde_json::Value;
use waymark::http::route::Surface;
use waymark::http::routes;
use waymark::store::accounts::Role;

use super::demo::Demo;
use super::driver::Browser;

const THEMES: [&str; 4] = ["light", "dark", "contrast", "cream"];
/// What leads on to another page, or is the part of one that changes.
const NO_PAGES: [&str; 5] = [
    "/",
    "/sign-in/class",
    "/classes/{class_id}/live/rows",
    "/staff/calibrations/{calibration_id}/state",
    "/staff/simulations/{simulation_id}/state",
];

/// The script of axe-core, which scripts/test fetches.
fn axe() -> String {
    let path = std::env::var("WAYMARK_AXE").expect("WAYMARK_AXE names axe.min.js: scripts/test sets it");
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every page that a person of this role may open; those that nobody needs to sign in for are left to nobody.
fn pages_of(role: Option<Role>) -> BTreeSet<&'static str> {
    let pages = routes::all().into_iter().filter(|route| {
        route.method == Method::GET
            && route.surface == Surface::Page
            && route.access.admits(role)
            && (role.is_none() || !route.access.admits(None))
    });
    pages.map(|route| route.path).filter(|path| !NO_PAGES.contains(path)).collect()
}

/// The page that a path belongs to, with the values of its variables.
fn page_of(path: &str) -> Option<(&'static str, Vec<(&'static str, String)>)> {
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let fit = |template: &'static str| {
        let (mut parts, mut wanted) = (path.split('/'), template.split('/'));
        let mut values = Vec::new();
        loop {
            match (parts.next(), wanted.next()) {
                (None, None) => return Some((template, values)),
                (Some(part), Some(want)) => {
                    match want.strip_prefix('{').and_then(|want| want.strip_suffix('}')) {
                        Some(name) => values.push((name, part.to_owned())),
                        None if part == want => {}
                        None => return None,
                    }
                }
                _ => return None,
            }
        }
    };
    routes::all().iter().map(|route| route.path).find_map(fit)
}

/// Somebody who looks at every page there is.
struct Tour<'a> {
    browser: &'a Browser,
    axe: String,
    wrong: BTreeMap<String, Vec<String>>,
    /// Values of variables seen in links, for pages that are reached by typing one, such as the record of an attempt.
    known: BTreeMap<&'static str, String>,
}

impl<'a> Tour<'a> {
    fn new(browser: &'a Browser) -> Self {
        Self { browser, axe: axe(), wrong: BTreeMap::new(), known: BTreeMap::new() }
    }

    /// Looks at one page of each route that links lead to from `starts`, and gives back the routes.
    async fn look(&mut self, starts: impl IntoIterator<Item = String>) -> BTreeSet<&'static str> {
        let mut seen = BTreeSet::new();
        let mut waiting: VecDeque<String> = starts.into_iter().collect();
        while let Some(path) = waiting.pop_front() {
            let Some((page, _)) = page_of(&path) else { continue };
            if NO_PAGES.contains(&page) || seen.contains(page) {
                continue;
            }
            self.browser.open(&path).await;
            // A page may lead on to another, such as the start to the home: that one is in line by itself.
            let at = self.browser.path().await;
            if page_of(&at).map(|(page, _)| page) != Some(page) {
                waiting.push_back(at);
                continue;
            }
            seen.insert(page);
            self.check(&path).await;
            let script = "return [...document.querySelectorAll('a[href^=\"/\"]')].map((link) => link.getAttribute('href'))";
            let links = self.browser.run(script).await;
            for link in links.as_array().into_iter().flatten().filter_map(Value::as_str) {
                if let Some((_, values)) = page_of(link) {
                    self.known.extend(values);
                    waiting.push_back(link.to_owned());
                }
            }
        }
        seen
    }

    /// Looks at every page of a role: from its lists on, and at what only a typed address leads to.
    async fn look_as(&mut self, role: Option<Role>) {
        let pages = pages_of(role);
        let lists = pages.iter().filter(|page| !page.contains('{')).map(|page| (*page).to_owned());
        let mut seen = self.look(lists).await;
        let typed: Vec<String> =
            pages.iter().filter(|page| !seen.contains(*page)).filter_map(|page| self.typed(page)).collect();
        seen.extend(self.look(typed).await);
        let missing: Vec<_> = pages.difference(&seen).collect();
        assert!(missing.is_empty(), "nobody looked at {missing:?} as {role:?}");
    }

    /// The address of a page with the values that were seen.
    fn typed(&self, page: &str) -> Option<String> {
        let parts = page.split('/').map(|part| {
            match part.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                Some(name) => self.known.get(name).cloned(),
                None => Some(part.to_owned()),
            }
        });
        Some(parts.collect::<Option<Vec<_>>>()?.join("/"))
    }

    /// Violations of the page that is open, in words; and whether it scrolls sideways on a narrow screen.
    async fn check(&mut self, path: &str) {
        let browser = self.browser;
        let mut found = Vec::new();
        browser.client.execute(&self.axe, vec![]).await.expect("axe-core loads");
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
        if !found.is_empty() {
            self.wrong.insert(path.to_owned(), found);
        }
    }

    fn assert_nothing_wrong(&self) {
        let list: Vec<String> =
            self.wrong.iter().map(|(page, found)| format!("{page}\n  {}", found.join("\n  "))).collect();
        assert!(list.is_empty(), "{}", list.join("\n"));
    }
}

#[tokio::test]
async fn browser_axe_finds_nothing_on_any_page_of_a_student() {
    let demo = Demo::start().await;
    let browser = Browser::start(&demo.address).await;
    let mut tour = Tour::new(&browser);
    tour.known.insert("code", waymark::delivery::demo::CLASS_CODES[0].to_owned());
    tour.look_as(None).await;
    // A new student, one with an invitation and a result, one in the middle of a test.
    let home = || ["/home".to_owned()];
    for student in ["Maya Alvarez", "Noah Dubois", "Kai Flores"] {
        browser.sign_student_in(student).await;
        tour.look(home()).await;
    }
    browser.sign_student_in("Leo Baker").await;
    tour.look(home()).await;
    browser.open("/home").await;
    browser
        .press("form[action*='/attempts/'] button, form[action*='/start'] button, a[href^='/attempts/']")
        .await;
    browser.until("return location.pathname.startsWith('/attempts/')").await;
    let (_, attempt) = page_of(&browser.path().await).expect("a question is a page");
    // Leo has results of his own; the page of the question is the one that links do not lead to.
    let question = browser.path().await;
    let seen = tour.look([question, "/home".to_owned()]).await;
    tour.known.extend(attempt);
    let missing: Vec<_> = pages_of(Some(Role::Student)).difference(&seen).copied().collect();
    assert!(missing.is_empty(), "nobody looked at {missing:?}");
    tour.assert_nothing_wrong();
    browser.close().await;
}

#[tokio::test]
async fn browser_axe_finds_nothing_on_any_page_of_an_adult() {
    let demo = Demo::start().await;
    let browser = Browser::start(&demo.address).await;
    let mut tour = Tour::new(&browser);
    browser.sign_adult_in("teacher").await;
    tour.look_as(Some(Role::Teacher)).await;
    browser.sign_adult_in("staff").await;
    simulate(&browser).await;
    publish_calibration(&browser).await;
    tour.look_as(Some(Role::Staff)).await;
    browser.sign_adult_in("admin").await;
    tour.look_as(Some(Role::Administrator)).await;
    tour.assert_nothing_wrong();
    browser.close().await;
}

/// A simulation that is done.
async fn simulate(browser: &Browser) {
    browser.open("/staff/simulations").await;
    browser.run("document.getElementById('examinees').value = '50'").await;
    browser.press("form[action='/staff/simulations'] button.primary").await;
    done(browser).await;
}

/// A calibration that is done and published, so that there are two versions to compare.
async fn publish_calibration(browser: &Browser) {
    browser.open("/staff/calibrations").await;
    browser
        .run(
            "document.getElementById('bank').value = 'number-and-fractions 1';
             document.getElementById('minimum').value = '1';",
        )
        .await;
    browser.press("form[action='/staff/calibrations'] button.primary").await;
    done(browser).await;
    browser.press("a[href$='/publish']").await;
    browser.write("#reason", "The first live answers.").await;
    browser.press("form[action$='/publish'] button.primary").await;
    browser.until("return !location.pathname.endsWith('/publish')").await;
}

/// Waits for the job of the page, which loads itself when the job is over.
async fn done(browser: &Browser) {
    browser.until("return document.querySelector('#live-rows[data-over] .badge.good') !== null").await;
}
