//! Word problems with sums and differences of fractions with different denominators.

use crate::contexts::{CUPS, LENGTHS, NAMES};
use crate::difficulty::Feature::{MixedNumbers, Regrouping, Story, TwoSteps, Typed};
use crate::draft::{Asked, Draft, Family};
use crate::ideas::*;
use crate::math::Term::{Fraction, Mixed};
use crate::math::{fraction, ratio, shown, simplest};
use crate::question::{ANSWER, Field, choice, typed, wrong};
use crate::random::Random;
use crate::standards::UNLIKE_PROBLEMS;

use super::addition::{difference_of, sum_of, unlike_pairs};

const fn family(name: &'static str, depth: u8) -> Family {
    Family { name, standard: UNLIKE_PROBLEMS, depth }
}

/// Every family of this file.
pub fn drafts(random: &mut Random) -> Vec<Draft> {
    let mut drafts = joined(random);
    drafts.extend(how_much_more(random));
    drafts.extend(left_over(random));
    drafts.extend(rest_of_a_whole(random));
    drafts
}

fn small_pairs() -> Vec<((i64, i64), (i64, i64))> {
    unlike_pairs().into_iter().filter(|&((_, b), (_, d))| b <= 8 && d <= 8).collect()
}

fn joined(random: &mut Random) -> Vec<Draft> {
    let family = family("joined lengths", 2);
    let mut drafts = Vec::new();
    for (x, y) in random.take(small_pairs(), 8) {
        let (name, (thing, unit)) = (*random.pick(&NAMES), *random.pick(&LENGTHS[..3]));
        let key = simplest(sum_of(x, y));
        drafts.push(family.draft(Asked {
            stem: format!(
                "<p>{name} has a {thing} that is {} {unit} long and another {thing} that is {} {unit} long. \
                 {name} puts them end to end.</p><p>How long are they together?</p>",
                fraction(x.0, x.1),
                fraction(y.0, y.1)
            ),
            question: typed(
                &Field { label: "Length together", unit, ..ANSWER },
                &key,
                vec![
                    (Fraction(x.0 + y.0, x.1 + y.1), ADDS_ACROSS),
                    (Fraction(x.0 + y.0, x.1.max(y.1)), KEEPS_A_DENOMINATOR),
                    (Fraction(x.0 + y.0, x.1 * y.1), RENAMES_HALFWAY),
                ],
            ),
            why: format!("Rename with one denominator and add: {} {unit}.", key.typed()),
            features: &[Story, Typed],
            twin: format!("{}", x.1 * y.1),
        }));
    }
    drafts
}

fn how_much_more(random: &mut Random) -> Vec<Draft> {
    let family = family("how much more", 2);
    let pairs: Vec<_> =
        small_pairs().into_iter().filter(|&(x, y)| difference_of(x, y).numerator() > 0).collect();
    let mut drafts = Vec::new();
    for (x, y) in random.take(pairs, 8) {
        let names = random.take(NAMES.to_vec(), 2);
        let thing = *random.pick(&CUPS);
        let key = simplest(difference_of(x, y));
        let candidates = vec![
            wrong(simplest(sum_of(x, y)), WRONG_OPERATION),
            wrong(Fraction((x.0 - y.0).abs(), (x.1 - y.1).abs()), SUBTRACTS_ACROSS),
            wrong(Fraction(x.0.max(y.0), x.1 * y.1), RENAMES_HALFWAY),
            wrong(Fraction((x.0 - y.0).abs().max(1), x.1.max(y.1)), KEEPS_A_DENOMINATOR),
            wrong(Fraction(x.0 + y.0, x.1 + y.1), WRONG_OPERATION),
        ];
        drafts.push(family.draft(Asked {
            stem: format!(
                "<p>{} uses {} cup of {thing}. {} uses {} cup of {thing}.</p><p>How much more {thing} does {} use?</p>",
                names[0], fraction(x.0, x.1), names[1], fraction(y.0, y.1), names[0]
            ),
            question: choice(random, key.clone(), candidates),
            why: format!("Rename with one denominator and subtract: {} cup.", key.typed()),
            features: &[Story],
            twin: format!("{}", x.1 * y.1),
        }));
    }
    drafts
}

fn left_over(random: &mut Random) -> Vec<Draft> {
    let family = family("left over", 2);
    let pairs: Vec<_> =
        small_pairs().into_iter().filter(|&(x, y)| difference_of(x, y).numerator() < 0).collect();
    let mut drafts = Vec::new();
    for (x, y) in random.take(pairs, 8) {
        let (name, (thing, unit)) = (*random.pick(&NAMES), *random.pick(&LENGTHS[..3]));
        let (first, second) = (random.between(4, 8), random.between(1, 3));
        let whole = ratio(first - second, 1);
        let key = simplest(difference_of(x, y).plus(whole).expect("small numbers"));
        let switched = simplest(difference_of(y, x).plus(whole).expect("small numbers"));
        let long = shown(&Mixed(first, x.0, x.1));
        let short = shown(&Mixed(second, y.0, y.1));
        drafts.push(family.draft(Asked {
            stem: format!(
                "<p>{name} has a {thing} that is {long} {unit}s long and cuts off a piece that is {short} {unit}s long.</p>\
                 <p>How long is the {thing} now?</p>"
            ).replace("foots", "feet"),
            question: typed(
                &Field { label: "Length now", unit: if unit == "foot" { "feet" } else { unit }, ..ANSWER },
                &key,
                vec![
                    (switched, SMALLER_FROM_LARGER),
                    (simplest(sum_of((first * x.1 + x.0, x.1), (second * y.1 + y.0, y.1))), WRONG_OPERATION),
                ],
            ),
            why: format!("Rename, trade one whole and subtract: {}.", key.typed()),
            features: &[Story, Typed, MixedNumbers, Regrouping],
            twin: format!("{}", x.1 * y.1),
        }));
    }
    drafts
}

fn rest_of_a_whole(random: &mut Random) -> Vec<Draft> {
    let family = family("rest of a garden", 3);
    let pairs: Vec<_> = small_pairs()
        .into_iter()
        .filter(|&(x, y)| difference_of((1, 1), sum_of_pair(x, y)).numerator() > 0)
        .collect();
    let plants = ["beans", "carrots", "tomatoes", "peas", "lettuce", "corn"];
    let mut drafts = Vec::new();
    for (x, y) in random.take(pairs, 8) {
        let names = random.take(plants.to_vec(), 2);
        let total = sum_of_pair(x, y);
        let key = simplest(difference_of((1, 1), total));
        let candidates = vec![
            wrong(simplest(ratio(total.0, total.1)), STOPS_EARLY),
            wrong(simplest(difference_of((1, 1), x)), STOPS_EARLY),
            wrong(Fraction(x.1 + y.1 - x.0 - y.0, x.1 + y.1), ADDS_ACROSS),
            wrong(simplest(difference_of((1, 1), y)), STOPS_EARLY),
        ];
        drafts.push(family.draft(Asked {
            stem: format!(
                "<p>In a school garden, {} of the ground is for {} and {} is for {}. The rest is for flowers.</p>\
                 <p>What fraction of the ground is for flowers?</p>",
                fraction(x.0, x.1), names[0], fraction(y.0, y.1), names[1]
            ),
            question: choice(random, key.clone(), candidates),
            why: format!("{} of the ground is used, so {} is left.", simplest(ratio(total.0, total.1)).typed(), key.typed()),
            features: &[Story, TwoSteps],
            twin: format!("{}", x.1 * y.1),
        }));
    }
    drafts
}

fn sum_of_pair(x: (i64, i64), y: (i64, i64)) -> (i64, i64) {
    crate::math::integers(sum_of(x, y))
}
