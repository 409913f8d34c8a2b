//! Each deed, through the use-case that a person would call.

use delivery::{Channel, DeliveryError, Recipient, State};
use documents::{AccessLevel, Direction, Document, NewDocument, NewFile, PdfRenderer, ports::Block, ports::Letter};
use jobs::JobError;
use latvian::names::demo_name;
use op::{Op, OpError};
use serde_json::json;
use std::sync::Arc;
use types::{DocumentId, Locale, ResolutionId};
use uuid::Uuid;

use super::{
    Desk,
    plan::{self, Deed, Event},
    texts::{self, From, Topic},
};
use crate::{
    held::{Item, Resolution},
    model::Tick,
    usecases::{self, ClockChange, NewOrder, RecordsError, Registration},
};

const RECEIVED: &str = "received";
const SENT: &str = "sent";
const RESOLVED: &str = "resolved";

/// A refusal of a rule, or somebody who was quicker, is no fault of a demonstration's.
fn kept<T>(done: Result<T, RecordsError>) -> Result<Option<T>, JobError> {
    match done {
        Ok(value) => Ok(Some(value)),
        Err(RecordsError::Op(e @ OpError::Db(_))) => Err(e.into()),
        Err(why) => {
            tracing::debug!(%why, "a made-up deed was refused");
            Ok(None)
        }
    }
}

impl Desk<'_> {
    pub(super) async fn happen(&mut self, event: &Event) -> Result<(), JobError> {
        match event.deed {
            Deed::Receive => self.receive(event).await,
            Deed::Resolve => self.resolve(event).await,
            Deed::Suspend | Deed::Resume => self.clock(event).await,
            Deed::Report => self.report(event).await,
            Deed::Control => self.control(event).await,
            Deed::Answer => self.answer(event).await,
            Deed::Write | Deed::Note | Deed::Contract => self.own(event).await,
            Deed::Dispatch => self.dispatch(event).await,
        }
    }

    /// The key of a form: the same thing, the same key.
    fn key(&self, story: u64, what: &str) -> Uuid {
        let name = format!("records life {} {story} {what}", self.institution.id);
        Uuid::new_v5(&self.op.tenant().uuid(), name.as_bytes())
    }

    /// What an earlier deed of the story has made: remembered, or asked of its form.
    async fn made(&mut self, by: &Op, story: u64, what: &'static str) -> Result<Option<Uuid>, OpError> {
        if let Some(id) = self.made.get(&(story, what)) {
            return Ok(Some(*id));
        }
        let mut tx = by.begin().await?;
        // Dropped without commit: the asking leaves nothing behind.
        let path = tx.once(self.key(story, what), "/").await?;
        let id = path.and_then(|p| p.rsplit('/').next().and_then(|id| id.parse().ok()));
        if let Some(id) = id {
            self.made.insert((story, what), id);
        }
        Ok(id)
    }

    async fn register(&mut self, event: &Event, what: &'static str, new: Registration) -> Result<(), JobError> {
        let clerk = self.of(self.institution.clerk, event).await?;
        let key = self.key(event.story, what);
        if let Some(id) = kept(usecases::register(&clerk, key, new).await)? {
            self.made.insert((event.story, what), id.uuid());
        }
        Ok(())
    }

    async fn document(
        &mut self,
        event: &Event,
        kind: &str,
        title: String,
        class: &str,
    ) -> Result<NewDocument, OpError> {
        let here = self.institution.id;
        let mut document = NewDocument::new(kind, title, here, here, "desk");
        let year = chrono::Datelike::year(&event.day);
        let mut read = self.op.read().await?;
        document.class = documents::class_of(read.conn(), self.op.tenant(), here, year, class).await?;
        Ok(document)
    }

    async fn receive(&mut self, event: &Event) -> Result<(), JobError> {
        let Some(topic) = plan::topic(&self.institution.place, event.story) else { return Ok(()) };
        let who = self.correspondent(event.story, topic);
        let title =
            if topic.from == From::Person { format!("{} ({who})", topic.title) } else { topic.title.to_owned() };
        let title = if topic.is_private { topic.title.to_owned() } else { title };
        let mut document = self.document(event, "letter", title, topic.class).await?;
        let mut d = self.dice(event.story, 3);
        document.direction = Direction::Incoming;
        document.correspondent = Some(who.clone());
        document.received_via = d.pick(&["post", "counter", "e-mail", "e-address", "portal"]).map(|v| (*v).to_owned());
        if topic.from != From::Person {
            document.external_number = Some(format!("{}-{}/{}", 1 + d.below(9), 1 + d.below(30), 100 + d.below(900)));
            document.external_date = event.day.pred_opt();
        }
        if topic.is_private {
            document.access = AccessLevel::Restricted;
            document.access_ground = Some("Informācijas atklātības likuma 5. panta otrās daļas 4. punkts".to_owned());
            document.readers = vec![self.institution.clerk.uuid(), self.institution.head.uuid()];
        }
        let files = self.files(event, topic.title, topic.text, &who)?;
        let registration = Registration {
            document,
            register: "incoming".to_owned(),
            received_on: event.day,
            process: topic.process,
            answers: None,
            files,
            sent: None,
        };
        self.register(event, RECEIVED, registration).await
    }

    fn correspondent(&self, story: u64, topic: &Topic) -> String {
        let mut d = self.dice(story, 4);
        let one_of = |found: Option<&&str>| found.copied().unwrap_or_default().to_owned();
        match topic.from {
            From::Firm => one_of(d.pick(texts::FIRMS)),
            From::State => one_of(d.pick(texts::STATE)),
            From::Person => {
                let name = demo_name(100_000 + d.below(50_000));
                format!("{} {}", name.given, name.surname)
            }
        }
    }

    /// The letter itself: a PDF where it came on paper or was made by a machine, else plain text.
    fn files(&self, event: &Event, title: &str, text: &str, who: &str) -> Result<Vec<NewFile>, JobError> {
        let body = format!("{}\n\n{text}\n\nAr cieņu\n{who}\n", self.institution.name);
        let renderer = self.op.kernel().extension::<Arc<dyn PdfRenderer>>();
        let Some(renderer) = renderer.filter(|_| self.dice(event.story, 5).below(3) == 0) else {
            let name = format!("{}.txt", title.chars().take(60).collect::<String>());
            return Ok(vec![usecases::file(name, "text/plain", body.into_bytes(), true)]);
        };
        let letter = Letter {
            lang: Locale::Lv,
            title: title.to_owned(),
            author: who.to_owned(),
            letterhead: vec![who.to_owned()],
            blocks: vec![
                Block::Fields(vec![("Kam".to_owned(), self.institution.name.clone())]),
                Block::Paragraph(text.to_owned()),
                Block::Paragraph("Ar cieņu".to_owned()),
                Block::Paragraph(who.to_owned()),
            ],
            footer: String::new(),
            created: super::moment(event),
        };
        let bytes = renderer.render(&letter).map_err(JobError::Dead)?;
        Ok(vec![usecases::file("vēstule.pdf".to_owned(), "application/pdf", bytes, true)])
    }

    async fn resolve(&mut self, event: &Event) -> Result<(), JobError> {
        let clerk = self.of(self.institution.clerk, event).await?;
        let Some(document) = self.made(&clerk, event.story, RECEIVED).await? else { return Ok(()) };
        let mut d = self.dice(event.story, 6);
        let order = NewOrder {
            text: d.pick(texts::ORDERS).copied().unwrap_or_default().to_owned(),
            due: plan::later(event.day, 5 + d.below(4)),
            is_controlled: d.below(3) > 0,
            main: self.executor(event.story),
            helpers: Vec::new(),
        };
        let head = self.of(self.institution.head, event).await?;
        let key = self.key(event.story, RESOLVED);
        if let Some(id) = kept(usecases::resolve(&head, key, DocumentId(document), order).await)? {
            self.made.insert((event.story, RESOLVED), id.uuid());
        }
        Ok(())
    }

    async fn resolution(&mut self, event: &Event) -> Result<Option<ResolutionId>, OpError> {
        let head = self.of(self.institution.head, event).await?;
        Ok(self.made(&head, event.story, RESOLVED).await?.map(ResolutionId))
    }

    async fn report(&mut self, event: &Event) -> Result<(), JobError> {
        let Some(resolution) = self.resolution(event).await? else { return Ok(()) };
        let executor = self.of(self.executor(event.story), event).await?;
        let text = self.dice(event.story, 7).pick(texts::REPORTS).copied().unwrap_or_default();
        kept(usecases::report(&executor, resolution, text).await)?;
        Ok(())
    }

    async fn control(&mut self, event: &Event) -> Result<(), JobError> {
        let Some(resolution) = self.resolution(event).await? else { return Ok(()) };
        let clerk = self.of(self.institution.clerk, event).await?;
        let mut read = clerk.read().await?;
        let found: Result<Resolution, OpError> = read.see(resolution).await;
        drop(read);
        if let Ok(held) = found
            && held.state == "reported"
        {
            kept(usecases::control(&clerk, resolution, held.version, true).await)?;
        }
        Ok(())
    }

    async fn clock(&mut self, event: &Event) -> Result<(), JobError> {
        let clerk = self.of(self.institution.clerk, event).await?;
        let Some(document) = self.made(&clerk, event.story, RECEIVED).await? else { return Ok(()) };
        let mut read = clerk.read().await?;
        let found: Result<Item, OpError> = read.see(document).await;
        drop(read);
        let Ok(item) = found else { return Ok(()) };
        let on = event.day;
        let tick = if event.deed == Deed::Suspend {
            Tick::Suspended { on, ground: "Lūgta papildu informācija no iesniedzēja".to_owned() }
        } else {
            Tick::Resumed { on }
        };
        kept(usecases::change_clock(&clerk, DocumentId(document), item.version, ClockChange::Tick(tick)).await)?;
        Ok(())
    }

    async fn answer(&mut self, event: &Event) -> Result<(), JobError> {
        let clerk = self.of(self.institution.clerk, event).await?;
        let Some(received) = self.made(&clerk, event.story, RECEIVED).await? else { return Ok(()) };
        let mut read = clerk.read().await?;
        let found: Result<Document, OpError> = read.see(received).await;
        drop(read);
        let Ok(question) = found else { return Ok(()) };
        let (Some(number), Some(who)) = (question.number, question.correspondent) else { return Ok(()) };
        let title = format!("Atbilde uz {number}: {}", lower(&question.title));
        let text = "Pateicamies par Jūsu vēstuli. Izskatījām to un sniedzam atbildi pēc būtības.";
        let files = self.files(event, "Atbilde", text, &self.institution.name)?;
        let mut document = self.document(event, "letter", title, "2-1").await?;
        document.access = question.access;
        document.access_ground = question.access_ground;
        if document.access == AccessLevel::Restricted {
            document.title = format!("Atbilde uz {number}");
            document.readers = vec![self.institution.clerk.uuid(), self.institution.head.uuid()];
        }
        let registration = self.outgoing(event, document, who, Some(number), files);
        self.register(event, SENT, registration).await
    }

    fn outgoing(
        &self,
        event: &Event,
        mut document: NewDocument,
        who: String,
        answers: Option<String>,
        files: Vec<NewFile>,
    ) -> Registration {
        let mut d = self.dice(event.story, 8);
        let channel = match d.below(5) {
            0 | 1 => Channel::EAddress,
            2 => Channel::RegisteredPost,
            3 => Channel::Counter,
            _ => Channel::Post,
        };
        let address = format!("Ozolu iela {}, Paraugs, Parauga novads", 1 + d.below(60));
        document.direction = Direction::Outgoing;
        document.correspondent = Some(who.clone());
        let to = Recipient { person: None, name: who, address: Some(address) };
        let register = "outgoing".to_owned();
        Registration {
            document,
            register,
            received_on: event.day,
            process: None,
            answers,
            files,
            sent: Some((to, channel)),
        }
    }

    /// What the institution writes by itself.
    async fn own(&mut self, event: &Event) -> Result<(), JobError> {
        let mut d = self.dice(event.story, 9);
        let one_of = |found: Option<&&str>| found.copied().unwrap_or_default().to_owned();
        let (kind, class, title) = match event.deed {
            Deed::Write => ("letter", "1-3", one_of(d.pick(texts::LETTERS))),
            Deed::Note => ("internal-note", "1-4", one_of(d.pick(texts::NOTES))),
            _ => ("contract", "4-1", one_of(d.pick(texts::CONTRACTS))),
        };
        let name = self.institution.name.clone();
        let files = self.files(event, &title, "Saskaņā ar darba plānu.", &name)?;
        let mut document = self.document(event, kind, title, class).await?;
        let registration = match event.deed {
            Deed::Write => {
                let who = one_of(d.pick(texts::STATE));
                self.outgoing(event, document, who, None, files)
            }
            deed => {
                let register = if deed == Deed::Note { "internal" } else { "contracts" };
                if deed == Deed::Contract {
                    let until = plan::later(event.day, 180 + d.below(100));
                    document.correspondent = Some(one_of(d.pick(texts::FIRMS)));
                    document.data = json!({ "valid_until": until, "amount": 50_000 + d.below(90) * 10_000 });
                }
                let (register, received_on) = (register.to_owned(), event.day);
                Registration { document, register, received_on, process: None, answers: None, files, sent: None }
            }
        };
        self.register(event, SENT, registration).await
    }

    /// The clerk takes to the post, or gives by hand, what waits.
    async fn dispatch(&mut self, event: &Event) -> Result<(), JobError> {
        let clerk = self.of(self.institution.clerk, event).await?;
        let Some(document) = self.made(&clerk, event.story, SENT).await? else { return Ok(()) };
        let mut read = clerk.read().await?;
        let waiting = delivery::of_document(read.conn(), clerk.tenant(), DocumentId(document)).await?;
        drop(read);
        for one in waiting.iter().filter(|d| d.state == State::Queued) {
            // Whatever a rule refuses waits on.
            if let Err(DeliveryError::Op(e @ OpError::Db(_))) =
                delivery::record_sent(&clerk, one.id, one.version, event.day).await
            {
                return Err(e.into());
            }
        }
        Ok(())
    }
}

/// A title within a title begins small.
fn lower(title: &str) -> String {
    let mut letters = title.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}
