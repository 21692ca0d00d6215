//! The test plan: what a test must contain, how it measures and when it stops. Data, versioned, written by staff.
//!
//! [`PlanDocument`] is what a file says; [`TestPlan`] is a document whose settings are all within their ranges.
//! Whether a bank can serve it is another question: [`super::preflight`].

use std::collections::BTreeMap;
use std::ops::Deref;

use item_bank::ability::RuleWeights;
use item_bank::{ItemId, NormalPrior, Pool, Theta};
use serde::{Deserialize, Serialize};

use super::content::{BlueprintRow, ItemRules};
use super::field_test::FieldTestRule;
use super::off_grade::OffGradeRule;
use super::problem::PlanError;
use super::stopping::Stopping;

/// A plan as it is written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanDocument {
    /// Names the plan.
    pub id: String,
    /// Counts up with every change; a version never changes.
    pub version: u32,
    /// Its title for people.
    pub name: String,
    /// What it is for, in a sentence or two.
    #[serde(default)]
    pub description: String,
    /// The bank it is written for; any bank when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bank: Option<String>,
    /// Where the items come from.
    pub pool: Pool,
    /// Where the estimate starts when neither a placement nor the grade says better.
    #[serde(default)]
    pub prior: PriorSettings,
    /// Where the estimate starts, by the student's grade.
    #[serde(default)]
    pub prior_by_grade: BTreeMap<u8, PriorSettings>,
    /// How ability is estimated between items.
    #[serde(default)]
    pub estimator: EstimatorSettings,
    /// How the next item is chosen.
    #[serde(default)]
    pub selection: Selection,
    /// When the test is over.
    pub stopping: Stopping,
    /// How many items or sets of each kind a test has, and sums over them. Every row holds in every test.
    #[serde(default)]
    pub blueprint: Vec<BlueprintRow>,
    /// How items that share a stimulus are used.
    #[serde(default)]
    pub stimulus_sets: StimulusRule,
    /// Items required, forbidden, together, in order, or seen before.
    #[serde(default, skip_serializing_if = "ItemRules::is_empty")]
    pub items: ItemRules,
    /// How often one item may be given; as often as it is chosen when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exposure: Option<ExposureRule>,
    /// When items of other grades may be given; as those of the grade when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub off_grade: Option<OffGradeRule>,
    /// Field-test items within the test; none are given when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field_test: Option<FieldTestRule>,
}

/// A normal prior, in logits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriorSettings {
    /// Mean, in logits.
    pub mean: f64,
    /// Standard deviation, in logits.
    pub standard_deviation: f64,
}

impl Default for PriorSettings {
    fn default() -> Self {
        Self { mean: 0.0, standard_deviation: 1.0 }
    }
}

/// The grid on which the engine holds the posterior: `nodes` equally spaced points. Its mean is
/// the estimate (EAP), its standard deviation the standard error.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EstimatorSettings {
    /// Number of points.
    pub nodes: usize,
    /// First point, in logits.
    pub lowest: f64,
    /// Last point, in logits.
    pub highest: f64,
    /// Whether the two ends count half.
    pub weights: RuleWeights,
}

impl Default for EstimatorSettings {
    fn default() -> Self {
        Self { nodes: 61, lowest: -6.0, highest: 6.0, weights: RuleWeights::Sum }
    }
}

/// How the next item is chosen among those that the blueprint allows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Selection {
    /// What makes an item good.
    pub criterion: SelectionCriterion,
    /// The choice is drawn, each with the same odds, among this many best items (Kingsbury and Zara, 1989). Items
    /// that tie with the last of them take part.
    pub randomesque: usize,
    /// Whether each choice looks at the next item or at the whole rest of the test.
    pub assembly: Assembly,
    /// When a new shadow test is assembled.
    pub refresh: Refresh,
    /// Nodes of search that one shadow test gets. At the limit the best test that was found is used: it meets the plan
    /// all the same.
    pub node_limit: usize,
}

/// When a new shadow test is assembled. In between the best free item of the last one is given, which stays possible.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refresh {
    /// Before every item.
    #[default]
    Always,
    /// After this many items.
    Every(usize),
    /// When the estimate is this far from where it was, in logits.
    EstimateMoved(f64),
    /// When the shadow test has no further item of the stimulus that the student is at.
    SetBoundaries,
}

/// What a choice looks at. Either way every test meets the whole plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assembly {
    /// The best item with which the test can still be completed.
    #[default]
    ItemByItem,
    /// The best item of the best whole test (van der Linden and Reese, 1998).
    ShadowTest,
}

impl Default for Selection {
    fn default() -> Self {
        Self {
            criterion: SelectionCriterion::MaximumInformation,
            randomesque: 1,
            assembly: Assembly::ItemByItem,
            refresh: Refresh::Always,
            node_limit: 4_000,
        }
    }
}

/// What makes an item good. Each formula stands in its own file under `selection/`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SelectionCriterion {
    /// Fisher information at the current estimate.
    MaximumInformation,
    /// Fisher information at the current estimate, less what the error of the item's parameters takes away.
    RobustInformation,
    /// Difficulty closest to the estimate.
    ClosestDifficulty,
    /// Most informative where the estimate is.
    ClosestPeak,
    /// Fisher information averaged over the likelihood.
    LikelihoodWeightedInformation,
    /// Fisher information averaged over the posterior.
    PosteriorWeightedInformation,
    /// Kullback–Leibler information averaged over the likelihood.
    KullbackLeibler,
    /// Kullback–Leibler information averaged over the posterior.
    PosteriorKullbackLeibler,
    /// Variance of the expected score under the likelihood.
    GlobalDiscrimination,
    /// Variance of the expected score under the posterior.
    PosteriorGlobalDiscrimination,
    /// Least posterior variance to expect.
    MinimumExpectedVariance,
    /// The same, with the probabilities of the answers taken at the estimate.
    MinimumExpectedVarianceAtEstimate,
    /// Fisher information to expect at the next estimate.
    ExpectedInformation,
    /// Observed information to expect at the next estimate.
    ExpectedObservedInformation,
    /// The need of the blueprint's rows weighed against information, for comparison with such selectors.
    ContentWeights {
        /// Weight of content, from 0 to 1.
        content: f64,
    },
    /// Chance first, information more and more as the test goes on.
    Progressive {
        /// How late information takes over; 1 is steady.
        acceleration: f64,
    },
    /// Drawn with odds that are a power of the information, the power growing as the test goes on.
    Proportional {
        /// How late information takes over; 1 is steady.
        acceleration: f64,
    },
}

/// How items that share a stimulus are used: always one after the other, and a set is begun only when as many of
/// its items as `minimum_items` can follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StimulusRule {
    /// Least number of items of a set that is used.
    pub minimum_items: usize,
    /// Greatest number of items of a set; all when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum_items: Option<usize>,
    /// Least number of sets in a test.
    pub minimum_sets: usize,
    /// Greatest number of sets in a test; no limit when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum_sets: Option<usize>,
}

impl Default for StimulusRule {
    fn default() -> Self {
        Self { minimum_items: 1, maximum_items: None, minimum_sets: 0, maximum_sets: None }
    }
}

/// A cap on how often one item is given, kept in each band of ability.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExposureRule {
    /// Greatest share of the tests of a band that give one item.
    pub maximum_rate: f64,
    /// How the cap is kept.
    #[serde(default)]
    pub control: ExposureControl,
    /// Where the bands of ability meet, in logits, ascending; one band when empty.
    #[serde(default)]
    pub band_cuts: Vec<f64>,
    /// Under Sympson–Hetter control P(given | chosen) of an item, above 0 and at most 1; 1 where an item is not named.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<ItemId, f64>,
}

/// How a cap on exposure is kept.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExposureControl {
    /// Each item is drawn to be eligible or not before a test (van der Linden and Veldkamp, 2007).
    Eligibility,
    /// A chosen item is given with the probability that simulations found for it (Sympson and Hetter, 1985), and else set
    /// aside for the whole test. Needs no counts of live tests.
    SympsonHetter,
    /// The value of an item is multiplied by the room it has left under the cap (after Cheng and Chang, 2009), so
    /// popular items go to those students whom they tell the most about.
    Priority {
        /// Power s of the room 1 − (rate / cap)^s: at 1 use is spread most evenly, the higher the nearer the cap an item
        /// comes before it loses priority.
        steepness: u32,
    },
}

impl Default for ExposureControl {
    /// What measured best: see docs/SIMULATION.md.
    fn default() -> Self {
        Self::Priority { steepness: 10 }
    }
}

impl ExposureRule {
    /// Number of bands.
    #[must_use]
    pub fn bands(&self) -> usize {
        self.band_cuts.len() + 1
    }
}

/// A plan whose settings are all within their ranges. Read its fields as those of [`PlanDocument`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "PlanDocument", into = "PlanDocument")]
pub struct TestPlan(PlanDocument);

impl TestPlan {
    /// Reads a plan file.
    ///
    /// # Errors
    /// When the text is not a plan document, or a setting is outside its range.
    pub fn from_json(text: &str) -> Result<Self, PlanError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let reader = &mut serde_json::Deserializer::from_str(text);
        let document: PlanDocument = serde_path_to_error::deserialize(&mut *reader)
            .map_err(|error| PlanError::Unreadable(error.to_string()))?;
        reader.end().map_err(|error| PlanError::Unreadable(error.to_string()))?;
        Self::try_from(document)
    }

    /// Where an attempt starts: at the student's last placement, else at the grade's prior, else at the plan's.
    ///
    /// A placement moves the start and does not narrow it: each attempt's score rests on its own answers as much as
    /// the first one's did.
    #[must_use]
    pub fn start(&self, grade: Option<u8>, last_placement: Option<Theta>) -> NormalPrior {
        let by_grade = grade.and_then(|grade| self.prior_by_grade.get(&grade)).copied();
        let settings = by_grade.unwrap_or(self.prior);
        let grid = &self.estimator;
        let mean = last_placement.map_or(settings.mean, |theta| theta.0.clamp(grid.lowest, grid.highest));
        NormalPrior::new(mean, settings.standard_deviation).expect("the plan's priors and grid are checked")
    }
}

impl TestPlan {
    /// Items of the longest test, field-test items among them.
    #[must_use]
    pub fn greatest_length(&self) -> usize {
        self.stopping.maximum_items + self.field_test.as_ref().map_or(0, |rule| rule.items_per_test)
    }
}

impl Deref for TestPlan {
    type Target = PlanDocument;
    fn deref(&self) -> &PlanDocument {
        &self.0
    }
}

impl From<TestPlan> for PlanDocument {
    fn from(plan: TestPlan) -> Self {
        plan.0
    }
}

impl TryFrom<PlanDocument> for TestPlan {
    type Error = PlanError;
    fn try_from(document: PlanDocument) -> Result<Self, PlanError> {
        super::plan_check::check(&document)?;
        Ok(Self(document))
    }
}
