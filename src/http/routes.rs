//! Every route on one page, and who may call it.

use actix_web::web::{self, ServiceConfig};

use super::access::{ADMINISTRATORS, ANYONE, SIGNED_IN, STUDENTS, TEACHERS};
use super::pages::student::{attempt, sign_in_doors as doors};
use super::route::{Route, Routes, resources};
use super::{api, health, openapi, pages};

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
    let mut routes = sessions();
    routes.extend(people());
    routes
}

/// Signing in and out.
fn sessions() -> Vec<Route> {
    let at = Routes::API;
    vec![
        at.get("/api/v1/class-codes/{code}", ANYONE, api::class_codes::show),
        at.post("/api/v1/sessions", ANYONE, api::sessions::open),
        at.get("/api/v1/sessions", SIGNED_IN, api::sessions::list),
        at.delete("/api/v1/sessions", SIGNED_IN, api::sessions::close_all),
        at.get("/api/v1/session", SIGNED_IN, api::sessions::current),
        at.delete("/api/v1/session", SIGNED_IN, api::sessions::close),
    ]
}

/// Accounts, classes and the record of changes.
fn people() -> Vec<Route> {
    let at = Routes::API;
    vec![
        at.get("/api/v1/accounts", ADMINISTRATORS, api::accounts::list),
        at.post("/api/v1/accounts", ADMINISTRATORS, api::accounts::add),
        at.get("/api/v1/accounts/{account_id}", ADMINISTRATORS, api::accounts::show),
        at.patch("/api/v1/accounts/{account_id}", ADMINISTRATORS, api::accounts::change),
        at.put("/api/v1/accounts/{account_id}/secret", TEACHERS, api::accounts::reset_secret),
        at.delete("/api/v1/accounts/{account_id}/sessions", TEACHERS, api::accounts::close_sessions),
        at.get("/api/v1/classes", TEACHERS, api::classes::list),
        at.post("/api/v1/classes", ADMINISTRATORS, api::classes::add),
        at.get("/api/v1/classes/{class_id}", TEACHERS, api::classes::show),
        at.patch("/api/v1/classes/{class_id}", ADMINISTRATORS, api::classes::change),
        at.put("/api/v1/classes/{class_id}/members/{account_id}", ADMINISTRATORS, api::classes::put_member),
        at.delete(
            "/api/v1/classes/{class_id}/members/{account_id}",
            ADMINISTRATORS,
            api::classes::remove_member,
        ),
        at.get("/api/v1/audit", ADMINISTRATORS, api::audit::list),
    ]
}

/// The pages (`http/pages`).
fn page_routes() -> Vec<Route> {
    let mut routes = front_pages();
    routes.extend(student_pages());
    routes
}

/// Pages for everybody: the way in and out, and how pages look.
fn front_pages() -> Vec<Route> {
    let at = Routes::PAGES;
    vec![
        at.get("/", ANYONE, pages::root),
        at.get("/display", ANYONE, pages::display),
        at.post("/display", ANYONE, pages::keep_display),
        at.get("/sign-in", ANYONE, doors::ask_code),
        at.get("/sign-in/adult", ANYONE, doors::ask_adult),
        at.post("/sign-in/adult", ANYONE, doors::sign_adult_in),
        at.get("/sign-in/class", ANYONE, doors::find_class),
        at.get("/sign-in/class/{code}", ANYONE, doors::show_names),
        at.get("/sign-in/class/{code}/{student_id}", ANYONE, doors::ask_secret),
        at.post("/sign-in/class/{code}/{student_id}", ANYONE, doors::sign_student_in),
        at.post("/sign-out", SIGNED_IN, doors::sign_out),
    ]
}

/// Pages of a student.
fn student_pages() -> Vec<Route> {
    let at = Routes::PAGES;
    vec![
        at.post("/assessments/{assessment_id}/start", STUDENTS, attempt::start),
        at.get("/attempts/{attempt_id}", STUDENTS, attempt::question),
        at.post("/attempts/{attempt_id}/answer", STUDENTS, attempt::answer),
        at.get("/attempts/{attempt_id}/pause", STUDENTS, attempt::ask_pause),
        at.post("/attempts/{attempt_id}/pause", STUDENTS, attempt::pause),
        at.post("/attempts/{attempt_id}/resume", STUDENTS, attempt::resume),
        at.get("/attempts/{attempt_id}/help", STUDENTS, attempt::help),
    ]
}
