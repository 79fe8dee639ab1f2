-- scope: pool
-- Labels that the user gave to sessions with `--labels`: the program binds $labels to the rows of the file. Without one there are none.
--
-- Grain:  one row per labeled session and key (`session_id, key`, unique).
--
--   session_id
--   key          such as 'team'
--   value        such as 'search'
SELECT label.*
FROM (SELECT unnest(from_json($labels::VARCHAR, '[{"session_id": "VARCHAR", "key": "VARCHAR", "value": "VARCHAR"}]')) AS label)
