//! Twelve weeks of a class: who came when, to do what. One student at a time, oldest visit first, through the use cases.

use std::sync::Arc;

use item_bank::{Bank, Theta};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

use super::DemoError;
use super::assessments::DemoAssessments;
use super::examinee::{Examinee, respond};
use super::people::DemoClass;
use super::school_day::at_school;
use super::story::{HISTORY_DAYS, Story, Visit};
use crate::assessment::{Actor, UnlockRefusal};
use crate::clock::Millis;
use crate::delivery::{
    self, CurrentStep, DeliveryError, GivenAnswer, GrantUnlock, Service, Show, StartAttempt, answer,
    grant_unlock, revoke_unlock, start_attempt,
};
use crate::store::assessments::find_assessment;
use crate::store::unlocks::Unlock;
use crate::store::{AccountId, AssessmentId, AttemptId};

/// Seeds of answers to field-test items lie this far from the others.
const FIELD_TEST: u64 = 1_000_000;
const MINUTE_MS: i64 = 60_000;
/// Readiness from which on a simulated teacher unlocks unasked.
const TEACHER_UNLOCKS_AT: f64 = 0.8;
/// What a teacher writes who knows more than the evidence.
const OWN_JUDGEMENT: &str = "Shows it in class every day; the last test was on a bad morning.";

/// What every student's history needs.
pub(super) struct History<'a> {
    pub(super) service: &'a Service,
    pub(super) now: Millis,
    pub(super) assessments: &'a DemoAssessments,
}

/// One student on the way through twelve weeks.
struct Walk<'a> {
    history: &'a History<'a>,
    class: &'a DemoClass,
    student: &'a AccountId,
    number: usize,
    examinee: Examinee,
    random: Pcg64,
    field_test_random: Pcg64,
    free_from: Millis,
    validations_taken: Vec<AssessmentId>,
}

/// Where a sitting stops.
#[derive(Clone, Copy)]
enum Until {
    TheEnd,
    Answers(u32),
}

impl History<'_> {
    /// The history of one student of a class.
    pub(super) async fn live(&self, class: (usize, &DemoClass), number: usize) -> Result<(), DemoError> {
        let (class_number, class) = class;
        let mut random = Pcg64::seed_from_u64((class_number * 1_000 + number) as u64);
        let story = Story::of(class_number, number);
        let examinee = story.examinee(class.grade, &mut random);
        let visits = story.visits(class_number, &mut random);
        let mut walk = Walk {
            history: self,
            class,
            student: &class.students[number],
            number,
            examinee,
            random,
            field_test_random: Pcg64::seed_from_u64((class_number * 1_000 + number) as u64 + FIELD_TEST),
            free_from: Millis(i64::MIN),
            validations_taken: Vec::new(),
        };
        for visit in visits {
            walk.make(visit).await?;
        }
        Ok(())
    }
}

impl Walk<'_> {
    async fn make(&mut self, visit: Visit) -> Result<(), DemoError> {
        let assessments = self.history.assessments;
        match visit {
            Visit::FindsLevel { days_ago } => {
                self.sit(&assessments.find_your_level, days_ago).await?;
            }
            Visit::SubtractsFractions { days_ago } => {
                self.sit(&assessments.fraction_subtraction, days_ago).await?;
            }
            Visit::WorksWithANeighbour { days_ago } => {
                if let Some(attempt) = self.sit(&assessments.find_your_level, days_ago).await? {
                    let reason = "Worked together with a neighbour.";
                    let (service, at) = (self.history.service, self.free_from);
                    delivery::invalidate(service, at, &attempt, &self.class.teacher, reason).await?;
                }
            }
            Visit::IsUnlocked { level, days_ago } => {
                self.unlock(&assessments.validations[level], days_ago).await?;
            }
            Visit::IsUnlockedAndRevoked { level, days_ago } => {
                if let Some(unlock) = self.unlock(&assessments.validations[level], days_ago).await? {
                    let (service, at) = (self.history.service, self.free_from.plus(5 * MINUTE_MS));
                    revoke_unlock(service, at, &unlock.id, &self.class.teacher).await?;
                }
            }
            Visit::Validates { level, days_ago } => {
                let validation = &assessments.validations[level];
                if self.unlock(validation, days_ago).await?.is_some() {
                    self.sit(validation, days_ago - 1).await?;
                }
            }
            Visit::ValidatesWhenReady { days_ago } => {
                if let Some(validation) = self.highest_ready(days_ago).await?
                    && self.unlock(&validation, days_ago).await?.is_some()
                {
                    self.sit(&validation, days_ago - 1).await?;
                    self.validations_taken.push(validation);
                }
            }
            Visit::IsUnderway => {
                self.begin_now().await?;
            }
            Visit::IsPausedByTeacher => {
                if let Some(attempt) = self.begin_now().await? {
                    let teacher = Actor::Account(self.class.teacher.to_string());
                    delivery::pause(self.history.service, self.history.now, &attempt, &teacher).await?;
                }
            }
        }
        Ok(())
    }

    /// A free moment of a past school day; none when that would be in the future.
    fn moment(&self, days_ago: u16) -> Option<Millis> {
        let minute = u16::try_from(self.number * 9 % 240).unwrap_or(0);
        let at = at_school(self.history.now, days_ago, minute);
        let at = Millis(at.0.max(self.free_from.0));
        (at.plus(45 * MINUTE_MS) <= self.history.now).then_some(at)
    }

    /// A whole sitting; none when the rules or the calendar do not allow one.
    async fn sit(
        &mut self,
        assessment: &AssessmentId,
        days_ago: u16,
    ) -> Result<Option<AttemptId>, DemoError> {
        let Some(at) = self.moment(days_ago) else {
            return Ok(None);
        };
        let ability = self.examinee.ability(HISTORY_DAYS, days_ago);
        let ended = self.start_and_answer(assessment, at, ability, Until::TheEnd).await?;
        self.free_from = self.free_from.plus(30 * MINUTE_MS);
        Ok(ended)
    }

    /// A sitting that is going on now.
    async fn begin_now(&mut self) -> Result<Option<AttemptId>, DemoError> {
        let at = self.history.now.plus(-8 * MINUTE_MS);
        let ability = self.examinee.ability(HISTORY_DAYS, 0);
        let assessment = &self.history.assessments.find_your_level;
        self.start_and_answer(assessment, at, ability, Until::Answers(5)).await
    }

    async fn start_and_answer(
        &mut self,
        assessment: &AssessmentId,
        at: Millis,
        ability: Theta,
        until: Until,
    ) -> Result<Option<AttemptId>, DemoError> {
        let service = self.history.service;
        let request = StartAttempt {
            student: self.student.clone(),
            assessment: assessment.clone(),
            seed: self.random.random(),
        };
        let mut step = match start_attempt(service, at, &request).await {
            Ok(step) => step,
            Err(DeliveryError::StartRefused(_)) => return Ok(None),
            Err(other) => return Err(other.into()),
        };
        let bank = Arc::clone(&step.pinned.bank);
        let mut now = at;
        while let Some((given, elapsed_ms)) = self.response(&step, &bank, ability) {
            if matches!(until, Until::Answers(answers) if step.attempt.answered >= answers) {
                break;
            }
            now = now.plus(elapsed_ms);
            step = answer(service, now, &step.attempt.id, &given).await?;
        }
        self.free_from = now;
        Ok(Some(step.attempt.id))
    }

    fn response(&mut self, step: &CurrentStep, bank: &Bank, ability: Theta) -> Option<(GivenAnswer, i64)> {
        let Show::Item { item, .. } = &step.show else {
            return None;
        };
        // Field-test items draw from a stream of their own: with and without them the story is the same.
        let random = match step.pinned.pool.is_field_test(item) {
            true => &mut self.field_test_random,
            false => &mut self.random,
        };
        let (answer, elapsed_ms) = respond(bank.item(item.as_str())?, ability, random)?;
        Some((GivenAnswer { item: item.clone(), answer }, elapsed_ms))
    }

    /// The teacher unlocks: on the evidence, or on judgement where the evidence says wait.
    async fn unlock(
        &mut self,
        validation: &AssessmentId,
        days_ago: u16,
    ) -> Result<Option<Unlock>, DemoError> {
        let Some(at) = self.moment(days_ago) else {
            return Ok(None);
        };
        self.free_from = at;
        let grant = GrantUnlock {
            by: &self.class.teacher,
            student: self.student,
            assessment: validation,
            reason: None,
            note: None,
            open_through: None,
        };
        let service = self.history.service;
        let granted = match grant_unlock(service, at, &grant).await {
            Err(DeliveryError::UnlockRefused(UnlockRefusal::ReasonNeeded { .. })) => {
                grant_unlock(service, at, &GrantUnlock { reason: Some(OWN_JUDGEMENT), ..grant }).await
            }
            other => other,
        };
        match granted {
            Ok(unlock) => Ok(Some(unlock)),
            Err(DeliveryError::UnlockRefused(_)) => Ok(None),
            Err(other) => Err(other.into()),
        }
    }

    /// The highest validation not taken before for which the evidence says ready.
    async fn highest_ready(&self, days_ago: u16) -> Result<Option<AssessmentId>, DemoError> {
        let Some(at) = self.moment(days_ago) else {
            return Ok(None);
        };
        let service = self.history.service;
        let validations = self.history.assessments.validations.iter().rev();
        for id in validations.filter(|id| !self.validations_taken.contains(id)) {
            let mut connection = service.store.read().await?;
            let Some(validation) = find_assessment(&mut connection, id).await? else {
                continue;
            };
            drop(connection);
            let readiness = delivery::student_readiness(service, at, self.student, &validation).await?;
            if readiness.probability().is_some_and(|probability| probability >= TEACHER_UNLOCKS_AT) {
                return Ok(Some(id.clone()));
            }
        }
        Ok(None)
    }
}
