//! Banks and their versions, for assessment staff.

use actix_web::http::header::ContentType;
use actix_web::{HttpResponse, web};
use item_bank::Item;
use item_bank::formats::read_bank_json;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::page::{PageQuery, PageView, part};
use crate::delivery::read_models::{WrightView, wright_view};
use crate::delivery::{self, DeliveryError, ImportBank, Viewer, catalogue};
use crate::http::error::ApiError;
use crate::http::problem::Problem;
use crate::http::state::AppState;
use crate::http::text_file::TextFile;
use crate::store::banks::BankVersion;

/// What a file sent as a body is called in errors.
const SOURCE_NAME: &str = "the file";

/// A version of a bank.
#[derive(Serialize, ToSchema)]
pub struct BankVersionView {
    /// The bank.
    pub bank_id: String,
    /// Its name.
    pub name: String,
    /// The version, from 1.
    pub version: u32,
    /// `draft` or `published`; a published version never changes.
    pub status: &'static str,
    /// SHA-256 of the bank file.
    pub digest: String,
    /// Items in it.
    pub item_count: u32,
    /// Whether parameters in it were not estimated from responses.
    pub provisional: bool,
    /// When it was brought in (UTC milliseconds).
    pub created_at_ms: i64,
    /// Who brought it in.
    pub created_by: String,
    /// When it was published (UTC milliseconds).
    pub published_at_ms: Option<i64>,
    /// Who published it.
    pub published_by: Option<String>,
    /// What changed.
    pub note: String,
}

impl From<BankVersion> for BankVersionView {
    fn from(version: BankVersion) -> Self {
        Self {
            bank_id: version.bank_id,
            name: version.name,
            version: version.version,
            status: version.status.as_str(),
            digest: version.digest,
            item_count: version.item_count,
            provisional: version.provisional,
            created_at_ms: version.created_at.0,
            created_by: version.created_by,
            published_at_ms: version.published_at.map(|at| at.0),
            published_by: version.published_by,
            note: version.note,
        }
    }
}

/// What a bank file holds.
#[derive(Serialize, ToSchema)]
pub struct BankCheckView {
    /// The bank.
    pub bank_id: String,
    /// Its name.
    pub name: String,
    /// Items in it.
    pub item_count: usize,
    /// Items with content to show.
    pub items_with_content: usize,
    /// Items with parameters.
    pub items_with_parameters: usize,
}

/// An item of a bank, for staff: with its parameters and its key.
#[derive(Serialize, ToSchema)]
pub struct ItemView {
    /// The item.
    pub id: String,
    /// `interim` or `summative`.
    #[schema(value_type = String)]
    pub pool: item_bank::Pool,
    /// `draft`, `field_test`, `operational` or `retired`.
    #[schema(value_type = String)]
    pub status: item_bank::ItemStatus,
    /// The response model and its parameters.
    #[schema(value_type = Option<Object>)]
    pub model: Option<item_bank::ResponseModel>,
    /// Their standard errors.
    #[schema(value_type = Option<Object>)]
    pub standard_errors: Option<item_bank::StandardErrors>,
    /// Whether the parameters were not estimated from responses.
    pub provisional: bool,
    /// Attributes such as standard and strand.
    #[schema(value_type = Object)]
    pub attributes: std::collections::BTreeMap<String, item_bank::AttributeValue>,
    /// The stimulus it shares.
    pub group: Option<String>,
    /// Items it never stands together with.
    pub enemies: Vec<String>,
    /// The question as a student sees it.
    #[schema(value_type = Option<Object>)]
    pub presentation: Option<item_bank::Presentation>,
    /// What is right.
    #[schema(value_type = Option<Object>)]
    pub key: Option<serde_json::Value>,
    /// Why it is right.
    pub rationale: Option<String>,
}

impl From<&Item> for ItemView {
    fn from(item: &Item) -> Self {
        let content = item.content.as_ref();
        Self {
            id: item.id.to_string(),
            pool: item.pool,
            status: item.status,
            model: item.model.clone(),
            standard_errors: item.standard_errors.clone(),
            provisional: item.provisional,
            attributes: item.attributes.clone(),
            group: item.group.clone(),
            enemies: item.enemies.iter().map(ToString::to_string).collect(),
            presentation: content.map(|content| content.presentation().clone()),
            key: content.map(|content| serde_json::to_value(content.key()).expect("a key is plain data")),
            rationale: content.map(|content| content.rationale().to_owned()),
        }
    }
}

/// What changed in a bank that is brought in.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// In words.
    pub note: Option<String>,
}

/// Every version of every bank: by bank, newest first.
#[utoipa::path(get, path = "/api/v1/banks", tag = "staff", params(PageQuery), responses(
    (status = 200, body = PageView<BankVersionView>),
))]
pub async fn list(
    state: web::Data<AppState>,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    let page = query.checked()?;
    let versions = catalogue::bank_versions(&state.service).await?;
    Ok(HttpResponse::Ok().json(part(versions.into_iter().map(BankVersionView::from).collect(), page)))
}

/// Brings a bank file in as the next draft version. The newest version again adds nothing.
#[utoipa::path(post, path = "/api/v1/banks", tag = "staff", params(ImportQuery),
    request_body(content = String, content_type = "application/json"),
    responses((status = 201, body = BankVersionView), (status = 422, body = Problem)))]
pub async fn import(
    state: web::Data<AppState>,
    viewer: Viewer,
    query: web::Query<ImportQuery>,
    file: TextFile,
) -> Result<HttpResponse, ApiError> {
    let note = query.note.as_deref().unwrap_or_default();
    let import = ImportBank { text: &file.0, source_name: SOURCE_NAME, note, by: &viewer.account_id };
    let version = delivery::import_bank(&state.service, state.now(), &import).await?;
    Ok(HttpResponse::Created().json(BankVersionView::from(version)))
}

/// What a bank file holds, or everything wrong with it. Changes nothing.
#[utoipa::path(post, path = "/api/v1/banks/check", tag = "staff",
    request_body(content = String, content_type = "application/json"),
    responses((status = 200, body = BankCheckView), (status = 422, body = Problem)))]
pub async fn check(file: TextFile) -> Result<HttpResponse, ApiError> {
    let bank = read_bank_json(&file.0, SOURCE_NAME).map_err(DeliveryError::from)?;
    Ok(HttpResponse::Ok().json(BankCheckView {
        bank_id: bank.id().to_owned(),
        name: bank.name().to_owned(),
        item_count: bank.items().len(),
        items_with_content: bank.items().iter().filter(|item| item.content.is_some()).count(),
        items_with_parameters: bank.items().iter().filter(|item| item.model.is_some()).count(),
    }))
}

/// One version of a bank.
#[utoipa::path(get, path = "/api/v1/banks/{bank_id}/versions/{version}", tag = "staff",
    params(("bank_id" = String, Path), ("version" = u32, Path)),
    responses((status = 200, body = BankVersionView), (status = 404, body = Problem)))]
pub async fn show(
    state: web::Data<AppState>,
    path: web::Path<(String, u32)>,
) -> Result<HttpResponse, ApiError> {
    let version = catalogue::bank_version(&state.service, (&path.0, path.1)).await?;
    Ok(HttpResponse::Ok().json(BankVersionView::from(version)))
}

/// The bank file of a version.
#[utoipa::path(get, path = "/api/v1/banks/{bank_id}/versions/{version}/file", tag = "staff",
    params(("bank_id" = String, Path), ("version" = u32, Path)),
    responses((status = 200, body = String, content_type = "application/json"), (status = 404, body = Problem)))]
pub async fn file(
    state: web::Data<AppState>,
    path: web::Path<(String, u32)>,
) -> Result<HttpResponse, ApiError> {
    let document = catalogue::bank_document(&state.service, (&path.0, path.1)).await?;
    Ok(HttpResponse::Ok().content_type(ContentType::json()).body(document))
}

/// The items of a version, in the order of the file.
#[utoipa::path(get, path = "/api/v1/banks/{bank_id}/versions/{version}/items", tag = "staff",
    params(("bank_id" = String, Path), ("version" = u32, Path), PageQuery),
    responses((status = 200, body = PageView<ItemView>), (status = 404, body = Problem)))]
pub async fn items(
    state: web::Data<AppState>,
    path: web::Path<(String, u32)>,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    let page = query.checked()?;
    let bank = state.service.library.bank(&path.0, path.1).await?;
    let shown = part(bank.items().iter().collect(), page);
    let rows = shown.rows.iter().map(|item| ItemView::from(*item)).collect();
    let PageView { total, limit, offset, .. } = shown;
    Ok(HttpResponse::Ok().json(PageView { rows, total, limit, offset }))
}

/// One item of a version.
#[utoipa::path(get, path = "/api/v1/banks/{bank_id}/versions/{version}/items/{item_id}", tag = "staff",
    params(("bank_id" = String, Path), ("version" = u32, Path), ("item_id" = String, Path)),
    responses((status = 200, body = ItemView), (status = 404, body = Problem)))]
pub async fn item(
    state: web::Data<AppState>,
    path: web::Path<(String, u32, String)>,
) -> Result<HttpResponse, ApiError> {
    let bank = state.service.library.bank(&path.0, path.1).await?;
    let item = bank.item(&path.2).ok_or(ApiError::NotFound("item"))?;
    Ok(HttpResponse::Ok().json(ItemView::from(item)))
}

/// Publishes a draft: it never changes again. Refused when a plan that uses the bank does not fit it.
#[utoipa::path(post, path = "/api/v1/banks/{bank_id}/versions/{version}/publish", tag = "staff",
    params(("bank_id" = String, Path), ("version" = u32, Path)),
    responses((status = 200, body = BankVersionView), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn publish(
    state: web::Data<AppState>,
    viewer: Viewer,
    path: web::Path<(String, u32)>,
) -> Result<HttpResponse, ApiError> {
    let bank = (path.0.as_str(), path.1);
    let version = delivery::publish_bank(&state.service, state.now(), bank, &viewer.account_id).await?;
    Ok(HttpResponse::Ok().json(BankVersionView::from(version)))
}

/// Items and students on the same continuum.
#[utoipa::path(get, path = "/api/v1/banks/{bank_id}/versions/{version}/wright", tag = "staff",
    params(("bank_id" = String, Path), ("version" = u32, Path)),
    responses((status = 200, body = WrightView), (status = 404, body = Problem)))]
pub async fn wright(
    state: web::Data<AppState>,
    viewer: Viewer,
    path: web::Path<(String, u32)>,
) -> Result<HttpResponse, ApiError> {
    let map = wright_view(&state.service, &viewer.school_id, (&path.0, path.1)).await?;
    Ok(HttpResponse::Ok().json(map))
}
