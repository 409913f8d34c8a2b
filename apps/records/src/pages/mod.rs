//! The desk's pages: register, a document's clock and resolutions, a resolution, deadlines.

mod deadlines;
mod item;
mod register;
mod resolution;
mod samples;
pub(crate) mod words;

use documents::{actions as desk, upload};
use i18n::Tr;
use op::{Action as _, Audit};
use ui::FormState;
use uuid::Uuid;
use web::{Access, Ctx, Problem, Route, get, post};

use crate::{
    actions::{Control, Execute, ManageClock, Resolve, ViewDeadlines, ViewResolution},
    model::ClockRefused,
    usecases::RecordsError,
};

pub(crate) use samples::samples;

/// Uploads carry files and a few fields.
const UPLOAD_BODY: usize = upload::MAX_FILE * 2 + 1024 * 1024;

pub(crate) fn routes() -> Vec<Route> {
    let create = Access::Action(desk::CreateDocument::DEF);
    let see = Access::Action(desk::ViewDocument::DEF);
    let resolve = Access::Action(Resolve::DEF);
    let resolution = Access::Action(ViewResolution::DEF);
    let deadlines = Access::Action(ViewDeadlines::DEF);
    vec![
        get("/records/new/{direction}", create, "records-register", register::form),
        post("/records/new/{direction}", create, "records-register", register::send).max_body(UPLOAD_BODY),
        get("/records/due", create, "records-due-by-law", register::due),
        get("/records/correspondents", create, "records-correspondents", register::correspondents),
        get("/records/deadlines", deadlines, "records-deadlines", deadlines::show),
        get("/records/deadlines/export", deadlines, "records-export", deadlines::download),
        get("/records/{id}", see, "records-item", item::show),
        post("/records/{id}/clock", Access::Action(ManageClock::DEF), "records-clock", item::clock),
        get("/records/{id}/resolve", resolve, "records-resolve", resolution::form),
        post("/records/{id}/resolve", resolve, "records-resolve", resolution::give),
        get("/records/resolutions/{id}", resolution, "records-resolution", resolution::show),
        post("/records/resolutions/{id}/report", Access::Action(Execute::DEF), "records-report", resolution::report),
        post("/records/resolutions/{id}/control", Access::Action(Control::DEF), "records-control", resolution::control),
    ]
}

/// An id out of an address; what is none is not there.
fn id<T: std::str::FromStr>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::NotFound)
}

fn key(form: &FormState) -> Result<Uuid, Problem> {
    form.submit_id.parse().map_err(|_| Problem::BadRequest("submit_id".to_owned()))
}

fn version(form: &FormState) -> Result<i32, Problem> {
    form.value("version").parse().map_err(|_| Problem::BadRequest("version".to_owned()))
}

/// Whose papers are about to be shown is written down.
async fn looked(ctx: &Ctx, action: &'static str, kind: &'static str, subjects: Vec<Uuid>) -> Result<(), Problem> {
    if subjects.is_empty() {
        return Ok(());
    }
    let mut tx = ctx.op.begin().await?;
    tx.audit(Audit::of_all(action, kind, subjects));
    Ok(tx.commit().await?)
}

/// The rule that refused, in words.
fn clock_words(tr: &Tr, e: ClockRefused) -> String {
    match e {
        ClockRefused::Stands => tr.t("records-refused-stands"),
        ClockRefused::Runs => tr.t("records-refused-runs"),
        ClockRefused::Earlier => tr.t("records-refused-earlier"),
        ClockRefused::Beyond(limit) => tr.t1("records-refused-beyond", "date", limit),
        ClockRefused::NotLater(due) => tr.t1("records-refused-not-later", "date", due),
        ClockRefused::None => tr.t("records-refused-none"),
    }
}

fn problem(tr: &Tr, e: RecordsError) -> Problem {
    match e {
        RecordsError::NoSuchNumber(number) => Problem::Refused(tr.t1("records-refused-number", "number", number)),
        RecordsError::Clock(e) => Problem::Refused(clock_words(tr, e)),
        RecordsError::Op(e) => e.into(),
    }
}
