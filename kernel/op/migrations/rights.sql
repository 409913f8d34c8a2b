-- The roles of a person and of whom they substitute on a day: what every request asks first. It sets the tenant by
-- itself, so that it is one round trip; row security binds it as it binds whoever calls it.
create or replace function kernel.rights(of_tenant uuid, of_person uuid, on_day date)
returns table (person uuid, role text, unit_id uuid, whole boolean, covers uuid[])
language plpgsql set search_path = pg_catalog as $$
#variable_conflict use_column
begin
  perform set_config('novads.tenant', of_tenant::text, true);
  return query
    with stands(person, own) as (
      select of_person, true
      union
      select absent_id, false from kernel.substitution
      where tenant_id = of_tenant and substitute_id = of_person and valid_from <= on_day and valid_to >= on_day and cancelled_at is null
    )
    select s.person, g.role, g.unit_id, u.parent_id is null,
           case when u.parent_id is null then null
                else array(select d.id from kernel.unit d where d.tenant_id = of_tenant and g.unit_id = any(d.path)) end
    from stands s
    left join kernel.role_grant g on g.tenant_id = of_tenant and g.person_id = s.person
      and g.valid_from <= on_day and (g.valid_to is null or g.valid_to >= on_day)
    left join kernel.unit u on u.tenant_id = of_tenant and u.id = g.unit_id
    order by s.own desc, s.person, g.role, g.unit_id;
end
$$;
