//! Two-group models in which some items keep one set of parameters and others have one a group.

use std::ops::ControlFlow;

use crate::estimation::{Calibration, CalibrationPlan, ItemPlan, calibrate};

use super::groups::DifError;
use super::model_test::ModelledGroups;

/// A two-group calibration; every split item has a second column for the focal group.
pub(super) struct SplitModel {
    pub(super) calibration: Calibration,
    /// Column of the focal group's version of each item.
    pub(super) focal_columns: Vec<Option<usize>>,
}

impl SplitModel {
    /// ∫ (E_focal − E_reference) over the focal group's abilities; 0 where the item is not split.
    pub(super) fn signed_difference(&self, item: usize) -> f64 {
        let Some(focal) = self.focal_columns[item] else { return 0.0 };
        let [own, other] = [item, focal].map(|column| &self.calibration.items[column].parameters);
        let nodes = self.calibration.grid.nodes();
        let difference = |theta: f64| other.expected_score(theta) - own.expected_score(theta);
        nodes.iter().zip(&self.calibration.groups[1].weights).map(|(&theta, w)| w * difference(theta)).sum()
    }
}

/// Calibrates both groups together, the items in `split` apart; the first group standard normal, the focal group free.
pub(super) fn split_model(modelled: ModelledGroups<'_>, split: &[usize]) -> Result<SplitModel, DifError> {
    let ModelledGroups { matrix, groups, plan } = modelled;
    let count = matrix.items().len();
    let pair = groups.rows(matrix);
    let mut focal_columns = vec![None; count];
    let mut names = matrix.items().to_vec();
    let mut items: Vec<ItemPlan> = plan.items.clone();
    for (place, &item) in split.iter().enumerate() {
        focal_columns[item] = Some(count + place);
        names.push(format!("{} (focal)", matrix.items()[item]));
        items.push(items[item].clone());
    }
    let is_focal: Vec<bool> = (0..pair.examinee_count()).map(|examinee| pair.group(examinee) == 1).collect();
    let moved = pair.rebuilt(names, |examinee, item, score| match focal_columns[item] {
        Some(column) if is_focal[examinee] => Some((column, score)),
        _ => Some((item, score)),
    });
    let groups = CalibrationPlan::new(items.clone(), 2).groups;
    let plan = CalibrationPlan { items, groups, ..plan.clone() };
    let calibration = calibrate(&moved, &plan, &mut |_| ControlFlow::Continue(()))?;
    Ok(SplitModel { calibration, focal_columns })
}
