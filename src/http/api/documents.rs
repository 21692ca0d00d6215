//! Plans and policies: versioned documents with an author and a reason.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::page::{PageQuery, PageView, part};
use crate::assessment::{Policy, describe, sentence};
use crate::delivery::{self, DeliveryError, PublishDocument, Viewer, catalogue};
use crate::http::error::ApiError;
use crate::http::problem::Problem;
use crate::http::state::AppState;
use crate::store::documents::{DocumentKind, DocumentVersion};

/// A version of a plan or policy.
#[derive(Serialize, ToSchema)]
pub struct DocumentVersionView {
    /// Its name.
    pub id: String,
    /// The version, from 1.
    pub version: u32,
    /// The document.
    #[schema(value_type = Object)]
    pub document: serde_json::Value,
    /// When it was published (UTC milliseconds).
    pub created_at_ms: i64,
    /// Who published it.
    pub author: String,
    /// Why.
    pub reason: String,
}

impl From<DocumentVersion> for DocumentVersionView {
    fn from(version: DocumentVersion) -> Self {
        let document = serde_json::from_str(&version.document).unwrap_or_default();
        Self {
            id: version.id,
            version: version.version,
            document,
            created_at_ms: version.created_at.0,
            author: version.author,
            reason: version.reason,
        }
    }
}

/// The next version of a plan or policy.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishDocumentRequest {
    /// Why.
    pub reason: String,
    /// The document.
    #[schema(value_type = Object)]
    pub document: serde_json::Value,
}

/// What a policy means.
#[derive(Serialize, ToSchema)]
pub struct PolicyMeaningView {
    /// In one sentence.
    pub sentence: String,
    /// Rule by rule.
    pub rules: Vec<String>,
}

/// Every version of every plan: by name, newest first.
#[utoipa::path(get, path = "/api/v1/plans", tag = "staff", params(PageQuery), responses(
    (status = 200, body = PageView<DocumentVersionView>),
))]
pub async fn list_plans(
    state: web::Data<AppState>,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    list(&state, DocumentKind::Plan, query.into_inner()).await
}

/// Every version of every policy: by name, newest first.
#[utoipa::path(get, path = "/api/v1/policies", tag = "staff", params(PageQuery), responses(
    (status = 200, body = PageView<DocumentVersionView>),
))]
pub async fn list_policies(
    state: web::Data<AppState>,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    list(&state, DocumentKind::Policy, query.into_inner()).await
}

async fn list(state: &AppState, kind: DocumentKind, query: PageQuery) -> Result<HttpResponse, ApiError> {
    let page = query.checked()?;
    let versions = catalogue::documents(&state.service, kind).await?;
    Ok(HttpResponse::Ok().json(part(versions.into_iter().map(DocumentVersionView::from).collect(), page)))
}

/// One version of a plan.
#[utoipa::path(get, path = "/api/v1/plans/{plan_id}/versions/{version}", tag = "staff",
    params(("plan_id" = String, Path), ("version" = u32, Path)),
    responses((status = 200, body = DocumentVersionView), (status = 404, body = Problem)))]
pub async fn show_plan(
    state: web::Data<AppState>,
    path: web::Path<(String, u32)>,
) -> Result<HttpResponse, ApiError> {
    let version = catalogue::document(&state.service, DocumentKind::Plan, (&path.0, path.1)).await?;
    Ok(HttpResponse::Ok().json(DocumentVersionView::from(version)))
}

/// One version of a policy.
#[utoipa::path(get, path = "/api/v1/policies/{policy_id}/versions/{version}", tag = "staff",
    params(("policy_id" = String, Path), ("version" = u32, Path)),
    responses((status = 200, body = DocumentVersionView), (status = 404, body = Problem)))]
pub async fn show_policy(
    state: web::Data<AppState>,
    path: web::Path<(String, u32)>,
) -> Result<HttpResponse, ApiError> {
    let version = catalogue::document(&state.service, DocumentKind::Policy, (&path.0, path.1)).await?;
    Ok(HttpResponse::Ok().json(DocumentVersionView::from(version)))
}

/// Publishes the next version of a plan. Refused when a bank that uses it does not fit.
#[utoipa::path(post, path = "/api/v1/plans/{plan_id}/versions", tag = "staff",
    params(("plan_id" = String, Path)), request_body = PublishDocumentRequest,
    responses((status = 201, body = DocumentVersionView), (status = 422, body = Problem)))]
pub async fn publish_plan(
    state: web::Data<AppState>,
    viewer: Viewer,
    plan_id: web::Path<String>,
    body: web::Json<PublishDocumentRequest>,
) -> Result<HttpResponse, ApiError> {
    let (document, by) = (body.document.to_string(), &viewer.account_id);
    let publish = PublishDocument { id: &plan_id, document: &document, by, reason: &body.reason };
    let version = delivery::publish_plan(&state.service, state.now(), &publish).await?;
    Ok(HttpResponse::Created().json(DocumentVersionView::from(version)))
}

/// Publishes the next version of a policy. Attempts that have started keep theirs.
#[utoipa::path(post, path = "/api/v1/policies/{policy_id}/versions", tag = "staff",
    params(("policy_id" = String, Path)), request_body = PublishDocumentRequest,
    responses((status = 201, body = DocumentVersionView), (status = 422, body = Problem)))]
pub async fn publish_policy(
    state: web::Data<AppState>,
    viewer: Viewer,
    policy_id: web::Path<String>,
    body: web::Json<PublishDocumentRequest>,
) -> Result<HttpResponse, ApiError> {
    let (document, by) = (body.document.to_string(), &viewer.account_id);
    let publish = PublishDocument { id: &policy_id, document: &document, by, reason: &body.reason };
    let version = delivery::publish_policy(&state.service, state.now(), &publish).await?;
    Ok(HttpResponse::Created().json(DocumentVersionView::from(version)))
}

/// What a policy document means, in words. Changes nothing.
#[utoipa::path(post, path = "/api/v1/policies/meaning", tag = "staff",
    request_body(content = Object, content_type = "application/json"),
    responses((status = 200, body = PolicyMeaningView), (status = 422, body = Problem)))]
pub async fn policy_meaning(body: web::Json<serde_json::Value>) -> Result<HttpResponse, ApiError> {
    let policy = Policy::read_json(&body.to_string()).map_err(DeliveryError::from)?;
    Ok(HttpResponse::Ok().json(PolicyMeaningView { sentence: sentence(&policy), rules: describe(&policy) }))
}
