//! The OpenAPI document of the JSON API.

use actix_web::HttpResponse;
use utoipa::OpenApi;

use super::problem::{FieldProblem, Problem};

/// The document, gathered from the handlers.
#[derive(OpenApi)]
#[openapi(
    info(title = "Waymark", description = "On-demand adaptive assessment"),
    components(schemas(Problem, FieldProblem))
)]
pub struct Document;

/// Answers with the document.
pub async fn document() -> HttpResponse {
    HttpResponse::Ok().json(Document::openapi())
}
