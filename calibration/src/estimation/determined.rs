//! The inverse of an information matrix that holds nothing about some items: theirs are left out, the others keep theirs.

use thiserror::Error;

use super::problem::ParameterMap;
use crate::linear_algebra::{Cholesky, dot};

/// A parameter whose information, given those before it, is below this share of its own is not determined.
const PIVOT_MIN: f64 = 1e-10;
/// Where more than one item in this many is not determined, it is the model that is not.
const ITEMS_A_FAILURE: usize = 4;

/// Why the estimates of an item cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum Undetermined {
    /// The likelihood does not fall in some direction of its parameters.
    #[error("not identified: the answers do not tell its parameters apart; it has no standard errors")]
    Flat,
    /// Its standard errors are larger than any parameter.
    #[error("not identified: the standard error of a slope or intercept is {0:.1e}")]
    Vague(f64),
    /// Its slope ran away and is held at the bound.
    #[error("the slope ran away and is held at {0}; it has no standard errors")]
    RanAway(f64),
}

/// An inverse, 0 in the rows and columns of items that are not determined.
pub(super) struct Inverse {
    pub(super) matrix: Vec<f64>,
    pub(super) undetermined: Vec<usize>,
}

/// The inverse over the parameters of the items that are determined, or `None` where the fault is not with a few items.
pub(super) fn inverse(matrix: Vec<f64>, map: &ParameterMap) -> Option<Inverse> {
    let count = map.count;
    if let Some(factor) = Cholesky::new(&matrix, count) {
        return Some(Inverse { matrix: factor.inverse(), undetermined: Vec::new() });
    }
    let (kept, undetermined) = determined(&matrix, map)?;
    let size = kept.len();
    let mut small = Vec::with_capacity(size * size);
    for &row in &kept {
        small.extend(kept.iter().map(|&column| matrix[row * count + column]));
    }
    let small = Cholesky::new(&small, size)?.inverse();
    let mut whole = vec![0.0; count * count];
    for (row, &to_row) in kept.iter().enumerate() {
        for (column, &to_column) in kept.iter().enumerate() {
            whole[to_row * count + to_column] = small[row * size + column];
        }
    }
    Some(Inverse { matrix: whole, undetermined })
}

/// The parameters that are determined, and the items that are not: a factorisation, parameter after parameter, that
/// takes an item back where it comes to a pivot of nothing.
fn determined(matrix: &[f64], map: &ParameterMap) -> Option<(Vec<usize>, Vec<usize>)> {
    let count = map.count;
    let mut owner = vec![None; count];
    for (item, slots) in map.slots.iter().enumerate() {
        for &index in slots.iter().flatten().filter(|index| !map.shared.contains(index)) {
            owner[index] = Some(item);
        }
    }
    let (mut kept, mut rows, mut undetermined) = (Vec::new(), Vec::<Vec<f64>>::new(), Vec::new());
    for index in 0..count {
        if owner[index].is_some_and(|item| undetermined.contains(&item)) {
            continue;
        }
        let mut row: Vec<f64> = Vec::with_capacity(kept.len() + 1);
        for (&column, known) in kept.iter().zip(&rows) {
            let place = row.len();
            row.push((matrix[index * count + column] - dot(&row, &known[..place])) / known[place]);
        }
        let own = matrix[index * count + index];
        let pivot = own - dot(&row, &row);
        if pivot.is_finite() && pivot > PIVOT_MIN * own.abs() {
            row.push(pivot.sqrt());
            kept.push(index);
            rows.push(row);
            continue;
        }
        let item = owner[index]?;
        undetermined.push(item);
        while kept.last().is_some_and(|&last| owner[last] == Some(item)) {
            kept.pop();
            rows.pop();
        }
        // Parameters that items share stand between those of their first item; without them there is no taking back.
        if kept.iter().any(|&index| owner[index] == Some(item)) {
            return None;
        }
    }
    let estimated = map.slots.iter().filter(|slots| slots.iter().any(Option::is_some)).count();
    (undetermined.len() * ITEMS_A_FAILURE <= estimated && !kept.is_empty()).then_some((kept, undetermined))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ItemModel, ItemParameters};

    #[test]
    fn an_item_without_information_leaves_the_others_their_inverse() {
        let items = vec![ItemParameters::neutral(ItemModel::TwoPl, 2); 4];
        let map = ParameterMap::new(&items, &[false; 4], &[]);
        let count = map.count;
        assert_eq!(count, 8);
        // Every item has information [[3, 1], [1, 2]], the third [[1, 2], [2, 4]]: flat along (2, −1).
        let mut matrix = vec![0.0; count * count];
        for item in 0..4 {
            let block = if item == 2 { [1.0, 2.0, 2.0, 4.0] } else { [3.0, 1.0, 1.0, 2.0] };
            for (entry, value) in block.into_iter().enumerate() {
                matrix[(2 * item + entry / 2) * count + 2 * item + entry % 2] = value;
            }
        }
        let found = inverse(matrix.clone(), &map).unwrap();
        assert_eq!(found.undetermined, [2]);
        assert!((found.matrix[0] - 0.4).abs() < 1e-12 && (found.matrix[7 * count + 7] - 0.6).abs() < 1e-12);
        assert_eq!(found.matrix[4 * count + 4], 0.0);
        // Two of four: then it is the model.
        matrix[count + 1] = 1.0 / 3.0;
        assert!(inverse(matrix, &map).is_none());
    }
}
