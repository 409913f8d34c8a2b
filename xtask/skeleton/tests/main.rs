//! The app through the real router and the real database.

mod making_entries;
