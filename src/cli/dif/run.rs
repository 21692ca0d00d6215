//! Compares the groups of a response file, and writes.

use anyhow::anyhow;
use calibration::dif::{
    Abilities, Anchors, DifError, GroupPair, Matching, ModelledGroups, compare_items, model_tests,
    purified_abilities, purified_strata,
};
use calibration::report::{DifEvidence, dif_report};
use calibration::responses::ResponseMatrix;
use calibration::{Calibration, CalibrationPlan};

use super::arguments::{Arguments, MatchArgument};
use super::summary::{LEVEL, Summary};
use super::table::table;
use crate::cli::evidence::{estimate, estimation_warnings, grid_warning, working, write_files};
use crate::cli::{CommandError, Output};

/// Compares and writes.
pub fn run(arguments: &Arguments, output: &Output) -> Result<(), CommandError> {
    arguments.threads.pool()?.install(|| compare_and_write(arguments, output))
}

fn compare_and_write(arguments: &Arguments, output: &Output) -> Result<(), CommandError> {
    let matrix = arguments.responses.read(Some(&arguments.group))?;
    if arguments.purify && !arguments.anchors.is_empty() {
        return Err(CommandError::Refused(anyhow!(
            "--purify finds the anchors, so --anchors must not name them"
        )));
    }
    let groups = Groups::new(arguments, &matrix)?;
    let study = Study::new(arguments, &matrix, output)?;
    let mut warnings = study.warnings();
    let mut comparisons = Vec::with_capacity(groups.pairs.len());
    for (focal, pair) in groups.pairs {
        comparisons.push(study.compare((&groups.reference, &focal), pair, &mut warnings)?);
    }
    warnings.dedup();
    let summary = Summary::new(&matrix, &comparisons, (groups.too_small, warnings));
    let text = serde_json::to_string_pretty(&summary).map_err(CommandError::failed)?;
    let source = arguments.responses.responses.display().to_string();
    let files = [
        ("dif.csv", table(&matrix, &comparisons)),
        ("summary.json", text + "\n"),
        ("report.html", dif_report(&comparisons, matrix.items(), &source)),
    ];
    write_files(&arguments.out, &files)?;
    output.result(&summary.text(&arguments.out.display().to_string()), &summary)
}

/// The groups that are compared.
struct Groups {
    reference: String,
    pairs: Vec<(String, GroupPair)>,
    /// Why other groups of the file are not, where none was named.
    too_small: Vec<String>,
}

impl Groups {
    fn new(arguments: &Arguments, matrix: &ResponseMatrix) -> Result<Self, CommandError> {
        let names = matrix.group_names();
        let first = || names.first().cloned().unwrap_or_default();
        let reference = arguments.reference.clone().unwrap_or_else(first);
        let pair = |focal: &String| GroupPair::new(matrix, (&reference, focal), arguments.minimum);
        let (mut pairs, mut too_small) = (Vec::new(), Vec::new());
        if arguments.focal.is_empty() {
            for focal in names.iter().filter(|name| **name != reference) {
                match pair(focal) {
                    Ok(found) => pairs.push((focal.clone(), found)),
                    Err(DifError::GroupTooSmall { name, .. }) if name == reference => {
                        return Err(CommandError::refused(pair(focal).expect_err("it is too small")));
                    }
                    Err(error @ DifError::GroupTooSmall { .. }) => too_small.push(error.to_string()),
                    Err(error) => return Err(CommandError::refused(error)),
                }
            }
            if pairs.is_empty() {
                let why =
                    too_small.first().cloned().unwrap_or_else(|| format!("there is only {reference:?}"));
                return Err(CommandError::Refused(anyhow!("no group to compare: {why}")));
            }
        } else {
            for focal in &arguments.focal {
                pairs.push((focal.clone(), pair(focal).map_err(CommandError::refused)?));
            }
        }
        Ok(Self { reference, pairs, too_small })
    }
}

/// Everything that the comparisons of all groups share.
struct Study<'a> {
    arguments: &'a Arguments,
    matrix: &'a ResponseMatrix,
    output: &'a Output,
    /// For models; none where nothing is modelled.
    plan: Option<CalibrationPlan>,
    /// What abilities are estimated with, where examinees are matched on them.
    calibration: Option<Calibration>,
    anchors: Anchors,
}

impl<'a> Study<'a> {
    fn new(
        arguments: &'a Arguments,
        matrix: &'a ResponseMatrix,
        output: &'a Output,
    ) -> Result<Self, CommandError> {
        let by_ability = arguments.match_on == MatchArgument::Ability;
        let plan = || -> Result<CalibrationPlan, CommandError> {
            let mut plan = arguments.responses.plan_for_all(matrix)?;
            arguments.estimation.apply(&mut plan).map_err(CommandError::Refused)?;
            Ok(plan)
        };
        let plan = (by_ability || arguments.test.is_some()).then(plan).transpose()?;
        let calibrated = plan.as_ref().filter(|_| by_ability).map(|plan| estimate(matrix, plan, output));
        let anchors = anchors(arguments, matrix)?;
        Ok(Self { arguments, matrix, output, calibration: calibrated.transpose()?, plan, anchors })
    }

    fn warnings(&self) -> Vec<String> {
        self.calibration.as_ref().map(estimation_warnings).unwrap_or_default()
    }

    /// The reference group and a focal group.
    fn compare(
        &self,
        (reference, focal): (&str, &str),
        pair: GroupPair,
        warnings: &mut Vec<String>,
    ) -> Result<DifEvidence, CommandError> {
        let all: Vec<usize> = (0..self.matrix.items().len()).collect();
        let (matching, mut items) = working(self.output, "comparing", || {
            let matching = self.matching(pair, &all);
            let items = compare_items(self.matrix, pair, &matching, &all);
            (matching, items)
        });
        if let (Some(test), Some(plan)) = (self.arguments.test, &self.plan) {
            let modelled = ModelledGroups { matrix: self.matrix, groups: pair, plan };
            let found = working(self.output, "testing", || model_tests(modelled, test.kind(), &self.anchors));
            let found = found.map_err(CommandError::refused)?;
            for test in found.tests {
                items[test.item].model_test = Some(test);
            }
            if !found.settled {
                warnings.push(format!("warning: the anchors for {focal} did not settle"));
            }
            if !found.certificate.converged {
                warnings.push(format!("warning: an estimation for the tests of {focal} did not converge"));
            }
            warnings.extend(found.certificate.grid_warnings.iter().map(grid_warning));
        }
        let [reference, focal] = [reference, focal].map(str::to_owned);
        Ok(DifEvidence { reference, focal, matched_on: matching.in_words(), items })
    }

    fn matching(&self, pair: GroupPair, all: &[usize]) -> Matching {
        match (&self.calibration, self.arguments.purify) {
            (None, true) => Matching::TotalScore(purified_strata(self.matrix, pair, all)),
            (None, false) => Matching::TotalScore(all.to_vec()),
            (Some(calibration), true) => {
                Matching::Ability(purified_abilities(self.matrix, pair, calibration))
            }
            (Some(calibration), false) => Matching::Ability(Abilities::new(calibration, self.matrix)),
        }
    }
}

fn anchors(arguments: &Arguments, matrix: &ResponseMatrix) -> Result<Anchors, CommandError> {
    if arguments.purify {
        return Ok(Anchors::Purified { level: LEVEL });
    }
    if arguments.anchors.is_empty() {
        return Ok(Anchors::AllOthers);
    }
    let column = |name: &String| {
        let found = matrix.items().iter().position(|item| item == name);
        found.ok_or_else(|| CommandError::refused(DifError::UnknownAnchor(name.clone())))
    };
    arguments.anchors.iter().map(column).collect::<Result<Vec<usize>, _>>().map(Anchors::Columns)
}
