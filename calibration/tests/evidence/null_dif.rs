//! Groups of unequal ability and items that work alike for both: what is found is error. And items that do not.

use std::ops::ControlFlow;

use calibration::dif::{
    Abilities, AdjustedProbabilities, GroupPair, ItemComparison, Matching, compare_items, purified_abilities,
};
use calibration::responses::{ResponseBuilder, ResponseMatrix};
use calibration::significance::benjamini_hochberg;
use calibration::{Calibration, CalibrationPlan, ItemModel, ItemParameters, ItemPlan, calibrate};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

use crate::simulated::normal;

const ITEMS: usize = 40;
const EXAMINEES: usize = 4_000;

/// Which items an examinee is given.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Design {
    /// All of them.
    Complete,
    /// Each with probability ½.
    Half,
    /// Twenty, each drawn from the five that inform most at the ability shown so far.
    Adaptive,
}

const DESIGNS: [Design; 3] = [Design::Complete, Design::Half, Design::Adaptive];

/// What differs between the groups.
#[derive(Debug, Clone, Copy)]
struct Case {
    model: ItemModel,
    design: Design,
    /// Focal less reference mean ability, logits.
    impact: f64,
    /// Delta of every tenth item.
    delta: f64,
}

impl Case {
    fn differs(self, item: usize) -> bool {
        self.delta != 0.0 && item % 10 == 5
    }

    /// Items of one model; every stream of draws is the case's own.
    fn items(self, random: &mut Pcg64) -> Vec<ItemParameters> {
        let mut item = |number: usize| {
            let mut item = ItemParameters::neutral(self.model, 2);
            let slope = if self.model.has_fixed_slope() { 1.0 } else { (0.1 + 0.3 * normal(random)).exp() };
            // Difficulties fill the interval evenly and in no order.
            let difficulty = -2.0 + 4.0 * (number as f64 * 0.618_034).fract();
            item.values_mut()[..2].copy_from_slice(&[slope, -slope * difficulty]);
            if self.model == ItemModel::ThreePl {
                item.values_mut()[2] = -1.4;
            }
            item
        };
        (0..ITEMS).map(&mut item).collect()
    }

    /// Half of the examinees in each group.
    fn answers(self, seed: u64) -> ResponseMatrix {
        let mut random = Pcg64::seed_from_u64(seed);
        let items = self.items(&mut random);
        let mut builder = ResponseBuilder::new((0..ITEMS).map(|item| format!("item{item}")).collect());
        for examinee in 0..EXAMINEES {
            let focal = examinee % 2 == 1;
            let theta = normal(&mut random) + if focal { self.impact } else { 0.0 };
            let mut score = |item: usize, random: &mut Pcg64| {
                let mut own = items[item].clone();
                if focal && self.differs(item) {
                    own.values_mut()[1] += self.delta / 2.35;
                }
                let mut probabilities = [0.0; 2];
                own.probabilities(theta, &mut probabilities);
                u8::from(random.random::<f64>() < probabilities[1])
            };
            let mut row: Vec<(u16, u8)> = Vec::new();
            match self.design {
                Design::Complete | Design::Half => {
                    for item in 0..ITEMS {
                        if self.design == Design::Complete || random.random::<f64>() < 0.5 {
                            row.push((item as u16, score(item, &mut random)));
                        }
                    }
                }
                Design::Adaptive => row = adaptive(&items, &mut random, &mut score),
            }
            row.sort_unstable();
            builder.push(&row);
        }
        let groups = (0..EXAMINEES).map(|examinee| u8::from(examinee % 2 == 1)).collect();
        builder.finish().with_groups(vec!["reference".to_owned(), "focal".to_owned()], groups)
    }
}

fn adaptive(
    items: &[ItemParameters],
    random: &mut Pcg64,
    score: &mut impl FnMut(usize, &mut Pcg64) -> u8,
) -> Vec<(u16, u8)> {
    let nodes: Vec<f64> = (0..41).map(|node| -4.0 + 0.2 * f64::from(node)).collect();
    let mut posterior: Vec<f64> = nodes.iter().map(|theta| (-0.5 * theta * theta).exp()).collect();
    let mut row: Vec<(u16, u8)> = Vec::new();
    for _ in 0..20 {
        let mass: f64 = posterior.iter().sum();
        let theta = nodes.iter().zip(&posterior).map(|(node, weight)| node * weight).sum::<f64>() / mass;
        let unseen = (0..ITEMS).filter(|item| row.iter().all(|(seen, _)| usize::from(*seen) != *item));
        let mut best: Vec<(f64, usize)> = unseen.map(|item| (items[item].information(theta), item)).collect();
        best.sort_by(|a, b| b.0.total_cmp(&a.0));
        let item = best[random.random_range(0..5)].1;
        let answer = score(item, random);
        for (weight, theta) in posterior.iter_mut().zip(&nodes) {
            let mut probabilities = [0.0; 2];
            items[item].probabilities(*theta, &mut probabilities);
            *weight *= probabilities[usize::from(answer)];
        }
        row.push((item as u16, answer));
    }
    row
}

fn estimated(matrix: &ResponseMatrix, model: ItemModel) -> Calibration {
    let plan = CalibrationPlan::uniform(model, ITEMS, 2);
    calibrate(matrix, &plan, &mut |_| ControlFlow::Continue(())).unwrap()
}

fn pair(matrix: &ResponseMatrix) -> GroupPair {
    GroupPair::new(matrix, ("reference", "focal"), GroupPair::EXAMINEES_MIN).unwrap()
}

/// Comparisons of all items.
fn compared(matrix: &ResponseMatrix, abilities: Abilities) -> Vec<ItemComparison> {
    compare_items(matrix, pair(matrix), &Matching::Ability(abilities), &(0..ITEMS).collect::<Vec<_>>())
}

/// What was found over several items.
#[derive(Debug, Default)]
struct Found {
    items: f64,
    delta: f64,
    significant: f64,
    uniform: f64,
    moderate: f64,
    large: f64,
    held: f64,
}

impl Found {
    fn add(&mut self, item: &ItemComparison) {
        let Some(found) = item.mantel_haenszel else { return };
        let count = |yes: bool| f64::from(u8::from(yes));
        let below = |p: f64| count(p < 0.05);
        self.items += 1.0;
        self.delta += found.delta;
        self.significant += below(found.probability);
        self.uniform += item.logistic.map_or(0.0, |l| below(l.uniform_probability));
        self.moderate += count(item.class().unwrap().letter() != "A");
        self.large += count(item.class().unwrap().letter() == "C");
        self.held += count(item.is_surely_large());
    }
}

fn study(case: Case, seeds: std::ops::Range<u64>) -> [Found; 2] {
    let mut found = [Found::default(), Found::default()];
    for seed in seeds {
        let matrix = case.answers(seed);
        let calibration = estimated(&matrix, case.model);
        let abilities = if case.delta == 0.0 {
            Abilities::new(&calibration, &matrix)
        } else {
            purified_abilities(&matrix, pair(&matrix), &calibration)
        };
        for (item, comparison) in compared(&matrix, abilities).iter().enumerate() {
            found[usize::from(case.differs(item))].add(comparison);
        }
    }
    found
}

#[test]
fn a_difference_of_the_groups_is_not_taken_for_one_of_the_items() {
    let (mut tests, mut significant, mut uniform) = (0.0, 0.0, 0.0);
    for design in DESIGNS {
        for (model, impact) in [
            (ItemModel::TwoPl, 0.0),
            (ItemModel::TwoPl, -1.0),
            (ItemModel::TwoPl, -2.0),
            (ItemModel::Rasch, -2.0),
            (ItemModel::ThreePl, -2.0),
        ] {
            let case = Case { model, design, impact, delta: 0.0 };
            let [found, _] = study(case, 1..3);
            let of_all = |count: f64| count / found.items;
            // A delta has a standard error of 0.2 to 0.4, the mean of 50 to 80 one of 0.03; what groups differ inside strata
            // grows with the distance between them.
            assert!(of_all(found.delta).abs() < 0.06 - 0.05 * impact, "{case:?} {found:?}");
            // 0.05 and three standard errors of a share of that many tests.
            let most = 0.05 + 3.0 * (0.05 * 0.95 / found.items).sqrt();
            assert!(of_all(found.significant) < most, "{case:?} {found:?}");
            assert!(of_all(found.uniform) < most, "{case:?} {found:?}");
            assert!(of_all(found.moderate) < 0.05, "{case:?} {found:?}");
            assert_eq!((found.large, found.held), (0.0, 0.0), "{case:?} {found:?}");
            tests += found.items;
            significant += found.significant;
            uniform += found.uniform;
        }
    }
    let most = 0.05 + 3.0 * (0.05 * 0.95_f64 / tests).sqrt();
    assert!(significant / tests < most && uniform / tests < most, "{significant} {uniform} of {tests}");
}

#[test]
fn an_item_that_differs_is_found_whatever_the_groups_are() {
    for design in DESIGNS {
        for (delta, power) in [(-1.0, 0.5), (-1.5, 0.7)] {
            for impact in [0.0, -2.0] {
                let case = Case { model: ItemModel::TwoPl, design, impact, delta };
                let [alike, differing] = study(case, 1..3);
                let share = differing.delta / differing.items / delta;
                assert!((0.65..1.15).contains(&share), "{case:?} {differing:?}");
                assert!(differing.significant / differing.items >= power, "{case:?} {differing:?}");
                assert_eq!((alike.large, alike.held), (0.0, 0.0), "{case:?} {alike:?}");
            }
        }
    }
}

/// Two forms of twelve items with one slope, a group each, and an item of another slope that all answer: estimates take
/// few values, others in each group and for each answer.
#[test]
fn short_forms_of_like_items_neither_hide_a_difference_nor_make_one() {
    let two_pl = |slope: f64, difficulty: f64| {
        let mut item = ItemParameters::neutral(ItemModel::TwoPl, 2);
        item.values_mut()[..2].copy_from_slice(&[slope, -slope * difficulty]);
        item
    };
    for (delta, expected) in [(0.0, -0.3..0.3), (-1.5, -1.9..-1.1)] {
        let mut sum = 0.0;
        for seed in 1..5 {
            let mut random = Pcg64::seed_from_u64(seed);
            let mut items: Vec<ItemParameters> =
                (0..24).map(|number| two_pl(1.3, -2.0 + 4.0 * f64::from(number) / 23.0)).collect();
            items.push(two_pl(0.75, 0.2));
            let mut builder = ResponseBuilder::new((0..25).map(|item| format!("item{item}")).collect());
            for examinee in 0..2_000_usize {
                let theta = normal(&mut random) - (examinee % 2) as f64;
                let mut row: Vec<(u16, u8)> = Vec::new();
                for item in (examinee % 2..24).step_by(2).chain([24]) {
                    let harder = if examinee % 2 == 1 && item == 24 { delta / 2.35 } else { 0.0 };
                    let values = items[item].values();
                    let chance = 1.0 / (1.0 + (-(values[0] * theta + values[1] + harder)).exp());
                    row.push((item as u16, u8::from(random.random::<f64>() < chance)));
                }
                builder.push(&row);
            }
            let groups = (0..2_000).map(|examinee| u8::from(examinee % 2 == 1)).collect();
            let names = vec!["reference".to_owned(), "focal".to_owned()];
            let matrix = builder.finish().with_groups(names, groups);
            let held =
                |item: &ItemParameters| ItemPlan { fixed: Some(item.clone()), ..ItemPlan::new(item.model()) };
            let plan = CalibrationPlan::new(items.iter().map(held).collect(), 2);
            let calibration = calibrate(&matrix, &plan, &mut |_| ControlFlow::Continue(())).unwrap();
            let matching = Matching::Ability(Abilities::new(&calibration, &matrix));
            sum += compare_items(&matrix, pair(&matrix), &matching, &[24])[0].mantel_haenszel.unwrap().delta;
        }
        assert!(expected.contains(&(sum / 4.0)), "{delta}: {}", sum / 4.0);
    }
}

#[test]
fn an_item_that_few_of_a_group_answered_is_refused_with_the_number() {
    let case = Case { model: ItemModel::Rasch, design: Design::Half, impact: 0.0, delta: 0.0 };
    let matrix = case.answers(1);
    let few = matrix.rebuilt(matrix.items().to_vec(), |examinee, item, score| {
        (item != 3 || examinee % 2 == 0 || examinee < 100).then_some((item, score))
    });
    let answered = (0..100).filter(|&e| e % 2 == 1 && few.answers(e).score(3).is_some()).count();
    let found = compared(&few, Abilities::new(&estimated(&few, case.model), &few));
    assert!(found.iter().enumerate().all(|(item, found)| found.refused.is_some() == (item == 3)));
    assert_eq!(
        found[3].refused.as_ref().unwrap().to_string(),
        format!("group \"focal\" has {answered} answers that can be compared, at least 100 are needed")
    );
    assert!(found[3].class().is_none() && found[3].adjusted.is_none() && !found[3].is_surely_large());
    // Nobody answered everything, so no total score matches anybody.
    let all = Matching::TotalScore((0..ITEMS).collect());
    let by_total = compare_items(&matrix, pair(&matrix), &all, &[0]);
    assert!(by_total[0].refused.as_ref().is_some_and(|refused| refused.answers == 0.0));
}

#[test]
fn adjusted_probabilities_are_those_of_benjamini_and_hochberg_over_the_items_compared() {
    let case = Case { model: ItemModel::TwoPl, design: Design::Half, impact: 0.0, delta: -1.5 };
    let matrix = case.answers(5);
    let found = compared(&matrix, Abilities::new(&estimated(&matrix, case.model), &matrix));
    let raw = |read: &dyn Fn(&ItemComparison) -> f64| -> Vec<f64> { found.iter().map(read).collect() };
    let check = |raw: Vec<f64>, read: &dyn Fn(AdjustedProbabilities) -> f64| {
        for (item, expected) in found.iter().zip(benjamini_hochberg(&raw)) {
            assert_eq!(read(item.adjusted.unwrap()), expected);
        }
    };
    check(raw(&|item| item.mantel_haenszel.unwrap().probability), &|adjusted| adjusted.matched);
    check(raw(&|item| item.logistic.unwrap().uniform_probability), &|adjusted| adjusted.uniform);
    check(raw(&|item| item.logistic.unwrap().non_uniform_probability), &|adjusted| adjusted.non_uniform);
    check(raw(&|item| item.mantel_haenszel.unwrap().at_most_moderate()), &|adjusted| {
        adjusted.at_most_moderate
    });
    assert!(found.iter().any(|item| item.adjusted.unwrap().matched < 0.01));
}
