//! Ribbons measured in fractions of a foot, counted in a table.

use super::{Set, set, table};
use crate::difficulty::Feature::{LargerNumbers, Story, TwoSteps, Typed};
use crate::draft::{Asked, Draft, Family};
use crate::ideas::*;
use crate::math::Term::{Fraction, Whole};
use crate::math::{fraction, ratio, simplest};
use crate::question::{ANSWER, Field, choice, typed, wrong};
use crate::random::Random;
use crate::standards::{COMPARISON, FRACTION_AS_DIVISION, UNLIKE_PROBLEMS, WHOLE_TIMES_FRACTION};

type Row = ((i64, i64), i64);

const BOXES: [[Row; 4]; 3] = [
    [((1, 4), 4), ((3, 8), 2), ((1, 2), 3), ((5, 8), 5)],
    [((1, 3), 3), ((5, 12), 2), ((2, 3), 4), ((3, 4), 5)],
    [((1, 5), 6), ((3, 10), 4), ((3, 5), 2), ((7, 10), 3)],
];

/// One set a box of ribbons.
pub fn sets(random: &mut Random) -> Vec<Set> {
    let mut sets = Vec::new();
    for (number, rows) in BOXES.into_iter().enumerate() {
        let cells: Vec<(String, String)> = rows
            .iter()
            .map(|&((n, d), count)| (format!("{} foot", fraction(n, d)), count.to_string()))
            .collect();
        let body = format!(
            "<p>A class measures the ribbons in a box.</p>{}",
            table("Ribbons in the box", ["Length", "Number of ribbons"], &cells)
        );
        let drafts = vec![
            longer_than_half(&rows),
            all_of_one_length(&rows),
            longest_and_shortest(random, &rows),
            shared_out(&rows),
        ];
        sets.push(set(format!("ribbons-{}", number + 1), "Ribbons", body, drafts));
    }
    sets
}

fn longer_than_half(rows: &[Row; 4]) -> Draft {
    let family = Family { name: "ribbons: longer than half", standard: COMPARISON, depth: 2 };
    let total =
        |keep: fn(&Row) -> bool| rows.iter().filter(|row| keep(row)).map(|(_, count)| count).sum::<i64>();
    let key = total(|((n, d), _)| 2 * n > *d);
    family.draft(Asked {
        stem: format!("<p>How many ribbons are longer than {} foot?</p>", fraction(1, 2)),
        question: typed(
            &Field { label: "Number of ribbons", ..ANSWER },
            &Whole(key),
            vec![
                (Whole(total(|((n, d), _)| 2 * n < *d)), LARGER_DENOMINATOR),
                (Whole(total(|((n, d), _)| 2 * n >= *d)), COUNTS_ONE_OFF),
                (Whole(rows.iter().filter(|((n, d), _)| 2 * n > *d).count() as i64), STOPS_EARLY),
            ],
        ),
        why: format!("Add the numbers of ribbons whose numerator is more than half the denominator: {key}."),
        features: &[Story, Typed],
        twin: "longer".to_owned(),
    })
}

fn all_of_one_length(rows: &[Row; 4]) -> Draft {
    let family = Family { name: "ribbons: one length together", standard: WHOLE_TIMES_FRACTION, depth: 2 };
    let ((n, d), count) = rows[3];
    let key = simplest(ratio(n * count, d));
    family.draft(Asked {
        stem: format!("<p>How long are all the ribbons of {} foot together?</p>", fraction(n, d)),
        question: typed(
            &Field { label: "Length together", unit: "feet", ..ANSWER },
            &key,
            vec![
                (Fraction(n * count, d * count), MULTIPLIES_BOTH),
                (crate::math::Term::Mixed(count, n, d), JOINS_NUMBERS),
                (Fraction(n + count, d), ADDS_INSTEAD),
            ],
        ),
        why: format!("{count} × {n}/{d} = {} feet.", key.typed()),
        features: &[Story, Typed, LargerNumbers],
        twin: "together".to_owned(),
    })
}

fn longest_and_shortest(random: &mut Random, rows: &[Row; 4]) -> Draft {
    let family = Family { name: "ribbons: longest and shortest", standard: UNLIKE_PROBLEMS, depth: 2 };
    let (((a, b), _), ((c, d), _)) = (rows[3], rows[0]);
    let difference = ratio(a, b).minus(ratio(c, d)).expect("small numbers");
    let sum = ratio(a, b).plus(ratio(c, d)).expect("small numbers");
    let key = simplest(difference);
    let candidates = vec![
        wrong(simplest(sum), WRONG_OPERATION),
        wrong(Fraction(a - c, (b - d).abs()), SUBTRACTS_ACROSS),
        wrong(Fraction(a - c, b), KEEPS_A_DENOMINATOR),
        wrong(Fraction(a - c, b * d), RENAMES_HALFWAY),
    ];
    family.draft(Asked {
        stem: "<p>How much longer is one of the longest ribbons than one of the shortest?</p>".to_owned(),
        question: choice(random, key.clone(), candidates),
        why: format!("{a}/{b} − {c}/{d} = {} foot.", key.typed()),
        features: &[Story],
        twin: "difference".to_owned(),
    })
}

fn shared_out(rows: &[Row; 4]) -> Draft {
    let family = Family { name: "ribbons: shared out", standard: FRACTION_AS_DIVISION, depth: 3 };
    let ((n, d), count) = rows[0];
    let key = simplest(ratio(n * count, d * 6));
    family.draft(Asked {
        stem: format!(
            "<p>The ribbons of {} foot are put end to end and then cut into 6 pieces of the same length.</p><p>How long is one piece?</p>",
            fraction(n, d)
        ),
        question: typed(
            &Field { label: "One piece", unit: "foot", ..ANSWER },
            &key,
            vec![(simplest(ratio(n * count, d)), STOPS_EARLY), (simplest(ratio(n, d * 6)), STOPS_EARLY), (Fraction(6 * d, n * count), TURNS_OVER)],
        ),
        why: format!("{count} × {n}/{d} = {} foot, and a sixth of that is {} foot.", simplest(ratio(n * count, d)).typed(), key.typed()),
        features: &[Story, Typed, TwoSteps],
        twin: "shared".to_owned(),
    })
}
