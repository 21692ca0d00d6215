//! One item: content as the student sees it, key, response curve, information, parameters with their errors.

use actix_web::{HttpResponse, web};
use askama::Template;
use item_bank::{Bank, Item, ModelParameters, ResponseModel, StandardErrors, Theta};

use super::item_watch::{WatchView, watch_view};
use super::item_words::{address_part, key_words, parameter_text, pool_word, status_word};
use crate::adaptive::cell_centre;
use crate::delivery::Viewer;
use crate::delivery::catalogue::{CappedUse, ItemUse, item_use};
use crate::delivery::people::schools;
use crate::http::error::ApiError;
use crate::http::flash::Flash;
use crate::http::pages::drawing::{
    CategoryCurve, CurveChart, ObservedProportion, information_chart, response_chart,
};
use crate::http::pages::student::question::{InteractionKind, PartView, parts};
use crate::http::pages::student::test_page::StimulusView;
use crate::http::pages::view::FactView;
use crate::http::pages::{Frame, Html, show, words};
use crate::http::state::AppState;
use crate::store::banks::list_bank_versions;

/// Abilities drawn, in logits.
const RANGE: (f64, f64) = (-4.0, 4.0);
/// Answers that make a point of the observed proportions, and points at most.
const ANSWERS_A_GROUP: u64 = 10;
const GROUPS_MAX: u64 = 8;
/// Lines that a chart tells apart.
const LINES: [&str; 4] = ["curve", "curve second", "curve third", "curve fourth"];

struct Curves {
    response: Html,
    information: Html,
    lines: Vec<(&'static str, String)>,
    peak: String,
}

#[derive(Template)]
#[template(path = "staff/item.html")]
struct ItemPage {
    frame: Frame,
    bank: String,
    bank_name: String,
    version: u32,
    id: String,
    address: String,
    pool: &'static str,
    status: &'static str,
    provisional: bool,
    provisional_words: String,
    stimulus: Option<StimulusView>,
    stem: Option<Html>,
    parts: Vec<PartView>,
    key: String,
    rationale: String,
    misconceptions: Vec<String>,
    curves: Option<Curves>,
    model: String,
    parameters: Vec<(String, String, String)>,
    usage: Vec<FactView>,
    watch: Option<WatchView>,
    attributes: Vec<(String, String)>,
    history: Vec<(u32, &'static str, String)>,
}

/// Shows one item of a bank version.
pub async fn item(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    path: web::Path<(String, u32, String)>,
) -> Result<HttpResponse, ApiError> {
    let (bank_id, version, id) = path.into_inner();
    let bank = state.service.library.bank(&bank_id, version).await?;
    let item = bank.item(&id).ok_or(ApiError::NotFound("item"))?;
    let history = history(&state, &bank_id, &id).await?;
    let used = item_use(&state.service, &bank_id, &item.id).await?;
    let page = item_page(frame, &bank, (bank_id, version), item, history);
    let curves = item.model.as_ref().map(|model| curves(model, &used));
    let usage = [page.usage, exposure(&used, item)].concat();
    let zone = schools::time_zone(state.store(), &viewer.school_id).await?;
    let watch = used.record.watch.as_ref().map(|watch| watch_view(watch, &zone));
    show(&ItemPage { curves, usage, watch, ..page })
}

async fn history(
    state: &AppState,
    bank_id: &str,
    id: &str,
) -> Result<Vec<(u32, &'static str, String)>, ApiError> {
    let versions = list_bank_versions(&mut *state.store().read().await?).await?;
    let mut rows = Vec::new();
    for version in versions.into_iter().filter(|version| version.bank_id == bank_id) {
        let bank = state.service.library.bank(bank_id, version.version).await?;
        if let Some(item) = bank.item(id) {
            let parameters = item.model.as_ref().map_or_else(|| "none".to_owned(), model_words);
            rows.push((version.version, status_word(item.status), parameters));
        }
    }
    Ok(rows)
}

fn item_page(
    frame: Frame,
    bank: &Bank,
    (bank_id, version): (String, u32),
    item: &Item,
    history: Vec<(u32, &'static str, String)>,
) -> ItemPage {
    let content = item.content.as_ref();
    let presentation = content.map(item_bank::Content::presentation);
    let stimulus = item.group.as_deref().and_then(|group| bank.stimulus(group));
    ItemPage {
        frame,
        bank_name: bank.name().to_owned(),
        bank: bank_id,
        version,
        id: item.id.to_string(),
        address: address_part(item.id.as_str()),
        pool: pool_word(item.pool),
        status: status_word(item.status),
        provisional: item.provisional,
        provisional_words: provisional_words(item, bank),
        stimulus: stimulus
            .map(|found| StimulusView { title: found.title.clone(), body: Html::content(&found.body) }),
        stem: presentation.map(|found| Html::content(&found.stem)),
        parts: presentation.map(|found| parts(found, &Vec::new())).unwrap_or_default(),
        key: content.map(|found| key_words(found.presentation(), found.key())).unwrap_or_default(),
        rationale: content.map(|found| found.rationale().to_owned()).unwrap_or_default(),
        misconceptions: content.map(misconceptions).unwrap_or_default(),
        curves: None,
        model: item.model.as_ref().map(|model| model.name().to_string()).unwrap_or_default(),
        parameters: item.model.as_ref().map(|model| parameters(model, item)).unwrap_or_default(),
        usage: usage(item),
        watch: None,
        attributes: item
            .attributes
            .iter()
            .map(|(name, value)| (name.replace('_', " "), value.to_string()))
            .collect(),
        history,
    }
}

fn provisional_words(item: &Item, bank: &Bank) -> String {
    match (item.provisional, bank.provisional_note()) {
        (true, Some(note)) if note.starts_with("Provisional") => note.to_owned(),
        (true, Some(note)) => format!("Provisional: {note}"),
        (true, None) => "Provisional: not estimated from responses.".to_owned(),
        (false, _) => "Estimated from responses.".to_owned(),
    }
}

fn misconceptions(content: &item_bank::Content) -> Vec<String> {
    let found = content.misconceptions().iter();
    found.map(|wrong| format!("{} ({}): {}", wrong.name, wrong.answer, wrong.explanation)).collect()
}

fn usage(item: &Item) -> Vec<FactView> {
    let mut facts = vec![FactView::new("Shares a stimulus", item.group.as_deref().unwrap_or("no"))];
    facts.push(FactView::new("Enemies", words::counted(item.enemies.len(), "item")));
    if let Some(score) = item.maximum_score() {
        facts.push(FactView::new("Highest score", score.to_string()));
    }
    facts
}

/// How often it was shown and what came of it.
fn exposure(used: &ItemUse, item: &Item) -> Vec<FactView> {
    let record = &used.record;
    let share = record.shown as f64 / used.attempts.max(1) as f64;
    let note = format!("shown in {} of {} ended attempts on this bank", record.shown, used.attempts);
    let mut facts = vec![FactView::with_note("Exposure", words::percent(share), note)];
    for CappedUse { plan_id, plan_version, cap, attempts, administered, forced } in &used.capped {
        let share = *administered as f64 / (*attempts).max(1) as f64;
        let mut note = format!(
            "given in {administered} of {attempts} ended attempts by plan {plan_id} version {plan_version}; its cap is {} \
             of a band of ability",
            words::percent(*cap)
        );
        if *forced > 0 {
            note += &format!("; {forced} times over it, because the plan could not be met otherwise");
        }
        facts.push(FactView::with_note("Under a cap", words::percent(share), note));
    }
    if record.answers == 0 {
        return facts;
    }
    let (answers, score) = record
        .by_ability
        .values()
        .fold((0, 0), |(answers, score), cell| (answers + cell.answers, score + cell.score));
    let highest = u64::from(item.maximum_score().unwrap_or(1).max(1));
    let note = format!("of the highest score, {answers} answers");
    let mean = score as f64 / (answers * highest).max(1) as f64;
    facts.push(FactView::with_note("Mean score", words::percent(mean), note));
    let rapid = record.rapid_guesses as f64 / record.answers as f64;
    let note = format!("mean; {} came too fast to have been thought about", words::percent(rapid));
    let seconds = record.elapsed_ms as f64 / (1_000.0 * record.answers as f64);
    facts.push(FactView::with_note("Time to answer", format!("{seconds:.0} s"), note));
    let shown = record.answers + record.unanswered;
    let note = format!("{} of {shown} attempts that showed it and may count", record.unanswered);
    let left = record.unanswered as f64 / shown as f64;
    facts.push(FactView::with_note("Left without an answer", words::percent(left), note));
    facts
}

/// Proportions right by ability: neighbouring cells together where they have too few answers; only for items that are
/// right or wrong.
fn observed(used: &ItemUse, highest: u32) -> Vec<ObservedProportion> {
    let cells = &used.record.by_ability;
    let total: u64 = cells.values().map(|cell| cell.answers).sum();
    if highest != 1 || total < 2 * ANSWERS_A_GROUP {
        return Vec::new();
    }
    let wanted = (total / GROUPS_MAX).max(ANSWERS_A_GROUP);
    let mut groups = Vec::new();
    let (mut answers, mut score, mut theta) = (0, 0, 0.0);
    for (place, cell) in cells {
        answers += cell.answers;
        score += cell.score;
        theta += cell_centre(*place).0 * cell.answers as f64;
        if answers >= wanted {
            let count = answers as f64;
            groups.push(ObservedProportion {
                theta: theta / count,
                proportion: score as f64 / count,
                count: u32::try_from(answers).unwrap_or(u32::MAX),
            });
            (answers, score, theta) = (0, 0, 0.0);
        }
    }
    groups
}

fn curves(model: &ResponseModel, used: &ItemUse) -> Curves {
    let highest = model.maximum_score();
    let scores: Vec<u32> = if highest == 1 { vec![1] } else { (0..=highest).collect() };
    let name = |score: u32| if highest == 1 { "right answer".to_owned() } else { format!("score {score}") };
    let response: Vec<CategoryCurve> = scores
        .iter()
        .map(|&score| {
            CategoryCurve::sample(&name(score), RANGE, |theta| model.probability(Theta(theta), score))
        })
        .collect();
    let information = CategoryCurve::sample("information", RANGE, |theta| model.information(Theta(theta)));
    let peak = information.points.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or_default();
    let peak = format!(
        "Most information, {} per squared logit, at an ability of {} logits.",
        words::decimal(peak.1),
        words::decimal(peak.0)
    );
    let lines =
        scores.iter().zip(LINES.iter().cycle()).map(|(&score, class)| (*class, name(score))).collect();
    let chart = |curves, observed, sentence: &str| CurveChart {
        range: RANGE,
        curves,
        observed,
        sentence: sentence.to_owned(),
    };
    let shown = format!(
        "Probability of each score over ability; at −2, 0 and 2 logits the expected score is {}, {} and {}.",
        words::decimal(model.expected_score(Theta(-2.0))),
        words::decimal(model.expected_score(Theta(0.0))),
        words::decimal(model.expected_score(Theta(2.0)))
    );
    Curves {
        response: Html::drawing(response_chart(&chart(response, observed(used, highest), &shown))),
        information: Html::drawing(information_chart(&chart(vec![information], Vec::new(), &peak))),
        lines,
        peak,
    }
}

fn parameters(model: &ResponseModel, item: &Item) -> Vec<(String, String, String)> {
    let values = ModelParameters::from(model);
    let errors = item.standard_errors.clone().unwrap_or_default();
    let StandardErrors { a, b, c, d } = errors;
    let mut rows = Vec::new();
    let named = [("a, discrimination", values.a, a), ("b, difficulty", values.b, b)];
    for (name, value, errors) in named {
        if let Some(value) = value {
            rows.push((name.to_owned(), parameter_text(&value), errors_text(&errors)));
        }
    }
    for (name, value, errors) in [("c, guessing", values.c, c), ("d, upper asymptote", values.d, d)] {
        if let Some(value) = value {
            rows.push((name.to_owned(), words::decimal(value), errors_text(&errors)));
        }
    }
    rows
}

fn errors_text(errors: &[Option<f64>]) -> String {
    if errors.is_empty() {
        return "not known".to_owned();
    }
    let text = |error: &Option<f64>| error.map_or_else(|| "fixed".to_owned(), words::decimal);
    errors.iter().map(text).collect::<Vec<_>>().join(", ")
}

fn model_words(model: &ResponseModel) -> String {
    let values = ModelParameters::from(model);
    let mut text = values.model.to_string();
    for (name, value) in [("a", &values.a), ("b", &values.b)] {
        if let Some(value) = value {
            text.push_str(&format!(" {name} = {}", parameter_text(value)));
        }
    }
    for (name, value) in [("c", values.c), ("d", values.d)] {
        if let Some(value) = value {
            text.push_str(&format!(" {name} = {}", words::decimal(value)));
        }
    }
    text
}
