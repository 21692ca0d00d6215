//! The distribution of the total score on all items but one, for every item.

use crate::ItemParameters;
use crate::estimation::item_rows;

use super::score_distribution::with_item;

/// An item with its P(k) at every node, category by category.
pub(super) struct ItemCurves {
    pub(super) categories: usize,
    pub(super) rows: Vec<f64>,
}

impl ItemCurves {
    pub(super) fn new(item: &ItemParameters, nodes: &[f64]) -> Self {
        Self { categories: item.categories(), rows: item_rows(item, nodes, nodes.len()) }
    }
}

/// What `read` makes of every item's place and the distribution without it, which starts from `outside`.
///
/// The items of one half share the distribution with the other half added, and so do the halves of the half: n log n
/// additions of an item in place of n².
pub(super) fn without_each<T: Send>(
    items: &[ItemCurves],
    outside: &[f64],
    read: &(impl Fn(usize, &[f64]) -> T + Sync),
) -> Vec<T> {
    without_each_of(items, outside, 0, read)
}

fn without_each_of<T: Send>(
    items: &[ItemCurves],
    outside: &[f64],
    first: usize,
    read: &(impl Fn(usize, &[f64]) -> T + Sync),
) -> Vec<T> {
    match items {
        [] => return Vec::new(),
        [_] => return vec![read(first, outside)],
        _ => {}
    }
    let (low, high) = items.split_at(items.len() / 2);
    let with =
        |added: &[ItemCurves]| added.iter().fold(outside.to_vec(), |found, item| with_item(&found, item));
    let (mut found, others) = rayon::join(
        || without_each_of(low, &with(high), first, read),
        || without_each_of(high, &with(low), first + low.len(), read),
    );
    found.extend(others);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ItemModel;
    use crate::item_fit::score_distribution;

    #[test]
    fn it_is_the_distribution_of_the_others() {
        let item = |k: u32| {
            let k = f64::from(k);
            ItemParameters::with_values(
                ItemModel::Graded,
                3,
                vec![0.5 + 0.2 * k, 1.0 - 0.3 * k, -0.7 - 0.3 * k],
            )
        };
        let (items, nodes): (Vec<ItemParameters>, _) = ((0..7).map(item).collect(), [-1.0, 0.0, 1.5]);
        let curves: Vec<ItemCurves> = items.iter().map(|item| ItemCurves::new(item, &nodes)).collect();
        let found = without_each(&curves, &[1.0; 3], &|place, rest: &[f64]| (place, rest.to_vec()));
        for (place, (said, rest)) in found.iter().enumerate() {
            let others = items.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, item)| item);
            let expected = score_distribution(others, &nodes);
            assert_eq!((*said, rest.len()), (place, expected.len()));
            assert!(rest.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-14));
        }
    }
}
