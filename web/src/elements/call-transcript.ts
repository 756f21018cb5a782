import { LitElement, css, html, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { Line, OpenWords, SpokenLine } from "../call/state.ts";
import type { Partial, Role } from "../events.ts";
import { icons } from "../style/icons.ts";
import { shared } from "../style/shared.ts";
import type { Texts } from "../texts/texts.ts";
import { gapSentence } from "./call-notices.ts";

/** Pixels from the end within which the reader counts as reading the end. */
const AT_END = 32;
/** Lines drawn at a time: a long call must scroll as smoothly as a short one. */
const WINDOW = 150;
/** Pixels from the top at which earlier lines are drawn. */
const AT_TOP = 300;

/** The words of both sides; follows the end until the reader scrolls up. */
@customElement("call-transcript")
export class CallTranscript extends LitElement {
  @property({ attribute: false }) texts!: Texts;
  @property({ attribute: false }) lines: readonly Line[] = [];
  @property({ attribute: false }) partials: OpenWords = {};
  @property() spoken = "";
  @state() private following = true;
  @state() private seen = 0;
  /** Index of the first line drawn; it stays where it is while the reader looks back. */
  @state() private first = 0;
  @query(".scroll") private scroller!: HTMLElement;
  @query("ol") private list!: HTMLElement;

  private scrolledTo = 0;
  /** `first` as it is on the screen. */
  private drawnFrom = 0;

  private readonly resized = new ResizeObserver(() => this.follow());

  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
        position: relative;
      }
      h2 {
        padding: 0.75rem 1.25rem 0.375rem;
      }
      .scroll {
        flex: 1;
        min-height: 0;
        overflow-y: auto;
        overscroll-behavior: contain;
        scrollbar-width: thin;
        scrollbar-color: var(--control) transparent;
        padding: 0 1rem 1rem;
        border-top: 1px solid var(--line);
      }
      .scroll:focus-visible {
        outline-offset: -3px;
      }
      li {
        padding-top: 0.25rem;
      }
      li.turns {
        padding-top: 0.75rem;
      }
      .who {
        display: flex;
        align-items: baseline;
        gap: 0.375rem;
        font-size: 0.75rem;
        color: var(--soft);
        padding: 0 0.25rem 0.125rem;
      }
      .who b {
        font-weight: 600;
      }
      .who time {
        font-variant-numeric: tabular-nums;
      }
      .agent .who {
        justify-content: flex-end;
      }
      .bubble {
        width: fit-content;
        max-width: 90%;
        padding: 0.4375rem 0.75rem;
        border-radius: 0.875rem;
        background: var(--surface);
        border: 1px solid var(--line);
        overflow-wrap: anywhere;
        line-height: 1.42;
        font-size: 0.875rem;
      }
      .caller .bubble,
      .mixed .bubble {
        border-bottom-left-radius: 0.25rem;
      }
      .agent .bubble {
        margin-left: auto;
        background: var(--accentTint);
        border-color: transparent;
        border-bottom-right-radius: 0.25rem;
      }
      .doubtful .bubble {
        border-style: dashed;
        border-color: var(--control);
      }
      .open .bubble {
        border-style: dotted;
        border-color: var(--control);
        background: none;
      }
      .pending {
        color: var(--soft);
      }
      .event {
        display: flex;
        align-items: flex-start;
        justify-content: center;
        gap: 0.375rem;
        padding: 0.75rem 1rem 0.25rem;
        font-size: 0.75rem;
        line-height: 1.4;
        color: var(--warning);
      }
      .event svg {
        flex: none;
      }
      .empty {
        padding: 1rem 0.25rem;
      }
      .more {
        position: absolute;
        left: 50%;
        bottom: 0.75rem;
        transform: translateX(-50%);
        display: flex;
        align-items: center;
        gap: 0.375rem;
        min-height: 2rem;
        padding: 0 0.875rem 0 0.625rem;
        border-radius: 1rem;
        background: var(--accent);
        color: var(--accentInk);
        font-size: var(--small);
        font-weight: 600;
        box-shadow: var(--shadow);
      }
    `,
  ];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resized.disconnect();
  }

  protected override firstUpdated(): void {
    this.resized.observe(this.scroller);
    this.resized.observe(this.list);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get("lines");
    const another = before !== undefined && this.lines.length < before.length;
    if (another) this.following = true;
    if (!this.following) return;
    this.seen = this.lines.length;
    this.first = Math.max(0, this.lines.length - WINDOW);
  }

  protected override updated(): void {
    this.drawnFrom = this.first;
    this.follow();
  }

  override render(): TemplateResult {
    const { say } = this.texts;
    const open = Object.values(this.partials).sort((a, b) => a.start - b.start);
    const missed = this.lines.length - this.seen;
    return html`
      <h2 class="eyebrow" id="heading">${say.transcript.heading}</h2>
      <div
        class="scroll"
        role="region"
        tabindex="0"
        aria-labelledby="heading"
        @scroll=${this.scrolled}
      >
        ${this.lines.length + open.length === 0
          ? html`<p class="quiet empty">${say.transcript.empty}</p>`
          : null}
        <ol>
          ${repeat(
            this.lines.slice(this.first),
            (line) => line.seq,
            (line, index) => this.line(line, this.lines[this.first + index - 1]),
          )}
          ${open.map((partial) => this.open(partial))}
        </ol>
      </div>
      ${missed > 0
        ? html`<button class="more" @click=${this.toEnd}>
            ${icons.arrowDown(16)}${say.transcript.newLines(missed)}
          </button>`
        : null}
    `;
  }

  private line(line: Line, before: Line | undefined): TemplateResult {
    if (line.kind === "gap") return this.mark(line.kind, gapSentence(this.texts, line));
    if (line.kind === "fault") return this.mark(line.kind, this.texts.say.trouble.fault);
    return this.spokenLine(line, before?.kind !== "utterance" || before.channel !== line.channel);
  }

  private spokenLine(line: SpokenLine, turns: boolean): TemplateResult {
    const { say } = this.texts;
    const detail = line.doubtful ? html`<span>· ${say.transcript.doubtful}</span>` : null;
    return html`<li
      class="${line.channel} ${turns ? "turns" : ""} ${line.doubtful ? "doubtful" : ""}"
      data-seq=${line.seq}
    >
      ${turns || line.doubtful ? this.who(line.channel, line.start, detail) : null}
      <p class="bubble" lang=${line.language}>${line.text}</p>
    </li>`;
  }

  private open(partial: Partial): TemplateResult {
    const { say } = this.texts;
    return html`<li class="${partial.channel} turns open" data-partial=${partial.channel}>
      ${this.who(partial.channel, partial.start, html`<span>· ${say.transcript.speaking}</span>`)}
      <p class="bubble" lang=${this.spoken}>
        <span class="stable">${partial.stable}</span> <span class="pending">${partial.pending}</span>
      </p>
    </li>`;
  }

  private who(channel: Role, start: number, detail: TemplateResult | null): TemplateResult {
    return html`<p class="who">
      <b>${this.texts.say.transcript.roles[channel]}</b>
      <time>${this.texts.clock(start)}</time>${detail}
    </p>`;
  }

  private mark(kind: string, text: string): TemplateResult {
    return html`<li class="event" data-mark=${kind}>${icons.warning(15)}<span>${text}</span></li>`;
  }

  private scrolled(): void {
    const { clientHeight, scrollHeight, scrollTop } = this.scroller;
    // Only a way up is the reader's: a card that appears above makes the end move by itself.
    if (scrollHeight - clientHeight - scrollTop <= AT_END) this.following = true;
    else if (scrollTop < this.scrolledTo) this.following = false;
    this.scrolledTo = scrollTop;
    if (!this.following && scrollTop < AT_TOP && this.first === this.drawnFrom) {
      this.first = Math.max(0, this.first - WINDOW);
    }
  }

  private toEnd(): void {
    this.following = true;
    this.scroller.focus({ preventScroll: true });
  }

  private follow(): void {
    if (this.following && this.scroller) this.scroller.scrollTop = this.scroller.scrollHeight;
  }
}
