/** Where the program keeps its own data on this machine: https://specifications.freedesktop.org/basedir-spec and what other systems have for it. */
import os from "node:os";
import path from "node:path";

interface Machine {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

export function dataFolder(
  name: string,
  machine: Machine = { platform: process.platform, environment: process.env, home: os.homedir() },
): string {
  return path.join(parentFolder(machine), name);
}

function parentFolder({ platform, environment, home }: Machine): string {
  const { XDG_DATA_HOME = "", LOCALAPPDATA = "" } = environment;
  // The specification has relative paths ignored.
  if (path.isAbsolute(XDG_DATA_HOME)) return XDG_DATA_HOME;
  if (platform === "darwin") return path.join(home, "Library", "Application Support");
  if (platform === "win32") return LOCALAPPDATA || path.join(home, "AppData", "Local");
  return path.join(home, ".local", "share");
}
