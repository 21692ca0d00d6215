//! Every route on one page, and who may call it.

use actix_web::web::{self, ServiceConfig};

use super::access::ANYONE;
use super::route::{Route, Routes, resources};
use super::{health, openapi, pages};

/// Registers every route.
pub fn register(config: &mut ServiceConfig) {
    for resource in resources(all()) {
        config.service(resource);
    }
    config.service(web::scope("/assets").configure(pages::assets));
}

/// Every route there is, in the order in which a path is matched: fixed paths before those with a variable.
#[must_use]
pub fn all() -> Vec<Route> {
    let mut routes = platform();
    routes.extend(api());
    routes.extend(page_routes());
    routes
}

fn platform() -> Vec<Route> {
    let at = Routes::API;
    vec![
        at.get("/healthz", ANYONE, health::healthz),
        at.get("/readyz", ANYONE, health::readyz),
        at.get("/metrics", ANYONE, health::metrics),
        at.get("/api/openapi.json", ANYONE, openapi::document),
    ]
}

/// The JSON API.
fn api() -> Vec<Route> {
    vec![]
}

/// The pages (`http/pages`).
fn page_routes() -> Vec<Route> {
    let at = Routes::PAGES;
    vec![
        at.get("/", ANYONE, pages::root),
        at.get("/display", ANYONE, pages::display),
        at.post("/display", ANYONE, pages::keep_display),
    ]
}
