//! The rows that can be held, and the facts that rules need of them.

use op::{Facts, Held};
use sqlx::FromRow;
use types::{PersonId, UnitId};
use uuid::Uuid;

use crate::{
    Grant, Mandate, Organisation, Post, Substitution, Unit,
    actions::{ViewMandate, ViewOrganisation, ViewPerson, ViewRoles, ViewSubstitution, ViewUnit},
};

/// A person, as far as rules ask: about whom it is, and where they work.
#[derive(Clone, Debug, FromRow)]
pub struct Person {
    /// Id.
    pub id: PersonId,
    /// Given names.
    pub given_names: String,
    /// Surname.
    pub surname: String,
    /// Works here, or has left.
    pub state: String,
    /// The unit of the main employment.
    pub home_unit_id: Option<UnitId>,
    /// For optimistic locking.
    pub version: i32,
}

impl Person {
    /// "Given names Surname".
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.given_names, self.surname)
    }
}

impl Held for Person {
    type View = ViewPerson;
    const SELECT: &'static str = db::sql!(
        "select r.id, r.given_names, r.surname, r.state, r.home_unit_id, r.version
         from parties.person r where r.tenant_id = $1 and r.id = any($2)"
    );
    const KIND: &'static str = "parties.person";

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn version(&self) -> i32 {
        self.version
    }

    fn facts(&self) -> Facts {
        Facts { unit: self.home_unit_id, owner: Some(self.id), assigned: Vec::new() }
    }
}

impl Held for Unit {
    type View = ViewUnit;
    const SELECT: &'static str = db::sql!(
        "select r.id, k.parent_id, k.path, r.kind, r.code, r.name, r.name_en, r.registration_number, r.address, r.email,
                r.functions, r.valid_from, r.valid_to, r.version
         from parties.unit r join kernel.unit k on k.tenant_id = $1 and k.id = r.id
         where r.tenant_id = $1 and r.id = any($2)"
    );
    const KIND: &'static str = "parties.unit";

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn version(&self) -> i32 {
        self.version
    }

    fn facts(&self) -> Facts {
        Facts { unit: Some(self.id), ..Facts::default() }
    }
}

impl Held for Substitution {
    type View = ViewSubstitution;
    const SELECT: &'static str = db::sql!(
        "select r.id, r.absent_id, r.substitute_id, r.valid_from, r.valid_to, r.ground, r.cancelled_at,
                p.home_unit_id as unit_id
         from kernel.substitution r left join parties.person p on p.tenant_id = $1 and p.id = r.absent_id
         where r.tenant_id = $1 and r.id = any($2)"
    );
    const KIND: &'static str = "parties.substitution";

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn version(&self) -> i32 {
        0
    }

    fn facts(&self) -> Facts {
        Facts { unit: self.unit_id, owner: Some(self.absent_id), assigned: vec![self.substitute_id.uuid()] }
    }
}

impl Held for Grant {
    type View = ViewRoles;
    const SELECT: &'static str = db::sql!(
        "select r.id, r.person_id, r.role, r.unit_id, r.valid_from, r.valid_to
         from kernel.role_grant r where r.tenant_id = $1 and r.id = any($2)"
    );
    const KIND: &'static str = "parties.grant";

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn version(&self) -> i32 {
        0
    }

    fn facts(&self) -> Facts {
        Facts { unit: Some(self.unit_id), ..Facts::default() }
    }
}

impl Held for Organisation {
    type View = ViewOrganisation;
    const SELECT: &'static str = db::sql!(
        "select r.id, r.name, r.registration_number, r.legal_form, r.address, r.version
         from parties.organisation r where r.tenant_id = $1 and r.id = any($2)"
    );
    const KIND: &'static str = "parties.organisation";

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn version(&self) -> i32 {
        self.version
    }

    fn facts(&self) -> Facts {
        Facts::default()
    }
}

impl Held for Mandate {
    type View = ViewMandate;
    const SELECT: &'static str = db::sql!(
        "select r.id, r.representative_id, r.person_id, r.organisation_id, r.extent, r.ground, r.valid_from, r.valid_to,
                r.revoked_at
         from parties.mandate r where r.tenant_id = $1 and r.id = any($2)"
    );
    const KIND: &'static str = "parties.mandate";

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn version(&self) -> i32 {
        0
    }

    fn facts(&self) -> Facts {
        Facts { unit: None, owner: self.person_id, assigned: vec![self.representative_id.uuid()] }
    }
}

impl Held for Post {
    type View = ViewUnit;
    const SELECT: &'static str = db::sql!(
        "select r.id, r.unit_id, r.title, r.profession_code, r.places, r.valid_from, r.valid_to, r.version
         from parties.post r where r.tenant_id = $1 and r.id = any($2)"
    );
    const KIND: &'static str = "parties.post";

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn version(&self) -> i32 {
        self.version
    }

    fn facts(&self) -> Facts {
        Facts { unit: Some(self.unit_id), ..Facts::default() }
    }
}
