//! Headers of every response: what a browser may load and do, and what it may keep.

use actix_web::body::MessageBody;
use actix_web::cookie::Cookie;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, web};

use super::flash;
use super::settings::Transport;
use super::state::AppState;

/// Everything from this origin, and nothing written into the page itself: no inline script, no inline style.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";

const FIXED: [(&str, &str); 7] = [
    ("content-security-policy", CONTENT_SECURITY_POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
];

/// Adds the headers; takes away a flash message that this page has told.
pub async fn add<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let transport = request.app_data::<web::Data<AppState>>().map(|state| state.settings.transport);
    let flash_told = request.cookie(flash::COOKIE).is_some();
    let mut response = next.call(request).await?;
    let told = flash_told && response.status().is_success() && is_html(response.headers());
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        set_if_absent(headers, HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    set_if_absent(headers, header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if transport == Some(Transport::Https) {
        let one_year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        set_if_absent(headers, header::STRICT_TRANSPORT_SECURITY, one_year);
    }
    if told {
        let mut removal = Cookie::build(flash::COOKIE, "").path("/").finish();
        removal.make_removal();
        // A cookie that cannot be written leaves a message that ends by itself within a minute.
        let _ = response.response_mut().add_cookie(&removal);
    }
    Ok(response)
}

fn set_if_absent(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    if !headers.contains_key(&name) {
        headers.insert(name, value);
    }
}

fn is_html(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/html"))
}
