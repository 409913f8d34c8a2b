//! What the page of a step and the card of an application share: the route, what happened, what was said.

use i18n::Tr;
use op::{Op, Read};
use ui::{Html, c};
use uuid::Uuid;
use web::Problem;

use super::words::{self, Names};
use crate::store::{self, CommentRow, HistoryRow, RouteRow};

pub(crate) struct CommentLine {
    pub by: String,
    pub at: String,
    pub place: String,
    pub text: String,
}

/// A subject as both pages show it.
pub(crate) struct Card {
    pub summary: Html,
    pub steps: Vec<Vec<c::Step>>,
    pub waiting: Vec<String>,
    pub events: Vec<c::Event>,
    pub comments: Vec<CommentLine>,
}

/// What is read of a subject in one transaction.
pub(crate) struct Facts {
    pub routes: Vec<RouteRow>,
    history: Vec<HistoryRow>,
    comments: Vec<CommentRow>,
    pub names: Names,
}

impl Facts {
    pub(crate) async fn read(read: &mut Read, subject: Uuid, more: Vec<types::PersonId>) -> Result<Self, Problem> {
        let tenant = read.op().tenant();
        let routes = store::routes_of(read.conn(), tenant, subject).await?;
        let history = store::history(read.conn(), tenant, subject, 200).await?;
        let comments = store::comments(read.conn(), tenant, subject).await?;
        let people = routes.iter().flat_map(|r| words::people_of(&r.steps.0)).chain(words::people_in(&history));
        let people = people.chain(comments.iter().map(|c| c.author_id)).chain(more).collect();
        let units = routes.iter().flat_map(|r| words::units_of(&r.steps.0)).collect();
        let names = Names::read(read.conn(), tenant, people, units).await?;
        Ok(Self { routes, history, comments, names })
    }

    pub(crate) fn card(&self, op: &Op, tr: &Tr, summary: Html) -> Card {
        let today = op.today();
        let last = self.routes.last();
        let comment = |c: &CommentRow| CommentLine {
            by: self.names.person(c.author_id).to_owned(),
            at: tr.datetime(c.at),
            place: c.place.clone().unwrap_or_default(),
            text: c.text.clone(),
        };
        Card {
            summary,
            steps: last.map(|r| words::drawing(tr, &r.steps.0, &self.names, today)).unwrap_or_default(),
            waiting: last.map(|r| words::waiting_lines(tr, r, &self.names, today)).unwrap_or_default(),
            events: words::timeline(tr, &self.history, &self.names),
            comments: self.comments.iter().map(comment).collect(),
        }
    }
}

impl Card {
    pub(crate) fn sample(tr: &Tr) -> Self {
        use c::{Event, Step, StepState};
        let at = types::Date::from_ymd_opt(2026, 11, 23).and_then(|d| d.and_hms_opt(8, 5, 0)).map(|t| t.and_utc());
        let at = at.unwrap_or_default();
        let step = |kind: &str, who: &str, state| Step::new(tr.t(&format!("workflow-kind-{kind}")), who, state);
        let args = [
            ("what", i18n::Arg::from(tr.t("workflow-kind-sign"))),
            ("who", i18n::Arg::from("Līga Ozola")),
            ("until", i18n::Arg::from(tr.t("workflow-until-tomorrow"))),
        ];
        Self {
            summary: Html::trusted(format!(
                "<p class=\"govuk-body\">{}</p>",
                Html::text(&tr.t("workflow-sample-gist"))
            )),
            steps: vec![
                vec![step("approve", "Jānis Kalniņš", StepState::Done).due(tr.datetime(at))],
                vec![step("sign", "Līga Ozola", StepState::Current).due(tr.t("workflow-until-tomorrow"))],
            ],
            waiting: vec![tr.ta("workflow-waits", &args)],
            events: vec![
                Event::new(tr, tr.t("workflow-verb-approved"), at).by("Jānis Kalniņš").icon("check"),
                Event::new(tr, tr.t("workflow-verb-filed"), at).by("Anna Bērziņa").icon("send"),
            ],
            comments: vec![CommentLine {
                by: "Jānis Kalniņš".to_owned(),
                at: tr.datetime(at),
                place: tr.t("workflow-sample-place"),
                text: tr.t("workflow-sample-comment"),
            }],
        }
    }
}
