//! Items and students on the same continuum.

use item_bank::{Bank, ResponseModel, Theta, ThetaRange, WrightMap};
use serde::Serialize;
use utoipa::ToSchema;

use super::place::TrailScale;
use super::standing::summaries_of;
use crate::assessment::{Purpose, counting};
use crate::delivery::{DeliveryError, Service};
use crate::store::assessments::{Assessment, list_assessments};
use crate::store::attempts::Attempt;
use crate::store::school_work::list_school_attempts;
use crate::store::{SchoolId, StoreError};

/// Width of a bin, logits.
const BIN_WIDTH: f64 = 0.25;
/// The map reaches at least this far, logits.
const REACH_MIN: f64 = 3.0;
/// And at most this far; what lies outside is counted in the end bins.
const REACH_MAX: f64 = 8.0;

/// A Wright map: how many items and students stand where.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct WrightView {
    /// The bank.
    pub bank_id: String,
    /// Its version.
    pub bank_version: u32,
    /// Its progression.
    pub trail: Option<TrailScale>,
    /// Evenly spaced, lowest first.
    pub rows: Vec<WrightRow>,
    /// Items without parameters, which have no place.
    pub items_without_place: u32,
    /// Students counted: those of the school with a self-levelling attempt on this bank that counts.
    pub students: u32,
}

/// One bin.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct WrightRow {
    /// Its lower end, logits.
    pub low: f64,
    /// Its upper end, logits.
    pub high: f64,
    /// Items whose difficulty falls into it.
    pub items: u32,
    /// Students whose counting estimate falls into it.
    pub students: u32,
}

/// The map of a bank version and of a school's students, each where the self-levelling attempt that counts places them.
/// Students are counted whatever version of the bank they were tested on: versions of a bank share its scale.
pub async fn wright_view(
    service: &Service,
    school_id: &SchoolId,
    (bank_id, bank_version): (&str, u32),
) -> Result<WrightView, DeliveryError> {
    let bank = service.library.bank(bank_id, bank_version).await?;
    let mut connection = service.store.begin_read().await?;
    let assessments = list_assessments(&mut connection).await?;
    let attempts = list_school_attempts(&mut connection, school_id, bank_id).await?;
    connection.rollback().await.map_err(StoreError::from)?;
    let mut students = Vec::new();
    for assessment in &assessments {
        if assessment.purpose == Purpose::SelfLevelling && assessment.pins.bank_id == bank_id {
            students.extend(counting_places(service, assessment, &attempts).await?);
        }
    }
    let items: Vec<Theta> =
        bank.items().iter().filter_map(|item| item.model.as_ref()).map(location).collect();
    let map = WrightMap::new(&items, &students, range(&bank, &items), bins(&bank, &items));
    let whole = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Ok(WrightView {
        bank_id: bank_id.to_owned(),
        bank_version,
        trail: TrailScale::of(&bank),
        items_without_place: whole(bank.items().len() - items.len()),
        students: whole(map.student_count),
        rows: map
            .bins
            .into_iter()
            .map(|bin| WrightRow {
                low: bin.low,
                high: bin.high,
                items: whole(bin.item_count),
                students: whole(bin.student_count),
            })
            .collect(),
    })
}

/// Where the counting attempt of each student at an assessment places them. `attempts` are ordered by student.
async fn counting_places(
    service: &Service,
    assessment: &Assessment,
    attempts: &[Attempt],
) -> Result<Vec<Theta>, DeliveryError> {
    let policy = service.library.policy(&assessment.pins.policy_id, assessment.pins.policy_version).await?;
    let by_student = attempts.chunk_by(|one, other| one.student_id == other.student_id);
    let places = by_student.filter_map(|own| counting(&policy, &summaries_of(own, assessment)).counts);
    Ok(places.map(|counting| Theta(counting.score.theta)).collect())
}

/// Where an item stands on the continuum: the ability at which its expected score is midway between its lowest and its
/// highest expected score. For dichotomous models that is the difficulty.
#[must_use]
pub fn location(model: &ResponseModel) -> Theta {
    const FAR: f64 = 30.0;
    let middle = 0.5 * (model.expected_score(Theta(-FAR)) + model.expected_score(Theta(FAR)));
    let (mut low, mut high) = (-FAR, FAR);
    for _ in 0..60 {
        let ability = 0.5 * (low + high);
        if model.expected_score(Theta(ability)) < middle { low = ability } else { high = ability }
    }
    Theta(0.5 * (low + high))
}

/// Far enough for every cut and nearly every item, in whole logits, the same on either side.
fn reach(bank: &Bank, items: &[Theta]) -> f64 {
    let cuts = bank.progression().into_iter().flat_map(item_bank::Progression::cuts);
    let farthest = items.iter().copied().chain(cuts).map(|at| at.0.abs()).fold(REACH_MIN, f64::max);
    farthest.ceil().min(REACH_MAX)
}

fn range(bank: &Bank, items: &[Theta]) -> ThetaRange {
    let reach = reach(bank, items);
    ThetaRange::new(-reach, reach).expect("the reach is finite and above 0")
}

fn bins(bank: &Bank, items: &[Theta]) -> usize {
    (2.0 * reach(bank, items) / BIN_WIDTH).round() as usize
}
