-- Written by `cargo xtask schema`; a test compares it. What makes it is in migrations/.
CREATE SCHEMA signing;
CREATE TABLE signing.item (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    request_id uuid NOT NULL,
    task_id uuid NOT NULL,
    document_id uuid NOT NULL,
    title text NOT NULL,
    gist text NOT NULL,
    files jsonb NOT NULL,
    state text NOT NULL,
    reason text,
    detail jsonb,
    signature bytea,
    container_id uuid,
    CONSTRAINT item_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'signed'::text, 'done'::text, 'refused'::text])))
);
ALTER TABLE ONLY signing.item FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE signing.item IS 'tenant: one document of a signing request, with the digests of its files';
CREATE TABLE signing.report (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    document_id uuid NOT NULL,
    passed boolean NOT NULL,
    verdict jsonb NOT NULL,
    ours boolean DEFAULT false NOT NULL,
    checked_at timestamp with time zone NOT NULL,
    trust_at timestamp with time zone NOT NULL,
    proven_until date,
    superseded boolean DEFAULT false NOT NULL
);
ALTER TABLE ONLY signing.report FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE signing.report IS 'tenant: what is known of the signatures in a file (id = the file): the verdict as it was last made';
CREATE TABLE signing.request (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    identity_id uuid NOT NULL,
    acting_for uuid,
    locale text NOT NULL,
    state text NOT NULL,
    method text,
    consented_at timestamp with time zone,
    signed_at timestamp with time zone,
    callback text,
    go_url text,
    browser jsonb,
    kept bytea,
    reason text,
    detail text,
    attempts integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT request_state_check CHECK ((state = ANY (ARRAY['open'::text, 'certificate'::text, 'signing'::text, 'sealing'::text, 'done'::text, 'stopped'::text])))
);
ALTER TABLE ONLY signing.request FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE signing.request IS 'tenant: a signing request (parakstīšana): who signs what with one consent, and how far it is';
ALTER TABLE ONLY signing.item
    ADD CONSTRAINT item_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY signing.report
    ADD CONSTRAINT report_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY signing.request
    ADD CONSTRAINT request_pkey PRIMARY KEY (tenant_id, id);
CREATE INDEX item_request ON signing.item USING btree (tenant_id, request_id, id);
CREATE INDEX report_document ON signing.report USING btree (tenant_id, document_id);
CREATE INDEX report_renewal ON signing.report USING btree (tenant_id, proven_until) WHERE (ours AND (NOT superseded));
CREATE UNIQUE INDEX request_callback ON signing.request USING btree (tenant_id, callback) WHERE (callback IS NOT NULL);
CREATE INDEX request_person ON signing.request USING btree (tenant_id, person_id, id);
ALTER TABLE ONLY signing.item
    ADD CONSTRAINT item_tenant_id_request_id_fkey FOREIGN KEY (tenant_id, request_id) REFERENCES signing.request(tenant_id, id);
ALTER TABLE ONLY signing.report
    ADD CONSTRAINT report_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE ONLY signing.request
    ADD CONSTRAINT request_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE signing.item ENABLE ROW LEVEL SECURITY;
ALTER TABLE signing.report ENABLE ROW LEVEL SECURITY;
ALTER TABLE signing.request ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON signing.item USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON signing.report USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON signing.request USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
GRANT USAGE ON SCHEMA signing TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE signing.item TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE signing.report TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE signing.request TO novads_server;
