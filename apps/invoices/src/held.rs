use op::{Facts, Held};
use sqlx::{FromRow, types::Json};
use types::{Date, DocumentId, Money, PersonId, Timestamp, UnitId};
use uuid::Uuid;

use crate::{
    actions::{CodeInvoice, ReceiveInvoice, ViewAgreements, ViewInvoice, ViewPayments},
    model::{BatchState, Channel, Deviation, Envelope, FindingRow, OrderedLine, State},
};

/// An invoice, with what its rules need.
#[derive(Clone, Debug, FromRow)]
pub struct Invoice {
    /// Its id, and its document's.
    pub id: DocumentId,
    /// For optimistic locking.
    pub version: i32,
    /// The institution that received it.
    pub institution_id: UnitId,
    /// The unit whose budget it is.
    pub unit_id: UnitId,
    /// The supplier.
    pub supplier_id: Uuid,
    /// The supplier's name.
    pub supplier: String,
    /// The supplier's registration or VAT number, or its name.
    pub supplier_code: String,
    /// The supplier's e-mail.
    pub supplier_email: Option<String>,
    /// The supplier's number.
    pub number: String,
    /// `invoice` or `credit-note`.
    pub kind: String,
    /// Date of issue.
    pub issued_on: Date,
    /// To be paid by.
    pub due_on: Date,
    /// Received on.
    pub received_on: Date,
    /// Received at.
    pub received_at: Timestamp,
    /// Taken in by.
    pub received_by: Option<PersonId>,
    /// By what it came.
    pub channel: Channel,
    /// Is it a structured e-invoice?
    pub is_structured: bool,
    /// `ubl-invoice`, `cii` …
    pub syntax: String,
    /// Currency.
    pub currency: String,
    /// Without VAT.
    pub net: Money,
    /// VAT.
    pub vat: Money,
    /// With VAT.
    pub total: Money,
    /// What is to be paid.
    pub payable: Money,
    /// What of it is settled.
    pub settled: Money,
    /// The account to pay to.
    pub iban: Option<String>,
    /// The reference that the supplier wants to see.
    pub reference: Option<String>,
    /// Number of the order.
    pub order_number: Option<String>,
    /// Number of the contract.
    pub contract_number: Option<String>,
    /// Numbers of the invoices it corrects.
    pub preceding: Vec<String>,
    /// `valid`, `warned`, `broken`, `manual`.
    pub verdict: String,
    /// What the rules found.
    pub findings: Json<Vec<FindingRow>>,
    /// Where it stands.
    pub state: State,
    /// Does it agree with a contract or order: `two-way`, `three-way`, `deviates`?
    pub matched: Option<String>,
    /// Where they part.
    pub deviations: Json<Vec<Deviation>>,
    /// The contract or order.
    pub agreement_id: Option<Uuid>,
    /// Approved at.
    pub approved_at: Option<Timestamp>,
    /// Paid on.
    pub paid_on: Option<Date>,
    /// The number in our register.
    pub registered: Option<String>,
    /// The envelope it came in.
    pub envelope: Option<Json<Envelope>>,
    /// How many alerts are open.
    pub alerts: i64,
    /// For whom it waits.
    pub waits_for: Vec<Uuid>,
}

impl Invoice {
    /// Is it a credit note?
    #[must_use]
    pub fn is_credit(&self) -> bool {
        self.kind == "credit-note"
    }

    /// What is still to be paid.
    #[must_use]
    pub const fn open(&self) -> Money {
        Money(self.payable.0.saturating_sub(self.settled.0))
    }
}

impl Held for Invoice {
    type View = ViewInvoice;
    const SELECT: &'static str = db::sql!(
        "select r.id, r.version, r.institution_id, r.unit_id, r.supplier_id, s.name as supplier,
                s.code as supplier_code, s.email as supplier_email, r.number, r.kind, r.issued_on, r.due_on,
                r.received_on, r.received_at, r.received_by, r.channel, r.is_structured, r.syntax, r.currency, r.net,
                r.vat, r.total, r.payable, r.settled, r.iban, r.reference, r.order_number, r.contract_number,
                r.preceding, r.verdict, r.findings, r.state, r.envelope, r.matched, r.deviations, r.agreement_id, r.approved_at, r.paid_on, d.number as registered,
                (select count(*) from invoices.alert a
                 where a.tenant_id = r.tenant_id and a.invoice_id = r.id and a.cleared_at is null) as alerts,
                array(select t.principal from workflow.route w
                      join workflow.task t on t.tenant_id = $1 and t.route_id = w.id and t.state = 'open'
                      where w.tenant_id = $1 and w.subject_id = r.id) as waits_for
         from invoices.invoice r
         join invoices.supplier s on s.tenant_id = $1 and s.id = r.supplier_id
         join documents.document d on d.tenant_id = $1 and d.id = r.id
         where r.tenant_id = $1 and r.id = any($2)"
    );
    const KIND: &'static str = "invoice";

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn version(&self) -> i32 {
        self.version
    }

    fn facts(&self) -> Facts {
        Facts { unit: Some(self.unit_id), owner: None, assigned: self.waits_for.clone() }
    }
}

/// A payment proposal or file.
#[derive(Clone, Debug, FromRow)]
pub struct Batch {
    /// Its id.
    pub id: Uuid,
    /// For optimistic locking.
    pub version: i32,
    /// Its number; the identifier that the bank sees.
    pub number: String,
    /// The account to pay from.
    pub iban: String,
    /// Its bank.
    pub bic: Option<String>,
    /// The day to pay on.
    pub pay_on: Date,
    /// Where it stands.
    pub state: BatchState,
    /// How many payments.
    pub payments: i32,
    /// How much.
    pub amount: Money,
    /// Who put it together.
    pub prepared_by: Option<PersonId>,
    /// When.
    pub prepared_at: Timestamp,
    /// Who released it.
    pub released_by: Option<PersonId>,
    /// When.
    pub released_at: Option<Timestamp>,
    /// What the bank said.
    pub answer: Option<serde_json::Value>,
    /// The municipality: payments leave from there.
    pub root: Option<UnitId>,
}

impl Held for Batch {
    type View = ViewPayments;
    const SELECT: &'static str = db::sql!(
        "select r.id, r.version, r.number, b.iban, b.bic, r.pay_on, r.state, r.payments, r.amount, r.prepared_by,
                r.prepared_at, r.released_by, r.released_at, r.answer,
                (select k.id from kernel.unit k where k.tenant_id = $1 and k.parent_id is null limit 1) as root
         from invoices.batch r
         join invoices.bank_account b on b.tenant_id = $1 and b.id = r.bank_account_id
         where r.tenant_id = $1 and r.id = any($2)"
    );
    const KIND: &'static str = "payment-batch";

    fn id(&self) -> Uuid {
        self.id
    }

    fn version(&self) -> i32 {
        self.version
    }

    fn facts(&self) -> Facts {
        Facts { unit: self.root, owner: None, assigned: Vec::new() }
    }
}

/// A contract or order, with what its rules need.
#[derive(Clone, Debug, FromRow)]
pub struct Agreement {
    /// Its id.
    pub id: Uuid,
    /// For optimistic locking.
    pub version: i32,
    /// `contract` or `order`.
    pub kind: String,
    /// Its number.
    pub number: String,
    /// With whom.
    pub supplier: String,
    /// Whose.
    pub institution_id: UnitId,
    /// What about.
    pub title: String,
    /// With VAT, where there is a limit.
    pub amount: Option<Money>,
    /// From when.
    pub valid_from: Option<Date>,
    /// Until when.
    pub valid_to: Option<Date>,
    /// Its lines.
    pub lines: Json<Vec<OrderedLine>>,
}

impl Held for Agreement {
    type View = ViewAgreements;
    const SELECT: &'static str = db::sql!(
        "select r.id, r.version, r.kind, r.number, s.name as supplier, r.institution_id, r.title, r.amount, r.valid_from,
                r.valid_to, r.lines
         from invoices.agreement r join invoices.supplier s on s.tenant_id = $1 and s.id = r.supplier_id
         where r.tenant_id = $1 and r.id = any($2)"
    );
    const KIND: &'static str = "agreement";

    fn id(&self) -> Uuid {
        self.id
    }

    fn version(&self) -> i32 {
        self.version
    }

    fn facts(&self) -> Facts {
        Facts { unit: Some(self.institution_id), owner: None, assigned: Vec::new() }
    }
}

/// A picture that waits to be entered, with what its rules need.
#[derive(Clone, Debug, FromRow)]
pub struct Waiting {
    /// Its id, and its document's.
    pub id: DocumentId,
    /// For optimistic locking.
    pub version: i32,
    /// The institution that received it.
    pub institution_id: UnitId,
    /// Hash of its content.
    pub content: Vec<u8>,
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// By what it came.
    pub channel: Channel,
    /// Who sent it.
    pub sender: Option<String>,
    /// When it came.
    pub received_at: Timestamp,
    /// When it was dismissed.
    pub dismissed_at: Option<Timestamp>,
    /// Why.
    pub ground: Option<String>,
    /// The file.
    pub file: Option<types::FileId>,
    /// Was it entered?
    pub is_entered: bool,
}

impl Waiting {
    /// Was it entered or dismissed?
    #[must_use]
    pub const fn is_done(&self) -> bool {
        self.is_entered || self.dismissed_at.is_some()
    }
}

impl Held for Waiting {
    type View = ReceiveInvoice;
    const SELECT: &'static str = db::sql!(
        "select r.id, r.version, r.institution_id, r.content, r.name, r.media_type, r.channel, r.sender, r.received_at,
                r.dismissed_at, r.ground,
                (select f.id from documents.file f
                 where f.tenant_id = $1 and f.document_id = r.id order by f.id limit 1) as file,
                exists (select from invoices.invoice i where i.tenant_id = $1 and i.id = r.id) as is_entered
         from invoices.waiting r
         where r.tenant_id = $1 and r.id = any($2)"
    );
    const KIND: &'static str = "invoice-picture";

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn version(&self) -> i32 {
        self.version
    }

    fn facts(&self) -> Facts {
        Facts { unit: Some(self.institution_id), owner: None, assigned: Vec::new() }
    }
}

/// A template of the recurring, with what its rules need.
#[derive(Clone, Debug, FromRow)]
pub struct HeldTemplate {
    /// Its id.
    pub id: Uuid,
    /// For optimistic locking.
    pub version: i32,
    /// Whose.
    pub institution_id: UnitId,
    /// Since when it is used no more.
    pub ended_at: Option<Timestamp>,
}

impl Held for HeldTemplate {
    type View = CodeInvoice;
    const SELECT: &'static str = db::sql!(
        "select r.id, r.version, r.institution_id, r.ended_at
         from invoices.template r where r.tenant_id = $1 and r.id = any($2)"
    );
    const KIND: &'static str = "invoice-template";

    fn id(&self) -> Uuid {
        self.id
    }

    fn version(&self) -> i32 {
        self.version
    }

    fn facts(&self) -> Facts {
        Facts { unit: Some(self.institution_id), owner: None, assigned: Vec::new() }
    }
}
