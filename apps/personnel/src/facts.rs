//! What orders do, as their facts say it: kept as JSON beside the text, read when the order is signed or taken back.

use op::OpError;
use parties::{EmploymentChange, EmploymentKind, NewEmployment};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use types::{AbsenceId, Date, EmploymentId, Money, PersonId, PostId, UnitId};
use uuid::Uuid;

use crate::{store::Order, usecases::broken};

/// Reads the facts of an order.
///
/// # Errors
/// They are of another kind.
pub fn of<T: DeserializeOwned>(order: &Order) -> Result<T, OpError> {
    serde_json::from_value(order.facts.clone()).map_err(broken)
}

/// A period: every kind of order but annulments has at least its first day.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Period {
    /// First day.
    pub first: Date,
    /// Last day.
    #[serde(default)]
    pub last: Option<Date>,
}

/// The end of an employment.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ending {
    /// Last day of work.
    pub last: Date,
    /// The ground.
    pub ground: String,
}

/// An employment that begins.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Hiring {
    /// Its id, given beforehand.
    pub employment: EmploymentId,
    /// Where.
    pub unit: UnitId,
    /// The institution above.
    pub institution: UnitId,
    /// As what.
    pub post: PostId,
    /// Contract number.
    pub contract_number: String,
    /// Contract date.
    pub contract_date: Date,
    /// How.
    pub kind: EmploymentKind,
    /// Workload.
    pub workload: Decimal,
    /// Pay.
    pub salary: Money,
    /// First day.
    pub first: Date,
    /// Last day by the contract.
    #[serde(default)]
    pub last: Option<Date>,
    /// Their main employment?
    pub is_main: bool,
}

impl Hiring {
    /// As parties take it.
    #[must_use]
    pub fn employment_of(&self, person: PersonId) -> NewEmployment {
        NewEmployment {
            id: self.employment,
            person_id: person,
            unit_id: self.unit,
            post_id: self.post,
            contract_number: self.contract_number.clone(),
            contract_date: self.contract_date,
            kind: self.kind,
            workload: self.workload,
            salary: self.salary,
            valid_from: self.first,
            contract_to: self.last,
            is_main: self.is_main,
        }
    }
}

/// What changes in an employment.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Terms {
    /// The change's id, by which it is taken back.
    pub change: Uuid,
    /// From when.
    pub first: Date,
    /// To which unit.
    #[serde(default)]
    pub unit: Option<UnitId>,
    /// To which post.
    #[serde(default)]
    pub post: Option<PostId>,
    /// To which pay.
    #[serde(default)]
    pub salary: Option<Money>,
}

impl Terms {
    /// As parties take it.
    #[must_use]
    pub const fn change_of(&self, employment: EmploymentId) -> EmploymentChange {
        EmploymentChange {
            id: self.change,
            employment_id: employment,
            valid_from: self.first,
            unit_id: self.unit,
            post_id: self.post,
            workload: None,
            salary: self.salary,
        }
    }
}

/// An absence that is cut short, or moved.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Cut {
    /// Which.
    pub absence: AbsenceId,
    /// Its first day.
    pub first: Date,
    /// Its last day.
    pub last: Date,
    /// From this day on it is taken back.
    pub from: Date,
    /// The days that remain of it.
    pub kept: Decimal,
    /// Moved to: first, last, days.
    #[serde(default)]
    pub moved: Option<(Date, Date, Decimal)>,
}
