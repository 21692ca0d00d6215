//! Banks and their versions, and the Wright map of one.

use actix_web::{HttpResponse, web};
use askama::Template;
use item_bank::{Bank, Item};
use serde::Deserialize;

use super::item_watch::{Alarms, alarms};
use super::item_words::{parameter_text, pool_word, status_word};
use crate::delivery::people::schools;
use crate::delivery::read_models::{self, WrightView};
use crate::delivery::{self, DeliveryError, ImportBank, Viewer};
use crate::http::error::ApiError;
use crate::http::file_form::FileForm;
use crate::http::flash::{Flash, see_with};
use crate::http::pages::drawing::{self, WrightChart, wright_chart};
use crate::http::pages::trails::levels_of;
use crate::http::pages::view::MarkView;
use crate::http::pages::{Frame, Html, show, show_again, words};
use crate::http::state::AppState;
use crate::store::banks::{BankStatus, BankVersion, find_bank_version, list_bank_versions};

/// Items on one page of the table.
const ITEMS_ON_A_PAGE: usize = 50;
/// Letters of a question in the list of items.
const STEM_LETTERS: usize = 70;
/// Problems of a file that are told at once.
const PROBLEMS_MAX: usize = 20;

struct BankRow {
    id: String,
    name: String,
    version: u32,
    state: MarkView,
    items: u32,
    provisional: bool,
    created: String,
    note: String,
}

#[derive(Template)]
#[template(path = "staff/banks.html")]
struct BanksPage {
    frame: Frame,
    banks: Vec<BankRow>,
    problems: Vec<String>,
}

/// What a bank file changes.
#[derive(Deserialize)]
pub struct ImportForm {
    note: String,
}

/// Which items are shown.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct ItemFilter {
    #[serde(default)]
    words: String,
    #[serde(default)]
    pool: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    strand: String,
    #[serde(default)]
    page: usize,
}

struct ItemRow {
    id: String,
    address: String,
    pool: &'static str,
    status: &'static str,
    strand: String,
    model: String,
    a: String,
    b: String,
    c: String,
    stem: String,
}

#[derive(Template)]
#[template(path = "staff/bank.html")]
struct BankPage {
    frame: Frame,
    id: String,
    name: String,
    version: u32,
    items_words: String,
    is_draft: bool,
    others: Vec<u32>,
    provisional: Option<String>,
    facts: Vec<(&'static str, String)>,
    alarms: Alarms,
    filter: ItemFilter,
    pools: [&'static str; 2],
    statuses: [&'static str; 4],
    strands: Vec<String>,
    found_words: String,
    rows: Vec<ItemRow>,
    earlier: Option<String>,
    later: Option<String>,
    page_words: String,
}

#[derive(Template)]
#[template(path = "staff/map.html")]
struct MapPage {
    frame: Frame,
    id: String,
    name: String,
    version: u32,
    picture: Html,
    sentence: String,
    rows: Vec<(String, String, u32, u32)>,
}

/// Shows every version of every bank.
pub async fn banks(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
) -> Result<HttpResponse, ApiError> {
    show(&banks_page(&state, &viewer, frame, Vec::new()).await?)
}

/// Brings a bank in as a draft.
pub async fn import(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    form: FileForm<ImportForm>,
) -> Result<HttpResponse, ApiError> {
    let FileForm { fields: ImportForm { note }, file } = form;
    let source_name = if file.name.is_empty() { "the file" } else { &file.name };
    let import = ImportBank { text: &file.text, source_name, note: &note, by: &viewer.account_id };
    match delivery::import_bank(&state.service, state.now(), &import).await {
        Ok(version) => {
            let words = format!("{} is here as version {}, a draft.", version.name, version.version);
            let address = format!("/staff/banks/{}/{}", version.bank_id, version.version);
            Ok(see_with(&address, &Flash::Done(words)))
        }
        Err(DeliveryError::BankFile(errors)) => {
            let problems = errors.to_string().lines().take(PROBLEMS_MAX).map(str::to_owned).collect();
            show_again(&banks_page(&state, &viewer, frame, problems).await?)
        }
        Err(refusal @ DeliveryError::Invalid { .. }) => {
            show_again(&banks_page(&state, &viewer, frame, vec![words::refusal(&refusal)]).await?)
        }
        Err(other) => Err(other.into()),
    }
}

/// Shows one version with its items.
pub async fn bank(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    path: web::Path<(String, u32)>,
    filter: web::Query<ItemFilter>,
) -> Result<HttpResponse, ApiError> {
    let (id, version) = path.into_inner();
    let found = find_bank_version(&mut *state.store().read().await?, &id, version).await?;
    let found = found.ok_or(ApiError::NotFound("bank version"))?;
    let bank = state.service.library.bank(&id, version).await?;
    let zone = schools::time_zone(state.store(), &viewer.school_id).await?;
    let versions = list_bank_versions(&mut *state.store().read().await?).await?;
    let others = versions.into_iter().filter(|other| other.bank_id == id && other.version != version);
    let others = others.map(|other| other.version).collect();
    let alarms = alarms(&state, &id, &zone).await?;
    let page = bank_page(frame, &found, &bank, filter.into_inner(), &zone);
    show(&BankPage { others, alarms, ..page })
}

/// Publishes a draft.
pub async fn publish(
    state: web::Data<AppState>,
    viewer: Viewer,
    path: web::Path<(String, u32)>,
) -> Result<HttpResponse, ApiError> {
    let (id, version) = path.into_inner();
    let outcome =
        delivery::publish_bank(&state.service, state.now(), (&id, version), &viewer.account_id).await;
    let flash = match outcome {
        Ok(_) => Flash::Done(format!("Version {version} is published and will never change.")),
        Err(refusal @ (DeliveryError::Unfit { .. } | DeliveryError::Invalid { .. })) => {
            Flash::Refused(format!("Not published: {refusal}."))
        }
        Err(other) => return Err(other.into()),
    };
    Ok(see_with(&format!("/staff/banks/{id}/{version}"), &flash))
}

/// Shows items and students of the school on the same continuum.
pub async fn map(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    path: web::Path<(String, u32)>,
) -> Result<HttpResponse, ApiError> {
    let (id, version) = path.into_inner();
    let bank = state.service.library.bank(&id, version).await?;
    let view = read_models::wright_view(&state.service, &viewer.school_id, (&id, version)).await?;
    let sentence = map_sentence(&view);
    let chart = WrightChart {
        rows: view.rows.iter().map(map_row).collect(),
        levels: view.trail.as_ref().map(levels_of).unwrap_or_default(),
        sentence: sentence.clone(),
    };
    let rows = view
        .rows
        .iter()
        .map(|row| (words::decimal(row.low), words::decimal(row.high), row.items, row.students));
    show(&MapPage {
        frame,
        name: bank.name().to_owned(),
        picture: Html::drawing(wright_chart(&chart)),
        sentence,
        rows: rows.collect(),
        id,
        version,
    })
}

async fn banks_page(
    state: &AppState,
    viewer: &Viewer,
    frame: Frame,
    problems: Vec<String>,
) -> Result<BanksPage, ApiError> {
    let versions = list_bank_versions(&mut *state.store().read().await?).await?;
    let zone = schools::time_zone(state.store(), &viewer.school_id).await?;
    let banks = versions.into_iter().map(|version| BankRow {
        state: state_mark(version.status),
        items: version.item_count,
        provisional: version.provisional,
        created: words::date(version.created_at, &zone),
        note: version.note,
        id: version.bank_id,
        name: version.name,
        version: version.version,
    });
    Ok(BanksPage { frame, banks: banks.collect(), problems })
}

fn state_mark(status: BankStatus) -> MarkView {
    match status {
        BankStatus::Draft => MarkView::new("wait", "note", "Draft"),
        BankStatus::Published => MarkView::new("good", "check", "Published"),
    }
}

fn bank_page(
    frame: Frame,
    found: &BankVersion,
    bank: &Bank,
    filter: ItemFilter,
    zone: &jiff::tz::TimeZone,
) -> BankPage {
    let fits: Vec<&Item> = bank.items().iter().filter(|item| is_shown(item, &filter)).collect();
    let pages = fits.len().div_ceil(ITEMS_ON_A_PAGE).max(1);
    let page = filter.page.min(pages - 1);
    let rows = fits.iter().skip(page * ITEMS_ON_A_PAGE).take(ITEMS_ON_A_PAGE).map(|item| item_row(item));
    let published = found.published_at.map_or_else(|| "not yet".to_owned(), |at| words::date_time(at, zone));
    let mut strands: Vec<String> = bank.items().iter().filter_map(strand).collect();
    strands.sort();
    strands.dedup();
    BankPage {
        frame,
        id: found.bank_id.clone(),
        name: found.name.clone(),
        version: found.version,
        items_words: words::counted(bank.items().len(), "item"),
        is_draft: found.status == BankStatus::Draft,
        others: Vec::new(),
        alarms: Alarms::default(),
        provisional: bank.provisional_note().map(|note| {
            // Its heading says so already.
            words::sentence(note.strip_prefix("Provisional: ").unwrap_or(note))
        }),
        facts: vec![
            ("Origin", bank.origin().to_owned()),
            ("Licence", bank.licence().to_owned()),
            ("Came in", words::date_time(found.created_at, zone)),
            ("Published", published),
            ("What changed", found.note.clone()),
            ("Digest (SHA-256)", found.digest.clone()),
        ],
        pools: ["interim", "summative"],
        statuses: ["draft", "field test", "operational", "retired"],
        strands,
        found_words: format!("{} of {}.", words::counted(fits.len(), "item"), bank.items().len()),
        rows: rows.collect(),
        earlier: (page > 0).then(|| page_address(&filter, page - 1)),
        later: (page + 1 < pages).then(|| page_address(&filter, page + 1)),
        page_words: format!("Page {} of {pages}", page + 1),
        filter,
    }
}

fn is_shown(item: &Item, filter: &ItemFilter) -> bool {
    let words = filter.words.trim().to_lowercase();
    let holds = |text: &str| text.to_lowercase().contains(&words);
    (words.is_empty() || holds(item.id.as_str()) || holds(&stem_words(item)))
        && (filter.pool.is_empty() || pool_word(item.pool) == filter.pool)
        && (filter.status.is_empty() || status_word(item.status) == filter.status)
        && (filter.strand.is_empty() || strand(item).as_deref() == Some(filter.strand.as_str()))
}

fn strand(item: &Item) -> Option<String> {
    item.attributes.get("strand").map(ToString::to_string)
}

fn stem_words(item: &Item) -> String {
    item.content.as_ref().map(|content| content.presentation().stem.plain_text()).unwrap_or_default()
}

fn item_row(item: &Item) -> ItemRow {
    let all = stem_words(item);
    let mut stem: String = all.chars().take(STEM_LETTERS).collect();
    if stem.len() < all.len() {
        stem.push('…');
    }
    let parameters = item.model.as_ref().map(item_bank::ModelParameters::from);
    let text = |value: Option<String>| value.unwrap_or_default();
    ItemRow {
        id: item.id.to_string(),
        address: super::item_words::address_part(item.id.as_str()),
        pool: pool_word(item.pool),
        status: status_word(item.status),
        strand: strand(item).unwrap_or_default(),
        model: parameters.as_ref().map(|found| found.model.to_string()).unwrap_or_default(),
        a: text(parameters.as_ref().and_then(|found| found.a.as_ref().map(parameter_text))),
        b: text(parameters.as_ref().and_then(|found| found.b.as_ref().map(parameter_text))),
        c: text(parameters.as_ref().and_then(|found| found.c.map(words::decimal))),
        stem,
    }
}

fn page_address(filter: &ItemFilter, page: usize) -> String {
    let part = super::item_words::address_part;
    format!(
        "?words={}&pool={}&status={}&strand={}&page={page}",
        part(&filter.words),
        part(&filter.pool),
        part(&filter.status),
        part(&filter.strand)
    )
}

fn map_row(row: &read_models::WrightRow) -> drawing::WrightRow {
    drawing::WrightRow { low: row.low, high: row.high, items: row.items, students: row.students }
}

fn map_sentence(view: &WrightView) -> String {
    let items: u32 = view.rows.iter().map(|row| row.items).sum();
    let students: u32 = view.rows.iter().map(|row| row.students).sum();
    let mean = |count: fn(&read_models::WrightRow) -> u32, total: u32| {
        let sum: f64 =
            view.rows.iter().map(|row| f64::midpoint(row.low, row.high) * f64::from(count(row))).sum();
        if total > 0 { words::decimal(sum / f64::from(total)) } else { "–".to_owned() }
    };
    let without = match view.items_without_place {
        0 => String::new(),
        items => format!("; {} without a place", words::counted(items as usize, "item")),
    };
    format!(
        "{items} items around {} and {students} students around {} logits{without}.",
        mean(|row| row.items, items),
        mean(|row| row.students, students)
    )
}
