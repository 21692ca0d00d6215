//! Puts the server together: state, layers around every request, routes.

use std::net::TcpListener;

use actix_web::dev::Server;
use actix_web::http::header;
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use tracing_actix_web::TracingLogger;

use super::error::ApiError;
use super::state::AppState;
use super::trace::RequestSpan;
use super::{headers, metrics, pages, routes};

/// Path segments and query strings longer than this are refused by the HTTP library.
const CLIENT_REQUEST_TIMEOUT_SECONDS: u64 = 15;

/// A server that listens on `listener`; it runs when awaited and stops by its handle or a signal.
pub fn start(state: web::Data<AppState>, listener: TcpListener) -> std::io::Result<Server> {
    metrics::figures();
    let settings = state.settings.clone();
    let mut server = HttpServer::new(move || {
        App::new()
            .app_data(state.clone())
            .configure(|config| body_rules(config, state.settings.body_bytes_max))
            .configure(routes::register)
            .default_service(web::to(nothing_here))
            .wrap(Compress::default())
            .wrap(from_fn(headers::add))
            .wrap(from_fn(metrics::measure))
            .wrap(TracingLogger::<RequestSpan>::new())
    })
    .client_request_timeout(std::time::Duration::from_secs(CLIENT_REQUEST_TIMEOUT_SECONDS))
    .shutdown_timeout(settings.shutdown_timeout.as_secs());
    if let Some(workers) = settings.workers {
        server = server.workers(workers);
    }
    Ok(server.listen(listener)?.run())
}

/// Serves on `listener` until a signal ends it; requests that are running are finished first.
pub async fn serve(state: AppState, listener: TcpListener) -> std::io::Result<()> {
    start(web::Data::new(state), listener)?.await
}

/// How bodies, paths and queries are read, and how one that cannot be is refused.
fn body_rules(config: &mut web::ServiceConfig, body_bytes_max: usize) {
    config
        .app_data(web::PayloadConfig::new(body_bytes_max))
        .app_data(web::JsonConfig::default().limit(body_bytes_max).error_handler(|error, _| match error {
            actix_web::error::JsonPayloadError::Overflow { limit }
            | actix_web::error::JsonPayloadError::OverflowKnownLength { limit, .. } => {
                ApiError::BodyTooLarge { limit }.into()
            }
            actix_web::error::JsonPayloadError::ContentType => ApiError::MediaType("application/json").into(),
            other => ApiError::Malformed(other.to_string()).into(),
        }))
        .app_data(web::FormConfig::default().limit(body_bytes_max).error_handler(|error, _| match error {
            actix_web::error::UrlencodedError::Overflow { limit, .. } => {
                ApiError::BodyTooLarge { limit }.into()
            }
            actix_web::error::UrlencodedError::ContentType => {
                ApiError::MediaType("application/x-www-form-urlencoded").into()
            }
            other => ApiError::Malformed(other.to_string()).into(),
        }))
        .app_data(
            web::QueryConfig::default()
                .error_handler(|error, _| ApiError::Malformed(error.to_string()).into()),
        )
        .app_data(
            web::PathConfig::default()
                .error_handler(|error, _| ApiError::Malformed(error.to_string()).into()),
        );
}

/// A person who follows a wrong address reads a page, a program reads problem details.
async fn nothing_here(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let accepted = request.headers().get(header::ACCEPT).and_then(|accepted| accepted.to_str().ok());
    if accepted.is_some_and(|accepted| accepted.contains("text/html")) {
        return Ok(pages::refusal(&request, &ApiError::NoSuchRoute.problem()));
    }
    Err(ApiError::NoSuchRoute)
}
