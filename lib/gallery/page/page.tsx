/** @jsxRuntime automatic @jsxImportSource preact */
import type { ComponentChildren } from "preact";
import { darkMatrix } from "../../chart/palette.ts";
import type { ScriptName, StyleName } from "../assets.ts";
import type { Atlas, Place } from "../atlas/atlas.ts";
import { SITE_NAME } from "../atlas/words.ts";
import { ATLAS, HOME, ICON, type Link, scriptFile, styleFile } from "../links.ts";
import { Breadcrumbs } from "./breadcrumbs.tsx";
import { Colophon } from "./colophon.tsx";
import { Glossary } from "./glossary.tsx";
import { Social } from "./social.tsx";

/**
 * Nothing from elsewhere and nothing inline; `file:` because browsers differ in whether 'self' covers pages opened from disk.
 * Charts and figures that scripts draw are blobs. The search is WebAssembly.
 */
const POLICY: Readonly<Record<string, readonly string[]>> = {
  "default-src": ["'none'"],
  "img-src": ["'self'", "file:", "blob:", "data:"],
  "style-src": ["'self'", "file:"],
  "script-src": ["'self'", "file:", "'wasm-unsafe-eval'"],
  "connect-src": ["'self'"],
  "base-uri": ["'none'"],
  "form-action": ["'none'"],
};

/** More sources that a page needs, by directive, e.g. `{ "script-src": ["'wasm-unsafe-eval'"] }`. */
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
  /** Below the masthead; the way from home if not given, nothing if null. */
  readonly navigation?: ComponentChildren;
  /** In addition to those of every page. */
  readonly scripts?: readonly ScriptName[];
  readonly style: StyleName;
  readonly policy?: PolicyAdditions;
  readonly children: ComponentChildren;
}

/** The frame of every page: head, banner, masthead, the page's own content and the colophon. */
export function Page({ atlas, title, description, link, navigation, scripts = [], style, policy = {}, children }: PageProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={policyWith(policy)} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="description" content={description} />
        <title>{title === SITE_NAME ? title : `${title} · ${SITE_NAME}`}</title>
        <Social atlas={atlas} page={link.page} title={title} description={description} />
        <link rel="icon" type="image/svg+xml" href={link(ICON)} />
        <link rel="stylesheet" href={link(styleFile("gallery"))} />
        <link rel="stylesheet" href={link(styleFile(style))} />
        <script src={link(scriptFile("theme"))}></script>
        {["gallery", ...scripts].map((name) => (
          <script key={name} defer src={link(scriptFile(name))}></script>
        ))}
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to content
        </a>
        {atlas.pool.isPrivate && <PrivateBanner />}
        {atlas.pool.synthetic && <SyntheticBanner />}
        <header class="masthead">
          <a class="wordmark" href={link(HOME)}>
            {SITE_NAME}
          </a>
          <Places places={[{ title: "Atlas", page: ATLAS }, ...atlas.places]} link={link} />
          <SearchBox />
          <ThemeToggle />
          <button type="button" class="menu" popovertarget="places" aria-label="Pages">
            <svg viewBox="0 0 24 24" aria-hidden="true">
              <path d="M4 7h16M4 12h16M4 17h16" />
            </svg>
          </button>
        </header>
        <Terms />
        {navigation === undefined ? <Breadcrumbs link={link} title={title} /> : navigation}
        {children}
        <Colophon atlas={atlas} link={link} />
        <DarkFigures />
      </body>
    </html>
  );
}

/** The filter by which style sheets show figures on dark pages. */
function DarkFigures() {
  return (
    <svg class="unseen" width="0" height="0" aria-hidden="true">
      <filter id="dark-figures" color-interpolation-filters="sRGB">
        <feColorMatrix
          values={darkMatrix()
            .flat()
            .map((weight) => weight.toFixed(4))
            .join(" ")}
        />
      </filter>
    </svg>
  );
}

/** In the masthead; on narrow screens a menu that a button opens, without scripts too. */
function Places({ places, link }: { readonly places: readonly Place[]; readonly link: Link }) {
  return (
    <nav class="places" id="places" popover="auto" aria-label="Pages">
      <ul>
        {places.map(({ title, page }) => (
          <li key={page}>
            <a href={link(page)} aria-current={page === link.page ? "page" : undefined}>
              {title}
            </a>
          </li>
        ))}
        <li>
          <button type="button" class="terms-button" popovertarget="terms">
            Terms
          </button>
        </li>
      </ul>
    </nav>
  );
}

/** The words of the atlas, on every page, without scripts too. */
function Terms() {
  return (
    <div class="terms" id="terms" popover="auto">
      <p class="terms-title">Terms</p>
      <Glossary />
    </div>
  );
}

/** Hidden where scripts are off. */
function SearchBox() {
  return (
    <search class="search" data-search>
      <label class="unseen" for="search">
        Search the atlas
      </label>
      <input
        id="search"
        type="text"
        role="combobox"
        enterkeyhint="search"
        placeholder="Search"
        autocomplete="off"
        spellcheck={false}
        aria-autocomplete="list"
        aria-expanded="false"
        aria-controls="search-hits"
        aria-keyshortcuts="/"
      />
      <svg class="search-icon" viewBox="0 0 24 24" aria-hidden="true">
        <path d="M15.5 15.5 21 21M17.5 10.5a7 7 0 1 1-14 0 7 7 0 0 1 14 0Z" />
      </svg>
      <span class="search-key" aria-hidden="true">
        /
      </span>
      <div class="search-panel" hidden>
        <div id="search-hits" role="listbox" aria-label="Pages found"></div>
        <p class="aside" role="status"></p>
      </div>
    </search>
  );
}

/** Shows what it switches to: the sun in dark mode, the moon in light mode. */
function ThemeToggle() {
  return (
    <button type="button" class="theme-toggle" data-theme-toggle>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path class="moon" d="M19.5 14.2A8 8 0 0 1 9.8 4.5a8 8 0 1 0 9.7 9.7Z" />
        <circle class="sun" cx="12" cy="12" r="4.2" />
        <path
          class="sun"
          d="M12 2.5v2.6M12 18.9v2.6M2.5 12h2.6M18.9 12h2.6M5.3 5.3l1.8 1.8M16.9 16.9l1.8 1.8M18.7 5.3l-1.8 1.8M7.1 16.9l-1.8 1.8"
        />
      </svg>
    </button>
  );
}

function PrivateBanner() {
  return (
    <aside class="banner" aria-label="Private history">
      <strong>Private: do not publish.</strong> These pages are made from transcripts that were not sanitized.{" "}
      <code>--collect --sanitized</code> makes pages that may be published.
    </aside>
  );
}

function SyntheticBanner() {
  return (
    <aside class="banner" aria-label="Synthetic sample">
      <strong>Synthetic sample.</strong> A generator made up every session here: these pages show what the atlas can do, not how agents
      behave.
    </aside>
  );
}
