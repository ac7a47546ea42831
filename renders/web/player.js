// The player around the film: bar, beats, transcript, and what is drawn anew as time goes on.

const seek = $("seek");
const FOLLOW_AGAIN = 5000; // milliseconds after the reader has scrolled the transcript

// What depends on the clip -------------------------------------------------------------------------------------------

function drawClip() {
  const one = clip();
  seek.max = String(one.seconds);
  $("whole").textContent = clock(one.seconds);
  const marks = stops.filter((stop) => stop.clip === at).map(({ section }, place, all) => {
    const end = all[place + 1]?.section.start ?? one.seconds;
    const start = place ? section.start : 0; // what comes before the first beat belongs to it
    const mark = element("span");
    mark.style.setProperty("--long", String(Math.max(0.01, end - start)));
    return Object.assign(mark, { start, end });
  });
  $("marks").replaceChildren(...marks);
  $("mute").hidden = !one.sound;
  $("captions-picker").hidden = !Object.values(one.cues).some((cues) => cues.length);
  drawScript();
  drawRecordings();
}

function drawBeats() {
  $("beats").hidden = stops.length < 2;
  const items = stops.map((stop, place) => {
    const { section } = stop;
    const picture = section.picture
      ? element("img", { src: section.picture, alt: "", loading: "lazy", width: "320", height: "180" })
      : element("span", { class: "blank" });
    const name = element("span", {}, ...spoken(section.title));
    const long = element("span", { class: "long" }, clock(section.seconds));
    const button = element("button", { type: "button" }, picture, element("span", { class: "name" }, name, long));
    button.prepend(element("span", { class: "unseen" }, `${place + 1}. `));
    button.addEventListener("click", () => visit(stop));
    stop.button = button;
    return element("li", {}, button);
  });
  $("beat-list").replaceChildren(...items);
}

let lines = []; // of the transcript: {start, end, button}

function drawScript() {
  lines = [];
  const parts = clip().sections.filter((section) => section.lines.length).flatMap((section) => {
    const list = element("ol", {}, ...section.lines.map((line) => element("li", {}, lineButton(line), ...reasons(line))));
    const heading = element("h3", {}, ...spoken(section.title).slice(0, 1));
    return stops.length > 1 || section.kind !== "beat" ? [heading, list] : [list];
  });
  $("script").hidden = !parts.length;
  $("film").classList.toggle("alone", !parts.length);
  $("lines").replaceChildren(...parts);
}

function lineButton([start, end, texts]) {
  const button = element("button", { type: "button" }, ...spoken(texts, "line", "line"));
  button.addEventListener("click", () => {
    go(start);
    note();
  });
  lines.push({ start, end, button });
  return button;
}

// What a line rests on, closed until asked for
function reasons([, , , all = []]) {
  if (!all.length) return [];
  const items = all.map((texts) => element("li", {}, ...spoken(texts, "line", "line")));
  const summary = element("summary", {}, tell("why"));
  return [element("details", { class: "why" }, summary, element("ul", {}, ...items))];
}

// What depends on the moment -----------------------------------------------------------------------------------------

let shown = { section: null, line: null, stop: null };
let followFrom = 0; // when the transcript may follow the film again

function drawMoment() {
  const seconds = here();
  const section = sectionAt(seconds);
  seek.value = String(seconds);
  seek.setAttribute(
    "aria-valuetext",
    tell("place", { time: clock(seconds), whole: clock(clip().seconds), title: plain(section.title) }),
  );
  $("now").textContent = clock(seconds);
  for (const mark of $("marks").children)
    mark.style.setProperty("--done", String(Math.min(1, Math.max(0, (seconds - mark.start) / (mark.end - mark.start)))));
  if (section !== shown.section) drawSection(section);
  drawLine(lines.findLast((line) => line.start <= seconds + 0.02 && seconds < line.end + 0.3) ?? null);
  drawCaptions();
  drawPicture(section, seconds);
}

function drawSection(section) {
  shown.section = section;
  if (!video.paused) note();
  const stop = stopAt(here());
  const place = stops.indexOf(stop);
  $("title").replaceChildren(...spoken(section.title));
  const page = plain(reel.title);
  const counted = section.kind === "beat" && stops.length > 1;
  const number = counted ? tell("number", { number: String(place + 1), count: String(stops.length) }) : "";
  const whole = reel.home && page !== plain(section.title) ? page : "";
  $("of").textContent = [whole, number].filter(Boolean).join(" · ");
  document.title = [...new Set([plain(section.title), page])].join(" · ");
  for (const one of stops) {
    if (one === stop) one.button?.setAttribute("aria-current", "true");
    else one.button?.removeAttribute("aria-current");
  }
  const own = section.own ?? clip(); // a beat's own film, where there is one beside the chapter's
  $("download").setAttribute("href", own.film ?? fileOf(clip()));
  $("download").setAttribute("download", own.file);
  $("before").disabled = !stops.length;
  $("next").disabled = !stops[place + 1];
}

function drawLine(line) {
  if (line === shown.line) return;
  shown.line?.button.removeAttribute("aria-current");
  shown.line = line;
  line?.button.setAttribute("aria-current", "true");
  const list = $("lines");
  if (!line || Date.now() < followFrom || list.contains(document.activeElement)) return;
  const top = line.button.offsetTop - (list.clientHeight - line.button.offsetHeight) / 2;
  list.scrollTo({ top, behavior: calm.matches || video.paused ? "auto" : "smooth" });
}

function drawButtons() {
  const playing = !video.paused && !video.ended;
  $("play").setAttribute("aria-label", tell(playing ? "pause" : "play"));
  $("play-shape").setAttribute("d", playing ? "M7 5h3.5v14H7zM13.5 5H17v14h-3.5z" : "M8 5l11 7-11 7z");
  $("mute").setAttribute("aria-label", tell(video.muted ? "unmute" : "mute"));
  $("mute-shape").setAttribute("d", video.muted ? "M16 9.5l5 5M21 9.5l-5 5" : "M15.5 9a4 4 0 010 6M18 6.5a8 8 0 010 11");
  const full = Boolean(document.fullscreenElement);
  $("full").setAttribute("aria-label", tell(full ? "small" : "full"));
  for (const id of ["play", "before", "next", "mute", "full"]) $(id).title = $(id).getAttribute("aria-label");
}

function drawAll() {
  drawBeats();
  shown = { section: null, line: null, stop: null };
  if (at >= 0) {
    drawClip();
    showCaptions();
    drawMoment();
  }
  drawButtons();
  drawKeys();
  drawHome();
  drawVersions();
}

function drawHome() {
  if (reel.home) $("home").replaceChildren(element("a", { class: "home", href: reel.home }, "← ", tell("gallery")));
  else if (stops.length > 1) $("home").replaceChildren(element("span", { class: "home" }, ...spoken(reel.title)));
}

let version = 0;

function drawVersions() {
  $("version-picker").hidden = reel.versions.length < 2;
  const names = reel.versions.map((one, place) => [String(place), plain(one.name)]);
  fillPicker($("version"), names, String(version));
}

// The versions come best first; of as many beats, one in the reader's language is better
function bestVersion() {
  const language = mainLanguage();
  const good = (one) => one.clips[0].language === language && one.beats === reel.versions[0].beats;
  return Math.max(0, reel.versions.findIndex(good));
}

function chooseVersion(place, label = null) {
  const stays = label ?? stopAt(here())?.section.label;
  version = place;
  at = -1;
  useVersion(reel.versions[place]);
  const stop = stops.find((one) => one.section.label === stays) ?? stops[0];
  load(stop.clip, stop.section.start);
  drawAll();
}

// What is done -------------------------------------------------------------------------------------------------------

function keepDrawing() {
  drawMoment();
  if (!video.paused) requestAnimationFrame(keepDrawing);
}

// The films of a chapter's beats follow each other, as they do in the film of the whole chapter
const chapterOf = (stop) => stop.section.label.replace(/\/[^/]*$/, "");

function goOn() {
  const last = stopAt(here());
  const next = stops[stops.indexOf(last) + 1];
  if (!next || next.clip === at || chapterOf(next) !== chapterOf(last)) return;
  visit(next);
  play();
}

function wholeScreen() {
  const frame = $("frame");
  if (document.fullscreenElement) document.exitFullscreen();
  else if (frame.requestFullscreen) frame.requestFullscreen().catch(() => drawButtons());
  else video.webkitEnterFullscreen?.();
}

const QUIET = 2500; // milliseconds without a stir
let quietAt = 0;

function stir() {
  $("frame").classList.remove("quiet");
  clearTimeout(quietAt);
  quietAt = setTimeout(() => $("frame").classList.add("quiet"), QUIET);
}

function muteOrNot() {
  if (clip().sound) video.muted = !video.muted;
  else notice("silent");
}

function setSpeed(speed) {
  video.defaultPlaybackRate = speed;
  video.playbackRate = speed;
  $("speed").value = String(speed);
}

function listen() {
  $("play").addEventListener("click", toggle);
  video.addEventListener("click", toggle);
  $("before").addEventListener("click", () => step(-1));
  $("next").addEventListener("click", () => step(1));
  $("mute").addEventListener("click", muteOrNot);
  $("full").addEventListener("click", wholeScreen);
  $("ask").addEventListener("click", () => $("help").showModal());
  $("captions").addEventListener("change", (event) => chooseCaptions(event.target.value));
  $("speed").addEventListener("change", (event) => setSpeed(Number(event.target.value)));
  $("version").addEventListener("change", (event) => chooseVersion(Number(event.target.value)));
  seek.addEventListener("input", () => go(Number(seek.value)));
  for (const scrolled of ["wheel", "touchmove"])
    $("lines").addEventListener(scrolled, () => (followFrom = Date.now() + FOLLOW_AGAIN), { passive: true });
  for (const changed of ["play", "pause", "ended", "volumechange"]) video.addEventListener(changed, drawButtons);
  video.addEventListener("play", keepDrawing);
  video.addEventListener("ended", goOn);
  for (const moved of ["timeupdate", "seeked"]) video.addEventListener(moved, drawMoment);
  video.addEventListener("error", () => notice("wrong", { file: clip().file }));
  document.addEventListener("fullscreenchange", drawButtons);
  for (const stirred of ["pointermove", "pointerdown", "keydown"]) document.addEventListener(stirred, stir);
}
