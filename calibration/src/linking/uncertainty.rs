//! How the parameters of common items vary: directions of one standard deviation each, whose squares add up to the
//! covariance.

use item_bank::StandardErrors;

use super::constants::{CommonItem, Constants};
use crate::estimation::Covariance;
use crate::linear_algebra::Cholesky;
use crate::model::{ItemModel, ItemParameters};

/// Which of an item's two sets of parameters moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    From,
    To,
}

/// A joint move of the parameters on one scale by one standard deviation.
#[derive(Debug, Clone, PartialEq)]
pub struct Direction {
    side: Side,
    /// Moves of the slots, by common item.
    moves: Vec<(usize, Vec<f64>)>,
}

impl Direction {
    /// The items with this direction's parameters moved by a share of it.
    pub(super) fn moved(&self, common: &[CommonItem], share: f64) -> Vec<CommonItem> {
        let mut moved = common.to_vec();
        for (item, by) in &self.moves {
            let item = &mut moved[*item];
            let parameters = match self.side {
                Side::From => &mut item.from,
                Side::To => &mut item.to,
            };
            for (value, by) in parameters.values_mut().iter_mut().zip(by) {
                *value += share * by;
            }
        }
        moved
    }

    /// The direction among some of the items, renumbered in their order; `None` where it moves none of them.
    pub fn for_items(&self, kept: &[usize]) -> Option<Self> {
        let moves: Vec<(usize, Vec<f64>)> = self
            .moves
            .iter()
            .filter_map(|(item, by)| Some((kept.iter().position(|kept| kept == item)?, by.clone())))
            .collect();
        (!moves.is_empty()).then_some(Self { side: self.side, moves })
    }

    /// How much the slots of one item, as new less linked old, move along this direction; `None` where they do not.
    pub(crate) fn difference(
        &self,
        pair: &CommonItem,
        item: usize,
        constants: Constants,
    ) -> Option<Vec<f64>> {
        let (_, by) =
            self.moves.iter().find(|(known, by)| *known == item && by.iter().any(|by| *by != 0.0))?;
        match self.side {
            Side::To => Some(by.clone()),
            Side::From => {
                // The change of scale is linear in the slots.
                let mut moved = pair.from.clone();
                moved.values_mut().iter_mut().zip(by).for_each(|(value, by)| *value += by);
                let (start, end) = (constants.item(&pair.from), constants.item(&moved));
                let change = start.values().iter().zip(end.values());
                Some(change.map(|(start, end)| if start == end { 0.0 } else { start - end }).collect())
            }
        }
    }
}

/// Directions from the covariance matrices of the two calibrations; `columns` holds the column of every common item in
/// the one that is moved and the one that stays. `None` where a covariance is not positive definite.
pub fn directions(
    (from, to): (&Covariance, &Covariance),
    columns: &[(usize, usize)],
) -> Option<Vec<Direction>> {
    let moved: Vec<usize> = columns.iter().map(|pair| pair.0).collect();
    let kept: Vec<usize> = columns.iter().map(|pair| pair.1).collect();
    let mut all = one_side(from, &moved, Side::From)?;
    all.extend(one_side(to, &kept, Side::To)?);
    Some(all)
}

fn one_side(covariance: &Covariance, columns: &[usize], side: Side) -> Option<Vec<Direction>> {
    let mut indexes: Vec<usize> = columns
        .iter()
        .flat_map(|&column| covariance.item_indexes(column).iter().flatten().copied())
        .collect();
    indexes.sort_unstable();
    indexes.dedup();
    let size = indexes.len();
    let matrix: Vec<f64> = (0..size * size)
        .map(|entry| covariance.entry(indexes[entry / size], indexes[entry % size]))
        .collect();
    let factor = Cholesky::new(&matrix, size)?;
    let place = |slot: &Option<usize>| slot.and_then(|index| indexes.binary_search(&index).ok());
    let direction = |column: usize| {
        let moves = columns
            .iter()
            .enumerate()
            .map(|(item, &of)| {
                let by = |slot: &Option<usize>| place(slot).map_or(0.0, |row| factor.entry(row, column));
                (item, covariance.item_indexes(of).iter().map(by).collect())
            })
            .collect();
        Direction { side, moves }
    };
    Some((0..size).map(direction).collect())
}

/// Directions from the standard errors in bank files, where covariances are not known and taken to be 0. `errors` holds
/// those on the scale that is moved and on the one that stays, by common item.
pub fn directions_from_standard_errors(
    common: &[CommonItem],
    errors: &[(StandardErrors, StandardErrors)],
) -> Vec<Direction> {
    let mut all = Vec::new();
    for (item, (common, (from, to))) in common.iter().zip(errors).enumerate() {
        for (side, parameters, errors) in [(Side::From, &common.from, from), (Side::To, &common.to, to)] {
            let moves = conventional_moves(parameters, errors);
            all.extend(moves.into_iter().map(|by| Direction { side, moves: vec![(item, by)] }));
        }
    }
    all
}

/// Moves of the slots when one conventional parameter after another moves by its standard error (to first order).
fn conventional_moves(item: &ItemParameters, errors: &StandardErrors) -> Vec<Vec<f64>> {
    let values = item.values();
    let slots = values.len();
    let conventional = item.conventional(None);
    let mut moves = Vec::new();
    let mut push = |error: Option<f64>, by: &dyn Fn(usize) -> f64| {
        if let Some(error) = error {
            moves.push((0..slots).map(|slot| error * by(slot)).collect());
        }
    };
    if item.model() == ItemModel::Nominal {
        let steps = item.categories() - 1;
        for k in 1..=steps {
            push(errors.a.get(k).copied().flatten(), &|slot| f64::from(u8::from(slot == k - 1)));
            push(errors.b.get(k).copied().flatten(), &|slot| f64::from(u8::from(slot == steps + k - 1)));
        }
        return moves;
    }
    let a = values[0];
    let is_intercept = |slot: usize| slot >= 1 && (item.model().is_polytomous() || slot == 1);
    // Every intercept is −a times a difficulty or a sum of them: it moves with a in proportion.
    push(errors.a.first().copied().flatten(), &|slot| match slot {
        0 => 1.0,
        _ if is_intercept(slot) => values[slot] / a,
        _ => 0.0,
    });
    let accumulates = matches!(item.model(), ItemModel::PartialCredit | ItemModel::GeneralizedPartialCredit);
    for k in 1..=conventional.b.len() {
        push(errors.b.get(k - 1).copied().flatten(), &|slot| {
            let concerned = if accumulates { slot >= k } else { slot == k };
            if concerned && is_intercept(slot) { -a } else { 0.0 }
        });
    }
    for (slot_of, error, estimate) in
        [(2, errors.c.first(), conventional.c), (3, errors.d.first(), conventional.d)]
    {
        if let (Some(Some(error)), Some(estimate)) = (error, estimate) {
            let slope = estimate.value * (1.0 - estimate.value);
            if slope > 0.0 {
                push(Some(*error), &|slot| if slot == slot_of { 1.0 / slope } else { 0.0 });
            }
        }
    }
    moves
}
