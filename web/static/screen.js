// Turns the panels of the hall's screen, and fetches the page anew; without a network the last good page stays.
"use strict";

const TURN_SECONDS = 12;
const FETCH_SECONDS = 60;

const panels = document.getElementById("panels");
const dots = document.getElementById("dots");
const offline = document.getElementById("offline");
let shown = 0;
let asOf = new Date();

function show(index) {
  const all = panels.children;
  if (all.length === 0) return;
  shown = index % all.length;
  [...all].forEach((panel, position) => panel.classList.toggle("shown", position === shown));
  dots.replaceChildren(
    ...[...all].map((_, position) => {
      const dot = document.createElement("span");
      dot.className = position === shown ? "on" : "";
      return dot;
    }),
  );
}

function tell() {
  document.getElementById("clock").textContent = new Date().toLocaleString(document.documentElement.lang, {
    month: "long", day: "numeric", weekday: "long", hour: "2-digit", minute: "2-digit",
  });
}

async function fetchAnew() {
  try {
    const answer = await fetch(location.href, { cache: "no-cache" });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    panels.replaceChildren(...page.getElementById("panels").children);
    asOf = new Date();
    offline.hidden = true;
    show(shown);
  } catch {
    document.getElementById("as-of").textContent = asOf.toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" });
    offline.hidden = false;
  }
}

show(0);
tell();
setInterval(() => show(shown + 1), TURN_SECONDS * 1000);
setInterval(tell, 1000);
setInterval(fetchAnew, FETCH_SECONDS * 1000);
addEventListener("online", fetchAnew);
