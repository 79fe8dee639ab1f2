-- uses: calls
-- What each tool is for, as far as questions about failures, repetitions and their order need it. A name that is in no list is `other`.
--
-- Grain:  one row per tool of `calls` (`tool`, unique).
--
--   tool              as in `calls`
--   activity          'delegate' (to helpers), 'edit' (files), 'run' (a shell), 'explore' (files, the web), 'plan' or 'other'
--   category          'read' (files), 'edit', 'shell', 'agent', 'plan', 'web' (and other look-ups) or 'other'; finer than activity, and
--                     tools that only attend to what runs already are where it runs
--   asks_person       its result is what a person answers
--   is_instant        takes no time by itself: a call that took long waited for an approval
--   is_command        starts a shell command, and doesn't only look at or write to one that runs
--   is_wait           looks again at what already runs, so that calling it twice is not a repetition
SELECT
  tool,
  CASE
    WHEN tool IN ('Task', 'Agent', 'spawn_agent', 'wait_agent', 'TaskOutput') THEN 'delegate'
    WHEN tool IN ('Edit', 'Write', 'MultiEdit', 'NotebookEdit', 'apply_patch') THEN 'edit'
    WHEN tool IN ('Bash', 'BashOutput', 'exec', 'exec_command', 'write_stdin', 'shell', 'shell_command') THEN 'run'
    WHEN tool IN ('Read', 'Grep', 'Glob', 'LS', 'view_image', 'WebFetch', 'WebSearch', 'ToolSearch') THEN 'explore'
    WHEN tool IN ('TaskCreate', 'TaskUpdate', 'TaskList', 'TodoWrite', 'EnterPlanMode', 'ExitPlanMode', 'update_plan') THEN 'plan'
    ELSE 'other'
  END AS activity,
  CASE
    WHEN tool IN ('Read', 'Grep', 'Glob', 'LS', 'view_image', 'SendUserFile') THEN 'read'
    WHEN tool IN ('Edit', 'Write', 'MultiEdit', 'NotebookEdit', 'apply_patch') THEN 'edit'
    WHEN tool IN (
      'Bash', 'BashOutput', 'KillBash', 'KillShell', 'exec', 'exec_command', 'write_stdin', 'shell_command', 'shell', 'send_input',
      'mcp__ide__executeCode'
    ) THEN 'shell'
    WHEN tool IN ('Task', 'Agent', 'TaskOutput', 'TaskStop', 'wait_agent', 'spawn_agent', 'close_agent', 'resume_agent') THEN 'agent'
    WHEN tool IN ('TaskCreate', 'TaskUpdate', 'TaskList', 'TaskGet', 'TodoWrite', 'EnterPlanMode', 'ExitPlanMode', 'update_plan') THEN 'plan'
    WHEN tool IN ('WebFetch', 'WebSearch', 'ToolSearch', 'Skill', 'LSP') THEN 'web'
    ELSE 'other'
  END AS category,
  tool IN ('AskUserQuestion', 'ExitPlanMode', 'request_user_input') AS asks_person,
  tool IN (
    'Edit', 'Write', 'MultiEdit', 'NotebookEdit', 'Read', 'Grep', 'Glob', 'LS', 'TodoWrite', 'TaskCreate', 'TaskUpdate', 'apply_patch'
  ) AS is_instant,
  tool IN ('Bash', 'exec', 'exec_command', 'shell', 'shell_command') AS is_command,
  tool IN ('write_stdin', 'TaskOutput', 'wait', 'wait_agent') AS is_wait
FROM calls
GROUP BY tool
