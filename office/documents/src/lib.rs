//! Documents: what has legal force.

pub mod ports;
