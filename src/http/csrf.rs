//! Protection against requests another site makes in a person's name.
//!
//! Three layers: the cookie is `SameSite=Lax`; a request that changes something must come from this very origin; and a
//! request that rides on the cookie must show the token of the session, in the header `X-CSRF-Token` or in the form field
//! `csrf`. A request with a bearer token needs neither: no browser sends one by itself.

use actix_web::dev::{Payload, ServiceRequest};
use actix_web::http::Method;
use actix_web::{HttpMessage, HttpRequest};
use subtle::ConstantTimeEq;

use super::access::Access;
use super::error::ApiError;
use super::gate::Check;
use super::session::{Credential, Signed};
use super::settings::HttpSettings;
use super::{body, file_form};
use crate::store::accounts::Role;

/// Header that carries the token.
pub const HEADER: &str = "x-csrf-token";

/// The form field that carries the token.
const FIELD: &str = "csrf";

/// Refuses a request that another site may have made.
pub(super) async fn check(
    check: Check,
    request: &mut ServiceRequest,
    signed: Option<&Signed>,
    settings: &HttpSettings,
) -> Result<(), ApiError> {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    if signed.is_some_and(|signed| signed.credential == Credential::Bearer) {
        return Ok(());
    }
    if !is_same_origin(request.request(), settings) {
        return Err(ApiError::CrossSite);
    }
    match (check.access, signed) {
        (Access::Anyone, _) | (_, None) => Ok(()),
        (Access::Only(_), Some(signed)) => {
            let shown = shown_token(request, signed, settings).await?.ok_or(ApiError::CsrfToken)?;
            let expected = signed.current.session.csrf_token.as_bytes();
            if bool::from(shown.as_bytes().ct_eq(expected)) { Ok(()) } else { Err(ApiError::CsrfToken) }
        }
    }
}

/// A browser states where a request comes from; a request that states nothing was not made by a browser.
fn is_same_origin(request: &HttpRequest, settings: &HttpSettings) -> bool {
    let text = |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(origin) = text("origin") {
        return match &settings.public_origin {
            Some(public) => origin == public,
            None => {
                let host = text("host").unwrap_or_default();
                origin.split_once("://").is_some_and(|(_, from)| from.eq_ignore_ascii_case(host))
            }
        };
    }
    matches!(text("sec-fetch-site"), None | Some("same-origin" | "none"))
}

async fn shown_token(
    request: &mut ServiceRequest,
    signed: &Signed,
    settings: &HttpSettings,
) -> Result<Option<String>, ApiError> {
    if let Some(value) = request.headers().get(HEADER) {
        return Ok(value.to_str().ok().map(str::to_owned));
    }
    if !matches!(request.content_type(), "application/x-www-form-urlencoded" | "multipart/form-data") {
        return Ok(None);
    }
    // The form is read here and handed on whole, so that no handler can forget to check it.
    let limit = match signed.current.viewer.role {
        Role::Student => settings.body_bytes_max,
        Role::Teacher | Role::Staff | Role::Administrator => settings.file_bytes_max,
    };
    let payload = request.take_payload();
    let body = body::read(request.headers(), payload, limit).await?;
    let token = file_form::field(request.headers(), body.clone(), FIELD).await;
    request.set_payload(Payload::from(body));
    Ok(token)
}
