//! Whether the process lives, whether it can serve, and its figures.

use actix_web::http::header::ContentType;
use actix_web::{HttpResponse, web};

use super::error::ApiError;
use super::metrics;
use super::state::AppState;

/// The process answers.
#[utoipa::path(get, path = "/healthz", tag = "platform", responses((status = 200, body = String, content_type = "text/plain")))]
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type(ContentType::plaintext()).body("alive\n")
}

/// The database answers as well.
#[utoipa::path(get, path = "/readyz", tag = "platform", responses(
    (status = 200, body = String, content_type = "text/plain"),
    (status = 503, body = String, content_type = "text/plain"),
))]
pub async fn readyz(state: web::Data<AppState>) -> HttpResponse {
    match state.store().ping().await {
        Ok(()) => HttpResponse::Ok().content_type(ContentType::plaintext()).body("ready\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            HttpResponse::ServiceUnavailable().content_type(ContentType::plaintext()).body("not ready\n")
        }
    }
}

/// The figures of this process.
#[utoipa::path(get, path = "/metrics", tag = "platform", responses((status = 200, body = String, content_type = "text/plain")))]
pub async fn metrics() -> Result<HttpResponse, ApiError> {
    let figures = metrics::figures();
    figures.run_upkeep();
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(figures.render()))
}
