use op::{Audit, Event, May, Op, OpError, Tx};
use serde_json::{Value, json};
use types::{ApplicationId, Date, DocumentId, PersonId, RouteId, Timestamp, UnitId};
use uuid::Uuid;

use super::{DecideError, StartError, Subject, decide::finish, start};
use crate::{
    actions::{CorrectApplication, WithdrawApplication},
    model::{self, Medium, RouteState},
    service::Ended,
    store::{self, Application, NewApplication, RouteChange, TaskChange},
};

/// An application to be sent.
#[derive(Clone, Debug)]
pub struct Filing {
    /// Its id, so that what is reserved for it can name it.
    pub id: ApplicationId,
    /// The service.
    pub service: &'static str,
    /// Who asks.
    pub applicant: PersonId,
    /// Their unit.
    pub unit: UnitId,
    /// Their institution.
    pub institution: UnitId,
    /// How it came.
    pub channel: &'static str,
    /// What is asked.
    pub payload: Value,
    /// Its title.
    pub title: String,
    /// In one line.
    pub gist: String,
    /// Its document, already registered.
    pub document: DocumentId,
}

/// Sends applications: stores them and starts their routes. The app has checked and reserved what may be refused.
///
/// # Errors
/// A step has nobody to take it, or the database failed.
pub async fn file<A: op::Action>(tx: &mut Tx, may: &May<A>, filings: Vec<Filing>) -> Result<Vec<RouteId>, StartError> {
    let Some(service) = filings.first().map(|f| f.service) else { return Ok(Vec::new()) };
    let op = tx.op().clone();
    let subjects = filings.iter().map(|f| Subject {
        id: f.id.uuid(),
        document: Some(f.document),
        title: f.title.clone(),
        gist: f.gist.clone(),
        owner: Some(f.applicant),
        unit: f.unit,
        institution: f.institution,
    });
    let routes = start(tx, service, subjects.collect()).await?;
    let (at, on): (Timestamp, Date) = (op.now(), op.today());
    let new = filings.into_iter().zip(&routes).map(|(f, route)| NewApplication {
        id: f.id,
        service: f.service.to_owned(),
        applicant_id: f.applicant,
        unit_id: f.unit,
        institution_id: f.institution,
        channel: f.channel.to_owned(),
        payload: f.payload,
        gist: f.gist,
        document_id: f.document,
        route_id: *route,
        filed_at: at,
        filed_on: on,
    });
    let new: Vec<NewApplication> = new.collect();
    store::file(tx, may, &new).await?;
    for n in &new {
        tx.history(n.id, "filed", json!({ "channel": n.channel }));
    }
    let ids: Vec<Uuid> = new.iter().map(|n| n.id.uuid()).collect();
    tx.audit(
        Audit::of_all("workflow.application.file", "application", ids.clone()).with(json!({ "service": service })),
    );
    tx.publish(Event { kind: "workflow.application-filed", subjects: ids, data: json!({ "service": service }) });
    Ok(routes)
}

/// Sends a returned application again, corrected. The app has checked and reserved anew.
///
/// # Errors
/// It was not returned, is not theirs, or the database failed.
pub async fn refile(
    tx: &mut Tx,
    application: &Application,
    may: &May<CorrectApplication>,
    payload: &Value,
    title: String,
    gist: String,
) -> Result<(), StartError> {
    if application.state != "returned" {
        return Err(OpError::Stale.into());
    }
    let subject = Subject {
        id: application.id.uuid(),
        document: application.document_id,
        title,
        gist: gist.clone(),
        owner: Some(application.applicant_id),
        unit: application.unit_id,
        institution: application.institution_id,
    };
    let routes = start(tx, &application.service, vec![subject]).await?;
    let Some(route) = routes.first() else { return Err(OpError::NotFound.into()) };
    store::refile(tx, may, payload, &gist, *route).await?;
    tx.history(application.id, "corrected", json!({}));
    tx.audit(Audit::of("workflow.application.correct", "application", application.id));
    Ok(())
}

/// Takes an application back.
///
/// # Errors
/// It is decided already, not theirs, or the database failed.
pub async fn withdraw(op: &Op, id: ApplicationId) -> Result<(), DecideError> {
    let mut tx = op.begin().await?;
    // The route first, as a decision does: two that wait for each other would both lose.
    let route = store::lock_route_of(tx.conn(), op.tenant(), id).await?.ok_or(OpError::NotFound)?;
    let (application, may) = tx.hold::<Application, WithdrawApplication>(id).await?;
    if application.route_id != Some(route.id) {
        return Err(OpError::Stale.into());
    }
    let change = if application.state == "returned" {
        // Its route has ended; only the application is taken back.
        model::Change {
            steps: route.steps.0.clone(),
            state: RouteState::Withdrawn,
            done: vec![],
            cancelled: vec![],
            opened: vec![],
        }
    } else {
        model::withdraw(&route.steps.0, route.route_state())?
    };
    let changed = RouteChange {
        id: route.id,
        electronic: false,
        steps: change.steps,
        state: RouteState::Withdrawn.word(),
        finished_at: Some(op.now()),
        application_state: Some("withdrawn"),
    };
    let close = |no: &u16| TaskChange { route_id: route.id, step_no: i32::from(*no), state: "cancelled" };
    let closed: Vec<TaskChange> = change.cancelled.iter().map(close).collect();
    store::decide(&mut tx, &[may], &[changed], &closed, &[]).await?;
    tx.audit(Audit::of("workflow.application.withdraw", "application", id));
    tx.history(id, "withdrawn", json!({}));
    let ended = Ended {
        route: route.id,
        subject: id.uuid(),
        document: application.document_id,
        owner: Some(application.applicant_id),
        unit: application.unit_id,
        institution: application.institution_id,
        state: RouteState::Withdrawn,
        medium: Medium::Electronic,
        by: op.person(),
    };
    finish(&mut tx, vec![(application.service, ended)]).await?;
    Ok(tx.commit().await?)
}
