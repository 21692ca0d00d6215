//! Every role at every route, each cell asserted with a real request; and the document that names every route.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::{Method, Response, StatusCode};
use serde_json::Value;
use waymark::http::route::Surface;
use waymark::http::routes;
use waymark::store::accounts::Role;

use crate::support::app::{TestApp, spawn_app, spawn_apps};
use crate::support::school::TestSchool;

const TABLE: &str = include_str!("authorisation.txt");
const ROLES: [Option<Role>; 5] =
    [None, Some(Role::Student), Some(Role::Teacher), Some(Role::Staff), Some(Role::Administrator)];

type Key = (String, String);

/// Cells by method and path.
fn table() -> BTreeMap<Key, Vec<&'static str>> {
    let mut rows = BTreeMap::new();
    for line in TABLE.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        assert_eq!(words.len(), 2 + ROLES.len(), "{line}");
        let key = (words[0].to_owned(), words[1].to_owned());
        assert!(rows.insert(key, words[2..].to_vec()).is_none(), "twice: {line}");
    }
    rows
}

fn key_of(method: &str, path: &str) -> Key {
    (method.to_owned(), path.to_owned())
}

#[test]
fn every_route_has_a_row_and_every_row_a_route() {
    let routes: BTreeSet<Key> =
        routes::all().iter().map(|route| key_of(route.method.as_str(), route.path)).collect();
    let rows: BTreeSet<Key> = table().into_keys().collect();
    assert_eq!(routes.difference(&rows).collect::<Vec<_>>(), Vec::<&Key>::new(), "routes without a row");
    assert_eq!(rows.difference(&routes).collect::<Vec<_>>(), Vec::<&Key>::new(), "rows without a route");
}

#[tokio::test]
async fn every_role_gets_what_the_table_says_at_every_route() {
    let mut wrong = Vec::new();
    for app in spawn_apps().await {
        let school = TestSchool::open(&app).await;
        for ((method, path), cells) in table() {
            for (role, cell) in ROLES.iter().zip(&cells) {
                let response = ask(&app, &school, (&method, &path), *role).await;
                if !agrees(&response, cell, cells[0] == "yes") {
                    let got = response.status();
                    wrong.push(format!("{method} {path} as {role:?}: {cell} expected, got {got}"));
                }
            }
        }
        app.stop().await;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

async fn ask(
    app: &TestApp,
    school: &TestSchool,
    (method, path): (&str, &str),
    role: Option<Role>,
) -> Response {
    let token = match role {
        Some(role) => school.token(app, school.one(role)).await,
        None => String::new(),
    };
    let path: String = path
        .split('/')
        .map(|part| if part.starts_with('{') { "nobody" } else { part })
        .collect::<Vec<_>>()
        .join("/");
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    app.ask(method, &path, &token).send().await.unwrap()
}

fn agrees(response: &Response, cell: &str, public: bool) -> bool {
    let status = response.status();
    let location = response.headers().get("location").and_then(|value| value.to_str().ok());
    let shown_the_way =
        status == StatusCode::SEE_OTHER && location.is_some_and(|location| location.starts_with("/sign-in"));
    match cell {
        "yes" => {
            status != StatusCode::UNAUTHORIZED
                && status != StatusCode::FORBIDDEN
                && (public || !shown_the_way)
        }
        "401" => status == StatusCode::UNAUTHORIZED,
        "403" => status == StatusCode::FORBIDDEN,
        "303" => shown_the_way,
        other => panic!("{other} is no cell"),
    }
}

#[tokio::test]
async fn the_document_names_every_route_of_the_api_and_no_other() {
    let app = spawn_app().await;
    let document = app.client().get(app.url("/api/openapi.json")).send().await.unwrap();
    let document: Value = document.json().await.unwrap();
    let mut described = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            described.insert(key_of(&method.to_uppercase(), path));
        }
    }
    let api = routes::all().into_iter().filter(|route| route.surface == Surface::Api);
    let routes: BTreeSet<Key> = api.map(|route| key_of(route.method.as_str(), route.path)).collect();
    assert_eq!(described, routes);
    app.stop().await;
}
