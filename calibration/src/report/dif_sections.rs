//! Differential item functioning on a report page.

use super::page::{Page, decimals};
use super::svg::Chart;
use crate::dif::{AdjustedProbabilities, DifClass, ItemComparison, MantelHaenszel, ModelTest, PolytomousDif};

/// Two groups and what was found between them.
pub struct DifEvidence {
    /// Name of the reference group.
    pub reference: String,
    /// Name of the focal group.
    pub focal: String,
    /// What examinees were matched on, in words.
    pub matched_on: &'static str,
    /// Every item.
    pub items: Vec<ItemComparison>,
}

/// The report of `waymark dif`, a section a focal group; `ids` are those of the items.
pub fn dif_report(comparisons: &[DifEvidence], ids: &[String], source: &str) -> String {
    let mut page = Page::new(&format!("Differential item functioning in {source}"));
    for evidence in comparisons {
        dif_sections(&mut page, evidence, ids);
    }
    page.finish()
}

/// Flagged items, a picture and a table.
pub(super) fn dif_sections(page: &mut Page, evidence: &DifEvidence, ids: &[String]) {
    let DifEvidence { reference, focal, matched_on, items } = evidence;
    page.heading(&format!("{focal} compared with {reference}"));
    page.paragraph(&format!(
        "Examinees are matched on {matched_on}. Class C is a large difference, B a moderate one, A none worth acting on; a negative difference means harder for {focal}. Probabilities are adjusted for the number of items (Benjamini & Hochberg, 1995)."
    ));
    let of_class = |class: DifClass| -> Vec<&str> {
        let named = ids.iter().zip(items);
        named.filter(|(_, item)| item.class() == Some(class)).map(|(id, _)| id.as_str()).collect()
    };
    let list = |names: Vec<&str>| if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    let surely = ids.iter().zip(items).filter(|(_, item)| item.is_surely_large());
    let mut facts = vec![
        ("Class C", list(of_class(DifClass::C))),
        ("of these also after adjustment", list(surely.map(|(id, _)| id.as_str()).collect())),
        ("Class B", list(of_class(DifClass::B))),
    ];
    let refused = ids.iter().zip(items).filter(|(_, item)| item.refused.is_some());
    let refused: Vec<&str> = refused.map(|(id, _)| id.as_str()).collect();
    if !refused.is_empty() {
        facts.push(("Too few answers to compare", refused.join(", ")));
    }
    page.facts(&facts);
    if items.iter().any(|item| item.mantel_haenszel.is_some()) {
        let words = "Delta of each dichotomous item with twice its standard error, in the order of the file; dashes: 1 and 1.5, where classes B and C begin.";
        page.figures([(delta_plot(items), words.to_owned())]);
    }
    let columns = [
        "item",
        "class",
        "delta",
        "(error)",
        "chi²",
        "p",
        "adjusted p",
        "mean difference",
        "effect",
        "uniform: adjusted p",
        "non-uniform: adjusted p",
        "model chi²",
        "df",
        "its adjusted p",
        "its mean difference",
    ];
    page.table(&columns, ids.iter().zip(items).map(|(id, item)| row(id, item)));
}

fn row(id: &str, item: &ItemComparison) -> Vec<String> {
    let haenszel =
        |read: &dyn Fn(&MantelHaenszel) -> f64| item.mantel_haenszel.as_ref().map_or(f64::NAN, read);
    let mantel = |read: &dyn Fn(&PolytomousDif) -> f64| item.polytomous.as_ref().map_or(f64::NAN, read);
    let adjusted =
        |read: &dyn Fn(&AdjustedProbabilities) -> f64| item.adjusted.as_ref().map_or(f64::NAN, read);
    let test = |read: &dyn Fn(&ModelTest) -> f64| item.model_test.as_ref().map_or(f64::NAN, read);
    // Mantel's test of mean scores is the Mantel–Haenszel test of a dichotomous item without its correction.
    let (chi, p) = match &item.mantel_haenszel {
        Some(found) => (found.chi_squared, found.probability),
        None => (mantel(&|m| m.mantel), mantel(&|m| m.mantel_probability)),
    };
    vec![
        id.to_owned(),
        item.class().map_or("–", DifClass::letter).to_owned(),
        decimals(haenszel(&|m| m.delta), 2),
        decimals(haenszel(&|m| m.delta_error), 2),
        decimals(chi, 2),
        decimals(p, 4),
        decimals(adjusted(&|p| p.matched), 4),
        decimals(mantel(&|m| m.standardised_mean_difference), 3),
        decimals(mantel(&|m| m.effect_size), 3),
        decimals(adjusted(&|p| p.uniform), 4),
        decimals(adjusted(&|p| p.non_uniform), 4),
        decimals(test(&|t| t.statistic), 2),
        decimals(test(&|t| t.degrees_of_freedom as f64), 0),
        decimals(test(&|t| t.adjusted_probability), 4),
        decimals(test(&|t| t.signed_difference), 3),
    ]
}

fn delta_plot(items: &[ItemComparison]) -> String {
    let found = items.iter().enumerate();
    let found: Vec<(f64, MantelHaenszel)> =
        found.filter_map(|(place, item)| Some((place as f64 + 1.0, item.mantel_haenszel?))).collect();
    let reach = |m: &MantelHaenszel| m.delta.abs() + 2.0 * m.delta_error;
    let highest =
        found.iter().map(|(_, m)| reach(m)).filter(|r| r.is_finite()).fold(2.0_f64, f64::max).min(8.0);
    let last = items.len() as f64 + 1.0;
    let title = "Mantel-Haenszel delta by item, with twice the standard error";
    let mut chart = Chart::new(title, (720.0, 260.0), (0.0, last), (-highest, highest));
    chart.axes(&[1.0, items.len() as f64], &[-1.5, -1.0, 0.0, 1.0, 1.5]);
    for height in [-1.5, -1.0, 1.0, 1.5] {
        chart.line("faint", &[(0.0, height), (last, height)]);
    }
    for (place, m) in &found {
        chart.line(
            "axis",
            &[(*place, m.delta - 2.0 * m.delta_error), (*place, m.delta + 2.0 * m.delta_error)],
        );
        let class = if m.class() == DifClass::C { "second-dot" } else { "main-dot" };
        chart.dots(class, &[(*place, m.delta)], 3.0);
    }
    chart.finish()
}
