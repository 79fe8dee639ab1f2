-- Events of the steps of the counted reading, none of replayed ones. What no person typed is a `client_message`.
SELECT timing_events.* REPLACE (CASE WHEN client_messages.round_pk IS NULL THEN event_type ELSE 'client_message' END AS event_type)
FROM stored.timing_events
LEFT JOIN counted.client_messages USING (round_pk, event_index)
WHERE round_pk IN (SELECT round_pk FROM counted.steps WHERE NOT is_replayed)
