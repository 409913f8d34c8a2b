use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use op::OpError;

/// What a handler answers when it cannot do what was asked.
pub type Result<T = Response> = std::result::Result<T, Problem>;

/// A refusal or a failure. Rendered by the guard: a page for people, RFC 9457 for programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Not there, or not theirs to know.
    NotFound,
    /// Known to them, but not theirs to do.
    Forbidden,
    /// Nobody is signed in.
    SignInFirst,
    /// The form was made for another session, or came from another site.
    Csrf,
    /// The request cannot be understood; says what and where.
    BadRequest(String),
    /// Somebody else changed it meanwhile; says what is known of whom and when.
    Stale(String),
    /// A rule refused; the text is for people, already in their language.
    Refused(String),
    /// Too large; the limit in bytes.
    TooLarge(u64),
    /// Too many attempts; seconds to wait.
    TooMany(u64),
    /// Not now (starting, stopping, database away).
    Unavailable,
    /// Our fault. The text goes to the log, never to the answer.
    Internal(String),
}

impl Problem {
    /// Its HTTP status.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden | Self::Csrf => StatusCode::FORBIDDEN,
            Self::SignInFirst => StatusCode::UNAUTHORIZED,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Stale(_) => StatusCode::CONFLICT,
            Self::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The key of its texts: `problem-<code>` and `problem-<code>-help`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::Forbidden => "forbidden",
            Self::SignInFirst => "sign-in-first",
            Self::Csrf => "csrf",
            Self::BadRequest(_) => "bad-request",
            Self::Stale(_) => "stale",
            Self::Refused(_) => "refused",
            Self::TooLarge(_) => "too-large",
            Self::TooMany(_) => "too-many",
            Self::Unavailable => "unavailable",
            Self::Internal(_) => "internal",
        }
    }

    /// What may be shown beyond the general text.
    #[must_use]
    pub fn detail(&self) -> Option<String> {
        match self {
            Self::BadRequest(s) | Self::Stale(s) | Self::Refused(s) if !s.is_empty() => Some(s.clone()),
            _ => None,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<OpError> for Problem {
    fn from(e: OpError) -> Self {
        match e {
            OpError::NotFound => Self::NotFound,
            OpError::Forbidden(_) => Self::Forbidden,
            OpError::Stale => Self::Stale(String::new()),
            OpError::Conflict(c) => Self::Internal(format!("unhandled constraint {c}")),
            OpError::Unaudited => Self::Internal(e.to_string()),
            OpError::Db(e) => db_problem(&e),
        }
    }
}

fn db_problem(e: &db::DbError) -> Problem {
    match e {
        db::DbError::Other(sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_)) => {
            tracing::error!(error = %e, "the database does not answer");
            Problem::Unavailable
        }
        _ => Problem::Internal(e.to_string()),
    }
}

impl From<sqlx::Error> for Problem {
    fn from(e: sqlx::Error) -> Self {
        OpError::from(e).into()
    }
}
