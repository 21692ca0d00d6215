//! The record of every change, latest first.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::Value;

use crate::assessment::civil::{end_of_day, start_of_day};
use crate::clock::Millis;
use crate::delivery::Viewer;
use crate::delivery::people::{accounts, record, schools, visibility};
use crate::http::error::ApiError;
use crate::http::flash::Flash;
use crate::http::pages::{Frame, show, words};
use crate::http::state::AppState;
use crate::store::audit::{AuditEntry, AuditFilter, AuditPlace};
use crate::store::{AccountId, ClassId, PAGE_ROWS};

struct AuditRow {
    time: String,
    action: String,
    actor: String,
    subject: String,
    address: Option<String>,
    record: Option<String>,
    detail: String,
}

#[derive(Template)]
#[template(path = "admin/audit.html")]
struct AuditPage {
    frame: Frame,
    school: String,
    action: String,
    person: String,
    from: String,
    to: String,
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
    person: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    before: String,
    #[serde(default)]
    after: String,
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
    let place = match (query.before.as_str(), query.after.as_str()) {
        ("", "") => AuditPlace::Latest,
        ("", after) => AuditPlace::After(after.to_owned()),
        (before, _) => AuditPlace::Before(before.to_owned()),
    };
    let found = record::list(state.store(), &filter, &place, PAGE_ROWS).await?;
    let names = names(&state, &viewer, &found.entries).await;
    let told = Told { names: &names, zone: &zone };
    show(&AuditPage {
        frame,
        school: school.map(|school| school.name).unwrap_or_default(),
        rows: found.entries.iter().map(|entry| told.row(entry)).collect(),
        earlier: found.earlier,
        later: found.later,
        action: query.action,
        person: query.person,
        from: query.from,
        to: query.to,
    })
}

/// The names of everybody and every class that entries name.
async fn names(state: &AppState, viewer: &Viewer, entries: &[AuditEntry]) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    let ids = entries.iter().flat_map(|entry| {
        let actor = entry.actor_id.as_ref().map(AccountId::as_str);
        let named = entry.detail.get("account").and_then(Value::as_str);
        [actor, concerned(entry), named].into_iter().flatten().map(AccountId::from)
    });
    for id in ids {
        if !names.contains_key(id.as_str()) {
            let account = accounts::find(state.store(), &viewer.school_id, &id).await;
            names.insert(id.to_string(), account.map_or_else(|_| id.to_string(), |found| found.display_name));
        }
    }
    for entry in entries.iter().filter(|entry| entry.subject_kind == "class") {
        let id = &entry.subject_id;
        if !names.contains_key(id)
            && let Ok(found) = visibility::class(state.store(), viewer, &ClassId(id.clone())).await
        {
            names.insert(id.clone(), found.name);
        }
    }
    names
}

/// The account that an entry is about: itself, or the student of an attempt or an unlock.
fn concerned(entry: &AuditEntry) -> Option<&str> {
    match entry.subject_kind.as_str() {
        "account" => Some(&entry.subject_id),
        _ => entry.detail.get("student").and_then(Value::as_str),
    }
}

/// Entries as the page tells them.
struct Told<'a> {
    names: &'a BTreeMap<String, String>,
    zone: &'a TimeZone,
}

impl Told<'_> {
    fn row(&self, entry: &AuditEntry) -> AuditRow {
        let AuditEntry { subject_kind, subject_id, .. } = entry;
        let person = concerned(entry).and_then(|person| Some((person, self.names.get(person)?)));
        AuditRow {
            time: words::date_time(entry.at, self.zone),
            action: entry.action.clone(),
            actor: match &entry.actor_id {
                Some(actor) => self.names.get(actor.as_str()).cloned().unwrap_or_default(),
                None => "the system".to_owned(),
            },
            subject: match (person, self.names.get(subject_id)) {
                (Some((_, name)), _) | (None, Some(name)) => name.clone(),
                (None, None) => format!("{subject_kind} {subject_id}"),
            },
            address: match (person, subject_kind.as_str()) {
                (Some((person, _)), _) => Some(format!("/admin/accounts/{person}")),
                (None, "class") => Some(format!("/admin/classes/{subject_id}")),
                (None, _) => None,
            },
            record: (subject_kind == "attempt").then(|| format!("/staff/attempts/{subject_id}")),
            detail: self.detail(&entry.detail),
        }
    }

    /// `grade: 4 → 5; reason: moved up`; the student stands in a column of its own.
    fn detail(&self, detail: &Value) -> String {
        let Some(fields) = detail.as_object() else {
            return self.value("", detail);
        };
        let fields = fields.iter().filter(|(name, value)| *name != "student" && !value.is_null());
        let said = fields.map(|(name, value)| {
            let words = match value.as_array().map(Vec::as_slice) {
                Some([before, after]) => {
                    format!("{} → {}", self.value(name, before), self.value(name, after))
                }
                _ => self.value(name, value),
            };
            format!("{}: {words}", name.trim_end_matches("_ms").replace('_', " "))
        });
        said.collect::<Vec<_>>().join("; ")
    }

    fn value(&self, name: &str, value: &Value) -> String {
        match value {
            Value::String(id) if name == "account" => self.names.get(id).unwrap_or(id).clone(),
            Value::String(text) => text.clone(),
            Value::Object(_) => self.detail(value).replace("; ", ", "),
            Value::Null => "–".to_owned(),
            Value::Bool(true) => "yes".to_owned(),
            Value::Bool(false) => "no".to_owned(),
            Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(at), _) if name.ends_with("_at_ms") => words::date_time(Millis(at), self.zone),
                (None, Some(share)) if name.ends_with("probability") => words::percent(share),
                (None, Some(fraction)) => words::decimal(fraction),
                _ => number.to_string(),
            },
            other => other.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_entry_is_told_in_words() {
        let names = BTreeMap::from([("s1".to_owned(), "Maya Alvarez".to_owned())]);
        let told = Told { names: &names, zone: &TimeZone::UTC };
        let detail = json!({ "grade": [4, 5], "secret_kind": "pin", "note": null });
        assert_eq!(told.detail(&detail), "grade: 4 → 5; secret kind: pin");
        assert_eq!(told.detail(&json!({})), "");
        let unlock = AuditEntry::new(Millis(0), None, "unlock.granted", ("unlock", "u1")).with_detail(
            json!({ "student": "s1", "expires_at_ms": 0, "readiness_probability": 0.8246, "recommended": true }),
        );
        let row = told.row(&unlock);
        assert_eq!(
            (row.subject.as_str(), row.address.as_deref()),
            ("Maya Alvarez", Some("/admin/accounts/s1"))
        );
        assert_eq!(
            row.detail,
            "expires at: Thu 1 Jan 1970, 12:00 am; readiness probability: 82\u{a0}%; recommended: yes"
        );
        let attempt = AuditEntry::new(Millis(0), None, "attempt.paused", ("attempt", "a1"));
        assert_eq!(told.row(&attempt).record.as_deref(), Some("/staff/attempts/a1"));
    }
}
