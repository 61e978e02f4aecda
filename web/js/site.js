// SPDX-License-Identifier: AGPL-3.0-or-later
// What every page gets. Each behaviour is an improvement: without it the page works too.
import { confirmForms, copyButtons, guardForms, previewFiles, revealPasswords } from "./fields.js";
import { takePosition } from "./here.js";
import { watchJobs } from "./jobs.js";
import { liveFilters } from "./live.js";
import { lookAtTexts } from "./look.js";
import { photosLater } from "./photos_later.js";
import { startOutbox } from "./outbox_page.js";
import { followKinds, suggestPlaces } from "./report.js";
import { reviewByKeys } from "./review.js";
import { holdRobots } from "./robot.js";
import { mapsLater, pickTiles } from "./tiles.js";
import { closeMenus, focusProblems, openFilters, printButtons, switchTheme, watchPresses } from "./page.js";

watchPresses();
focusProblems();
openFilters();
closeMenus();
switchTheme();
printButtons();
copyButtons();
revealPasswords();
previewFiles();
confirmForms();
guardForms();
liveFilters();
watchJobs();
followKinds();
pickTiles();
mapsLater();
takePosition();
suggestPlaces();
holdRobots();
lookAtTexts();
photosLater();
reviewByKeys();
startOutbox();
