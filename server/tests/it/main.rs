//! The real program, started as a person or a service manager would.

#![expect(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test says what it expects")]

mod backup;
mod commands;
mod database_url;
mod einvoice_documents;
mod einvoices;
mod killing;
mod mail;
mod observing;
mod program;
mod schema;
mod signing;
mod starting;
mod tls;
mod year;
