//! Responses, and the parameters they are held against: estimated, or taken from a bank.

use std::collections::HashMap;
use std::fs::File;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, anyhow, ensure};
use calibration::responses::{ReadOptions, ResponseMatrix, SCORE_MAX};
use calibration::{Calibration, CalibrationPlan, ItemModel, ItemParameters, ItemPlan, calibrate};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use item_bank::{Bank, Item};

use super::{CountedAnswers, RapidGuesses};
use crate::cli::bank_input::{read_bank, read_bank_alone};
use crate::cli::{CommandError, Output};

/// How often a spinner turns.
const TICK: Duration = Duration::from_millis(120);

/// Where responses and parameters come from.
#[derive(Debug, Args)]
pub(in crate::cli) struct ResponsesArguments {
    /// The response file.
    #[arg(value_name = "RESPONSES")]
    pub(in crate::cli) responses: PathBuf,
    /// The model of items to be estimated: rasch, 1pl, 2pl, 3pl, 4pl, grm, pcm, gpcm, rsm or nominal.
    #[arg(long)]
    pub(in crate::cli) model: Option<ItemModel>,
    /// A bank file; items that it has parameters for keep them.
    #[arg(long, value_name = "BANK")]
    pub(in crate::cli) bank: Option<PathBuf>,
    /// The column that holds sampling weights; a weight of 2 is the same as the line twice.
    #[arg(long, value_name = "COLUMN")]
    pub(in crate::cli) weight: Option<String>,
    /// A column to pass over; may be given several times.
    #[arg(long, value_name = "COLUMN")]
    pub(in crate::cli) ignore: Vec<String>,
    /// Whether answers faster than a tenth of their item's mean time count, where a long file has timestamps.
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) rapid_guesses: RapidGuesses,
}

impl ResponsesArguments {
    /// The responses that count, with the groups a column names.
    pub(in crate::cli) fn read(&self, group: Option<&str>) -> Result<ResponseMatrix, CommandError> {
        self.read_with_times(group).map(|answers| answers.matrix)
    }

    /// The same, with the times they took.
    pub(in crate::cli) fn read_with_times(
        &self,
        group: Option<&str>,
    ) -> Result<CountedAnswers, CommandError> {
        let name = || self.responses.display().to_string();
        let options = ReadOptions {
            group: group.map(str::to_owned),
            weight: self.weight.clone(),
            ignored: self.ignore.clone(),
            highest_scores: self.bank_alone()?.as_ref().map(highest_scores).unwrap_or_default(),
            ..ReadOptions::default()
        };
        let file = File::open(&self.responses).with_context(name).map_err(CommandError::Refused)?;
        let read = CountedAnswers::read(file, &options, self.rapid_guesses);
        let answers = read.with_context(name).map_err(CommandError::Refused)?;
        // Groups are compared, and what the bank does not have is estimated: both need answers that differ.
        let needed =
            if group.is_some() || self.bank.is_none() { Needed::Differences } else { Needed::Answers };
        needed.check(&answers.matrix).with_context(name).map_err(CommandError::Refused)?;
        Ok(answers)
    }

    /// A plan with every item's model, or its parameters in the bank, and the responses it is for: without --model, items
    /// that the bank has as drafts are left out.
    pub(in crate::cli) fn plan(
        &self,
        matrix: ResponseMatrix,
        output: &Output,
    ) -> Result<(ResponseMatrix, CalibrationPlan), CommandError> {
        let bank = self.bank.as_deref().map(|path| read_bank_alone(path, output)).transpose()?;
        let matrix = match (&bank, self.model) {
            (Some(bank), None) => without_drafts(matrix, bank, output),
            _ => matrix,
        };
        let plan = self.plan_with(&matrix, bank.as_ref())?;
        Ok((matrix, plan))
    }

    /// A plan with every item's model, or its parameters in the bank; an item without either is refused.
    pub(in crate::cli) fn plan_for_all(
        &self,
        matrix: &ResponseMatrix,
    ) -> Result<CalibrationPlan, CommandError> {
        self.plan_with(matrix, self.bank_alone()?.as_ref())
    }

    /// The bank, without what was odd about its file.
    fn bank_alone(&self) -> Result<Option<Bank>, CommandError> {
        Ok(self.bank.as_deref().map(read_bank).transpose()?.map(|reading| reading.bank))
    }

    fn plan_with(
        &self,
        matrix: &ResponseMatrix,
        bank: Option<&Bank>,
    ) -> Result<CalibrationPlan, CommandError> {
        let mut items = Vec::with_capacity(matrix.items().len());
        for id in matrix.items() {
            let known = bank.and_then(|bank| bank.item(id)).and_then(|item| item.model.as_ref());
            items.push(match (known, self.model) {
                (Some(model), _) => {
                    let parameters = ItemParameters::from_response_model(model);
                    ItemPlan { fixed: Some(parameters.clone()), ..ItemPlan::new(parameters.model()) }
                }
                (None, Some(model)) => ItemPlan::new(model),
                (None, None) => {
                    let why = match &self.bank {
                        Some(bank) => format!("{} has no parameters for item {id:?}", bank.display()),
                        None => "neither --model nor --bank is given".to_owned(),
                    };
                    return Err(CommandError::Refused(anyhow!("{why}; name a model with --model")));
                }
            });
        }
        Ok(CalibrationPlan::new(items, matrix.group_count()))
    }
}

/// What answers must have for a command to say anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Needed {
    /// One answer at least.
    Answers,
    /// An item with two different scores at least.
    Differences,
}

impl Needed {
    /// Refuses answers that do not have it.
    pub(in crate::cli) fn check(self, matrix: &ResponseMatrix) -> anyhow::Result<()> {
        ensure!(matrix.answer_count() > 0, "every cell is blank: nobody answered anything");
        let mut first = vec![None; matrix.items().len()];
        let mut differs = |(item, score): (usize, u8)| *first[item].get_or_insert(score) != score;
        ensure!(
            self == Self::Answers || matrix.rows().any(|row| row.iter().any(&mut differs)),
            "no item has two different scores: there is nothing to estimate or compare"
        );
        Ok(())
    }
}

/// The highest score of every item that the bank has parameters for.
pub(in crate::cli) fn highest_scores(bank: &Bank) -> HashMap<String, u8> {
    let highest = |item: &Item| {
        let score = item.model.as_ref()?.maximum_score();
        Some((item.id.to_string(), u8::try_from(score).map_or(SCORE_MAX, |score| score.min(SCORE_MAX))))
    };
    bank.items().iter().filter_map(highest).collect()
}

/// The responses without items that the bank has no parameters for; people are told which.
fn without_drafts(matrix: ResponseMatrix, bank: &Bank, output: &Output) -> ResponseMatrix {
    let is_draft = |id: &String| bank.item(id).is_some_and(|item| item.model.is_none());
    let (drafts, kept): (Vec<String>, Vec<String>) = matrix.items().iter().cloned().partition(is_draft);
    if drafts.is_empty() || kept.is_empty() {
        return matrix;
    }
    let drafts = drafts.join(", ");
    output.note(&format!("not looked at, because bank {} has no parameters for them: {drafts}", bank.id()));
    let mut next = 0;
    let mut place = || {
        next += 1;
        next - 1
    };
    let places: Vec<Option<usize>> =
        matrix.items().iter().map(|id| (!is_draft(id)).then(&mut place)).collect();
    matrix.rebuilt(kept, |_, item, score| Some((places[item]?, score)))
}

/// Estimates by the plan; people see how far it is.
pub(in crate::cli) fn estimate(
    matrix: &ResponseMatrix,
    plan: &CalibrationPlan,
    output: &Output,
) -> Result<Calibration, CommandError> {
    let bar = spinner(output);
    let found = calibrate(matrix, plan, &mut |cycle| {
        bar.tick();
        bar.set_message(format!(
            "estimating: pass {}, log-posterior {:.4}, next change {:.1e}",
            cycle.passes, cycle.log_posterior, cycle.change
        ));
        ControlFlow::Continue(())
    });
    bar.finish_and_clear();
    found.map_err(CommandError::refused)
}

/// Does some work while people see that it goes on.
pub(in crate::cli) fn working<T>(output: &Output, what: &'static str, work: impl FnOnce() -> T) -> T {
    let bar = spinner(output);
    bar.set_message(what);
    bar.enable_steady_tick(TICK);
    let done = work();
    bar.finish_and_clear();
    done
}

fn spinner(output: &Output) -> ProgressBar {
    let bar = if output.shows_progress() { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
    if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed} {msg}") {
        bar.set_style(style);
    }
    bar
}
