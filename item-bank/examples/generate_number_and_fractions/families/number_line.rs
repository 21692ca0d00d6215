//! Fractions as points on a number line, and whole numbers as fractions.

use item_bank::content::NumberForm;

use crate::contexts::NAMES;
use crate::difficulty::Feature::{AboveOne, FriendlyNumbers, LargerNumbers, Picture, Story, Typed};
use crate::draft::{Asked, Draft, Family};
use crate::figures::{Line, number_line};
use crate::ideas::*;
use crate::math::Term::{Fraction, Whole};
use crate::math::{fraction, shown};
use crate::question::{ANSWER, Field, Shown, choice, in_this_order, typed, wrong};
use crate::random::Random;
use crate::standards::{NUMBER_LINE, WHOLES_AS_FRACTIONS};

/// Every family of this file.
pub fn drafts(random: &mut Random) -> Vec<Draft> {
    let mut drafts = read_point(random);
    drafts.extend(beyond_one(random));
    drafts.extend(find_point());
    drafts.extend(trail_signs(random));
    drafts.extend(whole_as_fraction(random));
    drafts.extend(fraction_as_whole(random));
    drafts
}

fn proper(denominators: &[i64]) -> Vec<(i64, i64)> {
    denominators.iter().flat_map(|&steps| (1..steps).map(move |place| (place, steps))).collect()
}

fn read_point(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "read a point", standard: NUMBER_LINE, depth: 1 };
    let cases = random.take(proper(&[2, 3, 4, 5, 6, 8, 10]), 12);
    let draft = |(place, steps): (i64, i64)| {
        let figure = number_line(&Line { ends: (0, 1), steps, points: &[(place, "A")] });
        let candidates = vec![
            wrong(Fraction(place + 1, steps + 1), COUNTS_MARKS),
            wrong(Fraction(steps - place, steps), COUNTS_THE_REST),
            wrong(Whole(place), READS_STEPS_AS_WHOLES),
            wrong(Fraction(place, steps + 1), COUNTS_MARKS),
            wrong(Fraction(1, place + 1), COUNTS_ONE_OFF),
        ];
        family.draft(Asked {
            stem: format!("<p>What number is at point A?</p><figure>{figure}</figure>"),
            question: choice(random, Fraction(place, steps), candidates),
            why: format!("From 0 to 1 there are {steps} equal steps; A is at step {place}: {place}/{steps}."),
            features: match steps {
                2 | 4 => &[FriendlyNumbers],
                10 => &[LargerNumbers],
                _ => &[],
            },
            twin: format!("{place}/{steps}"),
        })
    };
    cases.into_iter().map(draft).collect()
}

fn beyond_one(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "point beyond one", standard: NUMBER_LINE, depth: 2 };
    let all =
        [2, 3, 4, 5, 6].into_iter().flat_map(|steps| (steps + 1..2 * steps).map(move |place| (place, steps)));
    let cases = random.take(all.collect(), 10);
    let draft = |(place, steps): (i64, i64)| {
        let figure = number_line(&Line { ends: (0, 2), steps, points: &[(place, "P")] });
        family.draft(Asked {
            stem: format!("<p>What number is at point P? Type a fraction or a mixed number.</p><figure>{figure}</figure>"),
            question: typed(
                &ANSWER,
                &Fraction(place, steps),
                vec![
                    (Fraction(place, 2 * steps), MIXES_WHOLE_AND_PART),
                    (Fraction(place - steps, steps), WRONG_WHOLE),
                    (Fraction(place + 1, steps), COUNTS_MARKS),
                    (Whole(place), READS_STEPS_AS_WHOLES),
                ],
            ),
            why: format!("Each whole has {steps} equal steps; P is at step {place}: {place}/{steps}."),
            features: if steps <= 4 { &[AboveOne, Typed, FriendlyNumbers] } else { &[AboveOne, Typed] },
            twin: format!("{place}/{steps}"),
        })
    };
    cases.into_iter().map(draft).collect()
}

fn find_point() -> Vec<Draft> {
    let family = Family { name: "find a point", standard: NUMBER_LINE, depth: 1 };
    let cases = [(1, 4), (3, 4), (1, 6), (5, 6), (2, 5), (3, 8), (5, 8), (4, 5), (2, 6), (7, 8)];
    let mut drafts = Vec::new();
    for (place, steps) in cases {
        let mut ticks = vec![place];
        for other in [place - 1, place + 1, steps - place, place + 2, place - 2] {
            if ticks.len() < 4 && (1..steps).contains(&other) && !ticks.contains(&other) {
                ticks.push(other);
            }
        }
        ticks.sort_unstable();
        let letters = ["A", "B", "C", "D"];
        let points: Vec<(i64, &str)> = ticks.iter().copied().zip(letters).collect();
        let options: Vec<Shown> =
            points.iter().map(|(_, letter)| Shown::from(format!("Point {letter}"))).collect();
        let idea = |tick: i64| match tick {
            _ if tick == place => None,
            _ if tick == place - 1 => Some(COUNTS_MARKS),
            _ if tick == steps - place => Some(COUNTS_THE_REST),
            _ => Some(COUNTS_ONE_OFF),
        };
        let order: Vec<(&Shown, Option<Idea>)> =
            options.iter().zip(ticks.iter().map(|&tick| idea(tick))).collect();
        let figure = number_line(&Line { ends: (0, 1), steps, points: &points });
        drafts.push(family.draft(Asked {
            stem: format!("<p>Which point is at {}?</p><figure>{figure}</figure>", fraction(place, steps)),
            question: in_this_order(&order),
            why: format!("From 0 to 1 there are {steps} equal steps; count {place} of them from 0."),
            features: if steps == 4 { &[Picture, FriendlyNumbers] } else { &[Picture] },
            twin: format!("{place}/{steps}"),
        }));
    }
    drafts
}

fn trail_signs(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "trail signs", standard: NUMBER_LINE, depth: 2 };
    let ordinals = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh"];
    let all = [3, 4, 5, 6, 8].into_iter().flat_map(|steps| (2..steps).map(move |place| (place, steps)));
    let cases = random.take(all.collect(), 8);
    let draft = |(place, steps): (i64, i64)| {
        let name = *random.pick(&NAMES);
        let ordinal = ordinals[place as usize - 1];
        family.draft(Asked {
            stem: format!(
                "<p>A trail has a sign every {} mile. {name} starts at 0 and stops at the {ordinal} sign.</p>\
                 <p>How far from the start is {name}?</p>",
                fraction(1, steps)
            ),
            question: typed(
                &Field { label: "Distance from the start", unit: "mile", form: NumberForm::Equivalent },
                &Fraction(place, steps),
                vec![
                    (Fraction(1, steps), STOPS_EARLY),
                    (Whole(place), READS_STEPS_AS_WHOLES),
                    (Fraction(place - 1, steps), COUNTS_MARKS),
                    (Fraction(place + 1, steps), COUNTS_ONE_OFF),
                ],
            ),
            why: format!("{place} steps of 1/{steps} mile are {place}/{steps} mile."),
            features: &[Story, Typed],
            twin: steps.to_string(),
        })
    };
    cases.into_iter().map(draft).collect()
}

fn whole_as_fraction(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "whole as fraction", standard: WHOLES_AS_FRACTIONS, depth: 2 };
    let all = (2..6).flat_map(|whole| [2, 3, 4, 6].map(|parts| (whole, parts)));
    let cases = random.take(all.filter(|(whole, parts)| whole != parts).collect(), 8);
    let draft = |(whole, parts): (i64, i64)| {
        let candidates = vec![
            wrong(Fraction(parts, whole * parts), TURNS_OVER),
            wrong(Fraction(whole, parts), COPIES_A_NUMBER),
            wrong(Fraction(whole, whole), COPIES_A_NUMBER),
            wrong(Fraction(whole + parts, parts), ADDS_INSTEAD),
        ];
        family.draft(Asked {
            stem: format!("<p>Which fraction is equal to {}?</p>", shown(&Whole(whole))),
            question: choice(random, Fraction(whole * parts, parts), candidates),
            why: format!("One whole is {parts}/{parts}, so {whole} wholes are {}/{parts}.", whole * parts),
            features: &[],
            twin: whole.to_string(),
        })
    };
    cases.into_iter().map(draft).collect()
}

fn fraction_as_whole(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "fraction as whole", standard: WHOLES_AS_FRACTIONS, depth: 1 };
    let all = (2..7).flat_map(|whole| [2, 3, 4, 5, 8].map(|parts| (whole, parts)));
    let cases = random.take(all.filter(|(whole, parts)| whole != parts).collect(), 8);
    let draft = |(whole, parts): (i64, i64)| {
        let all = whole * parts;
        family.draft(Asked {
            stem: format!("<p>Which whole number is equal to {}?</p>", fraction(all, parts)),
            question: typed(
                &ANSWER,
                &Whole(whole),
                vec![
                    (Whole(all - parts), SUBTRACTS_INSTEAD),
                    (Whole(all), COPIES_A_NUMBER),
                    (Fraction(1, whole), TURNS_OVER),
                ],
            ),
            why: format!("{parts}/{parts} make 1 whole, and {all} is {whole} times {parts}."),
            features: if all > 20 { &[Typed, LargerNumbers] } else { &[Typed] },
            twin: whole.to_string(),
        })
    };
    cases.into_iter().map(draft).collect()
}
