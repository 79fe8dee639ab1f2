/** Lets experiments from anywhere import this program as `trace-atlas`, however it was installed. */
import fs from "node:fs";
import module from "node:module";
import { moduleUrl, projectFile } from "../files/program.ts";

type Resolve = (specifier: string, context: unknown, next: (specifier: string, context: unknown) => unknown) => unknown;

let isKnown = false;

/** From here on, in this process. */
export function makeOwnNameKnown(): void {
  if (isKnown) return;
  isKnown = true;
  const urls = ownNames();
  const resolve: Resolve = (specifier, context, next) => next(urls[specifier] ?? specifier, context);
  // Newer than the type declarations; where it exists, `register` is deprecated.
  if ("registerHooks" in module && typeof module.registerHooks === "function") module.registerHooks({ resolve });
  else module.register(`data:text/javascript,${encodeURIComponent(hooks(urls))}`);
}

/** The modules that package.json exports, by the names that others import them by. */
function ownNames(): Record<string, string> {
  const { name, exports }: { name: string; exports: Record<string, string | { default: string }> } = JSON.parse(
    fs.readFileSync(projectFile("package.json"), "utf8"),
  );
  return Object.fromEntries(
    Object.entries(exports).flatMap(([place, target]) =>
      typeof target === "string" ? [] : [[place.replace(".", name), moduleUrl(projectFile(sourceOf(target.default)))]],
    ),
  );
}

/** `lib/index.ts` for `./dist/lib/index.js` */
function sourceOf(built: string): string {
  return built.replace("./dist/", "").replace(/\.js$/, ".ts");
}

function hooks(urls: Readonly<Record<string, string>>): string {
  return `const urls = ${JSON.stringify(urls)}; export const resolve = (specifier, context, next) => next(urls[specifier] ?? specifier, context);`;
}
