import { LitElement, html, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { preferredLanguage, storeLanguage, storedLanguage, type UiLanguage } from "../preferences.ts";
import { textsIn } from "../texts/texts.ts";
import "./site-nav.ts";
import { siteTexts, type SitePageName, type SiteTexts } from "./texts.ts";

/** What every page for supervisors is: the navigation, one `main`, a language and a title. */
export abstract class SitePage extends LitElement {
  /** Where the server's paths begin, seen from the page: "./" or "../". */
  @property() root = "./";
  @state() protected texts = textsIn(storedLanguage() ?? preferredLanguage(navigator.languages));

  /** Which entry of the navigation this is; `""` for none. */
  protected abstract readonly current: SitePageName | "";

  /** The title of the browser's tab. */
  protected abstract heading(): string;

  /** What stands in `main`. */
  protected abstract content(): TemplateResult;

  protected get site(): SiteTexts {
    return siteTexts(this.texts.language);
  }

  protected override updated(_changed: PropertyValues): void {
    document.documentElement.lang = this.texts.language;
    document.title = this.heading();
  }

  override render(): TemplateResult {
    return html`<div lang=${this.texts.language}>
      <site-nav
        .texts=${this.texts}
        .root=${this.root}
        .current=${this.current}
        @language-chosen=${(event: CustomEvent<UiLanguage>) => this.choose(event.detail)}
      ></site-nav>
      <main>${this.content()}</main>
    </div>`;
  }

  private choose(language: UiLanguage): void {
    storeLanguage(language);
    this.texts = textsIn(language);
  }

  /** A path of the server, as in "api/calls", as an address. */
  protected address(path: string): string {
    return new URL(this.root + path, document.baseURI).href;
  }

  /** The same of a websocket. */
  protected socketAddress(path: string): string {
    return this.address(path).replace(/^http/, "ws");
  }
}
