//! A form that may carry a file, as a browser sends it with or without scripts: `multipart/form-data`, or plain fields with
//! the file's text pasted into one of them.

use std::future::Future;
use std::pin::Pin;

use actix_multipart::Multipart;
use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header::{self, HeaderMap};
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::{StreamExt, stream};
use serde::de::DeserializeOwned;
use serde::de::value::{Error as ValueError, MapDeserializer};

use super::body::{self, read};
use super::error::ApiError;
use super::state::AppState;

/// The field of the file.
const FILE: &str = "file";
/// The field for the text of a file, for who rather pastes it.
const TEXT: &str = "text";
/// Fields of one form at most.
const FIELDS_MAX: usize = 64;

/// Extractor: the fields of a form, all of them text, and its file.
pub struct FileForm<T> {
    /// Every other field.
    pub fields: T,
    /// The file, or the text that was pasted instead.
    pub file: SentFile,
}

/// A file as it was sent: text, bounded by the settings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SentFile {
    /// What the file is called; empty when its text was pasted.
    pub name: String,
    /// What it holds; empty when nothing was sent.
    pub text: String,
}

impl<T: DeserializeOwned + 'static> FromRequest for FileForm<T> {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move {
            let state = request.app_data::<web::Data<AppState>>().ok_or(ApiError::NoState)?;
            let body = read(request.headers(), payload, state.settings.file_bytes_max).await?;
            from_fields(fields(request.headers(), body).await?)
        })
    }
}

/// The value of one field of a form, when the body is a form that has it.
pub(super) async fn field(headers: &HeaderMap, body: Bytes, name: &str) -> Option<String> {
    let fields = fields(headers, body).await.ok()?;
    let found = fields.into_iter().find(|field| field.name == name)?;
    String::from_utf8(found.value).ok()
}

struct Field {
    name: String,
    file_name: Option<String>,
    value: Vec<u8>,
}

fn from_fields<T: DeserializeOwned>(fields: Vec<Field>) -> Result<FileForm<T>, ApiError> {
    let (mut file, mut pasted, mut others) = (SentFile::default(), String::new(), Vec::new());
    for Field { name, file_name, value } in fields {
        let text = body::text(value, if name == FILE { "file" } else { "form" })?;
        match name.as_str() {
            FILE => file = SentFile { name: file_name.unwrap_or_default(), text },
            TEXT => pasted = text,
            _ => others.push((name, text)),
        }
    }
    if file.text.is_empty() {
        file = SentFile { name: String::new(), text: pasted };
    }
    let fields = T::deserialize(MapDeserializer::<_, ValueError>::new(others.into_iter()))
        .map_err(|error| ApiError::Malformed(error.to_string()))?;
    Ok(FileForm { fields, file })
}

async fn fields(headers: &HeaderMap, body: Bytes) -> Result<Vec<Field>, ApiError> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    match content_type.split(';').next().unwrap_or("").trim() {
        "multipart/form-data" => multipart_fields(headers, body).await,
        "application/x-www-form-urlencoded" => plain_fields(&body),
        _ => Err(ApiError::MediaType("multipart/form-data")),
    }
}

fn plain_fields(body: &Bytes) -> Result<Vec<Field>, ApiError> {
    let text = std::str::from_utf8(body).map_err(|error| ApiError::Malformed(error.to_string()))?;
    let pairs = web::Query::<Vec<(String, String)>>::from_query(text)
        .map_err(|error| ApiError::Malformed(error.to_string()))?;
    let field = |(name, value): (String, String)| Field { name, file_name: None, value: value.into_bytes() };
    Ok(pairs.into_inner().into_iter().map(field).collect())
}

async fn multipart_fields(headers: &HeaderMap, body: Bytes) -> Result<Vec<Field>, ApiError> {
    let limit = body.len();
    let mut parts = Multipart::new(headers, stream::once(async move { Ok::<_, PayloadError>(body) }));
    let malformed = |error: actix_multipart::MultipartError| ApiError::Malformed(error.to_string());
    let mut fields = Vec::new();
    while let Some(part) = parts.next().await {
        let mut part = part.map_err(malformed)?;
        if fields.len() == FIELDS_MAX {
            return Err(ApiError::Malformed(format!("the form has more than {FIELDS_MAX} fields")));
        }
        let name = part.name().unwrap_or_default().to_owned();
        let file_name = part.content_disposition().and_then(|said| said.get_filename()).map(str::to_owned);
        let value = part.bytes(limit).await.map_err(|_| ApiError::BodyTooLarge { limit })?;
        fields.push(Field { name, file_name, value: value.map_err(malformed)?.to_vec() });
    }
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Note {
        note: String,
        #[serde(default)]
        mark: String,
    }

    async fn sent(content_type: &'static str, body: &str) -> Result<(Note, SentFile), String> {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        let fields =
            fields(&headers, Bytes::from(body.to_owned())).await.map_err(|error| error.to_string())?;
        let form: FileForm<Note> = from_fields(fields).map_err(|error| error.to_string())?;
        Ok((form.fields, form.file))
    }

    const MULTIPART: &str = "multipart/form-data; boundary=cut";

    fn parts(parts: &[(&str, &str)]) -> String {
        let part = |(head, value): &(&str, &str)| {
            format!("--cut\r\nContent-Disposition: form-data; {head}\r\n\r\n{value}\r\n")
        };
        parts.iter().map(part).collect::<String>() + "--cut--\r\n"
    }

    #[actix_web::test]
    async fn a_file_and_its_pasted_text_are_the_same_to_a_handler() {
        let chosen = [("name=\"note\"", "new"), ("name=\"file\"; filename=\"b.csv\"", "i1,i2\r\n1,0\r\n")];
        let (note, file) = sent(MULTIPART, &parts(&chosen)).await.unwrap();
        assert_eq!(note, Note { note: "new".to_owned(), mark: String::new() });
        assert_eq!(file, SentFile { name: "b.csv".to_owned(), text: "i1,i2\r\n1,0\r\n".to_owned() });

        let none_chosen =
            [("name=\"note\"", "new"), ("name=\"file\"; filename=\"\"", ""), ("name=\"text\"", "i1\n1\n")];
        let (_, file) = sent(MULTIPART, &parts(&none_chosen)).await.unwrap();
        assert_eq!(file, SentFile { name: String::new(), text: "i1\n1\n".to_owned() });

        let plain = "note=new&mark=yes&text=i1%0A1%0A";
        let (note, same) = sent("application/x-www-form-urlencoded", plain).await.unwrap();
        assert_eq!((note.mark.as_str(), same), ("yes", file));
    }

    #[actix_web::test]
    async fn what_is_no_form_is_refused_with_the_reason() {
        let cut_short = parts(&[("name=\"note\"", "new")]).replace("--cut--", "");
        assert!(sent(MULTIPART, &cut_short).await.is_err());
        assert!(sent("multipart/form-data", "").await.is_err());
        let refused = sent("text/csv", "i1\n1\n").await.unwrap_err();
        assert_eq!(refused, "the body must be multipart/form-data");
        let refused = sent(MULTIPART, &parts(&[("name=\"mark\"", "yes")])).await.unwrap_err();
        assert_eq!(refused, "the request cannot be read: missing field `note`");
        let many: Vec<(&str, &str)> = (0..65).map(|_| ("name=\"note\"", "new")).collect();
        let refused = sent(MULTIPART, &parts(&many)).await.unwrap_err();
        assert_eq!(refused, "the request cannot be read: the form has more than 64 fields");
    }
}
