//! Hold, decide, store, say so: the same in every use-case, each for a set.

mod comments;
mod deadlines;
mod decide;
mod file;
mod start;
mod tasks;
mod templates;

pub use comments::{comment_on_application, comment_on_task};
pub use deadlines::{escalate, remind};
pub use decide::{DecideError, Decided, Verdict, decide, decide_in, delegate};
pub use file::{Filing, file, refile, withdraw};
pub use start::{StartError, Subject, Taker, start, taker};
pub use tasks::{OwnTask, close_tasks, open_tasks};
pub use templates::{TemplateError, activate_template, save_template};
