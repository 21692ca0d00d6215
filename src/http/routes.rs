//! Every route on one page, and who may call it.

use actix_web::web::{self, ServiceConfig};

use super::access::{ADMINISTRATORS, ANYONE, LEARNERS_AND_TEACHERS, SIGNED_IN, STAFF, STUDENTS, TEACHERS};
use super::pages::calibration::{self, Calibrations};
use super::pages::staff::simulations::Simulations;
use super::pages::student::{self, attempt, sign_in_doors as doors};
use super::pages::teacher::{attempt_doors, class_doors, student_doors, unlock_doors};
use super::pages::{admin, job, staff};
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
    routes.extend(attempts());
    routes.extend(teachers());
    routes.extend(calibrations());
    routes.extend(simulations());
    routes.extend(staff());
    routes
}

/// Taking an attempt, and looking after one.
fn attempts() -> Vec<Route> {
    let at = Routes::API;
    vec![
        at.get("/api/v1/home", STUDENTS, api::student::home),
        at.get("/api/v1/attempts/{attempt_id}/result", STUDENTS, api::student::result),
        at.post("/api/v1/assessments/{assessment_id}/attempts", STUDENTS, api::attempts::start),
        at.get("/api/v1/attempts/{attempt_id}/step", STUDENTS, api::attempts::step),
        at.post("/api/v1/attempts/{attempt_id}/answers", STUDENTS, api::attempts::answer),
        at.post("/api/v1/attempts/{attempt_id}/finish", STUDENTS, api::attempts::finish),
        at.post("/api/v1/attempts/{attempt_id}/pause", LEARNERS_AND_TEACHERS, api::attempts::pause),
        at.post("/api/v1/attempts/{attempt_id}/resume", LEARNERS_AND_TEACHERS, api::attempts::resume),
        at.post("/api/v1/attempts/{attempt_id}/invalidate", TEACHERS, api::attempts::invalidate),
        at.post("/api/v1/attempts/{attempt_id}/reset", TEACHERS, api::attempts::reset),
    ]
}

/// Banks, plans, policies, assessments, and the proof of attempts.
fn staff() -> Vec<Route> {
    let at = Routes::API;
    vec![
        at.get("/api/v1/banks", STAFF, api::banks::list),
        at.post("/api/v1/banks", STAFF, api::banks::import),
        at.post("/api/v1/banks/check", STAFF, api::banks::check),
        at.get("/api/v1/banks/{bank_id}/versions/{version}", STAFF, api::banks::show),
        at.get("/api/v1/banks/{bank_id}/versions/{version}/file", STAFF, api::banks::file),
        at.get("/api/v1/banks/{bank_id}/versions/{version}/items", STAFF, api::banks::items),
        at.get("/api/v1/banks/{bank_id}/versions/{version}/items/{item_id}", STAFF, api::banks::item),
        at.post("/api/v1/banks/{bank_id}/versions/{version}/publish", STAFF, api::banks::publish),
        at.get("/api/v1/banks/{bank_id}/versions/{version}/comparison", STAFF, api::bank_comparison::compare),
        at.get("/api/v1/banks/{bank_id}/versions/{version}/wright", STAFF, api::banks::wright),
        at.get("/api/v1/banks/{bank_id}/alarms", STAFF, api::item_records::alarms),
        at.get("/api/v1/banks/{bank_id}/items/{item_id}/record", STAFF, api::item_records::record),
        at.put("/api/v1/banks/{bank_id}/items/{item_id}/alarm", STAFF, api::item_records::settle),
        at.get("/api/v1/plans", STAFF, api::documents::list_plans),
        at.get("/api/v1/plans/{plan_id}/versions/{version}", STAFF, api::documents::show_plan),
        at.post("/api/v1/plans/{plan_id}/versions", STAFF, api::documents::publish_plan),
        at.get("/api/v1/policies", STAFF, api::documents::list_policies),
        at.post("/api/v1/policies/meaning", STAFF, api::documents::policy_meaning),
        at.get("/api/v1/policies/{policy_id}/versions/{version}", STAFF, api::documents::show_policy),
        at.post("/api/v1/policies/{policy_id}/versions", STAFF, api::documents::publish_policy),
        at.get("/api/v1/assessments", STAFF, api::assessments::list),
        at.get("/api/v1/assessments/{assessment_id}", STAFF, api::assessments::show),
        at.get("/api/v1/assessments/{assessment_id}/shortfalls", STAFF, api::assessments::shortfalls),
        at.put("/api/v1/assessments/{assessment_id}", STAFF, api::assessments::publish),
        at.delete("/api/v1/assessments/{assessment_id}", STAFF, api::assessments::retire),
        at.get("/api/v1/attempts/{attempt_id}/log", STAFF, api::attempt_records::log),
        at.get("/api/v1/attempts/{attempt_id}/replay", STAFF, api::attempt_records::replay),
    ]
}

/// What teachers see and decide.
fn teachers() -> Vec<Route> {
    let at = Routes::API;
    vec![
        at.get("/api/v1/classes/{class_id}/overview", TEACHERS, api::teacher::overview),
        at.get("/api/v1/classes/{class_id}/groups", TEACHERS, api::teacher::class_groups),
        at.get("/api/v1/classes/{class_id}/live", TEACHERS, api::teacher::live),
        at.get("/api/v1/students/{student_id}/evidence", TEACHERS, api::teacher::evidence),
        at.get("/api/v1/attempts/{attempt_id}/report", TEACHERS, api::teacher::report),
        at.post("/api/v1/students/{student_id}/unlocks", TEACHERS, api::unlocks::grant),
        at.post("/api/v1/classes/{class_id}/unlocks", TEACHERS, api::unlocks::grant_many),
        at.delete("/api/v1/unlocks/{unlock_id}", TEACHERS, api::unlocks::revoke),
        at.post("/api/v1/students/{student_id}/consents", TEACHERS, api::unlocks::record_consent),
    ]
}

/// Calibrating banks from live answers.
fn calibrations() -> Vec<Route> {
    let at = Routes::API;
    vec![
        at.get("/api/v1/calibrations", STAFF, api::calibrations::list),
        at.post("/api/v1/calibrations", STAFF, api::calibrations::ask),
        at.post("/api/v1/calibrations/file", STAFF, api::calibrations::ask_with_file),
        at.get("/api/v1/calibrations/{calibration_id}", STAFF, api::calibrations::show),
        at.delete("/api/v1/calibrations/{calibration_id}", STAFF, api::calibrations::cancel),
        at.get("/api/v1/calibrations/{calibration_id}/file", STAFF, api::calibrations::file),
        at.put("/api/v1/calibrations/{calibration_id}/items/{item_id}", STAFF, api::calibrations::decide),
        at.get("/api/v1/calibrations/{calibration_id}/impact", STAFF, api::calibrations::show_impact),
        at.post("/api/v1/calibrations/{calibration_id}/publish", STAFF, api::calibrations::publish),
    ]
}

/// Simulating plans before a student meets them.
fn simulations() -> Vec<Route> {
    let at = Routes::API;
    vec![
        at.get("/api/v1/simulations", STAFF, api::simulations::list),
        at.post("/api/v1/simulations", STAFF, api::simulations::ask),
        at.get("/api/v1/simulations/{simulation_id}", STAFF, api::simulations::show),
        at.delete("/api/v1/simulations/{simulation_id}", STAFF, api::simulations::cancel),
        at.get("/api/v1/simulations/{simulation_id}/report", STAFF, api::simulations::report),
    ]
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
        at.post("/api/v1/roster/preview", ADMINISTRATORS, api::roster::preview),
        at.post("/api/v1/roster", ADMINISTRATORS, api::roster::import),
        at.get("/api/v1/audit", ADMINISTRATORS, api::audit::list),
    ]
}

/// The pages (`http/pages`).
fn page_routes() -> Vec<Route> {
    let mut routes = front_pages();
    routes.extend(student_pages());
    routes.extend(teacher_pages());
    routes.extend(staff_pages());
    routes.extend(administrator_pages());
    routes.extend(calibration_pages());
    routes.extend(simulation_pages());
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
        at.get("/home", STUDENTS, student::home_door::home),
        at.post("/assessments/{assessment_id}/start", STUDENTS, attempt::start),
        at.get("/attempts/{attempt_id}", STUDENTS, attempt::question),
        at.post("/attempts/{attempt_id}/answer", STUDENTS, attempt::answer),
        at.get("/attempts/{attempt_id}/pause", STUDENTS, attempt::ask_pause),
        at.post("/attempts/{attempt_id}/pause", STUDENTS, attempt::pause),
        at.post("/attempts/{attempt_id}/resume", STUDENTS, attempt::resume),
        at.get("/attempts/{attempt_id}/help", STUDENTS, attempt::help),
        at.get("/attempts/{attempt_id}/result", STUDENTS, student::result_door::result),
    ]
}

/// Pages of a teacher.
fn teacher_pages() -> Vec<Route> {
    let at = Routes::PAGES;
    vec![
        at.get("/classes", TEACHERS, class_doors::classes),
        at.get("/classes/{class_id}", TEACHERS, class_doors::class),
        at.get("/classes/{class_id}/groups", TEACHERS, class_doors::groups),
        at.get("/classes/{class_id}/live", TEACHERS, attempt_doors::live),
        at.get("/classes/{class_id}/live/rows", TEACHERS, attempt_doors::live_rows),
        at.get("/classes/{class_id}/unlock", TEACHERS, unlock_doors::ask_bulk),
        at.post("/classes/{class_id}/unlock", TEACHERS, unlock_doors::unlock_many),
        at.get("/classes/{class_id}/students", TEACHERS, admin::secrets::sign_ins),
        at.post("/students/{student_id}/secret", TEACHERS, admin::secrets::reset_student),
        at.get("/students/{student_id}", TEACHERS, student_doors::student),
        at.get("/students/{student_id}/unlock/{assessment_id}", TEACHERS, unlock_doors::ask_unlock),
        at.post("/students/{student_id}/unlock/{assessment_id}", TEACHERS, unlock_doors::unlock),
        at.post("/students/{student_id}/consent/{assessment_id}", TEACHERS, unlock_doors::consent),
        at.post("/unlocks/{unlock_id}/revoke", TEACHERS, unlock_doors::revoke),
        at.get("/attempts/{attempt_id}/manage", TEACHERS, attempt_doors::manage),
        at.post("/attempts/{attempt_id}/hold", TEACHERS, attempt_doors::hold),
        at.post("/attempts/{attempt_id}/release", TEACHERS, attempt_doors::release),
        at.post("/attempts/{attempt_id}/invalidate", TEACHERS, attempt_doors::invalidate),
        at.post("/attempts/{attempt_id}/reset", TEACHERS, attempt_doors::reset),
    ]
}

/// Staff's pages of calibrations.
fn calibration_pages() -> Vec<Route> {
    let at = Routes::PAGES;
    vec![
        at.get("/staff/calibrations", STAFF, calibration::list),
        at.post("/staff/calibrations", STAFF, calibration::ask),
        at.get("/staff/calibrations/{calibration_id}", STAFF, calibration::show_one),
        at.get("/staff/calibrations/{calibration_id}/state", STAFF, job::state_part::<Calibrations>),
        at.get("/staff/calibrations/{calibration_id}/file", STAFF, api::calibrations::file),
        at.post("/staff/calibrations/{calibration_id}/cancel", STAFF, job::cancel::<Calibrations>),
        at.post("/staff/calibrations/{calibration_id}/items/{item_id}", STAFF, calibration::decide),
        at.get("/staff/calibrations/{calibration_id}/publish", STAFF, calibration::effect),
        at.post("/staff/calibrations/{calibration_id}/publish", STAFF, calibration::publish),
    ]
}

/// Staff's pages of simulations.
fn simulation_pages() -> Vec<Route> {
    let at = Routes::PAGES;
    vec![
        at.get("/staff/simulations", STAFF, staff::simulations::list),
        at.post("/staff/simulations", STAFF, staff::simulations::ask),
        at.get("/staff/simulations/{simulation_id}", STAFF, staff::simulations::show_one),
        at.get("/staff/simulations/{simulation_id}/state", STAFF, job::state_part::<Simulations>),
        at.post("/staff/simulations/{simulation_id}/cancel", STAFF, job::cancel::<Simulations>),
    ]
}

/// Pages of assessment staff.
fn staff_pages() -> Vec<Route> {
    let at = Routes::PAGES;
    vec![
        at.get("/staff/banks", STAFF, staff::banks::banks),
        at.post("/staff/banks", STAFF, staff::banks::import),
        at.get("/staff/banks/{bank_id}/{version}", STAFF, staff::banks::bank),
        at.get("/staff/banks/{bank_id}/{version}/comparison", STAFF, staff::bank_comparison::compare),
        at.get("/staff/banks/{bank_id}/{version}/map", STAFF, staff::banks::map),
        at.post("/staff/banks/{bank_id}/{version}/publish", STAFF, staff::banks::publish),
        at.get("/staff/banks/{bank_id}/{version}/items/{item_id}", STAFF, staff::items::item),
        at.post("/staff/banks/{bank_id}/{version}/items/{item_id}/alarm", STAFF, staff::item_watch::settle),
        at.get("/staff/plans", STAFF, staff::documents::plans),
        at.post("/staff/plans", STAFF, staff::documents::send_plan),
        at.get("/staff/plans/{plan_id}/{version}", STAFF, staff::documents::plan),
        at.get("/staff/policies", STAFF, staff::documents::policies),
        at.post("/staff/policies", STAFF, staff::documents::send_policy),
        at.get("/staff/policies/{policy_id}/{version}", STAFF, staff::documents::policy),
        at.get("/staff/assessments", STAFF, staff::assessments::assessments),
        at.post("/staff/assessments", STAFF, staff::assessments::send),
        at.get("/staff/assessments/new", STAFF, staff::assessments::new),
        at.get("/staff/assessments/{assessment_id}", STAFF, staff::assessments::assessment),
        at.post("/staff/assessments/{assessment_id}/retire", STAFF, staff::assessments::retire),
        at.get("/staff/attempts", STAFF, staff::attempts::find),
        at.get("/staff/attempts/{attempt_id}", STAFF, staff::attempts::attempt),
    ]
}

/// Pages of an administrator.
fn administrator_pages() -> Vec<Route> {
    let at = Routes::PAGES;
    vec![
        at.get("/admin/accounts", ADMINISTRATORS, admin::accounts::list),
        at.post("/admin/accounts", ADMINISTRATORS, admin::accounts::add),
        at.get("/admin/accounts/{account_id}", ADMINISTRATORS, admin::accounts::account),
        at.post("/admin/accounts/{account_id}/secret", ADMINISTRATORS, admin::secrets::reset_account),
        at.post("/admin/accounts/{account_id}/sessions", ADMINISTRATORS, admin::accounts::end_sessions),
        at.post("/admin/accounts/{account_id}/details", ADMINISTRATORS, admin::accounts::change_details),
        at.post("/admin/accounts/{account_id}/status", ADMINISTRATORS, admin::accounts::set_status),
        at.get("/admin/roster", ADMINISTRATORS, admin::roster::ask),
        at.post("/admin/roster", ADMINISTRATORS, admin::roster::send),
        at.get("/admin/audit", ADMINISTRATORS, admin::audit::audit),
        at.get("/admin/classes", ADMINISTRATORS, admin::classes::list_classes),
        at.post("/admin/classes", ADMINISTRATORS, admin::classes::add_class),
        at.get("/admin/classes/{class_id}", ADMINISTRATORS, admin::class::show_class),
        at.post("/admin/classes/{class_id}", ADMINISTRATORS, admin::class::change_class),
        at.post("/admin/classes/{class_id}/status", ADMINISTRATORS, admin::class::set_class_status),
        at.post("/admin/classes/{class_id}/members", ADMINISTRATORS, admin::class::add_member),
        at.post(
            "/admin/classes/{class_id}/members/{account_id}/remove",
            ADMINISTRATORS,
            admin::class::remove_member,
        ),
        at.get("/admin/sessions", ADMINISTRATORS, admin::sessions::own_sessions),
        at.post("/admin/sessions/end", ADMINISTRATORS, admin::sessions::end_all),
        at.post("/admin/sessions/{session_id}/end", ADMINISTRATORS, admin::sessions::end_one),
    ]
}
