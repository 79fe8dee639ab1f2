/** The command `map`. */
import fs from "node:fs";
import os from "node:os";
import { experimentIds, rootsWith } from "../artifacts/experiment-folders.ts";
import { list, text } from "../experiment.ts";
import { UserError } from "../files/errors.ts";
import { checkFolder } from "../files/place.ts";
import { print, say } from "../files/say.ts";
import { loadExperiments, selectIds } from "../run/discover.ts";
import { parseFlags } from "../run/flags.ts";
import { shardOf } from "../run/shard.ts";
import { command, isHelp } from "./command.ts";
import { required } from "./options.ts";
import { flagsOf } from "./run.ts";
import { databaseOptions, experimentFolders, labelOptions, readingOptions } from "./shared-options.ts";

const OPTIONS = {
  pool: required(text({ says: "Folder that export --shards wrote" })),
  shard: text({ says: "k/n: which of the n shards of the pool; without it, what all of them need of the whole pool" }),
  out: required(text({ says: "Folder for the parts of all shards, for --parts of a run" })),
  only: list(text({ says: "A category, a name or category/nameprefix; repeatable" })),
  experiments: experimentFolders,
  ...readingOptions,
  ...labelOptions,
  ...databaseOptions,
};

export const mapCommand = command({
  usage: "map",
  says: "Computes a shard of an exported pool, or what all need.",
  options: OPTIONS,
  epilogue: "It also takes the flags of the experiments that a run takes.",
  more: (words) => (isHelp(words) ? {} : flagsOf(OPTIONS, words)),
  async run({ pool: file, shard: words, out, only, experiments: folders, threads, memory, ...reading }, { raw }) {
    const shard = words === undefined ? null : shardOf(words);
    checkFolder(out, "--out");
    const [{ readingOptionsOf }, { mapRelations, mapShard }, { poolFolder, refuseDamaged }] = await Promise.all([
      import("../run/database.ts"),
      import("../run/map.ts"),
      import("../db/open/pool-folder.ts"),
    ]);
    if (!fs.existsSync(file))
      throw new UserError(`--pool ${file} was not found on ${os.hostname()}; name a folder that export --shards wrote.`);
    const folder = poolFolder(file);
    const shards = folder?.manifest.shards;
    if (!folder || !shards || (shard && shards !== shard.count))
      throw new UserError(
        shards
          ? `--shard ${words}: ${file} has ${shards} shards. Give k/${shards}.`
          : `${file} has no shards. Export it with --shards first.`,
      );
    if (shard) await refuseDamaged(folder, shard.index);
    const given = readingOptionsOf(reading);
    const roots = rootsWith(folders);
    const experiments = await loadExperiments(selectIds(experimentIds(roots), only), roots);
    for (const { flags } of experiments) parseFlags(flags, raw);
    const request = { file, reading: given, threads, memory, out, experiments, rawFlags: raw, say };
    if (shard) await mapShard(request, shard.index);
    else await mapRelations(request);
    const what = shard ? `Shard ${words}` : "What all shards need";
    print(`${what} is in ${out}; a run with --db ${file} --parts ${out} merges and draws.`);
    return 0;
  },
});
