//! The form that asks for a simulation, and the request that it makes.

use serde::Deserialize;

use crate::delivery::simulations::{Abilities, SimulationRequest, ValidationRequest};
use crate::store::assessments::Assessment;

/// What the form holds, as it was typed.
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
pub struct AskForm {
    pub(super) assessment: String,
    /// `id version`; as the assessment has it when empty.
    pub(super) plan: String,
    /// `id version`; as the assessment has it when empty.
    pub(super) bank: String,
    pub(super) examinees: String,
    pub(super) spread: String,
    pub(super) middle: String,
    pub(super) width: String,
    /// Abilities, observed or given.
    pub(super) list: String,
    pub(super) grade: String,
    /// What every examinee needs, as a roster writes it; nothing when empty.
    pub(super) accommodations: String,
    pub(super) attempts: String,
    pub(super) growth: String,
    pub(super) rapid: String,
    pub(super) slip: String,
    pub(super) guess: String,
    pub(super) strand_deviation: String,
    /// Rounds in which exposure parameters are looked for; none when empty.
    pub(super) exposure_rounds: String,
    /// The validation that examinees work towards; none when empty.
    pub(super) validation: String,
    pub(super) seed: String,
}

impl Default for AskForm {
    fn default() -> Self {
        let text = str::to_owned;
        Self {
            assessment: String::new(),
            plan: String::new(),
            bank: String::new(),
            examinees: text("1000"),
            spread: text("normal"),
            middle: text("0"),
            width: text("1"),
            list: String::new(),
            grade: String::new(),
            accommodations: String::new(),
            attempts: text("1"),
            growth: text("0"),
            rapid: text("0"),
            slip: text("0"),
            guess: text("0"),
            strand_deviation: text("0"),
            exposure_rounds: String::new(),
            validation: String::new(),
            seed: text("1"),
        }
    }
}

impl AskForm {
    /// What it asks for, or what is wrong with it in a sentence.
    pub(super) fn read(&self, assessments: &[Assessment]) -> Result<SimulationRequest, String> {
        let named = |id: &str| assessments.iter().find(|assessment| assessment.id.as_str() == id);
        let pins = &named(&self.assessment).ok_or("Choose an assessment.")?.pins;
        let (plan_id, plan_version) = chosen(&self.plan, (&pins.plan_id, pins.plan_version))?;
        let (bank_id, bank_version) = chosen(&self.bank, (&pins.bank_id, pins.bank_version))?;
        let validation = match self.validation.as_str() {
            "" => None,
            id => Some(validation(named(id).ok_or("Choose a validation from the list.")?)?),
        };
        let grade = match self.grade.trim() {
            "" => None,
            text => {
                Some(text.parse().map_err(|_| format!("The grade must be a whole number, not {text:?}."))?)
            }
        };
        let abilities = self.abilities()?;
        let examinees = match &abilities {
            Abilities::Given { abilities } => u32::try_from(abilities.len()).unwrap_or(u32::MAX),
            _ => whole(&self.examinees, "The number of examinees")?,
        };
        Ok(SimulationRequest {
            bank_id,
            bank_version,
            plan_id,
            plan_version,
            examinees,
            abilities,
            grade,
            accommodations: self
                .accommodations
                .parse()
                .map_err(|error| format!("The accommodations cannot be read: {error}."))?,
            attempts: whole(&self.attempts, "The number of attempts")?,
            growth: number(&self.growth, "The growth")?,
            rapid: number(&self.rapid, "The share of rapid guesses")?,
            slip: number(&self.slip, "The share of slips")?,
            guess: number(&self.guess, "The share of lucky answers")?,
            strand_deviation: number(&self.strand_deviation, "The difference between strands")?,
            validation,
            exposure_rounds: match self.exposure_rounds.trim() {
                "" => None,
                text => Some(whole(text, "The number of rounds")?),
            },
            seed: u64::from(whole(&self.seed, "The seed")?),
        })
    }

    fn abilities(&self) -> Result<Abilities, String> {
        let listed = || -> Result<Vec<f64>, String> {
            let parts = self.list.split(|letter: char| letter.is_whitespace() || ",;".contains(letter));
            parts.filter(|part| !part.is_empty()).map(|part| number(part, "An ability")).collect()
        };
        match self.spread.as_str() {
            "empirical" => return Ok(Abilities::Empirical { observed: listed()? }),
            "given" => return Ok(Abilities::Given { abilities: listed()? }),
            _ => {}
        }
        let (middle, width) = (number(&self.middle, "The middle")?, number(&self.width, "The spread")?);
        Ok(match self.spread.as_str() {
            "uniform" => Abilities::Uniform { lowest: middle - width, highest: middle + width },
            _ => Abilities::Normal { mean: middle, standard_deviation: width },
        })
    }
}

fn chosen(text: &str, otherwise: (&str, u32)) -> Result<(String, u32), String> {
    if text.is_empty() {
        return Ok((otherwise.0.to_owned(), otherwise.1));
    }
    let parts = text.rsplit_once(' ').and_then(|(id, version)| Some((id.to_owned(), version.parse().ok()?)));
    parts.ok_or_else(|| format!("Choose a version from the list, not {text:?}."))
}

fn validation(assessment: &Assessment) -> Result<ValidationRequest, String> {
    let level = assessment.target_level.clone();
    Ok(ValidationRequest {
        plan_id: assessment.pins.plan_id.clone(),
        plan_version: assessment.pins.plan_version,
        policy_id: assessment.pins.policy_id.clone(),
        policy_version: assessment.pins.policy_version,
        level: level.ok_or_else(|| format!("{} validates no level.", assessment.name))?,
    })
}

fn whole(text: &str, name: &str) -> Result<u32, String> {
    text.trim().parse().map_err(|_| format!("{name} must be a whole number, not {text:?}."))
}

fn number(text: &str, name: &str) -> Result<f64, String> {
    text.trim().parse().map_err(|_| format!("{name} must be a number, not {text:?}."))
}
