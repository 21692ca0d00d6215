//! The temperatures of a week in winter.

use item_bank::content::Credit;

use super::{Set, set, table};
use crate::difficulty::Feature::{BelowZero, LongOrder, Story, Typed};
use crate::draft::{Asked, Draft, Family};
use crate::ideas::*;
use crate::math::Term::Whole;
use crate::math::shown;
use crate::question::{ANSWER, Field, Shown, choice, ordering, typed, wrong};
use crate::random::Random;
use crate::standards::{NEGATIVE_NUMBERS, RATIONAL_ORDER};

const DAYS: [&str; 5] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"];
const WEEKS: [[i64; 5]; 3] = [[-3, 2, -8, 0, 5], [4, -6, -1, 3, -9], [-12, -5, 1, -7, 6]];

/// One set a week.
pub fn sets(random: &mut Random) -> Vec<Set> {
    let mut sets = Vec::new();
    for (number, week) in WEEKS.into_iter().enumerate() {
        let rows: Vec<(String, String)> =
            DAYS.iter().zip(week).map(|(day, degrees)| ((*day).to_owned(), shown(&Whole(degrees)))).collect();
        let body = format!(
            "<p>The table shows the temperature at noon on five days.</p>{}",
            table("Temperature at noon", ["Day", "Degrees"], &rows)
        );
        let drafts = vec![coldest(random, &week), change(&week), in_order(random, &week)];
        sets.push(set(format!("weather-{}", number + 1), "A week in winter", body, drafts));
    }
    sets
}

fn coldest(random: &mut Random, week: &[i64; 5]) -> Draft {
    let family = Family { name: "weather: coldest", standard: NEGATIVE_NUMBERS, depth: 1 };
    let mut days: Vec<(i64, &str)> = week.iter().copied().zip(DAYS).collect();
    days.sort_unstable();
    let candidates = vec![
        wrong(days[4].1, IGNORES_THE_SIGN),
        wrong(days[2].1, IGNORES_THE_SIGN),
        wrong(days[1].1, COUNTS_ONE_OFF),
    ];
    family.draft(Asked {
        stem: "<p>Which day was the coldest at noon?</p>".to_owned(),
        question: choice(random, days[0].1, candidates),
        why: format!("{} is the smallest of the numbers.", days[0].0),
        features: &[Story],
        twin: "coldest".to_owned(),
    })
}

fn change(week: &[i64; 5]) -> Draft {
    let family = Family { name: "weather: change", standard: NEGATIVE_NUMBERS, depth: 2 };
    let (low, high) = (week.iter().min().copied().unwrap_or(0), week.iter().max().copied().unwrap_or(0));
    family.draft(Asked {
        stem: "<p>How many degrees lie between the coldest and the warmest of the five days?</p>".to_owned(),
        question: typed(
            &Field { label: "Between them", unit: "degrees", ..ANSWER },
            &Whole(high - low),
            vec![
                (Whole((high + low).abs()), STOPS_AT_ZERO),
                (Whole(high), STOPS_EARLY),
                (Whole(-low), STOPS_EARLY),
            ],
        ),
        why: format!(
            "From {low} to 0 are {} degrees, from 0 to {high} are {high} degrees: {} in all.",
            -low,
            high - low
        ),
        features: &[Story, Typed, BelowZero],
        twin: "change".to_owned(),
    })
}

fn in_order(random: &mut Random, week: &[i64; 5]) -> Draft {
    let family = Family { name: "weather: in order", standard: RATIONAL_ORDER, depth: 2 };
    let mut days: Vec<(i64, &str)> = week.iter().copied().zip(DAYS).collect();
    days.sort_unstable();
    let right: Vec<Shown> = days[..4].iter().map(|(_, day)| Shown::from(*day)).collect();
    let warmest = days[4].1;
    let degrees: Vec<String> = days[..4].iter().map(|(degrees, _)| degrees.to_string()).collect();
    family.draft(Asked {
        stem: format!(
            "<p>{warmest} was the warmest day. Put the other days in order, from coldest to warmest.</p>"
        ),
        question: ordering(random, &right, ("coldest", "warmest"), Credit::Partial),
        why: format!("{}.", degrees.join(" < ")),
        features: &[Story, LongOrder],
        twin: "order".to_owned(),
    })
}
