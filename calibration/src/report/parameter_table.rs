//! `parameters.csv`: a line an item, a column a parameter and one its standard error.

use std::fmt::Write;

use item_bank::ItemStatus;

use super::Evidence;
use super::bank::{bank_status, item_notes};
use crate::model::{ConventionalParameters, Estimate};

/// The table. Columns: item, model, the parameters that occur (a, b, c, d or a1 …, b1 …, location), their errors as se_…, the
/// number of answers, what is wrong or odd about the item, and its status in the bank.
pub fn parameter_table(evidence: &Evidence<'_>) -> String {
    let cells: Vec<Vec<(String, Estimate)>> = evidence.parameters.iter().map(named).collect();
    let mut columns: Vec<&str> = Vec::new();
    for (name, _) in cells.iter().flatten() {
        if !columns.contains(&name.as_str()) {
            columns.push(name);
        }
    }
    columns.sort_by_key(|name| (name.as_bytes()[0], name.len(), (*name).to_owned()));
    let mut table = String::from("item,model");
    for prefix in ["", "se_"] {
        for column in &columns {
            let _ = write!(table, ",{prefix}{column}");
        }
    }
    table.push_str(",answers,note,status\n");
    for (place, (item, cells)) in evidence.calibration.items.iter().zip(&cells).enumerate() {
        let _ = write!(table, "{},{}", field(&item.id), item.parameters.model());
        let find =
            |column: &str| cells.iter().find(|(name, _)| name == column).map(|(_, estimate)| *estimate);
        for column in &columns {
            let value = find(column).filter(|_| item.problem.is_none()).map(|estimate| estimate.value);
            let _ = write!(table, ",{}", number(value));
        }
        for column in &columns {
            let _ = write!(table, ",{}", number(find(column).and_then(|estimate| estimate.standard_error)));
        }
        let left_out = if item.problem.is_some() { "left out: " } else { "" };
        let notes = field(&format!("{left_out}{}", item_notes(evidence, place).join("; ")));
        let status = match bank_status(evidence, place) {
            ItemStatus::Operational => "operational",
            _ => "draft",
        };
        let _ = writeln!(table, ",{},{notes},{status}", item.answers);
    }
    table
}

/// The parameters of an item by the names of their columns.
fn named(item: &ConventionalParameters) -> Vec<(String, Estimate)> {
    let mut named = Vec::new();
    for (letter, estimates) in [('a', &item.a), ('b', &item.b)] {
        let dichotomous = item.c.is_some();
        for (index, estimate) in estimates.iter().enumerate() {
            let name = if (letter == 'a' && estimates.len() == 1) || dichotomous {
                letter.to_string()
            } else {
                format!("{letter}{}", index + 1)
            };
            named.push((name, *estimate));
        }
    }
    named.extend(item.c.map(|c| ("c".to_owned(), c)));
    named.extend(item.d.map(|d| ("d".to_owned(), d)));
    named.extend(item.location.map(|location| ("location".to_owned(), location)));
    named
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// A field, quoted where it must be.
pub(crate) fn field(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
