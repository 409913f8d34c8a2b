//! Signing: the sign step of a route, what is signed and by whom, and what is known of signatures that came in.

pub mod ports;
