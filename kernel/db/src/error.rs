/// What can go wrong with the database, as the floors above need to tell it apart.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The row is not there, or not in this tenant.
    #[error("not found")]
    NotFound,
    /// A named constraint refused the row; forms turn the name into a field error.
    #[error("constraint {0}")]
    Conflict(String),
    /// Somebody else changed the row first.
    #[error("stale version")]
    Stale,
    /// Everything else.
    #[error("database: {0}")]
    Other(#[source] sqlx::Error),
    /// A migration failed or was edited after landing.
    #[error("migration: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
}

impl From<sqlx::Error> for DbError {
    fn from(e: sqlx::Error) -> Self {
        match &e {
            sqlx::Error::RowNotFound => Self::NotFound,
            sqlx::Error::Database(d) => match d.constraint() {
                Some(name) => Self::Conflict(name.to_owned()),
                None => Self::Other(e),
            },
            _ => Self::Other(e),
        }
    }
}
