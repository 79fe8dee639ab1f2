-- uses: step_groups
SELECT label AS model, count(*) AS steps
FROM step_groups
WHERE group_by = 'model'
GROUP BY label
ORDER BY steps DESC, label
