//! Fractions as parts of a whole: equal parts, shaded bars, counters, fair shares.

use item_bank::content::NumberForm;

use crate::contexts::{NAMES, SHARED};
use crate::difficulty::Feature::{
    FriendlyNumbers, LargerNumbers, Picture, Story, TwoSteps, Typed, UnitFractions,
};
use crate::draft::{Asked, Draft, Family};
use crate::figures::{bar, counters, cut_bar};
use crate::ideas::*;
use crate::math::Term::{Fraction, Whole};
use crate::math::fraction;
use crate::question::{ANSWER, Field, Shown, choice, matching, typed, wrong};
use crate::random::Random;
use crate::standards::PARTS_OF_A_WHOLE;
use crate::words;

const fn family(name: &'static str, depth: u8) -> Family {
    Family { name, standard: PARTS_OF_A_WHOLE, depth }
}

/// Every family of this file.
pub fn drafts(random: &mut Random) -> Vec<Draft> {
    let mut drafts = equal_parts(random);
    drafts.extend(shaded_bar(random));
    drafts.extend(filled_counters(random));
    drafts.extend(not_shaded(random));
    drafts.extend(fair_share(random));
    drafts.extend(whole_from_part(random));
    drafts.extend(bars_and_fractions(random));
    drafts
}

/// Cuts of a bar of 24 into `parts` parts that are clearly not all of one size.
fn unequal_cuts(random: &mut Random, parts: i64) -> Vec<i64> {
    loop {
        let mut cuts: Vec<i64> = random.take((2..23).collect(), parts as usize - 1);
        cuts.sort_unstable();
        let edges: Vec<i64> = [0].into_iter().chain(cuts.iter().copied()).chain([24]).collect();
        let widths: Vec<i64> = edges.windows(2).map(|edge| edge[1] - edge[0]).collect();
        let (least, most) = (widths.iter().min(), widths.iter().max());
        if least >= Some(&2) && most.zip(least).is_some_and(|(most, least)| most - least >= 2) {
            return cuts;
        }
    }
}

fn equal_parts(random: &mut Random) -> Vec<Draft> {
    let family = family("equal parts", 1);
    let mut drafts = Vec::new();
    for (parts, fewer, more) in [(2, 3, 4), (3, 2, 4), (4, 3, 6), (6, 4, 8), (8, 6, 12)] {
        for _ in 0..2 {
            let equal = |parts: i64| cut_bar(&(1..parts).map(|cut| cut * 24 / parts).collect::<Vec<_>>());
            let candidates = vec![
                wrong(cut_bar(&unequal_cuts(random, parts)), IGNORES_EQUAL_SIZE),
                wrong(equal(fewer), COUNTS_ONE_OFF),
                wrong(equal(more), COUNTS_ONE_OFF),
            ];
            let name = words::parts(parts);
            drafts.push(family.draft(Asked {
                stem: format!("<p>Which bar is cut into <strong>{name}</strong>?</p>"),
                question: choice(random, equal(parts), candidates),
                why: format!("The bar cut into {name} has {parts} parts, all of the same size."),
                features: if parts <= 4 { &[Picture, FriendlyNumbers] } else { &[Picture] },
                twin: parts.to_string(),
            }));
        }
    }
    drafts
}

/// Numerator and denominator of a proper fraction, in every way there is.
fn proper(denominators: &[i64]) -> Vec<(i64, i64)> {
    denominators.iter().flat_map(|&parts| (1..parts).map(move |count| (count, parts))).collect()
}

fn part_candidates(count: i64, parts: i64) -> Vec<(Shown, Idea)> {
    vec![
        wrong(Fraction(count, parts - count), PART_TO_PART),
        wrong(Fraction(parts - count, parts), COUNTS_THE_REST),
        wrong(Fraction(parts, count), TURNS_OVER),
        wrong(Fraction(count, parts + 1), COUNTS_ONE_OFF),
    ]
}

fn shaded_bar(random: &mut Random) -> Vec<Draft> {
    let family = family("shaded bar", 1);
    let cases = random.take(proper(&[2, 3, 4, 5, 6, 8]), 14);
    let draft = |(count, parts): (i64, i64)| {
        family.draft(Asked {
            stem: format!("<p>What fraction of the bar is shaded?</p><figure>{}</figure>", bar(parts, count)),
            question: choice(random, Fraction(count, parts), part_candidates(count, parts)),
            why: format!("{count} of {parts} equal parts are shaded: {count}/{parts}."),
            features: if parts <= 4 { &[Picture, FriendlyNumbers] } else { &[Picture] },
            twin: format!("{count}/{parts}"),
        })
    };
    cases.into_iter().map(draft).collect()
}

fn filled_counters(random: &mut Random) -> Vec<Draft> {
    let family = family("filled counters", 1);
    let cases = random.take(proper(&[3, 4, 5, 6, 7, 9, 10]), 8);
    let draft = |(count, total): (i64, i64)| {
        let figure = counters(total, count);
        family.draft(Asked {
            stem: format!("<p>What fraction of the counters is filled?</p><figure>{figure}</figure>"),
            question: choice(random, Fraction(count, total), part_candidates(count, total)),
            why: format!("There are {total} counters and {count} of them are filled: {count}/{total}."),
            features: &[Picture],
            twin: format!("{count}/{total}"),
        })
    };
    cases.into_iter().map(draft).collect()
}

fn not_shaded(random: &mut Random) -> Vec<Draft> {
    let family = family("not shaded", 1);
    let cases = random.take(proper(&[3, 4, 5, 6, 8, 10]), 8);
    let draft = |(count, parts): (i64, i64)| {
        let rest = parts - count;
        let figure = bar(parts, count);
        family.draft(Asked {
            stem: format!(
                "<p>What fraction of the bar is <strong>not</strong> shaded?</p><figure>{figure}</figure>"
            ),
            question: typed(
                &ANSWER,
                &Fraction(rest, parts),
                vec![
                    (Fraction(count, parts), COUNTS_THE_REST),
                    (Fraction(rest, count), PART_TO_PART),
                    (Fraction(parts, rest), TURNS_OVER),
                    (Whole(rest), COUNTS_PARTS_ONLY),
                ],
            ),
            why: format!("{rest} of the {parts} equal parts are not shaded: {rest}/{parts}."),
            features: &[Picture, Typed],
            twin: format!("{rest}/{parts}"),
        })
    };
    cases.into_iter().map(draft).collect()
}

fn fair_share(random: &mut Random) -> Vec<Draft> {
    let family = family("fair share", 1);
    let mut drafts = Vec::new();
    for friends in [2, 3, 4, 5, 6, 8] {
        let thing = *random.pick(&SHARED);
        let key = Fraction(1, friends);
        let candidates = vec![
            wrong(Fraction(friends - 1, friends), COUNTS_THE_REST),
            wrong(Fraction(1, friends + 1), COUNTS_ONE_OFF),
            wrong(Fraction(friends, 1), TURNS_OVER),
            wrong(Fraction(1, friends - 1), COUNTS_ONE_OFF),
        ];
        let count = words::cardinal(friends);
        drafts.push(family.draft(Asked {
            stem: format!(
                "<p>{} friends share one {thing} equally.</p><p>What fraction of the {thing} does each friend get?</p>",
                count[..1].to_uppercase() + &count[1..]
            ),
            question: choice(random, key, candidates),
            why: format!("The {thing} is cut into {friends} equal parts and each friend gets one: 1/{friends}."),
            features: &[Story, UnitFractions],
            twin: friends.to_string(),
        }));
    }
    drafts
}

fn whole_from_part(random: &mut Random) -> Vec<Draft> {
    let family = family("whole from part", 2);
    let cases =
        [2, 3, 4, 5, 6, 8].into_iter().flat_map(|parts| (2..8).map(move |size| (parts, size))).collect();
    let cases: Vec<(i64, i64)> = random.take(cases, 8);
    let draft = |(parts, size): (i64, i64)| {
        let name = *random.pick(&NAMES);
        family.draft(Asked {
            stem: format!(
                "<p>{name} cuts off {} of a ribbon. The piece is {size} inches long.</p>\
                 <p>How long was the whole ribbon?</p>",
                fraction(1, parts)
            ),
            question: typed(
                &Field { label: "Length of the whole ribbon", unit: "inches", form: NumberForm::Equivalent },
                &Whole(parts * size),
                vec![(Whole(parts + size), ADDS_INSTEAD), (Whole(size), MIXES_WHOLE_AND_PART)],
            ),
            why: format!("The whole ribbon has {parts} pieces of {size} inches: {} inches.", parts * size),
            features: if parts * size > 20 {
                &[Story, TwoSteps, Typed, LargerNumbers]
            } else {
                &[Story, TwoSteps, Typed]
            },
            twin: parts.to_string(),
        })
    };
    cases.into_iter().map(draft).collect()
}

fn bars_and_fractions(random: &mut Random) -> Vec<Draft> {
    let family = family("bars and fractions", 1);
    let sets = [
        [(1, 2), (1, 3), (1, 4), (3, 4)],
        [(1, 4), (2, 3), (3, 4), (1, 3)],
        [(2, 3), (3, 8), (5, 6), (3, 6)],
        [(1, 5), (4, 5), (2, 4), (1, 4)],
        [(3, 8), (5, 8), (3, 5), (5, 3)],
        [(1, 6), (5, 6), (2, 5), (1, 5)],
    ];
    let draft = |set: [(i64, i64); 4]| {
        let pairs: Vec<(Shown, Shown)> = set[..3]
            .iter()
            .map(|&(count, parts)| (Shown::from(bar(parts, count)), Shown::from(Fraction(count, parts))))
            .collect();
        let spare = Shown::from(Fraction(set[3].0, set[3].1));
        family.draft(Asked {
            stem: "<p>Match each bar with the fraction that is shaded. One fraction is left over.</p>"
                .to_owned(),
            question: matching(random, &pairs, &[spare]),
            why: "Count the shaded parts over all the equal parts of each bar.".to_owned(),
            features: &[Picture, FriendlyNumbers],
            twin: "bars".to_owned(),
        })
    };
    sets.into_iter().map(draft).collect()
}
