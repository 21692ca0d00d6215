//! Numbers below zero: in the world, on the number line, in order.

use item_bank::content::Credit;

use crate::contexts::NAMES;
use crate::difficulty::Feature::{
    BelowZero, FriendlyNumbers, LongOrder, MisleadingNumbers, Picture, Reasoning, Story, Typed,
};
use crate::draft::{Asked, Draft, Family};
use crate::figures::{Line, number_line};
use crate::ideas::*;
use crate::math::Term::{Absolute, Decimal, Fraction, Whole};
use crate::math::{Term, lowest, ratio, shown};
use crate::question::{
    ANSWER, Field, Question, Shown, choice, in_this_order, ordering, two_parts, typed, wrong,
};
use crate::random::Random;
use crate::standards::{NEGATIVE_NUMBERS, OPPOSITES, RATIONAL_ORDER};

/// Every family of this file.
pub fn drafts(random: &mut Random) -> Vec<Draft> {
    let mut drafts = in_the_world(random);
    drafts.extend(read_below_zero(random));
    drafts.extend(opposite(random));
    drafts.extend(absolute(random));
    drafts.extend(order(random));
    drafts.extend(between_temperatures());
    drafts.extend(warmer(random));
    drafts
}

fn in_the_world(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "below zero in the world", standard: NEGATIVE_NUMBERS, depth: 1 };
    let stories = [
        (
            "A diver is 12 meters below the surface of the lake. The surface is 0.",
            "Which number tells where the diver is?",
            -12,
        ),
        (
            "A bird flies 25 feet above the water. The water is 0.",
            "Which number tells where the bird is?",
            25,
        ),
        ("The temperature is 6 degrees below zero.", "Which number is the temperature?", -6),
        ("A game takes away 15 points. A score of no points is 0.", "Which number tells the change?", -15),
        (
            "A town lies 40 meters above sea level. Sea level is 0.",
            "Which number tells where the town is?",
            40,
        ),
        (
            "A hole is 3 feet deep. The ground is 0.",
            "Which number tells where the bottom of the hole is?",
            -3,
        ),
        (
            "An elevator is 2 floors under the ground floor. The ground floor is 0.",
            "Which number tells where the elevator is?",
            -2,
        ),
        (
            "A plant stands 8 inches above the soil. The soil is 0.",
            "Which number tells where the top of the plant is?",
            8,
        ),
    ];
    let mut drafts = Vec::new();
    for (story, question, number) in stories {
        let candidates = vec![
            wrong(Whole(-number), WRONG_SIDE_OF_ZERO),
            wrong(Whole(0), COPIES_A_NUMBER),
            wrong(Fraction(1, number.abs()), TURNS_OVER),
        ];
        drafts.push(family.draft(Asked {
            stem: format!("<p>{story}</p><p>{question}</p>"),
            question: choice(random, Whole(number), candidates),
            why: if number < 0 {
                "Below zero, the number is negative.".to_owned()
            } else {
                "Above zero, the number is positive.".to_owned()
            },
            features: if number < 0 { &[Story] } else { &[Story, FriendlyNumbers] },
            twin: (number < 0).to_string(),
        }));
    }
    drafts
}

fn read_below_zero(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "read below zero", standard: OPPOSITES, depth: 1 };
    let mut drafts = Vec::new();
    for (steps, tick) in [(1, 1), (1, 2), (2, 1), (2, 3), (4, 3), (4, 7), (3, 2), (5, 6)] {
        let (low, high) = if steps == 1 { (-4, 4) } else { (-2, 2) };
        let value = ratio(low * steps + tick, steps);
        let (n, d) = crate::math::integers(value);
        let key = if d == 1 { Whole(n) } else { Fraction(n, d) };
        let positive = if d == 1 { Whole(-n) } else { Fraction(-n, d) };
        let figure = number_line(&Line { ends: (low, high), steps, points: &[(tick, "Q")] });
        let candidates = vec![
            (positive, WRONG_SIDE_OF_ZERO),
            (lowest(ratio(low * steps - tick, steps)), WRONG_SIDE_OF_ZERO),
            (Whole(tick), READS_STEPS_AS_WHOLES),
        ];
        let by_choice = drafts.len() % 2 == 0;
        let question = if by_choice {
            let shown = candidates.iter().map(|(term, idea)| wrong(term.clone(), *idea)).collect();
            choice(random, key.clone(), shown)
        } else {
            typed(&ANSWER, &key, candidates)
        };
        let mut features = vec![Picture];
        if steps > 1 {
            features.push(BelowZero);
        }
        if !by_choice {
            features.push(Typed);
        }
        drafts.push(family.draft(Asked {
            stem: format!("<p>What number is at point Q?</p><figure>{figure}</figure>"),
            question,
            why: format!("Q is left of 0, so the number is negative: {}.", key.typed()),
            features: &features,
            twin: steps.to_string(),
        }));
    }
    drafts
}

fn opposite(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "opposite", standard: OPPOSITES, depth: 1 };
    let cases =
        [Whole(7), Whole(-4), Fraction(2, 3), Fraction(-5, 8), Decimal(25, 1), Decimal(-6, 1), Whole(-12)];
    let mut drafts = Vec::new();
    for number in random.take(cases.to_vec(), 7) {
        let (key, over) = match number {
            Whole(whole) => (Whole(-whole), Fraction(1, whole.abs())),
            Fraction(n, d) => (Fraction(-n, d), Fraction(d, n.abs())),
            Decimal(units, places) => (Decimal(-units, places), Fraction(10, units.abs())),
            ref other => (other.clone(), other.clone()),
        };
        drafts.push(family.draft(Asked {
            stem: format!("<p>What is the opposite of {}?</p>", shown(&number)),
            question: typed(
                &Field { label: "The opposite", ..ANSWER },
                &key,
                vec![(number.clone(), KEEPS_THE_SIGN), (over, TURNS_OVER), (Whole(0), COPIES_A_NUMBER)],
            ),
            why: format!("The opposite is as far from 0 on the other side: {}.", key.typed()),
            features: &[Typed],
            twin: "opposite".to_owned(),
        }));
    }
    drafts
}

fn absolute(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "absolute value", standard: RATIONAL_ORDER, depth: 2 };
    let mut drafts = Vec::new();
    for (a, b) in [(-5, 3), (-2, -7), (4, -4), (-9, 6), (1, -8), (-3, -1), (-6, 2)] {
        let key = if i64::abs(a) >= i64::abs(b) { i64::abs(a) } else { i64::abs(b) };
        let candidates = vec![
            wrong(Whole(-key), KEEPS_THE_SIGN),
            wrong(Whole(a.abs().min(b.abs())), IGNORES_THE_SIGN),
            wrong(Whole(a.abs() + b.abs()), ADDS_INSTEAD),
            wrong(Whole((a.abs() - b.abs()).abs()), STOPS_AT_ZERO),
        ];
        drafts.push(family.draft(Asked {
            stem: format!(
                "<p>Which is the greater of {} and {}? If they are equal, choose their value.</p>",
                shown(&Absolute(a)),
                shown(&Absolute(b))
            ),
            question: choice(random, Whole(key), candidates),
            why: format!("The distances from 0 are {} and {}.", a.abs(), b.abs()),
            features: &[],
            twin: "absolute".to_owned(),
        }));
    }
    drafts
}

fn order(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "order below zero", standard: RATIONAL_ORDER, depth: 2 };
    let sets: [[Term; 4]; 9] = [
        [Whole(-7), Whole(-3), Whole(0), Whole(2)],
        [Whole(-9), Whole(-4), Whole(-1), Whole(5)],
        [Whole(-2), Fraction(-1, 2), Fraction(1, 4), Whole(1)],
        [Fraction(-3, 2), Whole(-1), Fraction(-1, 3), Fraction(1, 2)],
        [Decimal(-25, 1), Whole(-2), Decimal(-5, 1), Decimal(1, 1)],
        [Fraction(-5, 6), Fraction(-2, 3), Fraction(-1, 2), Fraction(-1, 6)],
        [Whole(-3), Fraction(-5, 2), Decimal(-12, 1), Fraction(3, 4)],
        [Fraction(-7, 8), Fraction(-3, 4), Decimal(-5, 1), Decimal(-25, 2)],
        [Whole(-6), Whole(-5), Decimal(-45, 1), Whole(-4)],
    ];
    let mut drafts = Vec::new();
    for set in sets {
        let ascending = set.windows(2).all(|pair| {
            let values = pair[0].value().zip(pair[1].value());
            values.and_then(|(a, b)| a.compare(b)) == Some(std::cmp::Ordering::Less)
        });
        assert!(ascending, "the set is written in order");
        let only_wholes = set.iter().all(|term| matches!(term, Whole(_)));
        let why: Vec<String> = set.iter().map(Term::typed).collect();
        let right: Vec<Shown> = set.into_iter().map(Shown::from).collect();
        drafts.push(family.draft(Asked {
            stem: "<p>Put the numbers in order, from smallest to largest.</p>".to_owned(),
            question: ordering(random, &right, ("smallest", "largest"), Credit::Partial),
            why: format!("{}.", why.join(" < ")),
            features: if only_wholes { &[LongOrder] } else { &[LongOrder, BelowZero] },
            twin: only_wholes.to_string(),
        }));
    }
    drafts
}

fn between_temperatures() -> Vec<Draft> {
    let family = Family { name: "temperature change", standard: NEGATIVE_NUMBERS, depth: 2 };
    let mut drafts = Vec::new();
    for (morning, noon) in [(-4, 5), (-8, 3), (-2, 9), (-11, 4), (-7, 7), (-3, 12), (-9, -2)] {
        let change: i64 = noon - morning;
        drafts.push(family.draft(Asked {
            stem: format!(
                "<p>In the morning it is {} degrees. At noon it is {} degrees.</p><p>By how many degrees does the temperature rise?</p>",
                shown(&Whole(morning)), shown(&Whole(noon))
            ),
            question: typed(
                &Field { label: "It rises by", unit: "degrees", ..ANSWER },
                &Whole(change),
                vec![
                    (Whole((noon + morning).abs()), STOPS_AT_ZERO),
                    (Whole(noon.abs() + morning.abs()), IGNORES_THE_SIGN),
                    (Whole(noon), STOPS_EARLY),
                ],
            ),
            why: format!("From {morning} to 0 are {} degrees, and on to {noon}: {change} degrees in all.", -morning),
            features: if noon < 0 { &[Typed, Story, BelowZero] } else { &[Typed, Story] },
            twin: "rise".to_owned(),
        }));
    }
    drafts
}

fn warmer(random: &mut Random) -> Vec<Draft> {
    let family = Family { name: "which is warmer", standard: RATIONAL_ORDER, depth: 3 };
    let mut drafts = Vec::new();
    for (a, b) in [(-7, -3), (-12, -15), (-1, -9), (-20, -18), (-5, -6), (-14, -4)] {
        let names = random.take(NAMES.to_vec(), 2);
        let warmer = usize::from(b > a);
        let idea = |at: usize| (at != warmer).then_some(IGNORES_THE_SIGN);
        let towns =
            names.clone().into_iter().map(|name| Shown::from(format!("{name}’s town"))).collect::<Vec<_>>();
        let same = Shown::from("They are equally warm");
        let order = [(&towns[0], idea(0)), (&towns[1], idea(1)), (&same, Some(ONE_NUMBER_ONLY))];
        let (low, high) = (shown(&Whole(a.min(b))), shown(&Whole(a.max(b))));
        let reason: Question = choice(
            random,
            format!("{high} is closer to zero than {low}, on the same side."),
            vec![
                wrong(format!("{low} is the greater number."), IGNORES_THE_SIGN),
                wrong("Both numbers are below zero.", TRUE_BUT_NO_REASON),
                wrong(format!("{low} is farther to the right on the number line."), FALSE_REASON),
            ],
        );
        drafts.push(family.draft(Asked {
            stem: format!(
                "<p>In {}’s town it is {} degrees. In {}’s town it is {} degrees.</p>",
                names[0],
                shown(&Whole(a)),
                names[1],
                shown(&Whole(b))
            ),
            question: two_parts(
                ("<p>Where is it warmer?</p>", in_this_order(&order)),
                ("<p>How can you tell?</p>", reason),
            ),
            why: format!("{} is greater than {}.", a.max(b), a.min(b)),
            features: &[Story, Reasoning, MisleadingNumbers],
            twin: "warmer".to_owned(),
        }));
    }
    drafts
}
