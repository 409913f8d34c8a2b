-- Written by `cargo xtask schema`; a test compares it. What makes it is in migrations/.
CREATE SCHEMA invoices;
CREATE TABLE invoices.agreement (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    kind text NOT NULL,
    number text NOT NULL,
    supplier_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    title text NOT NULL,
    amount bigint,
    valid_from date,
    valid_to date,
    lines jsonb DEFAULT '[]'::jsonb NOT NULL,
    created_by uuid,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT agreement_amount_check CHECK ((amount > 0)),
    CONSTRAINT agreement_kind_check CHECK ((kind = ANY (ARRAY['contract'::text, 'order'::text])))
);
ALTER TABLE ONLY invoices.agreement FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE invoices.agreement IS 'tenant: contracts and orders (līgums, pasūtījums) that invoices are compared with';
CREATE TABLE invoices.alert (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    invoice_id uuid NOT NULL,
    kind text NOT NULL,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL,
    raised_at timestamp with time zone NOT NULL,
    raised_by uuid,
    cleared_at timestamp with time zone,
    cleared_by uuid,
    ground text,
    CONSTRAINT alert_ground CHECK (((cleared_at IS NULL) = (ground IS NULL))),
    CONSTRAINT alert_kind_check CHECK ((kind = ANY (ARRAY['account-changed'::text, 'duplicate'::text, 'wrong-buyer'::text, 'not-matched'::text, 'attachment'::text]))),
    CONSTRAINT alert_second_person CHECK (((cleared_by IS NULL) OR (cleared_by IS DISTINCT FROM raised_by)))
);
ALTER TABLE ONLY invoices.alert FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE invoices.alert IS 'tenant: what must be looked at before an invoice may be paid; cleared with a ground';
CREATE TABLE invoices.bank_account (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    iban text NOT NULL,
    bic text,
    name text NOT NULL
);
ALTER TABLE ONLY invoices.bank_account FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE invoices.bank_account IS 'tenant: the municipality''s own accounts';
CREATE TABLE invoices.batch (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    number text NOT NULL,
    bank_account_id uuid NOT NULL,
    pay_on date NOT NULL,
    state text NOT NULL,
    payments integer NOT NULL,
    amount bigint NOT NULL,
    prepared_by uuid,
    prepared_at timestamp with time zone NOT NULL,
    released_by uuid,
    released_at timestamp with time zone,
    answer jsonb,
    CONSTRAINT batch_state_check CHECK ((state = ANY (ARRAY['proposed'::text, 'released'::text, 'rejected'::text, 'settled'::text, 'cancelled'::text]))),
    CONSTRAINT batch_two_persons CHECK (((released_by IS NULL) OR (released_by IS DISTINCT FROM prepared_by)))
);
ALTER TABLE ONLY invoices.batch FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE invoices.batch IS 'tenant: payment proposals and files (maksājumu saraksts); one prepares, another releases';
CREATE TABLE invoices.coding (
    tenant_id uuid NOT NULL,
    invoice_id uuid NOT NULL,
    no integer NOT NULL,
    amount bigint NOT NULL,
    account text NOT NULL,
    ekk text NOT NULL,
    function text DEFAULT ''::text NOT NULL,
    funding text DEFAULT ''::text NOT NULL,
    project text DEFAULT ''::text NOT NULL,
    unit_id uuid NOT NULL,
    note text DEFAULT ''::text NOT NULL
);
ALTER TABLE ONLY invoices.coding FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE invoices.coding IS 'tenant: how an invoice is booked (kontējums): parts of its amount by account, EKK, function, funding, project, unit';
CREATE TABLE invoices.entry (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    statement_id uuid NOT NULL,
    booked_on date NOT NULL,
    amount bigint NOT NULL,
    end_to_end text,
    other text NOT NULL,
    iban text,
    words text NOT NULL,
    returned text,
    payment_id uuid
);
ALTER TABLE ONLY invoices.entry FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE invoices.entry IS 'tenant: lines of bank statements and the payment that each settles';
CREATE TABLE invoices.export (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    name text NOT NULL,
    invoices integer NOT NULL,
    amount bigint NOT NULL,
    state text NOT NULL,
    receipt text,
    reason text,
    created_by uuid,
    created_at timestamp with time zone NOT NULL,
    settled_at timestamp with time zone,
    CONSTRAINT export_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'accepted'::text, 'refused'::text])))
);
ALTER TABLE ONLY invoices.export FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE invoices.export IS 'tenant: postings handed over to the accounting system';
CREATE TABLE invoices.exported (
    tenant_id uuid NOT NULL,
    invoice_id uuid NOT NULL,
    export_id uuid NOT NULL
);
ALTER TABLE ONLY invoices.exported FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE invoices.exported IS 'tenant: which invoice went over in which export; each once, unless it was refused';
CREATE TABLE invoices.invoice (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    institution_id uuid NOT NULL,
    unit_id uuid NOT NULL,
    supplier_id uuid NOT NULL,
    number text NOT NULL,
    kind text NOT NULL,
    issued_on date NOT NULL,
    due_on date NOT NULL,
    received_on date NOT NULL,
    received_at timestamp with time zone NOT NULL,
    received_by uuid,
    channel text NOT NULL,
    is_structured boolean NOT NULL,
    syntax text NOT NULL,
    content bytea NOT NULL,
    currency text NOT NULL,
    net bigint NOT NULL,
    vat bigint NOT NULL,
    total bigint NOT NULL,
    payable bigint NOT NULL,
    settled bigint DEFAULT 0 NOT NULL,
    iban text,
    reference text,
    order_number text,
    contract_number text,
    preceding text[] DEFAULT '{}'::text[] NOT NULL,
    verdict text NOT NULL,
    findings jsonb DEFAULT '[]'::jsonb NOT NULL,
    state text NOT NULL,
    approved_at timestamp with time zone,
    approved_electronically boolean DEFAULT false NOT NULL,
    paid_on date,
    answered_at timestamp with time zone,
    agreement_id uuid,
    matched text,
    deviations jsonb DEFAULT '[]'::jsonb NOT NULL,
    envelope jsonb,
    CONSTRAINT invoice_channel_check CHECK ((channel = ANY (ARRAY['upload'::text, 'folder'::text, 'e-mail'::text, 'api'::text, 'e-address'::text, 'paper'::text]))),
    CONSTRAINT invoice_kind_check CHECK ((kind = ANY (ARRAY['invoice'::text, 'credit-note'::text]))),
    CONSTRAINT invoice_matched_check CHECK ((matched = ANY (ARRAY['two-way'::text, 'three-way'::text, 'deviates'::text]))),
    CONSTRAINT invoice_settled CHECK ((settled >= 0)),
    CONSTRAINT invoice_state_check CHECK ((state = ANY (ARRAY['broken'::text, 'coding'::text, 'approval'::text, 'approved'::text, 'paying'::text, 'paid'::text, 'rejected'::text, 'offset'::text]))),
    CONSTRAINT invoice_verdict_check CHECK ((verdict = ANY (ARRAY['valid'::text, 'warned'::text, 'broken'::text, 'manual'::text])))
);
ALTER TABLE ONLY invoices.invoice FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE invoices.invoice IS 'tenant: invoices and credit notes received (rēķins, kredītrēķins); id = document';
COMMENT ON COLUMN invoices.invoice.envelope IS 'the envelope it came in: instance, sender, receiver; what a message level status refers to';
CREATE TABLE invoices.line (
    tenant_id uuid NOT NULL,
    invoice_id uuid NOT NULL,
    no integer NOT NULL,
    name text NOT NULL,
    quantity numeric,
    measure text,
    net bigint NOT NULL,
    vat_category text,
    vat_rate numeric,
    order_line text
);
ALTER TABLE ONLY invoices.line FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE invoices.line IS 'tenant: lines of an invoice, as its supplier wrote them';
CREATE TABLE invoices.payment (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    batch_id uuid NOT NULL,
    invoice_id uuid NOT NULL,
    end_to_end text NOT NULL,
    amount bigint NOT NULL,
    iban text NOT NULL,
    state text NOT NULL,
    reason text,
    settled_on date,
    CONSTRAINT payment_state_check CHECK ((state = ANY (ARRAY['proposed'::text, 'sent'::text, 'settled'::text, 'rejected'::text, 'returned'::text, 'cancelled'::text])))
);
ALTER TABLE ONLY invoices.payment FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE invoices.payment IS 'tenant: payments of invoices; an invoice is in one open payment at a time';
CREATE TABLE invoices.receipt (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    agreement_id uuid NOT NULL,
    received_on date NOT NULL,
    received_by uuid,
    lines jsonb NOT NULL,
    note text DEFAULT ''::text NOT NULL
);
ALTER TABLE ONLY invoices.receipt FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE invoices.receipt IS 'tenant: what was received of an order (pieņemšanas akts, pavadzīme)';
CREATE TABLE invoices.srs_report (
    tenant_id uuid NOT NULL,
    invoice_id uuid NOT NULL,
    duty text NOT NULL,
    due_on date NOT NULL,
    state text NOT NULL,
    number text,
    reason text,
    tries integer DEFAULT 0 NOT NULL,
    next_at timestamp with time zone,
    settled_at timestamp with time zone,
    CONSTRAINT srs_report_duty_check CHECK ((duty = ANY (ARRAY['ours'::text, 'operator'::text, 'automatic'::text]))),
    CONSTRAINT srs_report_state_check CHECK ((state = ANY (ARRAY['due'::text, 'accepted'::text, 'refused'::text, 'by-others'::text])))
);
ALTER TABLE ONLY invoices.srs_report FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE invoices.srs_report IS 'tenant: who reports an e-invoice to the State Revenue Service (VID), by when, and what it answered';
CREATE TABLE invoices.statement (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    bank_account_id uuid NOT NULL,
    content bytea NOT NULL,
    name text NOT NULL,
    opening bigint,
    closing bigint,
    imported_at timestamp with time zone NOT NULL,
    imported_by uuid
);
ALTER TABLE ONLY invoices.statement FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE invoices.statement IS 'tenant: bank statements taken in (konta izraksts)';
CREATE TABLE invoices.supplier (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    registration text,
    vat_number text,
    country text NOT NULL,
    endpoint text,
    email text,
    version integer DEFAULT 1 NOT NULL
);
ALTER TABLE ONLY invoices.supplier FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE invoices.supplier IS 'tenant: a supplier (piegādātājs), known by its registration number, VAT number or else its name';
CREATE TABLE invoices.supplier_account (
    tenant_id uuid NOT NULL,
    supplier_id uuid NOT NULL,
    iban text NOT NULL,
    state text NOT NULL,
    first_seen date NOT NULL,
    cleared_by uuid,
    CONSTRAINT supplier_account_state_check CHECK ((state = ANY (ARRAY['known'::text, 'suspect'::text, 'refused'::text])))
);
ALTER TABLE ONLY invoices.supplier_account FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE invoices.supplier_account IS 'tenant: accounts of a supplier; a new one is suspect until a second person has cleared it';
CREATE TABLE invoices.template (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    institution_id uuid NOT NULL,
    supplier_id uuid NOT NULL,
    name text NOT NULL,
    contract_number text,
    amount_from bigint,
    amount_to bigint,
    parts jsonb NOT NULL,
    created_by uuid,
    created_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT template_range CHECK (((amount_from IS NULL) OR (amount_to IS NULL) OR (amount_from <= amount_to)))
);
ALTER TABLE ONLY invoices.template FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE invoices.template IS 'tenant: how the recurring invoices of a supplier are booked (kontējuma sagatave)';
CREATE TABLE invoices.waiting (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    institution_id uuid NOT NULL,
    content bytea NOT NULL,
    name text NOT NULL,
    media_type text NOT NULL,
    channel text NOT NULL,
    sender text,
    received_at timestamp with time zone NOT NULL,
    received_by uuid,
    dismissed_at timestamp with time zone,
    dismissed_by uuid,
    ground text,
    CONSTRAINT waiting_channel_check CHECK ((channel = ANY (ARRAY['upload'::text, 'folder'::text, 'e-mail'::text, 'api'::text, 'e-address'::text, 'paper'::text]))),
    CONSTRAINT waiting_ground CHECK (((dismissed_at IS NULL) = (ground IS NULL)))
);
ALTER TABLE ONLY invoices.waiting FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE invoices.waiting IS 'tenant: pictures and PDF files that wait to be entered by hand; id = document, a draft until then';
ALTER TABLE ONLY invoices.agreement
    ADD CONSTRAINT agreement_number_key UNIQUE (tenant_id, supplier_id, kind, number);
ALTER TABLE ONLY invoices.agreement
    ADD CONSTRAINT agreement_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY invoices.alert
    ADD CONSTRAINT alert_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY invoices.bank_account
    ADD CONSTRAINT bank_account_key UNIQUE (tenant_id, iban);
ALTER TABLE ONLY invoices.bank_account
    ADD CONSTRAINT bank_account_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY invoices.batch
    ADD CONSTRAINT batch_number_key UNIQUE (tenant_id, number);
ALTER TABLE ONLY invoices.batch
    ADD CONSTRAINT batch_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY invoices.coding
    ADD CONSTRAINT coding_pkey PRIMARY KEY (tenant_id, invoice_id, no);
ALTER TABLE ONLY invoices.entry
    ADD CONSTRAINT entry_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY invoices.export
    ADD CONSTRAINT export_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY invoices.exported
    ADD CONSTRAINT exported_pkey PRIMARY KEY (tenant_id, invoice_id);
ALTER TABLE ONLY invoices.invoice
    ADD CONSTRAINT invoice_content_key UNIQUE (tenant_id, content);
ALTER TABLE ONLY invoices.invoice
    ADD CONSTRAINT invoice_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY invoices.line
    ADD CONSTRAINT line_pkey PRIMARY KEY (tenant_id, invoice_id, no);
ALTER TABLE ONLY invoices.payment
    ADD CONSTRAINT payment_end_to_end_key UNIQUE (tenant_id, end_to_end);
ALTER TABLE ONLY invoices.payment
    ADD CONSTRAINT payment_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY invoices.receipt
    ADD CONSTRAINT receipt_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY invoices.srs_report
    ADD CONSTRAINT srs_report_pkey PRIMARY KEY (tenant_id, invoice_id);
ALTER TABLE ONLY invoices.statement
    ADD CONSTRAINT statement_content_key UNIQUE (tenant_id, content, name);
ALTER TABLE ONLY invoices.statement
    ADD CONSTRAINT statement_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY invoices.supplier_account
    ADD CONSTRAINT supplier_account_pkey PRIMARY KEY (tenant_id, supplier_id, iban);
ALTER TABLE ONLY invoices.supplier
    ADD CONSTRAINT supplier_code_key UNIQUE (tenant_id, code);
ALTER TABLE ONLY invoices.supplier
    ADD CONSTRAINT supplier_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY invoices.template
    ADD CONSTRAINT template_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY invoices.waiting
    ADD CONSTRAINT waiting_content_key UNIQUE (tenant_id, content);
ALTER TABLE ONLY invoices.waiting
    ADD CONSTRAINT waiting_pkey PRIMARY KEY (tenant_id, id);
CREATE INDEX agreement_institution ON invoices.agreement USING btree (tenant_id, institution_id);
CREATE INDEX alert_invoice ON invoices.alert USING btree (tenant_id, invoice_id);
CREATE INDEX batch_bank_account ON invoices.batch USING btree (tenant_id, bank_account_id);
CREATE INDEX batch_state ON invoices.batch USING btree (tenant_id, state, pay_on);
CREATE INDEX coding_unit ON invoices.coding USING btree (tenant_id, unit_id);
CREATE INDEX entry_payment ON invoices.entry USING btree (tenant_id, payment_id);
CREATE INDEX entry_statement ON invoices.entry USING btree (tenant_id, statement_id);
CREATE INDEX export_created ON invoices.export USING btree (tenant_id, created_at);
CREATE INDEX exported_export ON invoices.exported USING btree (tenant_id, export_id);
CREATE INDEX invoice_agreement ON invoices.invoice USING btree (tenant_id, agreement_id) WHERE (agreement_id IS NOT NULL);
CREATE INDEX invoice_institution ON invoices.invoice USING btree (tenant_id, institution_id, received_on);
CREATE INDEX invoice_state ON invoices.invoice USING btree (tenant_id, state, due_on, id);
CREATE INDEX invoice_supplier ON invoices.invoice USING btree (tenant_id, supplier_id, issued_on);
CREATE INDEX invoice_unit ON invoices.invoice USING btree (tenant_id, unit_id);
CREATE INDEX payment_batch ON invoices.payment USING btree (tenant_id, batch_id);
CREATE INDEX payment_invoice ON invoices.payment USING btree (tenant_id, invoice_id);
CREATE UNIQUE INDEX payment_open ON invoices.payment USING btree (tenant_id, invoice_id) WHERE (state = ANY (ARRAY['proposed'::text, 'sent'::text]));
CREATE INDEX receipt_agreement ON invoices.receipt USING btree (tenant_id, agreement_id);
CREATE INDEX srs_report_state ON invoices.srs_report USING btree (tenant_id, state, due_on);
CREATE INDEX statement_bank_account ON invoices.statement USING btree (tenant_id, bank_account_id);
CREATE INDEX template_institution ON invoices.template USING btree (tenant_id, institution_id);
CREATE INDEX template_supplier ON invoices.template USING btree (tenant_id, supplier_id, institution_id);
CREATE INDEX waiting_institution ON invoices.waiting USING btree (tenant_id, institution_id, received_at);
ALTER TABLE ONLY invoices.agreement
    ADD CONSTRAINT agreement_tenant_id_institution_id_fkey FOREIGN KEY (tenant_id, institution_id) REFERENCES kernel.unit(tenant_id, id);
ALTER TABLE ONLY invoices.agreement
    ADD CONSTRAINT agreement_tenant_id_supplier_id_fkey FOREIGN KEY (tenant_id, supplier_id) REFERENCES invoices.supplier(tenant_id, id);
ALTER TABLE ONLY invoices.alert
    ADD CONSTRAINT alert_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices.invoice(tenant_id, id);
ALTER TABLE ONLY invoices.bank_account
    ADD CONSTRAINT bank_account_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE ONLY invoices.batch
    ADD CONSTRAINT batch_tenant_id_bank_account_id_fkey FOREIGN KEY (tenant_id, bank_account_id) REFERENCES invoices.bank_account(tenant_id, id);
ALTER TABLE ONLY invoices.coding
    ADD CONSTRAINT coding_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices.invoice(tenant_id, id);
ALTER TABLE ONLY invoices.coding
    ADD CONSTRAINT coding_tenant_id_unit_id_fkey FOREIGN KEY (tenant_id, unit_id) REFERENCES kernel.unit(tenant_id, id);
ALTER TABLE ONLY invoices.entry
    ADD CONSTRAINT entry_tenant_id_payment_id_fkey FOREIGN KEY (tenant_id, payment_id) REFERENCES invoices.payment(tenant_id, id);
ALTER TABLE ONLY invoices.entry
    ADD CONSTRAINT entry_tenant_id_statement_id_fkey FOREIGN KEY (tenant_id, statement_id) REFERENCES invoices.statement(tenant_id, id);
ALTER TABLE ONLY invoices.export
    ADD CONSTRAINT export_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE ONLY invoices.exported
    ADD CONSTRAINT exported_tenant_id_export_id_fkey FOREIGN KEY (tenant_id, export_id) REFERENCES invoices.export(tenant_id, id);
ALTER TABLE ONLY invoices.exported
    ADD CONSTRAINT exported_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices.invoice(tenant_id, id);
ALTER TABLE ONLY invoices.invoice
    ADD CONSTRAINT invoice_tenant_id_agreement_id_fkey FOREIGN KEY (tenant_id, agreement_id) REFERENCES invoices.agreement(tenant_id, id);
ALTER TABLE ONLY invoices.invoice
    ADD CONSTRAINT invoice_tenant_id_id_fkey FOREIGN KEY (tenant_id, id) REFERENCES documents.document(tenant_id, id);
ALTER TABLE ONLY invoices.invoice
    ADD CONSTRAINT invoice_tenant_id_institution_id_fkey FOREIGN KEY (tenant_id, institution_id) REFERENCES kernel.unit(tenant_id, id);
ALTER TABLE ONLY invoices.invoice
    ADD CONSTRAINT invoice_tenant_id_supplier_id_fkey FOREIGN KEY (tenant_id, supplier_id) REFERENCES invoices.supplier(tenant_id, id);
ALTER TABLE ONLY invoices.invoice
    ADD CONSTRAINT invoice_tenant_id_unit_id_fkey FOREIGN KEY (tenant_id, unit_id) REFERENCES kernel.unit(tenant_id, id);
ALTER TABLE ONLY invoices.line
    ADD CONSTRAINT line_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices.invoice(tenant_id, id);
ALTER TABLE ONLY invoices.payment
    ADD CONSTRAINT payment_tenant_id_batch_id_fkey FOREIGN KEY (tenant_id, batch_id) REFERENCES invoices.batch(tenant_id, id);
ALTER TABLE ONLY invoices.payment
    ADD CONSTRAINT payment_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices.invoice(tenant_id, id);
ALTER TABLE ONLY invoices.receipt
    ADD CONSTRAINT receipt_tenant_id_agreement_id_fkey FOREIGN KEY (tenant_id, agreement_id) REFERENCES invoices.agreement(tenant_id, id);
ALTER TABLE ONLY invoices.srs_report
    ADD CONSTRAINT srs_report_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES invoices.invoice(tenant_id, id);
ALTER TABLE ONLY invoices.statement
    ADD CONSTRAINT statement_tenant_id_bank_account_id_fkey FOREIGN KEY (tenant_id, bank_account_id) REFERENCES invoices.bank_account(tenant_id, id);
ALTER TABLE ONLY invoices.supplier_account
    ADD CONSTRAINT supplier_account_tenant_id_supplier_id_fkey FOREIGN KEY (tenant_id, supplier_id) REFERENCES invoices.supplier(tenant_id, id);
ALTER TABLE ONLY invoices.supplier
    ADD CONSTRAINT supplier_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE ONLY invoices.template
    ADD CONSTRAINT template_tenant_id_institution_id_fkey FOREIGN KEY (tenant_id, institution_id) REFERENCES kernel.unit(tenant_id, id);
ALTER TABLE ONLY invoices.template
    ADD CONSTRAINT template_tenant_id_supplier_id_fkey FOREIGN KEY (tenant_id, supplier_id) REFERENCES invoices.supplier(tenant_id, id);
ALTER TABLE ONLY invoices.waiting
    ADD CONSTRAINT waiting_tenant_id_id_fkey FOREIGN KEY (tenant_id, id) REFERENCES documents.document(tenant_id, id);
ALTER TABLE ONLY invoices.waiting
    ADD CONSTRAINT waiting_tenant_id_institution_id_fkey FOREIGN KEY (tenant_id, institution_id) REFERENCES kernel.unit(tenant_id, id);
ALTER TABLE invoices.agreement ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoices.alert ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoices.bank_account ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoices.batch ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoices.coding ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoices.entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoices.export ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoices.exported ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoices.invoice ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoices.line ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoices.payment ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoices.receipt ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoices.srs_report ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoices.statement ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoices.supplier ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoices.supplier_account ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoices.template ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON invoices.agreement USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON invoices.alert USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON invoices.bank_account USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON invoices.batch USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON invoices.coding USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON invoices.entry USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON invoices.export USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON invoices.exported USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON invoices.invoice USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON invoices.line USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON invoices.payment USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON invoices.receipt USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON invoices.srs_report USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON invoices.statement USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON invoices.supplier USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON invoices.supplier_account USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON invoices.template USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON invoices.waiting USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
ALTER TABLE invoices.waiting ENABLE ROW LEVEL SECURITY;
GRANT USAGE ON SCHEMA invoices TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE invoices.agreement TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE invoices.alert TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE invoices.bank_account TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE invoices.batch TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE invoices.coding TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE invoices.entry TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE invoices.export TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE invoices.exported TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE invoices.invoice TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE invoices.line TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE invoices.payment TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE invoices.receipt TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE invoices.srs_report TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE invoices.statement TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE invoices.supplier TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE invoices.supplier_account TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE invoices.template TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE invoices.waiting TO novads_server;
