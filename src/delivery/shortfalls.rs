//! What an assessment lacks for students who need accommodations. Staff see it before they offer the assessment. It does
//! not stop them: a student whose needs cannot be met is refused before the first item and sent to the teacher, and
//! everybody else should not wait for that.

use std::collections::{BTreeMap, BTreeSet};

use item_bank::Accommodations;

use super::{DeliveryError, Service};
use crate::adaptive::PlanProblem;
use crate::store::Pins;
use crate::store::students::list_needs;

/// A set of accommodations for which the bank cannot fill every test of the plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Shortfall {
    /// What is needed.
    pub accommodations: Accommodations,
    /// Active students with exactly these needs, by grade; none where only the bank names the accommodation.
    pub students: BTreeMap<u8, u64>,
    /// What fails, in words; a smallest set of requirements where only together they fail.
    pub problems: Vec<PlanProblem>,
}

/// Every shortfall of what these pins name, for students of these grades (none: of every grade). Looked at are the sets that
/// students have on record, and each accommodation alone that some item of the bank lists.
pub async fn shortfalls(
    service: &Service,
    pins: &Pins,
    grades: &[u8],
) -> Result<Vec<Shortfall>, DeliveryError> {
    let on_record = list_needs(&mut *service.store.read().await?).await?;
    let bank = service.library.bank(&pins.bank_id, pins.bank_version).await?;
    let mut students: BTreeMap<Accommodations, BTreeMap<u8, u64>> = BTreeMap::new();
    for needs in on_record {
        if grades.is_empty() || grades.contains(&needs.grade) {
            *students.entry(needs.accommodations).or_default().entry(needs.grade).or_default() +=
                needs.students;
        }
    }
    let named: BTreeSet<Accommodations> =
        bank.accommodations().into_iter().map(Accommodations::from).collect();
    for accommodations in named {
        students.entry(accommodations).or_default();
    }
    let mut found = Vec::new();
    for (accommodations, students) in students {
        let problems = service.library.shortfall(pins, &accommodations).await?;
        if !problems.is_empty() {
            found.push(Shortfall { accommodations, students, problems });
        }
    }
    Ok(found)
}
