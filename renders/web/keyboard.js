// Single keys that steer the film, from anywhere on the page but where one writes; they can be switched off.

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2];

function faster(by) {
  const place = SPEEDS.indexOf(video.playbackRate) + by;
  if (SPEEDS[place]) setSpeed(SPEEDS[place]);
}

function nextCaptions() {
  const choices = captionChoices();
  chooseCaptions(choices[(choices.indexOf($("captions").value) + 1) % choices.length]);
}

const frame = (by) => {
  video.pause();
  go(here() + by / clip().rate);
};

// [keys as they are shown, what they do, the keys, the deed]
const KEYS = [
  ["Space k", "key_play", { " ": toggle, k: toggle }],
  ["← →", "key_seek", { ArrowLeft: () => go(here() - 5), ArrowRight: () => go(here() + 5) }],
  [", .", "key_frame", { ",": () => frame(-1), ".": () => frame(1) }],
  ["p n", "key_beat", { p: () => step(-1), n: () => step(1) }],
  ["1 – 9", "key_number", {}],
  ["c", "key_captions", { c: nextCaptions }],
  ["m", "key_mute", { m: muteOrNot }],
  ["f", "key_full", { f: wholeScreen }],
  ["< >", "key_speed", { "<": () => faster(-1), ">": () => faster(1) }],
  ["?", "key_help", { "?": () => $("help").showModal() }],
];
const DEEDS = Object.assign({}, ...KEYS.map(([, , deeds]) => deeds));

function drawKeys() {
  const rows = KEYS.flatMap(([keys, key]) => {
    const caps = keys === "1 – 9" ? [keys] : keys.split(" ");
    const shown = caps.flatMap((cap) => [element("kbd", {}, cap), " "]);
    return [element("dt", {}, ...shown), element("dd", {}, tell(key))];
  });
  $("keys").replaceChildren(...rows);
}

// Keys that the element in focus has a use of its own for
function isTaken(key, target) {
  if (target.closest("dialog, select, textarea, [contenteditable]")) return true;
  if (target.matches("input:not([type=range])")) return true;
  if (target.matches("input[type=range]")) return key.startsWith("Arrow");
  return key === " " && Boolean(target.closest("button, a, summary"));
}

function listenToKeys() {
  $("single").checked = kept.get("single") !== "off";
  $("single").addEventListener("change", (event) => kept.set("single", event.target.checked ? "on" : "off"));
  addEventListener("keydown", (event) => {
    const { key } = event;
    if (event.ctrlKey || event.altKey || event.metaKey || isTaken(key, event.target) || !$("single").checked) return;
    const stop = /^[1-9]$/.test(key) ? stops[Number(key) - 1] : null;
    const deed = stop ? () => visit(stop) : DEEDS[key.length === 1 ? key.toLowerCase() : key];
    if (!deed) return;
    event.preventDefault();
    deed();
  });
}

function start() {
  fillPicker($("speed"), SPEEDS.map((speed) => [String(speed), `${speed}×`]), "1");
  listen();
  listenToSharing();
  listenToKeys();
  version = bestVersion();
  useVersion(reel.versions[version]);
  if (!follow()) load(0, Number(new URLSearchParams(location.search).get("t")) || 0);
  startPage(drawAll);
  if (new URLSearchParams(location.search).has("play")) playAtOnce();
}

start();
