// The film on screen: which clip, where in it, its captions. Times are seconds from the start of the clip.

const video = $("screen");
let clips = [];
let stops = []; // the beats of all clips, in order: {clip, section}
let at = -1; // which clip is on screen

const clip = () => clips[at];
const calm = matchMedia("(prefers-reduced-motion: reduce)");

function sectionAt(seconds) {
  const sections = clip().sections;
  let found = sections[0];
  // A hair of tolerance: a seek may land a millisecond before the beat that it was for
  for (const section of sections) if (section.start <= seconds + 0.02) found = section;
  return found;
}

function stopAt(seconds) {
  const here = stops.filter((stop) => stop.clip === at);
  return here.findLast((stop) => stop.section.start <= seconds + 0.02) ?? here[0];
}

const here = () => (wanted === null ? video.currentTime : wanted);
let wanted = null; // where to go as soon as the film's length is known

function useVersion(version) {
  clips = version.clips;
  stops = clips.flatMap((one, place) =>
    one.sections.filter((section) => section.kind === "beat").map((section) => ({ clip: place, section })),
  );
}

// The bytes of a film that lies in the page itself, as one file that can be sought in
function fileOf(one) {
  if (one.film !== null) return one.film;
  if (!one.file_url) {
    const holder = $(one.inside);
    const text = atob(holder.textContent.trim());
    const bytes = new Uint8Array(text.length);
    for (let place = 0; place < text.length; place += 1) bytes[place] = text.charCodeAt(place);
    one.file_url = URL.createObjectURL(new Blob([bytes], { type: one.mime }));
    holder.remove();
  }
  return one.file_url;
}

function load(place, seconds = 0) {
  if (place !== at) {
    at = place;
    const one = clip();
    if (one.poster) video.poster = one.poster;
    else video.removeAttribute("poster");
    $("frame").style.setProperty("--film", one.background);
    if (one.width) video.style.aspectRatio = `${one.width} / ${one.height}`;
    video.src = fileOf(one);
    video.playbackRate = video.defaultPlaybackRate;
    fillTracks();
    showCaptions();
    drawClip();
  }
  go(seconds);
}

function go(seconds) {
  const whole = video.duration || clip().seconds;
  const target = Math.min(Math.max(0, seconds), Math.max(0, whole - 0.01));
  if (video.readyState) video.currentTime = target;
  else wanted = target;
  drawMoment();
}

video.addEventListener("loadedmetadata", () => {
  if (wanted) video.currentTime = wanted; // at the start there is the poster, which a jump to 0 would take away
  wanted = null;
  drawMoment();
});

function play() {
  // The browser may refuse, or another film be wanted meanwhile: then it stays a still picture
  video.play().catch(() => drawButtons());
}

// A browser lets a page begin by itself where nothing is heard
function playAtOnce() {
  video.muted = !clip().sound;
  play();
}

const toggle = () => (video.paused ? play() : video.pause());

function visit(stop, seconds = 0) {
  load(stop.clip, stop.section.start + seconds);
  note();
}

function step(by) {
  const place = stops.indexOf(stopAt(here()));
  const late = here() - stops[place].section.start > 2; // then “before” means the start of this one
  const next = by < 0 && late ? place : place + by;
  if (stops[next]) visit(stops[next]);
}

// Captions ----------------------------------------------------------------------------------------------------------
//
// They stand below the picture, which they would hide a part of, and where they are large enough on a phone, too. The
// browser has them as tracks for the full screen of its own that some phones insist on.

const tracks = Object.fromEntries(
  LANGUAGES.map((language) => [language, video.addTextTrack("subtitles", reel.languages[language], tagOf(language))]),
);
let captions = kept.get("captions"); // off, a language, or both; null: as the texts

function fillTracks() {
  for (const [language, track] of Object.entries(tracks)) {
    track.mode = "hidden"; // a track that is disabled has no cues
    for (const cue of [...(track.cues ?? [])]) track.removeCue(cue);
    for (const [start, end, text] of clip().cues[language] ?? [])
      track.addCue(new VTTCue(start, end, text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")));
  }
}

const captionChoices = () => ["off", ...LANGUAGES, BOTH];
const captionChoice = () => (captionChoices().includes(captions) ? captions : settings.texts);
const captionLanguages = () => LANGUAGES.filter((language) => [language, BOTH].includes(captionChoice()));

function showCaptions() {
  const names = LANGUAGES.map((language) => [language, reel.languages[language]]);
  fillPicker($("captions"), [["off", tell("off")], ...names, [BOTH, tell("both")]], captionChoice());
  const some = captionLanguages().filter((language) => clip().cues[language]?.length);
  $("strip").hidden = !some.length;
  $("strip").style.setProperty("--languages", String(some.length));
  drawCaptions();
}

function drawCaptions() {
  const seconds = here();
  const lines = captionLanguages().map((language) => {
    const cue = clip().cues[language]?.find(([start, end]) => start <= seconds + 0.02 && seconds + 0.02 < end);
    return element("span", { lang: tagOf(language) }, cue ? flowing(cue[2]) : "");
  });
  const said = lines.map((line) => line.textContent).join("\n");
  if (said === $("strip").textContent && lines.length === $("strip").children.length) return;
  $("strip").replaceChildren(...lines);
}

// A cue is cut for a screen of its own; here its lines flow as wide as there is room. Chinese is written without spaces
const flowing = (text) => text.replace(/([\u3000-\u9fff\uff00-\uffef])\n/g, "$1").replaceAll("\n", " ");

function chooseCaptions(choice) {
  captions = choice;
  kept.set("captions", choice);
  showCaptions();
}

function nativeCaptions(shown) {
  for (const language of LANGUAGES)
    tracks[language].mode = shown && captionLanguages().includes(language) ? "showing" : "hidden";
}

video.addEventListener("webkitbeginfullscreen", () => nativeCaptions(true));
video.addEventListener("webkitendfullscreen", () => nativeCaptions(false));
