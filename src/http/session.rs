//! The session of a request: where its token is read, and what a handler takes from it.

use std::future::{Ready, ready};

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest};

use super::error::ApiError;
use super::settings::Transport;
use crate::delivery::Viewer;
use crate::delivery::session::{CurrentSession, LIFETIME_MS};

/// How a request showed its token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// In a cookie, which a browser sends by itself.
    Cookie,
    /// In the header `Authorization: Bearer …`, which a program writes.
    Bearer,
}

/// A signed-in request; the gate puts it there. Extractor: refuses a request without one.
#[derive(Debug, Clone)]
pub struct Signed {
    /// The session and its person.
    pub current: CurrentSession,
    /// How the token was shown.
    pub credential: Credential,
}

impl Signed {
    /// What forms of this session send back in the field `csrf`.
    #[must_use]
    pub fn csrf_token(&self) -> &str {
        &self.current.session.csrf_token
    }
}

/// Extractor: the signed-in request, or nothing.
#[derive(Debug, Clone)]
pub struct MaybeSigned(pub Option<Signed>);

/// The token a request shows.
pub(super) fn token(request: &HttpRequest, transport: Transport) -> Option<(String, Credential)> {
    if let Some(value) = request.headers().get(header::AUTHORIZATION) {
        let token = value.to_str().ok().and_then(|text| text.strip_prefix("Bearer ")).unwrap_or_default();
        return Some((token.trim().to_owned(), Credential::Bearer));
    }
    let cookie = request.cookie(cookie_name(transport))?;
    Some((cookie.value().to_owned(), Credential::Cookie))
}

/// The cookie that keeps a browser signed in.
#[must_use]
pub fn cookie(token: String, transport: Transport) -> Cookie<'static> {
    Cookie::build(cookie_name(transport), token)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(transport == Transport::Https)
        .max_age(Duration::milliseconds(LIFETIME_MS))
        .finish()
}

/// The cookie that signs a browser out.
#[must_use]
pub fn removal(transport: Transport) -> Cookie<'static> {
    let mut cookie = cookie(String::new(), transport);
    cookie.make_removal();
    cookie
}

fn cookie_name(transport: Transport) -> &'static str {
    match transport {
        Transport::Https => "__Host-waymark_session",
        Transport::Http => "waymark_session",
    }
}

impl FromRequest for Signed {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(request.extensions().get::<Self>().cloned().ok_or(ApiError::SignInRequired))
    }
}

impl FromRequest for MaybeSigned {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(request.extensions().get::<Signed>().cloned())))
    }
}

impl FromRequest for Viewer {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let signed = request.extensions().get::<Signed>().map(|signed| signed.current.viewer.clone());
        ready(signed.ok_or(ApiError::SignInRequired))
    }
}
