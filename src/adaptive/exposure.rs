//! Exposure control by band of ability, from the counts of the tests before.
//!
//! By eligibility (van der Linden and Veldkamp, 2007): before a test each item is drawn to be eligible or not with
//! P(eligible) = min(1, cap · eligible / administered), so an item that would pass the cap becomes eligible less often,
//! by just as much as it takes. A test counts in the band in which it ended. An item that was given in another band, and
//! was not eligible in that one, counts where it was given too (van der Linden and Choi, 2020): without it the items that
//! start every test would be held back only as fast as tests end in the band where they start. By priority (Cheng and
//! Chang, 2009): the value of an item is multiplied by 1 − (m / (r N + 25))^s, the room that its m uses in N tests leave
//! under the cap r. By simulation (Sympson and Hetter, 1985): an item is eligible with the probability that the plan names
//! for it. The engine gives an item that has no room, or is not eligible, only where the plan could not be met otherwise.

use std::collections::BTreeMap;

use item_bank::{ItemId, Theta};
use serde::{Deserialize, Serialize};

use super::administration::Administration;
use super::log::{LogMisfit, ResponseLog};
use super::plan::{ExposureControl, ExposureRule, TestPlan};
use super::pool::ItemPool;
use super::selection::{Draws, ELIGIBILITY};

/// Uses of an item that priority lets pass before its share says anything: a share of a handful of tests is chance.
const FREE_USES: f64 = 25.0;

/// How often an item was eligible and given in tests that ended in one band of ability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "Vec<u64>", into = "Vec<u64>")]
pub struct BandCounts {
    /// Tests for which the item was drawn eligible.
    pub eligible: u64,
    /// Tests that gave the item.
    pub administered: u64,
    /// Tests that gave the item in this band and ended in another, in which it was not eligible.
    pub on_the_way: u64,
    /// Tests that gave the item although it had no room or was not eligible: they could not meet their plan otherwise.
    pub forced: u64,
}

impl TryFrom<Vec<u64>> for BandCounts {
    type Error = String;
    fn try_from(counts: Vec<u64>) -> Result<Self, String> {
        // Those at the end are left out where they are 0.
        let [eligible, administered, rest @ ..] = &counts[..] else {
            return Err(format!("counts of exposure must be two numbers or more, got {}", counts.len()));
        };
        let (on_the_way, forced) = match *rest {
            [] => (0, 0),
            [on_the_way] => (on_the_way, 0),
            [on_the_way, forced] => (on_the_way, forced),
            _ => {
                return Err(format!("counts of exposure must be four numbers at most, got {}", counts.len()));
            }
        };
        Ok(Self { eligible: *eligible, administered: *administered, on_the_way, forced })
    }
}

impl From<BandCounts> for Vec<u64> {
    fn from(counts: BandCounts) -> Self {
        let BandCounts { eligible, administered, on_the_way, forced } = counts;
        let mut numbers = vec![eligible, administered, on_the_way, forced];
        while numbers.len() > 2 && numbers.last() == Some(&0) {
            numbers.pop();
        }
        numbers
    }
}

impl BandCounts {
    /// Room left under the cap, from 0 to 1.
    fn room(self, cap: f64, steepness: u32) -> f64 {
        let filled = self.administered as f64 / (cap * self.eligible as f64 + FREE_USES);
        // Multiplications alone: the same digits on every machine.
        let power = (0..steepness).fold(1.0, |power, _| power * filled);
        (1.0 - power).max(0.0)
    }

    /// P(eligible) that keeps the share of tests with the item at or below `cap`.
    fn probability(self, cap: f64) -> f64 {
        let given = self.administered + self.on_the_way;
        if given == 0 { 1.0 } else { (cap * self.eligible as f64 / given as f64).min(1.0) }
    }

    fn add(&mut self, counts: Self) {
        self.eligible += counts.eligible;
        self.administered += counts.administered;
        self.on_the_way += counts.on_the_way;
        self.forced += counts.forced;
    }
}

/// Counts behind exposure control, shared by all nodes. A snapshot: an attempt pins the one it started with.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExposureRates {
    items: BTreeMap<ItemId, Vec<BandCounts>>,
}

impl ExposureRates {
    /// No attempt has been counted yet.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Counts of an item in a band, counted from the lowest.
    #[must_use]
    pub fn counts(&self, item: &ItemId, band: usize) -> BandCounts {
        self.items.get(item).and_then(|bands| bands.get(band)).copied().unwrap_or_default()
    }

    /// Counts of an item over all bands.
    #[must_use]
    pub fn total(&self, item: &ItemId) -> BandCounts {
        let bands = self.items.get(item).map_or(&[][..], Vec::as_slice);
        bands.iter().fold(BandCounts::default(), |mut total, counts| {
            total.add(*counts);
            total
        })
    }

    /// Counts a finished attempt; `pinned` are the rates it was given by. A plan without a cap counts nothing.
    ///
    /// # Errors
    /// When log, bank and plan do not belong together.
    pub fn count_attempt(
        &mut self,
        pool: &ItemPool,
        plan: &TestPlan,
        pinned: &ExposureRates,
        log: &ResponseLog,
    ) -> Result<(), LogMisfit> {
        let Some(rule) = &plan.exposure else { return Ok(()) };
        let table = ExposureTable::of_rates(pool, rule, pinned);
        let administration = Administration::replay(pool, plan, &table, log)?;
        for (item, band, counts) in administration.exposure_counts() {
            let bands = self.items.entry(pool.id(item).clone()).or_default();
            if bands.len() <= band {
                bands.resize(band + 1, BandCounts::default());
            }
            bands[band].add(counts);
        }
        Ok(())
    }
}

/// The same counts by position in the pool.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ExposureTable {
    counts: Vec<BandCounts>, // band after band
}

impl ExposureTable {
    /// Nothing counted yet.
    pub(crate) fn empty() -> Self {
        Self::default()
    }

    pub(super) fn of_rates(pool: &ItemPool, rule: &ExposureRule, rates: &ExposureRates) -> Self {
        let items = pool.len();
        let mut counts = vec![BandCounts::default(); rule.bands() * items];
        for (id, bands) in &rates.items {
            if let Some(item) = pool.position(id) {
                for (band, &counted) in bands.iter().take(rule.bands()).enumerate() {
                    counts[band * items + item] = counted;
                }
            }
        }
        Self { counts }
    }

    /// Counts a finished test: places of the table, with the counts to add.
    pub(crate) fn add(&mut self, places: &[(usize, BandCounts)]) {
        for &(place, counts) in places {
            if self.counts.len() <= place {
                self.counts.resize(place + 1, BandCounts::default());
            }
            self.counts[place].add(counts);
        }
    }

    fn at(&self, place: usize) -> BandCounts {
        self.counts.get(place).copied().unwrap_or_default()
    }
}

/// Whether an item had room under the plan's cap when it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExposureUse {
    /// It had.
    UnderCap,
    /// It had none, or was not eligible: the plan could not be met otherwise.
    OverCap,
}

/// An item that was given, and how.
#[derive(Debug, Clone, Copy)]
struct Given {
    item: usize,
    /// The band of the estimate at which it was chosen.
    band: usize,
    is_forced: bool,
}

/// Which items one attempt may use, in each band of ability.
#[derive(Debug, Clone)]
pub(super) struct Eligibility {
    cuts: Vec<f64>, // logits, ascending
    items: usize,
    rule: ExposureControl,
    weight: Vec<f64>, // band after band: 0 is not eligible
    given: Vec<Given>,
}

impl Eligibility {
    /// Draws once for the whole attempt: one number an item, compared with its probability in every band.
    pub(super) fn draw(rule: &ExposureRule, pool: &ItemPool, table: &ExposureTable, draws: Draws) -> Self {
        let items = pool.len();
        let numbers: Vec<f64> = (0..items).map(|item| pool.uniform(draws, ELIGIBILITY, item)).collect();
        let drawn = |item: usize, probability: f64| f64::from(u8::from(numbers[item] < probability));
        let weight = |place: usize| match rule.control {
            // A chosen item that is not given is set aside for the whole test, so one draw before it is the same.
            ExposureControl::SympsonHetter => drawn(place % items, pool.exposure_parameters[place % items]),
            ExposureControl::Priority { steepness } => table.at(place).room(rule.maximum_rate, steepness),
            ExposureControl::Eligibility => {
                drawn(place % items, table.at(place).probability(rule.maximum_rate))
            }
        };
        let weight = (0..rule.bands() * items).map(weight).collect();
        Self { cuts: rule.band_cuts.clone(), items, rule: rule.control, weight, given: Vec::new() }
    }

    fn band(&self, theta: Theta) -> usize {
        self.cuts.iter().take_while(|cut| theta.0 >= **cut).count()
    }

    /// What the value of an item is multiplied by; 0 when it is not eligible.
    pub(super) fn weight(&self, item: usize, theta: Theta) -> f64 {
        self.weight[self.band(theta) * self.items + item]
    }

    /// Whether it matters at which estimate an item is given.
    pub(super) fn has_bands(&self) -> bool {
        !self.cuts.is_empty()
    }

    /// An item is given at this estimate.
    pub(super) fn give(&mut self, item: usize, theta: Theta) {
        let band = self.band(theta);
        self.given.push(Given { item, band, is_forced: self.weight[band * self.items + item] <= 0.0 });
    }

    /// Items given although they had no room or were not eligible.
    pub(super) fn forced(&self) -> u32 {
        self.given.iter().map(|given| u32::from(given.is_forced)).sum()
    }

    /// What an attempt that ended at `theta` adds to the counts: places of the table, with the counts to add.
    pub(super) fn counts(&self, theta: Theta) -> Vec<(usize, BandCounts)> {
        let last = self.band(theta);
        let first = last * self.items;
        // Under priority every test is an opportunity for every item.
        let is_counted = |weight: f64| self.rule != ExposureControl::Eligibility || weight > 0.0;
        let weights = self.weight[first..first + self.items].iter();
        let mut counts: Vec<BandCounts> = weights
            .map(|&weight| BandCounts { eligible: u64::from(is_counted(weight)), ..BandCounts::default() })
            .collect();
        for given in &self.given {
            counts[given.item].administered = 1;
            counts[given.item].forced = u64::from(given.is_forced);
        }
        let at_the_end = counts.into_iter().enumerate().map(|(item, counts)| (first + item, counts));
        let by_draw = self.rule == ExposureControl::Eligibility;
        let is_unheld =
            |given: &&Given| by_draw && given.band != last && self.weight[first + given.item] <= 0.0;
        let one = BandCounts { on_the_way: 1, ..BandCounts::default() };
        let on_the_way = self.given.iter().filter(is_unheld);
        at_the_end.chain(on_the_way.map(|given| (given.band * self.items + given.item, one))).collect()
    }
}
