/** `sidecar <list|show|extract|verify|redraw> <figure.png>`: what a figure carries, and the figure again from that alone. */
import { flag, integer, text } from "../experiment.ts";
import { type Command, command, commandGroup } from "./command.ts";
import type { OptionSet, ValuesOf } from "./options.ts";
import type { Opened, SidecarTools } from "./sidecar-verbs.ts";

const PNG = { png: "A figure that was written with its sidecar" };
const force = flag({ says: "Replace files that are there" });
/** For drawing a figure again, whose specification may be a stranger's. Ours take seconds and some hundred MiB. */
const REDRAW_LIMITS = {
  timeout: integer({ says: "Seconds that drawing may take", default: 60, min: 1, max: 86_400 }),
  memory: integer({ says: "MiB of memory that drawing may take", default: 1024, min: 1, max: 65_536 }),
};

type Verbs = typeof import("./sidecar-verbs.ts");

interface VerbSpec<O extends OptionSet> {
  readonly usage: string;
  readonly says: string;
  /** After the figure. */
  readonly words?: Readonly<Record<string, string>>;
  readonly options: O;
  run(verbs: Verbs, figure: Opened, values: ValuesOf<O>, word: string): number | Promise<number>;
}

/** Exit status 1 when there is no sidecar or something is wrong with it. */
export function sidecarCommand(tools: SidecarTools = TOOLS): Command {
  const verb = <const O extends OptionSet>(spec: VerbSpec<O>) =>
    command({
      ...spec,
      words: { ...PNG, ...spec.words },
      async run(values, { words: [file = "", word = ""] }) {
        const verbs = await import("./sidecar-verbs.ts");
        return verbs.withFigure(file, tools, (figure) => spec.run(verbs, figure, values, word));
      },
    });
  return commandGroup({
    name: "sidecar",
    says: "Shows, unpacks and redraws what a figure carries.",
    commands: [
      verb({
        usage: "list <png>",
        says: "Lists the texts that a figure carries, with their length in characters.",
        options: { all: flag({ says: "Also texts that are not part of the sidecar" }) },
        run: (verbs, figure, { all }) => verbs.list(figure, all),
      }),
      verb({
        usage: "show <png> <key>",
        says: "Prints one of the texts.",
        words: { key: "As list shows it; the leading sidecar: can be left out" },
        options: {},
        run: (verbs, figure, _, key) => verbs.show(figure, key),
      }),
      verb({
        usage: "extract <png>",
        says: "Writes all texts of the sidecar as files.",
        options: { output: { ...text({ says: "Folder for them" }), short: "o", defaultText: "extracted_<name>" }, force },
        run: (verbs, figure, values) => verbs.extract(figure, values),
      }),
      verb({
        usage: "verify <png>",
        says: "Checks the sidecar against its manifest. Exit status 1 when something is wrong.",
        options: {},
        run: (verbs, figure) => verbs.verify(figure),
      }),
      verb({
        usage: "redraw <png>",
        says: "Draws the figure again from its specification and compares the pixels. Exit status 1 when they differ.",
        options: {
          output: { ...text({ says: "File to write" }), short: "o", defaultText: "redrawn_<name>.png" },
          spec: text({ says: "Changed specification to draw instead, with its data in it; the figure then says that it was changed" }),
          force,
          ...REDRAW_LIMITS,
        },
        run: (verbs, figure, values) => verbs.redraw(figure, values),
      }),
    ],
  });
}

const TOOLS: SidecarTools = {
  render: async (request, limits) => (await import("../render/pool.ts")).renderWithin(request, limits),
};
