// SPDX-License-Identifier: AGPL-3.0-or-later
// Finds what points at a person in free text, while it is written and also without a network: the same
// rules and lists as src/core/textguard.c, held to it by tests/scenario/guard.test.mjs. It only helps
// the one who writes; the server looks again.
import { given, family, rules } from "./guard_words.js";

const LOOK = 96;
const BLANK = /[ \t\u00a0\u202f]/;
const DASH = /[-\u2010-\u2015\u2212]/;
const LETTER = /[0-9A-Za-z\u0080-\uffff]/;
const NO_LETTER = /[\u00a0\u2000-\u203f\u2212]/;
const CAPITAL = /[A-ZÀ-Þ]/;

const is = (set, c) => c !== undefined && set.test(c);
const digit = (c) => c >= "0" && c <= "9";
const letter = (c) => is(LETTER, c) && !NO_LETTER.test(c);
const blank = (t, i) => (is(BLANK, t[i]) ? 1 : 0);
const dash = (t, i) => (is(DASH, t[i]) ? 1 : 0);
const before = (t, i) => i > 0 && letter(t[i - 1]);
const local = (c) => letter(c) || (c !== undefined && ".!#$%&'*+/=?^_`{|}~-".includes(c));

function separator(t, i) {
    let n = 0;
    let plus = false;
    while (n < 3 && blank(t, i + n)) n++;
    const sign = dash(t, i + n) || "/.+".includes(t[i + n] ?? "x") ? 1 : 0;
    if (t[i + n] === "+") plus = true;
    n += sign;
    while (sign && n < 6 && blank(t, i + n)) n++;
    return { n, plus };
}

// A run of digits with single separators between groups.
function digits(t, i, most) {
    const r = { d: "", groups: [], end: i, plus: false };
    for (;;) {
        const from = i;
        while (digit(t[i]) && r.d.length < most) r.d += t[i++];
        r.groups.push(i - from);
        r.end = i;
        const gap = separator(t, i);
        if (r.d.length === most || gap.n === 0 || !digit(t[i + gap.n])) return r;
        r.plus ||= gap.plus;
        i += gap.n;
    }
}

function dateShaped(d) {
    const month = +d.slice(0, 2);
    const day = +d.slice(2, 4) > 60 ? +d.slice(2, 4) - 60 : +d.slice(2, 4);
    const last = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    return month >= 1 && month <= 12 && day >= 1 && day <= last[month - 1];
}

function luhn(d) {
    let sum = 0;
    for (let i = 0; i < 10; i++) {
        const v = d[i] * (i % 2 ? 1 : 2);
        sum += v > 9 ? v - 9 : v;
    }
    return sum % 10 === 0;
}

function grouped(r, count) {
    let sum = 0;
    return r.groups.length === 1 || r.groups.some((g) => (sum += g) === count - 4);
}

function personalNumber(t, i) {
    if (!digit(t[i]) || before(t, i) || (i > 0 && "+,".includes(t[i - 1]))) return 0;
    for (const count of [12, 10]) {
        const r = digits(t, i, count);
        if (r.d.length !== count || digit(t[r.end]) || !grouped(r, count)) continue;
        if (count === 12 && (r.d.slice(0, 2) < "18" || r.d.slice(0, 2) > "20")) continue;
        const d = r.d.slice(count - 10);
        if (!dateShaped(d.slice(2))) continue;
        if (count === 10 && d.startsWith("07") && r.groups[0] !== 6 && !luhn(d)) continue;
        return r.end - i;
    }
    return 0;
}

function phone(t, i) {
    if (before(t, i)) return 0;
    const start = i;
    const abroad = t[i] === "+" || (t[i] === "0" && t[i + 1] === "0");
    if (!abroad && t[i] !== "0") return 0;
    if (abroad) i += t[i] === "+" ? 1 : 2;
    if (abroad && t.startsWith("46", i)) {
        i += 2;
        i += blank(t, i);
        i += dash(t, i);
        if (t.startsWith("(0)", i)) i += 3;
        i += blank(t, i);
    }
    const r = digits(t, i, 13);
    const n = r.d.length;
    if (n < (abroad ? 7 : 8) || n > (abroad ? 12 : 10) || digit(t[r.end])) return 0;
    if (!abroad && (r.d[1] === "0" || r.groups[0] < 2 || r.plus)) return 0;
    return r.end - start;
}

function email(t, i) {
    if (!letter(t[i]) || (i > 0 && local(t[i - 1]))) return 0;
    let j = i;
    let end = 0;
    while (local(t[j]) && j - i < LOOK) j++;
    if (j === i || t[j] !== "@" || !letter(t[j + 1])) return 0;
    const start = ++j;
    while ((letter(t[j]) || t[j] === "." || t[j] === "-") && j - start < LOOK) {
        if (t[j] === "." && letter(t[j + 1])) end = j;
        j++;
    }
    if (end === 0) return 0;
    while (j > end && !letter(t[j - 1])) j--;
    return j - i;
}

const low = (s) => s.replace(/[A-ZÀ-ÖØ-Þ]/g, (c) => c.toLowerCase());
const same = (t, i, word) => low(t.slice(i, i + word.length)) === word;

function saidBefore(t, i, words) {
    let from = Math.max(0, i - LOOK / 2);
    for (let k = i; k > from; k--)
        if (t[k - 1] === "\n" || (t[k - 1] === "." && blank(t, k))) from = k;
    for (let k = from; k < i; k++)
        if (!before(t, k) && words.some((w) => same(t, k, w))) return true;
    return false;
}

function plate(t, i) {
    if (before(t, i)) return 0;
    const head = t.slice(i, i + 3);
    if (!/^[A-HJ-PR-UW-Z]{3}$/i.test(head)) return 0;
    let j = i + 3;
    const gap = blank(t, j) || dash(t, j);
    j += gap;
    const isLetter = /[A-HJ-NPR-UW-Z]/i.test(t[j + 2] ?? "");
    if (!digit(t[j]) || !digit(t[j + 1]) || (!digit(t[j + 2]) && !isLetter) || wordAt(t, j + 3)) return 0;
    if (rules.no_plate.some((w) => t.startsWith(w.slice(0, 3), i))) return 0;
    const sure = head === head.toUpperCase() && (gap === 0 || isLetter);
    return sure || saidBefore(t, i, rules.vehicle) ? j + 3 - i : 0;
}

const wordAt = (t, i) => letter(t[i]) && !dash(t, i);
const capital = (t, i) => is(CAPITAL, t[i]);

function wordEnd(t, i) {
    const from = i;
    while (i - from < LOOK && (wordAt(t, i) || (dash(t, i) && wordAt(t, i + 1)))) i++;
    return i;
}

function namesEnd(t, i) {
    let end = 0;
    for (let k = 0; k < 3 && capital(t, i); k++) {
        end = wordEnd(t, i);
        i = end + blank(t, end);
        if (i === end) break;
    }
    return end;
}

function cue(t, i, cues) {
    if (before(t, i)) return 0;
    for (const w of cues) {
        if (!same(t, i, w)) continue;
        let gap = t[i + w.length] === ":" ? 1 : 0;
        while (gap < 4 && blank(t, i + w.length + gap)) gap++;
        if (gap) return w.length + gap;
    }
    return 0;
}

function cuedName(t, i) {
    const skip = cue(t, i, rules.cue_name);
    const end = skip ? namesEnd(t, i + skip) : 0;
    return end ? end - i : 0;
}

function home(t, i) {
    const skip = cue(t, i, rules.cue_home);
    let end = skip ? namesEnd(t, i + skip) : 0;
    if (!end) return 0;
    const j = end + blank(t, end);
    if (j > end && digit(t[j])) end = wordEnd(t, j);
    return end - i;
}

function door(t, i) {
    const skip = cue(t, i, rules.cue_door);
    const [number = ""] = /^\d{1,3}[A-F]/.exec(skip ? t.slice(i + skip, i + skip + 4) : "") ?? [];
    return number && !/^\dD/.test(number) && !wordAt(t, i + skip + number.length) ? skip + number.length : 0;
}

function apartment(t, i) {
    const skip = cue(t, i, rules.cue_flat);
    if (skip && digit(t[i + skip])) return wordEnd(t, i + skip) - i;
    if (door(t, i)) return door(t, i);
    if (before(t, i) || !digit(t[i])) return 0;
    const j = i + (digit(t[i + 1]) ? 2 : 1);
    if (!blank(t, j)) return 0;
    const w = rules.stairs.find((s) => same(t, j + 1, s) && !wordAt(t, j + 1 + s.length));
    return w ? j + 1 + w.length - i : 0;
}

function readWord(t, i, firstPart) {
    const end = wordEnd(t, i);
    let text = low(t.slice(i, end));
    if (firstPart) text = text.split(DASH)[0];
    return { end, text: new TextEncoder().encode(text).length < 48 ? text : "", capital: capital(t, i) };
}

const bytes = (s) => new TextEncoder().encode(s).length;
const endsAs = (word, ends) => ends.some((e) => word.endsWith(e));
const onlyFamily = (w) => endsAs(w, rules.only_family_end) && bytes(w) >= 6;
const familyShaped = (w) => onlyFamily(w) || (endsAs(w, rules.family_end) && bytes(w) >= 6);
const placeLike = (w) => endsAs(w, rules.place_end) || rules.place_word.includes(w);
const doubtful = (w) => bytes(w) <= 3 || rules.doubtful.includes(w);
const sureFamily = (w) => familyShaped(w) || family.has(w);

function makesName(first, last) {
    if (!first.text || !last.text || (placeLike(last.text) && !family.has(last.text))) return false;
    const known = given.has(first.text);
    if (!first.capital || !last.capital)
        return known && !first.capital && !last.capital && !doubtful(first.text) && onlyFamily(last.text);
    if (known) return sureFamily(last.text) || (!doubtful(first.text) && bytes(last.text) >= 3);
    return onlyFamily(last.text) && !rules.little.includes(first.text) && !placeLike(first.text);
}

function placeFollows(t, end) {
    return blank(t, end) > 0 && wordAt(t, end + 1) && placeLike(readWord(t, end + 1, false).text);
}

function skipBetween(t, i) {
    const w = readWord(t, i, true);
    const initial = w.capital && bytes(t.slice(i, w.end)) <= 2 && t[w.end] === ".";
    if (!initial && !(w.capital && given.has(w.text)) && !rules.particle.includes(w.text)) return 0;
    const end = w.end + (initial ? 1 : 0);
    return blank(t, end) && wordAt(t, end + 1) ? end + 1 - i : 0;
}

function fullName(t, i) {
    if (!wordAt(t, i) || digit(t[i]) || before(t, i)) return 0;
    const first = readWord(t, i, true);
    const comma = t[first.end] === ",";
    let j = first.end + (comma ? 1 : 0);
    if (!blank(t, j) || !wordAt(t, j + 1) || digit(t[j + 1])) return 0;
    j++;
    if (comma) {
        const name = readWord(t, j, true);
        const both = first.capital && name.capital && familyShaped(first.text);
        return both && !doubtful(name.text) && given.has(name.text) ? name.end - i : 0;
    }
    for (let between = 0; between < 3; between++) {
        const last = readWord(t, j, false);
        if (makesName(first, last) && !placeFollows(t, last.end)) {
            const next = blank(t, last.end) ? readWord(t, last.end + 1, false) : null;
            const on = next?.capital && sureFamily(next.text) && !placeFollows(t, next.end);
            return (on ? next.end : last.end) - i;
        }
        const skip = skipBetween(t, j);
        if (!skip) return 0;
        j += skip;
    }
    return 0;
}

const MATCHERS = [
    [email, "email"], [personalNumber, "personal_number"], [phone, "phone"], [plate, "plate"],
    [cuedName, "name"], [home, "home"], [apartment, "apartment"], [fullName, "name"],
];

// [{at, length, kind}] in order and without overlap; positions as in JavaScript's strings.
export function guardFind(text) {
    const found = [];
    for (let i = 0; i < text.length; ) {
        let length = 0;
        const hit = MATCHERS.find(([match]) => (length = match(text, i)) > 0);
        if (hit) found.push({ at: i, length, kind: hit[1] });
        i += hit ? length : 1;
    }
    return found;
}
