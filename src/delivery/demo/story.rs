//! Who comes when: the stories that the first students of each class stand for, and the ordinary ways of the others.

use rand::{Rng, RngExt};

use super::examinee::Examinee;
use super::people::number;

/// Days that the history reaches back.
pub(super) const HISTORY_DAYS: u16 = 84;

/// Something that happens to a student on a day. Levels are positions in `VALIDATED_LEVELS`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Visit {
    FindsLevel { days_ago: u16 },
    SubtractsFractions { days_ago: u16 },
    WorksWithANeighbour { days_ago: u16 },
    IsUnlocked { level: usize, days_ago: u16 },
    IsUnlockedAndRevoked { level: usize, days_ago: u16 },
    Validates { level: usize, days_ago: u16 },
    ValidatesWhenReady { days_ago: u16 },
    IsUnderway,
    IsPausedByTeacher,
}

/// What a student stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Story {
    New,
    Underway,
    Ready,
    Unlocked,
    Validated,
    NotYet,
    Stalled,
    LastAttempt,
    Neighbour,
    Revoked,
    Ordinary,
}

impl Story {
    pub(super) fn of(class: usize, number: usize) -> Self {
        match number {
            // The newcomer of the second class came earlier: one in the school is enough.
            number::NEW if class == 0 => Self::New,
            number::UNDERWAY => Self::Underway,
            number::READY => Self::Ready,
            number::UNLOCKED => Self::Unlocked,
            number::VALIDATED => Self::Validated,
            number::NOT_YET => Self::NotYet,
            number::STALLED => Self::Stalled,
            number::LAST_ATTEMPT => Self::LastAttempt,
            8 => Self::Neighbour,
            9 => Self::Revoked,
            _ => Self::Ordinary,
        }
    }

    /// The ability behind a story, around the cut that the class works towards.
    pub(super) fn examinee(self, grade: u8, random: &mut impl Rng) -> Examinee {
        let cut = if grade == 4 { -0.7 } else { 0.7 };
        let (above_cut, growth) = match self {
            Self::New | Self::Underway | Self::Neighbour => (-0.4, 0.04),
            Self::Ready => (0.5, 0.06),
            Self::Unlocked => (0.4, 0.05),
            Self::Validated => (0.9, 0.04),
            Self::NotYet => (-1.0, 0.02),
            Self::Stalled => (-0.7, 0.0),
            Self::LastAttempt => (-0.4, 0.03),
            Self::Revoked => (-0.5, 0.02),
            Self::Ordinary => (-0.6 + 0.8 * standard_normal(random), random.random_range(0.0..0.07)),
        };
        Examinee { start: (cut + above_cut).clamp(-3.5, 3.5), growth }
    }

    /// The visits of a story, oldest first.
    pub(super) fn visits(self, class: usize, random: &mut impl Rng) -> Vec<Visit> {
        // The level that the class works towards.
        let level = if class == 0 { 1 } else { 3 };
        let finds =
            |days: &[u16]| days.iter().map(|&days_ago| Visit::FindsLevel { days_ago }).collect::<Vec<_>>();
        let mut visits = match self {
            Self::New => Vec::new(),
            Self::Underway => finds(&[61, 33]),
            Self::Ready => finds(&[70, 40, 12, 4]),
            Self::Unlocked => finds(&[63, 31, 6]),
            Self::Validated => finds(&[75, 50, 30]),
            Self::NotYet => finds(&[70, 45, 25]),
            Self::Stalled => finds(&[72, 50, 28, 8]),
            Self::LastAttempt => finds(&[76, 60, 44, 28, 9]),
            Self::Neighbour => finds(&[55]),
            Self::Revoked => finds(&[48, 20]),
            Self::Ordinary => ordinary(class, random),
        };
        visits.extend(match self {
            Self::Underway if class == 0 => vec![Visit::IsUnderway],
            Self::Underway => vec![Visit::IsPausedByTeacher],
            Self::Unlocked => vec![Visit::IsUnlocked { level, days_ago: 1 }],
            Self::Validated => {
                vec![Visit::Validates { level, days_ago: 22 }, Visit::FindsLevel { days_ago: 7 }]
            }
            Self::NotYet => vec![Visit::Validates { level, days_ago: 18 }, Visit::FindsLevel { days_ago: 9 }],
            Self::Neighbour => vec![Visit::WorksWithANeighbour { days_ago: 15 }],
            Self::Revoked => vec![Visit::IsUnlockedAndRevoked { level, days_ago: 5 }],
            Self::New | Self::Ready | Self::Stalled | Self::LastAttempt | Self::Ordinary => Vec::new(),
        });
        visits
    }
}

/// One to four tests in twelve weeks; half of the teachers' decisions fall in between.
fn ordinary(class: usize, random: &mut impl Rng) -> Vec<Visit> {
    let tests = random.random_range(1..=4_u16);
    let spacing = HISTORY_DAYS / (tests + 1);
    let mut visits = Vec::new();
    for test in 0..tests {
        let days_ago = HISTORY_DAYS - 6 - test * spacing - random.random_range(0..spacing / 2);
        visits.push(Visit::FindsLevel { days_ago });
        let decides = test > 0 && random.random_bool(0.5);
        if decides && days_ago > 6 {
            visits.push(Visit::ValidatesWhenReady { days_ago: days_ago - 3 });
        }
    }
    if class == 1 && random.random_bool(0.5) {
        visits.push(Visit::SubtractsFractions { days_ago: 3 });
    }
    visits
}

/// A draw from the standard normal distribution (Box and Muller, 1958).
fn standard_normal(random: &mut impl Rng) -> f64 {
    let radius: f64 = 1.0 - random.random::<f64>();
    let angle: f64 = random.random();
    (-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * angle).cos()
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_pcg::Pcg64;

    use super::*;

    fn days_ago(visit: Visit) -> u16 {
        match visit {
            Visit::FindsLevel { days_ago }
            | Visit::SubtractsFractions { days_ago }
            | Visit::WorksWithANeighbour { days_ago }
            | Visit::IsUnlocked { days_ago, .. }
            | Visit::IsUnlockedAndRevoked { days_ago, .. }
            | Visit::Validates { days_ago, .. }
            | Visit::ValidatesWhenReady { days_ago } => days_ago,
            Visit::IsUnderway | Visit::IsPausedByTeacher => 0,
        }
    }

    #[test]
    fn visits_are_in_order_and_within_the_history() {
        for class in 0..2 {
            for number in 0..35 {
                let mut random = Pcg64::seed_from_u64(number as u64);
                let visits = Story::of(class, number).visits(class, &mut random);
                let days: Vec<u16> = visits.into_iter().map(days_ago).collect();
                assert!(days.is_sorted_by(|earlier, later| earlier > later), "{class} {number} {days:?}");
                assert!(days.iter().all(|&days_ago| days_ago <= HISTORY_DAYS));
            }
        }
    }
}
