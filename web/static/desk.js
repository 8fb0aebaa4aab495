// The staff desk: drawer, keys of buttons, focus on what was refused. Every page works without it.

const drawerFrame = () => document.getElementById("drawer-frame");

document.addEventListener("htmx:after:swap", () => {
  const frame = drawerFrame();
  if (frame && document.getElementById("drawer").childElementCount && !frame.open) frame.showModal();
});

document.addEventListener("close", (event) => {
  if (event.target === drawerFrame()) document.getElementById("drawer").replaceChildren();
}, true);

// A button or link with data-key="e" is pressed by that key, unless somebody is typing.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable]")) return;
  const scope = drawerFrame()?.open ? drawerFrame() : document;
  const pressed = scope.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!pressed) return;
  event.preventDefault();
  pressed.click();
});

// A button with data-fill puts its text into a field, and the cursor behind it.
document.addEventListener("click", (event) => {
  const filler = event.target.closest("[data-fill]");
  if (!filler) return;
  const field = document.getElementById(filler.dataset.fill);
  field.value = filler.dataset.text ?? filler.textContent.trim();
  field.focus();
});

// One press, one request: a form that is on its way is not sent again, unless its page stays (data-stays).
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || "stays" in form.dataset) return;
  if (form.dataset.sent) event.preventDefault();
  else form.dataset.sent = "1";
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

document.querySelector("[data-focus]")?.focus();

// On a phone each row of a table is a card: every cell says which column it is of.
function labelCells() {
  for (const table of document.querySelectorAll("table.rows:not(.labelled)")) {
    const titles = [...table.querySelectorAll("thead tr > *")].map((cell) => cell.textContent.trim());
    for (const row of table.tBodies[0].rows) {
      if (row.cells.length === titles.length) [...row.cells].forEach((cell, place) => (cell.dataset.label = titles[place]));
    }
    table.classList.add("labelled");
  }
}
labelCells();
document.addEventListener("htmx:after:swap", labelCells);

// A picture that its viewer may not see: its alternative text in its place.
function replacePicture(picture) {
  const text = document.createElement("span");
  text.className = "hidden";
  text.textContent = picture.alt;
  (picture.closest("a") ?? picture).replaceWith(text);
}
document.addEventListener("error", (event) => event.target.matches?.("img[data-or-text]") && replacePicture(event.target), true);
document.querySelectorAll("img[data-or-text]").forEach((picture) => picture.complete && !picture.naturalWidth && replacePicture(picture));
