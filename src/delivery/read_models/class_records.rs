//! Everything about the students of a class, read in seven queries whatever their number.

use std::collections::{BTreeMap, BTreeSet};

use item_bank::Accommodations;
use jiff::tz::TimeZone;

use super::answers::by_attempt;
use super::standing::{Standing, summaries_of};
use crate::adaptive::PlanProblem;
use crate::assessment::Purpose;
use crate::clock::Millis;
use crate::delivery::summary::time_zone;
use crate::delivery::{DeliveryError, Pinned, Service};
use crate::store::assessments::{Assessment, AssessmentStatus, list_assessments};
use crate::store::attempts::{Attempt, list_class_attempts};
use crate::store::class_work::{list_class_answers, page_of_class_students};
use crate::store::classes::{self, Class};
use crate::store::events::LoggedEvent;
use crate::store::student_decisions::list_unlocks_of_class;
use crate::store::students::Student;
use crate::store::unlocks::Unlock;
use crate::store::{ClassId, Page, PageRequest, StoreError};

/// Answers are read at least so many days back, days: what a class works on is no matter of a policy.
const ANSWER_DAYS_LEAST: i64 = 366;
const DAY_MS: i64 = 86_400_000;

/// A class with its students' work.
pub(super) struct ClassRecords {
    pub now: Millis,
    pub class: Class,
    /// Students of the page, by name.
    pub students: Page<Student>,
    /// What the school offers, by id, with the documents in force.
    pub offered: BTreeMap<String, (Assessment, Pinned)>,
    /// Why an assessment has no test for those who need something, where it has none.
    shortfalls: BTreeMap<(String, Accommodations), Vec<PlanProblem>>,
    attempts: BTreeMap<String, Vec<Attempt>>,
    answers: BTreeMap<String, Vec<LoggedEvent>>,
    unlocks: BTreeMap<String, Vec<Unlock>>,
}

/// One student of the class with everything about them.
pub(super) struct StudentRecords<'a> {
    pub student: &'a Student,
    pub time_zone: TimeZone,
    /// Every attempt, oldest first, with its recent answers.
    pub work: Vec<(Attempt, Vec<LoggedEvent>)>,
    unlocks: &'a [Unlock],
    shortfalls: &'a BTreeMap<(String, Accommodations), Vec<PlanProblem>>,
    now: Millis,
}

impl ClassRecords {
    pub async fn read(
        service: &Service,
        now: Millis,
        class_id: &ClassId,
        page: PageRequest,
    ) -> Result<Self, DeliveryError> {
        let offered = offered(service).await?;
        let since = now.plus(-answer_days(&offered) * DAY_MS);
        let mut connection = service.store.begin_read().await?;
        let class = classes::by_id(&mut connection, class_id).await?;
        let class = class.ok_or_else(|| DeliveryError::not_found("class", class_id))?;
        let students = page_of_class_students(&mut connection, class_id, page).await?;
        let attempts = list_class_attempts(&mut connection, class_id.as_str()).await?;
        let answers = by_attempt(list_class_answers(&mut connection, class_id, since).await?);
        let unlocks = list_unlocks_of_class(&mut connection, class_id).await?;
        connection.rollback().await.map_err(StoreError::from)?;
        Ok(Self {
            now,
            class,
            shortfalls: shortfalls(service, &offered, &students.rows).await?,
            students,
            offered,
            attempts: grouped(attempts, |attempt| attempt.student_id.to_string()),
            answers,
            unlocks: grouped(unlocks, |unlock| unlock.student_id.to_string()),
        })
    }

    /// The records of one of the students.
    pub fn student<'a>(&'a self, student: &'a Student) -> Result<StudentRecords<'a>, DeliveryError> {
        let attempts = self.attempts.get(student.id.as_str()).map_or(&[][..], Vec::as_slice);
        let work = attempts.iter().map(|attempt| {
            let answers = self.answers.get(attempt.id.as_str()).cloned().unwrap_or_default();
            (attempt.clone(), answers)
        });
        Ok(StudentRecords {
            student,
            time_zone: time_zone(student)?,
            work: work.collect(),
            unlocks: self.unlocks.get(student.id.as_str()).map_or(&[][..], Vec::as_slice),
            shortfalls: &self.shortfalls,
            now: self.now,
        })
    }

    /// Self-levelling assessments that a student of the page may take or has taken, by name.
    pub fn columns(&self) -> Vec<&(Assessment, Pinned)> {
        let concerns = |assessment: &Assessment| {
            self.students.rows.iter().any(|student| {
                let attempts = self.attempts.get(student.id.as_str()).map_or(&[][..], Vec::as_slice);
                assessment.is_offered_to(student.grade)
                    || attempts.iter().any(|attempt| attempt.assessment_id == assessment.id)
            })
        };
        let levelling =
            self.offered.values().filter(|(assessment, _)| assessment.purpose == Purpose::SelfLevelling);
        let mut columns: Vec<_> = levelling.filter(|(assessment, _)| concerns(assessment)).collect();
        columns.sort_by(|(one, _), (other, _)| (&one.name, &one.id.0).cmp(&(&other.name, &other.id.0)));
        columns
    }

    /// Validations whose evidence comes from a self-levelling assessment, lowest target first.
    pub fn validations_of(&self, levelling: &Assessment) -> Vec<&(Assessment, Pinned)> {
        let own = self
            .offered
            .values()
            .filter(|(assessment, _)| assessment.evidence_from.as_ref() == Some(&levelling.id));
        let position = |(assessment, pinned): &(Assessment, Pinned)| {
            pinned
                .bank
                .progression()
                .zip(assessment.target_level.as_ref())
                .and_then(|(levels, id)| levels.position(id))
        };
        let mut validations: Vec<_> = own.collect();
        validations.sort_by_key(|entry| (position(entry), entry.0.name.clone()));
        validations
    }
}

impl StudentRecords<'_> {
    /// Where the student stands with an assessment. Consents are left out: no list of a class depends on them.
    pub fn standing<'a>(&'a self, assessment: &'a Assessment, pinned: &Pinned) -> Standing<'a> {
        let unlocks = self.unlocks.iter().filter(|unlock| unlock.assessment_id == assessment.id);
        Standing {
            now: self.now,
            student: self.student,
            time_zone: &self.time_zone,
            assessment,
            pinned: pinned.clone(),
            shortfall: self
                .shortfalls
                .get(&(assessment.id.to_string(), self.student.accommodations.clone()))
                .cloned()
                .unwrap_or_default(),
            attempts: summaries_of(self.work.iter().map(|(attempt, _)| attempt), assessment),
            unlocks: unlocks.map(Unlock::decision).collect(),
            consents: Vec::new(),
        }
    }
}

/// What the school offers, by id, with the documents in force.
async fn offered(service: &Service) -> Result<BTreeMap<String, (Assessment, Pinned)>, DeliveryError> {
    let assessments = list_assessments(&mut *service.store.read().await?).await?;
    let mut offered = BTreeMap::new();
    for assessment in assessments {
        if assessment.status == AssessmentStatus::Published {
            let pinned = service.library.pinned(&assessment.pins).await?;
            offered.insert(assessment.id.to_string(), (assessment, pinned));
        }
    }
    Ok(offered)
}

/// What each set of accommodations on the page lacks, by assessment. Students without any lack nothing: a plan that does
/// not fit its bank is never offered.
async fn shortfalls(
    service: &Service,
    offered: &BTreeMap<String, (Assessment, Pinned)>,
    students: &[Student],
) -> Result<BTreeMap<(String, Accommodations), Vec<PlanProblem>>, DeliveryError> {
    let needed: BTreeSet<&Accommodations> = students.iter().map(|student| &student.accommodations).collect();
    let mut found = BTreeMap::new();
    for needed in needed.into_iter().filter(|needed| !needed.is_empty()) {
        for (id, (assessment, _)) in offered {
            let problems = service.library.shortfall(&assessment.pins, needed).await?;
            if !problems.is_empty() {
                found.insert((id.clone(), needed.clone()), problems);
            }
        }
    }
    Ok(found)
}

/// How far back answers are read: as far as any policy in force looks for evidence, so that a class's readiness is its
/// students' own.
fn answer_days(offered: &BTreeMap<String, (Assessment, Pinned)>) -> i64 {
    let days = offered.values().map(|(_, pinned)| i64::from(pinned.policy.terms().readiness.evidence_days));
    days.max().unwrap_or(0).max(ANSWER_DAYS_LEAST)
}

fn grouped<T>(rows: Vec<T>, key: impl Fn(&T) -> String) -> BTreeMap<String, Vec<T>> {
    let mut groups: BTreeMap<String, Vec<T>> = BTreeMap::new();
    for row in rows {
        groups.entry(key(&row)).or_default().push(row);
    }
    groups
}
