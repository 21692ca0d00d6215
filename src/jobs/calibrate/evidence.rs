//! How far to trust each item of a calibration job: fit, and differences between groups. Where the evidence speaks against
//! an item, it is held by default with the reason.

use calibration::Calibration;
use calibration::dif::{Abilities, GroupPair, ItemComparison, Matching, adjust, compare_item};
use calibration::item_fit::{
    AbilityFit, MeanSquares, Misfit, MisfitRule, SummedScoreFit, fit_by_ability, misfits,
    predictive_mean_squares, summed_score_fit,
};
use calibration::responses::ResponseMatrix;
use calibration::significance::benjamini_hochberg;

use super::data::{CalibrationData, Grouping};
use super::grades::GradeSplit;
use crate::delivery::recalibration::{FitTest, GroupDifference, Hold};

/// Level of significance of the fit by ability, after adjustment for the number of items.
const LEVEL: f64 = 0.01;
/// Misfit by ability is more than noise from this root mean square error of approximation on.
const RMSEA_MAX: f64 = 0.06;

/// The evidence about every item that was estimated.
pub(super) struct Evidence {
    mean_squares: Vec<Option<MeanSquares>>,
    misfits: Vec<Option<Misfit>>,
    by_ability: Vec<Option<AbilityFit>>,
    adjusted: Vec<f64>,
    summed_scores: Vec<Option<SummedScoreFit>>,
    differences: Vec<Option<GroupDifference>>,
}

/// The evidence about one item.
pub(super) struct ItemEvidence {
    pub infit: Option<f64>,
    pub outfit: Option<f64>,
    pub by_ability: Option<FitTest>,
    pub summed_score: Option<FitTest>,
    pub difference: Option<GroupDifference>,
    pub holds: Vec<Hold>,
}

impl Evidence {
    /// The evidence about the wanted items.
    pub(super) fn gather(data: &CalibrationData<'_>, fitted: &Calibration, wanted: &[bool]) -> Self {
        let mean_squares = only(wanted, predictive_mean_squares(fitted));
        let by_ability = only(wanted, fit_by_ability(fitted));
        let probability = |fit: &Option<AbilityFit>| fit.map_or(f64::NAN, |fit| fit.probability);
        let probabilities: Vec<f64> = by_ability.iter().map(probability).collect();
        Self {
            misfits: misfits(&mean_squares, MisfitRule::default()),
            adjusted: benjamini_hochberg(&probabilities),
            summed_scores: only(wanted, summed_score_fit(fitted, &data.matrix)),
            differences: differences(data, fitted, wanted).unwrap_or_else(|| vec![None; wanted.len()]),
            mean_squares,
            by_ability,
        }
    }

    /// The evidence about the item of a column.
    pub(super) fn of(&self, column: usize) -> ItemEvidence {
        let mut holds = Vec::new();
        holds.extend(self.misfits[column].map(|misfit| Hold::Misfit { what: misfit.to_string() }));
        if let Some(fit) = self.by_ability[column]
            && self.adjusted[column] < LEVEL
            && fit.rmsea > RMSEA_MAX
        {
            let what = format!(
                "fit by ability χ²({}) = {:.1} (adjusted p {:.4}): the curve has another shape than the model's",
                fit.degrees_of_freedom, fit.statistic, self.adjusted[column]
            );
            holds.push(Hold::Misfit { what });
        }
        let difference = self.differences[column].clone();
        if let Some(found) = difference.as_ref().filter(|found| found.is_surely_large) {
            holds.push(Hold::Dif { what: found.words() });
        }
        ItemEvidence {
            infit: self.mean_squares[column].map(|fit| fit.infit.value),
            outfit: self.mean_squares[column].map(|fit| fit.outfit.value),
            by_ability: self.by_ability[column].map(|fit| FitTest {
                statistic: fit.statistic,
                degrees_of_freedom: fit.degrees_of_freedom,
                probability: fit.probability,
            }),
            summed_score: self.summed_scores[column].filter(|fit| fit.degrees_of_freedom > 0).map(|fit| {
                FitTest {
                    statistic: fit.statistic,
                    degrees_of_freedom: fit.degrees_of_freedom,
                    probability: fit.probability,
                }
            }),
            difference,
            holds,
        }
    }
}

fn only<T>(wanted: &[bool], found: Vec<Option<T>>) -> Vec<Option<T>> {
    found.into_iter().zip(wanted).map(|(found, wanted)| found.filter(|_| *wanted)).collect()
}

/// Groups at equal ability; of several the one that differs most from the first. None where fewer than two have enough
/// examinees. Probabilities are adjusted for the number of items times that of groups compared.
fn differences(
    data: &CalibrationData<'_>,
    fitted: &Calibration,
    wanted: &[bool],
) -> Option<Vec<Option<GroupDifference>>> {
    let (names, matrix) = grouped(data)?;
    let pairs = names[1..].iter().map(|focal| {
        GroupPair::new(&matrix, (&names[0], focal), GroupPair::EXAMINEES_MIN).ok().map(|pair| (pair, focal))
    });
    let pairs: Vec<(GroupPair, &String)> = pairs.collect::<Option<_>>()?;
    let matching = Matching::Ability(Abilities::new(fitted, &matrix));
    let is_judged = |column: &usize| wanted[*column] && fitted.items[*column].problem.is_none();
    let judged: Vec<usize> = (0..wanted.len()).filter(is_judged).collect();
    let mut compared: Vec<ItemComparison> = Vec::new();
    for (pair, _) in &pairs {
        compared.extend(judged.iter().map(|&column| compare_item(&matrix, *pair, &matching, column)));
    }
    adjust(&mut compared);
    let mut differences = vec![None; wanted.len()];
    for (place, &column) in judged.iter().enumerate() {
        let of_item = compared.iter().skip(place).step_by(judged.len());
        let found = of_item.zip(&pairs).filter_map(|(found, (_, focal))| difference(found, &names[0], focal));
        differences[column] = found.max_by(|one, other| {
            let certain = one.is_surely_large.cmp(&other.is_surely_large);
            certain.then(one.class.cmp(&other.class)).then(one.size.abs().total_cmp(&other.size.abs()))
        });
    }
    Some(differences)
}

fn difference(found: &ItemComparison, reference: &str, focal: &str) -> Option<GroupDifference> {
    let (examinees, size, unit) = match (&found.mantel_haenszel, &found.polytomous) {
        (Some(found), _) => (found.examinees, found.delta, "delta"),
        (None, Some(found)) => (found.examinees, found.effect_size, "standard deviations"),
        (None, None) => return None,
    };
    Some(GroupDifference {
        reference: reference.to_owned(),
        focal: focal.to_owned(),
        class: found.class()?.letter().to_owned(),
        size,
        unit: unit.to_owned(),
        matched: examinees.map(|count| count.round() as u32),
        adjusted_probability: found.adjusted.map(|adjusted| adjusted.at_most_moderate),
        is_surely_large: found.is_surely_large(),
    })
}

/// The names of the groups that have enough examinees, and the answers of these examinees.
fn grouped(data: &CalibrationData<'_>) -> Option<(Vec<String>, ResponseMatrix)> {
    let (names, of): (Vec<String>, Vec<usize>) = match &data.grouping {
        Grouping::None => return None,
        Grouping::Grades(grades) => {
            let split = GradeSplit::of(grades, GroupPair::EXAMINEES_MIN)?;
            (split.names().to_vec(), split.groups(grades).into_iter().map(usize::from).collect())
        }
        Grouping::Named { names, of } => (names.clone(), of.clone()),
    };
    let size = |group: usize| of.iter().filter(|&&found| found == group).count();
    let enough: Vec<usize> =
        (0..names.len()).filter(|&group| size(group) >= GroupPair::EXAMINEES_MIN).collect();
    if enough.len() < 2 {
        return None;
    }
    let place = |examinee: &usize| enough.iter().position(|&group| group == of[*examinee]);
    let kept: Vec<usize> = (0..of.len()).filter(|examinee| place(examinee).is_some()).collect();
    let groups = kept.iter().filter_map(place).map(|group| u8::try_from(group).expect("at most 64 groups"));
    let names: Vec<String> = enough.iter().map(|&group| names[group].clone()).collect();
    let matrix = data.matrix.selected(&kept).with_groups(names.clone(), groups.collect());
    Some((names, matrix))
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use calibration::{CalibrationPlan, ItemPlan};
    use item_bank::formats::read_bank_json;
    use item_bank::{Bank, ItemId};
    use rand::{Rng, SeedableRng};
    use rand_pcg::Pcg64;

    use super::*;
    use crate::delivery::recalibration::RapidGuesses;
    use crate::jobs::calibrate::data::collect;
    use crate::store::recalibration::LiveAnswers;

    const OPERATIONAL: usize = 24;
    /// Items in field test: one that follows its model, one that only the middle knows, one that is harder for the
    /// higher grades.
    const TRIED: [&str; 3] = ["sound", "bent", "unfair"];

    fn bank() -> Bank {
        let mut items: Vec<serde_json::Value> = (0..OPERATIONAL)
            .map(|number| {
                let difficulty = -2.0 + 4.0 * number as f64 / (OPERATIONAL - 1) as f64;
                serde_json::json!({ "id": format!("old{number:02}"), "model": "2PL", "a": 1.3, "b": difficulty,
                                    "pool": "interim", "status": "operational" })
            })
            .collect();
        for name in TRIED {
            items.push(serde_json::json!({ "id": name, "pool": "interim", "status": "field_test" }));
        }
        let bank = serde_json::json!({ "id": "b", "name": "B", "D": 1, "origin": "made for tests",
                                       "licence": "CC0-1.0", "items": items });
        read_bank_json(&bank.to_string(), "bank").unwrap()
    }

    fn uniform(random: &mut impl Rng) -> f64 {
        (random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Of two grades, the higher one a logit more able, half of the operational items and every item in field test.
    fn answers() -> LiveAnswers {
        let mut random = Pcg64::seed_from_u64(99);
        let mut answers = LiveAnswers::default();
        for examinee in 0..900 {
            let grade = if examinee % 2 == 0 { 3 } else { 5 };
            let normal = (0..12).map(|_| uniform(&mut random)).sum::<f64>() - 6.0;
            let theta = normal + if grade == 5 { 0.5 } else { -0.5 };
            let two_pl = |difficulty: f64| 1.0 / (1.0 + (-1.3 * (theta - difficulty)).exp());
            let mut answer = |item: &str, chance: f64, draw: f64| {
                let score = u32::from(draw < chance);
                answers.push((&examinee.to_string(), grade), ItemId::new(item).unwrap(), (score, 20_000));
            };
            for number in (examinee % 2..OPERATIONAL).step_by(2) {
                let difficulty = -2.0 + 4.0 * number as f64 / (OPERATIONAL - 1) as f64;
                answer(&format!("old{number:02}"), two_pl(difficulty), uniform(&mut random));
            }
            answer("sound", two_pl(0.2), uniform(&mut random));
            answer("bent", if theta.abs() < 0.7 { 0.85 } else { 0.25 }, uniform(&mut random));
            answer("unfair", two_pl(if grade == 5 { 1.0 } else { -0.4 }), uniform(&mut random));
        }
        answers
    }

    #[test]
    fn an_item_is_held_for_a_bent_curve_and_for_working_differently_and_a_sound_one_is_not() {
        let bank = bank();
        let data = collect(&bank, RapidGuesses::Kept, answers(), &[]).unwrap();
        let wanted: Vec<bool> = data.items.iter().map(|item| TRIED.contains(&item.id.as_str())).collect();
        let plans = data.items.iter().map(|item| {
            let fixed = item.model.as_ref().map(calibration::ItemParameters::from_response_model);
            ItemPlan { fixed, ..ItemPlan::new(calibration::ItemModel::TwoPl) }
        });
        let plan = CalibrationPlan::new(plans.collect(), 1);
        let fitted = calibration::calibrate(&data.matrix, &plan, &mut |_| ControlFlow::Continue(())).unwrap();
        let evidence = Evidence::gather(&data, &fitted, &wanted);
        let of =
            |name: &str| evidence.of(data.items.iter().position(|item| item.id.as_str() == name).unwrap());
        let sound = of("sound");
        assert_eq!(sound.holds, [], "{:?}", sound.by_ability);
        assert!(sound.infit.is_some_and(|infit| (infit - 1.0).abs() < 0.1));
        assert!(sound.by_ability.is_some_and(|fit| fit.probability > 0.001));
        assert_eq!(sound.summed_score, None, "nobody answered every item");
        assert_ne!(sound.difference.unwrap().class, "C");

        let bent = of("bent");
        assert!(matches!(&bent.holds[..], [Hold::Misfit { .. }, ..]), "{:?}", bent.holds);
        let unfair = of("unfair");
        let Some(Hold::Dif { what }) = unfair.holds.last() else { panic!("{:?}", unfair.holds) };
        assert!(what.starts_with("harder for grade 5 than for grade 3 of equal ability ("), "{what}");
        assert!(
            what.contains(" delta, class C (adjusted p 0.0000 that it is no more than moderate)"),
            "{what}"
        );
        // 1.4 logits at a slope of 1.3 are 2.35 · 1.3 · 1.4 = 4.3 deltas, a little less at uncertain ability.
        let found = unfair.difference.unwrap().size;
        assert!((-4.8..-2.8).contains(&found), "{found}");
        let unwanted = of("old00");
        assert_eq!((unwanted.infit, unwanted.holds.len()), (None, 0));
    }
}
