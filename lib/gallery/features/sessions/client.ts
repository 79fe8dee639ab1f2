/** The page of a session. Its data comes in a script with other sessions, so that it opens from disk. */
import { loadedSession } from "./client/packed-sessions.ts";
import { startSession } from "./client/session-view.ts";

// The session's own script comes after this one.
addEventListener("DOMContentLoaded", async () => {
  const section = document.getElementById("timeline");
  const data = await loadedSession(section?.dataset.session);
  if (section && data) startSession(section, data);
});
