-- Written by `cargo xtask schema`; a test compares it. What makes it is in migrations/.
CREATE SCHEMA records;
CREATE TABLE records.executor (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    resolution_id uuid NOT NULL,
    person_id uuid NOT NULL,
    is_main boolean NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    report text,
    done_at timestamp with time zone,
    CONSTRAINT executor_state_check CHECK ((state = ANY (ARRAY['open'::text, 'done'::text])))
);
ALTER TABLE ONLY records.executor FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE records.executor IS 'tenant: executors (izpildītājs) of a resolution; one of them answers for it';
CREATE TABLE records.item (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    unit_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    process text,
    received_on date NOT NULL,
    clock jsonb DEFAULT '[]'::jsonb NOT NULL,
    due date,
    rule_source text,
    rule_certainty text,
    state text NOT NULL,
    closed_on date,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT item_process_check CHECK ((process = ANY (ARRAY['submission'::text, 'administrative-act'::text, 'contested-act'::text, 'information-request'::text]))),
    CONSTRAINT item_state_check CHECK ((state = ANY (ARRAY['open'::text, 'suspended'::text, 'answered'::text])))
);
ALTER TABLE ONLY records.item FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE records.item IS 'tenant: what the register desk keeps of a document (id = document): which process, its clock, its deadline by law';
CREATE TABLE records.resolution (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    item_id uuid NOT NULL,
    unit_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    author_id uuid,
    text text NOT NULL,
    due date NOT NULL,
    is_controlled boolean NOT NULL,
    state text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    done_at timestamp with time zone,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT resolution_state_check CHECK ((state = ANY (ARRAY['open'::text, 'reported'::text, 'done'::text])))
);
ALTER TABLE ONLY records.resolution FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE records.resolution IS 'tenant: resolutions (rezolūcija): who does what by when, and whether it is on control';
ALTER TABLE ONLY records.executor
    ADD CONSTRAINT executor_once UNIQUE (tenant_id, resolution_id, person_id);
ALTER TABLE ONLY records.executor
    ADD CONSTRAINT executor_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY records.item
    ADD CONSTRAINT item_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY records.resolution
    ADD CONSTRAINT resolution_pkey PRIMARY KEY (tenant_id, id);
CREATE INDEX executor_person ON records.executor USING btree (tenant_id, person_id);
CREATE INDEX item_due ON records.item USING btree (tenant_id, due, id) WHERE ((state <> 'answered'::text) AND (due IS NOT NULL));
CREATE INDEX item_unit ON records.item USING btree (tenant_id, unit_id);
CREATE INDEX resolution_item ON records.resolution USING btree (tenant_id, item_id);
CREATE INDEX resolution_unit ON records.resolution USING btree (tenant_id, unit_id);
ALTER TABLE ONLY records.executor
    ADD CONSTRAINT executor_tenant_id_resolution_id_fkey FOREIGN KEY (tenant_id, resolution_id) REFERENCES records.resolution(tenant_id, id);
ALTER TABLE ONLY records.item
    ADD CONSTRAINT item_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE ONLY records.item
    ADD CONSTRAINT item_tenant_id_unit_id_fkey FOREIGN KEY (tenant_id, unit_id) REFERENCES kernel.unit(tenant_id, id);
ALTER TABLE ONLY records.resolution
    ADD CONSTRAINT resolution_tenant_id_item_id_fkey FOREIGN KEY (tenant_id, item_id) REFERENCES records.item(tenant_id, id);
ALTER TABLE ONLY records.resolution
    ADD CONSTRAINT resolution_tenant_id_unit_id_fkey FOREIGN KEY (tenant_id, unit_id) REFERENCES kernel.unit(tenant_id, id);
ALTER TABLE records.executor ENABLE ROW LEVEL SECURITY;
ALTER TABLE records.item ENABLE ROW LEVEL SECURITY;
ALTER TABLE records.resolution ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON records.executor USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON records.item USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON records.resolution USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
GRANT USAGE ON SCHEMA records TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE records.executor TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE records.item TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE records.resolution TO novads_server;
