import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Me } from "../events.ts";
import type { UiLanguage } from "../preferences.ts";
import { icons } from "../style/icons.ts";
import { shared } from "../style/shared.ts";
import type { Texts } from "../texts/texts.ts";
import { RequestProblem, ask, tell } from "./ask.ts";
import { siteTexts, type SitePageName } from "./texts.ts";

/** The pages, and what one has to be allowed for each. */
const PAGES: readonly (readonly [name: SitePageName, path: string, action: string])[] = [
  ["wall", "wall", "watch"],
  ["calls", "calls", "see"],
  ["coaching", "coaching", "see"],
  ["reasons", "reasons", "review"],
  ["people", "people", "manage"],
  ["agent", ".", "see"],
];

/** Where the pages for supervisors are, and their language. It fires `language-chosen`. */
@customElement("site-nav")
export class SiteNav extends LitElement {
  @property({ attribute: false }) texts!: Texts;
  /** Where the paths begin, seen from the page. */
  @property() root = "./";
  /** The page that is shown. */
  @property() current: SitePageName | "" = "";
  /** Who is signed in; null until the server has said it. */
  @state() private me: Me | null = null;

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
      .me {
        font-size: 0.875rem;
        font-weight: 600;
      }
      .out {
        min-height: 1.875rem;
        font-size: var(--small);
        color: var(--soft);
        text-decoration: underline;
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

  override connectedCallback(): void {
    super.connectedCallback();
    void this.greet();
  }

  private async greet(): Promise<void> {
    try {
      this.me = await ask<Me>(new URL(`${this.root}api/me`, document.baseURI).href);
    } catch (error) {
      if (!(error instanceof RequestProblem)) throw error;
    }
  }

  private async signOut(): Promise<void> {
    await tell(new URL(`${this.root}api/sign-out`, document.baseURI).href, "POST", {});
    location.assign(new URL(`${this.root}sign-in`, document.baseURI).href);
  }

  override render(): TemplateResult {
    const { language, say } = this.texts;
    const site = siteTexts(language);
    const may = this.me?.may;
    return html`<header class="bar">
      <span class="sign">${icons.listening(20)}</span>
      <nav aria-label=${site.navigation}>
        <ul>
          ${PAGES.filter(([, , action]) => !may || may.includes(action)).map(
            ([name, path]) => html`<li>
              <a href=${this.root + path} aria-current=${name === this.current ? "page" : nothing}
                >${site.pages[name]}</a
              >
            </li>`,
          )}
        </ul>
      </nav>
      ${this.me?.name
        ? html`<span class="me">${this.me.name}</span>
            <button class="out" @click=${() => this.signOut()}>${site.signOut}</button>`
        : nothing}
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
