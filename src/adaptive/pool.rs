//! The items one plan can use, with everything about them that does not change between steps.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use item_bank::ability::grid::LogProbabilityGrid;
use item_bank::{Accommodations, Bank, Item, ItemId, ItemStatus, Pool, ResponseModel, StandardErrors};

use super::ability;
use super::blueprint::Blueprint;
use super::decision_rule::DecisionRule;
use super::field_test::FieldTestItems;
use super::information_table::InformationTable;
use super::item_order::{self, ItemOrder};
use super::level_rule::LevelRule;
use super::off_grade::OffGradeItems;
use super::plan::TestPlan;
use super::preflight;
use super::problem::PlanError;
use super::selection::Draws;

/// Prepared once for a bank version, a plan version and a set of accommodations, then shared by every attempt with these.
///
/// Items that do not support every accommodation of the set are not in it: nothing that chooses can name one.
/// Operational items with parameters are selected from. Field-test items of the same pool are given where the plan says
/// so; they count for nothing.
#[derive(Debug, Clone)]
pub struct ItemPool {
    ids: Vec<ItemId>,
    bank_positions: Vec<u32>,
    models: Vec<ResponseModel>,
    standard_errors: Vec<Option<StandardErrors>>,
    positions: HashMap<ItemId, usize>,
    unscored: HashSet<ItemId>,
    accommodations: Accommodations,
    pub(super) field_test: FieldTestItems,
    pub(super) grid: LogProbabilityGrid,
    pub(super) information: InformationTable,
    /// P(given | chosen) of every item under Sympson–Hetter control.
    pub(super) exposure_parameters: Vec<f64>,
    pub(super) blueprint: Blueprint,
    /// Items of a whole test, once somebody asked for one.
    pub(super) new_test: OnceLock<Option<Vec<usize>>>,
    pub(super) off_grade: OffGradeItems,
    pub(super) level_rule: Option<LevelRule>,
    pub(super) decision_rule: Option<DecisionRule>,
}

impl ItemPool {
    /// The pool for students without accommodations, when the bank can serve the plan.
    ///
    /// # Errors
    /// Every problem that [`super::preflight`] finds.
    pub fn prepare(bank: &Bank, plan: &TestPlan) -> Result<Self, PlanError> {
        Self::prepare_for(bank, plan, &Accommodations::none())
    }

    /// The pool for students who need these accommodations, when the bank can serve the plan to them.
    ///
    /// # Errors
    /// Every problem that [`super::preflight_for`] finds.
    pub fn prepare_for(bank: &Bank, plan: &TestPlan, needed: &Accommodations) -> Result<Self, PlanError> {
        Self::prepare_in(bank, plan, needed, ItemOrder::Id)
    }

    /// The same with the items in another order.
    ///
    /// # Errors
    /// Every problem that [`super::preflight_for`] finds.
    pub fn prepare_in(
        bank: &Bank,
        plan: &TestPlan,
        needed: &Accommodations,
        order: ItemOrder,
    ) -> Result<Self, PlanError> {
        preflight::preflight_for(bank, plan, needed).map_err(PlanError::Unfit)?;
        let unfit = |problem| PlanError::Unfit(vec![problem]);
        let mut items = operational_items(bank, plan.pool, needed);
        order.sort(&mut items);
        let ids: Vec<ItemId> = items.iter().map(|item| item.id.clone()).collect();
        let models: Vec<ResponseModel> = items.iter().filter_map(|item| item.model.clone()).collect();
        let positions = ids.iter().cloned().enumerate().map(|(position, id)| (id, position)).collect();
        let field_test = FieldTestItems::new(bank, (plan.pool, needed), &items, order);
        let unscored =
            supporting(bank, plan.pool, needed).filter(|item| item.status == ItemStatus::FieldTest);
        Ok(Self {
            grid: ability::grid(&plan.estimator, &models),
            information: InformationTable::new(&plan.estimator, &models),
            exposure_parameters: exposure_parameters(plan, &ids),
            blueprint: order.blueprint(plan, &items),
            new_test: OnceLock::new(),
            off_grade: OffGradeItems::new(plan, &items),
            level_rule: LevelRule::new(plan, bank).map_err(unfit)?,
            decision_rule: DecisionRule::new(plan, bank).map_err(unfit)?,
            field_test,
            unscored: unscored.map(|item| item.id.clone()).collect(),
            accommodations: needed.clone(),
            bank_positions: bank_positions(bank, &ids),
            standard_errors: items.iter().map(|item| item.standard_errors.clone()).collect(),
            ids,
            models,
            positions,
        })
    }

    /// Number of items that can be selected.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Never: a pool without items is refused when it is prepared.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The accommodations that every item of it supports.
    #[must_use]
    pub fn accommodations(&self) -> &Accommodations {
        &self.accommodations
    }

    /// Position of an item that can be selected.
    #[must_use]
    pub fn position(&self, id: &ItemId) -> Option<usize> {
        self.positions.get(id).copied()
    }

    /// Name of the item at a position.
    #[must_use]
    pub fn id(&self, position: usize) -> &ItemId {
        &self.ids[position]
    }

    /// Position in the bank of the item at a position here.
    #[must_use]
    pub fn bank_position(&self, position: usize) -> u32 {
        self.bank_positions[position]
    }

    /// The random number of an item for the choice after `position` answers, in [0, 1).
    pub(super) fn uniform(&self, draws: Draws, position: usize, item: usize) -> f64 {
        item_order::uniform_of_item(draws, position, item, self.bank_positions[item])
    }

    /// Response model of the item at a position.
    #[must_use]
    pub fn model(&self, position: usize) -> &ResponseModel {
        &self.models[position]
    }

    /// Information of the item at a position, at every node of the plan's grid.
    pub(super) fn information_at_nodes(&self, position: usize) -> &[f64] {
        self.information.at_nodes(&self.models, self.grid.nodes(), position)
    }

    /// Standard errors of the parameters of the item at a position, where they were estimated.
    pub(super) fn standard_errors(&self, position: usize) -> Option<&StandardErrors> {
        self.standard_errors[position].as_ref()
    }

    /// Number of field-test items that can be given.
    #[must_use]
    pub fn field_test_len(&self) -> usize {
        self.field_test.len()
    }

    /// Name of the field-test item at a place among them.
    #[must_use]
    pub fn field_test_id(&self, place: usize) -> &ItemId {
        &self.field_test.get(place).id
    }

    /// Position in the bank of the field-test item at a place among them.
    #[must_use]
    pub fn field_test_bank_position(&self, place: usize) -> u32 {
        self.field_test.get(place).bank_position
    }

    /// What the field-test item at a place among them has for a response model: provisional, and perhaps none.
    #[must_use]
    pub fn field_test_model(&self, place: usize) -> Option<&ResponseModel> {
        self.field_test.get(place).model.as_ref()
    }

    /// Whether the item is a field-test item of this pool: it may stand in a log and counts for nothing.
    #[must_use]
    pub fn is_field_test(&self, id: &ItemId) -> bool {
        self.unscored.contains(id)
    }
}

fn exposure_parameters(plan: &TestPlan, ids: &[ItemId]) -> Vec<f64> {
    let named = |id: &ItemId| plan.exposure.as_ref().and_then(|rule| rule.parameters.get(id)).copied();
    ids.iter().map(|id| named(id).unwrap_or(1.0)).collect()
}

fn bank_positions(bank: &Bank, ids: &[ItemId]) -> Vec<u32> {
    let position = |id: &ItemId| bank.position(id.as_str()).and_then(|position| u32::try_from(position).ok());
    ids.iter().map(|id| position(id).expect("an item of this bank, which has fewer than 2^32")).collect()
}

/// The items of `pool` that can be selected for students who need these, in the order of the bank.
pub(super) fn operational_items<'a>(bank: &'a Bank, pool: Pool, needed: &'a Accommodations) -> Vec<&'a Item> {
    let is_operational = |item: &&Item| item.status == ItemStatus::Operational && item.model.is_some();
    supporting(bank, pool, needed).filter(is_operational).collect()
}

/// The items of `pool`, whatever their status, that support every accommodation. The one place that decides it.
pub(super) fn supporting<'a>(
    bank: &'a Bank,
    pool: Pool,
    needed: &'a Accommodations,
) -> impl Iterator<Item = &'a Item> {
    bank.items().iter().filter(move |item| item.pool == pool && item.supports(needed))
}

/// Name of a pool in sentences.
pub(super) fn pool_name(pool: Pool) -> &'static str {
    match pool {
        Pool::Interim => "interim",
        Pool::Summative => "summative",
    }
}
