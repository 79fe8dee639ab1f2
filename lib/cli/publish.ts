/** `publish`: from one's own history to pages that may be published, in one folder. */
import path from "node:path";
import { experimentIds, rootsWith } from "../artifacts/experiment-folders.ts";
import { flag, list, text } from "../experiment.ts";
import { dataFolder } from "../files/data-folder.ts";
import { sha256 } from "../files/hash.ts";
import { checkFolder, makePrivateFolder, placeProblem } from "../files/place.ts";
import { loadExperiments, selectIds } from "../run/discover.ts";
import { command } from "./command.ts";
import { defined, grouped, negative, type ValuesOf } from "./options.ts";
import { draw, usualValues } from "./run.ts";
import { discoveryOf, discoveryOptions, machineOptions } from "./shared-options.ts";

const { asPublished: _, ...discovery } = discoveryOptions;

const OPTIONS = {
  out: text({ says: "Folder for the pages; an earlier gallery in it is replaced, anything else is refused", default: "site" }),
  baseUrl: text({ says: "Address that the pages will be published at, for preview cards and the site map" }),
  only: list(text({ says: "Experiments: a category, a name or category/nameprefix; repeatable" })),
  work: {
    ...text({ says: "Private folder for what is collected and drawn; the next call goes on from there" }),
    defaultText: "trace-atlas in the system's folder for data",
  },
  ...grouped("Your own history:", { ...discovery, resume: negative({ says: "Read everything again, not only what is new" }) }),
  ...grouped("What may be seen:", {
    keepNames: text({ says: "File with names of tools, MCP servers, models and providers that may be seen, one a line" }),
    coarseTimes: flag({ says: "Move the times of each session by up to a week and drop what is below a second" }),
  }),
  ...machineOptions,
};

const HASH_DIGITS = 8;

export const publishCommand = command({
  usage: "publish",
  says: "Makes a site of your own history that may be published.",
  options: OPTIONS,
  goesWith: { allUsers: ["homeRoot"] },
  async run({ out: gallery, work, baseUrl, keepNames, coarseTimes, ...values }) {
    const out = work ?? workFolder(values);
    const history = { ...usualValues(), ...values, out, collect: true, sanitized: true };
    discoveryOf(history);
    await checkSite(gallery, out, baseUrl);
    (await import("../sanitize/kept-names.ts")).readKeptNames(keepNames);
    const experiments = await loadExperiments(selectIds(experimentIds(rootsWith([])), values.only));
    if (work === undefined) makePrivateFolder(path.dirname(out), "--work");
    makePrivateFolder(out, "--work");
    const site = { gallery, sanitizing: { keepNames, coarseTimes }, ...defined({ baseUrl }) };
    try {
      return await draw(experiments, null, history, {}, { site });
    } catch (error) {
      throw placeProblem(error, out, "--work") ?? error;
    }
  },
});

/** Each choice of homes has a folder of its own. */
function workFolder({ home, allUsers, homeRoot }: Pick<ValuesOf<typeof OPTIONS>, "home" | "allUsers" | "homeRoot">): string {
  const homes = sha256(JSON.stringify([home.map((each) => path.resolve(each)), allUsers, homeRoot])).slice(0, HASH_DIGITS);
  return path.join(dataFolder("trace-atlas"), home.length === 0 && !allUsers ? "publish" : `publish-${homes}`);
}

/** Before there is work. @throws UserError for a place that holds something else, and for an address that is none */
async function checkSite(gallery: string, out: string, baseUrl: string | undefined): Promise<void> {
  checkFolder(gallery, "--out");
  checkFolder(out, "--work");
  const [{ checkGalleryPlace }, { siteAddress }] = await Promise.all([import("../gallery/folder.ts"), import("../gallery/site/site.tsx")]);
  checkGalleryPlace(gallery, out);
  if (baseUrl !== undefined) siteAddress(baseUrl);
}
