//! The record of every change, latest first.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value;

use crate::assessment::civil::{end_of_day, start_of_day};
use crate::delivery::Viewer;
use crate::delivery::people::{accounts, record, schools};
use crate::http::error::ApiError;
use crate::http::flash::Flash;
use crate::http::pages::{Frame, show, words};
use crate::http::state::AppState;
use crate::store::audit::{AuditEntry, AuditFilter};
use crate::store::{AccountId, PAGE_ROWS, PageRequest};

struct AuditRow {
    time: String,
    action: String,
    actor: String,
    subject: String,
    address: Option<String>,
    detail: String,
}

#[derive(Template)]
#[template(path = "admin/audit.html")]
struct AuditPage {
    frame: Frame,
    school: String,
    total_words: String,
    action: String,
    person: String,
    from: String,
    to: String,
    rows: Vec<AuditRow>,
    earlier: Option<u32>,
    later: Option<u32>,
}

/// Which entries are shown.
#[derive(Debug, Default, Deserialize)]
pub struct AuditQuery {
    #[serde(default)]
    action: String,
    #[serde(default)]
    person: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
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
    let mut query = query.into_inner();
    let allowed = |character: &char| character.is_ascii_alphanumeric() || "._".contains(*character);
    query.action = query.action.chars().filter(allowed).take(64).collect();
    query.person = query.person.trim().chars().take(120).collect();
    let zone = schools::time_zone(state.store(), &viewer.school_id).await?;
    let school = schools::find(state.store(), &viewer.school_id).await?;
    // A day that is none is shown empty: what is listed is what the fields say.
    let day = |text: &mut String| {
        let day: Option<Date> = text.trim().parse().ok();
        *text = day.map(|day| day.to_string()).unwrap_or_default();
        day
    };
    let filter = AuditFilter {
        action: query.action.clone(),
        person: query.person.clone(),
        from: day(&mut query.from).map(|day| start_of_day(day, &zone)),
        to: day(&mut query.to).map(|day| end_of_day(day, &zone)),
        school_id: viewer.school_id.to_string(),
        ..AuditFilter::default()
    };
    let request = PageRequest::new(PAGE_ROWS, query.page.saturating_mul(PAGE_ROWS));
    let request = request.unwrap_or_else(PageRequest::first);
    let found = record::list(state.store(), &filter, request).await?;
    let names = names(&state, &viewer, &found.rows).await;
    let shown = u64::from(request.offset()) + found.rows.len() as u64;
    let row = |entry: &AuditEntry| AuditRow { time: words::date_time(entry.at, &zone), ..row(entry, &names) };
    show(&AuditPage {
        frame,
        school: school.map(|school| school.name).unwrap_or_default(),
        total_words: format!("{} entries.", found.total),
        rows: found.rows.iter().map(row).collect(),
        earlier: query.page.checked_sub(1),
        later: (shown < found.total).then_some(query.page + 1),
        action: query.action,
        person: query.person,
        from: query.from,
        to: query.to,
    })
}

/// The names of everybody whom entries name.
async fn names(state: &AppState, viewer: &Viewer, entries: &[AuditEntry]) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    let subjects = entries.iter().filter(|entry| entry.subject_kind == "account");
    let ids = entries
        .iter()
        .filter_map(|entry| entry.actor_id.clone())
        .chain(subjects.map(|entry| AccountId(entry.subject_id.clone())));
    for id in ids {
        if !names.contains_key(id.as_str()) {
            let account = accounts::find(state.store(), &viewer.school_id, &id).await;
            names.insert(id.to_string(), account.map_or_else(|_| id.to_string(), |found| found.display_name));
        }
    }
    names
}

fn row(entry: &AuditEntry, names: &BTreeMap<String, String>) -> AuditRow {
    let person = names.get(&entry.subject_id).filter(|_| entry.subject_kind == "account");
    AuditRow {
        time: String::new(),
        action: entry.action.clone(),
        actor: match &entry.actor_id {
            Some(actor) => names.get(actor.as_str()).cloned().unwrap_or_default(),
            None => "the system".to_owned(),
        },
        subject: person.cloned().unwrap_or_else(|| format!("{} {}", entry.subject_kind, entry.subject_id)),
        address: person.map(|_| format!("/admin/accounts/{}", entry.subject_id)),
        detail: detail_words(&entry.detail),
    }
}

/// `grade: 4 → 5; reason: moved up`.
fn detail_words(detail: &Value) -> String {
    let plain = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Null => "–".to_owned(),
        other => other.to_string(),
    };
    let said = |value: &Value| match value.as_array().map(Vec::as_slice) {
        Some([before, after]) => format!("{} → {}", plain(before), plain(after)),
        _ => plain(value),
    };
    match detail.as_object() {
        Some(fields) => {
            let fields =
                fields.iter().map(|(name, value)| format!("{}: {}", name.replace('_', " "), said(value)));
            fields.collect::<Vec<_>>().join("; ")
        }
        None => plain(detail),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_detail_is_told_in_words() {
        let detail = json!({ "grade": [4, 5], "secret_kind": "pin", "note": null });
        assert_eq!(detail_words(&detail), "grade: 4 → 5; note: –; secret kind: pin");
        assert_eq!(detail_words(&json!({})), "");
    }
}
