//! Writes the report of a simulation.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use item_bank::{Bank, Theta};

use crate::adaptive::{ItemPool, TestPlan};
use crate::simulation::{SimulatedTest, Summary, exposure_of, field_test_answers, report_page};

/// Writes `summary.json`, `examinees.csv`, `exposure.csv`, `report.html` and, where the plan gives field-test items,
/// `field_test.csv` into a folder.
pub(super) fn write(
    folder: &Path,
    bank: &Bank,
    (plan, pool): (&TestPlan, &ItemPool),
    (summary, tests): (&Summary, &[SimulatedTest]),
) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let save = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        fs::write(&path, bytes).with_context(|| path.display().to_string())
    };
    let mut document = serde_json::to_string_pretty(summary)?;
    document.push('\n');
    save("summary.json", document.as_bytes())?;
    save("examinees.csv", &examinees(bank, pool, tests)?)?;
    save("exposure.csv", &exposure(pool, tests)?)?;
    if let Some(answers) = field_test_answers(plan, pool, tests) {
        save("field_test.csv", &field_test(pool, &answers)?)?;
    }
    save("report.html", report_page(summary, pool, tests).as_bytes())
}

/// Writes a plan as `plan.json`.
pub(super) fn write_plan(folder: &Path, plan: &TestPlan) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let path = folder.join("plan.json");
    let mut document = serde_json::to_string_pretty(plan)?;
    document.push('\n');
    fs::write(&path, document).with_context(|| path.display().to_string())
}

fn examinees(bank: &Bank, pool: &ItemPool, tests: &[SimulatedTest]) -> Result<Vec<u8>> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record([
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
    ])?;
    let level = |theta: Theta| {
        let of = |progression: &item_bank::Progression| {
            progression.levels()[progression.level_of(theta)].id.clone()
        };
        bank.progression().map(of).unwrap_or_default()
    };
    for test in tests {
        let reason = serde_json::to_value(test.reason)?;
        let items: Vec<&str> = test.items.iter().map(|&item| pool.id(item as usize).as_str()).collect();
        let scores: Vec<String> = test.scores.iter().map(u32::to_string).collect();
        table.write_record([
            (test.examinee + 1).to_string(),
            (test.attempt + 1).to_string(),
            test.theta.to_string(),
            test.estimate.theta.to_string(),
            test.estimate.standard_error.to_string(),
            level(Theta(test.theta)),
            level(test.estimate.theta),
            test.items.len().to_string(),
            reason.as_str().unwrap_or_default().to_owned(),
            test.forced.to_string(),
            items.join(";"),
            scores.join(";"),
        ])?;
    }
    Ok(table.into_inner()?)
}

fn exposure(pool: &ItemPool, tests: &[SimulatedTest]) -> Result<Vec<u8>> {
    let first: Vec<&SimulatedTest> = tests.iter().filter(|test| test.attempt == 0).collect();
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(["item", "administered", "rate"])?;
    for (item, count) in exposure_of(pool, &first).into_iter().enumerate() {
        let rate = count as f64 / first.len() as f64;
        table.write_record([pool.id(item).as_str(), &count.to_string(), &rate.to_string()])?;
    }
    Ok(table.into_inner()?)
}

fn field_test(pool: &ItemPool, answers: &[Vec<usize>]) -> Result<Vec<u8>> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(["item", "band", "answers"])?;
    for item in 0..pool.field_test_len() {
        for (band, answers) in answers.iter().enumerate() {
            let (band, answers) = ((band + 1).to_string(), answers[item].to_string());
            table.write_record([pool.field_test_id(item).as_str(), &band, &answers])?;
        }
    }
    Ok(table.into_inner()?)
}
