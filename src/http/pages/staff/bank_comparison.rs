//! Two versions of a bank side by side.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::item_words::{address_part, pool_word, status_word};
use crate::delivery::read_models::{
    BankComparison, ItemChange, ItemComparison, ItemState, ParameterComparison, ParameterValue,
    compare_bank_versions,
};
use crate::http::error::ApiError;
use crate::http::flash::Flash;
use crate::http::pages::view::MarkView;
use crate::http::pages::{Frame, show, words};
use crate::http::state::AppState;
use crate::store::banks::list_bank_versions;

/// Items on one page of the table.
const ITEMS_ON_A_PAGE: usize = 50;
/// Standard errors from which a difference is marked.
const MARKED_ERRORS: f64 = 2.0;

/// With what, and what is shown.
#[derive(Debug, Deserialize)]
pub struct ComparisonQuery {
    /// The version before, when not said.
    with: Option<u32>,
    #[serde(default)]
    show: String,
    #[serde(default)]
    page: usize,
}

struct ParameterRow {
    name: String,
    before: String,
    after: String,
    difference: String,
    is_marked: bool,
}

struct ComparedRow {
    id: String,
    address: String,
    change: MarkView,
    notes: Vec<String>,
    parameters: Vec<ParameterRow>,
}

#[derive(Template)]
#[template(path = "staff/bank_comparison.html")]
struct ComparisonPage {
    frame: Frame,
    id: String,
    name: String,
    before: u32,
    after: u32,
    versions: Vec<(u32, bool)>,
    sentence: String,
    show: &'static str,
    shows: Vec<(&'static str, &'static str, bool)>,
    found_words: String,
    rows: Vec<ComparedRow>,
    earlier: Option<usize>,
    later: Option<usize>,
}

const SHOWS: [(&str, &str); 4] = [
    ("different", "What differs"),
    ("moved", "Parameters that moved by two errors or more"),
    ("membership", "Items only in one version"),
    ("all", "Every item"),
];

/// Shows a version beside another.
pub async fn compare(
    state: web::Data<AppState>,
    frame: Frame,
    path: web::Path<(String, u32)>,
    query: web::Query<ComparisonQuery>,
) -> Result<HttpResponse, ApiError> {
    let (id, after) = path.into_inner();
    let found = compare_bank_versions(
        &state.service,
        &id,
        (query.with.unwrap_or(after.saturating_sub(1).max(1)), after),
    )
    .await?;
    let listed = list_bank_versions(&mut *state.store().read().await?).await?;
    let own: Vec<_> = listed.into_iter().filter(|version| version.bank_id == id).collect();
    let name = own.iter().find(|version| version.version == after).map(|version| version.name.clone());
    let show_only = SHOWS.iter().find(|(word, _)| *word == query.show).map_or("different", |(word, _)| word);
    let items: Vec<&ItemComparison> = found.items.iter().filter(|item| is_shown(item, show_only)).collect();
    let pages = items.len().div_ceil(ITEMS_ON_A_PAGE).max(1);
    let page = query.page.min(pages - 1);
    show(&ComparisonPage {
        frame,
        name: name.unwrap_or_else(|| id.clone()),
        before: found.before,
        after: found.after,
        versions: own
            .iter()
            .map(|version| (version.version, version.version == found.before))
            .filter(|(version, _)| *version != after)
            .collect(),
        sentence: sentence(&found),
        show: show_only,
        shows: SHOWS.iter().map(|(word, words)| (*word, *words, *word == show_only)).collect(),
        found_words: format!("{} · page {} of {pages}", words::counted(items.len(), "item"), page + 1),
        rows: items.iter().skip(page * ITEMS_ON_A_PAGE).take(ITEMS_ON_A_PAGE).map(|item| row(item)).collect(),
        earlier: (page > 0).then(|| page - 1),
        later: (page + 1 < pages).then(|| page + 1),
        id,
    })
}

fn is_shown(item: &ItemComparison, show: &str) -> bool {
    match show {
        "all" => true,
        "moved" => item.parameters.iter().any(is_marked),
        "membership" => matches!(item.change, ItemChange::Gone | ItemChange::New),
        _ => item.change != ItemChange::Same,
    }
}

fn is_marked(parameter: &ParameterComparison) -> bool {
    let both = parameter.difference.zip(parameter.difference_error);
    both.is_some_and(|(difference, error)| difference.abs() >= MARKED_ERRORS * error && difference != 0.0)
}

fn sentence(found: &BankComparison) -> String {
    let mut text = format!(
        "{} changed, {} new, {} gone, {} the same.",
        words::counted(found.changed as usize, "item"),
        found.new,
        found.gone,
        found.same
    );
    if let Some((mean, rms)) = found.mean_difficulty_change.zip(found.rms_difficulty_change) {
        text.push_str(&format!(
            " Difficulties moved by {} logits on average (root mean square {}).",
            words::decimal(mean),
            words::decimal(rms)
        ));
    }
    text
}

fn row(item: &ItemComparison) -> ComparedRow {
    ComparedRow {
        id: item.item_id.clone(),
        address: address_part(&item.item_id),
        change: match item.change {
            ItemChange::Same => MarkView::new("", "check", "The same"),
            ItemChange::Changed => MarkView::new("trail", "note", "Changed"),
            ItemChange::Gone => MarkView::new("stop", "cross", "Gone"),
            ItemChange::New => MarkView::new("good", "spark", "New"),
        },
        notes: notes(item),
        parameters: item.parameters.iter().map(parameter).collect(),
    }
}

fn notes(item: &ItemComparison) -> Vec<String> {
    let mut notes = Vec::new();
    let model = |state: &ItemState| {
        let name = state.model.map_or_else(|| "no model".to_owned(), |model| model.to_string());
        if state.provisional { format!("{name}, provisional") } else { name }
    };
    match (&item.before, &item.after) {
        (Some(old), Some(new)) => {
            if old.status != new.status {
                notes.push(format!("{} → {}", status_word(old.status), status_word(new.status)));
            }
            if old.pool != new.pool {
                notes.push(format!("{} → {}", pool_word(old.pool), pool_word(new.pool)));
            }
            if model(old) != model(new) {
                notes.push(format!("{} → {}", model(old), model(new)));
            }
        }
        (Some(only), None) | (None, Some(only)) => {
            notes.push(format!("{}, {}, {}", pool_word(only.pool), status_word(only.status), model(only)));
        }
        (None, None) => {}
    }
    if item.content_changed {
        notes.push("question or key".to_owned());
    }
    if item.attributes_changed {
        notes.push("attributes, stimulus or enemies".to_owned());
    }
    notes
}

fn parameter(compared: &ParameterComparison) -> ParameterRow {
    let value = |value: Option<ParameterValue>| match value {
        Some(ParameterValue { value, standard_error: Some(error) }) => {
            format!("{} ± {}", words::decimal(value), words::decimal(error))
        }
        Some(ParameterValue { value, standard_error: None }) => words::decimal(value),
        None => "–".to_owned(),
    };
    let difference = match (compared.difference, compared.difference_error) {
        (Some(difference), Some(error)) => {
            format!("{} ± {}", words::decimal(difference), words::decimal(error))
        }
        (Some(difference), None) => words::decimal(difference),
        (None, _) => "–".to_owned(),
    };
    ParameterRow {
        name: compared.name.clone(),
        before: value(compared.before),
        after: value(compared.after),
        difference,
        is_marked: is_marked(compared),
    }
}
