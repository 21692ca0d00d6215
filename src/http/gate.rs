//! The gate in front of every handler: session, role, rate limit and cross-site protection, in that order.
//!
//! A handler behind it may take [`crate::delivery::Viewer`] as an argument and rely on its role being one the route admits.

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse, web};

use super::access::Access;
use super::error::ApiError;
use super::route::Surface;
use super::session::{Credential, Signed};
use super::state::AppState;
use super::{address, csrf, pages, session};

/// What the gate of one route checks.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// Who may pass.
    pub access: Access,
    /// How a refusal looks.
    pub surface: Surface,
}

/// Lets a request through to its handler, or refuses it in the form its surface speaks.
pub async fn pass(
    check: Check,
    mut request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let original = request.request().clone();
    let outcome = match admit(check, &mut request).await {
        Ok(()) => next.call(request).await,
        Err(refusal) => Err(refusal.into()),
    };
    let response = match (outcome, check.surface) {
        (Ok(response), Surface::Api) => return Ok(response),
        (Ok(response), Surface::Page) => match response.response().error() {
            None => return Ok(response),
            Some(error) => page_refusal(&original, error),
        },
        (Err(error), Surface::Api) => HttpResponse::from_error(error),
        (Err(error), Surface::Page) => page_refusal(&original, &error),
    };
    Ok(ServiceResponse::new(original, response))
}

async fn admit(check: Check, request: &mut ServiceRequest) -> Result<(), ApiError> {
    let state = request.app_data::<web::Data<AppState>>().cloned().ok_or(ApiError::NoState)?;
    let signed = find_session(&state, request.request()).await?;
    limit(&state, request.request(), signed.as_ref())?;
    let role = signed.as_ref().map(|signed| signed.current.viewer.role);
    if !check.access.admits(role) {
        return Err(if role.is_some() { ApiError::Forbidden } else { ApiError::SignInRequired });
    }
    csrf::check(check, request, signed.as_ref(), &state.settings).await?;
    if let Some(signed) = signed {
        request.extensions_mut().insert(signed);
    }
    Ok(())
}

async fn find_session(state: &AppState, request: &HttpRequest) -> Result<Option<Signed>, ApiError> {
    let Some((token, credential)) = session::token(request, state.settings.transport) else {
        return Ok(None);
    };
    let current = state.service.sessions.find(state.now(), &token).await?;
    match (current, credential) {
        (Some(current), credential) => Ok(Some(Signed { current, credential })),
        // A program that shows a token wants to know that it is worth nothing; a browser only has an old cookie. Either
        // counts for its address, like every request without a session.
        (None, Credential::Bearer) => {
            limit(state, request, None)?;
            Err(ApiError::SignInRequired)
        }
        (None, Credential::Cookie) => Ok(None),
    }
}

fn limit(state: &AppState, request: &HttpRequest, signed: Option<&Signed>) -> Result<(), ApiError> {
    let outcome = match signed {
        Some(signed) => state.limits.request_of_session(&signed.current.session.token_digest),
        None => state.limits.request_from(address::of(request, state.settings.client_address)),
    };
    outcome.map_err(ApiError::from)
}

fn page_refusal(request: &HttpRequest, error: &Error) -> HttpResponse {
    match error.as_error::<ApiError>() {
        Some(ApiError::SignInRequired) => pages::sign_in_first(request),
        Some(known) => pages::refusal(request, &known.problem()),
        None => pages::refusal(request, &ApiError::unexpected(error).problem()),
    }
}
