/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { ComponentChildren } from "preact";
import type { Atlas } from "../atlas.ts";
import { HOME, ICON, type Link, SCRIPT, STYLESHEET } from "../links.ts";
import { SITE_NAME } from "../words.ts";
import { Colophon } from "./colophon.tsx";

/** Nothing from elsewhere and nothing inline; `file:` because browsers differ in whether 'self' covers pages opened from a disk. */
const POLICY =
  "default-src 'none'; img-src 'self' file:; style-src 'self' file:; script-src 'self' file:; base-uri 'none'; form-action 'none'";

interface PageProps {
  readonly atlas: Atlas;
  readonly title: string;
  readonly description: string;
  readonly link: Link;
  /** What stands beside the name of the site at the top. */
  readonly navigation: ComponentChildren;
  readonly children: ComponentChildren;
}

/** The frame of every page: head, banner, masthead, the page's own content and the colophon. */
export function Page({ atlas, title, description, link, navigation, children }: PageProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={POLICY} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="description" content={description} />
        <title>{title === SITE_NAME ? title : `${title} · ${SITE_NAME}`}</title>
        <link rel="icon" type="image/svg+xml" href={link(ICON)} />
        <link rel="stylesheet" href={link(STYLESHEET)} />
        <script defer src={link(SCRIPT)}></script>
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
        </header>
        {children}
        <Colophon atlas={atlas} />
      </body>
    </html>
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
