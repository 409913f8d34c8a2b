use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tracing_subscriber::{Layer, layer::Context, layer::SubscriberExt as _};

/// How many statements were sent: sqlx logs each of them.
#[derive(Clone, Default)]
pub struct Statements(Arc<AtomicUsize>);

impl Statements {
    /// So far.
    pub fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

impl<S: tracing::Subscriber> Layer<S> for Statements {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "sqlx::query" {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Counts the statements of this thread while the guard lives (a `current_thread` test).
pub fn count_statements() -> (Statements, tracing::subscriber::DefaultGuard) {
    let statements = Statements::default();
    let subscriber = tracing_subscriber::registry().with(statements.clone());
    (statements, tracing::subscriber::set_default(subscriber))
}
