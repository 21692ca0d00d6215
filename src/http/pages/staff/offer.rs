//! What a form about an assessment says, and what has to hold before it is published.

use item_bank::Bank;
use serde::Deserialize;

use crate::adaptive::{check_rows, preflight};
use crate::assessment::{Purpose, sentence};
use crate::delivery::{DeliveryError, PublishAssessment, Shortfall, shortfalls};
use crate::http::error::ApiError;
use crate::http::state::AppState;
use crate::store::assessments::{Assessment, purpose_word};
use crate::store::banks::{BankStatus, find_bank_version};
use crate::store::{AssessmentId, Pins};

/// The form.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct OfferForm {
    /// Short name.
    #[serde(default)]
    pub id: String,
    /// Title.
    #[serde(default)]
    pub name: String,
    /// `self_levelling` or `validation`.
    #[serde(default)]
    pub purpose: String,
    /// Bank and version, as `id@version`.
    #[serde(default)]
    pub bank: String,
    /// Plan and version.
    #[serde(default)]
    pub plan: String,
    /// Policy and version.
    #[serde(default)]
    pub policy: String,
    /// Level to be validated.
    #[serde(default)]
    pub target_level: String,
    /// Where its evidence comes from.
    #[serde(default)]
    pub evidence_from: String,
    /// Grades with commas.
    #[serde(default)]
    pub grades: String,
    /// `check` or `publish`.
    #[serde(default, rename = "do")]
    pub action: String,
    /// Whether the assessment is offered already, so that its short name stays.
    #[serde(skip)]
    pub is_known: bool,
}

/// What a line of the checklist says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It holds.
    Ready,
    /// Some students cannot be given the test; it can be offered to the others.
    Mind,
    /// It cannot be published.
    Stops,
}

/// One line of the checklist.
pub struct CheckView {
    /// What it means.
    pub verdict: Verdict,
    /// What.
    pub words: String,
}

impl CheckView {
    /// A line that keeps the assessment from being published.
    pub fn stops(words: String) -> Self {
        Self { verdict: Verdict::Stops, words }
    }

    fn holds(ok: bool, words: String) -> Self {
        Self { verdict: if ok { Verdict::Ready } else { Verdict::Stops }, words }
    }

    /// Its word, and the icon that goes with it.
    pub fn word(&self) -> &'static str {
        match self.verdict {
            Verdict::Ready => "Ready",
            Verdict::Mind => "Mind",
            Verdict::Stops => "Stops it",
        }
    }
}

impl OfferForm {
    /// The form of an assessment that is offered.
    pub fn of(assessment: &Assessment) -> Self {
        let pins = &assessment.pins;
        Self {
            id: assessment.id.to_string(),
            name: assessment.name.clone(),
            purpose: purpose_word(assessment.purpose).to_owned(),
            bank: format!("{}@{}", pins.bank_id, pins.bank_version),
            plan: format!("{}@{}", pins.plan_id, pins.plan_version),
            policy: format!("{}@{}", pins.policy_id, pins.policy_version),
            target_level: assessment.target_level.clone().unwrap_or_default(),
            evidence_from: assessment.evidence_from.as_ref().map(ToString::to_string).unwrap_or_default(),
            grades: assessment.grades.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
            action: String::new(),
            is_known: true,
        }
    }

    /// What the form asks for; a sentence when it cannot be read.
    pub fn read(&self) -> Result<PublishAssessment, String> {
        let (bank_id, bank_version) = pin(&self.bank).ok_or("Choose a bank version.")?;
        let (plan_id, plan_version) = pin(&self.plan).ok_or("Choose a plan.")?;
        let (policy_id, policy_version) = pin(&self.policy).ok_or("Choose a policy.")?;
        let grades = self.grades.split(',').map(str::trim).filter(|part| !part.is_empty());
        let grades = grades
            .map(|part| part.parse::<u8>().map_err(|_| format!("{part:?} is not a grade.")))
            .collect::<Result<Vec<u8>, String>>()?;
        let purpose = match self.purpose.as_str() {
            "validation" => Purpose::Validation,
            _ => Purpose::SelfLevelling,
        };
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let (target_level, evidence_from) = match purpose {
            Purpose::SelfLevelling => (None, None),
            Purpose::Validation => (given(&self.target_level), given(&self.evidence_from).map(AssessmentId)),
        };
        let pins = Pins { bank_id, bank_version, plan_id, plan_version, policy_id, policy_version };
        let (id, name) = (AssessmentId(self.id.trim().to_owned()), self.name.clone());
        Ok(PublishAssessment { id, name, purpose, pins, target_level, evidence_from, grades })
    }
}

/// Everything that has to hold, line by line.
pub async fn checks(state: &AppState, wanted: &PublishAssessment) -> Result<Vec<CheckView>, ApiError> {
    let pins = &wanted.pins;
    let library = &state.service.library;
    let version =
        find_bank_version(&mut *state.store().read().await?, &pins.bank_id, pins.bank_version).await?;
    let published = version.is_some_and(|version| version.status == BankStatus::Published);
    let bank = library.bank(&pins.bank_id, pins.bank_version).await?;
    let plan = library.plan(&pins.plan_id, pins.plan_version).await?;
    let policy = library.policy(&pins.policy_id, pins.policy_version).await?;
    let words = format!("Bank {} version {} is published.", pins.bank_id, pins.bank_version);
    let mut lines = vec![CheckView::holds(published, words)];
    match check_rows(&bank, &plan).and_then(|()| preflight(&bank, &plan)) {
        Ok(()) => {
            lines.push(CheckView::holds(true, "The bank can fill every test of the plan.".to_owned()));
            lines.extend(short_of(&shortfalls(&state.service, pins, &wanted.grades).await?));
        }
        Err(problems) => {
            lines.extend(problems.iter().map(|problem| CheckView::stops(format!("{problem}."))));
        }
    }
    let pool = match wanted.purpose {
        Purpose::SelfLevelling => item_bank::Pool::Interim,
        Purpose::Validation => item_bank::Pool::Summative,
    };
    let words = format!("The plan draws from the {} pool.", super::item_words::pool_word(pool));
    lines.push(CheckView::holds(plan.pool == pool, words));
    if wanted.purpose == Purpose::Validation {
        lines.push(CheckView::holds(
            has_cut(&bank, wanted.target_level.as_deref()),
            "The level to be validated has a cut in this bank.".to_owned(),
        ));
        lines.push(CheckView::holds(
            wanted.evidence_from.is_some(),
            "A self-levelling assessment gives the evidence.".to_owned(),
        ));
    }
    lines.push(CheckView::holds(true, format!("Policy: {}.", sentence(&policy))));
    Ok(lines)
}

/// A line for each set of accommodations that the bank cannot serve.
fn short_of(shortfalls: &[Shortfall]) -> Vec<CheckView> {
    let line = |short: &Shortfall| {
        let count: u64 = short.students.values().sum();
        let grades: Vec<u8> = short.students.keys().copied().collect();
        let who = match count {
            0 => "nobody needs it now".to_owned(),
            1 => format!("1 student of {} cannot be given this test", grade_list(&grades)),
            _ => format!("{count} students of {} cannot be given this test", grade_list(&grades)),
        };
        let why: Vec<String> = short.problems.iter().map(ToString::to_string).collect();
        let words = format!("With {}, {who}: {}.", short.accommodations.words(), why.join("; "));
        CheckView { verdict: Verdict::Mind, words }
    };
    shortfalls.iter().map(line).collect()
}

/// What changes for whom when it is published.
pub fn changes(before: Option<&Assessment>, wanted: &PublishAssessment) -> Vec<String> {
    let Some(before) = before else {
        let grades =
            if wanted.grades.is_empty() { "every grade".to_owned() } else { grade_list(&wanted.grades) };
        return vec![format!("New: students of {grades} see it from now on.")];
    };
    let mut lines = Vec::new();
    let mut changed = |what: &str, from: String, to: String| {
        if from != to {
            lines.push(format!("{what}: {from} becomes {to} for attempts that start from now on."));
        }
    };
    let (old, new) = (&before.pins, &wanted.pins);
    changed(
        "Bank",
        format!("{} {}", old.bank_id, old.bank_version),
        format!("{} {}", new.bank_id, new.bank_version),
    );
    changed(
        "Plan",
        format!("{} {}", old.plan_id, old.plan_version),
        format!("{} {}", new.plan_id, new.plan_version),
    );
    changed(
        "Policy",
        format!("{} {}", old.policy_id, old.policy_version),
        format!("{} {}", new.policy_id, new.policy_version),
    );
    changed("Grades", grade_list(&before.grades), grade_list(&wanted.grades));
    lines.push("Attempts that have started keep the versions they started with.".to_owned());
    lines
}

/// Why publishing was refused, when staff can do something about it.
pub fn refusal(error: &DeliveryError) -> Option<String> {
    match error {
        DeliveryError::Invalid { .. } | DeliveryError::NotFound { .. } | DeliveryError::Unfit { .. } => {
            Some(format!("{error}."))
        }
        _ => None,
    }
}

fn has_cut(bank: &Bank, level: Option<&str>) -> bool {
    let levels = bank.progression().map_or(&[][..], |progression| progression.levels());
    level.is_some_and(|wanted| levels.iter().any(|level| level.id == wanted && level.cut.is_some()))
}

fn grade_list(grades: &[u8]) -> String {
    if grades.is_empty() {
        return "every grade".to_owned();
    }
    let list: Vec<String> = grades.iter().map(ToString::to_string).collect();
    format!("grade {}", list.join(", "))
}

fn pin(text: &str) -> Option<(String, u32)> {
    let (id, version) = text.rsplit_once('@')?;
    Some((id.to_owned(), version.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_without_versions_says_what_to_choose() {
        assert_eq!(OfferForm::default().read(), Err("Choose a bank version.".to_owned()));
    }

    #[test]
    fn grades_are_numbers() {
        let form = |grades: &str| OfferForm {
            bank: "b@1".into(),
            plan: "p@2".into(),
            policy: "q@3".into(),
            grades: grades.into(),
            ..OfferForm::default()
        };
        assert_eq!(form("3, 4").read().unwrap().grades, [3, 4]);
        assert_eq!(form("three").read(), Err("\"three\" is not a grade.".to_owned()));
    }
}
