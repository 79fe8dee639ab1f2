-- uses: lineage
-- Columns: relation   sub-agent, fork or resume
--          basis      how the parent is known
--          sessions
--          deepest    steps down from the session at the root
SELECT
  relation,
  link_basis AS basis,
  count(*) AS sessions,
  max(depth) AS deepest
FROM lineage
GROUP BY relation, basis
ORDER BY sessions DESC, relation, basis
