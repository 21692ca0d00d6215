//! The selector that weighs content against information.

use item_bank::{AttributeValue, Bank, Item, ItemId, NormalPrior, Theta};
use waymark::adaptive::{
    BlueprintRow, Condition, FieldTestCounts, ItemPool, LoggedResponse, ResponseLog, TestPlan,
    counted_uniform, estimate,
};

/// How much the rows of an item call for it.
#[derive(Debug, Clone, Copy)]
pub enum Need {
    /// The share of a row's minimum that is still to be given.
    ShareLacking,
    /// What a row's minimum still lacks, over the items that are left: 1 when every one must be of the row.
    Urgency,
}

/// Content against information.
#[derive(Debug, Clone, Copy)]
pub struct Weights {
    /// Weight of content, from 0 to 1.
    pub content: f64,
    pub need: Need,
}

/// A row with what each item of the pool adds to it.
struct Counter {
    adds: Vec<f64>,
    lowest: f64,
    highest: f64,
    given: f64,
}

/// A whole test of an examinee: its items, and the error of the estimate.
pub fn weighted_test(
    (bank, plan, pool): (&Bank, &TestPlan, &ItemPool),
    weights: Weights,
    (seed, examinee, theta): (u64, u32, f64),
) -> (Vec<ItemId>, f64) {
    let items: Vec<&Item> =
        (0..pool.len()).map(|item| bank.item(pool.id(item).as_str()).expect("of this bank")).collect();
    let mut counters: Vec<Counter> = plan.blueprint.iter().map(|row| counter(row, &items)).collect();
    let mut log = ResponseLog {
        seed,
        start: NormalPrior::STANDARD,
        seen: Vec::new(),
        field_test: FieldTestCounts::none(),
        inherited: std::collections::BTreeSet::new(),
        responses: Vec::new(),
    };
    let mut is_open = vec![true; items.len()];
    let length = plan.stopping.maximum_items;
    while log.responses.len() < length {
        let at = estimate(pool, plan, &log).expect("a log of this pool").theta;
        let left = (length - log.responses.len()) as f64;
        let fits = |item: &usize| {
            counters.iter().all(|row| row.adds[*item] <= 0.0 || row.given + row.adds[*item] <= row.highest)
        };
        let open: Vec<usize> = (0..items.len()).filter(|item| is_open[*item]).collect();
        let mut candidates: Vec<usize> = open.iter().copied().filter(fits).collect();
        if candidates.is_empty() {
            candidates = open;
        }
        let information = |item: usize| pool.model(item).information(at);
        let highest = candidates.iter().map(|&item| information(item)).fold(f64::MIN_POSITIVE, f64::max);
        let value = |item: usize| {
            weights.content * need(&counters, item, (weights.need, left))
                + (1.0 - weights.content) * information(item) / highest
        };
        let best = candidates.into_iter().max_by(|one, other| value(*one).total_cmp(&value(*other)));
        let Some(item) = best else { break };
        for row in &mut counters {
            row.given += row.adds[item];
        }
        is_open[item] = false;
        for (other, open) in items.iter().zip(&mut is_open) {
            *open &= !other.enemies.contains(&items[item].id) && !items[item].enemies.contains(&other.id);
        }
        let model = pool.model(item);
        let (mut score, mut above) = (model.maximum_score(), 0.0);
        let uniform = counted_uniform(seed, examinee, pool.bank_position(item));
        while score > 0 {
            above += model.probability(Theta(theta), score);
            if uniform < above {
                break;
            }
            score -= 1;
        }
        log.responses.push(LoggedResponse { item: pool.id(item).clone(), score });
    }
    let error = estimate(pool, plan, &log).expect("a log of this pool").theta.0 - theta;
    (log.responses.into_iter().map(|response| response.item).collect(), error)
}

/// Mean need of the rows that an item is in; 0 outside all.
fn need(counters: &[Counter], item: usize, (need, left): (Need, f64)) -> f64 {
    let of = |row: &Counter| {
        let lacking = (row.lowest - row.given).max(0.0);
        match need {
            Need::ShareLacking => lacking / row.lowest.max(1.0),
            Need::Urgency => lacking / row.adds[item] / left,
        }
    };
    let rows: Vec<f64> = counters.iter().filter(|row| row.adds[item] > 0.0).map(of).collect();
    if rows.is_empty() { 0.0 } else { rows.iter().sum::<f64>() / rows.len() as f64 }
}

fn counter(row: &BlueprintRow, items: &[&Item]) -> Counter {
    let adds = |item: &&Item| {
        let plain =
            Condition { attribute: row.attribute.clone(), value: row.value.clone(), ..Condition::default() };
        let is_in =
            holds(&plain, item) && row.condition.as_ref().is_none_or(|condition| holds(condition, item));
        match (&row.sum, is_in) {
            (_, false) => 0.0,
            (None, true) => 1.0,
            (Some(name), true) => number(item, name).unwrap_or(0.0),
        }
    };
    Counter {
        adds: items.iter().map(adds).collect(),
        lowest: row.minimum as f64,
        highest: row.maximum.map_or(f64::INFINITY, |maximum| maximum as f64),
        given: 0.0,
    }
}

fn number(item: &Item, name: &str) -> Option<f64> {
    match item.attributes.get(name)? {
        AttributeValue::Number(value) => Some(*value),
        AttributeValue::Text(_) | AttributeValue::List(_) => None,
    }
}

fn holds(condition: &Condition, item: &Item) -> bool {
    let name = condition.attribute.as_deref();
    let has = |value: &String| name.is_some_and(|name| item.has_attribute(name, value));
    let value = || name.and_then(|name| number(item, name));
    name.is_none_or(|name| item.attributes.contains_key(name))
        && condition.value.as_ref().is_none_or(has)
        && condition.values.as_ref().is_none_or(|values| values.iter().any(has))
        && condition.at_least.is_none_or(|least| value().is_some_and(|value| value >= least))
        && condition.at_most.is_none_or(|most| value().is_some_and(|value| value <= most))
        && condition.items.as_ref().is_none_or(|items| items.contains(&item.id))
        && condition.all.as_ref().is_none_or(|all| all.iter().all(|one| holds(one, item)))
        && condition.any.as_ref().is_none_or(|any| any.iter().any(|one| holds(one, item)))
        && condition.not.as_ref().is_none_or(|not| !holds(not, item))
}
