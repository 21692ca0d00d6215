//! M2, M2* and C2 once more, straight from their definition and with derivatives by differences: first right, where it
//! must be ours; then with what mirt 1.47 does otherwise (see docs/CALIBRATION.md), where it must be mirt's.

use std::ops::ControlFlow;

use calibration::model_fit::{Margins, limited_information_fit};
use calibration::{Calibration, Cholesky, Covariance, ItemModel, calibrate, covariance};

use crate::data::{Case, case, number, root};

/// A function of one item's score, by category.
type Factor = (usize, Vec<f64>);

#[derive(Clone, Copy, PartialEq)]
enum Derivatives {
    Right,
    /// No column for an estimated latent variance; the slope of the expected score of a partial-credit item with
    /// exp(η_k − max η) in place of P_k in one of its two terms; slopes of items with guessing as if they had none.
    AsInMirt,
}

struct ByHand<'a> {
    found: &'a Calibration,
    indexes: Covariance,
    nodes: Vec<f64>,
    margins: Vec<Vec<Factor>>,
    derivatives: Derivatives,
}

impl ByHand<'_> {
    fn curves(&self, item: usize, slot: usize, by: f64) -> Vec<Vec<f64>> {
        let mut parameters = self.found.items[item].parameters.clone();
        parameters.values_mut()[slot] += by;
        let mut out = vec![0.0; parameters.categories()];
        let mut at = |theta: &f64| {
            parameters.probabilities(*theta, &mut out);
            out.clone()
        };
        self.nodes.iter().map(&mut at).collect()
    }

    /// E[f(X) | θ] of every item named, at the nodes.
    fn conditional(&self, factors: &[Factor]) -> Vec<f64> {
        let mut product = vec![1.0; self.nodes.len()];
        for (item, values) in factors {
            for (value, curve) in product.iter_mut().zip(self.curves(*item, 0, 0.0)) {
                *value *= dot(&curve, values);
            }
        }
        product
    }

    fn slope(&self, (item, values): &Factor, slot: usize) -> Vec<f64> {
        let parameters = &self.found.items[*item].parameters;
        let is_score = values.iter().enumerate().all(|(k, value)| *value == k as f64);
        let curves = self.curves(*item, 0, 0.0);
        let wrong = self.derivatives == Derivatives::AsInMirt && is_score;
        let at = |node: usize| -> f64 {
            let (theta, curve) = (self.nodes[node], &curves[node]);
            let scores: Vec<f64> = (0..curve.len()).map(|k| k as f64).collect();
            let squares: Vec<f64> = scores.iter().map(|k| k * k).collect();
            let highest = curve.iter().fold(0.0_f64, |a, b| a.max(*b));
            match (parameters.model(), slot) {
                (ItemModel::GeneralizedPartialCredit, 0) => {
                    theta * (dot(curve, &squares) - dot(curve, &scores).powi(2) / highest)
                }
                (_, 0) => theta * curve[0] * curve[1],
                _ => curve[0] * curve[1],
            }
        };
        let is_wrong = match parameters.model() {
            ItemModel::GeneralizedPartialCredit => slot == 0,
            ItemModel::ThreePl | ItemModel::FourPl => slot < 2,
            _ => false,
        };
        if wrong && is_wrong {
            return (0..self.nodes.len()).map(at).collect();
        }
        let (up, down) = (self.curves(*item, slot, 1e-5), self.curves(*item, slot, -1e-5));
        up.iter().zip(&down).map(|(up, down)| (dot(up, values) - dot(down, values)) / 2e-5).collect()
    }

    fn derivatives(&self) -> Vec<f64> {
        let (count, weights) = (self.indexes.len(), &self.found.groups[0].weights);
        let mut all = vec![0.0; self.margins.len() * count];
        for (row, factors) in all.chunks_exact_mut(count).zip(&self.margins) {
            for (place, factor) in factors.iter().enumerate() {
                let rest: Vec<Factor> =
                    factors.iter().enumerate().filter(|(p, _)| *p != place).map(|(_, f)| f.clone()).collect();
                let rest = self.conditional(&rest);
                for (slot, index) in self.indexes.item_indexes(factor.0).iter().enumerate() {
                    if let Some(index) = *index {
                        let slope = self.slope(factor, slot);
                        row[index] +=
                            slope.iter().zip(&rest).zip(weights).map(|((s, r), w)| s * r * w).sum::<f64>();
                    }
                }
            }
            if let Some(index) = self.indexes.latent_indexes(0)[1] {
                let mean: f64 = self.nodes.iter().zip(weights).map(|(node, w)| node * node * w).sum();
                let at = |((value, node), w): ((&f64, &f64), &f64)| value * (node * node - mean) * w;
                let conditional = self.conditional(factors);
                row[index] = conditional.iter().zip(&self.nodes).zip(weights).map(at).sum();
            }
        }
        all
    }

    fn statistic(&self, case: &Case) -> f64 {
        let weights = &self.found.groups[0].weights;
        let integral = |factors: &[Factor]| dot(&self.conditional(factors), weights);
        let size = self.margins.len();
        let expected: Vec<f64> = self.margins.iter().map(|margin| integral(margin)).collect();
        let mut moments = vec![0.0; size * size];
        for row in 0..size {
            for column in 0..=row {
                let mut joint: Vec<Factor> = self.margins[row].clone();
                for (item, values) in &self.margins[column] {
                    match joint.iter_mut().find(|(known, _)| known == item) {
                        Some((_, own)) => own.iter_mut().zip(values).for_each(|(a, b)| *a *= b),
                        None => joint.push((*item, values.clone())),
                    }
                }
                moments[row * size + column] = integral(&joint) - expected[row] * expected[column];
                moments[column * size + row] = moments[row * size + column];
            }
        }
        let count = case.matrix.examinee_count() as f64;
        let observed = |margin: &Vec<Factor>| {
            let of = |scores: &[u8]| margin.iter().map(|(i, v)| v[usize::from(scores[*i])]).product::<f64>();
            case.matrix.rows().map(|row| of(row.scores)).sum::<f64>() / count
        };
        let residual: Vec<f64> =
            self.margins.iter().zip(&expected).map(|(margin, e)| observed(margin) - e).collect();
        let factor = Cholesky::new(&moments, size).unwrap();
        let solve = |column: &[f64]| {
            let mut solved = column.to_vec();
            factor.solve(&mut solved);
            solved
        };
        let (parameters, all) = (self.indexes.len(), self.derivatives());
        let latent = self.indexes.latent_indexes(0)[1];
        let kept = (0..parameters).filter(|p| self.derivatives == Derivatives::Right || Some(*p) != latent);
        let columns: Vec<Vec<f64>> =
            kept.map(|p| (0..size).map(|row| all[row * parameters + p]).collect()).collect();
        let solved: Vec<Vec<f64>> = columns.iter().map(|column| solve(column)).collect();
        let width = columns.len();
        let square: Vec<f64> =
            (0..width * width).map(|e| dot(&columns[e / width], &solved[e % width])).collect();
        let right: Vec<f64> = solved.iter().map(|column| dot(column, &residual)).collect();
        let mut inner = right.clone();
        Cholesky::new(&square, width).unwrap().solve(&mut inner);
        count * (dot(&residual, &solve(&residual)) - dot(&right, &inner))
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn margins(found: &Calibration, kind: Margins) -> Vec<Vec<Factor>> {
    let score =
        |item: usize| (item, (0..found.items[item].parameters.categories()).map(|k| k as f64).collect());
    let mut all: Vec<Vec<Factor>> = Vec::new();
    for (item, calibrated) in found.items.iter().enumerate() {
        let categories = calibrated.parameters.categories();
        let category = |own: usize| (0..categories).map(|k| f64::from(u8::from(k == own))).collect();
        match kind {
            Margins::Scores => all.push(vec![score(item)]),
            Margins::CategoriesAndScores => {
                all.extend((1..categories).map(|own| vec![(item, category(own))]));
            }
        }
    }
    for first in 0..found.items.len() {
        all.extend((first + 1..found.items.len()).map(|second| vec![score(first), score(second)]));
    }
    all
}

/// `reach` is how near the reference's own estimates let its statistic be to ours with the same derivatives.
fn check(dataset: &str, name: &str, kind: Margins, reach: f64) {
    let Some(root) = root() else { return };
    let case = case(&root, dataset, name);
    let found = calibrate(&case.matrix, &case.plan, &mut |_| ControlFlow::Continue(())).unwrap();
    let key = if kind == Margins::Scores { "M2" } else { "C2" };
    let expected = number(&case.json[key], "M2").unwrap();
    let by_hand = |derivatives: Derivatives| {
        let indexes = covariance(&found).unwrap();
        let nodes = found.grid.nodes();
        ByHand { found: &found, indexes, nodes, margins: margins(&found, kind), derivatives }.statistic(&case)
    };
    let ours = limited_information_fit(&found, &case.matrix, kind).unwrap().statistic;
    let (right, as_in_mirt) = (by_hand(Derivatives::Right), by_hand(Derivatives::AsInMirt));
    println!("{} {key}: ours {ours} by hand {right}; as in mirt {as_in_mirt} mirt {expected}", case.name);
    assert!((ours / right - 1.0).abs() < 1e-6, "{}: {ours} {right}", case.name);
    assert!((as_in_mirt / expected - 1.0).abs() < reach, "{}: {as_in_mirt} {expected}", case.name);
}

#[test]
fn partial_credit() {
    check("environment", "gpcm", Margins::Scores, 1e-5);
    check("environment", "pcm", Margins::Scores, 1e-3);
    for name in ["gpcm", "pcm", "rsm"] {
        check("science", name, Margins::CategoriesAndScores, 1e-3);
    }
    check("environment", "gpcm", Margins::CategoriesAndScores, 1e-5);
}

#[test]
fn rasch_with_a_large_variance_and_guessing() {
    check("mobility", "rasch", Margins::Scores, 1e-3);
    check("lsat6", "rasch", Margins::Scores, 1e-3);
    check("fims_aus_jpn", "3pl_norm", Margins::Scores, 1e-3);
}

/// The same model with its items by steps has its derivatives by differences in mirt, and its C2 is ours.
#[test]
fn generalised_partial_credit_by_steps() {
    let Some(root) = root() else { return };
    let case = case(&root, "science", "gpcm");
    let text = std::fs::read_to_string(root.join("science/gpcm_irt.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let found = calibrate(&case.matrix, &case.plan, &mut |_| ControlFlow::Continue(())).unwrap();
    let ours = limited_information_fit(&found, &case.matrix, Margins::CategoriesAndScores).unwrap();
    let expected = number(&json["C2"], "M2").unwrap();
    assert!((ours.statistic / expected - 1.0).abs() < 1e-5, "{} {expected}", ours.statistic);
}
