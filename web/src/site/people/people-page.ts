import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import type { Done, TokenInfo, UserInfo } from "../../events.ts";
import { icons } from "../../style/icons.ts";
import { shared, tokens } from "../../style/shared.ts";
import { RequestProblem, ask, tell } from "../ask.ts";
import { SitePage } from "../site-page.ts";
import { site } from "../style.ts";
import { peopleTexts, type MachineName, type PeopleTexts, type RoleName } from "./texts.ts";

const ROLES: readonly RoleName[] = ["agent", "supervisor", "administrator"];
const MACHINES: readonly MachineName[] = ["telephony", "console", "reader"];

/** Something that is shown once and has to be handed on now. */
interface Secret {
  readonly heading: string;
  readonly hint: string;
  readonly text: string;
}

/** Users, the tokens of programs, and the record of what was done. For administrators. */
@customElement("people-page")
export class PeoplePage extends SitePage {
  @state() private users: readonly UserInfo[] = [];
  @state() private machines: readonly TokenInfo[] = [];
  @state() private lines: readonly Done[] = [];
  @state() private trouble = "";
  @state() private forbidden = false;
  @state() private secret: Secret | null = null;
  @state() private copied = false;
  /** The user whose line is open for changes; "" for a new one, null for none. */
  @state() private changing: string | null = null;
  @state() private naming = false;

  protected readonly current = "people";

  static override styles = [
    tokens,
    shared,
    site,
    css`
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 0.5rem 1rem;
        padding: 1.75rem 0 0.75rem;
      }
      .hint {
        font-size: var(--small);
        color: var(--soft);
      }
      .scroll {
        overflow-x: auto;
        padding: 0;
      }
      table {
        width: 100%;
        border-collapse: collapse;
        font-size: 0.875rem;
      }
      th {
        text-align: left;
        font-size: var(--small);
        font-weight: 600;
        color: var(--soft);
      }
      th,
      td {
        padding: 0.625rem 1rem;
        border-bottom: 1px solid var(--line);
        vertical-align: middle;
      }
      tbody tr:last-child td {
        border-bottom: 0;
      }
      tr.off td {
        color: var(--soft);
      }
      .name {
        font-weight: 600;
      }
      .acts {
        display: flex;
        flex-wrap: wrap;
        gap: 0.375rem;
        justify-content: flex-end;
      }
      .acts .button {
        min-height: 1.875rem;
        padding: 0 0.625rem;
        font-size: var(--small);
      }
      form {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr));
        gap: 0.75rem;
        align-items: end;
        padding: 0.875rem 1rem;
      }
      .field {
        display: grid;
        gap: 0.25rem;
      }
      .secret,
      .trouble {
        margin-top: 1rem;
      }
      .secret {
        border-color: var(--accent);
      }
      .secret code {
        display: block;
        margin: 0.625rem 0;
        padding: 0.625rem 0.75rem;
        border-radius: 0.5rem;
        background: var(--raised);
        overflow-wrap: anywhere;
        user-select: all;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  protected heading(): string {
    return this.words.heading;
  }

  private get words(): PeopleTexts {
    return peopleTexts(this.texts.language);
  }

  protected content(): TemplateResult {
    const { words } = this;
    if (this.forbidden) return html`<h1>${words.heading}</h1><p>${words.notAllowed}</p>`;
    return html`<h1>${words.heading}</h1>
      ${this.trouble
        ? html`<p class="trouble" role="alert">${icons.warning(18)} ${this.trouble}</p>`
        : nothing}
      ${this.secret ? this.secretCard(this.secret) : nothing}
      <div class="head">
        <h2>${words.users}</h2>
        <button class="button" data-add @click=${() => (this.changing = "")}>${words.add}</button>
      </div>
      ${this.changing === "" ? html`<div class="card">${this.form(null)}</div>` : nothing}
      <div class="card scroll" tabindex="0" role="region" aria-label=${words.users}>
        <table>
          <thead>
            <tr>
              <th>${words.name}</th>
              <th>${words.role}</th>
              <th>${words.team}</th>
              <th>${words.agent}</th>
              <th>${words.state}</th>
              <td></td>
            </tr>
          </thead>
          <tbody>
            ${this.users.map((user) =>
              this.changing === user.name
                ? html`<tr>
                    <td colspan="6">${this.form(user)}</td>
                  </tr>`
                : this.row(user),
            )}
          </tbody>
        </table>
      </div>
      ${this.tokenPart()} ${this.recordPart()}`;
  }

  private row(user: UserInfo): TemplateResult {
    const { words } = this;
    const condition = user.disabled
      ? words.disabled
      : user.has_password
        ? words.active
        : words.invited;
    return html`<tr class=${user.disabled ? "off" : ""}>
      <td class="name">${user.name}</td>
      <td>${words.roles[user.role as RoleName] ?? user.role}</td>
      <td>${user.team}</td>
      <td>${user.agent}</td>
      <td>${condition}</td>
      <td>
        <div class="acts">
          <button class="button" @click=${() => (this.changing = user.name)}>${words.change}</button>
          ${user.disabled
            ? nothing
            : html`<button class="button" @click=${() => this.invite(user.name)}>
                ${words.newLink}
              </button>`}
        </div>
      </td>
    </tr>`;
  }

  private form(user: UserInfo | null): TemplateResult {
    const { words } = this;
    return html`<form @submit=${(event: SubmitEvent) => this.save(event, user)}>
      <div class="field">
        <label for="name">${words.name}</label>
        <input id="name" name="name" required maxlength="100" .value=${user?.name ?? ""} ?disabled=${user !== null} />
      </div>
      <div class="field">
        <label for="role">${words.role}</label>
        <select id="role" name="role">
          ${ROLES.map(
            (role) =>
              html`<option value=${role} ?selected=${role === (user?.role ?? "agent")}>
                ${words.roles[role]}: ${words.roleHints[role]}
              </option>`,
          )}
        </select>
      </div>
      <div class="field">
        <label for="team">${words.team}</label>
        <input id="team" name="team" maxlength="100" .value=${user?.team ?? ""} />
      </div>
      <div class="field">
        <label for="agent">${words.agent}</label>
        <input id="agent" name="agent" maxlength="200" placeholder=${words.agentHint} .value=${user?.agent ?? ""} />
      </div>
      <div class="acts">
        ${user
          ? html`<button class="button" name="disabled" value=${user.disabled ? "no" : "yes"}>
              ${user.disabled ? words.enable : words.disable}
            </button>`
          : nothing}
        <button class="button" type="button" @click=${() => (this.changing = null)}>
          ${words.cancel}
        </button>
        <button class="button primary">${user ? words.save : words.add}</button>
      </div>
    </form>`;
  }

  private tokenPart(): TemplateResult {
    const { words } = this;
    return html`<div class="head">
        <div>
          <h2>${words.tokens}</h2>
          <p class="hint">${words.tokensHint}</p>
        </div>
        <button class="button" data-add-token @click=${() => (this.naming = true)}>
          ${words.addToken}
        </button>
      </div>
      ${this.naming
        ? html`<div class="card">
            <form @submit=${(event: SubmitEvent) => this.saveToken(event)}>
              <div class="field">
                <label for="token">${words.tokenName}</label>
                <input id="token" name="name" required maxlength="100" />
              </div>
              <div class="field">
                <label for="purpose">${words.purpose}</label>
                <select id="purpose" name="role">
                  ${MACHINES.map((one) => html`<option value=${one}>${words.machines[one]}</option>`)}
                </select>
              </div>
              <div class="acts">
                <button class="button" type="button" @click=${() => (this.naming = false)}>
                  ${words.cancel}
                </button>
                <button class="button primary">${words.addToken}</button>
              </div>
            </form>
          </div>`
        : nothing}
      ${this.machines.length === 0
        ? nothing
        : html`<div class="card scroll" tabindex="0" role="region" aria-label=${words.tokens}>
            <table>
              <tbody>
                ${this.machines.map(
                  (one) => html`<tr class=${one.revoked ? "off" : ""}>
                    <td class="name">${one.name}</td>
                    <td>${words.machines[one.role as MachineName] ?? one.role}</td>
                    <td>${this.texts.moment(new Date(one.created_at), new Date())}</td>
                    <td>
                      <div class="acts">
                        ${one.revoked
                          ? words.revoked
                          : html`<button class="button" @click=${() => this.revoke(one.name)}>
                              ${words.revoke}
                            </button>`}
                      </div>
                    </td>
                  </tr>`,
                )}
              </tbody>
            </table>
          </div>`}`;
  }

  private recordPart(): TemplateResult {
    const { words } = this;
    const now = new Date();
    return html`<div class="head"><h2>${words.record}</h2></div>
      <div class="card scroll" tabindex="0" role="region" aria-label=${words.record}>
        <table data-record>
          <thead>
            <tr>
              <th>${words.when}</th>
              <th>${words.who}</th>
              <th>${words.what}</th>
              <td></td>
            </tr>
          </thead>
          <tbody>
            ${this.lines.map(
              (line) => html`<tr>
                <td class="number">${this.texts.moment(new Date(line.at), now)}</td>
                <td>${line.who || words.server}</td>
                <td>
                  ${words.recordLine[line.action] ?? line.action}${line.about
                    ? html`: <b>${line.about}</b>`
                    : nothing}
                </td>
                <td class="hint">${line.detail}</td>
              </tr>`,
            )}
          </tbody>
        </table>
      </div>`;
  }

  private secretCard(secret: Secret): TemplateResult {
    const { words } = this;
    return html`<section class="card secret" aria-live="polite">
      <h2>${secret.heading}</h2>
      <p class="hint">${secret.hint}</p>
      <code data-secret>${secret.text}</code>
      <div class="acts">
        <button class="button" @click=${() => this.copy(secret.text)}>
          ${this.copied ? words.copied : words.copy}
        </button>
        <button class="button primary" @click=${() => (this.secret = null)}>${words.done}</button>
      </div>
    </section>`;
  }

  private async load(): Promise<void> {
    await this.attempt(async () => {
      const [users, machines, record] = await Promise.all([
        ask<{ users: UserInfo[] }>(this.address("api/users")),
        ask<{ tokens: TokenInfo[] }>(this.address("api/tokens")),
        ask<{ lines: Done[] }>(this.address("api/record")),
      ]);
      this.users = users.users;
      this.machines = machines.tokens;
      this.lines = record.lines;
    });
  }

  private async save(event: SubmitEvent, user: UserInfo | null): Promise<void> {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement, event.submitter);
    const name = user?.name ?? String(given.get("name")).trim();
    const [role, team, agent] = ["role", "team", "agent"].map((one) => String(given.get(one)));
    const wanted = given.get("disabled");
    const disabled = wanted === null ? (user?.disabled ?? false) : wanted === "yes";
    const done = await this.attempt(async () => {
      if (user) {
        const body = { role, team, agent, disabled };
        await tell(this.address(`api/users/${encodeURIComponent(name)}`), "PUT", body);
      } else {
        const body = { name, role, team, agent };
        this.show(name, await tell<{ link: string }>(this.address("api/users"), "POST", body));
      }
    });
    if (done) this.changing = null;
    await this.load();
  }

  private async invite(name: string): Promise<void> {
    const path = `api/users/${encodeURIComponent(name)}/link`;
    await this.attempt(async () => this.show(name, await tell(this.address(path), "POST", {})));
    await this.load();
  }

  private show(name: string, { link }: { link: string }): void {
    const text = new URL(link, document.baseURI).href;
    this.copied = false;
    this.secret = { heading: this.words.linkFor(name), hint: this.words.linkHint, text };
  }

  private async saveToken(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement);
    const body = { name: String(given.get("name")).trim(), role: given.get("role") };
    const done = await this.attempt(async () => {
      const made = await tell<{ token: string }>(this.address("api/tokens"), "POST", body);
      const { words } = this;
      this.copied = false;
      this.secret = { heading: words.tokenFor(body.name), hint: words.tokenHint, text: made.token };
    });
    if (done) this.naming = false;
    await this.load();
  }

  private async revoke(name: string): Promise<void> {
    const path = `api/tokens/${encodeURIComponent(name)}`;
    await this.attempt(() => ask(this.address(path), { method: "DELETE" }));
    await this.load();
  }

  private async copy(text: string): Promise<void> {
    await navigator.clipboard.writeText(text);
    this.copied = true;
  }

  /** Whether it went well; what went wrong is shown. */
  private async attempt(action: () => Promise<unknown>): Promise<boolean> {
    try {
      await action();
      this.trouble = "";
      return true;
    } catch (error) {
      if (!(error instanceof RequestProblem)) throw error;
      this.forbidden = error.status === 403;
      this.trouble = error.message || this.site.unreachable;
      return false;
    }
  }
}
