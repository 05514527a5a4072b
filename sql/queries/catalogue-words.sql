-- What was typed as a text search: all of :words and :last, or else one of :alternatives. The last word also stands for
-- the beginning of longer ones, unless it has fewer than three letters.
select (websearch_to_tsquery('english', unaccent(:alternatives))
  || (websearch_to_tsquery('english', unaccent(:words))
    && (plainto_tsquery('english', unaccent(:last))
      || case when translate(unaccent(:last), $$'\*:& $$, '') ~ '...'
           then to_tsquery('english', '''' || translate(unaccent(:last), $$'\$$, '  ') || ''':*')
           else ''::tsquery end)))::text as query
