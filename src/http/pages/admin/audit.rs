//! The record of every change, latest first.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::delivery::Viewer;
use crate::delivery::people::{accounts, record, schools};
use crate::http::error::ApiError;
use crate::http::flash::Flash;
use crate::http::pages::{Frame, show, words};
use crate::http::state::AppState;
use crate::store::audit::AuditFilter;
use crate::store::{PAGE_ROWS, PageRequest};

struct AuditRow {
    time: String,
    action: String,
    actor: String,
    subject: String,
    detail: String,
}

#[derive(Template)]
#[template(path = "admin/audit.html")]
struct AuditPage {
    frame: Frame,
    total_words: String,
    action: String,
    rows: Vec<AuditRow>,
    earlier: Option<String>,
    later: Option<String>,
}

/// Which entries are shown.
#[derive(Debug, Default, Deserialize)]
pub struct AuditQuery {
    #[serde(default)]
    action: String,
    #[serde(default)]
    page: u32,
}

/// Shows the log.
pub async fn audit(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    query: web::Query<AuditQuery>,
) -> Result<HttpResponse, ApiError> {
    let AuditQuery { action, page } = query.into_inner();
    let allowed = |character: &char| character.is_ascii_alphanumeric() || "._".contains(*character);
    let action: String = action.chars().filter(allowed).take(64).collect();
    let filter = AuditFilter {
        action: action.clone(),
        school_id: viewer.school_id.to_string(),
        ..AuditFilter::default()
    };
    let request = PageRequest::new(PAGE_ROWS, page.saturating_mul(PAGE_ROWS));
    let request = request.unwrap_or_else(PageRequest::first);
    let found = record::list(state.store(), &filter, request).await?;
    let zone = schools::time_zone(state.store(), &viewer.school_id).await?;
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for actor in found.rows.iter().filter_map(|entry| entry.actor_id.as_ref()) {
        if !names.contains_key(actor.as_str()) {
            let account = accounts::find(state.store(), &viewer.school_id, actor).await;
            names.insert(
                actor.to_string(),
                account.map_or_else(|_| actor.to_string(), |found| found.display_name),
            );
        }
    }
    let shown = u64::from(request.offset()) + found.rows.len() as u64;
    let address = |page: u32| format!("?action={action}&page={page}");
    let rows = found.rows.iter().map(|entry| AuditRow {
        time: words::date_time(entry.at, &zone),
        action: entry.action.clone(),
        actor: match &entry.actor_id {
            Some(actor) => names.get(actor.as_str()).cloned().unwrap_or_default(),
            None => "the system".to_owned(),
        },
        subject: format!("{} {}", entry.subject_kind, entry.subject_id),
        detail: entry.detail.to_string(),
    });
    show(&AuditPage {
        frame,
        total_words: format!("{} entries.", found.total),
        rows: rows.collect(),
        earlier: (page > 0).then(|| address(page - 1)),
        later: (shown < found.total).then(|| address(page + 1)),
        action,
    })
}
