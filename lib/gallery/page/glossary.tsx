/** @jsxRuntime automatic @jsxImportSource preact */
import { GLOSSARY, type Term } from "../atlas/words.ts";
import { Swatch } from "./swatch.tsx";

/** Terms, with the sign that each has in the drawing of a session. */
export function Glossary() {
  return (
    <dl class="glossary">
      {GLOSSARY.map(({ term, meaning, sign }) => (
        <div key={term}>
          <dt>
            {sign && <Sign sign={sign} />}
            {term}
          </dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>
  );
}

function Sign({ sign }: { readonly sign: NonNullable<Term["sign"]> }) {
  if (sign === "U" || sign === "T") return <span class="sign">{sign}</span>;
  return <Swatch class={`anatomy-${sign}`} />;
}
