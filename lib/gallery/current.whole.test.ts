import fs from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { type Fixture, reportOf, withRun } from "../testing/finished-run.ts";
import { buildGallery } from "./build.ts";
import { currentGallery } from "./current.ts";
import type { GalleryRequest } from "./request.ts";

const built = (use: (run: Fixture, request: GalleryRequest, folder: string) => void | Promise<void>) =>
  withRun(async (run) => {
    run.source("session/steps", "README.md", "# Steps\n");
    const request = { ...run, report: reportOf([await run.add({ id: "session/steps" })]) };
    expect(currentGallery(request)).toBeNull();
    const made = await buildGallery(request);
    expect(currentGallery(request)).toEqual(made);
    await use(run, request, path.dirname(made.index));
  });

it("stays current when it is built again", () =>
  built(async (_run, request, folder) => {
    const marker = fs.readFileSync(path.join(folder, "gallery.json"), "utf8");
    await buildGallery(request);
    expect(fs.readFileSync(path.join(folder, "gallery.json"), "utf8")).toBe(marker);
  }));

it.each<[string, (run: Fixture, request: GalleryRequest, folder: string) => unknown]>([
  ["another run", (_run, request) => ({ report: reportOf([...request.report.experiments, ...request.report.experiments]) })],
  ["another address", () => ({ baseUrl: "https://example.org/" })],
  ["another README", (run) => run.source("session/steps", "README.md", "# Steps and more\n")],
  ["another exported database", (run) => fs.writeFileSync(path.join(run.out, "explore.json"), "{}")],
  ["a page that is gone", (_run, _request, folder) => fs.rmSync(path.join(folder, "session", "steps", "index.html"))],
  ["a page that is cut off", (_run, _request, folder) => fs.truncateSync(path.join(folder, "index.html"), 10)],
  ["a marker that is cut off", (_run, _request, folder) => fs.truncateSync(path.join(folder, "gallery.json"), 10)],
  ["a marker without contents", (_run, _request, folder) => fs.writeFileSync(path.join(folder, "gallery.json"), "{}")],
])("is not current with %s", (_case, change) =>
  built((run, request, folder) => {
    const other = change(run, request, folder);
    expect(currentGallery({ ...request, ...(typeof other === "object" ? other : {}) })).toBeNull();
  }),
);

it("a test or a hidden file is no part of it", () =>
  built((run, request) => {
    run.source("session/steps", "steps.test.ts", "it is tested");
    run.source("session/steps", ".notes", "hidden");
    expect(currentGallery(request)).not.toBeNull();
  }));
