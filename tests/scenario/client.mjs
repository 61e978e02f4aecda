// SPDX-License-Identifier: AGPL-3.0-or-later
// A client with cookies and forms, as a browser without script has them.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";

/** Of every account of the exercise data. */
export const PASSWORD = "samsyn-exempel-2026";

const entities = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };

export function decode(text) {
  return text.replace(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (whole, name) => {
    if (name[0] !== "#") return entities[name] ?? whole;
    const hex = name[1] === "x" || name[1] === "X";
    return String.fromCodePoint(parseInt(name.slice(hex ? 2 : 1), hex ? 16 : 10));
  });
}

function attributes(tag) {
  const found = {};
  for (const [, name, value] of tag.matchAll(/([\w:-]+)(?:="([^"]*)")?/g))
    found[name.toLowerCase()] ??= decode(value ?? "");
  return found;
}

/** RFC 6238 with SHA-1, 30 s and 6 digits. secret is base32. */
export function totp(secret, at = Date.now()) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  let bits = "";
  for (const letter of secret.replace(/[\s=]/g, "").toUpperCase())
    bits += alphabet.indexOf(letter).toString(2).padStart(5, "0");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30000)));
  const hash = createHmac("sha1", key).update(counter).digest();
  const code = hash.readUInt32BE(hash[19] & 15) & 0x7fffffff;
  return String(code % 1_000_000).padStart(6, "0");
}

/** An answer: status, headers, text; and what a reader of its HTML would find. */
export class Page {
  constructor(url, status, headers, bytes) {
    Object.assign(this, { url, status, headers, bytes });
    this.text = bytes.toString("utf8");
  }

  /** The words of the page without its markup, white space folded. */
  get words() {
    const body = this.text.replace(/<(script|style|template)\b.*?<\/\1>/gs, " ");
    return decode(body.replace(/<[^>]*>/g, " ")).replace(/\s+/g, " ").trim();
  }

  get title() {
    return decode(/<title>(.*?)<\/title>/s.exec(this.text)?.[1] ?? "").trim();
  }

  get location() {
    const to = this.headers.get("location");
    return to ? new URL(to, this.url) : null;
  }

  json() {
    return JSON.parse(this.text);
  }

  /** Addresses of the links whose address contains `part`. */
  links(part = "") {
    const all = [...this.text.matchAll(/<a\b[^>]*\bhref="([^"]*)"/g)].map((m) => decode(m[1]));
    return all.filter((href) => href.includes(part));
  }

  /** The forms of the page: { action, method, fields }. fields is what would be sent untouched. */
  get forms() {
    return [...this.text.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)].map(([, tag, inside]) => {
      const form = attributes(tag);
      return {
        action: new URL(form.action ?? "", this.url).href,
        method: (form.method ?? "get").toUpperCase(),
        type: form.enctype ?? "application/x-www-form-urlencoded",
        fields: fieldsOf(inside),
      };
    });
  }

  /** The form whose action contains `part`; fails the test when there is none. */
  form(part = "") {
    const found = this.forms.find((form) => form.action.includes(part));
    assert.ok(found, `no form for ${part} in ${this.url} (${this.status}): ${this.words}`);
    return found;
  }
}

function fieldsOf(inside) {
  const fields = new URLSearchParams();
  for (const [, tag] of inside.matchAll(/<input\b([^>]*)>/g)) {
    const a = attributes(tag);
    const box = a.type === "checkbox" || a.type === "radio";
    if (!a.name || "disabled" in a || ["submit", "button", "file", "image"].includes(a.type))
      continue;
    if (!box || "checked" in a) fields.append(a.name, a.value ?? (box ? "on" : ""));
  }
  for (const [, tag, text] of inside.matchAll(/<textarea\b([^>]*)>(.*?)<\/textarea>/gs))
    if (attributes(tag).name) fields.append(attributes(tag).name, decode(text.replace(/^\n/, "")));
  for (const [, tag, text] of inside.matchAll(/<select\b([^>]*)>(.*?)<\/select>/gs)) {
    const options = [...text.matchAll(/<option\b([^>]*)>([^<]*)/g)].map(([, o, label]) => ({
      ...attributes(o), label: decode(label).trim(),
    }));
    const chosen = options.find((o) => "selected" in o) ?? options[0];
    if (attributes(tag).name && chosen)
      fields.append(attributes(tag).name, chosen.value ?? chosen.label);
  }
  return fields;
}

/** The Set-Cookie lines of an answer. The Node of Debian 12 only gives them as one, with commas. */
export function cookieLines(headers) {
  const joined = () => headers.get("set-cookie")?.split(/,\s*(?=[^\s;,=]+=)/) ?? [];
  return headers.getSetCookie?.() ?? joined();
}

export class Client {
  constructor(url) {
    this.url = url;
    this.cookies = new Map();
  }

  /** One request; redirections are answered as they are. */
  async send(method, to, { headers = {}, body } = {}) {
    const url = new URL(to, this.url);
    assert.equal(url.origin, this.url, `${url} is not this server's`);
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(url, {
      method,
      body,
      redirect: "manual",
      headers: { ...(cookie ? { cookie } : {}), ...headers },
    });
    this.#keepCookies(answer.headers);
    return new Page(url.href, answer.status, answer.headers, Buffer.from(await answer.arrayBuffer()));
  }

  #keepCookies(headers) {
    for (const line of cookieLines(headers)) {
      const [pair, ...rest] = line.split(";");
      const [name, value] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
      if (rest.some((r) => /^\s*max-age=0\s*$/i.test(r)) || value === "") this.cookies.delete(name);
      else this.cookies.set(name.trim(), value);
    }
  }

  /** GET, following redirections within the server. */
  async get(to, options) {
    let page = await this.send("GET", to, options);
    for (let hops = 0; page.location && hops < 5; hops++)
      page = await this.send("GET", page.location.href, options);
    return page;
  }

  /** POST of fields as they are, without token; the answer is not followed. */
  post(to, fields, headers = {}) {
    return this.send("POST", to, {
      body: new URLSearchParams(fields).toString(),
      headers: { "content-type": "application/x-www-form-urlencoded", origin: this.url, ...headers },
    });
  }

  /** Fills in the form of a page and sends it with its token; files: {name: [filename, bytes]}. */
  async submit(page, part, values = {}, files = null) {
    const form = page.form(part);
    const fields = new URLSearchParams(form.fields);
    for (const [name, value] of Object.entries(values)) {
      fields.delete(name);
      for (const one of [value].flat()) if (one !== null) fields.append(name, String(one));
    }
    if (form.method === "GET")
      return this.get(`${form.action.split("?")[0]}?${fields}`);
    if (!files && !form.type.startsWith("multipart/")) return this.post(form.action, fields);
    const data = new FormData();
    for (const [name, value] of fields) data.append(name, value);
    for (const [name, [filename, bytes]] of Object.entries(files ?? {}))
      data.append(name, new Blob([bytes]), filename);
    return this.send("POST", form.action, { body: data, headers: { origin: this.url } });
  }

  /** As somebody of the exercise data; itself. */
  async logIn(email, password = PASSWORD) {
    await this.submitOk(await this.get("/logga-in"), "/logga-in", { email, password });
    return this;
  }

  /** Follows the answer of a form that was taken. */
  async submitOk(page, part, values, files) {
    const answer = await this.submit(page, part, values, files);
    assert.equal(answer.status, 303, `${part}: ${answer.status} ${answer.words.slice(0, 1500)}`);
    return this.get(answer.location.href);
  }
}
