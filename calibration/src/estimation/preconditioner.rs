//! The complete-data information: a block an item and a group, bordered by the parameters that several items share.

use crate::linear_algebra::{Cholesky, dot};

/// Information in blocks.
#[derive(Debug)]
pub(crate) struct BlockInformation {
    count: usize,
    /// Indexes of the shared parameters, ascending.
    shared: Vec<usize>,
    /// Their information, row by row.
    shared_matrix: Vec<f64>,
    blocks: Vec<Block>,
}

#[derive(Debug)]
struct Block {
    indexes: Vec<usize>,
    matrix: Vec<f64>,
    border: Vec<Border>,
}

/// Entries between a block and one shared parameter.
#[derive(Debug, Clone)]
struct Border {
    /// Place among the shared parameters.
    place: usize,
    entries: Vec<f64>,
}

/// The inverse of a [`BlockInformation`], ready to be applied.
#[derive(Debug)]
pub(crate) struct Preconditioner {
    count: usize,
    shared: Vec<usize>,
    blocks: Vec<FactoredBlock>,
    /// Information of the shared parameters after the blocks are eliminated.
    complement: Cholesky,
}

#[derive(Debug)]
struct FactoredBlock {
    indexes: Vec<usize>,
    factor: Cholesky,
    /// M⁻¹ times the border.
    solved_border: Vec<Border>,
}

impl BlockInformation {
    pub(crate) fn new(count: usize, shared: &[usize]) -> Self {
        let shared_matrix = vec![0.0; shared.len() * shared.len()];
        Self { count, shared: shared.to_vec(), shared_matrix, blocks: Vec::new() }
    }

    /// Adds the free part of a square matrix over slots.
    pub(crate) fn add_block(&mut self, slots: &[Option<usize>], matrix: &[f64]) {
        let entry = |row: usize, column: usize| matrix[row * slots.len() + column];
        let (mut own, mut common) = (Vec::new(), Vec::new());
        for (slot, index) in slots.iter().enumerate() {
            let Some(index) = *index else { continue };
            match self.shared.binary_search(&index) {
                Ok(place) => common.push((slot, place)),
                Err(_) => own.push((slot, index)),
            }
        }
        for &(row, row_place) in &common {
            for &(column, place) in &common {
                self.shared_matrix[row_place * self.shared.len() + place] += entry(row, column);
            }
        }
        if own.is_empty() {
            return;
        }
        let across = |column: usize| own.iter().map(move |&(row, _)| entry(row, column));
        self.blocks.push(Block {
            indexes: own.iter().map(|&(_, index)| index).collect(),
            matrix: own.iter().flat_map(|&(column, _)| across(column)).collect(),
            border: common
                .iter()
                .map(|&(column, place)| Border { place, entries: across(column).collect() })
                .collect(),
        });
    }

    /// Factors every block, mending those that are not positive definite.
    pub(crate) fn factor(&self) -> Preconditioner {
        let width = self.shared.len();
        let mut complement = self.shared_matrix.clone();
        let mut blocks = Vec::with_capacity(self.blocks.len());
        for block in &self.blocks {
            let factor = Cholesky::with_ridge(&block.matrix, block.indexes.len());
            let mut solved_border = block.border.clone();
            for solved in &mut solved_border {
                factor.solve(&mut solved.entries);
                for border in &block.border {
                    complement[solved.place * width + border.place] -= dot(&solved.entries, &border.entries);
                }
            }
            blocks.push(FactoredBlock { indexes: block.indexes.clone(), factor, solved_border });
        }
        let complement = Cholesky::with_ridge(&complement, width);
        Preconditioner { count: self.count, shared: self.shared.clone(), blocks, complement }
    }
}

impl Preconditioner {
    /// Inverse information times a vector.
    pub(crate) fn apply(&self, vector: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; self.count];
        let mut step: Vec<f64> = self.shared.iter().map(|&index| vector[index]).collect();
        for block in &self.blocks {
            let mut part: Vec<f64> = block.indexes.iter().map(|&index| vector[index]).collect();
            for border in &block.solved_border {
                step[border.place] -= dot(&part, &border.entries);
            }
            block.factor.solve(&mut part);
            for (&index, value) in block.indexes.iter().zip(part) {
                out[index] = value;
            }
        }
        self.complement.solve(&mut step);
        for (&index, &step) in self.shared.iter().zip(&step) {
            out[index] = step;
        }
        for block in &self.blocks {
            for border in &block.solved_border {
                for (&index, entry) in block.indexes.iter().zip(&border.entries) {
                    out[index] -= step[border.place] * entry;
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
        // Parameters 0 and 3 are shared: by two items, and by one of them and an item that has nothing of its own.
        let mut information = BlockInformation::new(4, &[0, 3]);
        information.add_block(
            &[Some(0), Some(1), None, Some(3)],
            &[2.0, 0.5, 9.0, 0.1, 0.5, 3.0, 9.0, -0.4, 9.0, 9.0, 9.0, 9.0, 0.1, -0.4, 9.0, 1.5],
        );
        information.add_block(&[Some(0), Some(2)], &[1.0, -0.25, -0.25, 2.0]);
        information.add_block(&[Some(3)], &[0.5]);
        let x = information.factor().apply(&[1.0, 2.0, 3.0, 4.0]);
        let rows =
            [[3.0, 0.5, -0.25, 0.1], [0.5, 3.0, 0.0, -0.4], [-0.25, 0.0, 2.0, 0.0], [0.1, -0.4, 0.0, 2.0]];
        for (row, expected) in rows.iter().zip([1.0, 2.0, 3.0, 4.0]) {
            let product: f64 = row.iter().zip(&x).map(|(a, b)| a * b).sum();
            assert!((product - expected).abs() < 1e-12);
        }
    }
}
