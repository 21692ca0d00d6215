//! Styles, scripts and icons, out of the binary. An address carries a part of the file's digest, so a browser may keep the
//! file for ever and never shows an old one.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use actix_web::http::header;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::http::error::ApiError;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/web/assets"]
struct Files;

/// Registers the files pages load, below `/assets`.
pub fn assets(config: &mut ServiceConfig) {
    config.route("/{path:.*}", web::get().to(file));
}

/// The address of an asset, e.g. `/assets/css/base.css?v=0123456789`.
#[must_use]
pub fn address(path: &'static str) -> String {
    static VERSIONS: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
        let versions = Files::iter().filter_map(|path| Files::get(&path).map(|file| (path, file)));
        versions.map(|(path, file)| (path.into_owned(), version(&file))).collect()
    });
    match VERSIONS.get(path) {
        Some(version) => format!("/assets/{path}?v={version}"),
        None => format!("/assets/{path}"),
    }
}

async fn file(path: web::Path<String>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let file = Files::get(&path).ok_or(ApiError::NoSuchRoute)?;
    let tag = format!("\"{}\"", version(&file));
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    if known == Some(tag.as_str()) {
        return Ok(HttpResponse::NotModified().insert_header((header::ETAG, tag)).finish());
    }
    let keep = if request.query_string().starts_with("v=") {
        "public, max-age=31536000, immutable"
    } else {
        "public, max-age=0, must-revalidate"
    };
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, media_type(&path)))
        .insert_header((header::CACHE_CONTROL, keep))
        .insert_header((header::ETAG, tag))
        .body(file.data.into_owned()))
}

fn version(file: &EmbeddedFile) -> String {
    file.metadata.sha256_hash().iter().take(5).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("webmanifest") => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_asset_has_a_media_type_and_an_address_with_its_version() {
        assert!(Files::iter().count() > 5);
        for path in Files::iter() {
            assert_ne!(media_type(&path), "application/octet-stream", "{path}");
        }
        assert!(address("css/base.css").starts_with("/assets/css/base.css?v="));
        assert_eq!(address("no-such-file"), "/assets/no-such-file");
    }
}
