//! One calibration: how far it is, what it proposes, and deciding item by item.

use actix_web::{HttpResponse, web};
use askama::Template;
use item_bank::{ItemId, ItemStatus};
use serde::Deserialize;

use super::{Calibrations, FOLDER, item_words};
use crate::delivery::recalibration::{
    CalibrationRequest, DecideItem, ItemsToEstimate, Proposal, RapidGuesses, StandingItem, calibration,
    decide_item, standing,
};
use crate::delivery::{DeliveryError, Viewer};
use crate::http::error::ApiError;
use crate::http::flash::{Flash, see, see_with};
use crate::http::pages::job::JobView;
use crate::http::pages::view::{FactView, MarkView};
use crate::http::pages::{Frame, show, words};
use crate::http::state::AppState;
use crate::store::JobId;
use crate::store::jobs::Job;
use crate::store::recalibration::{ItemDecision, RecordedDecision};

const ITEMS_SHOWN: usize = 50;

/// What stands above every page of a calibration.
pub(super) struct Head {
    pub(super) id: String,
    pub(super) bank: String,
    pub(super) sentence: String,
    /// The response file and its name; none when live answers are used.
    pub(super) file: Option<String>,
}

impl Head {
    pub(super) fn new(job: &Job, request: &CalibrationRequest) -> Self {
        let what = match request.items {
            ItemsToEstimate::FieldTest => "Field-test items, onto the scale that the operational items carry",
            ItemsToEstimate::All => "Every item again, on the present scale",
        };
        let least = request.minimum_answers;
        Self {
            id: job.id.to_string(),
            bank: format!("{}, version {}", request.bank_id, request.bank_version),
            sentence: format!("{what}; items with fewer than {least} answers are held."),
            file: item_words::file_name(request),
        }
    }
}

struct ItemRow {
    id: String,
    is_field_test: bool,
    answers: u32,
    mean: String,
    before: String,
    after: String,
    fit: String,
    evidence: Vec<String>,
    times: Vec<String>,
    outcome: MarkView,
    whys: Vec<String>,
    verb: &'static str,
    opposite: &'static str,
    is_estimated: bool,
}

impl From<&StandingItem<'_>> for ItemRow {
    fn from(stands: &StandingItem<'_>) -> Self {
        let item = stands.item;
        let accepted = stands.outcome() == ItemDecision::Accept;
        let decided = stands.decision.map(|decision| format!("decided: {}", decision.reason));
        let figure = |value: Option<f64>| value.map_or("—".to_owned(), |value| format!("{value:.2}"));
        Self {
            id: item.id.to_string(),
            is_field_test: item.status == ItemStatus::FieldTest,
            answers: item.answers,
            mean: format!("{:.0} %", item.proportion_correct * 100.0),
            before: item_words::parameters(item.before.as_ref(), None),
            after: item_words::parameters(item.after.as_ref(), item.standard_errors.as_ref()),
            fit: format!("{}, {}", figure(item.infit), figure(item.outfit)),
            evidence: item_words::evidence(item),
            times: item.times.as_ref().map(item_words::times).unwrap_or_default(),
            outcome: item_words::outcome(stands),
            whys: item.holds.iter().map(item_words::hold).chain(decided).collect(),
            verb: if accepted { "Hold" } else { "Accept" },
            is_estimated: item.after.is_some(),
            opposite: if accepted { ItemDecision::Hold.as_str() } else { ItemDecision::Accept.as_str() },
        }
    }
}

/// What it found, as far as the filter lets it through.
struct Found {
    facts: Vec<FactView>,
    shows: [(&'static str, &'static str); 3],
    show: String,
    back: String,
    items: Vec<ItemRow>,
    first: usize,
    last: usize,
    total: usize,
    earlier: Option<usize>,
    later: Option<usize>,
}

#[derive(Template)]
#[template(path = "calibration/one.html")]
struct OnePage {
    frame: Frame,
    head: Head,
    job: JobView,
    found: Option<Found>,
}

/// Which items.
#[derive(Debug, Deserialize)]
pub struct ItemsQuery {
    show: Option<String>,
    offset: Option<usize>,
}

/// A decision on one item.
#[derive(Debug, Deserialize)]
pub struct DecisionForm {
    decision: ItemDecision,
    reason: String,
    back: String,
}

/// The page.
pub async fn show_one(
    state: web::Data<AppState>,
    frame: Frame,
    path: web::Path<String>,
    query: web::Query<ItemsQuery>,
) -> Result<HttpResponse, ApiError> {
    let (job, request, proposal, decisions) = calibration(&state.service, &JobId(path.into_inner())).await?;
    let found = proposal.map(|proposal| found(&request, &proposal, &decisions, &query));
    show(&OnePage { frame, head: Head::new(&job, &request), job: JobView::new::<Calibrations>(&job), found })
}

/// Accepts or holds an item.
pub async fn decide(
    state: web::Data<AppState>,
    viewer: Viewer,
    path: web::Path<(String, String)>,
    form: web::Form<DecisionForm>,
) -> Result<HttpResponse, ApiError> {
    let (job, item) = path.into_inner();
    let form = form.into_inner();
    let back = format!("{FOLDER}/{job}?{}", form.back);
    let item = ItemId::new(item).map_err(|_| ApiError::NotFound("item"))?;
    let decide = DecideItem { job: JobId(job), item, decision: form.decision, reason: form.reason };
    match decide_item(&state.service, state.now(), &decide, &viewer.account_id).await {
        Ok(_) => Ok(see(&back)),
        Err(refused @ DeliveryError::Invalid { .. }) => {
            Ok(see_with(&back, &Flash::Refused(words::refusal(&refused))))
        }
        Err(other) => Err(other.into()),
    }
}

fn found(
    request: &CalibrationRequest,
    proposal: &Proposal,
    decisions: &[RecordedDecision],
    query: &ItemsQuery,
) -> Found {
    let standing = standing(proposal, decisions);
    let show = query.show.as_deref().filter(|show| matches!(*show, "held" | "accepted")).unwrap_or("all");
    let chosen: Vec<&StandingItem<'_>> = standing
        .iter()
        .filter(|item| match show {
            "held" => item.outcome() == ItemDecision::Hold,
            "accepted" => item.outcome() == ItemDecision::Accept,
            _ => true,
        })
        .collect();
    let offset = query.offset.unwrap_or(0).min(chosen.len());
    let rows: Vec<ItemRow> =
        chosen.iter().skip(offset).take(ITEMS_SHOWN).map(|item| ItemRow::from(*item)).collect();
    let last = offset + rows.len();
    Found {
        facts: facts(request, proposal, &standing),
        shows: [("all", "every item"), ("held", "held items"), ("accepted", "accepted items")],
        show: show.to_owned(),
        back: format!("show={show}&offset={offset}"),
        first: (offset + 1).min(chosen.len()),
        last,
        total: chosen.len(),
        earlier: (offset > 0).then(|| offset.saturating_sub(ITEMS_SHOWN)),
        later: (last < chosen.len()).then_some(last),
        items: rows,
    }
}

fn facts(request: &CalibrationRequest, proposal: &Proposal, standing: &[StandingItem<'_>]) -> Vec<FactView> {
    let accepted = standing.iter().filter(|item| item.outcome() == ItemDecision::Accept).count();
    let rapid = match (proposal.rapid_guesses, request.rapid_guesses) {
        (None, _) => "how long they took is not known, so no rapid guess was looked for".to_owned(),
        (Some(found), RapidGuesses::LeftOut) => format!("{found} rapid guesses left out"),
        (Some(found), RapidGuesses::Kept) => format!("{found} rapid guesses among them"),
    };
    // A comma also stands between the two numbers of a prior.
    let priors = proposal.priors.split("), ").count();
    let certificate = if proposal.converged { "converged" } else { "not converged" };
    vec![
        FactView::new("Attempts or examinees", proposal.attempts.to_string()),
        FactView::with_note("Answers", proposal.answers.to_string(), rapid),
        FactView::with_note(
            "Ability of the examinees",
            format!("{} ± {}", words::decimal(proposal.mean), words::decimal(proposal.standard_deviation)),
            "mean and standard deviation, logits",
        ),
        FactView::with_note(
            "Log-likelihood",
            words::decimal(proposal.log_likelihood),
            format!(
                "{certificate}, {} passes, largest gradient {:.1e}{}",
                proposal.cycles,
                proposal.largest_gradient,
                proposal.grid_warnings.iter().map(|warning| format!("; {warning}")).collect::<String>()
            ),
        ),
        FactView::with_note("Priors", priors.to_string(), proposal.priors.replace('-', "−")),
        FactView::with_note(
            "Items accepted",
            format!("{accepted} of {}", standing.len()),
            "the others stay as they are",
        ),
    ]
}
