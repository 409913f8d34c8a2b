create table delivery.delivery (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  subject_id uuid not null,
  document_id uuid,
  unit_id uuid not null,
  institution_id uuid not null,
  person_id uuid,
  recipient text not null,
  address text,
  channel text not null check (channel in ('in-house', 'e-mail', 'e-address', 'post', 'registered-post', 'counter')),
  title text not null,
  text text not null,
  href text not null default '',
  state text not null check (state in ('queued', 'sent', 'delivered', 'failed')),
  reason text,
  queued_at timestamptz not null,
  sent_at timestamptz,
  delivered_at timestamptz,
  deemed_on date,
  appealable boolean not null default false,
  appeal_until date,
  ground text,
  attempts int not null default 0,
  next_try_at timestamptz,
  dedup text not null,
  version int not null default 1,
  primary key (tenant_id, id),
  constraint delivery_once unique (tenant_id, dedup),
  constraint delivery_in_house_is_to_a_person check (channel <> 'in-house' or person_id is not null),
  foreign key (tenant_id, unit_id) references kernel.unit
);
create index delivery_inbox on delivery.delivery (tenant_id, person_id, id) where channel = 'in-house';
create index delivery_document on delivery.delivery (tenant_id, document_id) where document_id is not null;
create index delivery_unit on delivery.delivery (tenant_id, unit_id);
create index delivery_open on delivery.delivery (tenant_id, state, id) where state in ('queued', 'failed');
comment on table delivery.delivery is 'tenant: one delivery (piegāde) to one recipient: channel, state, deemed day by law, end of the appeal term';

create table delivery.attempt (
  tenant_id uuid not null,
  id uuid not null,
  delivery_id uuid not null,
  at timestamptz not null,
  outcome text not null check (outcome in ('sent', 'waits', 'again', 'failed')),
  detail text not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, delivery_id) references delivery.delivery
);
create index attempt_delivery on delivery.attempt (tenant_id, delivery_id, id);
comment on table delivery.attempt is 'tenant append-only: every attempt to deliver, and what came of it';

create table delivery.preference (
  tenant_id uuid not null references kernel.tenant,
  id uuid not null,
  notices_by_email boolean not null default false,
  tasks_by_email boolean not null default false,
  primary key (tenant_id, id)
);
comment on table delivery.preference is 'tenant: what a person (id = person) wants by e-mail beside the inbox';

-- Paziņošanas likums (Law on Notification); days are counted from the day after sending.
insert into kernel.parameter (rule, key, valid_from, valid_to, value, source, certainty) values
  ('delivery', 'deemed.e-address', '2018-03-01', null, '{"days": 2, "working": true}', 'Paziņošanas likums, 9. pants: otrajā darba dienā pēc nosūtīšanas', 'confirmed'),
  ('delivery', 'deemed.e-mail', '2010-11-01', null, '{"days": 2, "working": true}', 'Paziņošanas likums, 9. pants: otrajā darba dienā pēc nosūtīšanas, ja persona to lūgusi', 'uncertain'),
  ('delivery', 'deemed.registered-post', '2010-11-01', null, '{"days": 7, "working": false}', 'Paziņošanas likums, 8. pants: ierakstīts sūtījums septītajā dienā pēc nodošanas pastā', 'uncertain'),
  ('delivery', 'deemed.post', '2010-11-01', null, '{"days": 8, "working": false}', 'Paziņošanas likums, 8. pants: vienkāršs sūtījums Latvijā astotajā dienā pēc nodošanas pastā', 'uncertain'),
  ('delivery', 'appeal', '2004-02-01', null, '{"months": 1, "rolls": true}', 'Administratīvā procesa likums, 79. un 188. pants: mēnesis no spēkā stāšanās; brīvdienā beidzas nākamajā darba dienā', 'uncertain');
