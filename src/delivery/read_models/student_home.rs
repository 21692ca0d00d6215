//! The student's home: where I am, what the one button does, what my attempts were.

use std::cmp::Reverse;

use serde::Serialize;
use utoipa::ToSchema;

use super::place::{Place, TrailScale};
use super::standing::{Standing, door, summaries_of};
use crate::assessment::{AttemptState, AttemptSummary, CountingResult, NotCounted, Purpose, Wait, sentence};
use crate::clock::Millis;
use crate::delivery::summary::time_zone;
use crate::delivery::{DeliveryError, Service};
use crate::store::assessments::{Assessment, AssessmentStatus, list_assessments};
use crate::store::attempts::{Attempt, list_student_attempts};
use crate::store::student_decisions::{list_student_consents, list_student_unlocks};
use crate::store::students::{Student, find_student};
use crate::store::unlocks::Unlock;
use crate::store::{AccountId, StoreError};

/// The home of one student.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct StudentHome {
    /// The student.
    pub student_id: String,
    /// The name.
    pub name: String,
    /// The grade.
    pub grade: u8,
    /// IANA name of the school's time zone: dates are told in it.
    pub time_zone: String,
    /// What the student can take or has taken: self-levelling first, then validations; in each, what is open or was
    /// used last comes first.
    pub assessments: Vec<HomeAssessment>,
}

/// One assessment on the home.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct HomeAssessment {
    /// The assessment.
    pub assessment_id: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub purpose: Purpose,
    /// The trail; none when the bank has no progression.
    pub trail: Option<TrailScale>,
    /// Where the counting attempt places the student.
    pub place: Option<Place>,
    /// The level to be validated: index into the trail's levels.
    pub target_level: Option<usize>,
    /// What the button does.
    pub door: Door,
    /// The policy in a sentence.
    pub policy: String,
    /// Attempts allowed in this window; none: unlimited.
    pub attempts_allowed: Option<u32>,
    /// Attempts left; none: unlimited.
    pub attempts_left: Option<u32>,
    /// When the unlock that stands open expires, milliseconds since 1970.
    pub unlocked_until_ms: Option<i64>,
    /// Past and open attempts, oldest first; those given back are left out.
    pub attempts: Vec<PastAttempt>,
    /// Which attempt counts and why, in a sentence.
    pub why: String,
}

/// What the one button does, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Door {
    /// An attempt can start now.
    Start,
    /// An attempt is open: go on with it.
    Continue {
        /// The attempt.
        attempt_id: String,
        /// Whether it is paused.
        paused: bool,
    },
    /// Time alone will open it.
    Wait {
        /// When, milliseconds since 1970.
        opens_at_ms: i64,
        /// Which rule makes the student wait; none: the window is not open, or its attempts are used.
        rule: Option<Wait>,
        /// Why, in words for the student.
        why: String,
    },
    /// Somebody has to do something first, or it is over.
    Closed {
        /// What closes it.
        rule: Closing,
        /// Why, in words for the student.
        why: String,
    },
}

/// What keeps an assessment closed to a student until somebody does something, if anybody can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Closing {
    /// A teacher's unlock opens it.
    UnlockNeeded,
    /// The standard is met: a recorded consent opens it again.
    ConsentNeeded,
    /// Every attempt is used.
    NoAttemptsLeft,
    /// The last window is over.
    WindowsOver,
    /// It is for other grades.
    OtherGrade,
    /// No whole test supports every accommodation of the student.
    NeedsUnmet,
    /// It is no longer offered.
    Retired,
}

/// One attempt on the home.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PastAttempt {
    /// The attempt.
    pub attempt_id: String,
    /// Its number.
    pub number: u32,
    /// Where it stands.
    pub state: AttemptState,
    /// When it started, milliseconds since 1970.
    pub started_at_ms: i64,
    /// When it ended.
    pub finished_at_ms: Option<i64>,
    /// Where it placed the student.
    pub place: Option<Place>,
    /// Whether it is the attempt that counts.
    pub counts: bool,
    /// Why it cannot count; none: it can.
    pub left_out: Option<NotCounted>,
}

/// The home of one student at `now`. Five queries, whatever the number of assessments and attempts.
pub async fn student_home(
    service: &Service,
    now: Millis,
    student_id: &AccountId,
) -> Result<StudentHome, DeliveryError> {
    let records = Records::read(service, student_id).await?;
    let mut assessments = Vec::new();
    for assessment in &records.assessments {
        if let Some(entry) = home_assessment(service, now, &records, assessment).await? {
            assessments.push(entry);
        }
    }
    assessments.sort_by_key(|entry| {
        (entry.purpose == Purpose::Validation, Reverse(last_used(entry)), entry.name.clone())
    });
    let student = records.student;
    Ok(StudentHome {
        student_id: student.id.to_string(),
        name: student.display_name,
        grade: student.grade,
        time_zone: student.time_zone,
        assessments,
    })
}

/// Everything about one student, over every assessment.
pub(super) struct Records {
    pub student: Student,
    pub time_zone: jiff::tz::TimeZone,
    pub assessments: Vec<Assessment>,
    pub attempts: Vec<Attempt>,
    pub unlocks: Vec<Unlock>,
    consents: Vec<(String, Millis)>,
}

impl Records {
    pub async fn read(service: &Service, student_id: &AccountId) -> Result<Self, DeliveryError> {
        let mut connection = service.store.begin_read().await?;
        let student = find_student(&mut connection, student_id).await?;
        let student = student.ok_or_else(|| DeliveryError::not_found("student", student_id))?;
        let assessments = list_assessments(&mut connection).await?;
        let attempts = list_student_attempts(&mut connection, student_id).await?;
        let unlocks = list_student_unlocks(&mut connection, student_id).await?;
        let consents = list_student_consents(&mut connection, student_id).await?;
        connection.rollback().await.map_err(StoreError::from)?;
        Ok(Self {
            time_zone: time_zone(&student)?,
            student,
            assessments,
            attempts,
            unlocks,
            consents: consents
                .into_iter()
                .map(|consent| (consent.assessment_id.0, consent.recorded_at))
                .collect(),
        })
    }

    /// Where the student stands with one of the assessments.
    pub async fn standing<'a>(
        &'a self,
        service: &Service,
        now: Millis,
        assessment: &'a Assessment,
    ) -> Result<Standing<'a>, DeliveryError> {
        let unlocks = self.unlocks.iter().filter(|unlock| unlock.assessment_id == assessment.id);
        let consents = self.consents.iter().filter(|(about, _)| *about == assessment.id.0);
        Ok(Standing {
            now,
            student: &self.student,
            time_zone: &self.time_zone,
            assessment,
            pinned: service.library.pinned(&assessment.pins).await?,
            shortfall: service.library.shortfall(&assessment.pins, &self.student.accommodations).await?,
            attempts: summaries_of(&self.attempts, assessment),
            unlocks: unlocks.map(Unlock::decision).collect(),
            consents: consents.map(|(_, recorded_at)| *recorded_at).collect(),
        })
    }
}

/// One assessment of the home; none when it is nothing to this student.
async fn home_assessment(
    service: &Service,
    now: Millis,
    records: &Records,
    assessment: &Assessment,
) -> Result<Option<HomeAssessment>, DeliveryError> {
    let taken = records.attempts.iter().any(|attempt| attempt.assessment_id == assessment.id);
    let retired = assessment.status == AssessmentStatus::Retired;
    if retired && !taken {
        return Ok(None);
    }
    let standing = records.standing(service, now, assessment).await?;
    let outcome = standing.may_start()?;
    let other_grade = matches!(
        outcome,
        Err(crate::assessment::StartRefusal::OtherGrade { .. }
            | crate::assessment::StartRefusal::AboveGrade { .. })
    );
    if other_grade && !taken {
        return Ok(None);
    }
    let counting = standing.counting();
    let door = match door(&outcome, &standing.attempts) {
        Door::Start | Door::Wait { .. } if retired => {
            Door::Closed { rule: Closing::Retired, why: "This test is closed.".to_owned() }
        }
        open => open,
    };
    Ok(Some(HomeAssessment {
        assessment_id: assessment.id.to_string(),
        name: assessment.name.clone(),
        purpose: assessment.purpose,
        trail: TrailScale::of(standing.bank()),
        place: counting.counts.as_ref().map(|counting| standing.place(&counting.score)),
        target_level: standing.target()?.map(|(position, _)| position),
        door,
        policy: sentence(standing.policy()),
        attempts_allowed: standing.attempts_allowed(),
        attempts_left: standing.attempts_left(),
        unlocked_until_ms: standing.live_unlock().map(|unlock| unlock.expires_at.0),
        attempts: past_attempts(&standing, &counting),
        why: counting.why,
    }))
}

/// When the student was last at it; what is open is being used now.
fn last_used(entry: &HomeAssessment) -> Option<i64> {
    let used = |attempt: &PastAttempt| {
        if attempt.state.is_open() {
            i64::MAX
        } else {
            attempt.finished_at_ms.unwrap_or(attempt.started_at_ms)
        }
    };
    entry.attempts.iter().map(used).max()
}

fn past_attempts(standing: &Standing<'_>, counting: &CountingResult) -> Vec<PastAttempt> {
    let counts = counting.counts.as_ref().map(|counting| counting.number);
    let terms = standing.policy().terms();
    let shown = standing.attempts.iter().filter(|attempt| attempt.state != AttemptState::Reset);
    let past = |attempt: &AttemptSummary| PastAttempt {
        attempt_id: attempt.id.clone(),
        number: attempt.number,
        state: attempt.state,
        started_at_ms: attempt.started_at.0,
        finished_at_ms: attempt.finished_at.map(|at| at.0),
        place: attempt.score.map(|score| standing.place(&score)),
        counts: Some(attempt.number) == counts,
        left_out: attempt.countable(terms).err(),
    };
    shown.map(past).collect()
}
