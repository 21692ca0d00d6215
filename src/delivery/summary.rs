//! Attempts, unlocks and consents of a student as the rules see them.

use item_bank::NormalPrior;
use jiff::tz::TimeZone;

use super::DeliveryError;
use crate::assessment::{
    self, Acceleration, AttemptScore, AttemptSummary, Needs, Policy, Purpose, attempts_left,
};
use crate::clock::Millis;
use crate::store::assessments::Assessment;
use crate::store::attempts::{Attempt, list_student_attempts};
use crate::store::consents::list_consents;
use crate::store::students::Student;
use crate::store::unlocks::{Unlock, list_unlocks};
use crate::store::{Connection, StoreError};

/// One attempt as the rules see it.
#[must_use]
pub fn summary(attempt: &Attempt) -> AttemptSummary {
    let prior = NormalPrior::new(attempt.prior.mean, attempt.prior.standard_deviation).ok();
    AttemptSummary {
        id: attempt.id.to_string(),
        number: attempt.number,
        purpose: if attempt.unlock_id.is_some() { Purpose::Validation } else { Purpose::SelfLevelling },
        state: attempt.state,
        grade: attempt.grade,
        started_at: attempt.started_at,
        finished_at: attempt.finished_at,
        answered: attempt.answered,
        plan_met: attempt.plan_met,
        score: attempt.placement.map(|placement| AttemptScore {
            theta: placement.theta,
            standard_error: placement.standard_error,
            prior,
        }),
    }
}

/// A student before an assessment: everything that the rules ask about.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The student.
    pub student: Student,
    /// The school's.
    pub time_zone: TimeZone,
    /// Every attempt of the student at anything, oldest first.
    pub all_attempts: Vec<Attempt>,
    /// Those at this assessment.
    pub attempts: Vec<AttemptSummary>,
    /// Decisions about this assessment.
    pub unlocks: Vec<assessment::Unlock>,
    /// When consents to be retested on this assessment were recorded.
    pub consents: Vec<Millis>,
}

impl Candidate {
    /// Reads all of it.
    pub async fn read(
        connection: &mut Connection,
        student: Student,
        assessment: &Assessment,
    ) -> Result<Self, DeliveryError> {
        let time_zone = time_zone(&student)?;
        let all_attempts = list_student_attempts(connection, &student.id).await?;
        let unlocks = list_unlocks(connection, &student.id, &assessment.id).await?;
        let consents = list_consents(connection, &student.id, &assessment.id).await?;
        let attempts = all_attempts.iter().filter(|attempt| attempt.assessment_id == assessment.id);
        Ok(Self {
            attempts: attempts.map(summary).collect(),
            unlocks: unlocks.iter().map(Unlock::decision).collect(),
            consents: consents.iter().map(|consent| consent.recorded_at).collect(),
            student,
            time_zone,
            all_attempts,
        })
    }

    /// Attempts at this assessment that the student has left; none: unlimited.
    #[must_use]
    pub fn attempts_left(&self, policy: &Policy, now: Millis) -> Option<u32> {
        attempts_left(policy, self.student.grade, &self.attempts, &self.time_zone, now)
    }

    /// The question whether this student may start this assessment at `now`.
    #[must_use]
    pub fn start_request<'a>(
        &'a self,
        now: Millis,
        assessment: &'a Assessment,
        cut: Option<f64>,
        needs: Needs,
    ) -> assessment::StartRequest<'a> {
        let accelerated = self.student.accelerated;
        assessment::StartRequest {
            now,
            time_zone: &self.time_zone,
            purpose: assessment.purpose,
            grade: self.student.grade,
            acceleration: if accelerated { Acceleration::Accelerated } else { Acceleration::None },
            needs,
            offered_grades: &assessment.grades,
            attempts: &self.attempts,
            cut,
            consents: &self.consents,
            unlocks: match assessment.purpose {
                Purpose::SelfLevelling => &[],
                Purpose::Validation => &self.unlocks,
            },
        }
    }
}

/// The time zone of the student's school.
pub fn time_zone(student: &Student) -> Result<TimeZone, StoreError> {
    TimeZone::get(&student.time_zone).map_err(|error| StoreError::CorruptRow {
        table: "schools",
        column: "time_zone",
        id: student.school_id.to_string(),
        reason: error.to_string(),
    })
}
