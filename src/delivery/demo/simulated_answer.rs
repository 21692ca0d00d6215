//! An answer with a wanted score: what a simulated student types, picks or drags.

use item_bank::content::{ChoiceOption, Key};
use item_bank::{Answer, Content, Interaction};
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{Rng, RngExt};

/// Shuffled wrong orders tried for a long list.
const SHUFFLES: usize = 12;

/// An answer that scores `wanted`, or as near to it as this question has; a misconception where one is documented.
#[must_use]
pub fn simulated_answer(content: &Content, wanted: u32, random: &mut impl Rng) -> Answer {
    let interaction = &content.presentation().interaction;
    let wrong: Vec<&str> = content.misconceptions().iter().map(|wrong| wrong.answer.as_str()).collect();
    let candidates = candidates(interaction, content.key(), &wrong, random);
    let scored = candidates.into_iter().filter_map(|answer| Some((content.score(&answer).ok()?, answer)));
    let scored: Vec<(u32, Answer)> = scored.collect();
    let nearest = scored.iter().map(|(score, _)| score.abs_diff(wanted)).min();
    let best: Vec<&Answer> = scored
        .iter()
        .filter(|(score, _)| Some(score.abs_diff(wanted)) == nearest)
        .map(|(_, answer)| answer)
        .collect();
    let chosen = best.choose(random).copied().cloned();
    chosen.expect("the key of a checked question is an answer to it")
}

/// Answers of every score: the right one, nearly right ones, wrong ones.
fn candidates(interaction: &Interaction, key: &Key, wrong: &[&str], random: &mut impl Rng) -> Vec<Answer> {
    match (interaction, key) {
        (Interaction::Choice { options }, _) => {
            ids(options).into_iter().map(|choice| Answer::Choice { choice }).collect()
        }
        (Interaction::MultipleChoice { options, .. }, Key::MultipleChoice { choices, .. }) => {
            sets(options, choices)
        }
        (Interaction::NumericEntry { .. }, Key::NumericEntry { value, .. }) => {
            let numbers = wrong.iter().copied().chain([value.as_str(), "0", "1", "7"]);
            numbers.map(|text| Answer::Number { text: text.to_owned() }).collect()
        }
        (Interaction::Ordering { .. }, Key::Ordering { order, .. }) => orders(order, random),
        (Interaction::Matching { targets, .. }, Key::Matching { pairs, .. }) => {
            let targets = ids(targets);
            let mut matches = vec![pairs.clone()];
            for _ in 0..SHUFFLES {
                let mut tried = pairs.clone();
                for target in tried.values_mut() {
                    if random.random_bool(0.5) {
                        *target = targets.choose(random).unwrap_or(target).clone();
                    }
                }
                matches.push(tried);
            }
            matches.into_iter().map(|pairs| Answer::Matches { pairs }).collect()
        }
        (Interaction::TwoPart { parts }, Key::TwoPart { parts: keys }) => {
            let first = candidates(&parts[0].interaction, &keys[0], wrong, random);
            let second = candidates(&parts[1].interaction, &keys[1], wrong, random);
            let pairs =
                first.iter().flat_map(|one| second.iter().map(move |other| vec![one.clone(), other.clone()]));
            pairs.map(|parts| Answer::Parts { parts }).collect()
        }
        // A key of another kind than the question: no bank that was read has one.
        _ => Vec::new(),
    }
}

fn ids(options: &[ChoiceOption]) -> Vec<String> {
    options.iter().map(|option| option.id.clone()).collect()
}

/// The right set, every set one option away from it, and every option alone.
fn sets(options: &[ChoiceOption], right: &[String]) -> Vec<Answer> {
    let mut sets = vec![right.to_vec()];
    for option in ids(options) {
        let mut changed: Vec<String> = right.to_vec();
        match changed.iter().position(|picked| *picked == option) {
            Some(position) => {
                changed.remove(position);
            }
            None => changed.push(option.clone()),
        }
        sets.push(changed.clone());
        if let Some(other) =
            ids(options).into_iter().find(|other| *other != option && !changed.contains(other))
        {
            changed.retain(|picked| !right.contains(picked) || *picked == right[0]);
            changed.push(other);
            sets.push(changed);
        }
        sets.push(vec![option]);
    }
    sets.into_iter().map(|choices| Answer::Choices { choices }).collect()
}

fn orders(right: &[String], random: &mut impl Rng) -> Vec<Answer> {
    let mut orders = vec![right.to_vec(), right.iter().rev().cloned().collect()];
    for position in 1..right.len() {
        let mut swapped = right.to_vec();
        swapped.swap(position - 1, position);
        orders.push(swapped);
    }
    for _ in 0..SHUFFLES {
        let mut shuffled = right.to_vec();
        shuffled.shuffle(random);
        orders.push(shuffled);
    }
    orders.into_iter().map(|order| Answer::Order { order }).collect()
}

#[cfg(test)]
mod tests {
    use item_bank::banks;
    use rand::SeedableRng;
    use rand_pcg::Pcg64;

    use super::*;

    #[test]
    fn every_score_of_every_bundled_item_can_be_answered() {
        let mut random = Pcg64::seed_from_u64(1);
        for bank in [banks::fraction_subtraction(), banks::number_and_fractions()] {
            for item in bank.items() {
                let content = item.content.as_ref().unwrap();
                for wanted in 0..=content.maximum_score() {
                    let answer = simulated_answer(content, wanted, &mut random);
                    assert_eq!(content.score(&answer), Ok(wanted), "{} {answer:?}", item.id);
                }
            }
        }
    }
}
