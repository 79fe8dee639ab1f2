-- How often each tool was called, and how many of the calls returned an error.
--
-- Grain:   one row per provider, tool and MCP server; all tools of MCP servers (names that start with `mcp_`) are the tool `mcp`.
--          Names are not trimmed: ` Bash ` and `Bash` are two tools.
-- Columns: provider       '<unknown-provider>' when missing
--          tool           '<unknown-tool>' when missing or blank
--          server         NULL when the tool is not of a server with a name
--          calls, errors  number of calls; of those marked as an error
--          first_call     round_pk and tool_index of its first call
WITH calls AS (
  SELECT
    coalesce(nullif(provider, ''), '<unknown-provider>') AS provider,
    CASE
      WHEN coalesce(trim(tool_name), '') = '' THEN '<unknown-tool>'
      WHEN starts_with(tool_name, 'mcp_') THEN 'mcp'
      ELSE tool_name
    END AS tool,
    CASE WHEN starts_with(tool_name, 'mcp_') THEN nullif(split_part(tool_name, '__', 2), '') END AS server,
    is_error,
    round_pk,
    tool_index
  FROM tool_calls
  JOIN rounds USING (round_pk)
)
SELECT
  provider,
  tool,
  server,
  count(*) AS calls,
  count(*) FILTER (is_error) AS errors,
  min({'round_pk': round_pk, 'tool_index': tool_index}) AS first_call
FROM calls
GROUP BY provider, tool, server
