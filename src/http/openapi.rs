//! The OpenAPI document of the JSON API.

use actix_web::HttpResponse;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::problem::{FieldProblem, Problem};
use super::{api, health};

/// The document, gathered from the handlers.
#[derive(OpenApi)]
#[openapi(
    info(title = "Waymark", description = "On-demand adaptive assessment. Errors are problem details (RFC 9457)."),
    paths(
        health::healthz,
        health::readyz,
        health::metrics,
        document,
        api::class_codes::show,
        api::sessions::open,
        api::sessions::list,
        api::sessions::close_all,
        api::sessions::current,
        api::sessions::close,
        api::accounts::list,
        api::accounts::add,
        api::accounts::show,
        api::accounts::change,
        api::accounts::reset_secret,
        api::accounts::close_sessions,
        api::classes::list,
        api::classes::add,
        api::classes::show,
        api::classes::change,
        api::classes::put_member,
        api::classes::remove_member,
        api::roster::preview,
        api::roster::import,
        api::audit::list,
        api::attempts::start,
        api::attempts::step,
        api::attempts::answer,
        api::attempts::finish,
        api::attempts::pause,
        api::attempts::resume,
        api::attempts::invalidate,
        api::attempts::reset,
        api::unlocks::grant,
        api::unlocks::grant_many,
        api::unlocks::revoke,
        api::unlocks::record_consent,
        api::item_records::alarms,
        api::item_records::record,
        api::item_records::settle,
        api::calibrations::list,
        api::calibrations::ask,
        api::calibrations::ask_with_file,
        api::calibrations::file,
        api::calibrations::show,
        api::calibrations::cancel,
        api::calibrations::decide,
        api::calibrations::show_impact,
        api::calibrations::publish,
        api::simulations::list,
        api::simulations::ask,
        api::simulations::show,
        api::simulations::cancel,
        api::simulations::report,
        api::student::home,
        api::student::result,
        api::banks::list,
        api::banks::import,
        api::banks::check,
        api::banks::show,
        api::banks::file,
        api::banks::items,
        api::banks::item,
        api::banks::publish,
        api::banks::wright,
        api::bank_comparison::compare,
        api::documents::list_plans,
        api::documents::show_plan,
        api::documents::publish_plan,
        api::documents::list_policies,
        api::documents::policy_meaning,
        api::documents::show_policy,
        api::documents::publish_policy,
        api::assessments::list,
        api::assessments::show,
        api::assessments::shortfalls,
        api::assessments::publish,
        api::assessments::retire,
        api::attempt_records::log,
        api::attempt_records::replay,
        api::teacher::overview,
        api::teacher::class_groups,
        api::teacher::live,
        api::teacher::evidence,
        api::teacher::report,
    ),
    components(schemas(Problem, FieldProblem)),
    modifiers(&Credentials),
    security(("bearer" = []), ("cookie" = []), ())
)]
pub struct Document;

/// How a request may show who makes it.
struct Credentials;

impl Modify for Credentials {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_with(Default::default);
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("The token that POST /api/v1/sessions gives."))
            .build();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        let cookie = ApiKeyValue::with_description(
            "waymark_session",
            "The cookie of the pages; a request that changes something sends X-CSRF-Token as well.",
        );
        components.add_security_scheme("cookie", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}

/// This document.
#[utoipa::path(get, path = "/api/openapi.json", tag = "platform", responses((status = 200)))]
pub async fn document() -> HttpResponse {
    HttpResponse::Ok().json(Document::openapi())
}
