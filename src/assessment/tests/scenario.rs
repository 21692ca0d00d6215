//! A student before a door: what the start rules are asked in the tests.

use item_bank::NormalPrior;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::assessment::{
    Acceleration, AttemptScore, AttemptState, AttemptSummary, Needs, Policy, Purpose, StartPermit,
    StartRefusal, StartRequest, Unlock, may_start,
};
use crate::clock::Millis;

/// Oregon's clock by rule, so that no test depends on the machine's time zone files.
pub fn pacific() -> TimeZone {
    TimeZone::posix("PST8PDT,M3.2.0,M11.1.0").unwrap()
}

/// A wall-clock time in Oregon.
pub fn at(text: &str) -> Millis {
    let civil: DateTime = text.parse().unwrap();
    Millis(pacific().to_timestamp(civil).unwrap().as_millisecond())
}

pub struct Scenario {
    pub policy: Policy,
    pub time_zone: TimeZone,
    pub purpose: Purpose,
    pub grade: u8,
    pub acceleration: Acceleration,
    pub needs: Needs,
    pub offered_grades: Vec<u8>,
    pub attempts: Vec<AttemptSummary>,
    pub cut: Option<f64>,
    pub consents: Vec<Millis>,
    pub unlocks: Vec<Unlock>,
}

impl Scenario {
    /// A student of this grade, at a test of the same grade, under this policy.
    pub fn new(policy: &str, grade: u8) -> Self {
        Self {
            policy: Policy::read_json(policy).unwrap(),
            time_zone: pacific(),
            purpose: Purpose::SelfLevelling,
            grade,
            acceleration: Acceleration::None,
            needs: Needs::Met,
            offered_grades: vec![grade],
            attempts: Vec::new(),
            cut: None,
            consents: Vec::new(),
            unlocks: Vec::new(),
        }
    }

    pub fn start(&self, now: Millis) -> Result<StartPermit, StartRefusal> {
        may_start(
            &self.policy,
            &StartRequest {
                now,
                time_zone: &self.time_zone,
                purpose: self.purpose,
                grade: self.grade,
                acceleration: self.acceleration,
                needs: self.needs,
                offered_grades: &self.offered_grades,
                attempts: &self.attempts,
                cut: self.cut,
                consents: &self.consents,
                unlocks: &self.unlocks,
            },
        )
    }

    /// Adds a completed attempt of 20 answers that started at noon of a day and took an hour.
    pub fn took(mut self, day: &str, theta: f64) -> Self {
        let number = u32::try_from(self.attempts.len()).unwrap() + 1;
        self.attempts.push(completed(number, at(&format!("{day}T12:00")), theta));
        self
    }
}

/// A completed attempt of 20 answers that took an hour.
pub fn completed(number: u32, started_at: Millis, theta: f64) -> AttemptSummary {
    AttemptSummary {
        id: format!("attempt-{number}"),
        number,
        purpose: Purpose::SelfLevelling,
        state: AttemptState::Completed,
        grade: 10,
        started_at,
        finished_at: Some(started_at.plus(3_600_000)),
        answered: 20,
        plan_met: true,
        score: Some(AttemptScore { theta, standard_error: 0.4, prior: None::<NormalPrior> }),
    }
}
