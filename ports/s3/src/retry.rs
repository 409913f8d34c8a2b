//! Trying again, later and later.

use std::time::Duration;

use documents::ports::BlobError;

const ATTEMPTS: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// Why an attempt failed.
#[derive(Debug, PartialEq, Eq)]
pub enum Failure {
    /// No such object.
    Missing,
    /// The same request may succeed later.
    Passing(String),
    /// It will not.
    Final(String),
}

impl Failure {
    pub fn into_error(self, name: &str) -> BlobError {
        match self {
            Self::Missing => BlobError::NotFound(name.to_owned()),
            Self::Passing(said) | Self::Final(said) => BlobError::Store(format!("{name}: {said}")),
        }
    }
}

/// Repeats what fails for now, with pauses that double and are spread, so that many workers do not come back at once.
pub async fn retry<T, F: Future<Output = Result<T, Failure>>>(attempt: impl Fn() -> F) -> Result<T, Failure> {
    let mut pause = FIRST_PAUSE;
    for _ in 1..ATTEMPTS {
        match attempt().await {
            Err(Failure::Passing(_)) => {}
            settled => return settled,
        }
        tokio::time::sleep(pause.mul_f64(rand::random_range(0.5..1.5))).await;
        pause *= 2;
    }
    attempt().await
}
