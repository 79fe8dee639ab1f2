/** The command `map`. */
import { experimentIds, rootsWith } from "../artifacts/experiment-folders.ts";
import { list, text } from "../experiment.ts";
import { UserError } from "../files/errors.ts";
import { checkFolder } from "../files/place.ts";
import { print, say } from "../files/say.ts";
import { loadExperiments, selectIds } from "../run/discover.ts";
import { shardOf } from "../run/shard.ts";
import { command } from "./command.ts";
import { required } from "./options.ts";
import { databaseOptions, experimentFolders, labelOptions, readingOptions } from "./shared-options.ts";

export const mapCommand = command({
  usage: "map",
  says: "Computes what the atlas needs of one shard of a pool, on any machine.",
  options: {
    pool: required(text({ says: "Folder that export --shards wrote" })),
    shard: required(text({ says: "k/n: which of the n shards of the pool" })),
    out: required(text({ says: "Folder for the parts of all shards, for --parts of a run" })),
    only: list(text({ says: "A category, a name or category/nameprefix; repeatable" })),
    experiments: experimentFolders,
    ...readingOptions,
    ...labelOptions,
    ...databaseOptions,
  },
  async run({ pool: file, shard: words, out, only, experiments: folders, threads, memory, ...reading }) {
    const { count, index } = shardOf(words);
    checkFolder(out, "--out");
    const [{ readingOptionsOf }, { mapShard }, { Pool }, { poolFolder }] = await Promise.all([
      import("../run/database.ts"),
      import("../run/map.ts"),
      import("../db/open/pool.ts"),
      import("../db/open/pool-folder.ts"),
    ]);
    const shards = poolFolder(file)?.manifest.shards;
    if (shards !== count)
      throw new UserError(
        shards
          ? `--shard ${words}: ${file} has ${shards} shards. Give k/${shards}.`
          : `${file} has no shards. Export it with --shards first.`,
      );
    const options = { ...readingOptionsOf(reading), threads, memoryLimit: memory, parts: { folder: out, only: index } };
    const roots = rootsWith(folders);
    const experiments = await loadExperiments(selectIds(experimentIds(roots), only), roots);
    const pool = await Pool.open(file, options);
    try {
      await mapShard({ experiments, rawFlags: {}, pool, out, say });
    } finally {
      pool.close();
    }
    print(`Shard ${words} is in ${out}; a run with --db ${file} --parts ${out} merges and draws.`);
    return 0;
  },
});
