use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Declares typed ids. One append-only list for the whole house, so that no two entities can be mixed up.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// The bare UUID, for binding and for generic tables (audit, history).
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, uuid::Error> {
                Uuid::parse_str(s).map(Self)
            }
        }
        impl From<Uuid> for $name {
            fn from(u: Uuid) -> Self {
                Self(u)
            }
        }
        impl From<$name> for Uuid {
            fn from(id: $name) -> Uuid {
                id.0
            }
        }
        #[cfg(feature = "sqlx")]
        impl sqlx::Type<sqlx::Postgres> for $name {
            fn type_info() -> sqlx::postgres::PgTypeInfo {
                <Uuid as sqlx::Type<sqlx::Postgres>>::type_info()
            }
        }
        #[cfg(feature = "sqlx")]
        impl sqlx::postgres::PgHasArrayType for $name {
            fn array_type_info() -> sqlx::postgres::PgTypeInfo {
                <Uuid as sqlx::postgres::PgHasArrayType>::array_type_info()
            }
        }
        #[cfg(feature = "sqlx")]
        impl<'q> sqlx::Encode<'q, sqlx::Postgres> for $name {
            fn encode_by_ref(
                &self,
                buf: &mut sqlx::postgres::PgArgumentBuffer,
            ) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
                <Uuid as sqlx::Encode<'q, sqlx::Postgres>>::encode_by_ref(&self.0, buf)
            }
        }
        #[cfg(feature = "sqlx")]
        impl<'r> sqlx::Decode<'r, sqlx::Postgres> for $name {
            fn decode(value: sqlx::postgres::PgValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
                <Uuid as sqlx::Decode<'r, sqlx::Postgres>>::decode(value).map(Self)
            }
        }
    )*};
}

ids! {
    /// A municipality (pašvaldība).
    TenantId,
    /// A sign-in identity; may be a person in several tenants.
    IdentityId,
    /// A natural person (fiziska persona) known to one tenant.
    PersonId,
    /// A node of the unit tree: municipality, institution (iestāde) or unit (struktūrvienība).
    UnitId,
    /// A legal person (juridiska persona).
    OrganisationId,
    /// A post in a unit (amats).
    PostId,
    /// An employment (darba tiesiskās attiecības).
    EmploymentId,
    /// A role granted to a person in a unit.
    GrantId,
    /// A substitution for a period (aizvietošana).
    SubstitutionId,
    /// A document (dokuments).
    DocumentId,
    /// A version of a file of a document.
    FileId,
    /// A register of documents (reģistrs).
    RegisterId,
    /// An entry of a document in a register.
    RegistrationId,
    /// A class of the classification scheme (lietu klasifikācijas indekss).
    ClassId,
    /// An application for one service (iesniegums).
    ApplicationId,
    /// A running route (maršruts).
    RouteId,
    /// A version of a route template.
    RouteTemplateId,
    /// A step of a running route.
    StepId,
    /// A task in somebody's list (uzdevums).
    TaskId,
    /// A personnel order (rīkojums).
    OrderId,
    /// A row of the leave ledger.
    LedgerId,
    /// An absence from work (prombūtne).
    AbsenceId,
    /// One delivery to one recipient (piegāde).
    DeliveryId,
    /// A background job.
    JobId,
    /// A request, for logs and problem pages.
    RequestId,
    /// A saved view of a list.
    ViewId,
    /// A resolution (rezolūcija): who does what by when.
    ResolutionId,
    /// A comment on a document or an application.
    CommentId,
    /// A mandate to represent somebody (pilnvarojums).
    MandateId,
    /// An act on files whose retention has ended.
    DisposalId,
}
