//! What may be done with documents. Each is a set form; one document is a set of one. Each audits itself
//! under the action of the `May` it is shown, and writes what people see in the timeline.

mod access;
mod attach;
mod batch;
mod create;
pub(crate) mod disposal;
mod link;
mod redraft;
mod register;
mod rekey;
mod rename;
mod setup;

pub use access::{AccessChange, change_access, change_file_access, share, unshare};
pub use attach::{FileContent, REGISTERED_CONTENT, attach, attach_set, read_file};
pub use batch::{BatchAnswer, BatchError, ItemAnswer, ItemStatus, register_batch};
pub use create::{create, create_registered};
pub use link::{link, link_new};
pub use redraft::redraft;
pub use register::{annul, number_kept, register};
pub use rekey::rekey;
pub use rename::rename;
pub use setup::{NewClass, NewRegister, add_classes, add_registers, class_of, default_registers};
