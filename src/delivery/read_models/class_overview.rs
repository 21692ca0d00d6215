//! The class on its continua: students by progressions, and who is ready, stalled or running out of attempts.

use serde::Serialize;
use utoipa::ToSchema;

use super::class_records::{ClassRecords, StudentRecords};
use super::lists::{ready, running_out, stalled};
use super::place::{Place, PlaceDot, TrailScale};
use super::standing::Standing;
use crate::assessment::{Recommendation, Verdict};
use crate::clock::Millis;
use crate::delivery::readiness::readiness_from;
use crate::delivery::{DeliveryError, Pinned, Service};
use crate::store::assessments::Assessment;
use crate::store::{ClassId, PageRequest};

/// A page of a class.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ClassOverview {
    /// The class.
    pub class_id: String,
    /// Its name.
    pub class_name: String,
    /// Progressions: one column each.
    pub columns: Vec<ClassColumn>,
    /// Students of this page, by name; one cell a column.
    pub rows: Vec<ClassRow>,
    /// Students of the class.
    pub total_students: u64,
    /// Ready to validate: recommended, not yet validated, not yet unlocked. The surest first.
    pub ready: Vec<Listed>,
    /// Stalled: see [`Listed::why`].
    pub stalled: Vec<Listed>,
    /// One attempt left or none, and not validated.
    pub running_out: Vec<Listed>,
}

/// A progression of the class: a self-levelling assessment and the validations that rest on it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ClassColumn {
    /// The self-levelling assessment.
    pub assessment_id: String,
    /// Its name.
    pub name: String,
    /// Its trail; none when the bank has no progression.
    pub trail: Option<TrailScale>,
}

/// A student of the class.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ClassRow {
    /// The student.
    pub student_id: String,
    /// The name.
    pub name: String,
    /// The grade.
    pub grade: u8,
    /// One for each column, in their order.
    pub cells: Vec<ClassCell>,
}

/// A student on a progression.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ClassCell {
    /// Where the counting attempt places the student; none before one counts.
    pub place: Option<Place>,
    /// Attempts that may count, in order.
    pub dots: Vec<PlaceDot>,
    /// Attempts left at self-levelling; none: unlimited.
    pub attempts_left: Option<u32>,
    /// When the last attempt ended, milliseconds since 1970.
    pub last_finished_at_ms: Option<i64>,
    /// The attempt under way.
    pub open_attempt_id: Option<String>,
    /// Where the student stands with each validation, lowest target first.
    pub validations: Vec<ValidationState>,
}

/// A student and a validation.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ValidationState {
    /// The validation.
    pub assessment_id: String,
    /// Its name.
    pub name: String,
    /// Its target: index into the trail's levels.
    pub target_level: usize,
    /// What the evidence says about unlocking.
    pub recommendation: Recommendation,
    /// P(validated now); none without enough evidence.
    pub probability: Option<f64>,
    /// The live unlock.
    pub unlock_id: Option<String>,
    /// Until when it lives, milliseconds since 1970.
    pub unlocked_until_ms: Option<i64>,
    /// The outcome of the attempt that counts; none yet.
    pub verdict: Option<Verdict>,
    /// Attempts left; none: unlimited.
    pub attempts_left: Option<u32>,
}

/// A student on one of the three lists.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Listed {
    /// The student.
    pub student_id: String,
    /// The name.
    pub name: String,
    /// The assessment it is about: a validation where there is one.
    pub assessment_id: String,
    /// Its name.
    pub assessment_name: String,
    /// P(validated now).
    pub probability: Option<f64>,
    /// Why the student is on the list, in a sentence for the teacher.
    pub why: String,
}

/// A page of a class at `now`.
pub async fn class_overview(
    service: &Service,
    now: Millis,
    class_id: &ClassId,
    page: PageRequest,
) -> Result<ClassOverview, DeliveryError> {
    let records = ClassRecords::read(service, now, class_id, page).await?;
    let columns = records.columns();
    let mut rows = Vec::with_capacity(records.students.rows.len());
    for student in &records.students.rows {
        let own = records.student(student)?;
        let mut cells = Vec::with_capacity(columns.len());
        for column in &columns {
            cells.push(class_cell(service, &records, &own, column).await?);
        }
        rows.push(ClassRow {
            student_id: student.id.to_string(),
            name: student.display_name.clone(),
            grade: student.grade,
            cells,
        });
    }
    let columns: Vec<ClassColumn> = columns
        .into_iter()
        .map(|(assessment, pinned)| ClassColumn {
            assessment_id: assessment.id.to_string(),
            name: assessment.name.clone(),
            trail: TrailScale::of(&pinned.bank),
        })
        .collect();
    Ok(ClassOverview {
        class_id: records.class.id.to_string(),
        class_name: records.class.name.clone(),
        total_students: records.students.total,
        ready: ready(&rows),
        stalled: stalled(now, &columns, &rows),
        running_out: running_out(&columns, &rows),
        columns,
        rows,
    })
}

async fn class_cell(
    service: &Service,
    records: &ClassRecords,
    own: &StudentRecords<'_>,
    (assessment, pinned): &(Assessment, Pinned),
) -> Result<ClassCell, DeliveryError> {
    let standing = own.standing(assessment, pinned);
    let counting = standing.counting();
    let mut validations = Vec::new();
    for (validation, pinned) in records.validations_of(assessment) {
        let state = validation_state(service, records.now, own, &own.standing(validation, pinned)).await?;
        validations.extend(state);
    }
    let finished = standing.attempts.iter().filter_map(|attempt| attempt.finished_at);
    let open = standing.attempts.iter().find(|attempt| attempt.state.is_open());
    Ok(ClassCell {
        place: counting.counts.as_ref().map(|counting| standing.place(&counting.score)),
        dots: standing.dots(&counting),
        attempts_left: standing.attempts_left(),
        last_finished_at_ms: finished.max().map(|at| at.0),
        open_attempt_id: open.map(|attempt| attempt.id.clone()),
        validations,
    })
}

/// None for a validation whose target level the bank does not have.
async fn validation_state(
    service: &Service,
    now: Millis,
    own: &StudentRecords<'_>,
    standing: &Standing<'_>,
) -> Result<Option<ValidationState>, DeliveryError> {
    let Some((target_level, _)) = standing.target()? else {
        return Ok(None);
    };
    let readiness = readiness_from(service, now, own.student, standing.assessment, &own.work).await?;
    let counting = standing.counting();
    let verdict = match &counting.counts {
        Some(counting) => standing.outcome(&counting.score)?.map(|outcome| outcome.verdict),
        None => None,
    };
    let unlock = standing.live_unlock();
    Ok(Some(ValidationState {
        assessment_id: standing.assessment.id.to_string(),
        name: standing.assessment.name.clone(),
        target_level,
        recommendation: readiness.recommendation,
        probability: readiness.probability(),
        unlock_id: unlock.map(|unlock| unlock.id.clone()),
        unlocked_until_ms: unlock.map(|unlock| unlock.expires_at.0),
        verdict,
        attempts_left: standing.attempts_left(),
    }))
}
