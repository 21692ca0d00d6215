//! What `waymark dif` found, for machines and for people.

use calibration::dif::{AdjustedProbabilities, DifClass, ItemComparison};
use calibration::report::DifEvidence;
use calibration::responses::ResponseMatrix;
use serde::Serialize;

/// Adjusted probability below which a test flags an item.
pub(super) const LEVEL: f64 = 0.05;

/// All comparisons. The lists of items are those of any of them; each stands by itself in `comparisons`.
#[derive(Debug, Serialize)]
pub(super) struct Summary {
    items: usize,
    reference: String,
    #[serde(flatten)]
    any: Flagged,
    not_compared: Vec<NotCompared>,
    comparisons: Vec<Comparison>,
    /// Groups of the file that are too small.
    groups_not_compared: Vec<String>,
    warnings: Vec<String>,
}

/// The reference group with one other.
#[derive(Debug, Serialize)]
struct Comparison {
    focal: String,
    #[serde(flatten)]
    flagged: Flagged,
    not_compared: Vec<NotCompared>,
}

/// Items by what was found.
#[derive(Debug, Serialize)]
struct Flagged {
    class_b: Vec<String>,
    class_c: Vec<String>,
    /// Of class C also with the probability adjusted for the number of items.
    class_c_adjusted: Vec<String>,
    /// Adjusted probability of the Mantel–Haenszel or Mantel's test below 0.05.
    significant_matched: Vec<String>,
    /// Adjusted probability of the group effect in logistic regression below 0.05.
    significant_uniform: Vec<String>,
    /// Adjusted probability of its product with the matching variable below 0.05.
    significant_non_uniform: Vec<String>,
    /// Adjusted probability of the test with the model below 0.05.
    significant: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct NotCompared {
    item: String,
    why: String,
}

impl Flagged {
    /// The items for which a comparison, or one of several, says so; class B only where none says C.
    fn new(ids: &[String], comparisons: &[DifEvidence]) -> Self {
        let named = |keep: &dyn Fn(&ItemComparison) -> bool| -> Vec<String> {
            let any = |&item: &usize| comparisons.iter().any(|comparison| keep(&comparison.items[item]));
            (0..ids.len()).filter(any).map(|item| ids[item].clone()).collect()
        };
        let below = |read: fn(&AdjustedProbabilities) -> f64| {
            named(&|row| row.adjusted.as_ref().is_some_and(|adjusted| read(adjusted) < LEVEL))
        };
        let class_c = named(&|row| row.class() == Some(DifClass::C));
        let mut class_b = named(&|row| row.class() == Some(DifClass::B));
        class_b.retain(|item| !class_c.contains(item));
        Self {
            class_b,
            class_c,
            class_c_adjusted: named(&ItemComparison::is_surely_large),
            significant_matched: below(|adjusted| adjusted.matched),
            significant_uniform: below(|adjusted| adjusted.uniform),
            significant_non_uniform: below(|adjusted| adjusted.non_uniform),
            significant: named(&|row| row.model_test.is_some_and(|test| test.adjusted_probability < LEVEL)),
        }
    }

    fn text(&self, items: usize) -> Vec<String> {
        let list = |items: &[String]| if items.is_empty() { "none".to_owned() } else { items.join(", ") };
        let mut lines = vec![
            format!("class C (large): {}", list(&self.class_c)),
            format!("of these also after adjustment for {items} items: {}", list(&self.class_c_adjusted)),
            format!("class B (moderate): {}", list(&self.class_b)),
        ];
        if !self.significant.is_empty() {
            lines.push(format!("significant with the model: {}", list(&self.significant)));
        }
        lines
    }
}

impl Comparison {
    fn new(ids: &[String], evidence: &DifEvidence) -> Self {
        let refused = |(item, row): (&String, &ItemComparison)| {
            let why = row.refused.as_ref()?.to_string();
            Some(NotCompared { item: item.clone(), why })
        };
        Self {
            focal: evidence.focal.clone(),
            flagged: Flagged::new(ids, std::slice::from_ref(evidence)),
            not_compared: ids.iter().zip(&evidence.items).filter_map(refused).collect(),
        }
    }
}

impl Summary {
    pub(super) fn new(
        matrix: &ResponseMatrix,
        evidence: &[DifEvidence],
        (groups_not_compared, warnings): (Vec<String>, Vec<String>),
    ) -> Self {
        let ids = matrix.items();
        let comparisons: Vec<Comparison> = evidence.iter().map(|found| Comparison::new(ids, found)).collect();
        let mut not_compared: Vec<NotCompared> = Vec::new();
        for refused in comparisons.iter().flat_map(|comparison| &comparison.not_compared) {
            if !not_compared.contains(refused) {
                not_compared.push(refused.clone());
            }
        }
        Self {
            items: ids.len(),
            reference: evidence.first().map(|found| found.reference.clone()).unwrap_or_default(),
            any: Flagged::new(ids, evidence),
            not_compared,
            comparisons,
            groups_not_compared,
            warnings,
        }
    }

    pub(super) fn text(&self, folder: &str) -> String {
        let mut lines = self.warnings.clone();
        lines.push(format!("{} items", self.items));
        for comparison in &self.comparisons {
            if self.comparisons.len() > 1 {
                lines.push(format!("{} compared with {}:", comparison.focal, self.reference));
            }
            lines.extend(comparison.flagged.text(self.items));
        }
        lines.extend(
            self.not_compared.iter().map(|item| format!("not compared: item {}: {}", item.item, item.why)),
        );
        lines.extend(self.groups_not_compared.iter().map(|why| format!("not compared: {why}")));
        lines.push(format!("written to {folder}"));
        lines.join("\n")
    }
}
