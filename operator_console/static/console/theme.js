// A page beside the console: the same look as the seat has chosen.

import { apply } from "./settings.js";

apply();
document.documentElement.dataset.ready = "true";
