// How a number behaves when it is called: shown and changed on each phone, and for numbers not seen yet.
import { make, post, swedish } from "/dom.js";

const KEYS = [..."0123456789*#"];
let kinds = {};
let known = new Map();

export const setKinds = (all) => { kinds = all; };
const words = (habit) => {
  if (!habit) return kinds.person;
  const after = habit.kind === "voicemail" || habit.kind === "key" ? ` efter ${habit.seconds} s` : "";
  return kinds[habit.kind] + (habit.kind === "key" ? ` ${habit.key}` : "") + after;
};

/** The fields of a habit; those that a kind does not use are hidden. */
export function fields(form, label) {
  const kind = make("select", { name: "kind" },
    ...Object.entries(kinds).map(([value, textContent]) => make("option", { value, textContent })));
  const seconds = make("input", { name: "seconds", type: "number", min: "0", step: "0.5", value: "3" });
  const key = make("select", { name: "key" }, ...KEYS.map((value) => make("option", { value, textContent: value })));
  key.value = "1";
  const labels = [make("label", {}, label, kind), make("label", {}, "Sekunder", seconds), make("label", {}, "Knapp", key)];
  const fit = () => {
    labels[1].hidden = kind.value !== "voicemail" && kind.value !== "key";
    labels[2].hidden = kind.value !== "key";
  };
  kind.addEventListener("change", fit);
  fit();
  form.prepend(...labels);
  return { kind, seconds, key, fit };
}

/** One phone's own: a line that says how it behaves, and opens to change it. */
export function ofPhone(number) {
  const summary = make("summary");
  const form = make("form", {}, make("button", { textContent: "Ställ in" }));
  const put = fields(form, "När det ringer");
  const details = make("details", { className: "habit" }, summary, form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    post("/habit", { number, ...Object.fromEntries(new FormData(form)) });
    details.open = false;
    summary.focus();
  });
  return {
    element: details,
    show() {
      const habit = known.get(number);
      summary.textContent = `När det ringer: ${words(habit).toLowerCase()}`;
      if (details.open) return;
      put.kind.value = habit?.kind ?? "person";
      if (habit) [put.seconds.value, put.key.value] = [habit.seconds, habit.key];
      put.fit();
    },
  };
}

/** All habits anew, also in the list beside the faults. */
export function keep(list) {
  known = new Map(list.map((habit) => [habit.number, habit]));
  document.querySelector("#habits").replaceChildren(...list.map((habit) =>
    make("li", { textContent: `${swedish(habit.number)}: ${words(habit).toLowerCase()}` })));
}
