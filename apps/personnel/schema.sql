-- Written by `cargo xtask schema`; a test compares it. What makes it is in migrations/.
CREATE SCHEMA personnel;
CREATE TABLE personnel.absence (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    unit_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    kind text NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    days numeric(9,3) NOT NULL,
    state text NOT NULL,
    application_id uuid,
    order_id uuid,
    reversed_by uuid,
    substitute_id uuid,
    created_at timestamp with time zone NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT absence_order CHECK ((first_day <= last_day)),
    CONSTRAINT absence_state_check CHECK ((state = ANY (ARRAY['reserved'::text, 'booked'::text, 'released'::text, 'reversed'::text])))
);
ALTER TABLE ONLY personnel.absence FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE personnel.absence IS 'tenant: absences (prombūtne): reserved by an application, booked by a signed order';
CREATE TABLE personnel.account (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    employment_id uuid NOT NULL,
    unit_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    annual_days numeric(9,3) DEFAULT 0 NOT NULL,
    accrued_to date NOT NULL,
    version integer DEFAULT 1 NOT NULL
);
ALTER TABLE ONLY personnel.account FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE personnel.account IS 'tenant: the leave account of a person (id = person): its balance is the sum of the ledger, kept under the row''s lock';
CREATE TABLE personnel.leave_ledger (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    kind text NOT NULL,
    entry text NOT NULL,
    on_date date NOT NULL,
    days numeric(9,3) NOT NULL,
    application_id uuid,
    order_id uuid,
    note text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT leave_ledger_entry_check CHECK ((entry = ANY (ARRAY['opening'::text, 'accrual'::text, 'reserve'::text, 'release'::text, 'use'::text, 'reversal'::text, 'carry-over'::text, 'expiry'::text, 'correction'::text, 'payout'::text])))
);
ALTER TABLE ONLY personnel.leave_ledger FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE personnel.leave_ledger IS 'tenant append-only: every change of a leave balance, in calendar days, and why';
CREATE TABLE personnel.letter (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    application_id uuid,
    person_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    title text NOT NULL,
    text text NOT NULL,
    issued_at timestamp with time zone NOT NULL
);
ALTER TABLE ONLY personnel.letter FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE personnel.letter IS 'tenant: certificates of employment (izziņa par darbu) as issued; id is the document''s';
CREATE TABLE personnel.order_template (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    version integer NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    state text NOT NULL,
    created_by uuid,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT order_template_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'active'::text, 'retired'::text])))
);
ALTER TABLE ONLY personnel.order_template FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE personnel.order_template IS 'tenant: texts of orders that HR edits; the built-in text stands where there is none';
CREATE TABLE personnel.personnel_order (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    document_id uuid NOT NULL,
    application_id uuid,
    person_id uuid NOT NULL,
    employment_id uuid,
    unit_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    facts jsonb NOT NULL,
    text text NOT NULL,
    state text NOT NULL,
    prepared_at timestamp with time zone NOT NULL,
    prepared_on date NOT NULL,
    signed_at timestamp with time zone,
    signed_by uuid,
    signed_electronically boolean DEFAULT false NOT NULL,
    number text,
    reverses_id uuid,
    version integer DEFAULT 1 NOT NULL,
    title text DEFAULT ''::text NOT NULL,
    CONSTRAINT personnel_order_state_check CHECK ((state = ANY (ARRAY['circulating'::text, 'returned'::text, 'signed'::text, 'rejected'::text, 'annulled'::text])))
);
ALTER TABLE ONLY personnel.personnel_order FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE personnel.personnel_order IS 'tenant: personnel orders (rīkojums personāla jautājumos) and their effects as facts';
CREATE TABLE personnel.rendering (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    digest text NOT NULL,
    rendered_at timestamp with time zone NOT NULL
);
ALTER TABLE ONLY personnel.rendering FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE personnel.rendering IS 'tenant: the digest of what was last rendered for a document (id), so that a job that runs twice renders once';
ALTER TABLE ONLY personnel.absence
    ADD CONSTRAINT absence_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY personnel.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY personnel.leave_ledger
    ADD CONSTRAINT leave_ledger_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY personnel.letter
    ADD CONSTRAINT letter_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY personnel.order_template
    ADD CONSTRAINT order_template_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY personnel.order_template
    ADD CONSTRAINT order_template_version UNIQUE (tenant_id, kind, version);
ALTER TABLE ONLY personnel.personnel_order
    ADD CONSTRAINT personnel_order_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY personnel.rendering
    ADD CONSTRAINT rendering_pkey PRIMARY KEY (tenant_id, id);
CREATE INDEX absence_application ON personnel.absence USING btree (tenant_id, application_id);
CREATE INDEX absence_made_by ON personnel.absence USING btree (tenant_id, order_id);
CREATE INDEX absence_person ON personnel.absence USING btree (tenant_id, person_id, last_day);
CREATE INDEX absence_unit ON personnel.absence USING btree (tenant_id, unit_id, last_day);
CREATE INDEX account_unit ON personnel.account USING btree (tenant_id, unit_id);
CREATE INDEX leave_ledger_person ON personnel.leave_ledger USING btree (tenant_id, person_id, on_date);
CREATE INDEX letter_institution ON personnel.letter USING btree (tenant_id, institution_id);
CREATE INDEX letter_person ON personnel.letter USING btree (tenant_id, person_id);
CREATE INDEX personnel_order_application ON personnel.personnel_order USING btree (tenant_id, application_id);
CREATE INDEX personnel_order_institution ON personnel.personnel_order USING btree (tenant_id, institution_id, prepared_on);
CREATE INDEX personnel_order_person ON personnel.personnel_order USING btree (tenant_id, person_id, id);
CREATE INDEX personnel_order_reverses ON personnel.personnel_order USING btree (tenant_id, reverses_id);
CREATE INDEX personnel_order_unit ON personnel.personnel_order USING btree (tenant_id, unit_id);
ALTER TABLE ONLY personnel.absence
    ADD CONSTRAINT absence_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE ONLY personnel.absence
    ADD CONSTRAINT absence_tenant_id_person_id_fkey FOREIGN KEY (tenant_id, person_id) REFERENCES personnel.account(tenant_id, id);
ALTER TABLE ONLY personnel.absence
    ADD CONSTRAINT absence_tenant_id_unit_id_fkey FOREIGN KEY (tenant_id, unit_id) REFERENCES kernel.unit(tenant_id, id);
ALTER TABLE ONLY personnel.account
    ADD CONSTRAINT account_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE ONLY personnel.account
    ADD CONSTRAINT account_tenant_id_unit_id_fkey FOREIGN KEY (tenant_id, unit_id) REFERENCES kernel.unit(tenant_id, id);
ALTER TABLE ONLY personnel.leave_ledger
    ADD CONSTRAINT leave_ledger_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE ONLY personnel.leave_ledger
    ADD CONSTRAINT leave_ledger_tenant_id_person_id_fkey FOREIGN KEY (tenant_id, person_id) REFERENCES personnel.account(tenant_id, id);
ALTER TABLE ONLY personnel.letter
    ADD CONSTRAINT letter_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE ONLY personnel.letter
    ADD CONSTRAINT letter_tenant_id_institution_id_fkey FOREIGN KEY (tenant_id, institution_id) REFERENCES kernel.unit(tenant_id, id);
ALTER TABLE ONLY personnel.order_template
    ADD CONSTRAINT order_template_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE ONLY personnel.personnel_order
    ADD CONSTRAINT personnel_order_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE ONLY personnel.personnel_order
    ADD CONSTRAINT personnel_order_tenant_id_institution_id_fkey FOREIGN KEY (tenant_id, institution_id) REFERENCES kernel.unit(tenant_id, id);
ALTER TABLE ONLY personnel.personnel_order
    ADD CONSTRAINT personnel_order_tenant_id_reverses_id_fkey FOREIGN KEY (tenant_id, reverses_id) REFERENCES personnel.personnel_order(tenant_id, id);
ALTER TABLE ONLY personnel.personnel_order
    ADD CONSTRAINT personnel_order_tenant_id_unit_id_fkey FOREIGN KEY (tenant_id, unit_id) REFERENCES kernel.unit(tenant_id, id);
ALTER TABLE ONLY personnel.rendering
    ADD CONSTRAINT rendering_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE personnel.absence ENABLE ROW LEVEL SECURITY;
ALTER TABLE personnel.account ENABLE ROW LEVEL SECURITY;
ALTER TABLE personnel.leave_ledger ENABLE ROW LEVEL SECURITY;
ALTER TABLE personnel.letter ENABLE ROW LEVEL SECURITY;
ALTER TABLE personnel.order_template ENABLE ROW LEVEL SECURITY;
ALTER TABLE personnel.personnel_order ENABLE ROW LEVEL SECURITY;
ALTER TABLE personnel.rendering ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON personnel.absence USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON personnel.account USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON personnel.leave_ledger USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON personnel.letter USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON personnel.order_template USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON personnel.personnel_order USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON personnel.rendering USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
GRANT USAGE ON SCHEMA personnel TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE personnel.absence TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE personnel.account TO novads_server;
GRANT SELECT,INSERT ON TABLE personnel.leave_ledger TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE personnel.letter TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE personnel.order_template TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE personnel.personnel_order TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE personnel.rendering TO novads_server;
