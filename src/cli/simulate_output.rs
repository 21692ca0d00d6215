//! The files of a simulation's report.

use item_bank::{Bank, Theta};

use super::CommandError;
use super::evidence::Table;
use super::simulate_examinees::Examinees;
use crate::adaptive::{ItemPool, TestPlan};
use crate::simulation::{SimulatedTest, Summary, exposure_of, field_test_answers, report_page};

/// What was simulated.
pub(super) struct Simulation<'a> {
    /// Where items and levels come from.
    pub(super) bank: &'a Bank,
    /// The plan of the tests.
    pub(super) plan: &'a TestPlan,
    /// The bank's items, as the plan uses them.
    pub(super) pool: &'a ItemPool,
    /// Who took the tests.
    pub(super) examinees: &'a Examinees,
    /// The tests.
    pub(super) tests: &'a [SimulatedTest],
    /// What they say together.
    pub(super) summary: &'a Summary,
}

impl Simulation<'_> {
    /// The files of the report: `summary.json`, `examinees.csv`, `exposure.csv`, `report.html` and, where the plan gives
    /// field-test items, `field_test.csv`.
    pub(super) fn files(&self) -> Result<Vec<(&'static str, String)>, CommandError> {
        let document = serde_json::to_string_pretty(self.summary).map_err(CommandError::failed)?;
        let mut files = vec![
            ("summary.json", document + "\n"),
            ("examinees.csv", self.examinee_table()),
            ("exposure.csv", self.exposure_table()),
            ("report.html", report_page(self.summary, self.pool, self.tests)),
        ];
        if let Some(answers) = field_test_answers(self.plan, self.pool, self.tests) {
            files.push(("field_test.csv", self.field_test_table(&answers)));
        }
        Ok(files)
    }

    fn examinee_table(&self) -> String {
        let mut table = Table::new(&[
            "examinee",
            "attempt",
            "theta",
            "estimate",
            "standard_error",
            "true_level",
            "level",
            "length",
            "stop_reason",
            "forced",
            "items",
            "scores",
        ]);
        for test in self.tests {
            let items: Vec<&str> =
                test.items.iter().map(|&item| self.pool.id(item as usize).as_str()).collect();
            let scores: Vec<String> = test.scores.iter().map(u32::to_string).collect();
            table.row(vec![
                self.examinees.name(test.examinee as usize),
                (test.attempt + 1).to_string(),
                test.theta.to_string(),
                test.estimate.theta.to_string(),
                test.estimate.standard_error.to_string(),
                self.level(Theta(test.theta)),
                self.level(test.estimate.theta),
                test.items.len().to_string(),
                reason_of(test),
                test.forced.to_string(),
                items.join(";"),
                scores.join(";"),
            ]);
        }
        table.finish()
    }

    fn level(&self, theta: Theta) -> String {
        let level = |progression: &item_bank::Progression| {
            progression.levels()[progression.level_of(theta)].id.clone()
        };
        self.bank.progression().map(level).unwrap_or_default()
    }

    fn exposure_table(&self) -> String {
        let first: Vec<&SimulatedTest> = self.tests.iter().filter(|test| test.attempt == 0).collect();
        let mut table = Table::new(&["item", "administered", "rate"]);
        for (item, count) in exposure_of(self.pool, &first).into_iter().enumerate() {
            let rate = count as f64 / first.len() as f64;
            table.row(vec![self.pool.id(item).as_str().to_owned(), count.to_string(), rate.to_string()]);
        }
        table.finish()
    }

    fn field_test_table(&self, answers: &[Vec<usize>]) -> String {
        let mut table = Table::new(&["item", "band", "answers"]);
        for item in 0..self.pool.field_test_len() {
            for (band, answers) in answers.iter().enumerate() {
                let id = self.pool.field_test_id(item).as_str().to_owned();
                table.row(vec![id, (band + 1).to_string(), answers[item].to_string()]);
            }
        }
        table.finish()
    }
}

/// The plan as the file `plan.json`.
pub(super) fn plan_file(plan: &TestPlan) -> Result<(&'static str, String), CommandError> {
    let document = serde_json::to_string_pretty(plan).map_err(CommandError::failed)?;
    Ok(("plan.json", document + "\n"))
}

fn reason_of(test: &SimulatedTest) -> String {
    let reason = serde_json::to_value(test.reason).ok();
    reason.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}
