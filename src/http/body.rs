//! Reads a body whole, up to a bound, and as text.

use actix_web::body::{BodyStream, to_bytes_limited};
use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderMap};
use actix_web::web::Bytes;

use super::error::ApiError;

/// The body; refused unread when it says that it is too large, and as soon as it is.
pub(super) async fn read(headers: &HeaderMap, payload: Payload, limit: usize) -> Result<Bytes, ApiError> {
    let stated = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    if stated.and_then(|text| text.parse::<usize>().ok()).is_some_and(|length| length > limit) {
        return Err(ApiError::BodyTooLarge { limit });
    }
    match to_bytes_limited(BodyStream::new(payload), limit).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(error)) => Err(ApiError::Malformed(error.to_string())),
        Err(_) => Err(ApiError::BodyTooLarge { limit }),
    }
}

/// The text that bytes are; `what` names them in the refusal.
pub(super) fn text(bytes: Vec<u8>, what: &str) -> Result<String, ApiError> {
    String::from_utf8(bytes).map_err(|error| {
        let place = error.utf8_error().valid_up_to();
        ApiError::Malformed(format!("the {what} is not UTF-8 text from byte {place} on"))
    })
}
