//! Delivery: how a document reaches its recipient, and when the law deems it received.

pub mod ports;
