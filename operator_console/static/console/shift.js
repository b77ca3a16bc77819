// The shift page: hear the alarm first, then begin. Enter walks it from the top to the end. With cases left, Enter hands
// each to whom it names, and the list follows those who accept.

import { Player } from "./player.js";
import { apply } from "./settings.js";

apply();
const $ = (selector) => document.querySelector(selector);
const player = new Player({ waiting: () => [] });
const onward = () => ($("#hand-all") ? "leave" : "go");
let stage = $("#start") ? "test" : onward();
const at = (name) => { stage = name; document.body.dataset.stage = name; };
at(stage);

async function test() {
  await player.wake();
  player.play("second", { gain: 1 });
  at("heard");
  $("#sound-answer").hidden = false;
  $("#sound-say").textContent = "Hörde du två fallande toner?";
  $("#sound-yes").focus();
}

function answer(heard) {
  at("begin");
  $("#sound-answer").hidden = true;
  $('[name="sound_ok"]').value = heard ? "1" : "0";
  $("#sound-say").textContent = heard
    ? "✓ Ljudet hörs."
    : "Höj ljudet eller byt högtalare och spela igen. Börjar du ändå ser skiftledaren att du sitter utan ljud.";
  $("#begin").focus();
}

$("#sound-test")?.addEventListener("click", test);
$("#sound-yes")?.addEventListener("click", () => answer(true));
$("#sound-no")?.addEventListener("click", () => answer(false));
const seat = $('[name="seat"]');
if (seat) seat.value = localStorage.getItem("console-seat") ?? seat.value;
$("#start")?.addEventListener("submit", () => localStorage.setItem("console-seat", seat.value));

document.addEventListener("keydown", (event) => {
  if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, select, a, button")) return;
  if (event.key === "Enter") {
    event.preventDefault();
    ({ test, heard: () => answer(true), begin: () => $("#start").requestSubmit(), leave: () => $("#leave").requestSubmit(), go: () => $("#go").click() })[stage]();
  } else if (event.key.toLowerCase() === "n" && stage === "heard") answer(false);
});
const LOOK = 3000;
const left = $("#left");

async function follow() {
  try {
    const answer = await fetch(left.dataset.from, { headers: { Accept: "text/html" } });
    const now = document.createElement("div");
    now.innerHTML = answer.ok && !answer.redirected ? await answer.text() : left.innerHTML;
    if (now.textContent !== left.textContent && !left.contains(document.activeElement)) {
      left.replaceChildren(...now.childNodes);
      at(onward());
    }
  } catch {
    // Away for a moment: the next look tells.
  }
  setTimeout(follow, LOOK);
}

if (left) follow();
document.documentElement.dataset.ready = "true";
