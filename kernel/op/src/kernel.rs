use std::{
    any::{Any, TypeId},
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU16, Ordering},
    },
};

use db::Db;
use rand::Rng as _;
use types::Clock;
use uuid::Uuid;

/// What office and ports registered, found by type: `extensions.get::<Arc<dyn BlobStore>>()`.
#[derive(Default)]
pub struct Extensions(HashMap<TypeId, Box<dyn Any + Send + Sync>>);

impl Extensions {
    /// Registers one value of a type; the last one stays.
    pub fn insert<T: Send + Sync + 'static>(&mut self, value: T) {
        self.0.insert(TypeId::of::<T>(), Box::new(value));
    }

    /// Finds it.
    #[must_use]
    pub fn get<T: 'static>(&self) -> Option<&T> {
        self.0.get(&TypeId::of::<T>()).and_then(|b| b.downcast_ref())
    }
}

/// What a kernel is made of.
pub struct KernelConfig {
    /// The database.
    pub db: Db,
    /// The business clock.
    pub clock: Clock,
    /// Event kind → kinds of the jobs that subscribe to it.
    pub subscribers: HashMap<&'static str, Vec<&'static str>>,
    /// What office and ports registered.
    pub extensions: Extensions,
    /// Where randomness comes from: the system's, or a seed in tests and simulations.
    pub seed: Option<u64>,
}

/// Shared by every operation of a process.
pub struct Kernel {
    pub(crate) db: Db,
    pub(crate) clock: Clock,
    pub(crate) subscribers: HashMap<&'static str, Vec<&'static str>>,
    extensions: Extensions,
    rng: std::sync::Mutex<rand::rngs::StdRng>,
    ids: AtomicU16,
    wake: tokio::sync::Notify,
}

impl Kernel {
    /// Puts the pieces together.
    #[must_use]
    pub fn new(config: KernelConfig) -> Arc<Self> {
        use rand::SeedableRng as _;
        let rng = match config.seed {
            Some(seed) => rand::rngs::StdRng::seed_from_u64(seed),
            None => rand::make_rng(),
        };
        Arc::new(Self {
            db: config.db,
            clock: config.clock,
            subscribers: config.subscribers,
            extensions: config.extensions,
            rng: std::sync::Mutex::new(rng),
            ids: AtomicU16::new(0),
            wake: tokio::sync::Notify::new(),
        })
    }

    /// What office or a port registered.
    #[must_use]
    pub fn extension<T: 'static>(&self) -> Option<&T> {
        self.extensions.get()
    }

    /// The database, for `jobs`, `web` and `testkit`.
    #[must_use]
    pub const fn db(&self) -> &Db {
        &self.db
    }

    /// The business clock.
    #[must_use]
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Tells this process's workers that a job is waiting: only a hint, they look by themselves as well.
    pub fn wake(&self) {
        self.wake.notify_waiters();
    }

    /// Waits for such a hint.
    pub async fn woken(&self) {
        self.wake.notified().await;
    }

    /// Random bytes, for tokens.
    #[must_use]
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        let mut rng = self.rng.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        rng.fill_bytes(&mut bytes);
        bytes
    }

    /// A new UUIDv7 of that clock; rows made one after another sort so, even within a millisecond.
    #[must_use]
    pub fn new_uuid(&self, clock: &Clock) -> Uuid {
        let millis = u64::try_from(clock.now().timestamp_millis()).unwrap_or_default();
        let mut bytes = self.random::<10>();
        let n = self.ids.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        let (head, _) = bytes.split_at_mut(2);
        head.copy_from_slice(&n);
        uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
    }
}
