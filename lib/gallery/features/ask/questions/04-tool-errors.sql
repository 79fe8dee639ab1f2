-- Which tools fail most often?
-- One row per tool with at least ten calls whose outcome is known.
SELECT
  tool_name,
  count(is_error) AS calls,
  count_if(is_error) AS errors,
  round(100 * count_if(is_error) / count(is_error), 1) AS percent_failed
FROM tool_calls
GROUP BY tool_name
HAVING count(is_error) >= 10
ORDER BY percent_failed DESC, calls DESC, tool_name;
