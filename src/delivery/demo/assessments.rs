//! What the demo school offers: two self-levelling tests and a validation for each of four levels.

use item_bank::banks;

use super::DemoError;
use crate::assessment::Purpose;
use crate::assessment::bundled::{OREGON_SUMMATIVE, SELF_LEVELLING, VALIDATION};
use crate::clock::Millis;
use crate::delivery::{
    ImportBank, PublishAssessment, PublishDocument, Service, import_bank, publish_assessment, publish_bank,
    publish_plan, publish_policy,
};
use crate::store::{AccountId, AssessmentId, Pins};

/// Levels of the bank `number-and-fractions` that have a validation, ascending, with their names.
pub const VALIDATED_LEVELS: [(&str, &str); 4] = [
    ("equal-fractions", "Equal fractions"),
    ("comparing", "Comparing"),
    ("times-and-decimals", "Times and decimals"),
    ("new-denominators", "New denominators"),
];

const FIND_YOUR_LEVEL: &str = include_str!("../../../plans/find-your-level.json");
const FRACTION_SUBTRACTION: &str = include_str!("../../../plans/fraction-subtraction.json");
/// The plans of [`VALIDATED_LEVELS`]: each stops when the side of its own cut is clear.
const VALIDATION_PLANS: [&str; 4] = [
    include_str!("../../../plans/validate-equal-fractions.json"),
    include_str!("../../../plans/validate-comparing.json"),
    include_str!("../../../plans/validate-times-and-decimals.json"),
    include_str!("../../../plans/validate-new-denominators.json"),
];

/// The assessments of the demo.
#[derive(Debug, Clone)]
pub struct DemoAssessments {
    /// Self-levelling over grades 3 to 6.
    pub find_your_level: AssessmentId,
    /// Self-levelling on one skill, with real parameters.
    pub fraction_subtraction: AssessmentId,
    /// One validation for each of [`VALIDATED_LEVELS`].
    pub validations: Vec<AssessmentId>,
}

/// Publishes banks, plans, policies and assessments. Again, it changes nothing.
pub async fn publish_all(
    service: &Service,
    now: Millis,
    staff: &AccountId,
) -> Result<DemoAssessments, DemoError> {
    for (text, name) in [
        (banks::NUMBER_AND_FRACTIONS_JSON, "banks/number-and-fractions.json"),
        (banks::FRACTION_SUBTRACTION_JSON, "banks/fraction-subtraction.json"),
    ] {
        let import = ImportBank { text, source_name: name, note: "The bundled bank.", by: staff };
        let bank = import_bank(service, now, &import).await?;
        publish_bank(service, now, (&bank.bank_id, bank.version), staff).await?;
    }
    let desk = Desk { service, now, staff };
    for (id, text) in [
        ("self-levelling", SELF_LEVELLING),
        ("validation", VALIDATION),
        ("oregon-summative", OREGON_SUMMATIVE),
    ] {
        publish_policy(service, now, &desk.document(id, text)).await?;
    }
    publish_plan(service, now, &desk.document("find-your-level", FIND_YOUR_LEVEL)).await?;
    publish_plan(service, now, &desk.document("fraction-subtraction", FRACTION_SUBTRACTION)).await?;

    let find_your_level =
        desk.self_levelling("find-your-level", "Number and fractions", &[3, 4, 5, 6]).await?;
    let fraction_subtraction =
        desk.self_levelling("fraction-subtraction", "Fraction subtraction", &[5, 6]).await?;
    let mut validations = Vec::new();
    for (level, plan) in VALIDATED_LEVELS.into_iter().zip(VALIDATION_PLANS) {
        validations.push(desk.validation(level, plan, &find_your_level).await?);
    }
    Ok(DemoAssessments { find_your_level, fraction_subtraction, validations })
}

struct Desk<'a> {
    service: &'a Service,
    now: Millis,
    staff: &'a AccountId,
}

impl Desk<'_> {
    fn document<'a>(&'a self, id: &'a str, document: &'a str) -> PublishDocument<'a> {
        PublishDocument { id, document, by: self.staff, reason: "First version, for the demo." }
    }

    async fn self_levelling(&self, id: &str, name: &str, grades: &[u8]) -> Result<AssessmentId, DemoError> {
        let bank = if id == "fraction-subtraction" { id } else { "number-and-fractions" };
        let assessment = PublishAssessment {
            id: AssessmentId::from(id),
            name: name.to_owned(),
            purpose: Purpose::SelfLevelling,
            pins: pins(bank, id, "self-levelling"),
            target_level: None,
            evidence_from: None,
            grades: grades.to_vec(),
        };
        Ok(publish_assessment(self.service, self.now, &assessment, self.staff).await?.id)
    }

    async fn validation(
        &self,
        (level, name): (&str, &str),
        plan: &str,
        evidence: &AssessmentId,
    ) -> Result<AssessmentId, DemoError> {
        let id = format!("validate-{level}");
        publish_plan(self.service, self.now, &self.document(&id, plan)).await?;
        let assessment = PublishAssessment {
            id: AssessmentId::from(id.as_str()),
            name: format!("Validation: {name}"),
            purpose: Purpose::Validation,
            pins: pins("number-and-fractions", &id, "validation"),
            target_level: Some(level.to_owned()),
            evidence_from: Some(evidence.clone()),
            grades: vec![3, 4, 5, 6],
        };
        Ok(publish_assessment(self.service, self.now, &assessment, self.staff).await?.id)
    }
}

fn pins(bank: &str, plan: &str, policy: &str) -> Pins {
    Pins {
        bank_id: bank.to_owned(),
        bank_version: 1,
        plan_id: plan.to_owned(),
        plan_version: 1,
        policy_id: policy.to_owned(),
        policy_version: 1,
    }
}
