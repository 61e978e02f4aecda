// SPDX-License-Identifier: AGPL-3.0-or-later
// Finds what points at a person in free text, while it is written and also without a network: the same
// rules and lists as src/core/textguard.c, held to it by tests/scenario/guard.test.mjs. It only helps
// the one who writes; the server looks again.
import { given, family, rules } from "./guard_words.js";

const LOOK = 96;
const BLANK = /[ \t\u00a0\u2000-\u200d\u202f]/;
const DASH = /[-\u2010-\u2015\u2212]/;
const LETTER = /[0-9A-Za-z\u0080-\uffff]/;
const NO_LETTER = /[\u00a0\u2000-\u203f\u2212]/;
const CAPITAL = /[A-ZÀ-Þ]/;

const is = (set, c) => c !== undefined && set.test(c);
const plain = (c) => c >= "0" && c <= "9";
const letter = (c) => is(LETTER, c) && !NO_LETTER.test(c);
const blank = (t, i) => (is(BLANK, t[i]) ? 1 : 0);
const dash = (t, i) => (is(DASH, t[i]) ? 1 : 0);
const before = (t, i) => i > 0 && letter(t[i - 1]);
const local = (c) => letter(c) || (c !== undefined && ".!#$%&'*+/=?^_`{|}~-".includes(c));

function blanks(t, i, most) {
    let n = 0;
    while (n < most && blank(t, i + n)) n++;
    return n;
}

// Digits that people's keyboards make: 0-9, Arabic, Persian, Devanagari, Bengali, Thai, full width and
// those of mathematics (two places of a string). Undefined for others.
const ZEROS = [0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0xff10];
function value(t, i) {
    const code = t.codePointAt(i) ?? 0;
    const zero = ZEROS.find((z) => code >= z && code < z + 10);
    return code >= 0x1d7ce && code <= 0x1d7ff ? (code - 0x1d7ce) % 10 : zero && code - zero;
}
const digit = (t, i) => (value(t, i) === undefined ? 0 : 1 + (t[i] >= "\ud800" && t[i] < "\ue000"));

function separator(t, i) {
    let n = t[i] === ")" ? 1 : 0;
    n += blanks(t, i + n, 3);
    const sign = dash(t, i + n) || "/._+".includes(t[i + n] ?? "x") ? 1 : 0;
    const plus = t[i + n] === "+";
    n += sign;
    return { n: sign ? n + blanks(t, i + n, 3) : n, plus };
}

// A run of digits with single separators between groups.
function digits(t, i, most) {
    const r = { d: "", groups: [], end: i, plus: false };
    for (;;) {
        let run = 0;
        for (let n; r.d.length < most && (n = digit(t, i)); i += n) {
            r.d += value(t, i);
            run++;
        }
        r.groups.push(run);
        r.end = i;
        const gap = separator(t, i);
        if (r.d.length === most || gap.n === 0 || !digit(t, i + gap.n)) return r;
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

const century = (d) => d.slice(0, 2) >= "18" && d.slice(0, 2) <= "20";

function ratherPhone(t, i, r) {
    if (r.d[0] !== "0" || r.d.length !== 10 || justSaid(t, i, rules.cue_born)) return false;
    return r.groups[0] === 3 || r.groups[0] === 4 || (r.groups.length === 1 && !luhn(r.d));
}

function sureAfterLetter(t, r) {
    if (wordAt(t, r.end) || dash(t, r.end)) return false;
    if (r.groups.length === 1) return r.d.length === 12 || luhn(r.d);
    return r.groups.length === 2 && r.groups[1] === 4;
}

function personalNumber(t, i) {
    if (!digit(t, i) || (i > 0 && ("+,".includes(t[i - 1]) || plain(t[i - 1])))) return 0;
    const minutes = i > 1 && t[i - 1] === ":" && plain(t[i - 2]);
    for (const count of [12, 10]) {
        const r = digits(t, i, count);
        if (minutes && r.groups[0] <= 2) return 0; // "22:00. 0501-75 50 00"
        if (r.d.length !== count || digit(t, r.end) || !grouped(r, count)) continue;
        if ((count === 12 && !century(r.d)) || !dateShaped(r.d.slice(count - 8))) continue;
        if (!ratherPhone(t, i, r) && (!before(t, i) || sureAfterLetter(t, r))) return r.end - i;
    }
    return 0;
}

function born(t, i) {
    if (!digit(t, i) || before(t, i) || !justSaid(t, i, rules.cue_born)) return 0;
    for (const count of [8, 6]) {
        const r = digits(t, i, count);
        if (r.d.length !== count || digit(t, r.end) || (count === 8 && !century(r.d))) continue;
        if (dateShaped(r.d.slice(count - 4))) return r.end - i;
    }
    return 0;
}

function wholePhone(t, i) {
    const start = i;
    const after = before(t, i);
    const plus = t[i] === "+";
    if ((!plus && value(t, i) !== 0) || (after && (plus || plain(t[i - 1])))) return 0;
    const first = plus ? 1 : digit(t, i);
    const abroad = plus || value(t, i + first) === 0;
    if (abroad) i += plus ? 1 : first + digit(t, i + first);
    if (abroad && !plus && !digit(t, i)) { // "kl 22:00. 2026-10-01"
        i += blank(t, i);
        if (value(t, i) !== 4) return 0;
    }
    if (abroad && value(t, i) === 4 && value(t, i + digit(t, i)) === 6) {
        i += digit(t, i);
        i += digit(t, i);
        i += blank(t, i);
        i += dash(t, i);
        const zero = t[i] === "(" && value(t, i + 1) === 0 ? digit(t, i + 1) : 0;
        if (zero && t[i + 1 + zero] === ")") i += zero + 2;
        i += blank(t, i);
    }
    const r = digits(t, i, 13);
    const n = r.d.length;
    if (n < (abroad ? 7 : 8) || n > (abroad ? 12 : 10) || digit(t, r.end)) return 0;
    if (!abroad && (r.d[1] === "0" || r.groups[0] < 2 || r.plus)) return 0;
    if (after && (abroad || r.d[1] !== "7" || n !== 10 || wordAt(t, r.end))) return 0;
    return r.end - start;
}

function phone(t, i) {
    if (t[i] !== "(") return wholePhone(t, i);
    const length = wholePhone(t, i + 1);
    return length && t.slice(i + 1, i + 1 + length).includes(")") ? length + 1 : 0;
}

function localPhone(t, i) {
    if (!(value(t, i) >= 2) || before(t, i) || !justSaid(t, i, rules.cue_phone)) return 0;
    const r = digits(t, i, 9);
    const n = r.d.length;
    const date = n === 8 && century(r.d) && dateShaped(r.d.slice(4));
    return n < 5 || n > 8 || date || wordAt(t, r.end) ? 0 : r.end - i;
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

// One of the words with the blanks about it: signs may stand close, words may not.
function said(t, i, words) {
    const gap = blanks(t, i, 2);
    for (const w of words) {
        if (!same(t, i + gap, w)) continue;
        const end = i + gap + w.length;
        const after = blanks(t, end, 2);
        if (!/^[a-z]/.test(w) || (gap && after)) return end + after - i;
    }
    return 0;
}

function labelEnd(t, i) {
    const from = i;
    while (i - from < LOOK / 2 && t[i] !== "\uff20" && (wordAt(t, i) || t[i] === "_" || t[i] === "-")) i++;
    return i;
}

function topLevel(t, from, end, sure) {
    const name = t.slice(from, end);
    if (!/^[A-Za-z]*$/.test(name) || wordAt(t, end)) return false;
    return sure ? name.length >= 2 : rules.tld.includes(name.toLowerCase());
}

function dotted(t, i) {
    const dot = t[i] === "." ? 1 : said(t, i, rules.email_dot);
    return dot && labelEnd(t, i + dot) > i + dot ? dot : 0;
}

function saidEmail(t, i) {
    if (!wordAt(t, i) || (i > 0 && local(t[i - 1]))) return 0;
    let j = labelEnd(t, i);
    let sign = 0;
    for (let k = 0; k < 4; k++) {
        sign = said(t, j, rules.email_at);
        const dot = sign ? 0 : dotted(t, j);
        if (!dot) break;
        j = labelEnd(t, j + dot);
    }
    if (!sign) return 0;
    const sure = "([{<".includes(t[j + blanks(t, j, 2)]);
    let end = 0;
    j = labelEnd(t, j + sign);
    for (let k = 0, dot; k < 4 && (dot = dotted(t, j)); k++) {
        const from = j + dot;
        j = labelEnd(t, from);
        if (topLevel(t, from, j, sure)) end = j;
    }
    return end ? end - i : 0;
}

// among the last LOOK / 2 characters of the same sentence
function saidBefore(t, i, words) {
    let from = i;
    for (let n = 0; from > 0 && n < LOOK / 2; n++) {
        if (t[from - 1] === "\n" || (t[from - 1] === "." && blank(t, from))) break;
        from--;
        if (from > 0 && t[from] >= "\udc00" && t[from] < "\ue000") from--;
    }
    for (let k = from; k < i; k++)
        if (!before(t, k) && words.some((w) => same(t, k, w))) return true;
    return false;
}

// right before, with a blank or a colon between
function justSaid(t, i, words) {
    let j = i;
    for (let n = 0; n < 3 && j > 0 && blank(t, j - 1); n++) j--;
    if (t[j - 1] === ":") j--;
    if (j === i && t[j - 1] !== ".") return false;
    return words.some((w) => w.length <= j && same(t, j - w.length, w) && !before(t, j - w.length));
}

function countsSomething(t, i) {
    if ("-/.,:".includes(t[i] ?? "x") && plain(t[i + 1])) return true;
    i += blanks(t, i, 3);
    return rules.unit.some((w) => same(t, i, w) && !wordAt(t, i + w.length));
}

function plate(t, i) {
    const head = t.slice(i, i + 3);
    if (!/^[A-HJ-PR-UW-Z]{3}$/i.test(head)) return 0;
    let j = i + 3;
    const gap = blank(t, j) || dash(t, j);
    j += gap;
    if (!digit(t, j) || before(t, i)) return 0;
    j += digit(t, j);
    const second = digit(t, j);
    const third = digit(t, j + second);
    const isLetter = /^[A-HJ-NPR-UW-Z]$/i.test(t[j + second] ?? "");
    if (!second || (!third && !isLetter)) return 0;
    j += second + (third || 1);
    const up = head.toUpperCase();
    if (wordAt(t, j) || rules.no_plate.includes(up)) return 0;
    const capitals = head === up;
    if (capitals && (gap === 0 || isLetter)) return j - i;
    const car = saidBefore(t, i, rules.vehicle);
    const other = () => rules.no_plate_blank.includes(up) || justSaid(t, i, rules.no_plate_before)
        || countsSomething(t, j);
    const meant = !capitals && gap ? car && !other() : car || !other();
    return meant ? j - i : 0;
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
        const colon = t[i + w.length] === ":" ? 1 : 0;
        const gap = colon + blanks(t, i + w.length + colon, 3);
        if (gap) return w.length + gap;
    }
    return 0;
}

function cuedName(t, i) {
    const skip = cue(t, i, rules.cue_name);
    const end = skip ? namesEnd(t, i + skip) : 0;
    return end ? end - i : 0;
}

function floorEnd(t, i) {
    const floor = rules.floor.find((w) => same(t, i, w) && !wordAt(t, i + w.length));
    if (floor) return i + floor.length;
    const number = cue(t, i, rules.floor_number);
    let j = i + number;
    if (!digit(t, j)) return 0;
    for (let n = 0; n < 3 && digit(t, j); n++) j += digit(t, j);
    if (number) return wordEnd(t, j);
    if (t[j] === ":") j++;
    return t.startsWith("an", j) && !wordAt(t, j + 2) ? j + 2 : 0;
}

function home(t, i) {
    const skip = cue(t, i, rules.cue_home);
    const lives = cue(t, i, rules.cue_floor);
    let end = skip ? namesEnd(t, i + skip) : 0;
    if (!end) return lives ? Math.max(0, floorEnd(t, i + lives) - i) : 0;
    const j = end + blank(t, end);
    if (j > end && digit(t, j)) end = wordEnd(t, j);
    return end - i;
}

function door(t, i) {
    const skip = cue(t, i, rules.cue_door);
    const [number = ""] = /^\d{1,3}[A-F]/.exec(skip ? t.slice(i + skip, i + skip + 4) : "") ?? [];
    return number && !/^\dD/.test(number) && !wordAt(t, i + skip + number.length) ? skip + number.length : 0;
}

function apartment(t, i) {
    const skip = cue(t, i, rules.cue_flat);
    if (skip && digit(t, i + skip)) return wordEnd(t, i + skip) - i;
    if (door(t, i)) return door(t, i);
    if (before(t, i) || !digit(t, i)) return 0;
    let j = i + digit(t, i);
    j += digit(t, j);
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

const either = (w, what) => what(w) || (bytes(w) >= 3 && w.endsWith("s") && what(w.slice(0, -1)));

function makesName(first, last, overLines) {
    if (!first.text || !last.text || (placeLike(last.text) && !family.has(last.text))) return false;
    const known = given.has(first.text);
    const sure = either(last.text, sureFamily);
    const only = either(last.text, onlyFamily);
    const nobody = rules.little.includes(first.text) || placeLike(first.text);
    if (overLines) return first.capital && last.capital && (known ? sure : only && !nobody);
    if (!first.capital || !last.capital)
        return known && !first.capital && !last.capital && !doubtful(first.text) && only;
    if (known) return sure || (!doubtful(first.text) && bytes(last.text) >= 3);
    return only && !nobody;
}

// "Karl Johans gata" is a place; "Anna Exempelssons hus" is where she lives
function placeFollows(t, last) {
    const gap = blanks(t, last.end, 3);
    if (!gap || !wordAt(t, last.end + gap)) return false;
    const next = readWord(t, last.end + gap, false);
    if (last.text.endsWith("s") && !next.capital && rules.own.includes(next.text)) return false;
    return placeLike(next.text);
}

function nameGap(t, i) {
    const n = blanks(t, i, 3);
    const lineEnd = /^\r?\n/.exec(t.slice(i + n, i + n + 2))?.[0].length ?? 0;
    return { n: lineEnd ? n + lineEnd + blanks(t, i + n + lineEnd, 3) : n, line: lineEnd > 0 };
}

// "K. Exempelsson", "K.E. Exempelssons"
function afterInitial(t, first) {
    let j = first.end;
    for (let more = 0; more < 3; more++) {
        if (t[j] !== ".") return 0;
        j += 1 + blanks(t, j + 1, 3);
        if (!capital(t, j)) return 0;
        const last = readWord(t, j, false);
        const sure = either(last.text, sureFamily) && !rules.doubtful.includes(last.text)
            && !endsAs(last.text, rules.word_ends);
        if (sure && !placeLike(last.text) && !placeFollows(t, last)) return last.end;
        if (bytes(t.slice(j, last.end)) > 2) return 0;
        j = last.end;
    }
    return 0;
}

function skipBetween(t, i) {
    const w = readWord(t, i, true);
    const initial = w.capital && bytes(t.slice(i, w.end)) <= 2 && t[w.end] === ".";
    if (!initial && !(w.capital && given.has(w.text)) && !rules.particle.includes(w.text)) return 0;
    const end = w.end + (initial ? 1 : 0);
    const gap = blanks(t, end, 3);
    return gap && wordAt(t, end + gap) ? end + gap - i : 0;
}

function familyFirst(t, name, i) {
    const first = readWord(t, i, true);
    const both = name.capital && first.capital && familyShaped(name.text);
    return both && !doubtful(first.text) && given.has(first.text) ? first.end : 0;
}

function nameEnd(t, last) {
    const next = blank(t, last.end) ? readWord(t, last.end + 1, false) : null;
    return next?.capital && sureFamily(next.text) && !placeFollows(t, next) ? next.end : last.end;
}

function fullName(t, i) {
    if (!wordAt(t, i) || plain(t[i]) || before(t, i)) return 0;
    const first = readWord(t, i, true);
    if (first.capital && first.end - i === 1 && t[first.end] === ".")
        return Math.max(0, afterInitial(t, first) - i);
    const comma = t[first.end] === ",";
    let j = first.end + (comma ? 1 : 0);
    const gap = nameGap(t, j);
    if (!gap.n || !wordAt(t, j + gap.n) || plain(t[j + gap.n])) return 0;
    j += gap.n;
    if (comma) return gap.line ? 0 : Math.max(0, familyFirst(t, first, j) - i);
    for (let between = 0; between < 3; between++) {
        const last = readWord(t, j, false);
        if (makesName(first, last, gap.line) && !placeFollows(t, last)) return nameEnd(t, last) - i;
        const skip = skipBetween(t, j);
        if (!skip) return 0;
        j += skip;
    }
    return 0;
}

const SIGN = [[phone, "phone"]];
const INSIDE = [[personalNumber, "personal_number"], ...SIGN]; // a digit right after a letter
const ADDRESS = [[email, "email"], [saidEmail, "email"]];
const DIGIT = [...ADDRESS, ...INSIDE, [localPhone, "phone"], [born, "personal_number"], [apartment, "apartment"]];
const WORD = [
    ...ADDRESS, [plate, "plate"], [cuedName, "name"], [home, "home"], [apartment, "apartment"], [fullName, "name"],
];

// What can begin here.
function matchers(t, i) {
    if (!wordAt(t, i)) return t[i] === "(" || t[i] === "+" ? SIGN : [];
    if (before(t, i)) return digit(t, i) ? INSIDE : [];
    return digit(t, i) ? DIGIT : WORD;
}

// [{at, length, kind}] in order and without overlap; positions as in JavaScript's strings.
export function guardFind(text) {
    const found = [];
    for (let i = 0; i < text.length; ) {
        let length = 0;
        const hit = matchers(text, i).find(([match]) => (length = match(text, i)) > 0);
        if (hit) found.push({ at: i, length, kind: hit[1] });
        i += hit ? length : 1;
    }
    return found;
}
