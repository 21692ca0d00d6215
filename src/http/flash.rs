//! Redirect after post: a form answers 303, and what happened is told once on the next page.
//!
//! The message rides in a cookie of its own for a minute; the headers middleware takes it away with the first page.

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::future::{Ready, ready};

use super::error::ApiError;

/// Name of the cookie that carries the message.
pub const COOKIE: &str = "waymark_flash";
const MESSAGE_BYTES_MAX: usize = 1_000;

/// What happened, told once on the next page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flash {
    /// It was done.
    Done(String),
    /// It was refused, and nothing changed.
    Refused(String),
}

/// Extractor: the message waiting for this page, if there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting(pub Option<Flash>);

/// Answers a form: go and see `location`.
#[must_use]
pub fn see(location: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, location)).finish()
}

/// Answers a form: go and see `location`, where `flash` is told once.
#[must_use]
pub fn see_with(location: &str, flash: &Flash) -> HttpResponse {
    let mut response = see(location);
    // A cookie that cannot be written loses a message, not the action.
    let _ = response.add_cookie(&cookie(flash));
    response
}

fn cookie(flash: &Flash) -> Cookie<'static> {
    let (mark, message) = match flash {
        Flash::Done(message) => ('d', message),
        Flash::Refused(message) => ('r', message),
    };
    let kept: String = message.chars().take(MESSAGE_BYTES_MAX / 4).collect();
    let value = URL_SAFE_NO_PAD.encode(format!("{mark}{kept}"));
    Cookie::build(COOKIE, value)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .max_age(Duration::minutes(1))
        .finish()
}

fn read(request: &HttpRequest) -> Option<Flash> {
    let cookie = request.cookie(COOKIE)?;
    let bytes = URL_SAFE_NO_PAD.decode(cookie.value()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    match text.split_at_checked(1)? {
        ("d", message) => Some(Flash::Done(message.to_owned())),
        ("r", message) => Some(Flash::Refused(message.to_owned())),
        _ => None,
    }
}

impl Waiting {
    /// The message waiting for this page.
    #[must_use]
    pub fn of(request: &HttpRequest) -> Self {
        Self(read(request))
    }
}

impl FromRequest for Waiting {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request)))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_message_survives_the_redirect() {
        let flash = Flash::Refused("not yet: “opens” on Monday".to_owned());
        let request = TestRequest::default().cookie(cookie(&flash)).to_http_request();
        assert_eq!(read(&request), Some(flash));
    }

    #[test]
    fn a_cookie_somebody_made_up_is_no_message() {
        for value in ["", "%%%", "eA", "aGVsbG8"] {
            let request = TestRequest::default().cookie(Cookie::new(COOKIE, value)).to_http_request();
            assert_eq!(read(&request), None, "{value}");
        }
    }
}
