-- Written by `cargo xtask schema`; a test compares it. What makes it is in migrations/.
CREATE SCHEMA delivery;
CREATE TABLE delivery.attempt (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    delivery_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    outcome text NOT NULL,
    detail text NOT NULL,
    CONSTRAINT attempt_outcome_check CHECK ((outcome = ANY (ARRAY['sent'::text, 'waits'::text, 'again'::text, 'failed'::text])))
);
ALTER TABLE ONLY delivery.attempt FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE delivery.attempt IS 'tenant append-only: every attempt to deliver, and what came of it';
CREATE TABLE delivery.delivery (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    subject_id uuid NOT NULL,
    document_id uuid,
    unit_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    person_id uuid,
    recipient text NOT NULL,
    address text,
    channel text NOT NULL,
    title text NOT NULL,
    text text NOT NULL,
    href text DEFAULT ''::text NOT NULL,
    state text NOT NULL,
    reason text,
    queued_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    delivered_at timestamp with time zone,
    deemed_on date,
    appealable boolean DEFAULT false NOT NULL,
    appeal_until date,
    ground text,
    attempts integer DEFAULT 0 NOT NULL,
    next_try_at timestamp with time zone,
    dedup text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT delivery_channel_check CHECK ((channel = ANY (ARRAY['in-house'::text, 'e-mail'::text, 'e-address'::text, 'post'::text, 'registered-post'::text, 'counter'::text]))),
    CONSTRAINT delivery_in_house_is_to_a_person CHECK (((channel <> 'in-house'::text) OR (person_id IS NOT NULL))),
    CONSTRAINT delivery_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'sent'::text, 'delivered'::text, 'failed'::text])))
);
ALTER TABLE ONLY delivery.delivery FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE delivery.delivery IS 'tenant: one delivery (piegāde) to one recipient: channel, state, deemed day by law, end of the appeal term';
CREATE TABLE delivery.preference (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    notices_by_email boolean DEFAULT false NOT NULL,
    tasks_by_email boolean DEFAULT false NOT NULL
);
ALTER TABLE ONLY delivery.preference FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE delivery.preference IS 'tenant: what a person (id = person) wants by e-mail beside the inbox';
ALTER TABLE ONLY delivery.attempt
    ADD CONSTRAINT attempt_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY delivery.delivery
    ADD CONSTRAINT delivery_once UNIQUE (tenant_id, dedup);
ALTER TABLE ONLY delivery.delivery
    ADD CONSTRAINT delivery_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY delivery.preference
    ADD CONSTRAINT preference_pkey PRIMARY KEY (tenant_id, id);
CREATE INDEX attempt_delivery ON delivery.attempt USING btree (tenant_id, delivery_id, id);
CREATE INDEX delivery_document ON delivery.delivery USING btree (tenant_id, document_id) WHERE (document_id IS NOT NULL);
CREATE INDEX delivery_inbox ON delivery.delivery USING btree (tenant_id, person_id, id) WHERE (channel = 'in-house'::text);
CREATE INDEX delivery_open ON delivery.delivery USING btree (tenant_id, state, id) WHERE (state = ANY (ARRAY['queued'::text, 'failed'::text]));
CREATE INDEX delivery_unit ON delivery.delivery USING btree (tenant_id, unit_id);
ALTER TABLE ONLY delivery.attempt
    ADD CONSTRAINT attempt_tenant_id_delivery_id_fkey FOREIGN KEY (tenant_id, delivery_id) REFERENCES delivery.delivery(tenant_id, id);
ALTER TABLE ONLY delivery.delivery
    ADD CONSTRAINT delivery_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE ONLY delivery.delivery
    ADD CONSTRAINT delivery_tenant_id_unit_id_fkey FOREIGN KEY (tenant_id, unit_id) REFERENCES kernel.unit(tenant_id, id);
ALTER TABLE ONLY delivery.preference
    ADD CONSTRAINT preference_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE delivery.attempt ENABLE ROW LEVEL SECURITY;
ALTER TABLE delivery.delivery ENABLE ROW LEVEL SECURITY;
ALTER TABLE delivery.preference ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON delivery.attempt USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON delivery.delivery USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON delivery.preference USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
GRANT USAGE ON SCHEMA delivery TO novads_server;
GRANT SELECT,INSERT ON TABLE delivery.attempt TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE delivery.delivery TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE delivery.preference TO novads_server;
