import { LitElement, css, html, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { SampleInfo } from "../events.ts";
import { listSamples, playSample } from "../samples.ts";
import { icons } from "../style/icons.ts";
import { shared } from "../style/shared.ts";
import type { Texts } from "../texts/texts.ts";

/** The calls that ship with the project, to try the page without a telephone. */
@customElement("sample-list")
export class SampleList extends LitElement {
  @property({ attribute: false }) texts!: Texts;
  @property() server = "";
  @state() private samples: readonly SampleInfo[] = [];
  @state() private starting = "";
  @state() private failure: "failed" | "listFailed" | null = null;
  /** What the server, or the browser, said to it, in English. */
  @state() private reason = "";

  static override styles = [
    shared,
    css`
      ul {
        display: grid;
        gap: 0.5rem;
        padding-top: 0.5rem;
      }
      button {
        display: flex;
        align-items: center;
        gap: 0.75rem;
        width: 100%;
        min-height: 3.25rem;
        padding: 0.5rem 0.75rem;
        text-align: left;
        background: var(--surface);
        border: 1px solid var(--line);
        border-radius: 0.75rem;
        transition: border-color 0.15s ease;
      }
      button:hover:enabled {
        border-color: var(--accent);
      }
      .play {
        flex: none;
        display: grid;
        place-items: center;
        width: 2.125rem;
        height: 2.125rem;
        border-radius: 50%;
        background: var(--accentTint);
        color: var(--accent);
      }
      .text {
        flex: 1;
        min-width: 0;
        line-height: 1.35;
      }
      .title {
        display: block;
        font-weight: 550;
        overflow-wrap: anywhere;
      }
      .failure {
        display: flex;
        gap: 0.5rem;
        padding: 0.5rem 0;
        color: var(--warning);
        font-size: var(--small);
      }
      .failure svg {
        flex: none;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  /** Asks the server for its samples, again after a failure. */
  async load(): Promise<void> {
    try {
      this.samples = await listSamples(this.server);
      this.failure = null;
      this.reason = "";
    } catch (error) {
      this.failure = "listFailed";
      this.reason = (error as Error).message;
    }
  }

  override render(): TemplateResult {
    const { say } = this.texts;
    return html`
      ${this.samples.length > 0
        ? html`<h2 class="eyebrow">${say.samples.heading}</h2>
            <ul>
              ${this.samples.map((sample) => html`<li>${this.sample(sample)}</li>`)}
            </ul>`
        : null}
      ${this.failure
        ? html`<p class="failure" role="alert">
            ${icons.warning(16)}<span>${say.samples[this.failure]} <span lang="en">${this.reason}</span></span>
          </p>`
        : null}
    `;
  }

  private sample(sample: SampleInfo): TemplateResult {
    const { say } = this.texts;
    const busy = this.starting === sample.name;
    const language = say.samples.languages[sample.language] ?? sample.language;
    return html`<button
      data-sample=${sample.name}
      ?disabled=${this.starting !== ""}
      @click=${() => this.play(sample.name)}
    >
      <span class="play">${icons.play(16)}</span>
      <span class="text">
        <span class="title" lang=${sample.language}>${sample.title}</span>
        <span class="quiet">${busy ? say.samples.playing : language}</span>
      </span>
      <span class="unseen">${say.samples.play}</span>
    </button>`;
  }

  private async play(name: string): Promise<void> {
    this.starting = name;
    try {
      const reason = await playSample(this.server, name);
      this.failure = reason === null ? null : "failed";
      this.reason = reason ?? "";
    } catch (error) {
      this.failure = "failed";
      this.reason = (error as Error).message;
    } finally {
      this.starting = "";
    }
  }
}
