//! Learning progressions: an ordered continuum of levels on the scale of a bank.

use serde::{Deserialize, Serialize};

use crate::theta::Theta;

/// Levels from the lowest to the highest; every level but the first starts at a cut, and cuts ascend.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "UncheckedProgression", into = "UncheckedProgression")]
pub struct Progression {
    id: String,
    name: String,
    levels: Vec<Level>,
}

/// One level: where it starts, what a student there can do, and what comes next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// Unique in its progression.
    pub id: String,
    /// As people read it.
    pub name: String,
    /// The lowest ability of the level in logits; none for the first level only.
    #[serde(default)]
    pub cut: Option<f64>,
    /// What a student at this level can do.
    #[serde(default)]
    pub can_do: Vec<String>,
    /// What to learn next.
    #[serde(default)]
    pub next_steps: Vec<String>,
    /// Aligned standards.
    #[serde(default)]
    pub standards: Vec<String>,
}

/// Levels that do not make a continuum.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ProgressionError {
    /// The number of levels.
    #[error("a progression has 2 to 100 levels, got {0}")]
    Levels(usize),
    /// The first level reaches down without end.
    #[error("the first level has no cut, got {0}")]
    FirstCut(f64),
    /// Every other level starts somewhere.
    #[error("level {0:?} needs a cut")]
    MissingCut(String),
    /// A cut that is not a sensible ability.
    #[error("cut of level {level:?} must be in [-100, 100], got {cut}")]
    Cut {
        /// The level's id.
        level: String,
        /// Its cut.
        cut: f64,
    },
    /// Cuts ascend strictly.
    #[error("cuts must ascend, level {level:?} has {cut} after {previous}")]
    Order {
        /// The level's id.
        level: String,
        /// Its cut.
        cut: f64,
        /// The cut before it.
        previous: f64,
    },
    /// Two levels of one id.
    #[error("level id {0:?} stands twice")]
    DuplicateId(String),
    /// A level or progression without an id.
    #[error("a progression and its levels need an id")]
    EmptyId,
}

#[derive(Serialize, Deserialize)]
struct UncheckedProgression {
    id: String,
    name: String,
    levels: Vec<Level>,
}

impl Progression {
    /// Checks ids and cuts.
    pub fn new(id: String, name: String, levels: Vec<Level>) -> Result<Self, ProgressionError> {
        if !(2..=100).contains(&levels.len()) {
            return Err(ProgressionError::Levels(levels.len()));
        }
        if id.is_empty() || levels.iter().any(|level| level.id.is_empty()) {
            return Err(ProgressionError::EmptyId);
        }
        if let Some(cut) = levels[0].cut {
            return Err(ProgressionError::FirstCut(cut));
        }
        let mut previous = f64::NEG_INFINITY;
        for (index, level) in levels.iter().enumerate().skip(1) {
            if levels[..index].iter().any(|earlier| earlier.id == level.id) {
                return Err(ProgressionError::DuplicateId(level.id.clone()));
            }
            let cut = level.cut.ok_or_else(|| ProgressionError::MissingCut(level.id.clone()))?;
            if cut.is_nan() || cut.abs() > 100.0 {
                return Err(ProgressionError::Cut { level: level.id.clone(), cut });
            }
            if cut <= previous {
                return Err(ProgressionError::Order { level: level.id.clone(), cut, previous });
            }
            previous = cut;
        }
        Ok(Self { id, name, levels })
    }

    /// The progression's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The name people read.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Levels from the lowest to the highest.
    #[must_use]
    pub fn levels(&self) -> &[Level] {
        &self.levels
    }

    /// The cuts of the second level and up, ascending, in logits.
    pub fn cuts(&self) -> impl Iterator<Item = Theta> + '_ {
        self.levels.iter().filter_map(|level| level.cut.map(Theta))
    }

    /// Index of the level an ability falls in; an ability at a cut has reached its level.
    #[must_use]
    pub fn level_of(&self, theta: Theta) -> usize {
        self.cuts().take_while(|cut| theta >= *cut).count()
    }

    /// Index of the level with this id.
    #[must_use]
    pub fn position(&self, level_id: &str) -> Option<usize> {
        self.levels.iter().position(|level| level.id == level_id)
    }
}

impl TryFrom<UncheckedProgression> for Progression {
    type Error = ProgressionError;

    fn try_from(progression: UncheckedProgression) -> Result<Self, ProgressionError> {
        Self::new(progression.id, progression.name, progression.levels)
    }
}

impl From<Progression> for UncheckedProgression {
    fn from(progression: Progression) -> Self {
        let Progression { id, name, levels } = progression;
        Self { id, name, levels }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cuts: &[Option<f64>]) -> Result<Progression, ProgressionError> {
        let level = |(index, cut): (usize, &Option<f64>)| Level {
            id: format!("L{index}"),
            name: format!("Level {index}"),
            cut: *cut,
            can_do: vec![],
            next_steps: vec![],
            standards: vec![],
        };
        Progression::new("p".into(), "P".into(), cuts.iter().enumerate().map(level).collect())
    }

    #[test]
    fn an_ability_at_a_cut_has_reached_the_level() {
        let progression = check(&[None, Some(-1.0), Some(0.5)]).unwrap();
        let levels = [-2.0, -1.0, 0.4999, 0.5, 9.0].map(|theta| progression.level_of(Theta(theta)));
        assert_eq!(levels, [0, 1, 1, 2, 2]);
        assert_eq!(progression.position("L2"), Some(2));
    }

    #[test]
    fn levels_that_are_no_continuum_are_refused() {
        assert_eq!(check(&[None]).unwrap_err(), ProgressionError::Levels(1));
        assert_eq!(check(&[Some(0.0), Some(1.0)]).unwrap_err(), ProgressionError::FirstCut(0.0));
        assert_eq!(check(&[None, None]).unwrap_err(), ProgressionError::MissingCut("L1".into()));
        let error = check(&[None, Some(1.0), Some(1.0)]).unwrap_err();
        assert_eq!(error.to_string(), "cuts must ascend, level \"L2\" has 1 after 1");
        assert!(check(&[None, Some(f64::NAN)]).is_err());
    }

    #[test]
    fn a_progression_reads_back_as_it_was_written_and_is_checked_when_read() {
        let progression = check(&[None, Some(-1.0)]).unwrap();
        let json = serde_json::to_string(&progression).unwrap();
        assert_eq!(serde_json::from_str::<Progression>(&json).unwrap(), progression);
        assert!(serde_json::from_str::<Progression>(&json.replace("-1.0", "null")).is_err());
    }
}
