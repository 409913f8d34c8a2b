-- Written by `cargo xtask schema`; a test compares it. What makes it is in migrations/.
CREATE SCHEMA parties;
CREATE TABLE parties.contact_channel (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    person_id uuid,
    organisation_id uuid,
    kind text NOT NULL,
    value text NOT NULL,
    is_preferred boolean DEFAULT true NOT NULL,
    confirmed_at timestamp with time zone,
    CONSTRAINT contact_channel_kind_check CHECK ((kind = ANY (ARRAY['email'::text, 'phone'::text, 'e-address'::text]))),
    CONSTRAINT contact_channel_whose CHECK ((num_nonnulls(person_id, organisation_id) = 1))
);
ALTER TABLE ONLY parties.contact_channel FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE parties.contact_channel IS 'tenant: how a person or organisation can be reached';
CREATE TABLE parties.employment (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    kind text NOT NULL,
    contract_number text NOT NULL,
    contract_date date NOT NULL,
    is_main boolean DEFAULT true NOT NULL,
    valid_from date NOT NULL,
    contract_to date,
    ended_on date,
    end_ground text,
    valid_to date GENERATED ALWAYS AS (COALESCE(ended_on, contract_to)) STORED,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT employment_kind_check CHECK ((kind = ANY (ARRAY['contract'::text, 'fixed-term'::text, 'appointment'::text, 'elected'::text]))),
    CONSTRAINT employment_order CHECK ((COALESCE(ended_on, contract_to, valid_from) >= valid_from))
);
ALTER TABLE ONLY parties.employment FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE parties.employment IS 'tenant: employments (darba tiesiskās attiecības) from their contract to their end';
CREATE TABLE parties.employment_change (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    employment_id uuid NOT NULL,
    valid_from date NOT NULL,
    unit_id uuid,
    post_id uuid,
    workload numeric(4,3),
    salary bigint,
    voided_at timestamp with time zone,
    CONSTRAINT employment_change_salary_check CHECK ((salary >= 0)),
    CONSTRAINT employment_change_workload_check CHECK (((workload > (0)::numeric) AND (workload <= (2)::numeric)))
);
ALTER TABLE ONLY parties.employment_change FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE parties.employment_change IS 'tenant: what an agreement or order changed in an employment, from when; null is unchanged';
CREATE TABLE parties.employment_term (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    employment_id uuid NOT NULL,
    person_id uuid NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    unit_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    post_id uuid NOT NULL,
    workload numeric(4,3) NOT NULL,
    salary bigint NOT NULL
);
ALTER TABLE ONLY parties.employment_term FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE parties.employment_term IS 'tenant: unit, post, workload and monthly salary (cents) of an employment by period; its id is also that of the employee''s role grant';
CREATE TABLE parties.mandate (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    representative_id uuid NOT NULL,
    person_id uuid,
    organisation_id uuid,
    extent text NOT NULL,
    ground text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    revoked_at timestamp with time zone,
    CONSTRAINT mandate_not_self CHECK ((representative_id <> person_id)),
    CONSTRAINT mandate_order CHECK (((valid_to IS NULL) OR (valid_from <= valid_to))),
    CONSTRAINT mandate_whose CHECK ((num_nonnulls(person_id, organisation_id) = 1))
);
ALTER TABLE ONLY parties.mandate FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE parties.mandate IS 'tenant: who may represent whom (pilnvarojums), on what ground';
CREATE TABLE parties.moved_day (
    day date NOT NULL,
    moved_to date NOT NULL,
    source text NOT NULL,
    CONSTRAINT moved_day_differs CHECK ((day <> moved_to))
);
COMMENT ON TABLE parties.moved_day IS 'shared: working days that an order of the Cabinet moves (pārceltās darba dienas) beyond those that the code knows';
CREATE TABLE parties.organisation (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    fold text NOT NULL,
    registration_number text,
    legal_form text,
    address text,
    version integer DEFAULT 1 NOT NULL
);
ALTER TABLE ONLY parties.organisation FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE parties.organisation IS 'tenant: legal persons with whom the municipality deals';
CREATE TABLE parties.person (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    given_names text NOT NULL,
    surname text NOT NULL,
    fold text NOT NULL,
    personal_code text,
    birth_date date,
    sex text,
    language text DEFAULT 'lv'::text NOT NULL,
    bank_account text,
    address text,
    state text DEFAULT 'active'::text NOT NULL,
    home_unit_id uuid,
    created_at timestamp with time zone NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT person_sex_check CHECK ((sex = ANY (ARRAY['f'::text, 'm'::text]))),
    CONSTRAINT person_state_check CHECK ((state = ANY (ARRAY['active'::text, 'former'::text])))
);
ALTER TABLE ONLY parties.person FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE parties.person IS 'tenant: natural persons; fold is "surname given names" without diacritics, for search and order; home_unit_id follows the main employment';
CREATE TABLE parties.personal_code_history (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    personal_code text NOT NULL,
    valid_to date NOT NULL
);
ALTER TABLE ONLY parties.personal_code_history FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE parties.personal_code_history IS 'tenant: personal codes that a person had before (a code may be replaced by one that begins with 32)';
CREATE TABLE parties.post (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    unit_id uuid NOT NULL,
    title text NOT NULL,
    profession_code text,
    places numeric(6,3) DEFAULT 1 NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT post_order CHECK (((valid_to IS NULL) OR (valid_from <= valid_to))),
    CONSTRAINT post_places_check CHECK ((places > (0)::numeric))
);
ALTER TABLE ONLY parties.post FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE parties.post IS 'tenant: posts (amats) of a unit, with the code of the classification of professions';
CREATE TABLE parties.tenant_moved_day (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    day date NOT NULL,
    moved_to date NOT NULL,
    source text NOT NULL,
    CONSTRAINT tenant_moved_day_differs CHECK ((day <> moved_to))
);
ALTER TABLE ONLY parties.tenant_moved_day FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE parties.tenant_moved_day IS 'tenant: working days that the municipality itself moves';
CREATE TABLE parties.unit (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    name_en text,
    registration_number text,
    address text,
    email text,
    functions text[] DEFAULT '{}'::text[] NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT unit_kind_check CHECK ((kind = ANY (ARRAY['municipality'::text, 'institution'::text, 'unit'::text]))),
    CONSTRAINT unit_order CHECK (((valid_to IS NULL) OR (valid_from <= valid_to)))
);
ALTER TABLE ONLY parties.unit FORCE ROW LEVEL SECURITY;
COMMENT ON TABLE parties.unit IS 'tenant: municipality, institutions (iestāde) and their units (struktūrvienība); the tree is kernel.unit';
ALTER TABLE ONLY parties.contact_channel
    ADD CONSTRAINT contact_channel_key UNIQUE NULLS NOT DISTINCT (tenant_id, person_id, organisation_id, kind, value);
ALTER TABLE ONLY parties.contact_channel
    ADD CONSTRAINT contact_channel_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY parties.employment_change
    ADD CONSTRAINT employment_change_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY parties.employment
    ADD CONSTRAINT employment_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY parties.employment_term
    ADD CONSTRAINT employment_term_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY parties.mandate
    ADD CONSTRAINT mandate_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY parties.moved_day
    ADD CONSTRAINT moved_day_pkey PRIMARY KEY (day);
ALTER TABLE ONLY parties.organisation
    ADD CONSTRAINT organisation_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY parties.organisation
    ADD CONSTRAINT organisation_registration_number_key UNIQUE (tenant_id, registration_number);
ALTER TABLE ONLY parties.person
    ADD CONSTRAINT person_personal_code_key UNIQUE (tenant_id, personal_code);
ALTER TABLE ONLY parties.person
    ADD CONSTRAINT person_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY parties.personal_code_history
    ADD CONSTRAINT personal_code_history_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY parties.post
    ADD CONSTRAINT post_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY parties.tenant_moved_day
    ADD CONSTRAINT tenant_moved_day_key UNIQUE (tenant_id, day);
ALTER TABLE ONLY parties.tenant_moved_day
    ADD CONSTRAINT tenant_moved_day_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY parties.unit
    ADD CONSTRAINT unit_code_key UNIQUE (tenant_id, code);
ALTER TABLE ONLY parties.unit
    ADD CONSTRAINT unit_pkey PRIMARY KEY (tenant_id, id);
CREATE INDEX contact_channel_organisation ON parties.contact_channel USING btree (tenant_id, organisation_id);
CREATE INDEX employment_change_employment ON parties.employment_change USING btree (tenant_id, employment_id);
CREATE INDEX employment_change_post ON parties.employment_change USING btree (tenant_id, post_id);
CREATE INDEX employment_change_unit ON parties.employment_change USING btree (tenant_id, unit_id);
CREATE INDEX employment_person ON parties.employment USING btree (tenant_id, person_id);
CREATE INDEX employment_term_employment ON parties.employment_term USING btree (tenant_id, employment_id);
CREATE INDEX employment_term_institution ON parties.employment_term USING btree (tenant_id, institution_id);
CREATE INDEX employment_term_person ON parties.employment_term USING btree (tenant_id, person_id);
CREATE INDEX employment_term_post ON parties.employment_term USING btree (tenant_id, post_id);
CREATE INDEX employment_term_unit ON parties.employment_term USING btree (tenant_id, unit_id);
CREATE INDEX mandate_organisation ON parties.mandate USING btree (tenant_id, organisation_id);
CREATE INDEX mandate_person ON parties.mandate USING btree (tenant_id, person_id);
CREATE INDEX mandate_representative ON parties.mandate USING btree (tenant_id, representative_id);
CREATE INDEX person_fold ON parties.person USING btree (tenant_id, fold, id);
CREATE INDEX person_home_unit ON parties.person USING btree (tenant_id, home_unit_id);
CREATE INDEX personal_code_history_person ON parties.personal_code_history USING btree (tenant_id, person_id);
CREATE INDEX post_unit ON parties.post USING btree (tenant_id, unit_id);
ALTER TABLE ONLY parties.contact_channel
    ADD CONSTRAINT contact_channel_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE ONLY parties.contact_channel
    ADD CONSTRAINT contact_channel_tenant_id_organisation_id_fkey FOREIGN KEY (tenant_id, organisation_id) REFERENCES parties.organisation(tenant_id, id);
ALTER TABLE ONLY parties.contact_channel
    ADD CONSTRAINT contact_channel_tenant_id_person_id_fkey FOREIGN KEY (tenant_id, person_id) REFERENCES parties.person(tenant_id, id);
ALTER TABLE ONLY parties.employment_change
    ADD CONSTRAINT employment_change_tenant_id_employment_id_fkey FOREIGN KEY (tenant_id, employment_id) REFERENCES parties.employment(tenant_id, id);
ALTER TABLE ONLY parties.employment_change
    ADD CONSTRAINT employment_change_tenant_id_post_id_fkey FOREIGN KEY (tenant_id, post_id) REFERENCES parties.post(tenant_id, id);
ALTER TABLE ONLY parties.employment_change
    ADD CONSTRAINT employment_change_tenant_id_unit_id_fkey FOREIGN KEY (tenant_id, unit_id) REFERENCES kernel.unit(tenant_id, id);
ALTER TABLE ONLY parties.employment
    ADD CONSTRAINT employment_tenant_id_person_id_fkey FOREIGN KEY (tenant_id, person_id) REFERENCES parties.person(tenant_id, id);
ALTER TABLE ONLY parties.employment_term
    ADD CONSTRAINT employment_term_tenant_id_employment_id_fkey FOREIGN KEY (tenant_id, employment_id) REFERENCES parties.employment(tenant_id, id);
ALTER TABLE ONLY parties.employment_term
    ADD CONSTRAINT employment_term_tenant_id_institution_id_fkey FOREIGN KEY (tenant_id, institution_id) REFERENCES kernel.unit(tenant_id, id);
ALTER TABLE ONLY parties.employment_term
    ADD CONSTRAINT employment_term_tenant_id_person_id_fkey FOREIGN KEY (tenant_id, person_id) REFERENCES parties.person(tenant_id, id);
ALTER TABLE ONLY parties.employment_term
    ADD CONSTRAINT employment_term_tenant_id_post_id_fkey FOREIGN KEY (tenant_id, post_id) REFERENCES parties.post(tenant_id, id);
ALTER TABLE ONLY parties.employment_term
    ADD CONSTRAINT employment_term_tenant_id_unit_id_fkey FOREIGN KEY (tenant_id, unit_id) REFERENCES kernel.unit(tenant_id, id);
ALTER TABLE ONLY parties.mandate
    ADD CONSTRAINT mandate_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE ONLY parties.mandate
    ADD CONSTRAINT mandate_tenant_id_organisation_id_fkey FOREIGN KEY (tenant_id, organisation_id) REFERENCES parties.organisation(tenant_id, id);
ALTER TABLE ONLY parties.mandate
    ADD CONSTRAINT mandate_tenant_id_person_id_fkey FOREIGN KEY (tenant_id, person_id) REFERENCES parties.person(tenant_id, id);
ALTER TABLE ONLY parties.mandate
    ADD CONSTRAINT mandate_tenant_id_representative_id_fkey FOREIGN KEY (tenant_id, representative_id) REFERENCES parties.person(tenant_id, id);
ALTER TABLE ONLY parties.organisation
    ADD CONSTRAINT organisation_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE ONLY parties.person
    ADD CONSTRAINT person_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE ONLY parties.person
    ADD CONSTRAINT person_tenant_id_home_unit_id_fkey FOREIGN KEY (tenant_id, home_unit_id) REFERENCES kernel.unit(tenant_id, id);
ALTER TABLE ONLY parties.personal_code_history
    ADD CONSTRAINT personal_code_history_tenant_id_person_id_fkey FOREIGN KEY (tenant_id, person_id) REFERENCES parties.person(tenant_id, id);
ALTER TABLE ONLY parties.post
    ADD CONSTRAINT post_tenant_id_unit_id_fkey FOREIGN KEY (tenant_id, unit_id) REFERENCES kernel.unit(tenant_id, id);
ALTER TABLE ONLY parties.tenant_moved_day
    ADD CONSTRAINT tenant_moved_day_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES kernel.tenant(id);
ALTER TABLE ONLY parties.unit
    ADD CONSTRAINT unit_tenant_id_id_fkey FOREIGN KEY (tenant_id, id) REFERENCES kernel.unit(tenant_id, id);
ALTER TABLE parties.contact_channel ENABLE ROW LEVEL SECURITY;
ALTER TABLE parties.employment ENABLE ROW LEVEL SECURITY;
ALTER TABLE parties.employment_change ENABLE ROW LEVEL SECURITY;
ALTER TABLE parties.employment_term ENABLE ROW LEVEL SECURITY;
ALTER TABLE parties.mandate ENABLE ROW LEVEL SECURITY;
ALTER TABLE parties.organisation ENABLE ROW LEVEL SECURITY;
ALTER TABLE parties.person ENABLE ROW LEVEL SECURITY;
ALTER TABLE parties.personal_code_history ENABLE ROW LEVEL SECURITY;
ALTER TABLE parties.post ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON parties.contact_channel USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON parties.employment USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON parties.employment_change USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON parties.employment_term USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON parties.mandate USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON parties.organisation USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON parties.person USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON parties.personal_code_history USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON parties.post USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON parties.tenant_moved_day USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON parties.unit USING ((tenant_id = (NULLIF(current_setting('novads.tenant'::text, true), ''::text))::uuid));
ALTER TABLE parties.tenant_moved_day ENABLE ROW LEVEL SECURITY;
ALTER TABLE parties.unit ENABLE ROW LEVEL SECURITY;
GRANT USAGE ON SCHEMA parties TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE parties.contact_channel TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE parties.employment TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE parties.employment_change TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE parties.employment_term TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE parties.mandate TO novads_server;
GRANT SELECT ON TABLE parties.moved_day TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE parties.organisation TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE parties.person TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE parties.personal_code_history TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE parties.post TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE parties.tenant_moved_day TO novads_server;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE parties.unit TO novads_server;
