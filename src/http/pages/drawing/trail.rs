//! The trail: a learning progression as a path with a waymark where each level begins.
//!
//! A place on it is never a bare dot: the estimate stands with a band that holds it with 80 % probability.
//! Each level takes the same length of the path, so the picture shows levels and not logits.

use super::trail_home::draw_home;
use super::trail_row::draw_row;
use super::trail_wide::draw_wide;

/// Standard normal quantile of 0.90: the estimate ± this many standard errors holds 80 % of a normal distribution.
pub const EIGHTY_PERCENT: f64 = 1.281_551_565_544_600_5;

/// A level as the trail shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct TrailLevel {
    /// The level's name in words.
    pub name: String,
    /// Lower cut in logits; none for the first level.
    pub cut: Option<f64>,
}

/// An estimate with its error, in logits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrailPlace {
    /// The estimate.
    pub theta: f64,
    /// Its standard error.
    pub standard_error: f64,
}

/// One attempt on the trail.
#[derive(Debug, Clone, PartialEq)]
pub struct TrailDot {
    /// What stands beside it, usually the attempt's number.
    pub label: String,
    /// Where it placed the student, in logits.
    pub theta: f64,
    /// Whether this is the attempt that counts.
    pub counts: bool,
}

/// The four ways the trail is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrailSize {
    /// Upright, with names: the student's home and result.
    Home,
    /// Across, with names: a student's evidence.
    Wide,
    /// One line, no text: a table cell.
    Row,
}

/// What a trail shows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Trail {
    /// Levels, lowest first.
    pub levels: Vec<TrailLevel>,
    /// Where the student is; none before the first attempt.
    pub here: Option<TrailPlace>,
    /// Attempts in order.
    pub attempts: Vec<TrailDot>,
    /// The level to be validated: index into `levels`.
    pub target: Option<usize>,
}

impl Trail {
    /// The picture as SVG. Its text equivalent is [`Trail::sentence`].
    #[must_use]
    pub fn draw(&self, size: TrailSize) -> String {
        match size {
            TrailSize::Home => draw_home(self),
            TrailSize::Wide => draw_wide(self),
            TrailSize::Row => draw_row(self),
        }
    }

    /// The trail in words: "Level 4 of 8, Comparing fractions; most likely between level 3 and level 5".
    #[must_use]
    pub fn sentence(&self) -> String {
        let count = self.levels.len();
        let mut words = match self.here {
            None => format!("A trail of {count} levels. No place on it yet."),
            Some(place) => {
                let level = self.level_of(place.theta);
                let (low, high) = self.band_levels(place);
                let name = self.levels.get(level).map_or("", |level| level.name.as_str());
                let band = if low == high {
                    format!("most likely in level {}", low + 1)
                } else {
                    format!("most likely between level {} and level {}", low + 1, high + 1)
                };
                format!("Level {} of {count}, {name}; {band}.", level + 1)
            }
        };
        if let Some(counting) = self.attempts.iter().find(|dot| dot.counts) {
            words.push_str(&format!(
                " Attempt {} counts, at level {}.",
                counting.label,
                self.level_of(counting.theta) + 1
            ));
        }
        if let Some(target) = self.target {
            words.push_str(&format!(" The flag stands at level {}.", target + 1));
        }
        words
    }

    /// Index of the level that holds `theta`.
    #[must_use]
    pub fn level_of(&self, theta: f64) -> usize {
        self.levels.iter().rposition(|level| level.cut.is_none_or(|cut| theta >= cut)).unwrap_or(0)
    }

    /// Lowest and highest level of the 80 % band.
    #[must_use]
    pub fn band_levels(&self, place: TrailPlace) -> (usize, usize) {
        let half = EIGHTY_PERCENT * place.standard_error;
        (self.level_of(place.theta - half), self.level_of(place.theta + half))
    }

    /// How far along the trail `theta` lies: level `i` (from 0) is the stretch from `i` to `i + 1`. The first and
    /// the last level are open; they are drawn as wide as the levels between them are on average.
    #[must_use]
    pub fn position(&self, theta: f64) -> f64 {
        if self.levels.is_empty() || !theta.is_finite() {
            return 0.0;
        }
        let index = self.level_of(theta);
        let typical = self.typical_width();
        let lower = self.levels[index].cut;
        let upper = self.levels.get(index + 1).and_then(|level| level.cut);
        let within = match (lower, upper) {
            (Some(low), Some(high)) if high > low => (theta - low) / (high - low),
            (Some(low), _) => (theta - low) / typical,
            (None, Some(high)) => 1.0 - (high - theta) / typical,
            (None, None) => 0.5,
        };
        index as f64 + within.clamp(0.0, 1.0)
    }

    /// The 80 % band as positions along the trail.
    #[must_use]
    pub fn band(&self, place: TrailPlace) -> (f64, f64) {
        let half = EIGHTY_PERCENT * place.standard_error;
        (self.position(place.theta - half), self.position(place.theta + half))
    }

    fn typical_width(&self) -> f64 {
        let cuts: Vec<f64> = self.levels.iter().filter_map(|level| level.cut).collect();
        match (cuts.first(), cuts.last()) {
            (Some(first), Some(last)) if cuts.len() > 1 && last > first => {
                (last - first) / (cuts.len() - 1) as f64
            }
            _ => 1.0,
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in super::super) fn four_levels() -> Trail {
        let level = |name: &str, cut| TrailLevel { name: name.to_owned(), cut };
        Trail {
            levels: vec![
                level("Counting parts", None),
                level("Naming fractions", Some(-1.0)),
                level("Comparing fractions", Some(0.0)),
                level("Adding <unlike> fractions", Some(2.0)),
            ],
            here: Some(TrailPlace { theta: 0.5, standard_error: 0.5 }),
            attempts: vec![
                TrailDot { label: "1".into(), theta: -0.5, counts: false },
                TrailDot { label: "2".into(), theta: 0.5, counts: true },
            ],
            target: Some(3),
        }
    }

    #[test]
    fn the_sentence_says_level_name_band_counting_attempt_and_target() {
        assert_eq!(
            four_levels().sentence(),
            "Level 3 of 4, Comparing fractions; most likely between level 2 and level 3. \
             Attempt 2 counts, at level 3. The flag stands at level 4."
        );
    }

    #[test]
    fn without_a_place_the_sentence_says_so() {
        let trail = Trail { here: None, attempts: Vec::new(), target: None, ..four_levels() };
        assert_eq!(trail.sentence(), "A trail of 4 levels. No place on it yet.");
    }

    #[test]
    fn levels_take_equal_lengths_and_ends_are_clamped() {
        let trail = four_levels();
        assert!((trail.position(-1.0) - 1.0).abs() < 1e-12);
        assert!((trail.position(0.0) - 2.0).abs() < 1e-12);
        assert!((trail.position(1.0) - 2.5).abs() < 1e-12);
        assert!((trail.position(-50.0)).abs() < 1e-12);
        assert!((trail.position(50.0) - 4.0).abs() < 1e-12);
        assert!(trail.position(f64::NAN).abs() < 1e-12);
    }

    #[test]
    fn positions_never_go_down_as_ability_goes_up() {
        let trail = four_levels();
        let mut last = -1.0;
        for step in -400..400 {
            let position = trail.position(f64::from(step) / 100.0);
            assert!(position >= last, "at {step}");
            last = position;
        }
    }

    #[test]
    fn every_size_is_one_labelled_picture_without_styles() {
        for size in [TrailSize::Home, TrailSize::Wide, TrailSize::Row] {
            let svg = four_levels().draw(size);
            assert!(svg.starts_with("<svg") && svg.ends_with("</svg>"), "{size:?}");
            assert!(svg.contains("role=\"img\" aria-label=\"Level 3 of 4"), "{size:?}");
            assert!(svg.contains("trail-band") && svg.contains("class=\"here\""), "{size:?}");
            assert!(svg.contains("class=\"flag\""), "{size:?}");
            assert!(!svg.contains("style=") && !svg.contains("<unlike>"), "{size:?}");
        }
    }

    #[test]
    fn a_student_never_receives_logits() {
        let mut trail = four_levels();
        trail.here = Some(TrailPlace { theta: 0.123_456, standard_error: 0.654_321 });
        let svg = trail.draw(TrailSize::Home);
        assert!(!svg.contains("0.12") && !svg.contains("0.65"));
    }

    #[test]
    fn an_empty_progression_draws_without_panicking() {
        for size in [TrailSize::Home, TrailSize::Wide, TrailSize::Row] {
            assert!(Trail::default().draw(size).ends_with("</svg>"));
        }
    }
}
