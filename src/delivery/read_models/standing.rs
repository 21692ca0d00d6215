//! Where one student stands with one assessment under its current policy: attempts, what counts, what comes next.

use item_bank::Bank;
use jiff::tz::TimeZone;

use super::place::{Place, PlaceDot};
use super::student_home::{Closing, Door};
use crate::adaptive::PlanProblem;
use crate::assessment::{
    Acceleration, AttemptScore, AttemptSummary, CountingResult, Needs, Policy, Purpose, StartPermit,
    StartRefusal, StartRequest, Unlock, ValidationOutcome, attempts_left, counting, live_unlock, may_start,
    validate,
};
use crate::clock::Millis;
use crate::delivery::{DeliveryError, Pinned, summary, target_cut};
use crate::store::assessments::Assessment;
use crate::store::attempts::Attempt;
use crate::store::students::Student;

/// Everything about a student that the rules of one assessment ask for.
pub(super) struct Standing<'a> {
    pub now: Millis,
    pub student: &'a Student,
    pub time_zone: &'a TimeZone,
    pub assessment: &'a Assessment,
    /// The documents that the assessment offers now.
    pub pinned: Pinned,
    /// Why no test can be made of items that support what the student needs; empty where one can.
    pub shortfall: Vec<PlanProblem>,
    /// The student's attempts at this assessment, oldest first.
    pub attempts: Vec<AttemptSummary>,
    pub unlocks: Vec<Unlock>,
    pub consents: Vec<Millis>,
}

impl Standing<'_> {
    /// Whether a test can be made for what the student needs.
    pub fn needs(&self) -> Needs {
        if self.shortfall.is_empty() { Needs::Met } else { Needs::Unmet }
    }

    /// The policy in force.
    pub fn policy(&self) -> &Policy {
        &self.pinned.policy
    }

    /// The bank in force.
    pub fn bank(&self) -> &Bank {
        &self.pinned.bank
    }

    /// The level to be validated: its position and its cut.
    pub fn target(&self) -> Result<Option<(usize, f64)>, DeliveryError> {
        let cut = target_cut(self.bank(), self.assessment)?;
        let progression = self.bank().progression();
        let position = progression
            .zip(self.assessment.target_level.as_ref())
            .and_then(|(levels, id)| levels.position(id));
        Ok(position.zip(cut))
    }

    /// Which attempt counts.
    pub fn counting(&self) -> CountingResult {
        counting(self.policy(), &self.attempts)
    }

    /// Attempts left; none: unlimited.
    pub fn attempts_left(&self) -> Option<u32> {
        attempts_left(self.policy(), self.student.grade, &self.attempts, self.time_zone, self.now)
    }

    /// Attempts allowed; none: unlimited.
    pub fn attempts_allowed(&self) -> Option<u32> {
        self.policy().terms().attempts.for_grade(self.student.grade).left(0)
    }

    /// The live unlock.
    pub fn live_unlock(&self) -> Option<&Unlock> {
        live_unlock(&self.unlocks, self.now)
    }

    /// The outcome of a score; none where there is nothing to validate.
    pub fn outcome(&self, score: &AttemptScore) -> Result<Option<ValidationOutcome>, DeliveryError> {
        let rule = self.policy().terms().validation;
        Ok(self.target()?.map(|(_, cut)| validate(rule, score, cut)))
    }

    /// Whether an attempt may start now.
    pub fn may_start(&self) -> Result<Result<StartPermit, StartRefusal>, DeliveryError> {
        let request = StartRequest {
            now: self.now,
            time_zone: self.time_zone,
            purpose: self.assessment.purpose,
            grade: self.student.grade,
            acceleration: if self.student.accelerated {
                Acceleration::Accelerated
            } else {
                Acceleration::None
            },
            needs: self.needs(),
            offered_grades: &self.assessment.grades,
            attempts: &self.attempts,
            cut: self.target()?.map(|(_, cut)| cut),
            consents: &self.consents,
            unlocks: match self.assessment.purpose {
                Purpose::SelfLevelling => &[],
                Purpose::Validation => &self.unlocks,
            },
        };
        Ok(may_start(self.policy(), &request))
    }

    /// The place of an estimate on the bank in force.
    pub fn place(&self, score: &AttemptScore) -> Place {
        Place::of(self.bank(), score.theta, score.standard_error)
    }

    /// Every attempt that may count, in order.
    pub fn dots(&self, counting: &CountingResult) -> Vec<PlaceDot> {
        let counts = counting.counts.as_ref().map(|counting| counting.number);
        let terms = self.policy().terms();
        let eligible =
            self.attempts.iter().filter_map(|attempt| Some((attempt, attempt.countable(terms).ok()?)));
        eligible
            .map(|(attempt, score)| PlaceDot {
                attempt_id: attempt.id.clone(),
                number: attempt.number,
                theta: score.theta,
                counts: Some(attempt.number) == counts,
            })
            .collect()
    }
}

/// The summaries of a student's attempts at one assessment, oldest first.
pub(super) fn summaries_of<'a>(
    attempts: impl IntoIterator<Item = &'a Attempt>,
    assessment: &Assessment,
) -> Vec<AttemptSummary> {
    attempts.into_iter().filter(|attempt| attempt.assessment_id == assessment.id).map(summary).collect()
}

/// What the one button does.
pub(super) fn door(outcome: &Result<StartPermit, StartRefusal>, attempts: &[AttemptSummary]) -> Door {
    let refusal = match outcome {
        Ok(_) => return Door::Start,
        Err(StartRefusal::AttemptOpen { attempt_id, .. }) => {
            let open = attempts.iter().find(|attempt| attempt.id == *attempt_id);
            let paused = open.is_some_and(|attempt| attempt.state == crate::assessment::AttemptState::Paused);
            return Door::Continue { attempt_id: attempt_id.clone(), paused };
        }
        Err(refusal) => refusal,
    };
    let why = student_words(refusal).to_owned();
    let rule = match refusal {
        StartRefusal::TooSoon { wait, .. } => Some(*wait),
        _ => None,
    };
    match refusal.opens_at() {
        Some(opens_at) => Door::Wait { opens_at_ms: opens_at.0, rule, why },
        None => Door::Closed { rule: closing(refusal), why },
    }
}

fn closing(refusal: &StartRefusal) -> Closing {
    match refusal {
        StartRefusal::UnlockNeeded => Closing::UnlockNeeded,
        StartRefusal::ConsentNeeded => Closing::ConsentNeeded,
        StartRefusal::OtherGrade { .. } | StartRefusal::AboveGrade { .. } => Closing::OtherGrade,
        StartRefusal::NeedsUnmet => Closing::NeedsUnmet,
        // An open attempt uses up what there is.
        StartRefusal::NoAttemptsLeft { .. } | StartRefusal::AttemptOpen { .. } => Closing::NoAttemptsLeft,
        StartRefusal::WindowsOver | StartRefusal::WindowNotOpen { .. } | StartRefusal::TooSoon { .. } => {
            Closing::WindowsOver
        }
    }
}

/// A refusal at a reading age of nine. When it opens is told beside it.
fn student_words(refusal: &StartRefusal) -> &'static str {
    match refusal {
        StartRefusal::AttemptOpen { .. } => "You have started already. Go on when you like.",
        StartRefusal::OtherGrade { .. } | StartRefusal::AboveGrade { .. } => {
            "This test is for another grade."
        }
        StartRefusal::NeedsUnmet => {
            "This test does not have enough questions that work the way you need. Ask your teacher."
        }
        StartRefusal::NoAttemptsLeft { opens_at: Some(_), .. } => "You have used all your tries for now.",
        StartRefusal::NoAttemptsLeft { opens_at: None, .. } => "You have used all your tries.",
        StartRefusal::WindowNotOpen { .. } => "This test is closed for now.",
        StartRefusal::WindowsOver => "This test is closed.",
        StartRefusal::TooSoon { .. } => "Take some time to learn before your next try.",
        StartRefusal::ConsentNeeded => {
            "You have reached this level. Ask your teacher before you take it again."
        }
        StartRefusal::UnlockNeeded => "Your teacher opens this for you when you are ready.",
    }
}
