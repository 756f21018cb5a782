import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { UiLanguage } from "../preferences.ts";
import { icons } from "../style/icons.ts";
import { shared } from "../style/shared.ts";
import type { Texts } from "../texts/texts.ts";
import { siteTexts, type SitePageName } from "./texts.ts";

const PAGES: readonly (readonly [name: SitePageName, path: string])[] = [
  ["wall", "wall"],
  ["calls", "calls"],
  ["coaching", "coaching"],
  ["reasons", "reasons"],
  ["agent", "."],
];

/** Where the pages for supervisors are, and their language. It fires `language-chosen`. */
@customElement("site-nav")
export class SiteNav extends LitElement {
  @property({ attribute: false }) texts!: Texts;
  /** Where the paths begin, seen from the page. */
  @property() root = "./";
  /** The page that is shown. */
  @property() current: SitePageName | "" = "";

  static override styles = [
    shared,
    css`
      :host {
        display: block;
        background: var(--surface);
        border-bottom: 1px solid var(--line);
      }
      .bar {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.25rem 1rem;
        max-width: 84rem;
        margin: 0 auto;
        padding: 0.5rem 1.5rem;
      }
      .sign {
        display: grid;
        place-items: center;
        width: 2rem;
        height: 2rem;
        border-radius: 0.625rem;
        background: var(--accentTint);
        color: var(--accent);
      }
      nav {
        flex: 1;
      }
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: 0.125rem;
      }
      a {
        display: inline-flex;
        align-items: center;
        min-height: 2.25rem;
        padding: 0 0.75rem;
        border-radius: 0.5rem;
        color: var(--soft);
        font-weight: 600;
        font-size: 0.875rem;
        text-decoration: none;
      }
      a:hover {
        color: var(--ink);
        background: var(--raised);
      }
      a[aria-current] {
        color: var(--accent);
        background: var(--accentTint);
      }
      .languages {
        display: flex;
        border: 1px solid var(--line);
        border-radius: 0.5rem;
        overflow: clip;
      }
      .languages button {
        padding: 0 0.625rem;
        min-height: 1.875rem;
        font-size: var(--small);
        font-weight: 600;
        color: var(--soft);
      }
      .languages button[aria-pressed="true"] {
        background: var(--accentTint);
        color: var(--accent);
      }
      @media (width < 48rem) {
        .bar {
          padding-inline: 1rem;
        }
        nav {
          order: 1;
          flex-basis: 100%;
          margin-left: -0.75rem;
        }
        .sign {
          margin-right: auto;
        }
      }
      @media print {
        :host {
          display: none;
        }
      }
    `,
  ];

  override render(): TemplateResult {
    const { language, say } = this.texts;
    const site = siteTexts(language);
    return html`<header class="bar">
      <span class="sign">${icons.listening(20)}</span>
      <nav aria-label=${site.navigation}>
        <ul>
          ${PAGES.map(
            ([name, path]) => html`<li>
              <a href=${this.root + path} aria-current=${name === this.current ? "page" : nothing}
                >${site.pages[name]}</a
              >
            </li>`,
          )}
        </ul>
      </nav>
      <div class="languages" role="group" aria-label=${say.language.label}>
        ${this.button("tr")} ${this.button("en")}
      </div>
    </header>`;
  }

  private button(language: UiLanguage): TemplateResult {
    return html`<button
      lang=${language}
      aria-pressed=${this.texts.language === language ? "true" : "false"}
      @click=${() => this.dispatchEvent(new CustomEvent("language-chosen", { detail: language }))}
    >
      ${this.texts.say.language[language]}
    </button>`;
  }
}
