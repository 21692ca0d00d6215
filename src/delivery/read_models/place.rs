//! A place on a learning progression: never a bare dot, always with its band.

use item_bank::{Bank, Progression, Theta};
use serde::Serialize;
use utoipa::ToSchema;

use crate::assessment::StrandFeedback;

/// Half the width of the 80 % band in standard errors: the 0.90 quantile of the normal distribution.
const BAND_STANDARD_ERRORS: f64 = 1.281_551_565_5;

/// A learning progression and the scale it stands on.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TrailScale {
    /// The progression.
    pub progression_id: String,
    /// Its name.
    pub name: String,
    /// Its levels, lowest first.
    pub levels: Vec<LevelMark>,
    /// Why the parameters behind it are provisional; none when they were estimated.
    pub provisional_note: Option<String>,
}

/// One level.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct LevelMark {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its lower cut, logits; none for the first.
    pub cut: Option<f64>,
    /// The same on the reporting scale; none for the first, and without such a scale.
    pub cut_score: Option<f64>,
    /// What a student there can do.
    pub can_do: Vec<String>,
    /// What to learn next.
    pub next_steps: Vec<String>,
}

/// An estimate on the progression.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct Place {
    /// The estimate, logits.
    pub theta: f64,
    /// Its standard error, logits.
    pub standard_error: f64,
    /// Lower end of the 80 % band, logits.
    pub theta_low: f64,
    /// Upper end.
    pub theta_high: f64,
    /// The level of the estimate: index into the levels.
    pub level: usize,
    /// The level of the lower end.
    pub level_low: usize,
    /// The level of the upper end.
    pub level_high: usize,
    /// The estimate on the reporting scale.
    pub score: Option<f64>,
    /// Its standard error there.
    pub score_error: Option<f64>,
}

/// One attempt on the trail.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceDot {
    /// The attempt.
    pub attempt_id: String,
    /// Its number.
    pub number: u32,
    /// Where it placed the student, logits.
    pub theta: f64,
    /// Whether it is the attempt that counts.
    pub counts: bool,
}

/// Where a student stands in one strand: what its own answers say, drawn towards what all of them say.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct StrandPlace {
    /// The strand.
    pub strand: String,
    /// The place of [`StrandFeedback::ability`].
    pub place: Place,
}

impl StrandPlace {
    /// The place of a strand on a bank's progression.
    #[must_use]
    pub fn of(bank: &Bank, found: &StrandFeedback) -> Self {
        let place = Place::of(bank, found.ability, found.ability_error);
        Self { strand: found.strand.clone(), place }
    }
}

impl TrailScale {
    /// The progression of a bank; none when it has none.
    #[must_use]
    pub fn of(bank: &Bank) -> Option<Self> {
        let progression = bank.progression()?;
        let levels = progression.levels().iter().map(|level| LevelMark {
            id: level.id.clone(),
            name: level.name.clone(),
            cut: level.cut,
            cut_score: level.cut.zip(bank.scale()).map(|(cut, scale)| scale.report(Theta(cut))),
            can_do: level.can_do.clone(),
            next_steps: level.next_steps.clone(),
        });
        Some(Self {
            progression_id: progression.id().to_owned(),
            name: progression.name().to_owned(),
            levels: levels.collect(),
            provisional_note: bank.provisional_note().map(str::to_owned),
        })
    }
}

impl Place {
    /// The place of an estimate on a bank's progression; a bank without one has a single level.
    #[must_use]
    pub fn of(bank: &Bank, theta: f64, standard_error: f64) -> Self {
        let half = BAND_STANDARD_ERRORS * standard_error;
        let level = |at: f64| {
            bank.progression().map_or(0, |progression: &Progression| progression.level_of(Theta(at)))
        };
        Self {
            theta,
            standard_error,
            theta_low: theta - half,
            theta_high: theta + half,
            level: level(theta),
            level_low: level(theta - half),
            level_high: level(theta + half),
            score: bank.scale().map(|scale| scale.report(Theta(theta))),
            score_error: bank.scale().map(|scale| scale.report_error(standard_error)),
        }
    }
}
