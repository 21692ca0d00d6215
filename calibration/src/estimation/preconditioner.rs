//! The complete-data information: a block an item and a group, bordered by one shared slope at most.

use crate::linear_algebra::Cholesky;

/// Information in blocks.
#[derive(Debug)]
pub(crate) struct BlockInformation {
    count: usize,
    shared: Option<usize>,
    shared_diagonal: f64,
    blocks: Vec<Block>,
}

#[derive(Debug)]
struct Block {
    indexes: Vec<usize>,
    matrix: Vec<f64>,
    /// Entries between the block and the shared parameter.
    border: Vec<f64>,
}

/// The inverse of a [`BlockInformation`], ready to be applied.
#[derive(Debug)]
pub(crate) struct Preconditioner {
    count: usize,
    shared: Option<usize>,
    blocks: Vec<FactoredBlock>,
    /// Information of the shared parameter after the blocks are eliminated.
    complement: f64,
}

#[derive(Debug)]
struct FactoredBlock {
    indexes: Vec<usize>,
    factor: Cholesky,
    /// M⁻¹ times the border.
    solved_border: Vec<f64>,
}

impl BlockInformation {
    pub(crate) fn new(count: usize, shared: Option<usize>) -> Self {
        Self { count, shared, shared_diagonal: 0.0, blocks: Vec::new() }
    }

    /// Adds the free part of a square matrix over slots.
    pub(crate) fn add_block(&mut self, slots: &[Option<usize>], matrix: &[f64]) {
        let width = slots.len();
        let own: Vec<(usize, usize)> = slots
            .iter()
            .enumerate()
            .filter_map(|(slot, index)| {
                index.filter(|index| Some(*index) != self.shared).map(|index| (slot, index))
            })
            .collect();
        let shared_slot = self.shared.and_then(|shared| slots.iter().position(|slot| *slot == Some(shared)));
        if let Some(slot) = shared_slot {
            self.shared_diagonal += matrix[slot * width + slot];
        }
        if own.is_empty() {
            return;
        }
        let entry = |row: usize, column: usize| matrix[row * width + column];
        self.blocks.push(Block {
            indexes: own.iter().map(|&(_, index)| index).collect(),
            matrix: own
                .iter()
                .flat_map(|&(row, _)| own.iter().map(move |&(column, _)| entry(row, column)))
                .collect(),
            border: own.iter().map(|&(row, _)| shared_slot.map_or(0.0, |slot| entry(row, slot))).collect(),
        });
    }

    /// Factors every block, mending those that are not positive definite.
    pub(crate) fn factor(&self) -> Preconditioner {
        let mut complement = self.shared_diagonal;
        let mut blocks = Vec::with_capacity(self.blocks.len());
        for block in &self.blocks {
            let factor = Cholesky::with_ridge(&block.matrix, block.indexes.len());
            let mut solved_border = block.border.clone();
            factor.solve(&mut solved_border);
            complement -= solved_border.iter().zip(&block.border).map(|(a, b)| a * b).sum::<f64>();
            blocks.push(FactoredBlock { indexes: block.indexes.clone(), factor, solved_border });
        }
        let floor = 1e-8 * self.shared_diagonal.max(1e-8);
        Preconditioner { count: self.count, shared: self.shared, blocks, complement: complement.max(floor) }
    }
}

impl Preconditioner {
    /// Inverse information times a vector.
    pub(crate) fn apply(&self, vector: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; self.count];
        let mut rest = self.shared.map_or(0.0, |index| vector[index]);
        for block in &self.blocks {
            let mut part: Vec<f64> = block.indexes.iter().map(|&index| vector[index]).collect();
            rest -= part.iter().zip(&block.solved_border).map(|(a, b)| a * b).sum::<f64>();
            block.factor.solve(&mut part);
            for (&index, value) in block.indexes.iter().zip(part) {
                out[index] = value;
            }
        }
        if let Some(shared) = self.shared {
            let step = rest / self.complement;
            out[shared] = step;
            for block in &self.blocks {
                for (&index, border) in block.indexes.iter().zip(&block.solved_border) {
                    out[index] -= step * border;
                }
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bordered_system_is_solved_exactly() {
        let mut information = BlockInformation::new(3, Some(0));
        information.add_block(&[Some(0), Some(1)], &[2.0, 0.5, 0.5, 3.0]);
        information.add_block(&[Some(0), Some(2)], &[1.0, -0.25, -0.25, 2.0]);
        let x = information.factor().apply(&[1.0, 2.0, 3.0]);
        let rows = [[3.0, 0.5, -0.25], [0.5, 3.0, 0.0], [-0.25, 0.0, 2.0]];
        for (row, expected) in rows.iter().zip([1.0, 2.0, 3.0]) {
            let product: f64 = row.iter().zip(&x).map(|(a, b)| a * b).sum();
            assert!((product - expected).abs() < 1e-12);
        }
    }
}
