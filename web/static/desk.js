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
