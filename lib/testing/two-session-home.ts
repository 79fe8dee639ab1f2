/** A home with a session of each agent, for tests of commands that read one's own history. */
import path from "node:path";
import { afterAll, beforeAll, vi } from "vitest";
import { claudeTurn, codexHeader, codexTurn, Home } from "../collect/fixture.ts";
import { call } from "./call.ts";

/** Call it at the top of a test file: it makes the home before its tests and removes it afterwards. The later session is `codex:c`. */
export function twoSessionHome(command: string) {
  const home = homeOfTwoSessions();
  return { home, run: (...words: string[]) => call(command, ...words, "--home", home.folder) };
}

/** The home alone, for tests of several commands. */
export function homeOfTwoSessions(): Home {
  const home = new Home();
  beforeAll(() => {
    vi.stubEnv("XDG_DATA_HOME", path.join(home.root, "data"));
    home.write(home.claude("a"), claudeTurn("a", 0));
    home.write(home.codex("c"), [codexHeader("c", 0), ...codexTurn("t", 3600, 100)]);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    home.remove();
  });
  return home;
}
