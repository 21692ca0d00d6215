//! What one item says at one node: category probabilities and derivatives of their logarithms.

/// Category probabilities at one ability with the gradient and Hessian of log P(k) in the item's parameter slots.
#[derive(Debug, Clone)]
pub(crate) struct NodeTerms {
    pub(crate) categories: usize,
    pub(crate) slots: usize,
    /// P(k).
    pub(crate) probabilities: Vec<f64>,
    /// ∂ log P(k) / ∂ slot, row k.
    pub(crate) gradient: Vec<f64>,
    /// ∂² log P(k) / ∂ slot ∂ slot, block k, row by row; empty where only first derivatives are wanted.
    pub(crate) hessian: Vec<f64>,
}

/// Up to which derivatives terms go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    First,
    Second,
}

impl NodeTerms {
    pub(crate) fn new(categories: usize, slots: usize, order: Order) -> Self {
        let hessian = match order {
            Order::First => 0,
            Order::Second => categories * slots * slots,
        };
        Self {
            categories,
            slots,
            probabilities: vec![0.0; categories],
            gradient: vec![0.0; categories * slots],
            hessian: vec![0.0; hessian],
        }
    }

    pub(crate) fn gradient_of(&self, category: usize) -> &[f64] {
        &self.gradient[category * self.slots..(category + 1) * self.slots]
    }

    pub(crate) fn hessian_of(&self, category: usize) -> &[f64] {
        let size = self.slots * self.slots;
        &self.hessian[category * size..(category + 1) * size]
    }

    /// Turns first and second derivatives of P(k) into those of log P(k), in place.
    pub(crate) fn take_logarithms(&mut self) {
        let slots = self.slots;
        for category in 0..self.categories {
            let inverse = 1.0 / self.probabilities[category];
            let gradient = &mut self.gradient[category * slots..(category + 1) * slots];
            for value in &mut *gradient {
                *value *= inverse;
            }
            if self.hessian.is_empty() {
                continue;
            }
            let hessian = &mut self.hessian[category * slots * slots..(category + 1) * slots * slots];
            for row in 0..slots {
                for column in 0..slots {
                    let entry = &mut hessian[row * slots + column];
                    *entry = *entry * inverse - gradient[row] * gradient[column];
                }
            }
        }
    }
}
