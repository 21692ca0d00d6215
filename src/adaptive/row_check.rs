//! Rows of a plan that no test can fail: a row that bounds nothing, and an upper limit on what no item of the pool is. Each
//! is most likely a slip of the pen, and a test would be reported to keep it.

use item_bank::{AttributeValue, Bank, Item, ItemStatus};

use super::content::{BlueprintRow, Counted};
use super::plan::PlanDocument;
use super::pool::pool_name;
use super::problem::PlanProblem;

/// Refuses rows that no test can fail, when a plan is offered or simulated. A plan that is in use goes on when the last item
/// of an upper limit is retired. A row with a minimum that the pool cannot meet is for [`super::preflight`] to report.
///
/// # Errors
/// Every such row, in words.
pub fn check_rows(bank: &Bank, plan: &PlanDocument) -> Result<(), Vec<PlanProblem>> {
    let is_usable = |item: &&Item| {
        item.pool == plan.pool && item.status == ItemStatus::Operational && item.model.is_some()
    };
    let items: Vec<&Item> = bank.items().iter().filter(is_usable).collect();
    let pool = pool_name(plan.pool);
    let idle = plan.blueprint.iter().filter(|row| row.minimum == 0);
    let problem = |row: &BlueprintRow| {
        let words = row.words();
        if row.maximum.is_none() {
            return Some(PlanProblem::RowWithoutBounds { row: words });
        }
        let mut admitted = items.iter().filter(|item| row.admits(item));
        match (&row.sum, row.count) {
            (Some(name), _) if !admitted.any(|item| is_number(item, name)) => {
                Some(PlanProblem::SumOfNoNumber { row: words, attribute: name.clone(), pool })
            }
            (None, Counted::Sets) if !admitted.any(|item| item.group.is_some()) => {
                Some(PlanProblem::RowWithoutItems { row: words, unit: "stimulus set", pool })
            }
            (None, Counted::Items) if admitted.next().is_none() => {
                Some(PlanProblem::RowWithoutItems { row: words, unit: "item", pool })
            }
            _ => None,
        }
    };
    let problems: Vec<PlanProblem> = idle.filter_map(problem).collect();
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

fn is_number(item: &Item, attribute: &str) -> bool {
    matches!(item.attributes.get(attribute), Some(AttributeValue::Number(_)))
}
