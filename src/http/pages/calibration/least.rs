//! How many answers an item should have before its estimate is taken over without a second look: what the form proposes,
//! and what that means.

use crate::http::error::ApiError;
use crate::http::pages::words;
use crate::http::state::AppState;
use crate::store::banks::BankVersion;
use crate::store::field_test::{FieldTestCell, list_field_test_counts};

/// What is asked for where there are enough answers.
const USUAL: u64 = 200;
/// What is proposed where most field-test items have no more than that, largest first.
const LESS: [u64; 4] = [100, 60, 40, 30];
/// Banks looked at, the first of the list.
const BANKS_MAX: usize = 20;
/// Information of an answer about a difficulty, squared logits: a slope of 1 and items near the ability, p(1 − p) ≈ 0.2.
const INFORMATION_OF_ANSWER: f64 = 0.2;

/// A bank whose field-test items have answers.
pub(super) struct Tried<'a> {
    pub(super) bank: &'a BankVersion,
    /// Answers of each item that has any.
    pub(super) answers: Vec<u64>,
}

/// The bank with the most answers to field-test items.
pub(super) async fn most_tried<'a>(
    state: &AppState,
    banks: &'a [BankVersion],
) -> Result<Option<Tried<'a>>, ApiError> {
    let mut connection = state.store().read().await?;
    let mut most: Option<Tried<'a>> = None;
    for bank in banks.iter().take(BANKS_MAX) {
        if most.as_ref().is_some_and(|most| most.bank.bank_id == bank.bank_id) {
            continue;
        }
        let answers = by_item(&list_field_test_counts(&mut connection, &bank.bank_id).await?);
        let total = |answers: &[u64]| answers.iter().sum::<u64>();
        if total(&answers) > most.as_ref().map_or(0, |most| total(&most.answers)) {
            most = Some(Tried { bank, answers });
        }
    }
    Ok(most)
}

fn by_item(cells: &[FieldTestCell]) -> Vec<u64> {
    let mut counts = std::collections::BTreeMap::<&str, u64>::new();
    for cell in cells {
        *counts.entry(cell.item.as_str()).or_default() += cell.answers;
    }
    counts.into_values().collect()
}

/// The number that at least half of the items reach; the usual one where they have more, or where nothing is known.
pub(super) fn usual_minimum(answers: &[u64]) -> u64 {
    let reached_by_half = |least: &u64| 2 * reached(answers, *least) >= answers.len();
    if answers.is_empty() || reached_by_half(&USUAL) {
        return USUAL;
    }
    LESS.into_iter().find(reached_by_half).unwrap_or(LESS[LESS.len() - 1])
}

fn reached(answers: &[u64], least: u64) -> usize {
    answers.iter().filter(|&&count| count >= least).count()
}

/// Why this number, and what it means.
pub(super) fn minimum_words(tried: &Tried<'_>, minimum: u64) -> String {
    let error = |answers: u64| words::decimal(1.0 / (INFORMATION_OF_ANSWER * answers as f64).sqrt());
    let (reached, all) = (reached(&tried.answers, minimum), tried.answers.len());
    let name = &tried.bank.name;
    let mut text = format!(
        "{reached} of the {all} field-test items of {name} that were answered have {minimum} answers or more."
    );
    if minimum < USUAL {
        text.push_str(&format!(
            " That is few: a difficulty is then known to about ±{} logits, with {USUAL} answers to ±{}, and misfit and \
             differences between groups show less.",
            error(minimum),
            error(USUAL)
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::usual_minimum;

    #[test]
    fn half_of_the_items_reach_the_number() {
        assert_eq!(usual_minimum(&[]), 200);
        assert_eq!(usual_minimum(&[250, 300, 10]), 200);
        assert_eq!(usual_minimum(&[59, 41, 12]), 40);
        assert_eq!(usual_minimum(&[3, 2]), 30);
    }
}
