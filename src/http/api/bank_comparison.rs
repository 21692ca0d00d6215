//! Two versions of a bank side by side, as data.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::page::{PageQuery, PageView, part};
use crate::delivery::read_models::{BankComparison, ItemChange, ItemComparison, compare_bank_versions};
use crate::http::error::ApiError;
use crate::http::problem::Problem;
use crate::http::state::AppState;

/// What a version is compared with.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ComparisonQuery {
    /// The version compared with.
    pub with: u32,
    /// Whether items that are the same in both are listed, too; not when not said.
    pub all: Option<bool>,
    /// Rows asked for: 50 when not said, 200 at most.
    pub limit: Option<u32>,
    /// Rows passed over.
    pub offset: Option<u32>,
}

/// Two versions of one bank: what changed between them.
#[derive(Serialize, ToSchema)]
pub struct BankComparisonView {
    /// The bank.
    pub bank_id: String,
    /// The version compared with.
    pub before: u32,
    /// The version that is looked at.
    pub after: u32,
    /// Items that are the same in both.
    pub same: u32,
    /// Items in both that differ.
    pub changed: u32,
    /// Items only in the version compared with.
    pub gone: u32,
    /// Items only in the version that is looked at.
    pub new: u32,
    /// Mean change of the difficulty of items that have one in both, logits.
    pub mean_difficulty_change: Option<f64>,
    /// Root of the mean square of that change, logits.
    pub rms_difficulty_change: Option<f64>,
    /// The items.
    pub items: PageView<ItemComparison>,
}

/// Compares a version of a bank with another, item by item.
#[utoipa::path(get, path = "/api/v1/banks/{bank_id}/versions/{version}/comparison", tag = "staff",
    params(("bank_id" = String, Path), ("version" = u32, Path), ComparisonQuery),
    responses((status = 200, body = BankComparisonView), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn compare(
    state: web::Data<AppState>,
    path: web::Path<(String, u32)>,
    query: web::Query<ComparisonQuery>,
) -> Result<HttpResponse, ApiError> {
    let page = PageQuery { limit: query.limit, offset: query.offset }.checked()?;
    let (bank_id, after) = path.into_inner();
    let found = compare_bank_versions(&state.service, &bank_id, (query.with, after)).await?;
    let BankComparison { bank_id, before, after, same, changed, gone, new, items, .. } = found;
    let all = query.all.unwrap_or(false);
    let items = items.into_iter().filter(|item| all || item.change != ItemChange::Same).collect();
    Ok(HttpResponse::Ok().json(BankComparisonView {
        bank_id,
        before,
        after,
        same,
        changed,
        gone,
        new,
        mean_difficulty_change: found.mean_difficulty_change,
        rms_difficulty_change: found.rms_difficulty_change,
        items: part(items, page),
    }))
}
