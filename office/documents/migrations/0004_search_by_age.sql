-- Words are led by the tenant and the age of the document (the first four digits of its id), so that the newest hits
-- are found without visiting all; and by whom a document is found stands among them.
drop index documents.search_words;
alter table documents.search add column scope tsvector not null default '';
update documents.search s set
  scope = array_to_tsvector(
    array(select right(s.tenant_id::text, 6) || '@p' || right(r::text, 12) from unnest(s.readers) as r)
    || case when s.restricted then '{}'::text[] else array[right(s.tenant_id::text, 6) || '@u' || right(s.unit_id::text, 12)] end),
  number = array_to_tsvector(array(select left(w, 6) || left(s.document_id::text, 4) || substr(w, 7) from unnest(tsvector_to_array(s.number)) w)),
  head = array_to_tsvector(array(select left(w, 6) || left(s.document_id::text, 4) || substr(w, 7) from unnest(tsvector_to_array(s.head)) w)),
  body = array_to_tsvector(array(select left(w, 6) || left(s.document_id::text, 4) || substr(w, 7) from unnest(tsvector_to_array(s.body)) w));
create index search_words on documents.search using gin ((scope || number || head || body));
