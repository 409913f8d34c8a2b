-- Written by `cargo xtask schema`; a test compares it. What makes it is in migrations/.
CREATE SCHEMA workflow;
CREATE TABLE workflow.application (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    service text NOT NULL,
    applicant_id uuid NOT NULL,
    represented_id uuid,
    unit_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    channel text NOT NULL,
    payload jsonb NOT NULL,
    gist text NOT NULL,
    state text NOT NULL,
    document_id uuid,
    route_id uuid,
    filed_at timestamp with time zone NOT NULL,
    filed_on date NOT NULL,
    decided_at timestamp with time zone,
    approved_electronically boolean DEFAULT false NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT application_channel_check CHECK ((channel = ANY (ARRAY['self-service'::text, 'counter'::text, 'paper'::text, 'e-mail'::text, 'e-address'::text, 'portal'::text, 'api'::text]))),
    CONSTRAINT application_state_check CHECK ((state = ANY (ARRAY['in-approval'::text, 'returned'::text, 'approved'::text, 'rejected'::text, 'withdrawn'::text])))
);
ALTER TABLE ONLY workflow.application FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE workflow.application IS 'tenant: one request for one service (iesniegums), however it came';
CREATE TABLE workflow.comment (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    subject_id uuid NOT NULL,
    author_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    place text,
    text text NOT NULL
);
ALTER TABLE ONLY workflow.comment FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE workflow.comment IS 'tenant: comments on an application or a document';
CREATE TABLE workflow.route (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    code text NOT NULL,
    template_id uuid,
    subject_id uuid NOT NULL,
    document_id uuid,
    title text NOT NULL,
    gist text NOT NULL,
    owner_id uuid,
    unit_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    state text NOT NULL,
    steps jsonb NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT route_state_check CHECK ((state = ANY (ARRAY['running'::text, 'completed'::text, 'rejected'::text, 'returned'::text, 'withdrawn'::text])))
);
ALTER TABLE ONLY workflow.route FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE workflow.route IS 'tenant: running and finished routes (maršruts) with their steps';
CREATE TABLE workflow.route_template (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    code text NOT NULL,
    institution_id uuid,
    version integer NOT NULL,
    plan jsonb NOT NULL,
    state text NOT NULL,
    created_by uuid,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT route_template_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'active'::text, 'retired'::text])))
);
ALTER TABLE ONLY workflow.route_template FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE workflow.route_template IS 'tenant: versions of route templates by service and institution; a version never changes';
CREATE TABLE workflow.task (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    principal uuid NOT NULL,
    route_id uuid,
    step_no integer,
    subject_id uuid NOT NULL,
    document_id uuid,
    title text NOT NULL,
    gist text NOT NULL,
    from_id uuid,
    due date NOT NULL,
    created_at timestamp with time zone NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    done_at timestamp with time zone,
    done_by uuid,
    reminded_on date,
    escalated_on date,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT task_state_check CHECK ((state = ANY (ARRAY['open'::text, 'done'::text, 'cancelled'::text])))
);
ALTER TABLE ONLY workflow.task FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE workflow.task IS 'tenant: what waits for whom (uzdevums): a person''s list, or the list that a role in a unit shares';
ALTER TABLE ONLY workflow.application
    ADD CONSTRAINT application_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY workflow.comment
    ADD CONSTRAINT comment_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY workflow.route
    ADD CONSTRAINT route_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY workflow.route_template
    ADD CONSTRAINT route_template_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY workflow.task
    ADD CONSTRAINT task_pkey PRIMARY KEY (tenant_id, id);
CREATE INDEX application_applicant ON workflow.application USING btree (tenant_id, applicant_id, id);
CREATE INDEX application_institution ON workflow.application USING btree (tenant_id, institution_id, filed_on);
CREATE INDEX application_unit ON workflow.application USING btree (tenant_id, unit_id);
CREATE INDEX comment_subject ON workflow.comment USING btree (tenant_id, subject_id, id);
CREATE INDEX route_subject ON workflow.route USING btree (tenant_id, subject_id);
CREATE UNIQUE INDEX route_template_active ON workflow.route_template USING btree (tenant_id, code, COALESCE(institution_id, '00000000-0000-0000-0000-000000000000'::uuid)) WHERE (state = 'active'::text);
CREATE INDEX route_template_id ON workflow.route USING btree (tenant_id, template_id);
CREATE INDEX route_template_institution ON workflow.route_template USING btree (tenant_id, institution_id);
CREATE UNIQUE INDEX route_template_version ON workflow.route_template USING btree (tenant_id, code, COALESCE(institution_id, '00000000-0000-0000-0000-000000000000'::uuid), version);
CREATE INDEX route_unit ON workflow.route USING btree (tenant_id, unit_id);
CREATE INDEX task_open ON workflow.task USING btree (tenant_id, principal, due, id) WHERE (state = 'open'::text);
CREATE INDEX task_route ON workflow.task USING btree (tenant_id, route_id, step_no);
CREATE INDEX task_subject ON workflow.task USING btree (tenant_id, subject_id) WHERE ((route_id IS NULL) AND (state = 'open'::text));
ALTER TABLE ONLY workflow.application
    ADD CONSTRAINT application_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE ONLY workflow.application
    ADD CONSTRAINT application_tenant_id_institution_id_fkey FOREIGN KEY (tenant_id, institution_id) REFERENCES kernel.unit(tenant_id, id);
ALTER TABLE ONLY workflow.application
    ADD CONSTRAINT application_tenant_id_unit_id_fkey FOREIGN KEY (tenant_id, unit_id) REFERENCES kernel.unit(tenant_id, id);
ALTER TABLE ONLY workflow.comment
    ADD CONSTRAINT comment_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE ONLY workflow.route_template
    ADD CONSTRAINT route_template_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE ONLY workflow.route_template
    ADD CONSTRAINT route_template_tenant_id_institution_id_fkey FOREIGN KEY (tenant_id, institution_id) REFERENCES kernel.unit(tenant_id, id);
ALTER TABLE ONLY workflow.route
    ADD CONSTRAINT route_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE ONLY workflow.route
    ADD CONSTRAINT route_tenant_id_template_id_fkey FOREIGN KEY (tenant_id, template_id) REFERENCES workflow.route_template(tenant_id, id);
ALTER TABLE ONLY workflow.route
    ADD CONSTRAINT route_tenant_id_unit_id_fkey FOREIGN KEY (tenant_id, unit_id) REFERENCES kernel.unit(tenant_id, id);
ALTER TABLE ONLY workflow.task
    ADD CONSTRAINT task_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE ONLY workflow.task
    ADD CONSTRAINT task_tenant_id_route_id_fkey FOREIGN KEY (tenant_id, route_id) REFERENCES workflow.route(tenant_id, id);
ALTER TABLE workflow.application ENABLE ROW LEVEL SECURITY;
ALTER TABLE workflow.comment ENABLE ROW LEVEL SECURITY;
ALTER TABLE workflow.route ENABLE ROW LEVEL SECURITY;
ALTER TABLE workflow.route_template ENABLE ROW LEVEL SECURITY;
ALTER TABLE workflow.task ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON workflow.application USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON workflow.comment USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON workflow.route USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON workflow.route_template USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON workflow.task USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
GRANT USAGE ON SCHEMA workflow TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE workflow.application TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE workflow.comment TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE workflow.route TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE workflow.route_template TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE workflow.task TO novads_server;
