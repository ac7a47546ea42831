// What the picture was drawn from at this moment, in a sentence that says no more than what is known.

// The step of an experiment that is on screen, or null where none was noted yet: each is noted at its frame.
function stepShown(section, experiment, seconds) {
  const noted = section.steps.findLast((one) => one[1] === experiment && one[0] <= seconds + 0.005);
  return noted ? noted[2] : null;
}

const number = (value) => element("span", { class: "step" }, written(value));

function groupSaid(group, shown) {
  const what = plain(group.what);
  if (!group.steps.length) return [what];
  if (group.steps.length === 1) return said("at_step", { what, step: number(group.steps[0]) });
  if (shown !== null) return said("at_step", { what, step: number(shown) });
  return said("at_steps", { what, first: number(group.steps[0]), last: number(group.steps[1]) });
}

const joined = (parts) => parts.flatMap((part, place) => (place ? [tell("between"), ...part] : part));

function experimentSaid(section, one, seconds) {
  const shown = stepShown(section, one.experiment, seconds);
  const known = clip().recordings[one.experiment] ?? {};
  const seeded = known.seed !== null && known.seed !== undefined;
  const key = `of_${known.trained ? "experiment" : "recording"}${seeded ? "_seed" : ""}`;
  const what = element("span", {}, ...joined(one.groups.map((group) => groupSaid(group, shown))));
  const name = element("strong", {}, one.experiment);
  return said(key, { what, name, seed: String(known.seed) });
}

function drawPicture(section, seconds) {
  const drawn = section.drawn.findLast((one) => one.at <= seconds + 0.02);
  const parts = drawn ? joined(drawn.of.map((one) => experimentSaid(section, one, seconds))) : null;
  const unknown = clip().known ? "nothing" : "unknown";
  const sentence = parts ? said("picture", { parts: element("span", {}, ...parts) }) : said(unknown);
  const line = element("p", {}, ...sentence);
  if ($("picture").innerHTML !== line.innerHTML) $("picture").replaceChildren(...line.childNodes);
}

function drawRecordings() {
  const all = Object.entries(clip().recordings);
  $("behind").hidden = !all.length;
  $("digests").replaceChildren(
    ...all.flatMap(([name, one], place) => [place ? ", " : "", `${name} `, element("code", {}, one.digest.slice(0, 8))]),
  );
  $("settings").replaceChildren(...all.map(([name, one]) => recordingTold(name, one)));
}

function recordingTold(name, one) {
  const rows = { [tell("digest")]: one.digest, ...one.settings, ...one.versions };
  const told = Object.entries(rows).flatMap(([key, value]) => [
    element("dt", {}, key.replaceAll("_", " ")),
    element("dd", {}, element("code", {}, value)),
  ]);
  return element("div", {}, element("strong", {}, name), element("dl", {}, ...told));
}
