//! The record of every change.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::page::PageQuery;
use crate::clock::Millis;
use crate::delivery::Viewer;
use crate::delivery::people::record;
use crate::http::error::ApiError;
use crate::http::problem::{FieldProblem, Problem};
use crate::http::state::AppState;
use crate::store::audit::{AuditEntry, AuditFilter, AuditPlace};

/// Which entries a list shows.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Only actions that begin with this, such as `unlock.`.
    pub action: Option<String>,
    /// Only what was done to this kind of thing, such as `attempt`.
    pub subject_kind: Option<String>,
    /// Only what was done to this one.
    pub subject_id: Option<String>,
    /// Only what this account did.
    pub actor_id: Option<String>,
    /// Only what somebody did, or what was done to somebody, whose name or user name holds this text.
    pub person: Option<String>,
    /// Only from this moment on (UTC milliseconds).
    pub from_ms: Option<i64>,
    /// Only before this moment.
    pub to_ms: Option<i64>,
    /// Rows asked for: 50 when not said, 200 at most.
    pub limit: Option<u32>,
    /// Only what stands before the entry with this identifier: `earlier` of the part before.
    pub before: Option<String>,
    /// Only what stands after the entry with this identifier, the nearest of it.
    pub after: Option<String>,
}

/// A part of the record.
#[derive(Serialize, ToSchema)]
pub struct AuditPartView {
    /// Its entries, latest first.
    pub rows: Vec<AuditEntryView>,
    /// What to ask `before` for earlier entries; none at the beginning of the record. A part may have fewer entries than
    /// asked for, or none, and still earlier ones: a hundred thousand are looked through at once for what is asked.
    pub earlier: Option<String>,
    /// What to ask `after` for later entries; none at the end of the record.
    pub later: Option<String>,
}

/// One entry of the record.
#[derive(Serialize, ToSchema)]
pub struct AuditEntryView {
    /// Its identifier; sorts by time.
    pub id: String,
    /// When (UTC milliseconds).
    pub at_ms: i64,
    /// Who; nobody when the system or an operator did it.
    pub actor_id: Option<String>,
    /// What, such as `unlock.granted`.
    pub action: String,
    /// The kind of thing it was done to.
    pub subject_kind: String,
    /// Which one.
    pub subject_id: String,
    /// Anything more.
    #[schema(value_type = Object)]
    pub detail: serde_json::Value,
}

impl From<AuditEntry> for AuditEntryView {
    fn from(entry: AuditEntry) -> Self {
        Self {
            id: entry.id,
            at_ms: entry.at.0,
            actor_id: entry.actor_id.map(|id| id.0),
            action: entry.action,
            subject_kind: entry.subject_kind,
            subject_id: entry.subject_id,
            detail: entry.detail,
        }
    }
}

/// The record of every change in the school, latest first.
#[utoipa::path(get, path = "/api/v1/audit", tag = "people", params(AuditQuery), responses(
    (status = 200, body = AuditPartView),
    (status = 422, body = Problem),
))]
pub async fn list(
    state: web::Data<AppState>,
    viewer: Viewer,
    query: web::Query<AuditQuery>,
) -> Result<HttpResponse, ApiError> {
    let query = query.into_inner();
    let page = PageQuery { limit: query.limit, offset: None }.checked()?;
    let place = match (query.before, query.after) {
        (Some(before), None) => AuditPlace::Before(before),
        (None, Some(after)) => AuditPlace::After(after),
        (None, None) => AuditPlace::Latest,
        (Some(_), Some(_)) => {
            let message = "goes without before: a part begins at one place";
            return Err(ApiError::Refused(vec![FieldProblem::new("after", message)]));
        }
    };
    let filter = AuditFilter {
        action: query.action.unwrap_or_default(),
        subject_kind: query.subject_kind.unwrap_or_default(),
        subject_id: query.subject_id.unwrap_or_default(),
        actor_id: query.actor_id.unwrap_or_default(),
        person: query.person.unwrap_or_default(),
        from: query.from_ms.map(Millis),
        to: query.to_ms.map(Millis),
        school_id: viewer.school_id.to_string(),
    };
    let part = record::list(state.store(), &filter, &place, page.limit()).await?;
    let rows = part.entries.into_iter().map(AuditEntryView::from).collect();
    Ok(HttpResponse::Ok().json(AuditPartView { rows, earlier: part.earlier, later: part.later }))
}
