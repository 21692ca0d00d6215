//! The ranges of a plan's settings. A limit stands on everything a plan can ask for.

use super::content_check::{check_items, check_row};
use super::field_test::{CELL, FieldTestRule};
use super::off_grade::OffGradeRule;
use super::plan::{
    Assembly, EstimatorSettings, ExposureControl, ExposureRule, PlanDocument, PriorSettings, Refresh,
    SelectionCriterion,
};
use super::problem::PlanError;
use super::stopping::{SequentialTest, Stopping};

const ITEMS_MAX: usize = 500;
const ROWS_MAX: usize = 300;
const NODES: std::ops::RangeInclusive<usize> = 11..=401;
const LOGITS_MAX: f64 = 10.0;
const BANDS_MAX: usize = 20;
const FIELD_TEST_MAX: usize = 20;

pub(super) fn check(plan: &PlanDocument) -> Result<(), PlanError> {
    require(!plan.id.trim().is_empty() && plan.id.len() <= 100, "id", "1 to 100 bytes", &plan.id)?;
    require(plan.version >= 1, "version", "at least 1", plan.version)?;
    require(!plan.name.trim().is_empty(), "name", "a text for people", &plan.name)?;
    check_estimator(&plan.estimator)?;
    check_prior("prior", &plan.prior, &plan.estimator)?;
    for (grade, prior) in &plan.prior_by_grade {
        check_prior(&format!("prior_by_grade.{grade}"), prior, &plan.estimator)?;
    }
    let randomesque = plan.selection.randomesque;
    require((1..=100).contains(&randomesque), "selection.randomesque", "from 1 to 100", randomesque)?;
    let nodes = plan.selection.node_limit;
    require((1..=100_000).contains(&nodes), "selection.node_limit", "from 1 to 100000", nodes)?;
    match plan.selection.refresh {
        Refresh::Every(items) => {
            require((1..=ITEMS_MAX).contains(&items), "selection.refresh.every", "from 1 to 500", items)?;
        }
        Refresh::EstimateMoved(by) => {
            let fits = by > 0.0 && by <= LOGITS_MAX;
            require(fits, "selection.refresh.estimate_moved", "above 0 and at most 10 logits", by)?;
        }
        Refresh::Always | Refresh::SetBoundaries => {}
    }
    if let SelectionCriterion::Progressive { acceleration }
    | SelectionCriterion::Proportional { acceleration } = plan.selection.criterion
    {
        let fits = (0.0..=10.0).contains(&acceleration);
        require(fits, "selection.criterion.acceleration", "from 0 to 10", acceleration)?;
    }
    if let SelectionCriterion::ContentWeights { content } = plan.selection.criterion {
        let fits = (0.0..=1.0).contains(&content);
        require(fits, "selection.criterion.content", "from 0 to 1", content)?;
    }
    let shadow = plan.selection.assembly == Assembly::ShadowTest;
    let drawn = matches!(plan.selection.criterion, SelectionCriterion::Proportional { .. });
    let setting = "selection.criterion";
    require(!(shadow && drawn), setting, "a value, not a draw, with shadow tests", "proportional")?;
    check_stopping(&plan.stopping)?;
    require(plan.blueprint.len() <= ROWS_MAX, "blueprint", "at most 300 rows", plan.blueprint.len())?;
    for (index, row) in plan.blueprint.iter().enumerate() {
        check_row(index, row)?;
    }
    if let Some(rule) = &plan.exposure {
        check_exposure(rule)?;
    }
    if let Some(rule) = &plan.field_test {
        check_field_test(rule, &plan.stopping)?;
    }
    check_items(&plan.items)?;
    plan.off_grade.as_ref().map_or(Ok(()), check_off_grade)?;
    let sets = &plan.stimulus_sets;
    require(sets.minimum_items >= 1, "stimulus_sets.minimum_items", "at least 1", sets.minimum_items)?;
    let maximum = sets.maximum_items.unwrap_or(usize::MAX);
    let not_below = "not below the minimum";
    require(maximum >= sets.minimum_items, "stimulus_sets.maximum_items", not_below, maximum)?;
    let maximum = sets.maximum_sets.unwrap_or(usize::MAX);
    require(maximum >= sets.minimum_sets, "stimulus_sets.maximum_sets", not_below, maximum)
}

fn check_estimator(grid: &EstimatorSettings) -> Result<(), PlanError> {
    require(NODES.contains(&grid.nodes), "estimator.nodes", "from 11 to 401", grid.nodes)?;
    let ordered = -LOGITS_MAX <= grid.lowest && grid.lowest < grid.highest && grid.highest <= LOGITS_MAX;
    let got = format!("{} and {}", grid.lowest, grid.highest);
    require(ordered, "estimator.lowest and .highest", "ascending and from -10 to 10 logits", got)
}

fn check_prior(name: &str, prior: &PriorSettings, grid: &EstimatorSettings) -> Result<(), PlanError> {
    let inside = grid.lowest < prior.mean && prior.mean < grid.highest;
    require(inside, &format!("{name}.mean"), "between the ends of the estimator's grid", prior.mean)?;
    let deviation = prior.standard_deviation;
    let setting = format!("{name}.standard_deviation");
    require((0.1..=LOGITS_MAX).contains(&deviation), &setting, "from 0.1 to 10 logits", deviation)
}

fn check_stopping(stopping: &Stopping) -> Result<(), PlanError> {
    let Stopping { minimum_items, maximum_items, .. } = stopping;
    require(*minimum_items >= 1, "stopping.minimum_items", "at least 1", minimum_items)?;
    let fits = minimum_items <= maximum_items && *maximum_items <= ITEMS_MAX;
    require(fits, "stopping.maximum_items", "from the minimum to 500", maximum_items)?;
    for (setting, value) in [
        ("stopping.standard_error", stopping.standard_error),
        ("stopping.standard_error_reduction", stopping.standard_error_reduction),
    ] {
        let fits = value.is_none_or(|error| error > 0.0 && error <= LOGITS_MAX);
        require(fits, setting, "above 0 and at most 10 logits", value.unwrap_or_default())?;
    }
    if let Some(least) = stopping.information_minimum {
        let fits = least > 0.0 && least <= 100.0;
        require(fits, "stopping.information_minimum", "above 0 and at most 100 per squared logit", least)?;
    }
    if let Some(rule) = &stopping.level_confidence {
        let fits = rule.probability > 0.5 && rule.probability < 1.0;
        require(fits, "stopping.level_confidence.probability", "above 0.5 and below 1", rule.probability)?;
    }
    stopping.decision.as_ref().map_or(Ok(()), check_decision)
}

fn check_decision(test: &SequentialTest) -> Result<(), PlanError> {
    let indifference = test.indifference;
    let fits = indifference > 0.0 && indifference <= LOGITS_MAX;
    require(fits, "stopping.decision.indifference", "above 0 and at most 10 logits", indifference)?;
    for (setting, error) in [
        ("stopping.decision.false_above", test.false_above),
        ("stopping.decision.false_below", test.false_below),
    ] {
        require(error > 0.0 && error < 0.5, setting, "above 0 and below 0.5", error)?;
    }
    Ok(())
}

fn check_off_grade(rule: &OffGradeRule) -> Result<(), PlanError> {
    require(!rule.attribute.is_empty(), "off_grade.attribute", "the name of an attribute", &rule.attribute)?;
    let probability = rule.probability;
    let fits = probability > 0.5 && probability < 1.0;
    require(fits, "off_grade.probability", "above 0.5 and below 1", probability)?;
    let ordered = -LOGITS_MAX <= rule.lowest && rule.lowest < rule.highest && rule.highest <= LOGITS_MAX;
    let got = format!("{} and {}", rule.lowest, rule.highest);
    require(ordered, "off_grade.lowest and .highest", "ascending and from -10 to 10 logits", got)
}

fn check_exposure(rule: &ExposureRule) -> Result<(), PlanError> {
    let rate = rule.maximum_rate;
    require(rate > 0.0 && rate <= 1.0, "exposure.maximum_rate", "above 0 and at most 1", rate)?;
    if let ExposureControl::Priority { steepness } = rule.control {
        require((1..=100).contains(&steepness), "exposure.control.steepness", "from 1 to 100", steepness)?;
    }
    let is_share = |share: &f64| *share > 0.0 && *share <= 1.0;
    let unfit = rule.parameters.iter().find(|(_, share)| !is_share(share));
    let got = unfit.map(|(item, share)| format!("{share} for {item}"));
    require(unfit.is_none(), "exposure.parameters", "above 0 and at most 1", got.unwrap_or_default())?;
    let unused = !rule.parameters.is_empty() && rule.control != ExposureControl::SympsonHetter;
    require(
        !unused,
        "exposure.parameters",
        "absent but under sympson_hetter control",
        rule.parameters.len(),
    )?;
    let cuts = &rule.band_cuts;
    let ascending = cuts.len() < BANDS_MAX
        && cuts.iter().all(|cut| cut.abs() <= LOGITS_MAX)
        && cuts.windows(2).all(|pair| pair[0] < pair[1]);
    require(ascending, "exposure.band_cuts", "at most 19 ascending abilities in logits", format!("{cuts:?}"))
}

fn check_field_test(rule: &FieldTestRule, stopping: &Stopping) -> Result<(), PlanError> {
    let FieldTestRule { items_per_test, first_position, last_position, least_distance, .. } = *rule;
    let fits = (1..=FIELD_TEST_MAX).contains(&items_per_test);
    require(fits, "field_test.items_per_test", "from 1 to 20", items_per_test)?;
    require(first_position >= 1, "field_test.first_position", "at least 1", first_position)?;
    // A scored item always follows.
    let longest = stopping.maximum_items + items_per_test - 1;
    let fits = (first_position..=longest).contains(&last_position);
    let must_be = "from the first position to the place before the last item of the longest test";
    require(fits, "field_test.last_position", must_be, last_position)?;
    let fits = (1..=ITEMS_MAX).contains(&least_distance);
    require(fits, "field_test.least_distance", "from 1 to 500", least_distance)?;
    let got = format!("{first_position} to {last_position} for {items_per_test} items");
    let must_be = "wide enough for the items at their least distance";
    require(rule.free_places().is_some(), "field_test.first_position to .last_position", must_be, got)?;
    let cuts = &rule.band_cuts;
    let ascending = cuts.len() < BANDS_MAX
        && cuts.iter().all(|cut| cut.abs() <= LOGITS_MAX && (cut / CELL).fract() == 0.0)
        && cuts.windows(2).all(|pair| pair[0] < pair[1]);
    let must_be = "at most 19 ascending abilities in logits, each a multiple of 0.25";
    require(ascending, "field_test.band_cuts", must_be, format!("{cuts:?}"))?;
    let wanted = rule.answers_wanted.unwrap_or(1);
    require(wanted >= 1, "field_test.answers_wanted", "at least 1", wanted)?;
    let at_once = rule.items_at_once.unwrap_or(items_per_test);
    let must_be = "at least as many as a test has";
    require(at_once >= items_per_test, "field_test.items_at_once", must_be, at_once)
}

pub(super) fn require(
    holds: bool,
    setting: &str,
    must_be: &'static str,
    got: impl ToString,
) -> Result<(), PlanError> {
    if holds {
        return Ok(());
    }
    let got = match got.to_string() {
        empty if empty.is_empty() => "\"\"".to_owned(),
        got => got,
    };
    Err(PlanError::Setting { setting: setting.to_owned(), must_be, got })
}
