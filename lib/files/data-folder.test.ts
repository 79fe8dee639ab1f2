import path from "node:path";
import { expect, it } from "vitest";
import { dataFolder } from "./data-folder.ts";

it.each<[platform: NodeJS.Platform, environment: Record<string, string>, folder: string]>([
  ["linux", {}, "/home/me/.local/share/x"],
  ["linux", { XDG_DATA_HOME: "/data" }, "/data/x"],
  ["linux", { XDG_DATA_HOME: "" }, "/home/me/.local/share/x"],
  ["linux", { XDG_DATA_HOME: "relative" }, "/home/me/.local/share/x"],
  ["darwin", {}, "/home/me/Library/Application Support/x"],
  ["darwin", { XDG_DATA_HOME: "/data" }, "/data/x"],
  ["win32", {}, "/home/me/AppData/Local/x"],
  ["win32", { LOCALAPPDATA: "/local" }, "/local/x"],
])("on %s with %j: %s", (platform, environment, folder) =>
  expect(dataFolder("x", { platform, environment, home: "/home/me" })).toBe(path.normalize(folder)),
);
