// SPDX-License-Identifier: AGPL-3.0-or-later
// The lists of data/names; esbuild puts their text in.
import givenText from "../../data/names/given.txt";
import familyText from "../../data/names/family.txt";
import rulesText from "../../data/names/rules.txt";

const lines = (text) => text.trim().split("\n");

export const given = new Set(lines(givenText));
export const family = new Set(lines(familyText));
export const rules = Object.fromEntries(
    lines(rulesText).map((line) => {
        const cut = line.indexOf(" ");
        return [line.slice(0, cut), line.slice(cut + 1).split("|")];
    }),
);
