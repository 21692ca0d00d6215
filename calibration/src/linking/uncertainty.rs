//! How the parameters of common items vary: directions of one standard deviation each, whose squares add up to the
//! covariance.

use item_bank::StandardErrors;

use super::constants::{CommonItem, Constants};
use super::parameter_covariance::{Moves, ParameterCovariance, ParameterCovarianceError};
use crate::estimation::Covariance;
use crate::linear_algebra::Cholesky;
use crate::model::{ItemModel, ItemParameters};

/// Which of an item's two sets of parameters moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Those on the scale that is moved.
    From,
    /// Those on the scale that stays.
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

/// Directions from the covariance matrix of one bank's parameters.
pub fn directions_from_covariance(
    common: &[CommonItem],
    covariance: &ParameterCovariance,
    side: Side,
) -> Result<Vec<Direction>, ParameterCovarianceError> {
    let ids: Vec<&str> = common.iter().map(|item| item.id.as_str()).collect();
    let units: Vec<Vec<(String, Vec<f64>)>> =
        common.iter().map(|item| unit_moves(side.parameters(item))).collect();
    let direction = |column: Moves<'_>| {
        let mut moves: Vec<(usize, Vec<f64>)> = Vec::new();
        for (id, parameter, by) in column {
            let Some(item) = ids.iter().position(|known| *known == id) else { continue };
            let Some((_, unit)) = units[item].iter().find(|(name, _)| name == parameter) else { continue };
            if moves.last().is_none_or(|(known, _)| *known != item) {
                moves.push((item, vec![0.0; unit.len()]));
            }
            if let Some((_, slots)) = moves.last_mut() {
                slots.iter_mut().zip(unit).for_each(|(slot, unit)| *slot += by * unit);
            }
        }
        Direction { side, moves }
    };
    let columns = covariance.columns(&ids)?.into_iter();
    Ok(columns.map(direction).filter(|direction| !direction.moves.is_empty()).collect())
}

/// Directions from the standard errors in a bank file, where covariances are not known and taken to be 0; `errors` holds
/// them by common item.
pub fn directions_from_standard_errors(
    common: &[CommonItem],
    errors: &[StandardErrors],
    side: Side,
) -> Vec<Direction> {
    let mut all = Vec::new();
    for (item, (pair, errors)) in common.iter().zip(errors).enumerate() {
        for (name, unit) in unit_moves(side.parameters(pair)) {
            if let Some(error) = standard_error_of(errors, &name) {
                all.push(Direction { side, moves: vec![(item, unit.iter().map(|by| by * error).collect())] });
            }
        }
    }
    all
}

/// The standard error of a parameter by its name: a, b, a1, b1 …, c, d.
pub fn standard_error_of(errors: &StandardErrors, parameter: &str) -> Option<f64> {
    let (letter, number) = parameter.split_at_checked(1)?;
    let list = match letter {
        "a" => &errors.a,
        "b" => &errors.b,
        "c" => &errors.c,
        "d" => &errors.d,
        _ => return None,
    };
    let place = if number.is_empty() { 0 } else { number.parse::<usize>().ok()?.checked_sub(1)? };
    list.get(place).copied().flatten()
}

impl Side {
    fn parameters(self, item: &CommonItem) -> &ItemParameters {
        match self {
            Self::From => &item.from,
            Self::To => &item.to,
        }
    }
}

/// Moves of the slots when one parameter of the bank after another moves by 1 (to first order), by its name.
fn unit_moves(item: &ItemParameters) -> Vec<(String, Vec<f64>)> {
    let values = item.values();
    let slots = values.len();
    let conventional = item.conventional(None);
    let mut moves = Vec::new();
    let mut push = |name: String, by: &dyn Fn(usize) -> f64| {
        moves.push((name, (0..slots).map(by).collect()));
    };
    if item.model() == ItemModel::Nominal {
        let steps = item.categories() - 1;
        for k in 1..=steps {
            push(format!("a{}", k + 1), &|slot| f64::from(u8::from(slot == k - 1)));
            push(format!("b{}", k + 1), &|slot| f64::from(u8::from(slot == steps + k - 1)));
        }
        return moves;
    }
    let a = values[0];
    let polytomous = item.model().is_polytomous();
    let is_intercept = |slot: usize| slot >= 1 && (polytomous || slot == 1);
    // Every intercept is −a times a difficulty or a sum of them: it moves with a in proportion.
    push("a".to_owned(), &|slot| match slot {
        0 => 1.0,
        _ if is_intercept(slot) => values[slot] / a,
        _ => 0.0,
    });
    let accumulates = matches!(item.model(), ItemModel::PartialCredit | ItemModel::GeneralizedPartialCredit);
    for k in 1..=conventional.b.len() {
        let name = if polytomous { format!("b{k}") } else { "b".to_owned() };
        push(name, &|slot| {
            let concerned = if accumulates { slot >= k } else { slot == k };
            if concerned && is_intercept(slot) { -a } else { 0.0 }
        });
    }
    for (slot_of, name, estimate) in [(2, "c", conventional.c), (3, "d", conventional.d)] {
        if let Some(estimate) = estimate {
            let slope = estimate.value * (1.0 - estimate.value);
            push(name.to_owned(), &|slot| if slot == slot_of && slope > 0.0 { 1.0 / slope } else { 0.0 });
        }
    }
    moves
}
