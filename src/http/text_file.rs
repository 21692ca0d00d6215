//! A file sent as the body of a request: text, bounded, whatever its media type.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};

use super::body::{read, text};
use super::error::ApiError;
use super::state::AppState;

/// Extractor: the body as text, up to the largest file the settings allow.
pub struct TextFile(pub String);

impl FromRequest for TextFile {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move {
            let state = request.app_data::<web::Data<AppState>>().ok_or(ApiError::NoState)?;
            let bytes = read(request.headers(), payload, state.settings.file_bytes_max).await?;
            text(bytes.to_vec(), "file").map(Self)
        })
    }
}
