//! What a page says when it cannot be shown.

use actix_web::http::StatusCode;
use actix_web::http::header::ContentType;
use actix_web::{HttpRequest, HttpResponse};

use crate::http::flash;
use crate::http::problem::Problem;

/// Shows a person who is not signed in the way.
#[must_use]
pub fn sign_in_first(_request: &HttpRequest) -> HttpResponse {
    flash::see("/sign-in")
}

/// Says why a page cannot be shown, and what to do next.
#[must_use]
pub fn refusal(_request: &HttpRequest, problem: &Problem) -> HttpResponse {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    HttpResponse::build(status)
        .content_type(ContentType::html())
        .body(format!("<!doctype html><title>{0}</title><p>{0}", problem.title))
}

/// The address everybody starts from.
pub async fn root() -> HttpResponse {
    flash::see("/sign-in")
}
