import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { preferredLanguage, storeLanguage, storedLanguage, type UiLanguage } from "../../preferences.ts";
import { icons } from "../../style/icons.ts";
import { shared, tokens } from "../../style/shared.ts";
import { textsIn } from "../../texts/texts.ts";
import { RequestProblem, tell } from "../ask.ts";
import { site } from "../style.ts";
import { siteTexts } from "../texts.ts";
import { onward } from "./onward.ts";
import { peopleTexts } from "./texts.ts";

/** Signing in, and choosing a password by a one-time link (`/welcome#LINK`). */
@customElement("sign-in-page")
export class SignInPage extends LitElement {
  @property() root = "./";
  @state() private language: UiLanguage =
    storedLanguage() ?? preferredLanguage(navigator.languages);
  /** Whose link this is; "" for the first administrator's, null while signing in. */
  @state() private invited: string | null = null;
  @state() private trouble = "";
  @state() private spent = false;
  @state() private busy = false;
  /** The secret of the link, which the address does not keep. */
  private link = location.hash.slice(1);

  static override styles = [
    tokens,
    shared,
    site,
    css`
      main {
        display: grid;
        place-items: center;
        min-height: 100vh;
        padding: 1rem;
      }
      .card {
        width: min(100%, 24rem);
        padding: 2rem 1.75rem;
        border-radius: 1rem;
      }
      .sign {
        display: grid;
        place-items: center;
        width: 2.75rem;
        height: 2.75rem;
        margin-bottom: 1rem;
        border-radius: 0.75rem;
        background: var(--accentTint);
        color: var(--accent);
      }
      form {
        display: grid;
        gap: 1rem;
        margin-top: 1.25rem;
      }
      .field {
        display: grid;
        gap: 0.25rem;
      }
      input {
        min-height: 2.75rem;
      }
      .button {
        min-height: 2.75rem;
      }
      .hint {
        margin-top: 1rem;
        font-size: var(--small);
        color: var(--soft);
      }
      .languages {
        display: flex;
        gap: 0.75rem;
        margin-top: 1.25rem;
      }
      .languages button {
        min-height: 1.5rem;
        font-size: var(--small);
        color: var(--soft);
        text-decoration: underline;
      }
      .languages button[aria-pressed="true"] {
        color: var(--ink);
        font-weight: 650;
        text-decoration: none;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    if (!location.pathname.endsWith("/welcome")) return;
    this.invited = "";
    history.replaceState(null, "", location.pathname);
    void this.look();
  }

  protected override updated(_changed: PropertyValues): void {
    document.documentElement.lang = this.language;
    document.title = peopleTexts(this.language).signIn;
  }

  override render(): TemplateResult {
    const texts = peopleTexts(this.language);
    return html`<main lang=${this.language}>
      <div class="card">
        <span class="sign">${icons.listening(26)}</span>
        ${this.spent ? html`<h1>${texts.linkBad}</h1>` : this.form()}
        <div class="languages" role="group" aria-label=${textsIn(this.language).say.language.label}>
          ${this.choice("tr")} ${this.choice("en")}
        </div>
      </div>
    </main>`;
  }

  private form(): TemplateResult {
    const texts = peopleTexts(this.language);
    const { invited } = this;
    const heading =
      invited === null ? texts.signIn : invited ? texts.welcome(invited) : texts.first;
    return html`<h1>${heading}</h1>
      <form @submit=${(event: SubmitEvent) => this.submit(event)}>
        ${this.trouble ? html`<p class="trouble" role="alert">${icons.warning(18)} ${this.trouble}</p>` : nothing}
        ${invited
          ? html`<input type="hidden" name="name" autocomplete="username" value=${invited} />`
          : this.field("name", texts.name, "text", "username")}
        ${this.field(
          "password",
          texts.password,
          "password",
          invited === null ? "current-password" : "new-password",
        )}
        ${invited === null
          ? nothing
          : this.field("again", texts.again, "password", "new-password")}
        <button class="button primary" ?disabled=${this.busy}>
          ${invited === null ? texts.signIn : texts.start}
        </button>
      </form>
      <p class="hint">${invited === null ? texts.forgotten : texts.choose}</p>`;
  }

  private field(
    name: string,
    label: string,
    type: string,
    autocomplete: AutoFill,
  ): TemplateResult {
    return html`<div class="field">
      <label for=${name}>${label}</label>
      <input id=${name} name=${name} type=${type} autocomplete=${autocomplete} required />
    </div>`;
  }

  private choice(language: UiLanguage): TemplateResult {
    return html`<button
      lang=${language}
      aria-pressed=${this.language === language ? "true" : "false"}
      @click=${() => {
        storeLanguage(language);
        this.language = language;
        this.trouble = "";
      }}
    >
      ${textsIn(this.language).say.language[language]}
    </button>`;
  }

  private async look(): Promise<void> {
    const asked = tell<{ name: string }>(this.address("api/welcome"), "PUT", {
      link: this.link,
      password: "",
    });
    const known = await asked.catch((error: unknown) => this.failed(error));
    if (known) this.invited = known.name;
    else this.spent = true;
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement);
    const texts = peopleTexts(this.language);
    const [name, password] = [String(given.get("name")), String(given.get("password"))];
    if (this.invited !== null && password !== given.get("again")) {
      this.trouble = texts.different;
      return;
    }
    this.busy = true;
    const body = this.invited === null ? { name, password } : { name, password, link: this.link };
    const path = this.invited === null ? "api/sign-in" : "api/welcome";
    const done = await tell(this.address(path), "POST", body).catch((error: unknown) =>
      this.failed(error),
    );
    this.busy = false;
    if (!done) return;
    const hash = this.invited === null ? location.hash : ""; // that of an invitation is its secret
    location.assign(onward(location.search, hash, location.origin));
  }

  private failed(error: unknown): null {
    if (!(error instanceof RequestProblem)) throw error;
    const texts = peopleTexts(this.language);
    const said = { 0: siteTexts(this.language).unreachable, 401: texts.wrong, 429: texts.tooMany };
    this.trouble = (said as Record<number, string>)[error.status] ?? error.message;
    return null;
  }

  private address(path: string): string {
    return new URL(this.root + path, document.baseURI).href;
  }
}
