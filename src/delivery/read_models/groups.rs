//! Students of a class who need the same next step, ready to print.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::answers::by_strand;
use super::class_records::{ClassRecords, StudentRecords};
use super::place::{Place, StrandPlace, TrailScale};
use crate::assessment::{AttemptState, Finding, feedback};
use crate::clock::Millis;
use crate::delivery::{DeliveryError, Pinned, Service};
use crate::store::assessments::Assessment;
use crate::store::{AssessmentId, ClassId, PAGE_ROWS_MAX, PageRequest};

/// Answers older than this say nothing about what a student needs now, days.
const RECENT_DAYS: i64 = 90;

/// The groups of a class on one progression.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Groups {
    /// The class.
    pub class_id: String,
    /// Its name.
    pub class_name: String,
    /// The self-levelling assessment.
    pub assessment_id: String,
    /// Its name.
    pub assessment_name: String,
    /// The trail.
    pub trail: Option<TrailScale>,
    /// By next step: students on the same level, lowest level first.
    pub by_step: Vec<StepGroup>,
    /// By strand: students whose answers support the same need; a student may be in several.
    pub by_need: Vec<StepGroup>,
    /// Students without a place yet.
    pub not_placed: Vec<GroupMember>,
}

/// One group.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct StepGroup {
    /// The level's name, or the strand's.
    pub title: String,
    /// What to learn next; none for a strand.
    pub next_steps: Vec<String>,
    /// Its students: by name on a level, the lowest first in a strand.
    pub students: Vec<GroupMember>,
}

/// A student in a group.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct GroupMember {
    /// The student.
    pub student_id: String,
    /// The name.
    pub name: String,
    /// The place of the attempt that counts, or the one in the strand of the group; none without one.
    pub place: Option<Place>,
}

/// The groups of a class on a self-levelling assessment at `now`. Of a larger class the first 200 students by name.
pub async fn groups(
    service: &Service,
    now: Millis,
    class_id: &ClassId,
    assessment_id: &AssessmentId,
) -> Result<Groups, DeliveryError> {
    let page = PageRequest::new(PAGE_ROWS_MAX, 0).expect("the largest page is a page");
    let records = ClassRecords::read(service, now, class_id, page).await?;
    let offered = records.offered.get(assessment_id.as_str());
    let (assessment, pinned) =
        offered.ok_or_else(|| DeliveryError::not_found("assessment", assessment_id))?;
    let levels = pinned.bank.progression().map_or(&[][..], |progression| progression.levels());
    let mut by_level: Vec<Vec<GroupMember>> = vec![Vec::new(); levels.len()];
    let mut by_need: BTreeMap<String, Vec<GroupMember>> = BTreeMap::new();
    let mut not_placed = Vec::new();
    for student in &records.students.rows {
        let own = records.student(student)?;
        let member = |place| GroupMember {
            student_id: student.id.to_string(),
            name: student.display_name.clone(),
            place,
        };
        let standing = own.standing(assessment, pinned);
        let place = standing.counting().counts.map(|counting| standing.place(&counting.score));
        match place.and_then(|place| by_level.get_mut(place.level)) {
            Some(group) => group.push(member(place)),
            None => not_placed.push(member(place)),
        }
        for need in needs(service, now, &own, (assessment, pinned)).await? {
            by_need.entry(need.strand).or_default().push(member(Some(need.place)));
        }
    }
    let theta = |member: &GroupMember| member.place.map_or(f64::INFINITY, |place| place.theta);
    for students in by_need.values_mut() {
        students.sort_by(|one, other| theta(one).total_cmp(&theta(other)));
    }
    let steps = levels.iter().zip(by_level).filter(|(_, students)| !students.is_empty());
    Ok(Groups {
        class_id: records.class.id.to_string(),
        class_name: records.class.name.clone(),
        assessment_id: assessment.id.to_string(),
        assessment_name: assessment.name.clone(),
        trail: TrailScale::of(&pinned.bank),
        by_step: steps
            .map(|(level, students)| StepGroup {
                title: level.name.clone(),
                next_steps: level.next_steps.clone(),
                students,
            })
            .collect(),
        by_need: by_need
            .into_iter()
            .map(|(title, students)| StepGroup { title, next_steps: Vec::new(), students })
            .collect(),
        not_placed,
    })
}

/// Every strand in which the student's recent answers support a need, and where the student stands in it.
async fn needs(
    service: &Service,
    now: Millis,
    own: &StudentRecords<'_>,
    (assessment, pinned): (&Assessment, &Pinned),
) -> Result<Vec<StrandPlace>, DeliveryError> {
    let since = now.plus(-RECENT_DAYS * 86_400_000);
    let mut banks = Vec::new();
    for (attempt, log) in &own.work {
        let counts = !matches!(attempt.state, AttemptState::Invalidated | AttemptState::Reset);
        if attempt.assessment_id == assessment.id && attempt.last_activity >= since && counts {
            let bank = service.library.bank(&attempt.pins.bank_id, attempt.pins.bank_version).await?;
            banks.push((bank, log.as_slice()));
        }
    }
    let logs: Vec<_> = banks.iter().map(|(bank, log)| (bank.as_ref(), *log)).collect();
    let prior = pinned.plan.start(Some(own.student.grade), None);
    let found = feedback(&prior, &by_strand(&logs)).strands;
    let needs = found.into_iter().filter(|strand| strand.finding == Finding::Need);
    Ok(needs.map(|strand| StrandPlace::of(&pinned.bank, &strand)).collect())
}
