use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use types::{
    Date, EmploymentId, GrantId, MandateId, Money, OrganisationId, PersonId, PostId, SubstitutionId, Timestamp, UnitId,
};

/// The roles of the house. What each may do is in the matrix of actions.
pub mod role {
    /// Works in the unit (darbinieks); granted by the employment itself.
    pub const EMPLOYEE: &str = "employee";
    /// Leads a unit (struktūrvienības vadītājs).
    pub const MANAGER: &str = "manager";
    /// Keeps the personnel records (personāla speciālists).
    pub const HR: &str = "hr";
    /// Keeps the registers (lietvedis).
    pub const CLERK: &str = "clerk";
    /// Leads an institution and signs for it (iestādes vadītājs).
    pub const HEAD: &str = "head";
    /// Administers the municipality's installation; granted at the root.
    pub const ADMIN: &str = "admin";
    /// Keeps the accounts (grāmatvedis).
    pub const ACCOUNTANT: &str = "accountant";
    /// Sees, and changes nothing (auditors).
    pub const AUDITOR: &str = "auditor";

    /// All of them.
    pub const ALL: [&str; 8] = [EMPLOYEE, MANAGER, HR, CLERK, HEAD, ADMIN, ACCOUNTANT, AUDITOR];
    /// Those that somebody grants; `employee` follows from the employment.
    pub const GRANTABLE: [&str; 7] = [MANAGER, HR, CLERK, HEAD, ADMIN, ACCOUNTANT, AUDITOR];
}

/// Functions that an institution can have switched on; reports count the institutions by them. Where nobody has ever
/// chosen, all are on everywhere.
pub const FUNCTIONS: &[&str] = &["documents", "employee-applications", "personnel-orders", "invoices"];

/// Declares an enum that is stored as text.
macro_rules! stored {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $text)] $variant),+
        }
        impl sqlx::Type<sqlx::Postgres> for $name {
            fn type_info() -> sqlx::postgres::PgTypeInfo {
                <str as sqlx::Type<sqlx::Postgres>>::type_info()
            }
        }
        impl<'q> sqlx::Encode<'q, sqlx::Postgres> for $name {
            fn encode_by_ref(
                &self,
                buf: &mut sqlx::postgres::PgArgumentBuffer,
            ) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
                <&str as sqlx::Encode<'q, sqlx::Postgres>>::encode_by_ref(&self.code(), buf)
            }
        }
        impl<'r> sqlx::Decode<'r, sqlx::Postgres> for $name {
            fn decode(value: sqlx::postgres::PgValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
                let code = <&str as sqlx::Decode<'r, sqlx::Postgres>>::decode(value)?;
                Self::from_code(code).ok_or_else(|| format!("unknown code {code}").into())
            }
        }
        impl $name {
            /// Every value.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// As stored.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// Reads what is stored.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|v| v.code() == code)
            }
        }
    };
}

stored! {
    /// What a node of the tree is.
    UnitKind {
        /// The municipality (pašvaldība), the root.
        Municipality = "municipality",
        /// An institution (iestāde): registers, orders and signing rights are its own.
        Institution = "institution",
        /// A unit of an institution (struktūrvienība).
        Unit = "unit",
    }
}

stored! {
    /// How an employment came about.
    EmploymentKind {
        /// Employment contract for an indefinite time (darba līgums uz nenoteiktu laiku).
        Contract = "contract",
        /// For a fixed time (uz noteiktu laiku; Darba likums s. 44).
        FixedTerm = "fixed-term",
        /// Appointment to office (iecelšana amatā).
        Appointment = "appointment",
        /// Elected office (vēlēts amats).
        Elected = "elected",
    }
}

stored! {
    /// By which way a person can be reached.
    ChannelKind {
        /// E-mail.
        Email = "email",
        /// Telephone.
        Phone = "phone",
        /// The official electronic address (oficiālā elektroniskā adrese).
        EAddress = "e-address",
    }
}

stored! {
    /// How far a mandate reaches (pilnvarojuma apjoms).
    MandateExtent {
        /// Everything that the represented could do here themselves.
        Full = "full",
        /// File applications and hand in documents.
        Submit = "submit",
        /// Receive documents and decisions.
        Receive = "receive",
        /// Sign in their name.
        Sign = "sign",
    }
}

/// A legal person with whom the municipality deals.
#[derive(Clone, Debug, FromRow)]
pub struct Organisation {
    /// Id.
    pub id: OrganisationId,
    /// Name.
    pub name: String,
    /// Registration number (reģistrācijas numurs), eleven digits.
    pub registration_number: Option<String>,
    /// Legal form: SIA, biedrība …
    pub legal_form: Option<String>,
    /// Legal address.
    pub address: Option<String>,
    /// For optimistic locking.
    pub version: i32,
}

/// What is typed about an organisation.
#[derive(Clone, Debug)]
pub struct OrganisationData {
    /// Name.
    pub name: String,
    /// Registration number, digits only.
    pub registration_number: Option<String>,
    /// Legal form.
    pub legal_form: Option<String>,
    /// Legal address.
    pub address: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// The official electronic address (oficiālā elektroniskā adrese).
    pub e_address: Option<String>,
}

/// Who may represent whom (pilnvarojums).
#[derive(Clone, Debug, FromRow)]
pub struct Mandate {
    /// Id.
    pub id: MandateId,
    /// Who represents.
    pub representative_id: PersonId,
    /// The person represented, or …
    pub person_id: Option<PersonId>,
    /// … the organisation represented.
    pub organisation_id: Option<OrganisationId>,
    /// How far it reaches.
    pub extent: MandateExtent,
    /// What it rests on: a power of attorney, an entry in the register of enterprises, the law.
    pub ground: String,
    /// First day.
    pub valid_from: Date,
    /// Last day.
    pub valid_to: Option<Date>,
    /// Ended before its time.
    pub revoked_at: Option<Timestamp>,
}

impl Mandate {
    /// Does it stand on that day, and reach so far?
    #[must_use]
    pub fn covers(&self, on: Date, what: MandateExtent) -> bool {
        self.revoked_at.is_none()
            && self.valid_from <= on
            && self.valid_to.is_none_or(|to| to >= on)
            && (self.extent == what || self.extent == MandateExtent::Full)
    }
}

/// A mandate with the names of both.
#[derive(Clone, Debug, FromRow)]
pub struct MandateLine {
    /// The mandate.
    #[sqlx(flatten)]
    pub mandate: Mandate,
    /// The name of who represents.
    pub representative: String,
    /// The name of who is represented.
    pub represented: String,
}

/// A mandate to be written down.
#[derive(Clone, Debug)]
pub struct NewMandate {
    /// A fresh id.
    pub id: MandateId,
    /// Who represents.
    pub representative_id: PersonId,
    /// The person represented, or …
    pub person_id: Option<PersonId>,
    /// … the organisation represented.
    pub organisation_id: Option<OrganisationId>,
    /// How far it reaches.
    pub extent: MandateExtent,
    /// What it rests on.
    pub ground: String,
    /// First day.
    pub valid_from: Date,
    /// Last day.
    pub valid_to: Option<Date>,
}

/// What is known of a person at a glance.
#[derive(Clone, Debug, FromRow)]
pub struct PersonCard {
    /// Id.
    pub id: PersonId,
    /// Given names (vārds, vārdi).
    pub given_names: String,
    /// Surname (uzvārds).
    pub surname: String,
    /// Personal code (personas kods), eleven digits without a hyphen.
    pub personal_code: Option<String>,
    /// Date of birth.
    pub birth_date: Option<Date>,
    /// `lv`, `en`, …
    pub language: String,
    /// IBAN.
    pub bank_account: Option<String>,
    /// Declared address (deklarētā dzīvesvieta).
    pub address: Option<String>,
    /// Preferred e-mail address.
    pub email: Option<String>,
    /// Preferred telephone.
    pub phone: Option<String>,
    /// Works here, or has left.
    pub state: String,
    /// The unit of the main employment.
    pub home_unit_id: Option<UnitId>,
    /// For optimistic locking.
    pub version: i32,
}

impl PersonCard {
    /// "Given names Surname".
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.given_names, self.surname)
    }
}

/// A person to be entered.
#[derive(Clone, Debug, Serialize)]
pub struct NewPerson {
    /// A fresh id.
    pub id: PersonId,
    /// Given names.
    pub given_names: String,
    /// Surname.
    pub surname: String,
    /// Personal code.
    pub personal_code: Option<String>,
    /// Date of birth.
    pub birth_date: Option<Date>,
    /// `f` or `m`, for the right form of address.
    pub sex: Option<String>,
    /// IBAN.
    pub bank_account: Option<String>,
    /// Declared address.
    pub address: Option<String>,
    /// E-mail at work.
    pub email: Option<String>,
    /// Telephone at work.
    pub phone: Option<String>,
}

/// What changes of a person. `None` stays as it is, an empty text clears.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct PersonChange {
    /// Given names.
    pub given_names: Option<String>,
    /// Surname.
    pub surname: Option<String>,
    /// Personal code; the old one goes into the history.
    pub personal_code: Option<String>,
    /// Date of birth.
    pub birth_date: Option<Date>,
    /// Language.
    pub language: Option<String>,
    /// IBAN.
    pub bank_account: Option<String>,
    /// Declared address.
    pub address: Option<String>,
    /// Preferred e-mail.
    pub email: Option<String>,
    /// Preferred telephone.
    pub phone: Option<String>,
}

/// A node of the tree.
#[derive(Clone, Debug, FromRow)]
pub struct Unit {
    /// Id.
    pub id: UnitId,
    /// The node above; none for the municipality.
    pub parent_id: Option<UnitId>,
    /// All above and itself, from the root.
    pub path: Vec<UnitId>,
    /// What it is.
    pub kind: UnitKind,
    /// Short code, part of document numbers.
    pub code: String,
    /// Name in Latvian.
    pub name: String,
    /// Name in English.
    pub name_en: Option<String>,
    /// Registration number (reģistrācijas numurs).
    pub registration_number: Option<String>,
    /// Address.
    pub address: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Which functions of the system are switched on here.
    pub functions: Vec<String>,
    /// Since when.
    pub valid_from: Date,
    /// Until when (last day).
    pub valid_to: Option<Date>,
    /// For optimistic locking.
    pub version: i32,
}

impl Unit {
    /// The name in a language; Latvian where there is no other.
    #[must_use]
    pub fn name_in(&self, locale: types::Locale) -> &str {
        match (locale, &self.name_en) {
            (types::Locale::En, Some(name)) => name,
            _ => &self.name,
        }
    }

    /// Is it open on that day?
    #[must_use]
    pub fn is_open(&self, on: Date) -> bool {
        self.valid_from <= on && self.valid_to.is_none_or(|to| to >= on)
    }
}

/// A unit to be created. A set may hold whole trees, parents before children.
#[derive(Clone, Debug, Serialize)]
pub struct NewUnit {
    /// A fresh id.
    pub id: UnitId,
    /// The node above: existing, or earlier in the set.
    pub parent_id: Option<UnitId>,
    /// What it is.
    pub kind: UnitKind,
    /// Short code.
    pub code: String,
    /// Name in Latvian.
    pub name: String,
    /// Name in English.
    pub name_en: Option<String>,
    /// Registration number.
    pub registration_number: Option<String>,
    /// Address.
    pub address: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Functions switched on.
    pub functions: Vec<String>,
    /// Since when.
    pub valid_from: Date,
}

/// A post of a unit.
#[derive(Clone, Debug, FromRow)]
pub struct Post {
    /// Id.
    pub id: PostId,
    /// Its unit.
    pub unit_id: UnitId,
    /// Its name (amata nosaukums).
    pub title: String,
    /// Code in the classification of professions (Profesiju klasifikators).
    pub profession_code: Option<String>,
    /// How many full workloads it has.
    pub places: Decimal,
    /// Since when.
    pub valid_from: Date,
    /// Until when (last day).
    pub valid_to: Option<Date>,
    /// For optimistic locking.
    pub version: i32,
}

/// A post to be created.
#[derive(Clone, Debug, Serialize)]
pub struct NewPost {
    /// A fresh id.
    pub id: PostId,
    /// Its unit.
    pub unit_id: UnitId,
    /// Its name.
    pub title: String,
    /// Code in the classification of professions.
    pub profession_code: Option<String>,
    /// How many full workloads.
    pub places: Decimal,
    /// Since when.
    pub valid_from: Date,
}

/// What changes of a post.
#[derive(Clone, Debug)]
pub struct PostChange {
    /// Its name.
    pub title: String,
    /// Code in the classification of professions.
    pub profession_code: Option<String>,
    /// How many full workloads.
    pub places: Decimal,
    /// Its last day, where it ends.
    pub valid_to: Option<Date>,
}

/// An employment as it is on one day.
#[derive(Clone, Debug, FromRow)]
pub struct Employment {
    /// Id.
    pub id: EmploymentId,
    /// Who.
    pub person_id: PersonId,
    /// In which unit.
    pub unit_id: UnitId,
    /// In which institution.
    pub institution_id: UnitId,
    /// In which post.
    pub post_id: PostId,
    /// Its name.
    pub post_title: String,
    /// Number of the contract.
    pub contract_number: String,
    /// Date of the contract.
    pub contract_date: Date,
    /// How it came about.
    pub kind: EmploymentKind,
    /// 1 is full time.
    pub workload: Decimal,
    /// First day.
    pub valid_from: Date,
    /// Last day.
    pub valid_to: Option<Date>,
    /// Monthly salary at that workload.
    pub salary: Money,
    /// The main one, from which the direct manager follows.
    pub is_main: bool,
    /// For optimistic locking.
    pub version: i32,
}

/// An employment to begin.
#[derive(Clone, Debug, Serialize)]
pub struct NewEmployment {
    /// A fresh id.
    pub id: EmploymentId,
    /// Who.
    pub person_id: PersonId,
    /// Where.
    pub unit_id: UnitId,
    /// As what.
    pub post_id: PostId,
    /// Number of the contract.
    pub contract_number: String,
    /// Date of the contract.
    pub contract_date: Date,
    /// How it comes about.
    pub kind: EmploymentKind,
    /// 1 is full time.
    pub workload: Decimal,
    /// Monthly salary.
    pub salary: Money,
    /// First day.
    pub valid_from: Date,
    /// Last day by the contract, if it has one.
    pub contract_to: Option<Date>,
    /// The main one?
    pub is_main: bool,
}

/// An employment to end.
#[derive(Clone, Debug, Serialize)]
pub struct EndOfEmployment {
    /// Which.
    pub id: EmploymentId,
    /// Last day.
    pub ended_on: Date,
    /// The legal ground, e.g. "DL 100. panta pirmā daļa".
    pub end_ground: String,
}

/// What changes in an employment from a day on. `None` stays as it is.
#[derive(Clone, Debug, Serialize)]
pub struct EmploymentChange {
    /// A fresh id; by it the change is reversed.
    pub id: uuid::Uuid,
    /// Which employment.
    pub employment_id: EmploymentId,
    /// From when.
    pub valid_from: Date,
    /// To which unit.
    pub unit_id: Option<UnitId>,
    /// To which post.
    pub post_id: Option<PostId>,
    /// To which workload.
    pub workload: Option<Decimal>,
    /// To which monthly salary.
    pub salary: Option<Money>,
}

/// A role granted.
#[derive(Clone, Debug, FromRow)]
pub struct Grant {
    /// Id.
    pub id: GrantId,
    /// To whom.
    pub person_id: PersonId,
    /// Which role.
    pub role: String,
    /// In which unit and everything below it.
    pub unit_id: UnitId,
    /// First day.
    pub valid_from: Date,
    /// Last day.
    pub valid_to: Option<Date>,
}

/// A role to be granted.
#[derive(Clone, Debug, Serialize)]
pub struct NewGrant {
    /// A fresh id.
    pub id: GrantId,
    /// To whom.
    pub person_id: PersonId,
    /// Which role.
    pub role: String,
    /// In which unit.
    pub unit_id: UnitId,
    /// First day.
    pub valid_from: Date,
    /// Last day.
    pub valid_to: Option<Date>,
}

/// Who acts for whom in a period (aizvietošana).
#[derive(Clone, Debug, FromRow)]
pub struct Substitution {
    /// Id.
    pub id: SubstitutionId,
    /// Who is away.
    pub absent_id: PersonId,
    /// Who acts.
    pub substitute_id: PersonId,
    /// First day.
    pub valid_from: Date,
    /// Last day.
    pub valid_to: Date,
    /// Why.
    pub ground: String,
    /// Cancelled?
    pub cancelled_at: Option<types::Timestamp>,
    /// The absent person's unit, for the rules.
    pub unit_id: Option<UnitId>,
}

impl PersonChange {
    /// The names of the fields that change: for the trail, which carries no personal data.
    #[must_use]
    pub fn fields(&self) -> Vec<&'static str> {
        let all = [
            ("given_names", self.given_names.is_some()),
            ("surname", self.surname.is_some()),
            ("personal_code", self.personal_code.is_some()),
            ("birth_date", self.birth_date.is_some()),
            ("language", self.language.is_some()),
            ("bank_account", self.bank_account.is_some()),
            ("address", self.address.is_some()),
            ("email", self.email.is_some()),
            ("phone", self.phone.is_some()),
        ];
        all.into_iter().filter(|(_, changed)| *changed).map(|(name, _)| name).collect()
    }
}

/// "surname given names" as search and order see it.
#[must_use]
pub fn fold_names(given_names: &str, surname: &str) -> String {
    latvian::search::fold(&format!("{surname} {given_names}"))
}

pub(crate) fn fold_name(person: &NewPerson) -> String {
    fold_names(&person.given_names, &person.surname)
}
