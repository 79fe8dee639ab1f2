/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { ComponentChildren } from "preact";
import type { Atlas } from "../atlas.ts";
import type { Place } from "../feature.ts";
import { EARLY_SCRIPT, HOME, ICON, type Link, SCRIPT, STYLESHEET, scriptFile, styleFile } from "../links.ts";
import { SITE_NAME } from "../words.ts";
import { Colophon } from "./colophon.tsx";

/**
 * Nothing from elsewhere and nothing inline; `file:` because browsers differ in whether 'self' covers pages opened from a disk.
 * Charts and figures that scripts draw are blobs.
 */
const POLICY: Readonly<Record<string, readonly string[]>> = {
  "default-src": ["'none'"],
  "img-src": ["'self'", "file:", "blob:", "data:"],
  "style-src": ["'self'", "file:"],
  "script-src": ["'self'", "file:"],
  "connect-src": ["'self'"],
  "base-uri": ["'none'"],
  "form-action": ["'none'"],
};

/** Sources that a page needs besides, by directive, e.g. `{ "script-src": ["'wasm-unsafe-eval'"] }`. */
export type PolicyAdditions = Readonly<Record<string, readonly string[]>>;

function policyWith(additions: PolicyAdditions): string {
  const directives = new Set([...Object.keys(POLICY), ...Object.keys(additions)]);
  return [...directives].map((name) => [name, ...(POLICY[name] ?? []), ...(additions[name] ?? [])].join(" ")).join("; ");
}

interface PageProps {
  readonly atlas: Atlas;
  readonly title: string;
  readonly description: string;
  readonly link: Link;
  /** What stands beside the name of the site at the top. */
  readonly navigation: ComponentChildren;
  /** Entries of `client/` and style sheets of `assets/` besides those of every page. */
  readonly scripts?: readonly string[];
  readonly styles?: readonly string[];
  readonly policy?: PolicyAdditions;
  readonly children: ComponentChildren;
}

/** The frame of every page: head, banner, masthead, the page's own content and the colophon. */
export function Page({ atlas, title, description, link, navigation, scripts = [], styles = [], policy = {}, children }: PageProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={policyWith(policy)} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="description" content={description} />
        <title>{title === SITE_NAME ? title : `${title} · ${SITE_NAME}`}</title>
        <link rel="icon" type="image/svg+xml" href={link(ICON)} />
        <link rel="stylesheet" href={link(STYLESHEET)} />
        {styles.map((name) => (
          <link key={name} rel="stylesheet" href={link(styleFile(name))} />
        ))}
        <script src={link(scriptFile(EARLY_SCRIPT))}></script>
        {[SCRIPT, ...scripts].map((name) => (
          <script key={name} defer src={link(scriptFile(name))}></script>
        ))}
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        {atlas.pool.synthetic && <SyntheticBanner />}
        <header class="masthead">
          <a class="wordmark" href={link(HOME)}>
            {SITE_NAME}
          </a>
          {navigation}
          <Places places={atlas.places} link={link} />
          <button type="button" class="theme-toggle" data-theme-toggle hidden></button>
        </header>
        {children}
        <Colophon atlas={atlas} />
      </body>
    </html>
  );
}

function Places({ places, link }: { readonly places: readonly Place[]; readonly link: Link }) {
  if (places.length === 0) return null;
  return (
    <nav class="places" aria-label="Pages">
      <ul>
        {places.map(({ title, page }) => (
          <li key={page}>
            <a href={link(page)}>{title}</a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function SyntheticBanner() {
  return (
    <p class="banner" role="note">
      <strong>Synthetic sample.</strong> Every session here was made up by a generator: the pages show what the atlas can do, not how agents
      behave.
    </p>
  );
}
