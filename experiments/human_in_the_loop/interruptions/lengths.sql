-- uses: messages
-- Lengths of Claude's user messages, typed or not.
--
-- Grain:   one row per length.
-- Params:  $from_chars, $to_chars
-- Columns: chars, messages
-- merge: key(chars) sum(messages)
SELECT content_chars AS chars, count(*) AS messages
FROM messages
WHERE provider = 'claude' AND content_chars BETWEEN $from_chars AND $to_chars
GROUP BY content_chars
ORDER BY content_chars
